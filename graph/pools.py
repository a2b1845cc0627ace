"""The plan made small enough for a linear program.

A component site of the data stands for many firms (`graph.lanes`), each with a lane from every
supplier. Two steps take out what does not matter to a planner who sees the whole chain:

* firms of one site that are under the same limits and save the same are pooled, with their stocks
  and what is added to them;
* where a seller serves several pools of one site, its goods go over one **trunk** to a **hub** of
  the site, and from there over an **arm** to each pool. Hubs join the sellers whose lanes are
  under the same limits, so that lanes and hubs allow exactly the same deliveries (up to gates
  that are partly open, whose bounds are added up per arm).

Trunks, arms and plain lanes are all called ways.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from graph.blocks import Block
from graph.limits import JointCap, Limits
from graph.plan import Floats, Ints, Plan

DIRECT = -1
DIGITS = 9
"""Needs that differ less than rounding of sums are the same."""


@dataclass(frozen=True, slots=True)
class Pools:
    """Where lines, groups and lanes of a plan went.

    A lane leaves its seller over way `trunk` and reaches its buyer over way `arm`, the same one
    unless `hub` joins them (`DIRECT`: none).
    """

    line: Ints
    group: Ints
    trunk: Ints
    arm: Ints
    hub: Ints
    ways: int

    @property
    def lines(self) -> int:
        return int(self.line.max(initial=-1)) + 1

    @property
    def groups(self) -> int:
        return int(self.group.max(initial=-1)) + 1

    @property
    def hubs(self) -> int:
        return int(self.hub.max(initial=DIRECT)) + 1


def pool(plan: Plan, limits: Limits, blocks: list[Block]) -> Pools:
    """Pool the firms of `plan` that nothing in `limits` tells apart."""
    lane_limits = _patterns([block.open for block in blocks], limits.export_caps)
    line_limits = _patterns([block.ceiling for block in blocks], limits.output_caps)
    needs = _patterns([np.round(block.need, DIGITS) for block in blocks], ())
    origin = plan.line_node[plan.lane_line]
    what = list(zip(plan.lane_flow.tolist(), plan.lane_grade, lane_limits.tolist(), strict=True))

    marks: list[set[Hashable]] = [set() for _ in plan.node_site]
    for seller, buyer, mark in zip(origin.tolist(), plan.lane_target.tolist(), what, strict=True):
        marks[seller].add(("sells", mark))
        marks[buyer].add(("buys", mark))
    for node, product, limit in zip(
        plan.line_node.tolist(), plan.line_product, line_limits.tolist(), strict=True
    ):
        marks[node].add((product, limit))
    for maker, stock, need in zip(
        plan.use_line.tolist(), plan.use_group.tolist(), needs.tolist(), strict=True
    ):
        use = (plan.line_product[maker], plan.group_good[stock], need)
        marks[int(plan.line_node[maker])].add(use)
    nodes = _numbered(zip(plan.node_site.tolist(), map(frozenset, marks), strict=True))
    line = _numbered(zip(nodes[plan.line_node].tolist(), plan.line_product, strict=True))
    group = _numbered(zip(nodes[plan.group_node].tolist(), plan.group_good, strict=True))

    # A fan: the lanes of one seller to one site with one good and transit time.
    lags = plan.lane_lag.tolist()
    fans = list(
        zip(
            line[plan.lane_line].tolist(),
            plan.lane_buyer.tolist(),
            plan.lane_flow.tolist(),
            plan.lane_grade,
            lags,
            strict=True,
        )
    )
    ends = list(zip(nodes[plan.lane_target].tolist(), lane_limits.tolist(), strict=True))
    reached: dict[Hashable, set[tuple[int, int]]] = {}
    for fan, end in zip(fans, ends, strict=True):
        reached.setdefault(fan, set()).add(end)
    numbers: dict[Hashable, int] = {}
    hubs: dict[Hashable, int] = {}
    trunk, arm, hub = [], [], []
    for fan, end in zip(fans, ends, strict=True):
        trunk.append(numbers.setdefault(fan, len(numbers)))
        if len(reached[fan]) == 1:
            hub.append(DIRECT)
            arm.append(trunk[-1])
            continue
        _, site, flow, grade, lag = fan
        key = (site, plan.flows[flow].material, grade, lag, frozenset(reached[fan]))
        hub.append(hubs.setdefault(key, len(hubs)))
        arm.append(numbers.setdefault((key, end), len(numbers)))
    return Pools(line, group, _ints(trunk), _ints(arm), _ints(hub), len(numbers))


def _patterns(by_block: list[Floats], caps: tuple[JointCap, ...]) -> Ints:
    """Equal numbers for lanes (or lines) that are under the same limits all the time."""
    rows = list(by_block)
    for cap in caps:
        member = np.zeros(len(rows[0]))
        member[cap.members] = 1.0
        rows.append(member)
    return _numbered(column.tobytes() for column in np.ascontiguousarray(np.stack(rows).T))


def _numbered(keys: Iterable[Hashable]) -> Ints:
    """Keys numbered in the order in which they first appear."""
    numbers: dict[Hashable, int] = {}
    return _ints([numbers.setdefault(key, len(numbers)) for key in keys])


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
