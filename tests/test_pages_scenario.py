"""The Scenario page on the shipped data: runs, measures, assumptions, events."""

from __future__ import annotations

import re

from app_pages import address, page, plain, press, shown

from ui.state import MEASURES
from ui.text import NBSP
from ui.viewmodels.measures import START_SIZES


def test_the_opening_scenario_runs_at_once() -> None:
    app = page("scenario")
    assert app.selectbox(key="draft-scenario").value == "april-2025-licences"
    assert "end uses of" in shown(app)
    assert "Why it loses: " in shown(app)


def test_two_scenarios_stand_side_by_side() -> None:
    app = page("scenario", scenario="april-2025-licences", compare="agreement-relief", week="12")
    assert "Side by side" in shown(app)
    assert address(app)["compare"] == "agreement-relief"
    assert address(app)["week"] == "12"


def test_a_ladder_is_climbed_and_left() -> None:
    app = page("scenario", scenario="escalation-ladder", steps="2", relief="30")
    assert "A ladder of moves and replies (2 of 8 steps), lifted in week 30" in shown(app)
    assert "The bill of each side" in shown(app)
    assert (address(app)["steps"], address(app)["relief"]) == ("2", "30")
    nothing = page("scenario", scenario="kuantan-outage", relief="30")
    assert "outage has no measure that an agreement could lift" in nothing.error[0].value


def test_both_bounds_are_computed_when_a_link_asks_for_them() -> None:
    assert "Over 52 weeks end uses lose" not in shown(page("scenario", scenario="quota-cut"))
    app = page("scenario", scenario="blacklist-us-defence", bracket="1")
    assert "without any adaptation" in shown(app)
    assert address(app)["bracket"] == "1"


def test_a_scenario_of_ones_own_is_a_link() -> None:
    params = {"lever": "outage", "target": "s_kuantan", "size": "100", "start": "0", "end": "8"}
    app = page("scenario", **params)
    assert "Outage of a site or a stage" in shown(app)
    assert address(app)["target"] == "s_kuantan"
    assert address(app)["end"] == "8"


def test_changed_assumptions_stand_in_the_link_and_beside_the_headline() -> None:
    before = shown(page("scenario"))
    app = page("scenario", assume="STK07:38")
    assert "1 assumption changed. Car industry outside China" in shown(app)
    assert "38 instead of 72" in shown(app)
    worth = [re.search(r"worth ([\d.]+)\sbn", text) for text in (before, shown(app))]
    assert all(worth)
    assert float(worth[0][1]) < float(worth[1][1])  # type: ignore[index]
    assert app.slider(key="assume-row-STK07").value == 38
    app.slider(key="assume-row-STK07").set_value(72.0).run()
    assert "assume" not in address(app)
    assert shown(app) == before
    app.slider(key="assume-row-LIC13").set_value(150.0).run()
    assert address(app)["assume"] == "LIC13:150"
    press(app, "Back to the base values")
    assert "assume" not in address(app)
    assert "assumption changed" not in shown(page("scenario", assume="STK07:x,nobody:4"))


def test_a_site_is_followed_through_the_run() -> None:
    app = page("scenario", site="eu_tesla", week="9")
    assert "in stock at component makers" in shown(app)
    assert "Why it loses: Tesla" in shown(app)
    assert address(app)["site"] == "eu_tesla"
    inside = page("scenario", box="magnet|JPN")
    assert inside.selectbox(key="site").label == "Site in Japan, magnet"
    press(inside, "All sites")
    assert inside.selectbox(key="site").label == "Site"
    assert "One site over time" in shown(page("scenario", box="x|y", site="nobody"))


def test_an_answer_stands_on_top_of_a_scenario() -> None:
    params = {"lever": "stockpile", "target": "USA", "size": "60", "start": "4", "end": "20"}
    app = page("scenario", onto="april-2025-licences", **params)
    assert "on top of “Export licences of April 2025”" in shown(app)
    assert "Side by side" in shown(app)
    assert address(app)["onto"] == "april-2025-licences"


def test_many_runs_are_drawn_when_asked_for() -> None:
    app = page("scenario", scenario="kuantan-outage", bands="1")
    assert "60 runs on 5 balances: end uses lose" in shown(app)
    assert address(app)["bands"] == "1"


def test_every_measure_opens_with_a_target() -> None:
    for lever in MEASURES:
        app = page("scenario", lever=lever, size=str(START_SIZES[lever]))
        assert not app.error, (lever, [error.value for error in app.error])


def test_a_measure_is_picked_from_its_card_told_and_run() -> None:
    app = page("scenario")
    app.segmented_control(key="way").set_value("own").run()
    assert address(app) == {"scenario": "april-2025-licences", "cards": "1"}
    assert "United States: 7 events since 2024" in shown(app)
    app.button(key="pick-tariff").click().run()
    assert (address(app)["lever"], address(app)["size"]) == ("tariff", "25")
    assert "cards" not in address(app)
    assert app.slider(key="draft-size").value == 25
    app.selectbox(key="draft-target").set_value("USA")
    app.slider(key="draft-size").set_value(40).run()
    assert f"United States puts a duty of 40{NBSP}% on magnets from China" in shown(app)
    assert address(app)["size"] == "25"  # a draft until it is run
    press(app, "Run")
    assert (address(app)["target"], address(app)["size"]) == ("USA", "40")
    app.segmented_control(key="way").set_value("kept").run()
    assert address(app) == {"scenario": "april-2025-licences"}


def test_the_day_of_week_0_dates_a_measure() -> None:
    params = {"lever": "outage", "target": "s_kuantan", "size": "100", "end": "8"}
    app = page("scenario", day="2025-11-03", **params)
    assert f"(3{NBSP}November{NBSP}2025 to 29{NBSP}December{NBSP}2025)" in shown(app)
    assert address(app)["day"] == "2025-11-03"
    assert "day" not in address(page("scenario", day="soon", **params))


def test_an_event_on_the_calendar_offers_its_scenario() -> None:
    app = page("scenario", scenario="quota-cut", event="PE026")
    assert "The scenario names no day: week 0 is drawn at the newest event" in shown(app)
    assert "Licences for seven medium and heavy rare earths" in shown(app)
    press(app, r"Run “Export licences of April 2025”")
    assert address(app) == {"scenario": "april-2025-licences", "event": "PE026"}
    assert f"Week 0 begins on 4{NBSP}April{NBSP}2025." in shown(app)
    params = {"lever": "outage", "target": "s_kuantan", "end": "8", "event": "PE051"}
    own = page("scenario", **params)
    press(own, f"Week 0 on 25{NBSP}November{NBSP}2025")
    assert address(own)["day"] == "2025-11-25"
    assert page("scenario", event="PE999").selectbox(key="event").value == ""


def test_an_impossible_scenario_is_said_and_not_raised() -> None:
    app = page("scenario", lever="outage", target="s_kuantan", start="9", end="4")
    assert "end_week must be later" in plain(app.error)
