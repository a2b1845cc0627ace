"""Concentration of a snapshot, over alternative balances of its flows."""

from __future__ import annotations

from collections.abc import Iterable

from graph.concentration import COUNTRY, LEVELS, REGIONS, ConcentrationBand, bands, concentration
from graph.errors import DataError, Problem
from graph.indicators import LOCATED
from loaders import Data, Progress, tables
from loaders.studies import alternative_balances
from loaders.tables import Tables

CEILING = "CRM01"
"""Row of assumptions.csv with the ceiling of the Critical Raw Materials Act."""


def concentrations(
    data: Data | None,
    *,
    snapshot: str,
    levels: Iterable[str] = LEVELS,
    by: str = COUNTRY,
    lens: str = LOCATED,
    of: str = REGIONS,
    balances: int = 1,
    seed: int = 7,
    progress: Progress = lambda *_: None,
) -> tuple[ConcentrationBand, ...]:
    """Rows of `graph.concentration.concentration` for each level, with bands over the balance in
    use and others drawn from the seed, `balances` in all.

    The balances share their margins, links, trade and every assumption: what yields and
    compositions of ore might be instead is in no band. Flows given as they are have one balance.
    Raises as `loaders.load` does, and DataError where the row of the ceiling is missing.
    """
    networks = alternative_balances(
        data, snapshot=snapshot, seed=seed, count=balances, progress=progress
    )
    ceiling = _ceiling(tables(data))
    return tuple(
        row
        for level in levels
        for row in bands(
            [
                concentration(network, level=level, by=by, lens=lens, of=of, ceiling=ceiling)
                for network in networks
            ]
        )
    )


def _ceiling(found: Tables) -> float:
    for row in found["assumptions"]:
        if row.text("id") == CEILING:
            return row.number("base")
    what = f"the test of the Critical Raw Materials Act needs the row {CEILING}"
    advice = "Add the row; docs/chokepoints.md says what it stands for."
    raise DataError([Problem(what, "assumptions.csv", column="id", advice=advice)])
