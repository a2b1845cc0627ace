"""The spread's parameters from `assumptions.csv`."""

from __future__ import annotations

from typing import Any

from graph.draws import LEVER_ASSUMPTIONS, Range
from graph.errors import DataError, Problem
from graph.parameters import ASSUMPTIONS, SpreadParameters
from loaders.tables import Tables


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


def ranges(tables: Tables) -> dict[str, Range]:
    """Low, base and high of the assumptions that runs draw, by row; those without room left out.

    A row without a low or a high value stands at its base on that side.
    """
    wanted = {id for id, _ in ASSUMPTIONS.values()} | set(LEVER_ASSUMPTIONS)
    found = {}
    for row in tables["assumptions"]:
        if row.text("id") in wanted:
            base = row.number("base")
            low, high = (
                base if row.optional(side) is None else row.number(side) for side in ("low", "high")
            )
            if low < high:
                found[row.text("id")] = Range(min(low, base), base, max(high, base))
    return found
