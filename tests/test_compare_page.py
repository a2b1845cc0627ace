"""The Compare page on the shipped data, without a browser: it runs, and a link restores it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from app_pages import address, page, press, shown, whole_address
from streamlit.testing.v1.element_tree import Button

from graph.scenario import Outage, Scenario
from loaders import own_scenarios
from loaders.plans import encode
from ui import comparisons, services
from ui.state import UrlState

ANSWERS = [*comparisons.OPENING]


def test_it_opens_with_no_answer_beside_three() -> None:
    app = page("compare")
    assert address(app) == {}
    assert app.multiselect(key="compared-scenarios").value == ANSWERS
    assert [tile.label for tile in app.metric] == ["Lost"] * 4
    said = shown(app)
    assert "A, “No answer: the licences come in week 26”, costs all end uses together most" in said
    assert "B, “Answer: a magnet stockpile”, costs least" in said
    assert list(app.dataframe[0].value)[3:9] == [
        *("A: output lost", "A: lost", "A: USD"),
        *("B − A: output", "B − A: goods", "B − A: USD"),
    ]


def test_a_link_restores_scenarios_and_whose_loss_it_is() -> None:
    told = {"against": "april-2025-licences,relief-price-fall", "whose": "EV"}
    app = page("compare", **told)
    assert address(app) == told
    assert "costs EV most" in shown(app)
    assert "at 55: a floor holds it" in app.dataframe[2].value.to_string()
    app.multiselect(key="compared-scenarios").select("full-export-stop").run()
    assert not app.exception
    assert address(app)["against"] == "april-2025-licences,relief-price-fall,full-export-stop"
    assert "C, “Nothing leaves China”, costs EV most" in shown(app)
    app.multiselect(key="compared-scenarios").set_value(["full-export-stop"]).run()
    assert "Choose at least two scenarios above" in shown(app)


def test_a_measure_of_ones_own_stands_beside_what_it_is_on_top_of() -> None:
    app = page(
        "compare",
        **{"against": "own,answer-none", "lever": "stockpile", "target": "USA", "size": "60"},
        **{"end": "40", "onto": "answer-none"},
    )
    assert "A: Answer: magnets from a stockpile: United States, on top of “No answer" in shown(app)
    assert "B: No answer" in shown(app)


def test_a_link_carries_a_scenario_that_is_not_kept_here(own_folder: Path) -> None:
    out = Outage(name="out", sites=("s_kuantan",), end_week=8)
    own_scenarios.save(own_folder, Scenario("x", "Mine <b>", "S", (out,)), "Mine <b>")
    app = page("compare", against="mine-b,full-export-stop")
    link, said = whole_address(app), shown(app)
    assert set(link) == {"against", "plan"}
    assert "A: Mine <b>" in said

    own_scenarios.delete(own_folder, "mine-b")
    other = page("compare", **link)
    assert not other.warning
    assert (shown(other), whole_address(other)) == (said, link)


def test_a_scenario_of_a_link_is_not_taken_for_one_kept_under_its_name(own_folder: Path) -> None:
    def stopped(site: str) -> Scenario:
        return Scenario("x", "Mine", "S", (Outage(name="out", sites=(site,)),))

    own_scenarios.save(own_folder, stopped("s_kuantan"), "Mine")
    plan = encode({"mine": stopped("m_bayan_obo")})
    app = page("compare", against="mine,full-export-stop", plan=plan)
    assert address(app)["against"] == "mine-from-link,full-export-stop"


def test_changed_assumptions_hold_for_every_scenario_compared() -> None:
    link = {"against": "april-2025-licences,full-export-stop", "assume": "STK07:5"}
    changed, usual = page("compare", **link), page("compare", against=link["against"])
    assert address(changed) == link
    assert "1 assumption changed. Car industry outside China" in shown(changed)
    for moved, base in zip(changed.metric, usual.metric, strict=True):
        assert moved.value != base.value
    press(changed, "Back to the base values")
    assert [tile.value for tile in changed.metric] == [tile.value for tile in usual.metric]
    assert "assumption changed" not in shown(changed)


def test_many_runs_are_drawn_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "RUNS", 3)
    monkeypatch.setattr(comparisons, "BALANCES", 1)
    told = {"against": "answer-none,answer-stockpile", "bands": "1"}
    app = page("compare", **told)
    assert address(app) == told
    assert "Loss over 3 runs of each" in shown(app)
    assert "of 3 runs; the median difference is" in shown(app)
    assert "Bands: 5 to 95 % of 3 runs" in shown(app)
    assert shown(app).count("in nine runs of ten") == 2
    (rows,) = (each.value for each in app.dataframe if "5 %" in each.value)
    assert list(rows["Scenario"]) == [
        "A: No answer: the licences come in week 26",
        "B: Answer: a magnet stockpile",
    ]
    assert all(rows["5 %"] <= rows["Median"])


def test_the_frontier_waits_for_a_question(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    told = {"against": "kuantan-outage,kalgoorlie-outage", "budget": "60", "tiers": "1"}
    app = page("compare", **told)
    assert address(app) == told
    link = app.get("page_link")[-1].proto.query_string
    assert "threats=kuantan-outage%2Ckalgoorlie-outage" in link
    assert "the loss falls" not in shown(app)
    press(app, "Find answers to each")
    assert not app.exception
    assert re.search(r"For 60\.0\sm\sUSD the loss falls: A from .+ and B from", shown(app))
    rows = app.dataframe[-1].value
    assert list(rows["Scenario"]) == ["A", "B"]
    buttons = [each.label for each in app.button if isinstance(each, Button)]
    assert "Find answers to each" not in buttons


@pytest.mark.parametrize(
    "params",
    [
        {"against": "<script>,nothing", "whose": "nobody"},
        {"against": "own,answer-none", "lever": "tariff", "target": "XXX"},
        {"against": "own,answer-none", "scenario": "nowhere", "relief": "3"},
        {"against": "kuantan-outage,kalgoorlie-outage", "year": "pre-shock"},
        {"against": "own,answer-none", "scenario": "kuantan-outage", "relief": "3"},
    ],
)
def test_no_link_breaks_it(params: dict[str, str]) -> None:
    page("compare", **params)


def test_the_scenario_page_leads_to_its_comparison() -> None:
    base = services.base()
    lifted = UrlState(scenario="april-2025-licences", relief=10, week=3, bands=True)
    assert comparisons.link(base, lifted) == UrlState(
        scenario="april-2025-licences", relief=10, against="own,april-2025-licences"
    )
    beside = UrlState(scenario="april-2025-licences", compare="agreement-relief")
    assert comparisons.link(base, beside).against == "april-2025-licences,agreement-relief"
    alone = comparisons.link(base, UrlState(scenario="answer-stockpile")).against
    assert alone == "answer-stockpile,answer-none,answer-thrifting,answer-capacity-2028"


def test_the_scenario_page_saves_a_report() -> None:
    app = page("scenario", scenario="kuantan-outage")
    labels = [button.label for button in app.get("download_button")]
    assert {"Report as HTML", "Report as PDF"} <= set(labels)
