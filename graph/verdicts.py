"""The targets of a past case: what was seen, what the model says, and whether that passes.

A target says what it is worth: an input cannot fail, a fitted one shows no more than that the
fit worked, and only an output tests the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.losses import TOLERANCE
from graph.shipments import first_month_back, gaps

TOTAL = "WLD"
USA = "USA"

INPUT = "input"
FITTED = "fitted"
PART_FITTED = "part fitted"
CONSTRUCTION = "by construction"
OUTPUT = "output"

PASS, FAIL, SILENT = "pass", "fail", ""
"""Silent: says nothing about the target."""


@dataclass(frozen=True, slots=True)
class Account:
    """What one side says of a case: customs, one run of the model, or a rival.

    `shares` by flow and month, of the baseline; `baseline_t` is tonnes a month of the total.
    `stop_day` is the day of the first car plant stop, `oxides` and `light` the shares by month of
    rare-earth compounds and of magnets without listed elements, `approved` the share of licences
    granted by day, `alarm` the largest share that an end use misses in a week. None: it says
    nothing.
    """

    shares: Mapping[str, Mapping[str, float]]
    baseline_t: float | None = None
    stop_day: float | None = None
    oxides: Mapping[str, float] | None = None
    light: Mapping[str, float] | None = None
    approved: Mapping[int, float] | None = None
    alarm: float | None = None


Measure = Callable[[Account, Sequence[str]], float | None]


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked. The bounds are the figures themselves, or a margin around what was seen.

    `margin` is in the unit, `relative` a share of the observed value; a bound of None is open.
    """

    id: str
    what: str
    unit: str
    measure: Measure
    nature: str
    why: str
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    relative: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target with its answer; `constant_cut` is the rival's.

    `passed` of `runs` runs pass, None for an input.
    """

    id: str
    what: str
    unit: str
    observed: float | None
    model: float | None
    low: float | None
    high: float | None
    verdict: str
    passed: int | None
    runs: int
    constant_cut: str
    nature: str
    why: str


def judge(
    targets: Sequence[Target],
    observed: Account,
    runs: Sequence[Account],
    rival: Account,
    months: Sequence[str],
) -> tuple[Verdict, ...]:
    """Every target against the first run, with how many runs pass. `runs` holds at least one."""
    found = []
    for target in targets:
        seen = target.measure(observed, months)
        low, high = _bounds(target, seen)
        values = [target.measure(run, months) for run in runs]
        verdicts = [_verdict(target, value, low, high) for value in values]
        found.append(
            Verdict(
                id=target.id,
                what=target.what,
                unit=target.unit,
                observed=seen,
                model=values[0],
                low=low,
                high=high,
                verdict=verdicts[0],
                passed=None if target.nature == INPUT else verdicts.count(PASS),
                runs=len(runs),
                constant_cut=_verdict(target, target.measure(rival, months), low, high),
                nature=target.nature,
                why=target.why,
            )
        )
    return tuple(found)


def _bounds(target: Target, seen: float | None) -> tuple[float | None, float | None]:
    if seen is None or (target.margin is None and target.relative is None):
        return target.low, target.high
    margin = target.margin if target.margin is not None else (target.relative or 0.0) * seen
    return seen - margin, seen + margin


def _verdict(target: Target, value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return SILENT
    if target.nature == INPUT:
        return INPUT
    within = (low is None or value >= low) and (high is None or value <= high)
    return PASS if within else FAIL


def share_of(flow: str, number: int) -> Measure:
    """The share of a flow in a month, by its number from 1."""
    return lambda said, months: said.shares.get(flow, {}).get(months[number - 1])


def lowest(said: Account, months: Sequence[str]) -> float | None:
    """The lowest month of the total."""
    found = _total(said, months)
    return min(found.values()) if found else None


def back(said: Account, months: Sequence[str]) -> float | None:
    """The number of the month in which the total is back at the baseline."""
    found = _total(said, months)
    return first_month_back(found, TOLERANCE) if found else None


def worst_loss(said: Account, months: Sequence[str]) -> float | None:
    """The largest cumulative loss of the total, in tonnes."""
    found = _total(said, months)
    if not found or said.baseline_t is None:
        return None
    return max(0.0, -min(gaps(found.values(), said.baseline_t)))


def least_oxides(said: Account, _months: Sequence[str]) -> float | None:
    return min(said.oxides.values()) if said.oxides else None


def light_in(number: int) -> Measure:
    """The share of magnets without listed elements in a month, by its number from 1."""
    return lambda said, months: (said.light or {}).get(months[number - 1])


def approved_by(day: int) -> Measure:
    return lambda said, _months: (said.approved or {}).get(day)


def _total(said: Account, months: Sequence[str]) -> dict[str, float]:
    shares = said.shares.get(TOTAL, {})
    return {month: shares[month] for month in months if month in shares}


APRIL_2025 = (
    Target(
        "T1",
        "Trough of all exports, month 2",
        "share",
        share_of(TOTAL, 2),
        FITTED,
        "The share of uncontrolled magnets held (LIC08) was set so that May comes out.",
        low=0.20,
        high=0.30,
    ),
    Target(
        "T2",
        "Trough of exports to the USA, month 2",
        "share",
        share_of(USA, 2),
        FITTED,
        "The USA's own share held, 0.9, was set on May.",
        low=0.03,
        high=0.15,
    ),
    Target(
        "T3",
        "Month in which exports are back",
        "month",
        back,
        PART_FITTED,
        "Approvals after day 87 are drawn on, and the release of backlogs (STK22) was chosen "
        "with July known.",
        margin=1.0,
    ),
    Target(
        "T4",
        "Worst cumulative loss",
        "t",
        worst_loss,
        PART_FITTED,
        "May is fitted, April and June are not.",
        relative=0.20,
    ),
    Target(
        "T5",
        "First car plant stops",
        "day",
        lambda said, _months: said.stop_day,
        FITTED,
        "Stock days (STK07) are the mean of six dated stops, the first among them. A run "
        "counts weeks: 7 days either way.",
        low=30.0,
        high=75.0,
    ),
    Target(
        "T6",
        "Compounds do not fall, lowest month",
        "share",
        least_oxides,
        CONSTRUCTION,
        "Most of them are not under the licence, and what takes them takes its baseline. Only "
        "the sign can be compared.",
        low=1.0 - TOLERANCE,
    ),
    Target(
        "T7",
        "Magnets without Dy, Tb, Sm fall too, month 2",
        "share",
        light_in(2),
        FITTED,
        "The same value as T1. Customs do not tell the two kinds apart.",
        high=1.0 - TOLERANCE,
    ),
    Target(
        "T8a",
        "Licences granted by day 61",
        "share",
        approved_by(61),
        INPUT,
        "Counted by the European suppliers' association (LIC02).",
    ),
    Target(
        "T8b",
        "Licences granted by day 87",
        "share",
        approved_by(87),
        INPUT,
        "Counted by the European suppliers' association (LIC03).",
    ),
)
JAPAN_2010 = (
    Target(
        "J1",
        "Lowest month of imports from China",
        "share",
        lowest,
        OUTPUT,
        "Nothing was fitted to 2010; the width is that of T1.",
        margin=0.05,
    ),
    Target(
        "J2",
        "Month in which imports are back",
        "month",
        back,
        OUTPUT,
        "The day on which goods moved again is an input.",
        margin=1.0,
    ),
    Target(
        "J3",
        "Worst cumulative loss",
        "t",
        worst_loss,
        OUTPUT,
        "Nothing was fitted to 2010; the width is that of T4.",
        relative=0.20,
    ),
)
PRICE_2021 = (
    Target(
        "P1",
        "Most that an end use misses in a week",
        "share",
        lambda said, _months: said.alarm,
        CONSTRUCTION,
        "A price is no lever here. That no alarm is raised shows no more than this.",
        high=0.01,
    ),
)
