"""From a network to the arrays of the weekly model (`graph.plan`).

Sites and flows are sorted by name first: the order of the network's rows changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Generic, TypeVar

import numpy as np

from graph.collection import without_collection
from graph.lanes import HEAVY, LIGHT, Lane, Node, split
from graph.model import ELEMENTS, MATERIALS, Flow, Role, Site, Stage
from graph.network import Network
from graph.parameters import (
    SpreadParameters,
    chain_days,
    counts_goods_at_sea,
    input_days,
    qualify_days,
    surge,
)
from graph.plan import Bools, Floats, Ints, Plan, totals

Key = TypeVar("Key")

FEED = "feed"
UNITS = "units"
RECIPES = {
    f"ndfeb/{HEAVY}": ("NdPr", "Dy", "Tb", "ndfeb"),
    f"ndfeb/{LIGHT}": ("NdPr", "ndfeb"),
    "smco": ("Sm", "smco"),
}
"""Inputs that a grade of magnet cannot do without."""


class _Rows(Generic[Key]):
    """Keys numbered in the order in which they first appear."""

    def __init__(self) -> None:
        self.of: dict[Key, int] = {}

    def __call__(self, key: Key) -> int:
        return self.of.setdefault(key, len(self.of))


@without_collection()
def compile_network(network: Network, p: SpreadParameters) -> Plan:
    """Turn a network into the arrays of the weekly model."""
    sites = tuple(network.sites[id] for id in sorted(network.sites))
    flows = tuple(sorted(network.flows, key=lambda flow: flow.key))
    nodes, lanes = split(network, sites, flows, p)
    by_site = _ways_of_working(network, sites)
    ways = [by_site[node.site] for node in nodes]

    lines: _Rows[tuple[int, str]] = _Rows()
    lane_line = [lines((lane.origin, lane.product)) for lane in lanes]
    content = np.zeros((len(lines.of), len(ELEMENTS)))
    np.add.at(content, lane_line, [lane.content for lane in lanes])
    needs = {
        (node, product): _needs(ways[node], product, ELEMENTS[int(row.argmax())])
        for (node, product), row in zip(lines.of, content, strict=True)
    }
    received: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for index, lane in enumerate(lanes):
        for good, amount in _brings(ways[lane.target], flows[lane.flow].material, lane):
            received[lane.target, good].append((index, amount))
    suppliers = {node for node, _ in lines.of}
    for node, good in received:
        if ways[node] == "end use":
            needs.setdefault((node, UNITS), set()).add(good)
        elif ways[node] == "sink" or node not in suppliers:
            needs[node, f"sink {good}"] = {good}
    for key in needs:
        lines(key)

    groups: _Rows[tuple[int, str]] = _Rows()
    uses = [
        (lines(key), groups((key[0], good)))
        for key in lines.of
        for good in sorted(needs[key])
        if (key[0], good) in received
    ]
    return _arrays(sites, flows, p, lanes, lane_line, nodes, ways, lines, groups, uses, received)


def _ways_of_working(network: Network, sites: tuple[Site, ...]) -> list[str]:
    """How each site turns inputs into products: by element, magnet, pass, sink, end use."""
    ways = []
    for site in sites:
        products = {flow.material for flow in network.outputs(site.id)}
        if site.role.is_boundary:
            ways.append("sink")
        elif site.stage is Stage.END_USE:
            ways.append("end use")
        elif site.stage is Stage.COMPONENT:
            ways.append("component")
        elif site.stage is Stage.MAGNET:
            ways.append("magnet")
        elif site.stage is not Stage.MINE and any(MATERIALS[m].element for m in products):
            ways.append("by element")
        else:
            ways.append("pass")
    return ways


def _needs(way: str, product: str, main_element: str) -> set[str]:
    """Goods a line cannot do without; a mixed by-product of separation follows `main_element`."""
    match way:
        case "by element":
            return {main_element}
        case "magnet":
            return set(RECIPES.get(product, ()))
        case "component":
            return {product.partition("/")[0]}
        case "pass":
            return {FEED}
        case _:
            return set()


def _brings(way: str, material: str, lane: Lane) -> list[tuple[str, float]]:
    """What a lane adds to the stocks of its buyer: (good, amount a week)."""
    if way in ("sink", "end use", "component") or material in ("ndfeb", "smco"):
        return [(material, lane.tonnes)]
    if way == "pass":
        return [(FEED, lane.tonnes)]
    return [(e, c) for e, c in zip(ELEMENTS, lane.content, strict=True) if c > 0]


def _arrays(
    sites: tuple[Site, ...],
    flows: tuple[Flow, ...],
    p: SpreadParameters,
    lanes: list[Lane],
    lane_line: list[int],
    nodes: list[Node],
    ways: list[str],
    lines: _Rows[tuple[int, str]],
    groups: _Rows[tuple[int, str]],
    uses: list[tuple[int, int]],
    received: dict[tuple[int, str], list[tuple[int, float]]],
) -> Plan:
    line_list, group_list = list(lines.of), list(groups.of)
    materials = [flows[lane.flow].material for lane in lanes]
    line_of_lane = np.array(lane_line, dtype=np.int64)
    tonnes = np.array([lane.tonnes for lane in lanes])
    content = np.array([lane.content for lane in lanes]).reshape(len(lanes), len(ELEMENTS))
    lags = np.array([lane.lag for lane in lanes], dtype=np.int64)
    n_lines, n_groups = len(line_list), len(group_list)

    # Groups: what arrives, in shares.
    entries = [
        (lane, index, amount)
        for index, key in enumerate(group_list)
        for lane, amount in received[key]
    ]
    entry_lane = np.array([e[0] for e in entries], dtype=np.int64)
    entry_group = np.array([e[1] for e in entries], dtype=np.int64)
    amounts = np.array([e[2] for e in entries])
    group_tonnes = totals(entry_group, amounts, n_groups)

    # Lines: what they ship, and how the use of a group divides among them.
    line_tonnes = totals(line_of_lane, tonnes, n_lines)
    line_content = np.stack(
        [totals(line_of_lane, content[:, e], n_lines) for e in range(len(ELEMENTS))], axis=1
    )
    for line, group in uses:
        if line_list[line][1] == UNITS or line_list[line][1].startswith("sink "):
            line_tonnes[line] += group_tonnes[group]
    use_line = np.array([line for line, _ in uses], dtype=np.int64)
    use_group = np.array([group for _, group in uses], dtype=np.int64)
    wanted = np.array(
        [
            line_content[line, ELEMENTS.index(good)] if good in ELEMENTS else line_tonnes[line]
            for line, good in ((line, group_list[group][1]) for line, group in uses)
        ]
    )
    used = totals(use_group, wanted, n_groups)
    count = np.bincount(use_group, minlength=n_groups)
    shares = np.where(
        used[use_group] > 0, wanted / np.maximum(used[use_group], 1e-300), 1 / count[use_group]
    )

    # Orders: goods among whose suppliers a buyer can choose.
    push_lane = np.array([m == "swarf" for m in materials], dtype=bool)
    orders: _Rows[tuple[int, str]] = _Rows()
    lane_order = np.array(
        [
            -1 if m == "swarf" else orders((lane.target, MATERIALS[m].element or m))
            for m, lane in zip(materials, lanes, strict=True)
        ],
        dtype=np.int64,
    )
    ordered = totals(lane_order[~push_lane], tonnes[~push_lane], len(orders.of))
    links = sorted(
        {
            (int(lane_order[lane]), int(group))
            for lane, group in zip(entry_lane, entry_group, strict=True)
            if lane_order[lane] >= 0
        }
    )

    by = _by_products(line_list, line_content, line_tonnes, ways)
    by_lines = {line for line, _, _ in by}
    pushed = _pushed(sites, nodes, line_list, uses, entries, push_lane, by_lines)
    final = np.array([product == UNITS for _, product in line_list])
    sink = np.array([product.startswith("sink ") for _, product in line_list])
    separates = np.array(
        [
            ways[node] == "by element" and sites[nodes[node].site].stage is Stage.SEPARATION
            for node, _ in line_list
        ]
    )
    joint = separates & ~pushed
    line_site = np.array([nodes[node].site for node, _ in line_list], dtype=np.int64)
    counted = np.where([line in by_lines for line in range(n_lines)], 0.0, line_tonnes)
    by_site = totals(line_site, counted, len(sites))
    lag_in = totals(entry_group, amounts * lags[entry_lane], n_groups) / group_tonnes
    from_plant = np.array([ways[lane.origin] != "component" for lane in lanes], dtype=float)
    direct = totals(entry_group, amounts * from_plant[entry_lane], n_groups) / group_tonnes
    nearest = np.full(len(nodes), lags.max(initial=1))
    np.minimum.at(nearest, np.array([lane.origin for lane in lanes]), lags)
    return Plan(
        sites=sites,
        flows=flows,
        node_site=np.array([node.site for node in nodes], dtype=np.int64),
        node_surge=np.array([surge(p, sites[node.site]) for node in nodes]),
        line_node=np.array([node for node, _ in line_list], dtype=np.int64),
        line_product=tuple(product for _, product in line_list),
        line_tonnes=line_tonnes,
        line_weight=counted / np.where(by_site > 0, by_site, 1.0)[line_site],
        line_stock=np.where(joint, p.oxide_days / 7, 0.0),
        line_final=final,
        line_sink=sink,
        line_push=pushed,
        line_joint=joint,
        by_line=np.array([b[0] for b in by], dtype=np.int64),
        by_main=np.array([b[1] for b in by], dtype=np.int64),
        by_share=np.array([b[2] for b in by]),
        group_node=np.array([node for node, _ in group_list], dtype=np.int64),
        group_good=tuple(good for _, good in group_list),
        group_tonnes=group_tonnes,
        group_stock=_stocks(
            sites,
            nodes,
            p,
            group_list,
            ways,
            lag_in,
            nearest,
            direct,
            set(use_group[pushed[use_line]].tolist()),
        ),
        use_line=use_line,
        use_group=use_group,
        use_share=shares,
        lane_flow=np.array([lane.flow for lane in lanes], dtype=np.int64),
        lane_grade=tuple(lane.grade for lane in lanes),
        lane_line=line_of_lane,
        lane_target=np.array([lane.target for lane in lanes], dtype=np.int64),
        lane_tonnes=tonnes,
        lane_content=content,
        lane_share=tonnes / line_tonnes[line_of_lane],
        lane_lag=lags,
        lane_push=push_lane,
        lane_order=lane_order,
        lane_weight=np.where(push_lane, 0.0, tonnes / ordered[lane_order]),
        entry_lane=entry_lane,
        entry_group=entry_group,
        entry_share=amounts / group_tonnes[entry_group],
        order_speed=np.array(
            [7 / qualify_days(p, sites[nodes[node].site].stage) for node, _ in orders.of]
        ),
        link_order=np.array([order for order, _ in links], dtype=np.int64),
        link_group=np.array([group for _, group in links], dtype=np.int64),
    )


def _by_products(
    line_list: list[tuple[int, str]], line_content: Floats, line_tonnes: Floats, ways: list[str]
) -> list[tuple[int, int, float]]:
    """(by-product line, line it follows, share) for the swarf of magnet makers."""
    mains: dict[int, list[int]] = defaultdict(list)
    for line, (node, product) in enumerate(line_list):
        if ways[node] == "magnet" and product in RECIPES:
            mains[node].append(line)
    found = []
    for line, (node, product) in enumerate(line_list):
        if product.startswith("swarf/") and mains[node]:
            column = line_content[mains[node], ELEMENTS.index(product.partition("/")[2])]
            weights = column if column.sum() > 0 else line_tonnes[mains[node]]
            found += [
                (line, main, float(share))
                for main, share in zip(mains[node], weights / weights.sum(), strict=True)
                if share > 0
            ]
    return found


def _pushed(
    sites: tuple[Site, ...],
    nodes: list[Node],
    line_list: list[tuple[int, str]],
    uses: list[tuple[int, int]],
    entries: list[tuple[int, int, float]],
    push_lane: Bools,
    by_lines: set[int],
) -> Bools:
    """Lines that treat what arrives: recyclers, plants fed by swarf alone, swarf itself."""
    pulled = {group for lane, group, _ in entries if not push_lane[lane]}
    fed = {line for line, group in uses if group in pulled}
    has_input = {line for line, _ in uses}
    return np.array(
        [
            line in by_lines
            or product.startswith("swarf/")
            or sites[nodes[node].site].role is Role.RECYCLER
            or (line in has_input and line not in fed)
            for line, (node, product) in enumerate(line_list)
        ],
        dtype=bool,
    )


def _stocks(
    sites: tuple[Site, ...],
    nodes: list[Node],
    p: SpreadParameters,
    group_list: list[tuple[int, str]],
    ways: list[str],
    lag_in: Floats,
    nearest: Ints,
    direct: Floats,
    pushed: set[int],
) -> Floats:
    """Weeks of input held. What lies at an assembly line is part of its supplier's chain."""
    stocks = []
    for group, (node, _) in enumerate(group_list):
        site, way = sites[nodes[node].site], ways[node]
        if way == "component":
            under_way = lag_in[group] + nearest[node] if counts_goods_at_sea(site) else 0.0
            stock = nodes[node].cover - under_way
        elif way == "end use":
            under_way = lag_in[group] if counts_goods_at_sea(site) else 0.0
            stock = direct[group] * (chain_days(p, site) / 7 - under_way)
        elif group in pushed or way in ("sink", "pass"):
            stock = 0.0
        else:
            stock = input_days(p, site) / 7
        stocks.append(max(0.0, float(stock)))
    return np.array(stocks)
