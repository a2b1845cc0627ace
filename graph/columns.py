"""A network as columns of numbers: all that a plan needs of it and no assumption changes.

Made once for a network, however many runs follow. Names become codes: places in `GRADES`,
`PRODUCTS`, `GOODS` and `WAYS`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from graph.errors import ScenarioError
from graph.model import ELEMENTS, MAGNETS, MATERIALS, Flow, Site, Stage
from graph.network import Network
from graph.plan import Bools, Floats, Ints

Key = TypeVar("Key", bound=Hashable)

HEAVY, LIGHT = "heavy", "light"
GRADES = ("", HEAVY, LIGHT, "smco")
FEED = "feed"
UNITS = "units"
SINK = "sink "
GOODS = tuple(sorted({FEED, *ELEMENTS, *MATERIALS}))
PRODUCTS = (
    *MATERIALS,
    *(f"ndfeb/{grade}" for grade in (HEAVY, LIGHT)),
    *(f"swarf/{element}" for element in ELEMENTS),
    UNITS,
    *(SINK + good for good in GOODS),
)
WAYS = ("by element", "magnet", "pass", "component", "end use", "sink")
"""How a site turns inputs into products."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Sites and flows, sorted by name: the order of the network's rows changes nothing.

    `kinds` are sites that stand for all those no assumption tells apart, `routes` pairs of
    countries. A `part` is what of a flow can move apart: a grade of magnets, an element of swarf.
    """

    network: Network
    sites: tuple[Site, ...]
    flows: tuple[Flow, ...]
    kinds: tuple[Site, ...]
    site_kind: Ints
    site_way: Ints
    site_makes: Bools
    """component makers, which stand for many firms"""
    routes: tuple[tuple[str, str], ...]
    flow_route: Ints
    flow_origin: Ints
    flow_target: Ints
    flow_material: Ints
    """places in MATERIALS"""
    flow_tonnes: Floats
    """t a year"""
    flow_content: Floats
    """t a year of oxide equivalent, flows x elements"""
    part_flow: Ints
    part_grade: Ints
    part_product: Ints


def columns_of(network: Network) -> Columns:
    """The columns. Raises ScenarioError where component makers deal in anything but magnets."""
    sites = tuple(network.sites[id] for id in sorted(network.sites))
    flows = tuple(sorted(network.flows, key=lambda flow: flow.key))
    _check_component_makers(network, flows)
    place = {site.id: i for i, site in enumerate(sites)}
    code = {material: i for i, material in enumerate(MATERIALS)}
    origin, target, material = np.array(
        [(place[flow.origin], place[flow.target], code[flow.material]) for flow in flows],
        dtype=np.int64,
    ).reshape(-1, 3).T  # fmt: skip
    kind, kinds = _numbered(
        (site.stage, site.country, site.sector, site.role.is_boundary) for site in sites
    )
    country, countries = _numbered(site.country for site in sites)
    ends = country[origin] * len(countries) + country[target]
    pairs, route = np.unique(ends, return_inverse=True)
    names = [sites[i].country for i in countries]
    content = np.array([flow.content for flow in flows]).reshape(-1, len(ELEMENTS))
    part_flow, part_grade, part_product = _parts(material, content)
    return Columns(
        network=network,
        sites=sites,
        flows=flows,
        kinds=tuple(sites[i] for i in kinds),
        site_kind=kind,
        site_way=_ways(sites, origin, material),
        site_makes=np.array([site.stage is Stage.COMPONENT for site in sites], dtype=bool),
        routes=tuple((names[i // len(names)], names[i % len(names)]) for i in pairs.tolist()),
        flow_route=route,
        flow_origin=origin,
        flow_target=target,
        flow_material=material,
        flow_tonnes=np.array([flow.tonnes for flow in flows]),
        flow_content=content,
        part_flow=part_flow,
        part_grade=part_grade,
        part_product=part_product,
    )


def _numbered(keys: Iterable[Key]) -> tuple[Ints, list[int]]:
    """A number for each key, and by number the place at which it first stands."""
    number: dict[Key, int] = {}
    first: list[int] = []
    found = []
    for place, key in enumerate(keys):
        if key not in number:
            number[key] = len(first)
            first.append(place)
        found.append(number[key])
    return np.array(found, dtype=np.int64), first


def _check_component_makers(network: Network, flows: Sequence[Flow]) -> None:
    """Their firms differ by the grade of magnet, so that other goods find none of them."""
    wrong = [
        (flow, end)
        for flow in flows
        if flow.material not in MAGNETS
        for end in (flow.origin, flow.target)
        if network.sites[end].stage is Stage.COMPONENT
    ]
    if not wrong:
        return
    flow, end = wrong[0]
    raise ScenarioError(
        f"no scenario can be run: component makers deal in {' and '.join(MAGNETS)} alone, but "
        f"{end!r} has the flow {flow.key} ({len(wrong):,} such flows in all). "
        f"Give the site the stage {Stage.MAGNET.value}, or remove the flow."
    )


def _ways(sites: Sequence[Site], origin: Ints, material: Ints) -> Ints:
    pure = np.array([m.element is not None for m in MATERIALS.values()])
    refines = np.zeros(len(sites), dtype=bool)
    refines[origin[pure[material]]] = True
    ways = []
    for site, makes_element in zip(sites, refines.tolist(), strict=True):
        if site.role.is_boundary:
            ways.append("sink")
        elif site.stage is Stage.END_USE:
            ways.append("end use")
        elif site.stage is Stage.COMPONENT:
            ways.append("component")
        elif site.stage is Stage.MAGNET:
            ways.append("magnet")
        elif site.stage is not Stage.MINE and makes_element:
            ways.append("by element")
        else:
            ways.append("pass")
    return np.array([WAYS.index(way) for way in ways], dtype=np.int64)


def _parts(material: Ints, content: Floats) -> tuple[Ints, Ints, Ints]:
    """Flow, grade and product of all parts there can be, in the order of the flows."""
    names = tuple(MATERIALS)
    choices = np.zeros((len(material), len(ELEMENTS)), dtype=bool)
    choices[:, 0] = True
    choices[material == names.index("ndfeb"), 1] = True
    swarf = material == names.index("swarf")
    choices[swarf] = content[swarf] > 0
    flow, choice = np.nonzero(choices)
    good = material[flow]
    grade, product = np.zeros(len(flow), dtype=np.int64), good.copy()
    magnets, waste = good == names.index("ndfeb"), good == names.index("swarf")
    grade[magnets] = GRADES.index(HEAVY) + choice[magnets]
    product[magnets] = PRODUCTS.index(f"ndfeb/{HEAVY}") + choice[magnets]
    grade[good == names.index("smco")] = GRADES.index("smco")
    product[waste] = PRODUCTS.index(f"swarf/{ELEMENTS[0]}") + choice[waste]
    return flow, grade, product
