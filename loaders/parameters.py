"""The spread's parameters from `assumptions.csv`."""

from __future__ import annotations

from typing import Any

from graph.draws import LEVER_ASSUMPTIONS, Range, assumed
from graph.errors import DataError, Problem
from graph.parameters import ASSUMPTIONS, SpreadParameters
from graph.recovery import RECOVERY_ROWS
from graph.scenario import Scenario
from loaders.tables import Row, Tables

DAYS = {"days": 1.0, "months": 365.25 / 12}
"""Days in a unit of time."""


def spread_parameters(tables: Tables) -> SpreadParameters:
    """Parameters at the values of the table. Raises DataError for every row that is missing."""
    rows = {row.text("id"): row for row in tables["assumptions"]}
    missing = sorted({id for id, _ in ASSUMPTIONS.values()} - rows.keys())
    if missing:
        raise DataError(
            Problem(
                f"the spread needs the row {id}",
                "assumptions.csv",
                column="id",
                advice="Add the row; docs/data.md says what it stands for.",
            )
            for id in missing
        )
    values: dict[str, Any] = {
        name: row.number("base") if row.optional(column) is None else row.number(column)
        for name, (id, column) in ASSUMPTIONS.items()
        for row in (rows[id],)
    }
    try:
        return SpreadParameters(**values)
    except ValueError as error:
        raise DataError(
            [Problem(f"the spread cannot use this: {error}", "assumptions.csv")]
        ) from error


def assumed_in(tables: Tables, scenario: Scenario) -> tuple[SpreadParameters, Scenario]:
    """Parameters and levers of a run with what the scenario itself assumes.

    Raises DataError as `spread_parameters` does, ScenarioError as `graph.draws.assumed` does.
    """
    return assumed(scenario, spread_parameters(tables), ranges(tables), {})


def ranges(tables: Tables) -> dict[str, Range]:
    """Low, base and high of the assumptions that runs draw, by row; those without room left out.

    A row without a low or a high value stands at its base on that side.
    """
    wanted = {id for id, _ in ASSUMPTIONS.values()} | set(LEVER_ASSUMPTIONS)
    found = {
        row.text("id"): _range(row) for row in tables["assumptions"] if row.text("id") in wanted
    }
    return {id: room for id, room in found.items() if room.low < room.high}


def recovery_times(tables: Tables) -> dict[str, Range]:
    """Low, base and high in days of the rows that `graph.recovery` reads, where the table has them.

    Raises DataError for a row in another unit than days or months.
    """
    found, problems = {}, []
    for row in tables["assumptions"]:
        if row.text("id") not in RECOVERY_ROWS:
            continue
        days = DAYS.get(row.text("unit"))
        if days is None:
            advice = "Give the time in days or in months."
            what = "time to recover cannot be read"
            expected, got = " or ".join(DAYS), repr(row.text("unit"))
            problems.append(row.problem(what, "unit", expected=expected, got=got, advice=advice))
            continue
        span = _range(row)
        found[row.text("id")] = Range(span.low * days, span.base * days, span.high * days)
    if problems:
        raise DataError(problems)
    return found


def _range(row: Row) -> Range:
    base = row.number("base")
    low, high = (
        base if row.optional(side) is None else row.number(side) for side in ("low", "high")
    )
    return Range(min(low, base), base, max(high, base))
