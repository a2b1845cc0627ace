"""How much more than it does a site could do, from the capacities that are published.

A capacity counts where it can be compared with what the site ships: in the unit of its flows, or of
the output published beside it. Others (tonnes of alloy, which hold iron) say nothing about the
rare earths in them, and the site is taken to do all it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from graph.mixing import Array
from graph.model import ELEMENTS, METALS, Flow, Site
from graph.network import Network

FINISHED_PER_BLANK = 0.71
"""Finished magnet from a sintered blank, t per t: YLD04 of assumptions.csv, base value."""
NDPR = ELEMENTS.index("NdPr")


def rooms(network: Network, finished_per_blank: float = FINISHED_PER_BLANK) -> Array:
    """Capacity of every site as a multiple of its baseline, at least 1, in the order of the
    network. A site that ships nothing has 1. `finished_per_blank` (t per t, above 0) compares
    capacities in blanks with magnets, which flow finished."""
    return np.array(
        [_room(site, network, finished_per_blank) for site in network.sites.values()], dtype=float
    )


def _room(site: Site, network: Network, finished_per_blank: float) -> float:
    if not site.capacity:
        return 1.0
    measure = _MEASURES.get(site.capacity_unit)
    per_unit = finished_per_blank if site.capacity_unit == "t NdFeB blank" else 1.0
    shipped = sum(map(measure, network.outputs(site.id))) / per_unit if measure else 0.0
    if not shipped and site.output and site.output_unit == site.capacity_unit:
        shipped = site.output
    return max(1.0, site.capacity / shipped) if shipped else 1.0


def _tonnes_of(*materials: str) -> Callable[[Flow], float]:
    return lambda flow: flow.tonnes if flow.material in materials else 0.0


_MEASURES: Mapping[str, Callable[[Flow], float]] = {
    "t REO": lambda flow: sum(flow.content),
    "t NdPr oxide": lambda flow: flow.content[NDPR],
    "t metal": _tonnes_of(*METALS),
    "t NdFeB blank": _tonnes_of("ndfeb"),
    "t NdFeB finished": _tonnes_of("ndfeb"),
    "t SmCo": _tonnes_of("smco"),
}
"""By unit of capacity, what a flow counts in it."""
