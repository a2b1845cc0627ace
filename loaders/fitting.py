"""Fit a table of flows to the totals of its sellers and buyers.

The flows nearest to a prior, in relative entropy, that meet given row sums, column sums and
the totals of some blocks of cells are found by iterative proportional fitting: scale rows,
columns and blocks in turn until nothing moves (Deming and Stephan, Annals of Mathematical
Statistics 11, 1940; Csiszár, Annals of Probability 3, 1975, for the convergence).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TOLERANCE = 1e-11
ROUNDS = 20_000
LOOK = 20
STALLED = 0.98
"""Fitting ends when `LOOK` rounds leave more than this share of the miss."""
THIN = 0.004
"""Cells below this share of both their row and their column are left out as noise."""


@dataclass(frozen=True, slots=True)
class Fit:
    """`flows` meets both margins; `gap` is the largest relative miss of a block (0: all met)."""

    flows: Array
    gap: float


class NoFit(ValueError):  # noqa: N818 - says what happened
    """No table of flows can meet the margins where the prior allows a flow at all."""


def fit(
    prior: Array,
    rows: Array,
    columns: Array,
    block: NDArray[np.intp] | None = None,
    totals: Array | None = None,
) -> Fit:
    """Flows (n, m) with row sums `rows` (n,) and column sums `columns` (m,), nearest to `prior`.

    `block` (n, m) numbers the cells whose sum is fixed to `totals[number]`, -1 elsewhere. The
    margins hold exactly (1e-9 relative); blocks that contradict them give way and their miss
    is returned. Raises NoFit where the margins differ or the prior leaves them no way.
    """
    total = float(rows.sum())
    if not np.isclose(total, columns.sum(), rtol=1e-9, atol=1e-9):
        raise NoFit(f"sellers have {total:,.3f} t and buyers need {columns.sum():,.3f} t")
    if total <= 0:
        return Fit(np.zeros_like(prior), 0.0)
    x = np.where((rows > 0)[:, None] & (columns > 0), prior, 0.0)
    _check_support(x, rows, columns)
    if block is not None and totals is not None and len(totals):
        x = _scale(x, rows, columns, block, totals)
    x = _scale(x, rows, columns)
    miss = max(_miss(x.sum(axis=1), rows), _miss(x.sum(axis=0), columns))
    if miss > 1e-9:
        raise NoFit(f"the margins cannot all be met where sales are allowed (off by {miss:.1%})")
    gap = 0.0
    if block is not None and totals is not None and len(totals):
        gap = _miss(_block_sums(x, block, len(totals)), totals)
    return Fit(x, gap)


def thin(
    flows: Array,
    rows: Array,
    columns: Array,
    keep: NDArray[np.bool_],
    block: NDArray[np.intp] | None = None,
    totals: Array | None = None,
) -> Array:
    """Drop small cells that are not in `keep` and fit the rest again, to blocks as well.

    What is dropped is noise of the prior, not knowledge: thousands of sales of a few kilograms.
    Where too little is left to meet the margins, less is dropped.
    """
    share = THIN
    while share > 1e-6:
        small = (flows < share * rows[:, None]) & (flows < share * columns) & ~keep
        try:
            return fit(np.where(small, 0.0, flows), rows, columns, block, totals).flows
        except NoFit:
            share /= 4
    return flows


def _scale(
    x: Array,
    rows: Array,
    columns: Array,
    block: NDArray[np.intp] | None = None,
    totals: Array | None = None,
) -> Array:
    inside = None if block is None else block >= 0
    last = np.inf
    for round_ in range(ROUNDS):
        if inside is not None and block is not None and totals is not None:
            factors = _ratio(totals, _block_sums(x, block, len(totals)))
            x = x.copy()
            x[inside] *= factors[block[inside]]
        x = x * _ratio(rows, x.sum(axis=1))[:, None]
        x = x * _ratio(columns, x.sum(axis=0))
        if round_ % LOOK == 0:
            miss = _miss(x.sum(axis=1), rows)
            if block is not None and totals is not None:
                miss = max(miss, _miss(_block_sums(x, block, len(totals)), totals))
            if miss < TOLERANCE or miss > STALLED * last:
                break
            last = miss
    return x


def _check_support(x: Array, rows: Array, columns: Array) -> None:
    for axis, sums in ((1, rows), (0, columns)):
        stuck = np.flatnonzero((sums > 0) & (x.sum(axis=axis) <= 0))
        if len(stuck):
            kind = "sellers" if axis == 1 else "buyers"
            raise NoFit(f"{kind} without any allowed sale: rows {stuck.tolist()}")


def _block_sums(x: Array, block: NDArray[np.intp], count: int) -> Array:
    inside = block >= 0
    sums: Array = np.bincount(block[inside], weights=x[inside], minlength=count).astype(float)
    return sums


def _ratio(wanted: Array, got: Array) -> Array:
    return np.divide(wanted, got, out=np.ones_like(wanted), where=got > 0)


def _miss(got: Array, wanted: Array) -> float:
    scale = np.where(wanted > 0, wanted, wanted.max(initial=1.0))
    return float(np.abs((got - wanted) / scale).max(initial=0.0))
