"""Who gets what when a supplier has too little: in proportion to orders, or some buyers first."""

from __future__ import annotations

import numpy as np

from graph.plan import Bools, Floats, Plan, totals


def rations(
    plan: Plan, passing: Floats, called: Floats, ready: Floats, first: Bools | None
) -> Floats:
    """Share (0..1) of what passes that each lane is given.

    `called` and `ready` are what the lanes of a line want together and what it has, in weeks of
    its baseline. Lanes that are `first` share among themselves, the others what they leave.
    """
    ration = np.ones(len(called))
    np.divide(ready, called, out=ration, where=called > ready)
    if first is None:
        return np.asarray(ration[plan.lane_line])
    wanted = np.where(first, plan.lane_share * passing, 0.0)
    ahead = totals(plan.lane_line, wanted, len(called))
    behind = np.maximum(0.0, called - ahead)
    given = np.minimum(ahead, ready)
    one = np.ones(len(called))
    served = np.divide(given, ahead, out=one.copy(), where=ahead > 0)
    rest = np.divide(ready - given, behind, out=one.copy(), where=behind > 0)
    by_rank = np.where(first, served[plan.lane_line], np.minimum(1.0, rest)[plan.lane_line])
    # Where there is enough for all the ration is 1, to the last bit.
    return np.where((called > ready)[plan.lane_line], by_rank, 1.0)
