"""Minimum cuts through sites, by maximum flow (Ford and Fulkerson, "Maximal flow through a
network", Canadian Journal of Mathematics 8, 1956).

Every site is split in two, an entrance and an exit, with its limit between them, so that a cut goes
through sites and never through flows. scipy counts in whole numbers of 32 bits and wraps silently
beyond them: limits are counted in kilograms, or in the next coarser unit that fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from graph.mixing import Places

LARGEST = int(np.iinfo(np.int32).max) - 1
"""One less than 32 bits hold: a flow may carry one unit more than its seller can, so that it never
binds itself."""
KILOGRAM = 1e-3
ROUNDING = 1e-12
"""Relative error of a limit in floating point: 0.3 t are 300 kg, not 299."""


@dataclass(frozen=True, slots=True)
class SiteCut:
    """The most that can flow, t, the places of the sites whose limits add up to it, and the unit
    in t to which limits were rounded down: a kilogram unless they are too large for it."""

    tonnes: float
    sites: Places
    unit: float


def minimum_cut(
    origin: ArrayLike,
    target: ArrayLike,
    limit: ArrayLike,
    sources: ArrayLike,
    sinks: ArrayLike,
) -> SiteCut:
    """The cut between sources and sinks, of several the one nearest to the sources.

    `origin` and `target` are the sites of each flow, `limit` by site what can pass it in t (0 or
    more); `sources` and `sinks` are places of sites, and sinks have no limit. Raises ValueError for
    a limit below 0 or without end, and for a site that is both a source and a sink.
    """
    start, stop = np.asarray(sources, dtype=np.intp), np.asarray(sinks, dtype=np.intp)
    limits = np.asarray(limit, dtype=np.float64)
    if not (np.isfinite(limits).all() and (limits >= 0).all()):
        where = int(np.flatnonzero(~(np.isfinite(limits) & (limits >= 0)))[0])
        raise ValueError(f"limit of site {where}: expected 0 t or more, got {limits[where]}")
    if (both := np.intersect1d(start, stop)).size:
        raise ValueError(f"site {both[0]} is both a source and a sink: nothing lies between")
    # No site passes more than all sources together can give.
    limits = np.minimum(limits, limits[start].sum())
    unit = _unit(float(limits[start].sum()))
    whole = np.floor(limits / unit * (1 + ROUNDING)).astype(np.int64)
    graph, source, sink = _split(np.asarray(origin), np.asarray(target), whole, start, stop)
    found = maximum_flow(graph, source, sink)
    left = graph - found.flow
    left.data = left.data > 0
    left.eliminate_zeros()
    reached = np.zeros(graph.shape[0], dtype=bool)
    reached[breadth_first_order(left, source, return_predecessors=False)] = True
    entrance, way_out = reached[: len(whole)], reached[len(whole) : 2 * len(whole)]
    cut = np.flatnonzero(entrance & ~way_out & (whole > 0))
    return SiteCut(float(found.flow_value) * unit, np.setdiff1d(cut, stop), unit)


def _unit(total: float) -> float:
    """t in the smallest power of ten kilograms in which `total` t can be counted."""
    unit = KILOGRAM
    while total / unit > LARGEST:
        unit *= 10
    return unit


def _split(
    origin: Places, target: Places, whole: Places, start: Places, stop: Places
) -> tuple[csr_array, int, int]:
    """Entrances first, then exits, the source of all and the sink of all."""
    count = len(whole)
    source, sink = 2 * count, 2 * count + 1
    onward = origin != target
    sites = np.arange(count)
    row = np.concatenate([sites, origin[onward] + count, np.full(len(start), source), stop])
    column = np.concatenate([sites + count, target[onward], start, np.full(len(stop), sink)])
    links = np.ones(len(row), dtype=np.int8)
    graph = csr_array(
        (links, (row.astype(np.int32), column.astype(np.int32))), (sink + 1, sink + 1)
    )
    # All that leaves a node has the same room. Set afterwards, since links that stand twice, one
    # for each good, are added up on the way.
    room = np.concatenate([whole, whole + 1, [LARGEST + 1, 0]])
    room[stop] = LARGEST + 1
    return (
        csr_array(
            (np.repeat(room, np.diff(graph.indptr)).astype(np.int32), graph.indices, graph.indptr),
            graph.shape,
        ),
        source,
        sink,
    )
