"""The base of the weekly model as Mesa would have it: an agent for every line of a plan.

It does less than the kernel: no shifting of orders, no search for causes, nothing recorded.
"""

from __future__ import annotations

from collections import defaultdict

import mesa

from graph.limits import Ceiling
from graph.plan import Plan

RESTOCK, BACKLOG = 4.0, 4.0
"""Weeks to refill stocks, and to ship arrears."""


class Lane:
    """A flow: what is ordered, owed and under way; relative to its baseline."""

    def __init__(self, share_out: float, share_in: float, lag: int) -> None:
        self.share_out, self.share_in = share_out, share_in
        self.ordered, self.backlog = 1.0, 0.0
        self.under_way = [1.0] * lag


class Group:
    """An input stock: weeks of use, and its position with what is under way and on order."""

    def __init__(self, stock: float) -> None:
        self.base, self.stock, self.position = stock, 0.0, 0.0
        self.lanes: list[Lane] = []


class Line(mesa.Agent):
    """One product of a site."""

    def __init__(self, model: Chain, top: float, final: bool) -> None:
        super().__init__(model)
        self.top, self.final, self.ceiling = top, final, [float("inf")]
        self.unmade, self.made, self.want = 0.0, 1.0, 1.0
        self.lanes: list[Lane] = []
        self.groups: list[tuple[Group, float]] = []

    def produce(self) -> None:
        """Receive, make what is wanted as far as inputs last, and use them up."""
        for group, _ in self.groups:
            group.stock -= sum(
                lane.share_in * (1.0 - lane.under_way.pop(0)) for lane in group.lanes
            )
        asked = sum(
            lane.share_out * (1.0 - lane.ordered - lane.backlog / BACKLOG) for lane in self.lanes
        )
        want = 1.0 + self.unmade if self.final else 1.0 - asked
        week = min(self.model.week, len(self.ceiling) - 1)
        self.want = min(max(want, 0.0), self.top, self.ceiling[week])
        limit = min((max(0.0, g.base + 1.0 + g.stock) for g, _ in self.groups), default=2.0)
        self.made = min(self.want, limit)
        for group, share in self.groups:
            group.stock += share * (1.0 - self.made)
            group.position += share * (1.0 - self.made)
        if self.final:
            self.unmade += 1.0 - self.made
        called = 1.0 - asked
        ration = self.made / called if called > self.made else 1.0
        for lane in self.lanes:
            shipped = ration * (lane.ordered + lane.backlog / BACKLOG)
            lane.backlog += lane.ordered - shipped
            lane.under_way.append(shipped)

    def order(self) -> None:
        """Order the use to come and what is lacking."""
        for group, _ in self.groups:
            wanted = max(0.0, self.want - group.position / RESTOCK)
            for lane in group.lanes:
                lane.ordered = wanted
            group.position -= 1.0 - wanted


class Chain(mesa.Model):
    """All lines of a plan in which every site makes one product."""

    def __init__(self, plan: Plan, outage: Ceiling) -> None:
        super().__init__(seed=7)
        self.week = 0
        groups = [Group(stock) for stock in plan.group_stock.tolist()]
        tops = plan.node_surge[plan.line_node].tolist()
        ends = plan.line_final.tolist()
        lines = [Line(self, top, final) for top, final in zip(tops, ends, strict=True)]
        columns = (
            *(plan.lane_share, plan.entry_share, plan.lane_lag, plan.lane_line, plan.entry_group),
        )
        for out, into, lag, line, group in zip(*(c.tolist() for c in columns), strict=True):
            lane = Lane(out, into, lag)
            lines[line].lanes.append(lane)
            groups[group].lanes.append(lane)
        held: dict[int, list[tuple[Group, float]]] = defaultdict(list)
        uses = (plan.use_line, plan.use_group, plan.use_share)
        for line, group, share in zip(*(c.tolist() for c in uses), strict=True):
            held[line].append((groups[group], share))
        for index, line in enumerate(lines):
            line.groups = held[index]
        for index in outage.lines.tolist():
            lines[index].ceiling = outage.activity.tolist()

    def step(self) -> None:
        """A week."""
        self.agents.do("produce")
        self.agents.do("order")
        self.week += 1

    def play(self, weeks: int) -> None:
        """Weeks in a row."""
        for _ in range(weeks):
            self.step()
