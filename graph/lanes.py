"""Flows split into lanes: by firm, by grade of magnet, and for swarf by element.

A component maker of the data is often the sum of many firms. It is expanded into firms of equal
size that hold different stocks (quantiles of a lognormal), each buying one grade of magnet: heavy
(with Dy or Tb, the goods under licence), light, or SmCo. Firms with less cover than a sea voyage
takes are supplied by air.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from graph.columns import GRADES, HEAVY, LIGHT, PRODUCTS, Columns
from graph.model import CHINA, ELEMENTS, MATERIALS
from graph.parameters import (
    SpreadParameters,
    chain_days,
    counts_goods_at_sea,
    transit_weeks,
)
from graph.plan import WEEKS_PER_YEAR, Bools, Floats, Ints, totals

NDFEB = tuple(MATERIALS).index("ndfeb")
RICH = [ELEMENTS.index("Dy"), ELEMENTS.index("Tb")]
SLIVER = 1e-12
"""Shares of light magnets below it are rounding."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Nodes, and the lanes between them in the order of the flows.

    A node is a site or one firm of a component maker, whose chain of stock lasts `node_cover`
    weeks. Grades and products are places in `GRADES` and `PRODUCTS`.
    """

    node_site: Ints
    node_cover: Floats
    flow: Ints
    grade: Ints
    product: Ints
    origin: Ints
    target: Ints
    lag: Ints
    tonnes: Floats
    """t a week"""
    content: Floats
    """t a week of oxide equivalent, lanes x elements"""


def split(c: Columns, p: SpreadParameters) -> Lanes:
    """All nodes, and the parts of every flow between them."""
    firms = _firms(c, p)
    ranks = np.where(c.site_makes, len(GRADES) - 1, 1)  # a firm buys one grade
    first = np.cumsum(firms * ranks) - firms * ranks
    node_site = np.repeat(np.arange(len(c.sites)), firms * ranks)
    firm = (np.arange(len(node_site)) - first[node_site]) % firms[node_site]
    cover = _covers(c, p, node_site, firm, firms)

    flow, grade = c.part_flow, c.part_grade
    share, tonnes, content = _sizes(c, _heavy_shares(c, p.controlled_tonnage))
    alive = np.flatnonzero(tonnes * share > 0)
    flow, grade = flow[alive], grade[alive]
    ends: list[tuple[Ints, Ints]] = []
    for site in (c.flow_origin[flow], c.flow_target[flow]):
        rank: Ints = np.where(c.site_makes[site], grade - 1, 0)
        ends.append((first[site] + rank * firms[site], firms[site]))
    (origin, sellers), (target, buyers) = ends
    pairs = np.maximum(sellers, buyers)  # firm to firm, or one end with all firms of the other
    part = np.repeat(np.arange(len(alive)), pairs)
    pair = np.arange(len(part)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    per_week = pairs * WEEKS_PER_YEAR
    origin, target = origin[part], target[part]
    origin[sellers[part] > 1] += pair[sellers[part] > 1]
    target[buyers[part] > 1] += pair[buyers[part] > 1]
    # A buyer's lanes side by side: the weeks walk over them again and again.
    order = np.argsort(target * len(PRODUCTS) + c.part_product[alive][part], kind="stable")
    part, origin, target = part[order], origin[order], target[order]
    return Lanes(
        node_site=node_site,
        node_cover=cover,
        flow=flow[part],
        grade=grade[part],
        product=c.part_product[alive][part],
        origin=origin,
        target=target,
        lag=_lags(c, p, flow[part], node_site, target, cover),
        tonnes=((tonnes * share)[alive] / per_week)[part],
        content=(content[alive] / per_week[:, None])[part],
    )


def _firms(c: Columns, p: SpreadParameters) -> Ints:
    """Firms of each grade at each site: one at a plant and at a Chinese maker."""
    abroad = np.array([kind.country != CHINA for kind in c.kinds], dtype=bool)
    return np.where(c.site_makes & abroad[c.site_kind], int(p.firms), 1)


def _covers(c: Columns, p: SpreadParameters, node_site: Ints, firm: Ints, firms: Ints) -> Floats:
    """Weeks of stock in the chain of each firm, smallest first; 0 for a plant."""
    median = np.array([chain_days(p, kind) / 7 for kind in c.kinds])[c.site_kind]
    normal = NormalDist()
    factor = np.ones((2, int(p.firms)))
    factor[1] = np.exp(
        [p.chain_spread * normal.inv_cdf((i + 0.5) / p.firms) for i in range(int(p.firms))]
    )
    cover = median[node_site] * factor[(firms[node_site] > 1).astype(np.int64), firm]
    return np.where(c.site_makes[node_site], cover, 0.0)


def _sizes(c: Columns, heavy: Floats) -> tuple[Floats, Floats, Floats]:
    """By part: its share of `tonnes` (t a year), and its content. Light magnets have no Dy, Tb."""
    flow, grade = c.part_flow, c.part_grade
    is_heavy, is_light = (grade == GRADES.index(name) for name in (HEAVY, LIGHT))
    share = np.where(is_heavy, heavy[flow], np.where(is_light, 1 - heavy[flow], 1.0))
    tonnes, content = c.flow_tonnes[flow], c.flow_content[flow]
    kept = np.repeat(share[:, None], len(ELEMENTS), axis=1)
    kept[:, RICH] = np.where(is_light, 0.0, 1.0)[:, None]
    element = c.part_product - PRODUCTS.index(f"swarf/{ELEMENTS[0]}")
    swarf = np.flatnonzero((element >= 0) & (element < len(ELEMENTS)))
    kept[swarf] = np.arange(len(ELEMENTS)) == element[swarf, None]
    tonnes[swarf] = content[swarf, element[swarf]]
    return share, tonnes, content * kept


def _heavy_shares(c: Columns, controlled_tonnage: float) -> Floats:
    """Share of each NdFeB flow's tonnes that contains Dy or Tb; 0 for other goods.

    It rises in proportion to the flow's Dy and Tb, with the one factor at which
    `controlled_tonnage` of the magnets that cross a border contain them. What a component maker
    ships has the grades of what it buys.
    """
    magnet = c.flow_material == NDFEB
    tonnes = c.flow_tonnes
    richness = np.where(magnet, c.flow_content[:, RICH].sum(axis=1) / tonnes, 0.0)
    assembled = magnet & c.site_makes[c.flow_origin]
    bought = magnet & ~assembled
    crosses = np.array([a != b for a, b in c.routes], dtype=bool)[c.flow_route]
    measured = bought & crosses if (bought & crosses).any() else bought
    shares = np.zeros(len(tonnes))
    factor = _factor(richness[measured], tonnes[measured], controlled_tonnage)
    rich = richness > 0
    shares[rich] = np.minimum(1.0, factor * richness[rich])
    shares[shares > 1.0 - SLIVER] = 1.0
    taken, taken_heavy = (
        totals(c.flow_target[bought], values[bought], len(c.sites))
        for values in (tonnes, tonnes * shares)
    )
    supplied = assembled & (taken[c.flow_origin] > 0)
    shares[supplied] = (taken_heavy / np.where(taken > 0, taken, 1.0))[c.flow_origin[supplied]]
    return shares


def _factor(richness: Floats, tonnes: Floats, wanted: float) -> float:
    """The factor f at which the tonnage-weighted mean of min(1, f x richness) is `wanted`.

    With the k richest flows full (f x richness = 1), f follows from what is left to the others;
    the smallest k at which none of these would be more than full is the right one.
    """
    rich = np.flatnonzero(richness > 0)
    order = rich[np.lexsort((tonnes[rich], richness[rich]))[::-1]]
    r, t = richness[order], tonnes[order]
    full = np.cumsum(t) - t
    rest = np.cumsum((r * t)[::-1])[::-1]
    factors = (wanted * tonnes.sum() - full) / rest
    fits = np.flatnonzero(factors * r <= 1)
    return max(0.0, float(factors[fits[0]])) if len(fits) else float("inf")


def _lags(
    c: Columns, p: SpreadParameters, flow: Ints, node_site: Ints, target: Ints, cover: Floats
) -> Ints:
    """Weeks on the way of each lane."""
    transit = np.array([transit_weeks(p, a, b) for a, b in c.routes], dtype=np.int64)[c.flow_route]
    nearest = np.full(len(c.sites), np.iinfo(np.int64).max)
    np.minimum.at(nearest, c.flow_origin, transit)
    away = np.where(nearest < np.iinfo(np.int64).max, nearest, 1)  # 1 where it supplies nobody
    at_sea: Bools = np.array([counts_goods_at_sea(kind) for kind in c.kinds], dtype=bool)
    site = node_site[target]
    by_air = np.maximum(1, np.floor(cover[target] - away[site])).astype(np.int64)
    flies = c.site_makes[site] & at_sea[c.site_kind[site]]
    lag: Ints = transit[flow]
    return np.where(flies, np.minimum(lag, by_air), lag)
