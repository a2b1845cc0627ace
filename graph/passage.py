"""Which share of what end uses hold has passed through each site: betweenness by flow.

For one element and with M as in `graph.mixing`, y = d + M' y says how often the content d of the
end uses has stood at each site. Where an element goes round in a loop (swarf) it can stand at a
site more than once; divided by G_jj, the mean number of times that what has stood at j stands there
before it leaves for good (G = (I - M')^-1), it is the share that has been there at all:

    s_j = y_j / (G_jj sum d)

This is the share of deliveries that passed through on the flows as they are, by proportional
sharing. It is neither betweenness by shortest paths (Freeman 1977) nor the flow betweenness of
Freeman, Borgatti and White (1991), which asks for maximum flows between all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.errors import DataError, Problem, UnknownName
from graph.mixing import Array, Chain, Flows, Mixing, Places, chain_of
from graph.model import ELEMENTS, Role, Stage
from graph.network import Network

AT_ONCE = 64
"""Sites of a loop that are looked at together: so many figures a site are held at once."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A site and what passed through it on the way to some end uses: t oxide equivalent of the
    element a year as it arrives, and the share (0..1) of all that arrives."""

    site: str
    name: str
    country: str
    stage: Stage
    role: Role
    """a residual stands for many sites: much passes it, and it is no place"""
    element: str
    tonnes: float
    share: float


def passages(
    network: Network, element: str, end_uses: str | Sequence[str] | None = None
) -> tuple[Passage, ...]:
    """Every site that some of the element passed on its way to the end uses, largest share first.

    Without `end_uses` these are all; other uses than magnets are none. The end uses are left out.
    Raises UnknownName for a site or an element, DataError where none of the element arrives or
    where it goes round in a loop and hardly any comes in.
    """
    if element not in ELEMENTS:
        raise UnknownName("element", element, ELEMENTS)
    sites = list(network.sites.values())
    if end_uses is None:
        names: tuple[str, ...] = tuple(site.id for site in sites if site.is_end_use)
    else:
        names = (end_uses,) if isinstance(end_uses, str) else tuple(end_uses)
    place = {site.id: i for i, site in enumerate(sites)}
    ends = np.array([place[network.site(id).id] for id in names], dtype=np.intp)
    flows = Flows.of(network)
    f = flows.content[:, ELEMENTS.index(element)]
    arriving = np.bincount(flows.target, f, len(sites))
    total = float(arriving[ends].sum())
    if total <= 0:
        what = f"no {element} arrives at {', '.join(names)}"
        raise DataError([Problem(what, expected="an end use that the element flows into")])
    chain = chain_of(network, flows)
    mixing = Mixing(chain, f, np.ones(len(f), dtype=bool))
    wanted = np.zeros((len(sites), 1))
    wanted[ends, 0] = arriving[ends]
    stood = mixing.upstream(wanted)[:, 0]
    looping = _in_loops(chain, f)
    again = looping[stood[looping] > 0]
    stood[again] /= _times(mixing, again, len(sites))
    share = stood / total
    share[ends] = 0.0
    found = [
        Passage(
            site.id, site.name, site.country, site.stage, site.role, element, part * total, part
        )
        for site, part in zip(sites, np.minimum(share, 1.0).tolist(), strict=True)
        if part > 0
    ]
    return tuple(sorted(found, key=lambda row: (-row.share, row.site)))


def _in_loops(chain: Chain, f: Array) -> Places:
    """Sites that the element can come back to, as places in the network."""
    held = f > 0
    n = len(chain.sites)
    ends = (chain.origin[held], chain.target[held])
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(n, n))
    _, loop = connected_components(graph, connection="strong")
    back = np.bincount(loop)[loop] > 1
    back[ends[0][ends[0] == ends[1]]] = True
    return chain.sites[back]


def _times(mixing: Mixing, places: Places, sites: int) -> Array:
    """How often, on the mean, what has stood at each place stands there."""
    times = np.ones(len(places))
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        begins = np.zeros((sites, len(some)))
        begins[some, np.arange(len(some))] = 1.0
        times[start : start + AT_ONCE] = mixing.upstream(begins)[some, np.arange(len(some))]
    return times
