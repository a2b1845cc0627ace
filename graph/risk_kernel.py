"""The cascade of `graph.systemic_risk` in compiled loops that walk only sites that lose output.

All compiled code stands in this file: numba compiles afresh when it changes, but not for another
file. One call scores its sites one after the other; threads share nothing but what they read.
"""

from __future__ import annotations

import numba
import numpy as np

from graph.inner import OPTIONS, inner
from graph.packed import Index
from graph.plan import Floats, Ints

FRESH_BELOW = 1e-3
"""Share of a market left under which its output is summed afresh: differences lose digits there."""


@inner
def _afresh(members: Index, output: Floats, kept: Floats) -> float:
    left = 0.0
    for m in members:
        left += output[m] * kept[m]
    return left


@numba.njit(**OPTIONS | {"cache": True})
def score(
    sites: Ints,
    capacity: Floats,
    tolerance: float,
    output: Floats,
    market: Index,
    size: Floats,
    member_start: Index,
    member: Index,
    sale_start: Index,
    sale_slot: Index,
    sale_share: Floats,
    slot_site: Index,
    buy_start: Index,
    buy_from: Index,
    buy_share: Floats,
    scores: Floats,
    rounds: Ints,
) -> None:
    """Fill `scores` and `rounds`, one per entry of `sites`; the arrays as in `systemic_risk`.

    `lack` holds what each input of each site lacks, and only the change of a supplier since the
    last round is added to it; `worst` is the largest of a site. Both only grow within a cascade.
    """
    n, total = len(output), output.sum()
    down, up = np.ones(n), np.ones(n)
    worst, unsold, passed = np.zeros(n), np.zeros(n), np.zeros(n)
    lack, lost, left = np.zeros(len(slot_site)), np.zeros(len(size)), np.empty(len(size))
    step, summed = 0, np.zeros(len(size), np.int64)
    waits = np.zeros(n, dtype=np.bool_)
    hit_down, hit_up, due = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    news, drop = np.empty(n, np.int64), np.empty(n)
    for row, struck in enumerate(sites):
        downs, ups, asked, fresh, turn = 0, 0, 0, 0, 0
        if capacity[row] < 1.0:
            down[struck] = up[struck] = capacity[row]
            lost[market[struck]] = output[struck] * (1.0 - capacity[row])
            hit_down[0] = hit_up[0] = news[0] = struck
            drop[struck] = 1.0 - capacity[row]
            downs = ups = fresh = 1
        largest = 1.0
        while largest > tolerance:
            turn, step = turn + 1, step + 1
            largest = 0.0

            dirty = 0
            for a in range(downs):
                i = hit_down[a]
                k = market[i]
                if summed[k] != step:
                    summed[k], left[k] = step, size[k] - lost[k]
                    if left[k] < FRESH_BELOW * size[k]:
                        members = member[member_start[k] : member_start[k + 1]]
                        left[k] = _afresh(members, output, down)
                share = output[i] / left[k] if left[k] > output[i] else 1.0
                passes = share * (1.0 - down[i])
                change = passes - passed[i]
                if change == 0.0:
                    continue
                passed[i] = passes
                for e in range(sale_start[i], sale_start[i + 1]):
                    slot = sale_slot[e]
                    lack[slot] += change * sale_share[e]
                    j = slot_site[slot]
                    if lack[slot] > worst[j]:
                        worst[j] = lack[slot]
                        if not waits[j]:
                            waits[j] = True
                            due[dirty] = j
                            dirty += 1
            for a in range(dirty):
                j = due[a]
                waits[j] = False
                now = max(0.0, 1.0 - worst[j])
                fell = down[j] - now
                if fell > 0.0:
                    if down[j] == 1.0:
                        hit_down[downs] = j
                        downs += 1
                    down[j] = now
                    lost[market[j]] += output[j] * fell
                    largest = max(largest, fell)

            dirty, asked = 0, ups  # those hit in the last round have asked nobody for less
            for a in range(fresh):
                j = news[a]
                for e in range(buy_start[j], buy_start[j + 1]):
                    i = buy_from[e]
                    unsold[i] += buy_share[e] * drop[j]
                    if not waits[i]:
                        waits[i] = True
                        due[dirty] = i
                        dirty += 1
            fresh = 0
            for a in range(dirty):
                i = due[a]
                waits[i] = False
                now = max(0.0, 1.0 - unsold[i])
                fell = up[i] - now
                if fell > 0.0:
                    if up[i] == 1.0:
                        hit_up[ups] = i
                        ups += 1
                    up[i] = now
                    drop[i] = fell
                    news[fresh] = i
                    fresh += 1
                    largest = max(largest, fell)

        gone = 0.0
        for a in range(downs):
            i = hit_down[a]
            gone += output[i] * (1.0 - min(down[i], up[i]))
        for a in range(ups):
            i = hit_up[a]
            if down[i] == 1.0:
                gone += output[i] * (1.0 - up[i])
        scores[row], rounds[row] = gone / total, turn

        for a in range(downs):
            i = hit_down[a]
            if passed[i] != 0.0:
                for e in range(sale_start[i], sale_start[i + 1]):
                    lack[sale_slot[e]] = worst[slot_site[sale_slot[e]]] = 0.0
            passed[i] = lost[market[i]] = 0.0
            down[i] = 1.0
        for a in range(ups):
            j = hit_up[a]
            up[j] = 1.0
            if a < asked:
                for e in range(buy_start[j], buy_start[j + 1]):
                    unsold[buy_from[e]] = 0.0
