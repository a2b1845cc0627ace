"""Through which sites of a stage the content of the end uses has passed.

The tracing of graph/mixing.py, asked upstream: with d_j the content of an element that end uses
want, y = d + M' y says how much of it has stood at each site, and the part of it that a site has
itself taken through a stage is

    t_j = y_j a_j,    a_j = share of what arrives at j that does not yet have the form of the stage

so that metal alloyed by a second maker counts where it became metal, and the tonnes of all sites
add up to what the end uses hold. What enters the chain behind a stage has never been seen there:
it is given under the site where it enters, as unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from graph.mixing import Array, Bools, Flows, Mixing, Places, chain_of
from graph.model import ELEMENTS, METALS, OXIDES, Role, Site, Stage
from graph.network import Network

MADE: Mapping[Stage, frozenset[str]] = {
    Stage.MINE: frozenset({"concentrate"}),
    Stage.SEPARATION: frozenset(OXIDES),
    Stage.METAL: frozenset(METALS),
    Stage.MAGNET: frozenset({"ndfeb", "smco"}),
}
"""The goods that each stage turns its inputs into."""
PASSING = frozenset({Role.INTERMEDIATE, Role.AGGREGATE})
"""Rows that hand on what they receive without taking it through their stage, as crackers do."""
AT_ONCE = 64
"""Demands that are looked at together: so many figures a site are held at once."""
SMALLEST = 1e-12
"""Share of a content below which a site has no part in it."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Tonnes a year, oxide equivalent, by site: those that took the content through the stage, and
    those where content entered the chain behind it."""

    through: Mapping[str, float]
    behind: Mapping[str, float]


def passed(
    network: Network, demands: Mapping[str, Collection[str]]
) -> Iterator[tuple[tuple[str, Stage, str], Passed]]:
    """Demand, stage and element, and through whom the content of its end uses has passed.

    `demands` names sets of sites. An element that a set does not hold is left out.
    Raises DataError where an element goes round in a loop and none of it comes in.
    """
    sites = list(network.sites.values())
    place = {site.id: i for i, site in enumerate(sites)}
    flows = Flows.of(network)
    arriving = flows.arriving(len(sites))
    chain = chain_of(network, flows)
    ends = {
        name: np.array([place[id] for id in ids], dtype=np.intp) for name, ids in demands.items()
    }
    for stage, goods in MADE.items():
        takes = np.array([site.stage is stage and site.role not in PASSING for site in sites])
        in_form = np.array([flow.material in goods for flow in network.flows], dtype=bool)
        carried = in_form | ~takes[flows.target]
        for e, element in enumerate(ELEMENTS):
            f, arrives = flows.content[:, e], arriving[:, e]
            mixing = Mixing(chain, f, carried)
            taken = np.bincount(flows.target[~carried], weights=f[~carried], minlength=len(sites))
            # Where nothing arrives, all that leaves begins.
            begins = arrives <= 0
            own = np.where(begins, 1.0, taken / np.where(begins, 1.0, arrives))
            for name, stood in _stood(mixing, arrives, ends):
                tonnes = stood * own
                part = tonnes > SMALLEST * tonnes.sum()
                if part.any():
                    through, behind = part & takes, part & ~takes
                    yield (
                        (name, stage, element),
                        Passed(_by_site(sites, tonnes, through), _by_site(sites, tonnes, behind)),
                    )


def _stood(
    mixing: Mixing, arrives: Array, ends: Mapping[str, Places]
) -> Iterator[tuple[str, Array]]:
    """By demand, how much of what arrives at its ends has stood at each site."""
    names = list(ends)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        wanted = np.zeros((len(arrives), len(some)))
        for column, name in enumerate(some):
            wanted[ends[name], column] = arrives[ends[name]]
        yield from zip(some, mixing.upstream(wanted).T, strict=True)


def _by_site(sites: list[Site], tonnes: Array, counted: Bools) -> dict[str, float]:
    return {sites[i].id: float(tonnes[i]) for i in np.flatnonzero(counted).tolist()}
