"""Clear one market: the flows nearest to the prior that meet totals and known trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.errors import DataError, Problem
from graph.model import MATERIALS, Site
from loaders.facts import Facts
from loaders.fitting import NoFit, fit, thin
from loaders.market import prior

Array = NDArray[np.float64]

ALLOY = "alloy"
"""Makers with this output buy metal and pass it on; they do not sell to each other."""


@dataclass(frozen=True, slots=True)
class BlockMiss:
    """Trade that was to be fixed and what the balance could reach, t a year."""

    material: str
    origin: str
    target: str
    wanted: float
    reached: float


def clear(
    facts: Facts,
    material: str,
    sellers: Sequence[Site],
    buyers: Sequence[Site],
    sells: Array,
    wants: Array,
    known: set[tuple[str, str]],
    random: np.random.Generator | None = None,
) -> tuple[Array, list[BlockMiss]]:
    """Flows (sellers, buyers) in t a year, and the fixed trade that could not be reached.

    `sells` and `wants` are the totals of sellers and buyers and must be equal in sum. Raises
    DataError where no flows can meet them.
    """
    table = prior(facts, material, sellers, buyers, sells, wants, known, random)
    passing = {id for id, made in facts.outputs if made == ALLOY}
    from_, to = (
        np.array([material == "ndpr_metal" and s.id in passing for s in side], dtype=bool)
        for side in (sellers, buyers)
    )
    table[np.ix_(from_, to)] = 0.0
    block, totals, names = _blocks(facts, material, sellers, buyers)
    keep = (block >= 0) | np.array([[(s.id, b.id) in known for b in buyers] for s in sellers])
    try:
        fitted = fit(table, sells, wants, block, totals).flows
        flows = thin(fitted, sells, wants, keep, block, totals)
    except NoFit as error:
        raise DataError(
            [
                Problem(
                    f"the market of {MATERIALS[material].name} does not close: {error}",
                    "outputs.csv, needs.csv, market_rules.csv",
                    advice="Change an output, a need or a rule of this market.",
                )
            ]
        ) from error
    reached = np.bincount(block[block >= 0], weights=flows[block >= 0], minlength=len(totals))
    missed = [
        BlockMiss(material, *name, float(wanted), float(got))
        for wanted, got, name in zip(totals, reached, names, strict=True)
        if abs(got - wanted) > 0.01 * max(wanted, 1.0)
    ]
    return flows, missed


def _blocks(
    facts: Facts, material: str, sellers: Sequence[Site], buyers: Sequence[Site]
) -> tuple[NDArray[np.intp], Array, list[tuple[str, str]]]:
    """Number the cells of each trade that is fixed, by country or region."""
    block = np.full((len(sellers), len(buyers)), -1, dtype=np.intp)
    totals: list[float] = []
    names: list[tuple[str, str]] = []
    for fixed in (b for b in facts.blocks if b.material == material):
        sold, bought = (
            np.array([place in {s.country, facts.regions[s.country]} for s in side], dtype=bool)
            for place, side in ((fixed.origin, sellers), (fixed.target, buyers))
        )
        if sold.any() and bought.any():
            block[np.ix_(sold, bought)] = len(totals)
            totals.append(fixed.tonnes)
            names.append((fixed.origin, fixed.target))
    return block, np.array(totals), names
