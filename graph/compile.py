"""From a network to the arrays of the weekly model (`graph.plan`).

`plan_of` works on columns, so that a study of many runs looks at the network itself only once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from graph.columns import GOODS, GRADES, PRODUCTS, WAYS, Columns, columns_of
from graph.lanes import Lanes, split
from graph.model import ELEMENTS, MATERIALS, Role, Site, Stage
from graph.network import Network
from graph.parameters import (
    SpreadParameters,
    chain_days,
    counts_goods_at_sea,
    input_days,
    qualify_days,
    surge,
)
from graph.plan import Bools, Floats, Ints, Plan, rows, totals
from graph.wiring import ENDS, RECIPES, SINKS, Wiring, wire

SWARF = tuple(MATERIALS).index("swarf")
_GOOD_ELEMENT = np.array([ELEMENTS.index(g) if g in ELEMENTS else -1 for g in GOODS])
_SWARF_ELEMENT = np.array(
    [ELEMENTS.index(p.partition("/")[2]) if p.startswith("swarf/") else -1 for p in PRODUCTS]
)
_IS_MAGNET = np.array([product in RECIPES for product in PRODUCTS])
_ORDERED = np.array([GOODS.index(m.element or name) for name, m in MATERIALS.items()])
"""By material: the good among whose suppliers a buyer can choose."""


def compile_network(network: Network, p: SpreadParameters) -> Plan:
    """The arrays of one network. Raises as `columns_of` does."""
    return plan_of(columns_of(network), p)


def plan_of(c: Columns, p: SpreadParameters) -> Plan:
    """The arrays of the weekly model under some assumptions."""
    lanes = split(c, p)
    w = wire(c, lanes)
    site = lanes.node_site
    line_site = site[w.line_node]
    n_groups = len(w.group_node)
    group_tonnes = totals(w.entry_group, w.entry_amount, n_groups)
    entry_share = w.entry_amount / group_tonnes[w.entry_group]
    line_tonnes = _line_tonnes(w, lanes, group_tonnes)
    by_line, by_main, by_share = _by_products(c, w, lanes, line_tonnes)
    falls_off = _flags(by_line, len(line_tonnes))
    push_lane = c.flow_material[lanes.flow] == SWARF
    push_line = falls_off | _treats_what_comes(c, w, line_site, push_lane)
    joint = _of_site(c, lambda s: s.stage is Stage.SEPARATION)[line_site] & ~push_line
    joint &= c.site_way[line_site] == WAYS.index("by element")
    counted = np.where(falls_off, 0.0, line_tonnes)
    by_site = totals(line_site, counted, len(c.sites))
    lane_order, lane_weight, order_node = _orders(c, lanes, push_lane)
    links = np.unique(
        (lane_order[w.entry_lane] * n_groups + w.entry_group)[~push_lane[w.entry_lane]]
    )
    return Plan(
        sites=c.sites,
        flows=c.flows,
        node_site=site,
        node_surge=_of_kind(c, lambda kind: surge(p, kind))[site],
        line_node=w.line_node,
        line_product=_names(PRODUCTS, w.line_product),
        line_tonnes=line_tonnes,
        line_weight=counted / np.where(by_site > 0, by_site, 1.0)[line_site],
        line_stock=np.where(joint, p.oxide_days / 7, 0.0),
        line_final=w.line_product == ENDS,
        line_sink=w.line_product >= SINKS,
        line_push=push_line,
        line_joint=joint,
        by_line=by_line,
        by_main=by_main,
        by_share=by_share,
        group_node=w.group_node,
        group_good=_names(GOODS, w.group_good),
        group_tonnes=group_tonnes,
        group_stock=_stocks(c, p, lanes, w, entry_share, push_line),
        use_line=w.use_line,
        use_group=w.use_group,
        use_share=_use_shares(w, line_tonnes, n_groups),
        lane_flow=lanes.flow,
        lane_grade=_names(GRADES, lanes.grade),
        lane_line=w.lane_line,
        lane_target=lanes.target,
        lane_tonnes=lanes.tonnes,
        lane_content=lanes.content,
        lane_share=lanes.tonnes / line_tonnes[w.lane_line],
        lane_lag=lanes.lag,
        lane_order=lane_order,
        lane_weight=lane_weight,
        entry_lane=w.entry_lane,
        entry_group=w.entry_group,
        entry_share=entry_share,
        order_speed=_of_kind(c, lambda kind: 7 / qualify_days(p, kind.stage))[site[order_node]],
        link_order=links // n_groups,
        link_group=links % n_groups,
    )


def _line_tonnes(w: Wiring, lanes: Lanes, group_tonnes: Floats) -> Floats:
    """What lines ship or, where nothing leaves, take."""
    taking = w.line_product[w.use_line] >= ENDS
    count = len(w.line_node)
    taken = totals(w.use_line[taking], group_tonnes[w.use_group[taking]], count)
    return totals(w.lane_line, lanes.tonnes, count) + taken


def _use_shares(w: Wiring, line_tonnes: Floats, groups: int) -> Floats:
    """How the use of a group divides among its lines."""
    element = _GOOD_ELEMENT[w.group_good[w.use_group]]
    wanted = line_tonnes[w.use_line]
    pure = (element >= 0) & (w.use_line < w.shipping)
    wanted[pure] = w.line_content[w.use_line[pure], element[pure]]
    asked = totals(w.use_group, wanted, groups)[w.use_group]
    users = np.bincount(w.use_group, minlength=groups)[w.use_group]
    return np.where(asked > 0, wanted / np.maximum(asked, 1e-300), 1 / users)


def _orders(c: Columns, lanes: Lanes, push_lane: Bools) -> tuple[Ints, Floats, Ints]:
    """By lane: its order (-1 where pushed) and its weight in it; by order: its node."""
    pulled = np.flatnonzero(~push_lane)
    good = _ORDERED[c.flow_material[lanes.flow[pulled]]]
    orders, place = rows(lanes.target[pulled] * len(GOODS) + good)
    tonnes = lanes.tonnes[pulled]
    order, weight = np.full(len(push_lane), -1), np.zeros(len(push_lane))
    order[pulled] = place
    weight[pulled] = tonnes / totals(place, tonnes, len(orders))[place]
    return order, weight, orders // len(GOODS)


def _by_products(
    c: Columns, w: Wiring, lanes: Lanes, line_tonnes: Floats
) -> tuple[Ints, Ints, Floats]:
    """Swarf of magnet makers: line, a line it falls off from, and the share of that one."""
    at_maker = c.site_way[lanes.node_site[w.line_node]] == WAYS.index("magnet")
    mains = np.flatnonzero(at_maker & _IS_MAGNET[w.line_product])
    mains = mains[np.argsort(w.line_node[mains], kind="stable")]
    count = np.bincount(w.line_node[mains], minlength=len(lanes.node_site))
    first = np.cumsum(count) - count
    swarf = np.flatnonzero(at_maker & (_SWARF_ELEMENT[w.line_product] >= 0))
    swarf = swarf[count[w.line_node[swarf]] > 0]
    each = count[w.line_node[swarf]]
    line = np.repeat(swarf, each)
    within = np.arange(len(line)) - np.repeat(np.cumsum(each) - each, each)
    main = mains[first[w.line_node[line]] + within]
    weight = w.line_content[main, _SWARF_ELEMENT[w.line_product[line]]]
    whole = totals(line, weight, len(line_tonnes))[line]
    weight = np.where(whole > 0, weight, line_tonnes[main])
    share = weight / totals(line, weight, len(line_tonnes))[line]
    found = share > 0
    return line[found], main[found], share[found]


def _treats_what_comes(c: Columns, w: Wiring, line_site: Ints, push_lane: Bools) -> Bools:
    """Recyclers, plants fed by swarf alone, swarf itself."""
    count = len(line_site)
    pulled = _flags(w.entry_group[~push_lane[w.entry_lane]], len(w.group_node))
    fed = _flags(w.use_line[pulled[w.use_group]], count)
    recycles = _of_site(c, lambda s: s.role is Role.RECYCLER)[line_site]
    swarf = _SWARF_ELEMENT[w.line_product] >= 0
    return swarf | recycles | (_flags(w.use_line, count) & ~fed)


def _stocks(
    c: Columns, p: SpreadParameters, lanes: Lanes, w: Wiring, entry_share: Floats, push_line: Bools
) -> Floats:
    """Weeks of input held. What lies at an assembly line is part of its supplier's chain."""
    count = len(w.group_node)
    site = lanes.node_site[w.group_node]
    at_sea = _of_kind(c, counts_goods_at_sea)[site]
    lag_in = totals(w.entry_group, entry_share * lanes.lag[w.entry_lane], count)
    nearest = np.full(len(lanes.node_site), lanes.lag.max(initial=1))
    np.minimum.at(nearest, lanes.origin, lanes.lag)
    maker_way, end_way = WAYS.index("component"), WAYS.index("end use")
    from_plant = c.site_way[lanes.node_site[lanes.origin]] != maker_way
    direct = totals(w.entry_group, entry_share * from_plant[w.entry_lane], count)
    chain = _of_kind(c, lambda kind: chain_days(p, kind) / 7)[site]
    way = c.site_way[site]
    idle = _flags(w.use_group[push_line[w.use_line]], count)
    idle |= (way == WAYS.index("sink")) | (way == WAYS.index("pass"))
    under_way = at_sea * (lag_in + nearest[w.group_node])
    stock: Floats = np.select(
        [way == maker_way, way == end_way, idle],
        [
            lanes.node_cover[w.group_node] - under_way,
            direct * (chain - at_sea * lag_in),
            np.zeros(count),
        ],
        _of_kind(c, lambda kind: input_days(p, kind) / 7)[site],
    )
    return np.maximum(0.0, stock)


def _of_kind(c: Columns, value: Callable[[Site], float]) -> Floats:
    """A value of every site that depends on its kind alone."""
    return np.array([value(kind) for kind in c.kinds], dtype=np.float64)[c.site_kind]


def _of_site(c: Columns, holds: Callable[[Site], bool]) -> Bools:
    return np.array([holds(site) for site in c.sites], dtype=bool)


def _flags(places: Ints, count: int) -> Bools:
    """True at the places, out of `count`."""
    flags = np.zeros(count, dtype=bool)
    flags[places] = True
    return flags


def _names(names: Sequence[str], codes: Iterable[int]) -> tuple[str, ...]:
    return tuple([names[code] for code in np.asarray(codes).tolist()])
