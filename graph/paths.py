"""The heaviest path from a site to an end use: the one by which most of its content came there.

By proportional sharing (graph/tracing.py) a path from site 0 over sites 1, 2, ... n to an end use
brought there

    t = c_n f_01/a_1 f_12/a_2 ... f_(n-1)n/a_n

tonnes, with f_ij the content that flows, a_j all that arrives at j, and c_n what the end use holds.
The largest product is the shortest way where each flow is as long as -log(f_ij / a_j), which is
never below 0 (Dijkstra 1959, by scipy).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from graph.contingency import Case
from graph.mixing import Array, Flows
from graph.model import ELEMENTS
from graph.network import Network

OTHER = ELEMENTS.index("other")


@dataclass(frozen=True, slots=True)
class Path:
    """Sites from the first to the end use, and what came along them: t of magnet elements a year,
    oxide equivalent. Material that leads in a circle is looked at on its first round."""

    sites: tuple[str, ...]
    tonnes: float


def heaviest_paths(
    network: Network, ends: Collection[str], cases: Iterable[Case]
) -> Mapping[Case, Path]:
    """The heaviest path of each case to one of the sites `ends`; a case that none of them holds
    anything from has none. A corridor's path begins with one of its flows."""
    ids = list(network.sites)
    place = {id: i for i, id in enumerate(ids)}
    flows = Flows.of(network)
    f = np.delete(flows.content, OTHER, axis=1).sum(axis=1)
    arrives = np.bincount(flows.target, weights=f, minlength=len(ids))
    share = f / np.where(arrives > 0, arrives, 1.0)[flows.target]
    wanted = np.array([arrives[place[id]] for id in ends])
    if not wanted.sum() > 0:
        return {}
    length, onward = _ways(len(ids), flows, share, [place[id] for id in ends], wanted)
    tonnes = wanted.sum() * np.exp(-length)
    number = {flow.key: i for i, flow in enumerate(network.flows)}

    def path_from(start: int) -> tuple[str, ...]:
        found = [start]
        while (follows := int(onward[found[-1]])) < len(ids):
            found.append(follows)
        return tuple(ids[site] for site in found)

    def starts(case: Case) -> Iterable[tuple[float, tuple[int, ...], int]]:
        yield from ((float(tonnes[place[id]]), (), place[id]) for id in case.sites)
        for key in case.flows & number.keys():
            origin, target = int(flows.origin[number[key]]), int(flows.target[number[key]])
            yield float(tonnes[target] * share[number[key]]), (origin,), target

    found = {}
    for case in cases:
        most, before, start = max(starts(case), default=(0.0, (), 0))
        if most > 0:
            found[case] = Path((*(ids[site] for site in before), *path_from(start)), most)
    return found


def _ways(n: int, flows: Flows, share: Array, ends: list[int], wanted: Array) -> tuple[Array, Any]:
    """How far it is from each site to the ends, and the place of the next site on that way.

    Place n stands behind the ends, each as near as its part of what all of them hold.
    """
    start = np.append(flows.target, np.full(len(ends), n))
    stop = np.append(flows.origin, ends)
    # Several goods between two sites are one way: their shares add up before the logarithm.
    joined: csr_array = coo_array(
        (np.append(share, wanted / wanted.sum()), (start, stop)), shape=(n + 1, n + 1)
    ).tocsr()
    joined.eliminate_zeros()
    joined.data = np.maximum(0.0, -np.log(joined.data))
    length, onward = dijkstra(joined, indices=[n], return_predecessors=True)
    return length[0, :n], onward[0]
