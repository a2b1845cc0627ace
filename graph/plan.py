"""The chain as arrays: what `graph.compile` makes of a network for the weekly model.

The model moves in shares of the baseline, so that the baseline is exactly 1; what a share stands
for is in `line_tonnes`, `lane_tonnes` and `group_tonnes`, t a week. The pieces:

* **node**: a site, or one of the firms that stand for a component site (`graph.lanes`).
* **line**: one product of a node (an oxide, a metal, a grade of magnet, finished units). A
  by-product line (swarf) follows the lines it falls off from.
* **group**: one input stock of a node. Plants that treat a mixed feed hold one stock per element,
  so that ore, swarf and oxide of the same element replace each other; all others hold one stock
  per good. A line needs all its groups; the suppliers of a group replace each other.
* **lane**: part of a flow (`graph.lanes`); an **entry** is what a lane brings into a group.
* **order**: the lanes among which a node can shift its orders for one good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.model import Flow, Site

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WEEKS_PER_YEAR = 52.0
DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """The arrays. Weeks of stock are weeks of baseline use; shares are of the baseline.

    Uses stand in the order of their lines.
    """

    sites: tuple[Site, ...]
    flows: tuple[Flow, ...]
    node_site: Ints
    node_surge: Floats
    """highest activity of a node"""
    line_node: Ints
    line_product: tuple[str, ...]
    line_tonnes: Floats
    """t a week shipped (for units and sinks: received)"""
    line_weight: Floats
    """share of its site's activity"""
    line_stock: Floats
    """weeks of finished goods held"""
    line_final: Bools
    """end uses: what they miss they try to make up later"""
    line_sink: Bools
    """takes its baseline every week: other uses, stock build, imbalances"""
    line_push: Bools
    """treats whatever arrives, or supplies whatever falls off"""
    line_joint: Bools
    """comes out together with the other joint lines of its node"""
    by_line: Ints
    by_main: Ints
    by_share: Floats
    group_node: Ints
    group_good: tuple[str, ...]
    group_tonnes: Floats
    group_stock: Floats
    use_line: Ints
    use_group: Ints
    use_share: Floats
    lane_flow: Ints
    lane_grade: tuple[str, ...]
    lane_line: Ints
    lane_target: Ints
    lane_tonnes: Floats
    lane_content: Floats
    """t a week of oxide equivalent, a column per element"""
    lane_share: Floats
    """of its line's shipments"""
    lane_lag: Ints
    lane_order: Ints
    """-1 on lanes that are pushed: swarf, which nobody orders"""
    lane_weight: Floats
    """of its order"""
    entry_lane: Ints
    entry_group: Ints
    entry_share: Floats
    """of its group's arrivals"""
    order_speed: Floats
    """share of an order that can move between suppliers in a week"""
    link_order: Ints
    link_group: Ints

    @property
    def line_site(self) -> Ints:
        """Place in `sites` of each line; the next three say so of groups and lanes."""
        return self.node_site[self.line_node]

    @property
    def group_site(self) -> Ints:
        return self.node_site[self.group_node]

    @property
    def lane_seller(self) -> Ints:
        return self.line_site[self.lane_line]

    @property
    def lane_buyer(self) -> Ints:
        return self.node_site[self.lane_target]

    @property
    def end_uses(self) -> tuple[Site, ...]:
        """The end uses proper, in the order of their lines."""
        return tuple(self.sites[place] for place in self.line_site[self.line_final].tolist())


def totals(index: Ints, values: Floats, size: int) -> Floats:
    """Sums of `values` by `index`."""
    return np.asarray(np.bincount(index, values, size), dtype=np.float64)


def total(values: Floats) -> float:
    """Sum of `values` one after the other, as `totals` adds them up."""
    return float(np.add.accumulate(values)[-1]) if len(values) else 0.0


def rows(keys: Ints) -> tuple[Ints, Ints]:
    """Distinct keys in the order in which they first appear, and the place of each key in it.

    Keys are whole numbers from 0; memory goes with the largest.
    """
    first = np.full(int(keys.max(initial=-1)) + 1, -1)
    first[keys[::-1]] = np.arange(len(keys))[::-1]
    found = np.flatnonzero(first >= 0)
    found = found[np.argsort(first[found])]
    first[found] = np.arange(len(found))
    return found, first[keys]
