"""Scenarios of one's own on their page: kept here, carried by a link, or not to be had."""

from __future__ import annotations

from pathlib import Path

import pytest
from app_pages import address, page, plain, press, shown, whole_address

from graph.scenario import Outage, Scenario
from loaders import own_scenarios
from loaders.plans import encode
from ui import playing


@pytest.mark.usefixtures("own_folder")
def test_a_scenario_is_saved_renamed_copied_and_deleted() -> None:
    params = {"lever": "outage", "target": "s_kuantan", "size": "80", "end": "8"}
    app = page("scenario", **params)
    app.text_input(key="own-title").input("My outage").run()
    press(app, "Save as mine")
    assert app.selectbox(key="draft-scenario").value == "my-outage"
    assert address(app) == {"scenario": "my-outage"}
    assert "My outage" in shown(app)
    assert "Yours: My outage" in app.selectbox(key="draft-scenario").options
    assert "Yours: My outage" in page("scenario", **params).selectbox(key="draft-onto").options

    press(app, "Save a copy")
    assert address(app) == {"scenario": "my-outage-copy"}
    app.text_input(key="own-title").input("Quota cut").run()
    press(app, "Rename")
    assert "quota-cut is a scenario that ships" in plain(app.error)
    app.text_input(key="own-title").input("Another").run()
    press(app, "Rename")
    assert sorted(playing.own_scenarios().scenarios) == ["another", "my-outage"]

    for name in ("another", "my-outage"):
        kept = page("scenario", scenario=name)
        press(kept, "Delete")
        assert address(kept) == {"scenario": "april-2025-licences"}
    assert playing.own_scenarios().scenarios == {}


def test_a_link_carries_a_scenario_that_is_not_kept_here(own_folder: Path) -> None:
    mine = Scenario(
        name="x",
        title="Mine <b>",
        summary="S",
        levers=(Outage(name="out", sites=("s_kuantan",), end_week=8),),
        assumptions=(("STK07", 38.0),),
    )
    own_scenarios.save(own_folder, mine, mine.title)
    app = page("scenario", scenario="mine-b")
    link, said = whole_address(app), shown(app)
    assert set(link) == {"scenario", "plan"}
    assert "1 assumption changed. Car industry outside China" in said

    own_scenarios.delete(own_folder, "mine-b")
    other = page("scenario", **link)
    assert not other.warning
    assert shown(other) == said.replace("Yours: ", "From a link: ")
    assert "From a link: Mine <b>" in other.selectbox(key="draft-scenario").options
    assert whole_address(other) == link
    press(other, "Save as mine")
    assert playing.own_scenarios().scenarios["mine-b"].levers == mine.levers
    assert playing.own_scenarios().scenarios["mine-b"].assumptions == (("STK07", 38.0),)


def test_a_scenario_of_a_link_is_not_taken_for_one_kept_under_its_name(own_folder: Path) -> None:
    def stopped(site: str) -> Scenario:
        return Scenario("x", "Mine", f"{site} stops.", (Outage(name="out", sites=(site,)),))

    own_scenarios.save(own_folder, stopped("s_kuantan"), "Mine")
    plan = encode({"mine": stopped("m_bayan_obo")})
    app = page("scenario", scenario="mine", plan=plan)
    assert "m_bayan_obo stops." in shown(app)
    assert address(app) == {"scenario": "mine-from-link"}
    app.selectbox(key="draft-scenario").set_value("mine")
    press(app, "Run")
    assert "s_kuantan stops." in shown(app)
    assert address(app) == {"scenario": "mine"}


def test_a_link_that_is_damaged_says_so_and_shows_what_is_there() -> None:
    app = page("scenario", scenario="mine", plan="AAAA")
    warned = plain(app.warning)
    assert "The scenario of this link cannot be read" in warned
    assert "Shown instead: “Export licences of April 2025”" in warned
    assert whole_address(app) == {"scenario": "april-2025-licences"}


def test_assumptions_of_a_file_can_be_changed_and_left(own_folder: Path) -> None:
    out = Outage(name="out", sites=("s_kuantan",), end_week=8)
    mine = Scenario("x", "Mine", "S", (out,), assumptions=(("STK07", 38.0),))
    own_scenarios.save(own_folder, mine, mine.title)
    app = page("scenario", scenario="mine")
    assert app.slider(key="assume-row-STK07").value == 38
    app.slider(key="assume-row-STK07").set_value(50.0).run()
    assert address(app)["assume"] == "STK07:50"
    press(app, "Back to the base values")
    assert address(app)["assume"] == "base"
    assert "assumption changed" not in shown(app)
    app.slider(key="assume-row-STK07").set_value(38.0).run()
    assert "assume" not in address(app)

    bad = Scenario("x", "Bad", "S", (out,), assumptions=(("STK99", 1.0),))
    own_scenarios.save(own_folder, bad, bad.title)
    said = plain(page("scenario", scenario="bad").error)
    assert "'STK99' is no assumption that a run can set" in said


def test_a_link_to_a_scenario_that_is_not_here_says_so() -> None:
    app = page("scenario", scenario="my-secret", compare="<b>x</b>")
    warned = plain(app.warning)
    assert "There is no scenario called “my-secret” here" in warned
    assert "There is no scenario called “<b>x</b>” here" in warned
    assert "Shown instead: “Export licences of April 2025”" in warned
    app.run()
    assert len(app.warning) == 2
    app.selectbox(key="draft-scenario").set_value("quota-cut")
    press(app, "Run")
    assert len(app.warning) == 0


def test_a_scenario_that_does_not_fit_can_still_be_deleted(own_folder: Path) -> None:
    bad = Scenario("x", "x", "S", (Outage(name="out", sites=("nowhere",)),))
    own_scenarios.save(own_folder, bad, "Bad one")
    app = page("scenario", scenario="bad-one")
    assert "nowhere" in app.error[0].value
    press(app, "Delete")
    assert not app.error
