"""What is wired to what inside the nodes: lines, the stocks they draw on, and what fills those.

Keys of two parts, a node and a product or a good, are written as one number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.columns import FEED, GOODS, HEAVY, LIGHT, PRODUCTS, SINK, UNITS, WAYS, Columns
from graph.lanes import Lanes
from graph.model import ELEMENTS, MATERIALS
from graph.plan import Floats, Ints, rows, totals

RECIPES = {
    f"ndfeb/{HEAVY}": ("NdPr", "Dy", "Tb", "ndfeb"),
    f"ndfeb/{LIGHT}": ("NdPr", "ndfeb"),
    "smco": ("Sm", "smco"),
}
"""Inputs that a grade of magnet cannot do without."""
ENDS = PRODUCTS.index(UNITS)
SINKS = PRODUCTS.index(SINK + GOODS[0])
"""Products from here on are what sinks take."""


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


def _brings(way: str, material: str) -> int:
    """The good as which a lane enters the stocks of its buyer; -1 where each element is one."""
    if way in ("sink", "end use", "component") or material in ("ndfeb", "smco"):
        return GOODS.index(material)
    return GOODS.index(FEED) if way == "pass" else -1


_NEEDS = np.array(
    [
        [[[g in _needs(way, product, e) for g in GOODS] for e in ELEMENTS] for product in PRODUCTS]
        for way in WAYS
    ]
)
_BRINGS = np.array([[_brings(way, material) for material in MATERIALS] for way in WAYS])
_ELEMENTS = np.array([GOODS.index(element) for element in ELEMENTS])


@dataclass(frozen=True, slots=True)
class Wiring:
    """Lines and groups of all nodes, uses (a line draws on a group), entries (a lane fills one).

    Products and goods are places in `PRODUCTS` and `GOODS`. The first `shipping` lines are those
    whose goods leave on lanes; `line_content` (t a week by element) is theirs.
    """

    line_node: Ints
    line_product: Ints
    line_content: Floats
    shipping: int
    lane_line: Ints
    group_node: Ints
    group_good: Ints
    use_line: Ints
    use_group: Ints
    entry_lane: Ints
    entry_group: Ints
    entry_amount: Floats
    """t a week"""


def wire(c: Columns, lanes: Lanes) -> Wiring:
    """The wiring of the nodes that lanes join."""
    way = c.site_way[lanes.node_site]
    shipped, lane_line = rows(lanes.origin * len(PRODUCTS) + lanes.product)
    content = np.stack(
        [totals(lane_line, column, len(shipped)) for column in lanes.content.T], axis=1
    )
    entry_lane, entry_good, amount = _entries(c, lanes, way)
    stocks, entry_stock = rows(lanes.target[entry_lane] * len(GOODS) + entry_good)
    taken, taker = _takers(stocks, way, shipped)
    line_node, line_product = np.divmod(np.concatenate([shipped, taken]), len(PRODUCTS))

    needs = np.zeros((len(line_node), len(GOODS)), dtype=bool)
    needs[: len(shipped)] = _NEEDS[
        way[line_node[: len(shipped)]], line_product[: len(shipped)], content.argmax(axis=1)
    ]
    stock_node, stock_good = np.divmod(stocks, len(GOODS))
    takes = taker >= 0
    needs[len(shipped) + taker[takes], stock_good[takes]] = True
    held = np.zeros((len(way), len(GOODS)), dtype=bool)
    held[stock_node, stock_good] = True
    use_line, use_good = np.nonzero(needs & held[line_node])
    groups, use_group = rows(line_node[use_line] * len(GOODS) + use_good)

    group_of = np.full(len(way) * len(GOODS), -1)
    group_of[groups] = np.arange(len(groups))
    entry_group = group_of[stocks][entry_stock]
    order = np.argsort(entry_group, kind="stable")
    order = order[np.searchsorted(entry_group[order], 0) :]  # goods that nobody uses have none
    return Wiring(
        line_node=line_node,
        line_product=line_product,
        line_content=content,
        shipping=len(shipped),
        lane_line=lane_line,
        group_node=groups // len(GOODS),
        group_good=groups % len(GOODS),
        use_line=use_line,
        use_group=use_group,
        entry_lane=entry_lane[order],
        entry_group=entry_group[order],
        entry_amount=amount[order],
    )


def _entries(c: Columns, lanes: Lanes, way: Ints) -> tuple[Ints, Ints, Floats]:
    """What lanes bring: lane, good and t a week, in the order of the lanes."""
    good = _BRINGS[way[lanes.target], c.flow_material[lanes.flow]]
    goods = np.where(good[:, None] >= 0, good[:, None], _ELEMENTS)
    amounts = np.where(good[:, None] >= 0, 0.0, lanes.content)
    whole = good >= 0
    amounts[whole, 0] = lanes.tonnes[whole]
    lane, column = np.nonzero(amounts > 0)
    return lane, goods[lane, column], amounts[lane, column]


def _takers(stocks: Ints, way: Ints, shipped: Ints) -> tuple[Ints, Ints]:
    """Lines of what nothing leaves: end uses in units, sinks good by good.

    As keys, and for each stock the place of the line that takes it, -1 where none does.
    """
    node, good = np.divmod(stocks, len(GOODS))
    ships = np.zeros(len(way), dtype=bool)
    ships[shipped // len(PRODUCTS)] = True
    is_end = way[node] == WAYS.index("end use")
    is_sink = ~is_end & ((way[node] == WAYS.index("sink")) | ~ships[node])
    takes = np.flatnonzero(is_end | is_sink)
    product = np.where(is_end, ENDS, SINKS + good)[takes]
    lines, place = rows(node[takes] * len(PRODUCTS) + product)
    taker = np.full(len(stocks), -1)
    taker[takes] = place
    return lines, taker
