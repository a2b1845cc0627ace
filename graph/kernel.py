"""The weeks of `graph.weekly` in compiled loops: the same steps, every sum in the same order.

All compiled code stands in this file: numba compiles afresh when it or `LAYOUT` changes, but not
for another file. Nothing runs in parallel, so that no number depends on the machine's threads.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from graph.packed import HELD, LAYOUT, LOOSE, PUSHED, SOLE, Bounds, Chain, Index, Record, State
from graph.plan import Floats

NEGLIGIBLE = 1e-12
FAILED, SHIFTED = 1, 2  # marks of an order: a supplier fell short; others have its part

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
_inner = numba.njit(**OPTIONS | {"no_cpython_wrapper": True})


@_inner
def _receive(c: Chain, r: Record, s: State, week: int) -> None:
    """Book last week's orders into the positions of groups, and what arrives now."""
    sent, row_of_lag, ordered, less, missing = r.sent, s.row_of_lag, s.ordered, s.less, s.missing
    groups, lanes, share, lag = c.entry_group, c.entry_lane, c.entry_share, c.lane_lag
    less[:] = 0.0
    missing[:] = 0.0
    for k in range(len(lanes)):
        lane, group = lanes[k], groups[k]
        less[group] += share[k] * (1.0 - ordered[lane])
        missing[group] += share[k] * (1.0 - sent[row_of_lag[lag[lane]], lane])
    s.position[:] -= less
    if len(r.arrived):
        for lane in range(len(lag)):
            r.arrived[week, lane] = sent[row_of_lag[lag[lane]], lane]


@_inner
def _respond(b: Bounds, s: State, week: int) -> None:
    """Add injected goods, and lower what a unit of product needs."""
    missing, asked_less, start = s.missing, s.asked_less, b.injected_start
    if len(b.at_hand):
        s.added[:] = 0.0
        asked_less[:] = 0.0
        for i, at_hand in enumerate(b.at_hand):
            for k in range(start[i], start[i + 1]):
                asked_less[b.injected_group[k]] += b.injected[week, k]
                if at_hand:
                    s.added[b.injected_group[k]] += b.injected[week, k]
        missing -= s.added
    if len(b.saving_use):
        s.need[:] = 1.0
        for k, use in enumerate(b.saving_use):
            s.need[use] *= b.saving_need[week, k]


@_inner
def _ask(c: Chain, b: Bounds, r: Record, s: State, week: int, last: int) -> None:
    """Orders, with the backlog that is due, by lane and line; `last` is the row last shipped."""
    sent, ordered, backlog, loyalty, release = r.sent, s.ordered, s.backlog, s.loyalty, s.release
    whole, trimmed, passing, called = s.whole, s.trimmed, s.passing, s.called
    orders, kinds, lines, share = c.lane_order, c.lane_kind, c.lane_line, c.lane_share
    called[:] = 0.0
    gated, varied = len(b.held_lane) > 0, len(release) > 1
    for lane in range(len(passing)):
        order, owing = orders[lane], backlog[lane]
        wanted = max(0.0, whole[order] * loyalty[lane] - trimmed[order] * owing)
        if kinds[lane] & LOOSE:
            wanted = sent[last, lane]
        ordered[lane] = wanted
        passing[lane] = wanted + backlog[lane] / (release[lane] if varied else release[0])
        if not gated:
            called[lines[lane]] += share[lane] * (1.0 - passing[lane])
    if gated:
        _let_through(c, b, s, week)
        for lane in range(len(passing)):
            called[lines[lane]] += share[lane] * (1.0 - passing[lane])
    called[:] = 1.0 - called


@_inner
def _let_through(c: Chain, b: Bounds, s: State, week: int) -> None:
    """Cut what passes at gates and export caps, and note what each lever held back."""
    passing, allowed, tight, tonnes, held = s.passing, s.allowed, s.tight, c.lane_tonnes, s.held
    gate_lane, gate_slot, opened = b.gate_lane, b.gate_slot, b.gate_open[week]
    start, export_lane, slot = b.export_start, b.export_lane, b.export_slot
    for i, lane in enumerate(b.held_lane):
        allowed[lane] = 1.0
        s.asked[i] = passing[lane]
    held[:] = 0.0
    for k, lane in enumerate(gate_lane):
        allowed[lane] = min(allowed[lane], opened[k])
        held[gate_slot[k]] = passing[lane] * (1.0 - opened[k])
    for lane in b.held_lane:
        tight[lane] = allowed[lane]
        passing[lane] *= allowed[lane]
    for i in range(len(b.export_terms)):
        if b.export_terms[i, 1] <= week < b.export_terms[i, 2]:
            members = export_lane[start[i] : start[i + 1]]
            share = _share_left(members, tonnes, passing, b.export_terms[i, 0])
            for k, lane in enumerate(members):
                tight[lane] = min(tight[lane], allowed[lane] * share)
                held[slot[start[i] + k]] = passing[lane] * (1.0 - share)
    for i, lane in enumerate(b.held_lane):
        passing[lane] = s.asked[i] * tight[lane]


@_inner
def _share_left(members: Index, tonnes: Floats, wanted: Floats, kept: float) -> float:
    """Share (0..1) that a joint cap leaves of what its members want together."""
    asked = 0.0
    for member in members:
        asked += tonnes[member] * wanted[member]
    return min(1.0, kept / asked) if asked > 0 else 1.0


@_inner
def _want(c: Chain, b: Bounds, r: Record, s: State, week: int, restock: float) -> None:
    """What each line would make if its inputs allowed it."""
    want, top, pace, node = s.want, c.line_top, s.pace, c.line_node
    want[:] = s.called - s.goods / restock
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


@_inner
def _hold_down(c: Chain, b: Bounds, r: Record, s: State, week: int) -> None:
    """Cut what lines want to the ceilings, then to the joint caps; note what each lever cut."""
    want, least, free, capped = s.limit, s.want, s.free, r.capped
    want[:] = least
    free[:] = 1.0
    for i in range(len(b.ceiling_lever)):
        own = b.ceiling_activity[week, i]
        if own < np.inf:
            for line in b.ceiling_line[b.ceiling_start[i] : b.ceiling_start[i + 1]]:
                capped[b.ceiling_lever[i], line] += max(0.0, min(want[line], 1.0) - own)
                least[line] = min(least[line], own)
                free[line] = 0.0
    want[:] = least
    for i in range(len(b.output_lever)):
        if b.output_terms[i, 1] <= week < b.output_terms[i, 2]:
            members = b.output_line[b.output_start[i] : b.output_start[i + 1]]
            share = _share_left(members, c.line_tonnes, want, b.output_terms[i, 0])
            for line in members:
                least[line] = min(least[line], want[line] * share)
                capped[b.output_lever[i], line] += want[line] * (1.0 - share)
                free[line] = 0.0


@_inner
def _produce(c: Chain, b: Bounds, r: Record, s: State) -> None:
    made, want, limit, lasts, starved = s.made, s.want, s.limit, s.lasts, r.starved
    lines, groups, room, stock, missing = c.use_line, c.use_group, c.group_room, s.stock, s.missing
    saves = len(b.saving_use) > 0
    if saves:
        lasts[:] = 0.0
        for use in range(len(lines)):
            lasts[groups[use]] += c.use_share[use] * (1.0 - s.need[use])
    for group in range(len(lasts)):
        needed = 1.0 - lasts[group] if saves else 1.0
        available = room[group] + (stock[group] - missing[group])
        lasts[group] = available / needed if needed > 0 else np.inf
    limit[:] = np.inf
    for use in range(len(lines)):
        line = lines[use]
        limit[line] = min(limit[line], max(0.0, lasts[groups[use]]))
    made[:] = np.minimum(want, limit)
    for use in range(len(lines)):
        line = lines[use]
        if want[line] > made[line]:
            aim = min(want[line], 1.0) if c.line_push[line] else want[line]
            if aim > made[line] and lasts[groups[use]] <= limit[line]:
                starved[use] += aim - made[line]
    for line in c.by_line:
        limit[line] = 0.0
    for k, line in enumerate(c.by_line):
        limit[line] += c.by_share[k] * (1.0 - made[c.by_main[k]])
    for line in c.by_line:
        made[line] = 1.0 - limit[line]


@_inner
def _use(c: Chain, s: State) -> None:
    """What groups save of their use: by what was made, and by what was wanted."""
    used_less, spared, needs, made, want = s.used_less, s.spared, s.need, s.made, s.want
    lines, groups, shares = c.use_line, c.use_group, c.use_share
    used_less[:] = 0.0
    spared[:] = 0.0
    for use in range(len(lines)):
        line, group, share, need = lines[use], groups[use], shares[use], needs[use]
        used_less[group] += share * (1.0 - need * made[line])
        spared[group] += share * (1.0 - need * want[line])
    stock, position, missing, asked_less = s.stock, s.position, s.missing, s.asked_less
    for group in range(len(stock)):
        stock[group] += used_less[group] - missing[group]
        position[group] += used_less[group] + asked_less[group]
    for line in c.final_line:
        s.unmade[line] += 1.0 - made[line]


@_inner
def _ship(c: Chain, r: Record, s: State, row: int) -> None:
    """Ship in proportion to orders; keep the rest as backlog, and blame the seller for it."""
    unsent, ration, made, goods, called = s.unsent, s.ration, s.made, s.goods, s.called
    passings, ordered, backlog, mark, owed = s.passing, s.ordered, s.backlog, s.mark, s.owed
    sent, rationed, kinds, orders = r.sent[row], r.rationed, c.lane_kind, c.lane_order
    lines, share, weight = c.lane_line, c.lane_share, c.lane_weight
    owed[:] = 0.0
    unsent[:] = 0.0
    for line in range(len(made)):
        ready = max(0.0, c.line_stock[line] + (goods[line] + made[line]))
        ration[line] = ready / called[line] if called[line] > ready else 1.0
    for lane in range(len(passings)):
        line, kind, passing, order = lines[lane], kinds[lane], passings[lane], orders[lane]
        shipped = passing * ration[line]
        if kind & PUSHED:
            shipped = s.tight[lane] * made[line] if kind & HELD else made[line]
        sent[lane] = shipped
        unsent[line] += share[lane] * (1.0 - shipped)
        if kind & LOOSE:
            short = gap = max(0.0, 1.0 - shipped)
        else:
            unmet = ordered[lane] - shipped
            backlog[lane] += unmet
            owed[order] += weight[lane] * backlog[lane]
            mark[order] |= FAILED if unmet > NEGLIGIBLE and not kind & SOLE else 0
            short, gap = passing - shipped, max(0.0, min(passing, 1.0) - shipped)
        rationed[lane] += gap if short > NEGLIGIBLE and not kind & HELD else 0.0
    goods += unsent - (1.0 - made)
    for lines_without in (c.final_line, c.sink_line):
        for line in lines_without:
            goods[line] = 0.0


@_inner
def _blame(c: Chain, b: Bounds, r: Record, s: State, row: int) -> None:
    """Divide what lanes under gates and caps fell short between levers and seller."""
    sent, passing, held, start, kinds = r.sent[row], s.passing, s.held, b.held_start, c.lane_kind
    rationed, withheld, levers, asked = r.rationed, r.withheld, b.slot_lever, s.asked
    for i, lane in enumerate(b.held_lane):
        short = max(0.0, 1.0 - sent[lane])
        gap = short
        if not kinds[lane] & LOOSE:
            short = passing[lane] - sent[lane]
            gap = max(0.0, min(asked[i], 1.0) - sent[lane])
        total = 0.0
        for slot in range(start[i], start[i + 1]):
            total += held[slot]
        total = short + total
        if total > NEGLIGIBLE:
            rationed[lane] += short * (gap / total)
            for slot in range(start[i], start[i + 1]):
                withheld[levers[slot], lane] += held[slot] * (gap / total)


@_inner
def _switch(c: Chain, b: Bounds, r: Record, s: State, row: int) -> None:
    """Move orders from suppliers that fell short to others, and back; cancel their backlog."""
    start, lanes, weight, lines = c.order_start, c.order_lane, c.lane_weight, c.lane_line
    ordered, backlog, loyalty, tight = s.ordered, s.backlog, s.loyalty, s.tight
    sent, spare, free, mark, speeds = r.sent[row], s.spare, s.free, s.mark, c.order_speed
    cancelled, touched, owed, want, top = s.cancelled, s.touched, s.owed, s.want, c.line_top
    link_start, link_group = c.link_start, c.link_group
    joins, gated = s.joins, len(b.held_lane) > 0
    for line in range(len(spare)):
        spare[line] = max(0.0, top[line] - want[line]) if free[line] > 0 else -1.0
    for order in range(len(speeds)):
        if not mark[order]:
            continue
        first, end = start[order], start[order + 1]
        failed, shifted, mark[order] = mark[order] & FAILED, mark[order] & SHIFTED, 0
        if failed:
            out, room = 0.0, 0.0
            for k in range(first, end):
                lane = lanes[k]
                unmet = ordered[lane] - sent[lane]
                leaving = weight[lane] * min(loyalty[lane], unmet)
                joining = max(0.0, spare[lines[lane]]) * (tight[lane] if gated else 1.0)
                out += leaving if unmet > NEGLIGIBLE else 0.0
                room += 0.0 if unmet > NEGLIGIBLE else weight[lane] * joining
            if min(out, room) >= NEGLIGIBLE and speeds[order] > 0.0:
                moved, shifted, owed[order] = min(out, room, speeds[order]), SHIFTED, 0.0
                for k in range(first, end):
                    lane = lanes[k]
                    unmet = ordered[lane] - sent[lane]
                    if unmet > NEGLIGIBLE:
                        left = min(loyalty[lane], unmet) * (moved / out)
                        if left > 0:
                            given_up = left / loyalty[lane]
                            loyalty[lane] -= left
                            cancelled[lane] = backlog[lane] * given_up
                            backlog[lane] -= cancelled[lane]
                    else:
                        joining = max(0.0, spare[lines[lane]]) * (tight[lane] if gated else 1.0)
                        loyalty[lane] += joining * (moved / room)
                    owed[order] += weight[lane] * backlog[lane]
                for k in range(link_start[order], link_start[order + 1]):
                    touched[link_group[k]] = True
        if not shifted:
            continue
        out, room = 0.0, 0.0
        for k in range(first, end):
            lane = lanes[k]
            able = (ordered[lane] - sent[lane] <= NEGLIGIBLE) & (spare[lines[lane]] >= 0.0)
            able = able & (tight[lane] >= 1.0) if gated else able
            joins[k - first] = max(0.0, 1.0 - loyalty[lane]) if able else 0.0
            out += weight[lane] * max(0.0, loyalty[lane] - 1.0)
            room += weight[lane] * joins[k - first]
        mark[order] = SHIFTED if out >= NEGLIGIBLE else 0
        if min(out, room) >= NEGLIGIBLE:
            moved = min(out, room, speeds[order])
            joined, left = moved / room, moved / out
            for k in range(first, end):
                lane = lanes[k]
                leaving = max(0.0, loyalty[lane] - 1.0)
                loyalty[lane] = (loyalty[lane] + joins[k - first] * joined) - leaving * left
    for group in np.flatnonzero(touched):
        given_up_here = 0.0
        for k in range(c.entry_start[group], c.entry_start[group + 1]):
            given_up_here += c.entry_share[k] * cancelled[c.entry_lane[k]]
        s.position[group] -= given_up_here
    for group in np.flatnonzero(touched):
        touched[group] = False
        for k in range(c.entry_start[group], c.entry_start[group + 1]):
            cancelled[c.entry_lane[k]] = 0.0


@_inner
def _order(c: Chain, s: State, restock: float) -> None:
    """How much of every order to place, and how much to take off at suppliers that owe."""
    start, groups, owed, grosses, nets = c.link_start, c.link_group, s.owed, s.gross, s.net
    spared, position, whole, trimmed = s.spared, s.position, s.whole, s.trimmed
    for group in range(len(grosses)):
        needed, lacking = 1.0 - spared[group], -position[group] / restock
        grosses[group], nets[group] = needed + max(0.0, lacking), needed + lacking
    for order in range(len(c.order_speed)):
        gross = 0.0 if start[order + 1] > start[order] else 1.0
        net = gross
        for k in range(start[order], start[order + 1]):
            group = groups[k]
            gross, net = max(gross, grosses[group]), max(net, nets[group])
        trims = owed[order] > NEGLIGIBLE
        whole[order] = gross if trims else net
        trimmed[order] = (gross - net) / owed[order] if trims else 0.0


@_inner
def _play(c: Chain, b: Bounds, r: Record, s: State, weeks: int, restock: float) -> None:
    """Play `weeks` weeks into `r`, from the baseline in `s`; `restock` is weeks to refill."""
    reach, depth = len(s.row_of_lag) - 1, len(r.sent)
    for week in range(weeks):
        row = (week + reach) % depth
        for lag in range(reach + 1):
            s.row_of_lag[lag] = (week + reach - lag) % depth
        for i in range(len(b.release_terms)):
            if b.release_terms[i, 0] == week:
                for lane in b.release_lane[b.release_start[i] : b.release_start[i + 1]]:
                    s.release[lane] = b.release_terms[i, 1]
        _ask(c, b, r, s, week, (row + depth - 1) % depth)
        _receive(c, r, s, week)
        _respond(b, s, week)
        _want(c, b, r, s, week, restock)
        _produce(c, b, r, s)
        _use(c, s)
        _ship(c, r, s, row)
        _blame(c, b, r, s, row)
        _switch(c, b, r, s, row)
        _order(c, s, restock)
        r.made[week], r.goods[week] = s.made, s.goods
        r.stock[week], r.unmade[week] = s.stock, s.unmade


def _kept(layout: str) -> Any:
    """`play`, of which numba keeps one compiled version for each layout of what it is given."""

    def play(c: Chain, b: Bounds, r: Record, s: State, weeks: int, restock: float) -> None:
        if layout:
            _play(c, b, r, s, weeks, restock)

    return numba.njit(**OPTIONS | {"cache": True})(play)


play = _kept(LAYOUT)
