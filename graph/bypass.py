"""Whether any way leads round a case: without it, does an end use still get all its elements?

A case is a single route of an end use where some magnet element reaches it now, and no longer
reaches it along any flow once the case is gone. For one site this is dominance, as
`graph.routes.single_routes` finds it for all sites at once; here it is asked of firms, countries
and corridors too. Tonnes do not count, so that it says little in dense tiers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from graph.bound import reached, running, supply_of
from graph.contingency import Case
from graph.model import ELEMENTS, MAGNET_ELEMENTS
from graph.network import Network


def without_bypass(
    network: Network, ends: Collection[str], cases: Iterable[Case], element: str | None = None
) -> frozenset[Case]:
    """The cases that are single routes of one of the sites `ends`, for a magnet element or, where
    one of ELEMENTS is named, for that one."""
    supply = supply_of(network)
    place, flows = supply.place, supply.flows
    keys = np.array([flow.key for flow in network.flows])
    run = running(supply, np.zeros(len(place), dtype=bool)).run
    wanted = np.array([place[id] for id in ends], dtype=np.intp)
    lost = {case: np.zeros(len(place), dtype=bool) for case in cases}
    for case, flags in lost.items():
        flags[[place[id] for id in case.sites]] = True
    found = set()
    for each in (element,) if element else MAGNET_ELEMENTS:
        held = run & (flows.content[:, ELEMENTS.index(each)] > 0)
        origin, target = flows.origin[held], flows.target[held]
        enters = np.setdiff1d(origin, target)
        before = reached(len(place), enters, origin, target)[wanted]
        for case, flags in lost.items():
            left = ~np.isin(keys[held], list(case.flows)) & ~flags[origin] & ~flags[target]
            begin = enters[~flags[enters]]
            after = reached(len(place), begin, origin[left], target[left])[wanted]
            if (before & ~after).any():
                found.add(case)
    return frozenset(found)
