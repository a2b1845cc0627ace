"""Sites that every route passes: dominators and articulation points.

A site dominates an end use where each path from where material enters the chain leads through it
(Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm", Rice University, 2001); an
articulation point is a site without which the network falls apart, flows taken without direction
(Hopcroft and Tarjan, CACM 16(6), 1973). Both ask only whether there is another way, not whether
anything to speak of can take it: in a dense tier they say little, and a flag is all they are.
A row that stands for many sites (the unnamed rest of a country, a stock) is never a single route.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import rustworkx as rx
from numpy.typing import ArrayLike

from graph.bound import Supply, running, supply_of
from graph.errors import UnknownName
from graph.mixing import Places
from graph.model import ELEMENTS, Role, Stage
from graph.network import Network

ONE_SITE = frozenset({Role.PLANT, Role.INTERMEDIATE})
"""Roles of rows that stand for one place, not for all that nobody lists."""


@dataclass(frozen=True, slots=True)
class SingleRoute:
    """A site that all that reaches some end uses must pass, whatever the tonnes.

    `end_uses` are those it dominates, sorted by id. `splits` is True for an articulation point,
    all places where material enters taken as joined, so that a mine with one buyer is none.
    """

    site: str
    name: str
    country: str
    stage: Stage
    end_uses: tuple[str, ...]
    splits: bool


def single_routes(
    network: Network,
    element: str | None = None,
    *,
    without: Collection[str] = (),
    supply: Supply | None = None,
) -> tuple[SingleRoute, ...]:
    """Every single route, that of most end uses first; of one element, only over flows that hold
    it, and over flows that can still run `without` the sites named. End uses themselves are left
    out, and so are end uses that nothing reaches. `supply` saves making the arrays of the network
    again. Raises UnknownName for an element or a site."""
    if element is not None and element not in ELEMENTS:
        raise UnknownName("element", element, ELEMENTS)
    supply = supply or supply_of(network)
    sites, flows = supply.sites, supply.flows
    lost = np.zeros(len(sites), dtype=bool)
    lost[[supply.place[network.site(id).id] for id in without]] = True
    held = running(supply, lost).run
    if element is not None:
        held &= flows.content[:, ELEMENTS.index(element)] > 0
    graph = joined(len(sites), flows.origin[held], flows.target[held])
    passed = dominators(graph)
    dominated: dict[int, list[str]] = defaultdict(list)
    for place, site in enumerate(sites):
        if site.is_end_use:
            for other in _above(passed, place):
                dominated[other].append(site.id)
    cuts = articulation_points(graph)
    found = [
        SingleRoute(
            site=sites[place].id,
            name=sites[place].name,
            country=sites[place].country,
            stage=sites[place].stage,
            end_uses=tuple(sorted(dominated[place])),
            splits=place in cuts,
        )
        for place in sorted(dominated.keys() | cuts)
        if sites[place].stage is not Stage.END_USE and sites[place].role in ONE_SITE
    ]
    return tuple(sorted(found, key=lambda route: (-len(route.end_uses), route.site)))


def joined(sites: int, origin: ArrayLike, target: ArrayLike) -> rx.PyDiGraph[int, None]:
    """The flows as a graph of places, with one more node, the last, from which a link leads to
    every site that ships and that nothing flows into."""
    start, stop = np.asarray(origin, dtype=np.intp), np.asarray(target, dtype=np.intp)
    enters = np.setdiff1d(start, stop)
    graph: rx.PyDiGraph[int, None] = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(sites + 1))
    links = _links(np.append(start, np.full(len(enters), sites)), np.append(stop, enters))
    graph.add_edges_from_no_data(links)
    return graph


def dominators(graph: rx.PyDiGraph[int, None]) -> Mapping[int, int]:
    """The immediate dominator of every node that the last one reaches, itself left out."""
    source = graph.num_nodes() - 1
    found = rx.immediate_dominators(graph, source)
    return {node: above for node, above in found.items() if node != source}


def articulation_points(graph: rx.PyDiGraph[int, None]) -> set[int]:
    """Sites without which the graph falls into more parts; the last node is none."""
    return rx.articulation_points(graph.to_undirected(multigraph=False)) - {graph.num_nodes() - 1}


def _above(passed: Mapping[int, int], place: int) -> Iterator[int]:
    """All that dominates a site, from the nearest on; the node before the sites is left out."""
    above = passed.get(place)
    while above is not None and above in passed:
        yield above
        above = passed[above]


def _links(origin: Places, target: Places) -> list[tuple[int, int]]:
    return list(zip(origin.tolist(), target.tolist(), strict=True))
