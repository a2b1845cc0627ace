"""Time cuts, single routes and what passed through a site, beside other libraries.

Graphs are layered. Peers are networkx and, where it is installed, igraph. Every way runs in a
process of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
from layered import TIERS, Arrays, layered_arrays
from machine import apart, peak_mb

from graph.max_flow import minimum_cut
from graph.mixing import Mixing, in_order
from graph.plan import Floats, Ints
from graph.routes import articulation_points, dominators, joined

FLOWS = 10  # a site
AGREE = 1e-4
"""Largest relative difference of two answers: limits are rounded to whole kilograms or coarser."""
Answer = tuple[float, float]
"""Seconds, and a figure on which all ways must agree."""


def limits(flows: Arrays, sites: int) -> Floats:
    """What each site passes: what goes in or, where that is less, what goes out."""
    arriving = np.bincount(flows.target, flows.tonnes, sites)
    return np.maximum(arriving, np.bincount(flows.source, flows.tonnes, sites))


def ends(sites: int) -> tuple[Ints, Ints]:
    """The first and the last tier."""
    tier = np.arange(sites) * TIERS // sites
    return np.flatnonzero(tier == 0), np.flatnonzero(tier == TIERS - 1)


def timed(work: Callable[[], float]) -> Answer:
    start = time.perf_counter()
    figure = work()
    return time.perf_counter() - start, figure


def cut_here(flows: Arrays, sites: int) -> Answer:
    limit, (sources, sinks) = limits(flows, sites), ends(sites)
    minimum_cut([0], [1], [1.0, 1.0], [0], [1])  # imports what scipy leaves for later
    return timed(lambda: minimum_cut(flows.source, flows.target, limit, sources, sinks).tonnes)


def split(flows: Arrays, sites: int) -> tuple[list[int], list[int], list[float], int, int]:
    """Links and rooms of the graph in which each site stands twice, as in `graph.max_flow`."""
    limit, (sources, sinks) = limits(flows, sites), ends(sites)
    most = limit[sources].sum()
    passes = np.minimum(limit, most)
    passes[sinks] = most
    source, sink = 2 * sites, 2 * sites + 1
    links = np.unique(flows.source * sites + flows.target)
    origin, target = links // sites, links % sites
    every = np.arange(sites)
    row = np.concatenate([every, origin + sites, np.full(len(sources), source), sinks + sites])
    column = np.concatenate([every + sites, target, sources, np.full(len(sinks), sink)])
    room = np.concatenate([passes, np.full(len(row) - sites, most)])
    return row.tolist(), column.tolist(), room.tolist(), source, sink


def cut_networkx(flows: Arrays, sites: int) -> Answer:
    row, column, room, source, sink = split(flows, sites)

    def work() -> float:
        graph: Any = nx.DiGraph()
        for origin, target, most in zip(row, column, room, strict=True):
            graph.add_edge(origin, target, capacity=most)
        return float(nx.maximum_flow_value(graph, source, sink))

    return timed(work)


def cut_igraph(flows: Arrays, sites: int) -> Answer:
    import igraph

    row, column, room, source, sink = split(flows, sites)

    def work() -> float:
        graph = igraph.Graph(n=sink + 1, edges=np.column_stack([row, column]), directed=True)
        return float(graph.maxflow_value(source, sink, room))

    return timed(work)


def linked(flows: Arrays, sites: int) -> list[tuple[int, int]]:
    """The flows, and a link from one more node to every site that nothing flows into."""
    enters = np.setdiff1d(flows.source, flows.target)
    row = np.append(flows.source, np.full(len(enters), sites))
    column = np.append(flows.target, enters)
    return list(zip(row.tolist(), column.tolist(), strict=True))


def dominated(found: Any, source: int) -> int:
    """How many nodes have a dominator other than the source."""
    return sum(above not in (source, node) for node, above in found.items())


def dominators_here(flows: Arrays, sites: int) -> Answer:
    return timed(lambda: dominated(dominators(joined(sites, flows.source, flows.target)), sites))


def dominators_networkx(flows: Arrays, sites: int) -> Answer:
    links = linked(flows, sites)
    return timed(lambda: dominated(nx.immediate_dominators(nx.DiGraph(links), sites), sites))


def dominators_igraph(flows: Arrays, sites: int) -> Answer:
    import igraph

    links = linked(flows, sites)

    def work() -> float:
        graph = igraph.Graph(n=sites + 1, edges=links, directed=True)
        # Below 0 stand the root and what it does not reach.
        return sum(above >= 0 and above != sites for above in graph.dominator(sites))

    return timed(work)


def points_here(flows: Arrays, sites: int) -> Answer:
    return timed(lambda: len(articulation_points(joined(sites, flows.source, flows.target))))


def points_networkx(flows: Arrays, sites: int) -> Answer:
    links = linked(flows, sites)
    return timed(lambda: len(set(nx.articulation_points(nx.Graph(links))) - {sites}))


def points_igraph(flows: Arrays, sites: int) -> Answer:
    import igraph

    links = linked(flows, sites)
    return timed(
        lambda: len(set(igraph.Graph(n=sites + 1, edges=links).articulation_points()) - {sites})
    )


def wanted(flows: Arrays, sites: int) -> Floats:
    """What arrives at the last tier."""
    _, sinks = ends(sites)
    found = np.zeros(sites)
    found[sinks] = np.bincount(flows.target, flows.tonnes, sites)[sinks]
    return found


def passage_here(flows: Arrays, sites: int) -> Answer:
    want = wanted(flows, sites)[:, None]
    tier, carried = np.arange(sites) * TIERS // sites, np.ones(len(flows.tonnes), dtype=bool)

    def work() -> float:
        chain = in_order(flows.source, flows.target, tier)
        return float(Mixing(chain, flows.tonnes, carried).upstream(want).sum())

    return timed(work)


def passage_networkx(flows: Arrays, sites: int) -> Answer:
    """The same by a walk from the last tier to the first, without a matrix."""
    stood = dict(enumerate(wanted(flows, sites).tolist()))
    links = zip(flows.source.tolist(), flows.target.tolist(), flows.tonnes.tolist(), strict=True)

    def work() -> float:
        graph: Any = nx.MultiDiGraph()
        graph.add_weighted_edges_from(links)
        for site in reversed(list(nx.topological_sort(graph))):
            into = list(graph.in_edges(site, data="weight"))
            total = sum(tonnes for _, _, tonnes in into)
            for origin, _, tonnes in into:
                stood[origin] += stood[site] * tonnes / total
        return float(sum(stood.values()))

    return timed(work)


HERE = "magnetrace"
WAYS: dict[str, dict[str, Callable[[Arrays, int], Answer]]] = {
    "cut": {HERE: cut_here, "igraph": cut_igraph, "networkx": cut_networkx},
    "dominators": {
        HERE: dominators_here,
        "igraph": dominators_igraph,
        "networkx": dominators_networkx,
    },
    "points": {HERE: points_here, "igraph": points_igraph, "networkx": points_networkx},
    "passage": {HERE: passage_here, "networkx": passage_networkx},
}


def one_way(task: str, way: str, sites: int, runs: int) -> dict[str, float]:
    """What one way does, in this process alone: the fastest of its runs."""
    flows = layered_arrays(sites, FLOWS * sites)
    graph_mb = peak_mb()
    answers = [WAYS[task][way](flows, sites) for _ in range(runs)]
    seconds, figure = min(answers)
    return {"seconds": seconds, "figure": figure, "graph_mb": graph_mb, "peak_mb": peak_mb()}


def compared(task: str, sites: int, patience: float, runs: int) -> None:
    """Print time, memory and the ratio to the first way. Ends with an error where ways differ."""
    first: dict[str, float] = {}
    for way in WAYS[task]:
        if way != HERE and importlib.util.find_spec(way) is None:
            print(f"{sites:7} {task:11} {way:11} not installed")
            continue
        asked = [f"--task={task}", f"--way={way}", f"--sites={sites}"]
        asked.append(f"--runs={runs if way == HERE else 1}")
        try:
            found = json.loads(apart(__file__, *asked, patience=patience))
        except subprocess.TimeoutExpired:
            print(f"{sites:7} {task:11} {way:11} not done after {patience:g} s", flush=True)
            continue
        first = first or found
        if abs(found["figure"] - first["figure"]) > AGREE * abs(first["figure"]):
            raise SystemExit(f"{task}: {way} finds {found['figure']}, not {first['figure']}")
        print(
            f"{sites:7} {task:11} {way:11} {found['seconds']:9.4f} s "
            f"{found['seconds'] / first['seconds']:7.1f} x, peak {found['peak_mb']:5.0f} MB "
            f"(graph drawn {found['graph_mb']:.0f}), figure {found['figure']:.6g}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, action="append", help="sites (1000, 10000, 100000)")
    parser.add_argument("--task", choices=WAYS, action="append", help="what to time (all)")
    parser.add_argument("--patience", type=float, default=60, help="seconds a way may take (60)")
    parser.add_argument("--runs", type=int, default=3, help="runs, of which the fastest counts (3)")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        (task,), (sites,) = options.task, options.sites
        json.dump(one_way(task, options.way, sites, options.runs), sys.stdout)
        return
    for sites in options.sites or (1_000, 10_000, 100_000):
        for task in options.task or WAYS:
            compared(task, sites, options.patience, options.runs)


if __name__ == "__main__":
    main()
