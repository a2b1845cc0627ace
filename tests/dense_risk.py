"""The Economic Systemic Risk Index by dense matrices, formula by formula and nothing spared.

Written from Diem et al., Scientific Reports 12:7719 (2022), to hold `graph.systemic_risk` against;
it shares no code with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def dense_risk(
    weight: Floats,
    sector: Ints,
    essential: Ints,
    final_demand: Floats,
    capacity: Floats,
    market: Ints,
    tolerance: float,
    sites: Ints,
) -> tuple[Floats, Ints]:
    """Scores and rounds of `sites`; `weight[i, j]` is what site i sends site j."""
    made = weight.sum(axis=1) + final_demand
    belongs = np.equal.outer(np.arange(len(essential)), sector).astype(float)
    rivals = np.equal.outer(market, market).astype(float)
    of_sector = (belongs @ weight)[sector]  # what the customer gets of the supplier's sector
    received = weight.sum(axis=0)
    kind = essential[np.ix_(sector, sector)]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.nan_to_num(weight / np.where(kind == 2, of_sector, received))
        sales = np.nan_to_num(weight / made[:, None])
    leontief, linear = share * (kind == 2), share * (kind == 1)
    scores, rounds = np.empty(len(sites)), np.zeros(len(sites), dtype=np.int64)
    for row, site in enumerate(sites):
        psi = np.ones(len(sector))
        psi[site] = capacity[site]
        down, up, fell = psi, psi, 1.0
        while fell > tolerance:
            rounds[row] += 1
            with np.errstate(divide="ignore", invalid="ignore"):
                sigma = np.fmin(1.0, made / (rivals @ (made * down)))
            lost = sigma * (1 - down)
            short = belongs @ (lost[:, None] * leontief)
            now_down = np.minimum(psi, np.minimum(1 - short.max(axis=0), 1 - lost @ linear))
            now_up = np.minimum(psi, 1 - sales @ (1 - up))
            now_down, now_up = np.maximum(0, now_down), np.maximum(0, now_up)
            fell = max((down - now_down).max(), (up - now_up).max())
            down, up = now_down, now_up
        scores[row] = made @ (1 - np.minimum(down, up)) / made.sum()
    return scores, rounds
