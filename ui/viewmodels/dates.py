"""A scenario on the calendar: its measures as bars, beside the policy events of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graph.model import CHINA
from graph.scenario import Agreement, Lever, Scenario
from ui import text
from ui.viewmodels.events import Event, newest
from ui.viewmodels.tables import Table
from ui.viewmodels.told import day_of, when

OPENING = date(2023, 1, 1)
"""Where the calendar begins, unless the scenario begins before."""
BEFORE = timedelta(weeks=13)
CLOSE = timedelta(days=40)
"""Marks of one lane that are closer stand above each other."""
HIGHEST = 4
LANES = ("China", "Others", "Both sides")
MOST = 10
"""Measures that are drawn; the table has all."""
READING = (
    "Marks: events of the data, on the day they were announced; a click reads one. Bars: the "
    "measures of this scenario. A bar ends where the measure does or where an agreement lifts it."
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A measure from its first day to the day after its last; `lifted` by an agreement."""

    name: str
    start: date
    end: date
    start_week: int
    end_week: int
    lifted: bool
    is_relief: bool

    @property
    def said(self) -> str:
        """Weeks and days in words."""
        if self.is_relief:
            return f"lifts others from {text.week(self.start_week)}, {when(self.start)}"
        ends = "lifted in" if self.lifted else "to"
        return (
            f"from {text.week(self.start_week)}, {when(self.start)}, {ends} "
            f"{text.week(self.end_week)}, {when(self.end)}"
        )


@dataclass(frozen=True, slots=True)
class Dot:
    """An event in its lane; `level` counts up where others stand close."""

    event: Event
    lane: int
    level: int


@dataclass(frozen=True, slots=True)
class Dates:
    """What the calendar shows; `is_placed` where the scenario itself names a day for week 0."""

    zero: date
    is_placed: bool
    bars: tuple[Bar, ...]
    dots: tuple[Dot, ...]
    opens: date
    closes: date
    finding: str


def dates(scenario: Scenario, weeks: int, events: Sequence[Event]) -> Dates:
    """The calendar of a run of so many weeks. Without a day of its own, week 0 is drawn at the
    newest event."""
    own = day_of(scenario.start, 0)
    zero = own or newest(events)
    bars = tuple(
        sorted(
            (_bar(lever, scenario, zero, weeks) for lever in scenario.levers),
            key=lambda bar: (bar.start_week, bar.name),
        )
    )
    opens = min(OPENING, zero - BEFORE)
    closes = max(zero + timedelta(weeks=weeks), newest(events))
    return Dates(
        zero=zero,
        is_placed=own is not None,
        bars=bars,
        dots=_dots([event for event in events if opens <= event.start <= closes]),
        opens=opens,
        closes=closes,
        finding=_finding(bars, zero, is_placed=own is not None),
    )


def _bar(lever: Lever, scenario: Scenario, zero: date, weeks: int) -> Bar:
    """Never longer than the run."""
    lifts = [
        each.start_week
        for each in scenario.levers
        if isinstance(each, Agreement) and lever.name in each.lifts
    ]
    ends = weeks if lever.end_week is None else min(lever.end_week, weeks)
    end = max(lever.start_week, min([ends, *lifts]))
    return Bar(
        name=_called(lever),
        start=zero + timedelta(weeks=lever.start_week),
        end=zero + timedelta(weeks=end),
        start_week=lever.start_week,
        end_week=end,
        lifted=bool(lifts) and min(lifts) <= ends,
        is_relief=isinstance(lever, Agreement),
    )


def _called(lever: Lever) -> str:
    """A name in words stands for itself; a short one, as `announcement-18`, behind its kind."""
    kind = lever.kind.replace("_", " ")
    if " " in lever.name:
        return lever.name
    return kind.capitalize() + ("" if lever.name == kind else f": {lever.name}")


def _dots(events: Sequence[Event]) -> tuple[Dot, ...]:
    found: list[Dot] = []
    for event in sorted(events, key=lambda each: (each.start, each.id)):
        lane = _lane(event)
        near = [d.level for d in found if d.lane == lane and event.start - d.event.start < CLOSE]
        free = [level for level in range(HIGHEST) if level not in near]
        found.append(Dot(event, lane, free[0] if free else len(near) % HIGHEST))
    return tuple(found)


def _lane(event: Event) -> int:
    if CHINA not in event.actors:
        return 1
    return 0 if len(event.actors) == 1 else 2


def _finding(bars: Sequence[Bar], zero: date, *, is_placed: bool) -> str:
    at = (
        f"Week 0 begins on {when(zero)}."
        if is_placed
        else f"The scenario names no day: week 0 is drawn at the newest event, {when(zero)}."
    )
    measures = [bar for bar in bars if not bar.is_relief]
    if not measures:
        return at
    first = min(measures, key=lambda bar: bar.start_week)
    last = max(measures, key=lambda bar: bar.end_week)
    count = text.plural(len(measures), "measure")
    relief = next((f"; lifted on {when(bar.start)}" for bar in bars if bar.is_relief), "")
    return f"{at} {count}, from {when(first.start)} to {when(last.end)}{relief}."


def table(view: Dates) -> Table:
    """The bars as rows."""
    return Table(
        name="dates",
        rows=[
            {
                "Measure": bar.name,
                "From week": bar.start_week,
                "From": bar.start.isoformat(),
                "To week": None if bar.is_relief else bar.end_week,
                "To": None if bar.is_relief else bar.end.isoformat(),
                "Ends": "lifts others"
                if bar.is_relief
                else ("lifted" if bar.lifted else "by itself"),
            }
            for bar in view.bars
        ],
        finding=view.finding,
    )


def choices(view: Dates) -> dict[str, str]:
    """The events shown, newest first, and none of them."""
    listed = sorted(view.dots, key=lambda dot: (dot.event.start, dot.event.id), reverse=True)
    return {"": "None"} | {
        dot.event.id: f"{dot.event.shown}: {text.shorten(dot.event.title, 70)}" for dot in listed
    }
