"""The weeks of `graph.weekly` in compiled loops: the same steps, every sum in the same order.

All compiled code stands in this file and in `graph.trade_kernel`: numba compiles afresh when one of
them or `LAYOUT` changes, but not for another file. Nothing runs in parallel, so that no number
depends on the machine's threads.
"""

from __future__ import annotations

from inspect import getsource
from typing import Any

import numba
import numpy as np

from graph import trade_kernel
from graph.inner import OPTIONS, inner
from graph.packed import LAYOUT, Bounds, Chain, Index, Record, State
from graph.plan import Floats
from graph.trade_kernel import blame, release, trade

SOURCES = (__file__, trade_kernel.__file__)


@inner
def _respond(c: Chain, b: Bounds, s: State, arrived_less: Floats, week: int) -> None:
    """Add injected goods, and lower what a unit of product needs."""
    asked_less, start = s.asked_less, b.injected_start
    asked_less[:] = 0.0
    for i, at_hand in enumerate(b.at_hand):
        for k in range(start[i], start[i + 1]):
            asked_less[b.injected_group[k]] += b.injected[week, k]
            if at_hand:
                arrived_less[b.injected_group[k]] -= b.injected[week, k]
    if len(b.saving_use):
        s.need[:] = 1.0
        for k, use in enumerate(b.saving_use):
            s.need[use] *= b.saving_need[week, k]
        for group in range(len(s.needed)):
            saved = 0.0
            for use in c.draw_use[c.draw_start[group] : c.draw_start[group + 1]]:
                saved += c.use_share[use] * (1.0 - s.need[use])
            s.needed[group] = 1.0 - saved


@inner
def _let_through(b: Bounds, s: State, week: int) -> None:
    """Cut what passes at gates and export caps, and note what each lever held back."""
    passing, allowed, tight, lanes, held = s.passing, s.allowed, s.tight, b.held_lane, s.held
    opened, start, members, slot = b.gate_open[week], b.export_start, b.export_held, b.export_slot
    s.asked[:] = passing
    allowed[:] = 1.0
    held[:] = 0.0
    for k, gated in enumerate(b.gate_held):
        allowed[gated] = min(allowed[gated], opened[k])
        held[b.gate_slot[k]] = s.asked[gated] * (1.0 - opened[k])
    for i, lane in enumerate(lanes):
        tight[lane] = allowed[i]
        passing[i] = s.asked[i] * allowed[i]
    for i in range(len(b.export_terms)):
        if b.export_terms[i, 1] <= week < b.export_terms[i, 2]:
            capped = members[start[i] : start[i + 1]]
            share = _share_left(capped, b.held_tonnes, passing, b.export_terms[i, 0])
            for k, member in enumerate(capped):
                lane = lanes[member]
                tight[lane] = min(tight[lane], allowed[member] * share)
                held[slot[start[i] + k]] = passing[member] * (1.0 - share)
    for i, lane in enumerate(lanes):
        passing[i] = s.asked[i] * tight[lane]


@inner
def _call(c: Chain, b: Bounds, s: State, week: int) -> None:
    """What held lanes want of their lines, and which of them come first."""
    lines, share, passing = c.lane_line, c.lane_share, s.passing
    for i, lane in enumerate(b.held_lane):
        s.called_less[lines[lane]] += share[lane] * (1.0 - passing[i])
    if not len(b.priority_terms):
        return
    s.first[:] = False
    s.ahead[:] = 0.0
    for i in range(len(b.priority_terms)):
        if b.priority_terms[i, 0] <= week < b.priority_terms[i, 1]:
            for member in b.priority_held[b.priority_start[i] : b.priority_start[i + 1]]:
                s.first[member] = True
    for i, lane in enumerate(b.held_lane):
        if s.first[i]:
            s.ahead[lines[lane]] += share[lane] * passing[i]


@inner
def _share_left(members: Index, tonnes: Floats, wanted: Floats, kept: float) -> float:
    """Share (0..1) that a joint cap leaves of what its members want together."""
    asked = 0.0
    for member in members:
        asked += tonnes[member] * wanted[member]
    return min(1.0, kept / asked) if asked > 0 else 1.0


@inner
def _want(c: Chain, b: Bounds, r: Record, s: State, week: int, restock: float) -> None:
    """What each line would make if its inputs allowed it."""
    want, top, pace, node = s.want, c.line_top, s.pace, c.line_node
    for line in range(len(want)):
        want[line] = (1.0 - s.called_less[line]) - s.goods[line] / restock
    for line in c.final_line:
        want[line] = 1.0 + s.unmade[line]
    for line in c.sink_line:
        want[line] = 1.0
    for line in c.joint_line:
        pace[node[line]] = -np.inf
    for line in c.joint_line:
        pace[node[line]] = max(pace[node[line]], want[line])
    for line in c.joint_line:
        want[line] = pace[node[line]]
    for line in range(len(want)):
        if c.line_push[line]:
            want[line] = top[line] if c.line_fed[line] else 1.0
        want[line] = min(max(want[line], 0.0), top[line])
    if len(b.ceiling_lever) or len(b.output_lever):
        _hold_down(c, b, r, s, week)


@inner
def _hold_down(c: Chain, b: Bounds, r: Record, s: State, week: int) -> None:
    """Cut what lines want to the ceilings, then to the joint caps; note what each lever cut."""
    want, least, free, capped = s.made, s.want, s.free, r.capped
    want[:] = least
    free[:] = True
    for i in range(len(b.ceiling_lever)):
        own = b.ceiling_activity[week, i]
        if own < np.inf:
            for line in b.ceiling_line[b.ceiling_start[i] : b.ceiling_start[i + 1]]:
                capped[b.ceiling_lever[i], line] += max(0.0, min(want[line], 1.0) - own)
                least[line] = min(least[line], own)
                free[line] = False
    want[:] = least
    for i in range(len(b.output_lever)):
        if b.output_terms[i, 1] <= week < b.output_terms[i, 2]:
            members = b.output_line[b.output_start[i] : b.output_start[i + 1]]
            share = _share_left(members, c.line_tonnes, want, b.output_terms[i, 0])
            for line in members:
                least[line] = min(least[line], want[line] * share)
                capped[b.output_lever[i], line] += want[line] * (1.0 - share)
                free[line] = False


@inner
def _lasts(room: Floats, stock: Floats, arrived_less: Floats, needed: Floats, group: int) -> float:
    """Weeks of activity 1 for which the stock of a group and what arrives suffice."""
    available: float = room[group] + (stock[group] - arrived_less[group])
    if len(needed) == 0:
        return available
    return available / needed[group] if needed[group] > 0 else np.inf


@inner
def _produce(c: Chain, r: Record, s: State, arrived_less: Floats) -> None:
    """Make what is wanted, up to the scarcest input; blame that for the rest."""
    made, want, start, groups, pushed = s.made, s.want, c.use_start, c.use_group, c.line_push
    room, stock, needed, starved = c.group_room, s.stock, s.needed, r.starved
    for line in range(len(made)):
        limit = np.inf
        for k in range(start[line], start[line + 1]):
            limit = min(limit, max(0.0, _lasts(room, stock, arrived_less, needed, groups[k])))
        made[line] = min(want[line], limit)
        aim = min(want[line], 1.0) if pushed[line] else want[line]
        if aim > made[line]:
            for k in range(start[line], start[line + 1]):
                if _lasts(room, stock, arrived_less, needed, groups[k]) <= limit:
                    starved[k] += aim - made[line]
    for line in c.by_line:
        s.unsent[line] = 0.0
    for k, line in enumerate(c.by_line):
        s.unsent[line] += c.by_share[k] * (1.0 - made[c.by_main[k]])
    for line in c.by_line:
        made[line] = 1.0 - s.unsent[line]
    for line in c.final_line:
        s.unmade[line] += 1.0 - made[line]


@inner
def _use(c: Chain, s: State, arrived_less: Floats) -> None:
    """What groups save of their use: by what was made, and by what was wanted."""
    asked_less = s.asked_less
    needs, made, want, lines, shares = s.need, s.made, s.want, c.use_line, c.use_share
    stock, position, spared, start, uses = s.stock, s.position, s.spared, c.draw_start, c.draw_use
    for group in range(len(stock)):
        used_less, unwanted = 0.0, 0.0
        for k in range(start[group], start[group + 1]):
            use = uses[k]
            need = needs[use] if len(needs) else 1.0
            used_less += shares[use] * (1.0 - need * made[lines[use]])
            unwanted += shares[use] * (1.0 - need * want[lines[use]])
        stock[group] += used_less - arrived_less[group]
        position[group] += used_less + asked_less[group] if len(asked_less) else used_less
        spared[group] = unwanted
        arrived_less[group] = 0.0


@inner
def _divide(c: Chain, s: State) -> None:
    """Which share of their orders lines can ship, and what more they could make."""
    ration, served, ahead, made, want = s.ration, s.served, s.ahead, s.made, s.want
    called_less, unsent, goods, held_goods = s.called_less, s.unsent, s.goods, c.line_stock
    spare, free, top = s.spare, s.free, c.line_top
    for line in range(len(ration)):
        ready = max(0.0, held_goods[line] + (goods[line] + made[line]))
        called = 1.0 - called_less[line]
        ration[line] = ready / called if called > ready else 1.0
        if len(ahead):
            served[line] = 1.0
            if called > ready:
                given, behind = min(ahead[line], ready), max(0.0, called - ahead[line])
                served[line] = given / ahead[line] if ahead[line] > 0 else 1.0
                ration[line] = min(1.0, (ready - given) / behind) if behind > 0 else 1.0
        spare[line] = max(0.0, top[line] - want[line]) if free[line] else -1.0
        called_less[line] = 0.0
        unsent[line] = 0.0


@inner
def _play(
    c: Chain, b: Bounds, r: Record, s: State, weeks: int, restock: float, backlog_weeks: float
) -> None:
    """Play `weeks` weeks into `r`, from the baseline in `s`.

    `restock` and `backlog_weeks` are weeks in which stocks are refilled and backlogs shipped.
    """
    release(b, s, 0)
    for week in range(weeks):
        groups, reach = len(s.stock), len(s.due) - 1
        for lag in range(len(s.due)):
            s.due[lag] = (week + lag) % reach * groups
        arrived_less = s.due_less[s.due[0] : s.due[0] + groups]
        if len(b.held_lane):
            _let_through(b, s, week)
            _call(c, b, s, week)
        if len(b.at_hand) or len(b.saving_use):
            _respond(c, b, s, arrived_less, week)
        _want(c, b, r, s, week, restock)
        _produce(c, r, s, arrived_less)
        _use(c, s, arrived_less)
        _divide(c, s)
        release(b, s, week + 1)
        trade(c, b, r, s, week, restock, backlog_weeks)
        blame(c, b, r, s)
        for line in range(len(s.goods)):
            s.goods[line] += s.unsent[line] - (1.0 - s.made[line])
        for lines_without in (c.final_line, c.sink_line):
            for line in lines_without:
                s.goods[line] = 0.0
        r.made[week], r.unmade[week] = s.made, s.unmade
        if len(r.stock):
            r.goods[week], r.stock[week] = s.goods, s.stock
            r.waiting[week] = s.backlog


def _kept(layout: str) -> Any:
    """`play`, of which numba keeps a compiled version for each layout of what it is given."""

    def play(
        c: Chain, b: Bounds, r: Record, s: State, weeks: int, restock: float, backlog_weeks: float
    ) -> None:
        if layout:
            _play(c, b, r, s, weeks, restock, backlog_weeks)

    return numba.njit(**OPTIONS | {"cache": True})(play)


play = _kept(LAYOUT + getsource(trade_kernel))
