"""What is uncertain in a run, and one draw of it: assumptions, levers, places in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from graph.errors import ScenarioError
from graph.levers import APPROVAL_2025
from graph.parameters import ASSUMPTIONS, SpreadParameters
from graph.scenario import (
    ExportLicence,
    Lever,
    NewCapacity,
    PriceRule,
    Scenario,
    Substitution,
    Tariff,
    TechnologyBan,
)

COLLATERAL, LAST_APPROVAL, BUILD_DELAY = "LIC08", "LIC13", "BLD09"
DEMAND, HEAVY_SAVED, RAMP = "ELA01", "SUB01", "BLD02"
LEVER_ASSUMPTIONS = (COLLATERAL, LAST_APPROVAL, BUILD_DELAY, DEMAND, HEAVY_SAVED, RAMP)
"""Rows of assumptions.csv that levers are drawn by; the rest belong to the spread."""


@dataclass(frozen=True, slots=True)
class Range:
    """Lowest, best and highest value of an assumption, in the unit of its row."""

    low: float
    base: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.base <= self.high:
            raise ScenarioError(
                f"a range rises from low over base to high, got {self.low}, {self.base}, "
                f"{self.high}"
            )

    def draw(self, random: np.random.Generator) -> float:
        """A value from the triangle over the range; always the same number of random numbers."""
        place = float(random.random())
        if self.low == self.high:
            return self.base
        return float(_triangle(place, self.low, self.base, self.high))


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: the values by assumption, and the run they make."""

    values: Mapping[str, float]
    parameters: SpreadParameters
    scenario: Scenario
    queue_seed: int


def used(ranges: Mapping[str, Range], scenario: Scenario) -> tuple[str, ...]:
    """Assumptions with room that bear on the scenario and that it does not set itself, in a fixed
    order."""
    spread = {row for row, _ in ASSUMPTIONS.values()}
    levers = {
        row
        for row in LEVER_ASSUMPTIONS
        for lever in scenario.levers
        if row in ranges and _with(lever, {row: ranges[row].high}, ranges) != lever
    }
    wanted = (spread | levers) - dict(scenario.assumptions).keys()
    return tuple(
        sorted(row for row in wanted if row in ranges and ranges[row].low < ranges[row].high)
    )


def draw(
    scenario: Scenario,
    parameters: SpreadParameters,
    ranges: Mapping[str, Range],
    seed: int,
    run: int,
) -> Draw:
    """Draw number `run` of a study: the same for the same seed, wherever and in whatever order.

    Raises ScenarioError where the values drawn make no run.
    """
    random = np.random.default_rng((seed, run))
    values = {row: ranges[row].draw(random) for row in used(ranges, scenario)}
    try:
        drawn, moved = assumed(scenario, parameters, ranges, values)
    except ScenarioError as error:
        raise ScenarioError(f"draw {run} of seed {seed}: {error}") from error
    return Draw(
        values=values,
        parameters=drawn,
        scenario=moved,
        queue_seed=int(random.integers(2**32)),
    )


def assumed(
    scenario: Scenario,
    parameters: SpreadParameters,
    ranges: Mapping[str, Range],
    values: Mapping[str, float],
) -> tuple[SpreadParameters, Scenario]:
    """Parameters and levers with some assumptions, by row of `ranges`, at other values.

    An assumption that holds for several parameters (base and high of one row) moves all of them
    together, none beyond its range. What the scenario sets itself holds as well, and is done with
    then. Raises ScenarioError where the values make no run.
    """
    values = _own(scenario, ranges) | dict(values)
    moved: dict[str, Any] = {
        field: float(
            np.clip(
                getattr(parameters, field) * _factor(ranges[row], values[row]),
                ranges[row].low,
                ranges[row].high,
            )
        )
        for field, (row, _) in ASSUMPTIONS.items()
        if row in values
    }
    try:
        set_to = replace(parameters, **moved)
    except ValueError as error:
        raise ScenarioError(str(error)) from error
    levers = tuple(_with(lever, values, ranges) for lever in scenario.levers)
    return set_to, replace(scenario, levers=levers, assumptions=())


def _own(scenario: Scenario, ranges: Mapping[str, Range]) -> dict[str, float]:
    """What a scenario sets, each within its range."""
    for row, value in scenario.assumptions:
        if row not in ranges:
            close = get_close_matches(row, ranges, n=1)
            raise ScenarioError(
                f"{scenario.name}: {row!r} is no assumption that a run can set"
                + (f"; did you mean {close[0]}?" if close else "")
            )
        room = ranges[row]
        if not room.low <= value <= room.high:
            raise ScenarioError(
                f"{scenario.name}: {row} lies between {room.low:g} and {room.high:g}, got {value:g}"
            )
    return dict(scenario.assumptions)


def _with(lever: Lever, values: Mapping[str, float], ranges: Mapping[str, Range]) -> Lever:
    """The lever with what is drawn: its own values, moved as far as the assumption moves."""

    def moved(row: str, value: float) -> float:
        return value * _factor(ranges[row], values[row]) if row in values else value

    match lever:
        case ExportLicence():
            caught = min(1.0, moved(COLLATERAL, lever.caught))
            terms = tuple(
                item if item.caught is None else replace(item, caught=_share(moved, item.caught))
                for item in lever.destinations
            )
            approval = lever.approval
            if approval == APPROVAL_2025 and LAST_APPROVAL in values:
                *early, (_, last) = approval
                approval = (*early, (values[LAST_APPROVAL], last))
            return replace(lever, caught=caught, destinations=terms, approval=approval)
        case Tariff() | PriceRule():
            return replace(lever, elasticity=moved(DEMAND, lever.elasticity))
        case TechnologyBan():
            return replace(lever, stretch_weeks=round(moved(BUILD_DELAY, lever.stretch_weeks)))
        case NewCapacity():
            return replace(lever, ramp_weeks=round(moved(RAMP, lever.ramp_weeks)))
        case Substitution() if lever.elements:
            return replace(lever, share=min(1.0, moved(HEAVY_SAVED, lever.share)))
        case _:
            return lever


def _share(moved: Any, value: float) -> float:
    return min(1.0, float(moved(COLLATERAL, value)))


def _factor(range_: Range, value: float) -> float:
    return value / range_.base if range_.base else 1.0


def _triangle(place: float, low: float, base: float, high: float) -> float:
    """Quantile of the triangular distribution (Johnson and Kotz 1999)."""
    turn = (base - low) / (high - low)
    if place <= turn:
        return low + float(np.sqrt(place * (high - low) * (base - low)))
    return high - float(np.sqrt((1.0 - place) * (high - low) * (high - base)))
