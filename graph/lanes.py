"""Flows split into lanes: by firm, by grade of magnet, and for swarf by element.

A component maker of the data is often the sum of many firms. It is expanded into firms of equal
size that hold different stocks (quantiles of a lognormal), each buying one grade of magnet: heavy
(with Dy or Tb, the goods under licence), light, or SmCo. Firms with less cover than a sea voyage
takes are supplied by air.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, floor
from statistics import NormalDist

from graph.model import CHINA, ELEMENTS, Flow, Site, Stage
from graph.network import Network
from graph.parameters import SpreadParameters, chain_days, transit_weeks

WEEKS_PER_YEAR = 52.0
HEAVY, LIGHT = "heavy", "light"
HEAVY_ELEMENTS = ("Dy", "Tb")


@dataclass(frozen=True, slots=True)
class Node:
    """A site, or one firm of a component site; `cover` is its chain of stock in weeks."""

    site: int
    firm: int = 0
    grade: str = ""
    cover: float = 0.0


@dataclass(frozen=True, slots=True)
class Lane:
    """Part of a flow between two nodes; tonnes and content (by element) a week."""

    flow: int
    grade: str
    product: str
    origin: Node
    target: Node
    lag: int
    tonnes: float
    content: tuple[float, ...]


def split(
    network: Network, sites: Sequence[Site], flows: Sequence[Flow], p: SpreadParameters
) -> list[Lane]:
    """All lanes of the network, in the order of `flows`; nodes refer to `sites` by position."""
    place = {site.id: index for index, site in enumerate(sites)}
    heavy = _heavy_shares(network, flows, p.controlled_tonnage)
    firms = {
        site.id: _firms(place[site.id], site, p) for site in sites if site.stage is Stage.COMPONENT
    }
    away = {id: _weeks_to_customers(network, id, p) for id in firms}
    lanes = []
    for index, flow in enumerate(flows):
        transit = transit_weeks(
            p, network.sites[flow.origin].country, network.sites[flow.target].country
        )
        for grade, product, tonnes, content in _by_grade(flow, heavy[index]):
            origins = firms.get(flow.origin, {}).get(grade)
            targets = firms.get(flow.target, {}).get(grade)
            for origin, target, part in _pairs(
                origins or (Node(place[flow.origin]),), targets or (Node(place[flow.target]),)
            ):
                lag = transit
                if target.grade:
                    lag = min(lag, max(1, floor(target.cover - away[flow.target])))
                lanes.append(
                    Lane(
                        index,
                        grade,
                        product,
                        origin,
                        target,
                        lag,
                        tonnes * part / WEEKS_PER_YEAR,
                        tuple(c * part / WEEKS_PER_YEAR for c in content),
                    )
                )
    return lanes


def _firms(place: int, site: Site, p: SpreadParameters) -> dict[str, tuple[Node, ...]]:
    median = chain_days(p, site) / 7
    count, spread = (1, 0.0) if site.country == CHINA else (p.firms, p.chain_spread)
    covers = [
        median * exp(spread * NormalDist().inv_cdf((firm + 0.5) / count)) for firm in range(count)
    ]
    return {
        grade: tuple(Node(place, firm, grade, cover) for firm, cover in enumerate(covers))
        for grade in (HEAVY, LIGHT, "smco")
    }


def _pairs(origins: Sequence[Node], targets: Sequence[Node]) -> list[tuple[Node, Node, float]]:
    """Who supplies whom, and the part of the flow: firm to firm where both sides have firms."""
    if len(origins) == len(targets):
        return [(a, b, 1 / len(origins)) for a, b in zip(origins, targets, strict=True)]
    part = 1 / (len(origins) * len(targets))
    return [(a, b, part) for a in origins for b in targets]


def _by_grade(flow: Flow, heavy: float) -> list[tuple[str, str, float, tuple[float, ...]]]:
    """(grade, product, tonnes, content) of the parts of a flow that can move apart."""
    match flow.material:
        case "ndfeb":
            split_up = []
            for grade, share in ((HEAVY, heavy), (LIGHT, 1 - heavy)):
                content = tuple(
                    (c if grade == HEAVY else 0.0) if element in HEAVY_ELEMENTS else c * share
                    for element, c in zip(ELEMENTS, flow.content, strict=True)
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


def _weeks_to_customers(network: Network, id: str, p: SpreadParameters) -> float:
    """Mean weeks from a component maker to those it supplies; 1 where it supplies nobody."""
    flows = network.outputs(id)
    if not flows:
        return 1.0
    country = network.sites[id].country
    weeks = sum(
        flow.tonnes * transit_weeks(p, country, network.sites[flow.target].country)
        for flow in flows
    )
    return weeks / sum(flow.tonnes for flow in flows)
