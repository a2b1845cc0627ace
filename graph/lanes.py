"""Flows split into lanes: by firm, by grade of magnet, and for swarf by element.

A component maker of the data is often the sum of many firms. It is expanded into firms of equal
size that hold different stocks (quantiles of a lognormal), each buying one grade of magnet: heavy
(with Dy or Tb, the goods under licence), light, or SmCo. Firms with less cover than a sea voyage
takes are supplied by air.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp, floor
from statistics import NormalDist
from typing import NamedTuple

from graph.errors import ScenarioError
from graph.model import CHINA, ELEMENTS, Flow, Site, Stage
from graph.network import Network
from graph.parameters import (
    SpreadParameters,
    chain_days,
    counts_goods_at_sea,
    transit_weeks,
)

WEEKS_PER_YEAR = 52.0
HEAVY, LIGHT = "heavy", "light"
GRADES = (HEAVY, LIGHT, "smco")
MAGNETS = ("ndfeb", "smco")
IS_HEAVY = tuple(element in ("Dy", "Tb") for element in ELEMENTS)


class Node(NamedTuple):
    """A site (its position among the sites), or one firm of a component site.

    `cover` is the firm's chain of stock in weeks.
    """

    site: int
    grade: str = ""
    cover: float = 0.0


class Lane(NamedTuple):
    """Part of a flow between two nodes (by number); tonnes and content (by element) a week."""

    flow: int
    grade: str
    product: str
    origin: int
    target: int
    lag: int
    tonnes: float
    content: tuple[float, ...]


def split(
    network: Network, sites: Sequence[Site], flows: Sequence[Flow], p: SpreadParameters
) -> tuple[list[Node], list[Lane]]:
    """All nodes, and the lanes between them in the order of `flows`.

    Raises ScenarioError where a component maker takes or ships anything but magnets.
    """
    _check_component_makers(network, flows)
    heavy = _heavy_shares(network, flows, p.controlled_tonnage)
    nodes: list[Node] = []
    members: dict[tuple[str, str], range] = {}
    for place, site in enumerate(sites):
        for grade in GRADES if site.stage is Stage.COMPONENT else ("",):
            first = len(nodes)
            nodes += [Node(place, grade, cover) for cover in _covers(site, grade, p)]
            members[site.id, grade] = range(first, len(nodes))
    makers = [site.id for site in sites if site.stage is Stage.COMPONENT]
    away = {id: _weeks_to_customers(network, id, p) for id in makers}
    lanes = []
    for index, flow in enumerate(flows):
        transit = transit_weeks(
            p, network.sites[flow.origin].country, network.sites[flow.target].country
        )
        for grade, product, tonnes, content in _by_grade(flow, heavy[index]):
            origins = members[flow.origin, grade if flow.origin in away else ""]
            targets = members[flow.target, grade if flow.target in away else ""]
            pairs = (
                list(zip(origins, targets, strict=True))  # firm to firm
                if len(origins) == len(targets)
                else [(a, b) for a in origins for b in targets]
            )
            per_week = len(pairs) * WEEKS_PER_YEAR
            amount, brought = tonnes / per_week, tuple(c / per_week for c in content)
            for origin, target in pairs:
                lag = transit
                if flow.target in away and counts_goods_at_sea(network.sites[flow.target]):
                    lag = min(lag, max(1, floor(nodes[target].cover - away[flow.target])))
                lanes.append(Lane(index, grade, product, origin, target, lag, amount, brought))
    return nodes, lanes


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


def _covers(site: Site, grade: str, p: SpreadParameters) -> list[float]:
    """Weeks of stock in the chain of each firm of a site, smallest first; one 0 for a plant."""
    if not grade:
        return [0.0]
    median = chain_days(p, site) / 7
    if site.country == CHINA:
        return [median]
    return [
        median * exp(p.chain_spread * NormalDist().inv_cdf((firm + 0.5) / p.firms))
        for firm in range(int(p.firms))
    ]


def _by_grade(flow: Flow, heavy: float) -> list[tuple[str, str, float, tuple[float, ...]]]:
    """(grade, product, tonnes, content) of the parts of a flow that can move apart."""
    match flow.material:
        case "ndfeb":
            split_up = []
            for grade, share in ((HEAVY, heavy), (LIGHT, 1 - heavy)):
                kept = 1.0 if grade == HEAVY else 0.0
                content = tuple(
                    c * (kept if is_heavy else share)
                    for is_heavy, c in zip(IS_HEAVY, flow.content, strict=True)
                )
                split_up.append((grade, f"ndfeb/{grade}", flow.tonnes * share, content))
            return [part for part in split_up if part[2] > 0]
        case "smco":
            return [("smco", "smco", flow.tonnes, flow.content)]
        case "swarf":
            return [
                ("", f"swarf/{element}", c, tuple(c * (e == element) for e in ELEMENTS))
                for element, c in zip(ELEMENTS, flow.content, strict=True)
                if c > 0
            ]
        case _:
            return [("", flow.material, flow.tonnes, flow.content)]


def _heavy_shares(
    network: Network, flows: Sequence[Flow], controlled_tonnage: float
) -> list[float]:
    """Share of each NdFeB flow's tonnes that contains Dy or Tb; 0 for other goods.

    It rises in proportion to the flow's Dy and Tb, with the one factor at which
    `controlled_tonnage` of the magnets that cross a border contain them. What a component maker
    ships has the grades of what it buys.
    """
    richness = [
        (flow.content[ELEMENTS.index("Dy")] + flow.content[ELEMENTS.index("Tb")]) / flow.tonnes
        if flow.material == "ndfeb"
        else 0.0
        for flow in flows
    ]
    bought = [network.sites[flow.origin].stage is not Stage.COMPONENT for flow in flows]
    magnets = [
        (rich, flow)
        for rich, flow, first in zip(richness, flows, bought, strict=True)
        if first and flow.material == "ndfeb"
    ]
    abroad = [
        (rich, flow.tonnes)
        for rich, flow in magnets
        if network.sites[flow.origin].country != network.sites[flow.target].country
    ]
    factor = _factor(abroad or [(rich, flow.tonnes) for rich, flow in magnets], controlled_tonnage)
    shares = [min(1.0, factor * rich) if rich > 0 else 0.0 for rich in richness]
    tonnes: dict[str, float] = defaultdict(float)
    heavy: dict[str, float] = defaultdict(float)
    for flow, share, first in zip(flows, shares, bought, strict=True):
        if first and flow.material == "ndfeb":
            tonnes[flow.target] += flow.tonnes
            heavy[flow.target] += flow.tonnes * share
    mixes: Mapping[str, float] = {id: heavy[id] / tonnes[id] for id in tonnes}
    return [
        share if first or flow.material != "ndfeb" else mixes.get(flow.origin, share)
        for flow, share, first in zip(flows, shares, bought, strict=True)
    ]


def _factor(magnets: Sequence[tuple[float, float]], wanted: float) -> float:
    """The factor f at which the tonnage-weighted mean of min(1, f x richness) is `wanted`."""
    total = sum(tonnes for _, tonnes in magnets)
    rich = sorted(((r, t) for r, t in magnets if r > 0), reverse=True)
    capped, rest = 0.0, sum(r * t for r, t in rich)
    for richness, tonnes in rich:
        factor = (wanted * total - capped) / rest
        if factor * richness <= 1:
            return max(0.0, factor)
        capped, rest = capped + tonnes, rest - richness * tonnes
        if rest <= 0:
            break
    return float("inf")


def _weeks_to_customers(network: Network, id: str, p: SpreadParameters) -> int:
    """Weeks from a component maker to the nearest it supplies; 1 where it supplies nobody."""
    country = network.sites[id].country
    customers = {network.sites[flow.target].country for flow in network.outputs(id)}
    return min((transit_weeks(p, country, where) for where in customers), default=1)
