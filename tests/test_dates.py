"""A scenario on the calendar: days of its measures, lanes of events, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from test_measure_cards import event

from graph.scenario import Agreement, Outage, Quota, Scenario
from ui import theme
from ui.charts.dates import dates_chart
from ui.viewmodels import dates
from ui.viewmodels.events import Event

NB = "\u00a0"
EVENTS = (
    event("E1", "2022-12-31", "quota", "Too early", "CHN"),
    event("E2", "2025-04-04", "quota", "Licences", "CHN"),
    event("E3", "2025-04-20", "quota", "More <b>", "CHN"),
    event("E4", "2025-05-12", "agreement", "Truce", "CHN", "USA"),
    event("E5", "2025-06-30", "tariff", "Duty", "USA"),
)


def scenario(start: str) -> Scenario:
    """An outage of eight weeks, a quota lifted in week 12, both within 20 weeks."""
    return Scenario(
        name="s",
        title="S",
        summary="S.",
        levers=(
            Quota(name="quota", scope="mining", kept=0.8, start_week=2),
            Outage(name="out", sites=("x",), end_week=8),
            Agreement(name="peace", start_week=12, lifts=("quota",)),
        ),
        start=start,
    )


def test_measures_have_days_and_end_where_they_are_lifted() -> None:
    view = dates.dates(scenario("2025-04-04"), 20, EVENTS)
    assert [(bar.name, bar.start, bar.end, bar.lifted) for bar in view.bars] == [
        ("Outage: out", date(2025, 4, 4), date(2025, 5, 30), False),
        ("Quota", date(2025, 4, 18), date(2025, 6, 27), True),
        ("Agreement: peace", date(2025, 6, 27), date(2025, 8, 22), False),
    ]
    assert view.is_placed
    assert view.bars[1].said == (
        f"from week{NB}2, 18{NB}April{NB}2025, lifted in week{NB}12, 27{NB}June{NB}2025"
    )
    assert view.finding == (
        f"Week 0 begins on 4{NB}April{NB}2025. 2 measures, from 4{NB}April{NB}2025 to "
        f"27{NB}June{NB}2025; lifted on 27{NB}June{NB}2025."
    )
    rows = dates.table(view).rows
    assert [row["Ends"] for row in rows] == ["by itself", "lifted", "lifts others"]
    assert (rows[0]["To week"], rows[2]["To week"]) == (8, None)


def test_a_measure_does_not_outlast_the_run() -> None:
    view = dates.dates(scenario("2025-04-04"), 5, EVENTS)
    assert [(bar.name, bar.start_week, bar.end_week) for bar in view.bars] == [
        ("Outage: out", 0, 5),
        ("Quota", 2, 5),
        ("Agreement: peace", 12, 12),
    ]


def test_a_measure_with_a_name_in_words_is_called_by_it() -> None:
    named = Quota(name="2 China: less ore", scope="mining", kept=0.8)
    (bar,) = dates.dates(replace(scenario(""), levers=(named,)), 5, EVENTS).bars
    assert bar.name == "2 China: less ore"


def test_without_a_day_week_0_is_the_newest_event() -> None:
    view = dates.dates(scenario(""), 20, EVENTS)
    assert (view.zero, view.is_placed) == (date(2025, 6, 30), False)
    assert view.finding.startswith(
        f"The scenario names no day: week 0 is drawn at the newest event, 30{NB}June{NB}2025."
    )


def test_events_stand_in_lanes_and_close_ones_above_each_other() -> None:
    view = dates.dates(scenario("2025-04-04"), 20, EVENTS)
    # 31 December 2022 lies before the calendar begins.
    assert [(dot.event.id, dot.lane, dot.level) for dot in view.dots] == [
        ("E2", 0, 0),
        ("E3", 0, 1),
        ("E4", 2, 0),
        ("E5", 1, 0),
    ]
    early = dates.dates(scenario("2010-09-21"), 20, EVENTS)
    assert early.opens == date(2010, 6, 22)
    assert len(early.dots) == 5
    assert list(dates.choices(view)) == ["", "E5", "E4", "E3", "E2"]


def test_many_events_on_a_day_stay_within_their_lane() -> None:
    day: tuple[Event, ...] = tuple(
        event(f"E{n}", "2025-10-09", "quota", "x", "CHN") for n in range(6)
    )
    view = dates.dates(scenario("2025-04-04"), 20, day)
    assert sorted(dot.level for dot in view.dots) == [0, 0, 1, 1, 2, 3]


def test_the_chart_escapes_words_and_carries_ids() -> None:
    view = dates.dates(scenario("2025-04-04"), 20, EVENTS)
    figure = dates_chart(view, "E3", theme.INKS["light"]).to_dict()
    marks = next(each for each in figure["data"] if "customdata" in each)
    assert marks["customdata"][1] == ["2025-04-20: More &lt;b&gt;", "E3"]
    ring = next(each for each in figure["data"] if each["marker"]["symbol"] == "circle-open")
    assert list(ring["x"]) == [date(2025, 4, 20)]
    assert figure["layout"]["yaxis"]["ticktext"][3:] == [
        "Outage: out",
        "Quota",
        "Agreement: peace",
    ]
