"""What a run of the weekly model leaves behind, whichever engine played it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.plan import Floats, Ints


@dataclass(frozen=True, slots=True)
class Tally:
    """Orders lost on the way, summed over the weeks, in weeks of the baseline.

    `withheld[lever]` per lane, `rationed` per lane, `capped[lever]` per line, `starved` per use.
    """

    withheld: dict[str, Floats]
    rationed: Floats
    capped: dict[str, Floats]
    starved: Floats


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Every week of a run; all relative to the baseline. Rows are weeks.

    `shipped` and `backlog` (ordered and not shipped, weeks) per lane, `made`, `goods` (change of
    finished goods, weeks) and `unmade` (units not made so far, weeks) per line, `stock` (change of
    input stock, weeks) per group.
    """

    shipped: Floats
    backlog: Floats
    made: Floats
    goods: Floats
    stock: Floats
    unmade: Floats
    tally: Tally


def arrived(shipped: Floats, lag: Ints) -> Floats:
    """What arrives each week on lanes that take `lag` weeks; both tables weeks x lanes."""
    found, lane = np.empty_like(shipped), np.arange(len(lag))
    for week in range(len(shipped)):
        sent = week - lag
        found[week] = np.where(sent >= 0, shipped[np.maximum(sent, 0), lane], 1.0)
    return found
