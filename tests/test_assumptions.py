"""Assumptions: how far each moves a loss, and what a page says and sets of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites
from spreads import BARE

from graph.draws import Range, assumed, used
from graph.errors import ScenarioError
from graph.scenario import ExportLicence, Outage, Scenario
from graph.spread import simulate
from graph.swings import Swing, swings
from loaders.cells import Value
from loaders.tables import Row
from ui.viewmodels import assumptions as view

WEEK_USD = 100_000 * 50_000 / 52
"""What the cars of a week are worth in `six_sites`."""
STOP = Scenario("stop", "", "", (Outage(name="stop", sites=("sep_my",)),), snapshot="test")
RANGES = {
    "STK03": Range(14, 28, 70),
    "STK02": Range(30, 120, 400),
    "LIC13": Range(113, 113, 215),
    "ELA01": Range(-0.2, -0.08, 0.0),
}


def row(id: str, base: float, low: float, high: float, unit: str = "days") -> Row:
    values: dict[str, Value] = {
        **{"id": id, "parameter": "p", "applies_to": f"Stock of {id}", "unit": unit},
        **{"base": base, "low": low, "high": high, "confidence": "assumed"},
        **{"sources": ("a", "b"), "note": "Why"},
    }
    return Row("assumptions", 2, values)


ROWS = {
    "STK03": row("STK03", 28, 14, 70),
    "STK02": row("STK02", 120, 30, 400),
}


def test_each_week_of_oxide_saves_a_week_of_cars_and_ore_behind_the_stop_saves_none() -> None:
    told: list[tuple[int, int]] = []
    oxide, ore = swings(
        six_sites(),
        STOP,
        replace(BARE, oxide_days=28, feed_days_outside=120),
        RANGES,
        weeks=40,
        progress=lambda done, runs: told.append((done, runs)),
    )
    assert (oxide.assumption, ore.assumption) == ("STK03", "STK02")
    assert oxide.at_low_usd - oxide.at_high_usd == pytest.approx((70 - 14) / 7 * WEEK_USD)
    assert oxide.usd == pytest.approx(8 * WEEK_USD)
    assert ore.usd == 0
    assert ore.at_low_usd == pytest.approx((oxide.at_low_usd * 6 + oxide.at_high_usd * 2) / 8)
    assert told == [(0, 4), (2, 4), (4, 4)]


def test_what_is_assumed_reaches_parameters_and_levers() -> None:
    licence = Scenario("l", "", "", (ExportLicence(name="l"),), snapshot="test")
    parameters, moved = assumed(licence, BARE, RANGES, {"STK03": 70.0, "LIC13": 200.0})
    assert parameters == replace(BARE, oxide_days=min(70.0, max(14.0, BARE.oxide_days * 2.5)))
    (lever,) = moved.levers
    assert isinstance(lever, ExportLicence)
    assert lever.approval[-1] == (200.0, 0.95)


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("", ()),
        ("STK03:35,LIC13:200", (("LIC13", 200.0), ("STK03", 35.0))),
        ("STK03:1e9,STK02:-5", (("STK02", 30.0), ("STK03", 70.0))),
        ("STK03:28", ()),
        ("STK03:nan,STK02:inf,XXX:5,STK03,:,,<b>:1", ()),
        ("STK03:20,STK03:30", (("STK03", 30.0),)),
    ],
)
def test_a_link_sets_nothing_beyond_a_range(asked: str, held: view.Held) -> None:
    assert view.read(asked, RANGES) == held
    assert view.read(view.write(held), RANGES) == held


def test_the_words_say_what_is_changed_from_what() -> None:
    assert view.sentence((("STK03", 35.0),), ROWS) == (
        "1 assumption changed. Stock of STK03: 35 instead of 28\u00a0days."
    )


def test_sliders_are_for_what_is_set_what_levers_use_and_what_moves_most() -> None:
    licence = Scenario("l", "", "", (ExportLicence(name="l"),), snapshot="test")
    found = (Swing("STK02", 5.0, 1.0), Swing("LIC13", 1.0, 2.0), Swing("STK03", 1.0, 1.0))
    assert view.movable(licence, RANGES) == ("LIC13", "STK02", "STK03")
    assert view.first_choice(licence, RANGES, (), ()) == ("LIC13",)
    assert view.first_choice(STOP, RANGES, (("STK03", 35.0),), ()) == ("STK03",)
    assert view.first_choice(licence, RANGES, (), found) == ("STK02", "LIC13", "STK03")
    slider = view.slider(ROWS["STK03"], RANGES["STK03"], (("STK03", 35.0),))
    assert (slider.low, slider.value, slider.high, slider.step) == (14, 35.0, 70, 1.0)
    assert slider.help == "Base 28, from 14 to 70 days. Why"


def test_the_table_names_value_range_sources_and_what_each_end_costs() -> None:
    found = (Swing("STK03", 9e9, 1e9),)
    table = view.table(STOP, ROWS, RANGES, (("STK03", 35.0),), found)
    assert table.ids == ("STK03", "STK02")
    assert table.rows[0] == {
        "Stands for": "Stock of STK03",
        "In this run": 35.0,
        "Low": 14.0,
        "Base": 28.0,
        "High": 70.0,
        "Unit": "days",
        "Loss at low, USD": 9e9,
        "Loss at high, USD": 1e9,
        "Known": "assumed",
        "Sources": "a, b",
        "Row": "STK03",
    }
    assert table.finding == (
        "Most depends on this: stock of STK03. At 14\u00a0days end uses lose "
        "9.00\u00a0bn\u00a0USD, at 70\u00a0days 1.00\u00a0bn\u00a0USD, all else at its base."
    )


def test_what_a_scenario_sets_holds_and_is_not_drawn() -> None:
    sets = replace(STOP, assumptions=(("STK03", 70.0),))
    parameters = replace(BARE, oxide_days=28, feed_days_outside=120)
    assert assumed(sets, parameters, RANGES, {}) == assumed(STOP, parameters, RANGES, {"STK03": 70})
    both, left = assumed(sets, parameters, RANGES, {"STK02": 400})
    assert (both.oxide_days, both.feed_days_outside) == (70, 400)
    assert left == STOP
    assert used(RANGES, STOP) == ("STK02", "STK03")
    assert used(RANGES, sets) == ("STK02",)


@pytest.mark.parametrize(
    ("row", "value", "says"),
    [
        ("STK30", 20.0, "'STK30' is no assumption that a run can set; did you mean STK03"),
        ("STK03", 71.0, "STK03 lies between 14 and 70, got 71"),
    ],
)
def test_what_a_scenario_cannot_set_is_said(row: str, value: float, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        assumed(replace(STOP, assumptions=((row, value),)), BARE, RANGES, {})


def test_nothing_runs_past_what_a_scenario_sets() -> None:
    with pytest.raises(ScenarioError, match="sets assumptions of its own"):
        simulate(six_sites(), replace(STOP, assumptions=(("STK03", 70.0),)))


def test_a_link_says_of_assumptions_what_the_file_does_not() -> None:
    given = (("STK03", 70.0),)
    assert view.asked((), ()) == view.asked(given, given) == ""
    assert view.asked((), given) == view.AT_BASE
    assert view.read(view.AT_BASE, RANGES) == ()
    assert view.asked((("STK02", 30.0),), given) == "STK02:30"
