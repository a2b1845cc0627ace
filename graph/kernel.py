"""The weeks of `graph.weekly` in compiled loops: the same steps, every sum in the same order.

All compiled code stands in this one file: numba compiles afresh when it changes, but would not
when another file did. Nothing runs in parallel or is reordered, so the numbers do not depend on
the machine's threads. `graph.weekly` says what each step is for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numba
import numpy as np

from graph.packed import HELD, PULLED, PUSHED, Bounds, Chain, Kinds
from graph.plan import Bools, Floats, Ints

NEGLIGIBLE = 1e-12
FAILED, SHIFTED = 1, 2
"""Marks of an order: a supplier fell short this week; its orders are not where they were."""

Compiled = TypeVar("Compiled", bound=Callable[..., object])


class Record(NamedTuple):
    """What a run leaves behind: see `graph.weekly.Trajectory`. `sent` is a ring of weeks."""

    sent: Floats
    arrived: Floats
    made: Floats
    goods: Floats
    stock: Floats
    unmade: Floats
    withheld: Floats
    rationed: Floats
    capped: Floats
    starved: Floats


class State(NamedTuple):
    """What a week hands to the next, and room for its own sums; per lane, slot, line, ..."""

    ordered: Floats
    backlog: Floats
    loyalty: Floats
    release: Floats
    passing: Floats
    cancelled: Floats
    allowed: Floats
    tight: Floats
    asked: Floats
    held: Floats
    want: Floats
    made: Floats
    ration: Floats
    called: Floats
    unsent: Floats
    limit: Floats
    free: Floats
    spare: Floats
    goods: Floats
    unmade: Floats
    pace: Floats
    stock: Floats
    position: Floats
    missing: Floats
    added: Floats
    asked_less: Floats
    lasts: Floats
    used_less: Floats
    spared: Floats
    gross: Floats
    net: Floats
    touched: Bools
    need: Floats
    mark: Kinds
    row_of_lag: Ints


def _compiled(function: Compiled) -> Compiled:
    made: Compiled = numba.njit(cache=True, nogil=True)(function)
    return made


@_compiled
def _receive(c: Chain, r: Record, s: State, week: int) -> None:
    """Book last week's orders into the positions of groups, and what arrives now."""
    sent, row_of_lag = r.sent, s.row_of_lag
    for group in range(len(s.stock)):
        less, missing = 0.0, 0.0
        for k in range(c.entry_start[group], c.entry_start[group + 1]):
            lane = c.entry_lane[k]
            less += c.entry_share[k] * (1.0 - s.ordered[lane])
            missing += c.entry_share[k] * (1.0 - sent[row_of_lag[c.lane_lag[lane]], lane])
        s.position[group] -= less
        s.missing[group] = missing
    if len(r.arrived):
        for lane in range(len(s.ordered)):
            r.arrived[week, lane] = sent[row_of_lag[c.lane_lag[lane]], lane]


@_compiled
def _respond(b: Bounds, s: State, week: int) -> None:
    """Add injected goods, and lower what a unit of product needs."""
    count = len(b.at_hand)
    if count:
        s.added[:] = 0.0
        s.asked_less[:] = 0.0
        for i in range(count):
            for k in range(b.injected_start[i], b.injected_start[i + 1]):
                group = b.injected_group[k]
                s.asked_less[group] += b.injected[week, k]
                if b.at_hand[i]:
                    s.added[group] += b.injected[week, k]
        for group in range(len(s.missing)):
            s.missing[group] -= s.added[group]
    if len(b.saving_use):
        s.need[:] = 1.0
        for k in range(len(b.saving_use)):
            s.need[b.saving_use[k]] *= b.saving_need[week, k]


@_compiled
def _ask(c: Chain, b: Bounds, s: State, week: int) -> None:
    """Orders and backlog per lane, as far as they are let through, and their sums per line."""
    passing = s.passing
    for lane in range(len(passing)):
        passing[lane] = s.ordered[lane] + s.backlog[lane] / s.release[lane]
    if len(b.held_lane):
        _let_through(c, b, s, week)
    called = s.called
    called[:] = 0.0
    for lane in range(len(passing)):
        called[c.lane_line[lane]] += c.lane_share[lane] * (1.0 - passing[lane])
    for line in range(len(called)):
        called[line] = 1.0 - called[line]


@_compiled
def _let_through(c: Chain, b: Bounds, s: State, week: int) -> None:
    for i in range(len(b.held_lane)):
        lane = b.held_lane[i]
        s.allowed[lane] = 1.0
        s.asked[i] = s.passing[lane]
    s.held[:] = 0.0
    for k in range(len(b.gate_lane)):
        lane, opened = b.gate_lane[k], b.gate_open[week, k]
        s.allowed[lane] = min(s.allowed[lane], opened)
        s.held[b.gate_slot[k]] = s.passing[lane] * (1.0 - opened)
    for i in range(len(b.held_lane)):
        lane = b.held_lane[i]
        s.tight[lane] = s.allowed[lane]
    for i in range(len(b.export_terms)):
        if b.export_terms[i, 1] <= week < b.export_terms[i, 2]:
            asked = 0.0
            for k in range(b.export_start[i], b.export_start[i + 1]):
                lane = b.export_lane[k]
                asked += c.lane_tonnes[lane] * (s.passing[lane] * s.allowed[lane])
            share = min(1.0, b.export_terms[i, 0] / asked) if asked > 0 else 1.0
            for k in range(b.export_start[i], b.export_start[i + 1]):
                lane = b.export_lane[k]
                s.tight[lane] = min(s.tight[lane], s.allowed[lane] * share)
                passing = s.passing[lane] * s.allowed[lane]
                s.held[b.export_slot[k]] = passing * (1.0 - share)
    for i in range(len(b.held_lane)):
        lane = b.held_lane[i]
        s.passing[lane] *= s.tight[lane]


@_compiled
def _want(c: Chain, b: Bounds, r: Record, s: State, week: int, restock: float) -> None:
    """What each line would make if its inputs allowed it."""
    want = s.want
    for line in range(len(want)):
        want[line] = s.called[line] - s.goods[line] / restock
    for line in c.final_line:
        want[line] = 1.0 + s.unmade[line]
    for line in c.sink_line:
        want[line] = 1.0
    for line in c.joint_line:
        s.pace[c.line_node[line]] = -np.inf
    for line in c.joint_line:
        node = c.line_node[line]
        s.pace[node] = max(s.pace[node], want[line])
    for line in c.joint_line:
        want[line] = s.pace[c.line_node[line]]
    for line in range(len(want)):
        top = c.line_top[line]
        if c.line_push[line]:
            want[line] = top if c.line_fed[line] else 1.0
        want[line] = min(max(want[line], 0.0), top)
    if len(b.ceiling_lever) or len(b.output_lever):
        _hold_down(c, b, r, s, week)


@_compiled
def _hold_down(c: Chain, b: Bounds, r: Record, s: State, week: int) -> None:
    want, least, free = s.limit, s.want, s.free
    want[:] = least
    free[:] = 1.0
    for i in range(len(b.ceiling_lever)):
        own, lever = b.ceiling_activity[week, i], b.ceiling_lever[i]
        if own == np.inf:
            continue
        for k in range(b.ceiling_start[i], b.ceiling_start[i + 1]):
            line = b.ceiling_line[k]
            r.capped[lever, line] += max(0.0, min(want[line], 1.0) - own)
            least[line] = min(least[line], own)
            free[line] = 0.0
    want[:] = least
    for i in range(len(b.output_lever)):
        if b.output_terms[i, 1] <= week < b.output_terms[i, 2]:
            first, end, lever = b.output_start[i], b.output_start[i + 1], b.output_lever[i]
            asked = 0.0
            for k in range(first, end):
                line = b.output_line[k]
                asked += c.line_tonnes[line] * want[line]
            share = min(1.0, b.output_terms[i, 0] / asked) if asked > 0 else 1.0
            for k in range(first, end):
                line = b.output_line[k]
                least[line] = min(least[line], want[line] * share)
                r.capped[lever, line] += want[line] * (1.0 - share)
                free[line] = 0.0


@_compiled
def _produce(c: Chain, b: Bounds, r: Record, s: State) -> None:
    made, want, limit, lasts = s.made, s.want, s.limit, s.lasts
    for group in range(len(lasts)):
        lasts[group] = 0.0
    if len(b.saving_use):
        for use in range(len(c.use_line)):
            lasts[c.use_group[use]] += c.use_share[use] * (1.0 - s.need[use])
    for group in range(len(lasts)):
        needed = 1.0 - lasts[group]
        available = c.group_room[group] + (s.stock[group] - s.missing[group])
        lasts[group] = available / needed if needed > 0 else np.inf
    limit[:] = np.inf
    for use in range(len(c.use_line)):
        line = c.use_line[use]
        limit[line] = min(limit[line], max(0.0, lasts[c.use_group[use]]))
    for line in range(len(made)):
        made[line] = min(want[line], limit[line])
    for use in range(len(c.use_line)):
        line = c.use_line[use]
        aim = min(want[line], 1.0) if c.line_push[line] else want[line]
        if aim > made[line] and lasts[c.use_group[use]] <= limit[line]:
            r.starved[use] += aim - made[line]
    for k in range(len(c.by_line)):
        limit[c.by_line[k]] = 0.0
    for k in range(len(c.by_line)):
        limit[c.by_line[k]] += c.by_share[k] * (1.0 - made[c.by_main[k]])
    for k in range(len(c.by_line)):
        made[c.by_line[k]] = 1.0 - limit[c.by_line[k]]


@_compiled
def _use(c: Chain, s: State) -> None:
    """What groups save of their use: by what was made, and by what was wanted."""
    s.used_less[:] = 0.0
    s.spared[:] = 0.0
    for use in range(len(c.use_line)):
        line, group, share, need = c.use_line[use], c.use_group[use], c.use_share[use], s.need[use]
        s.used_less[group] += share * (1.0 - need * s.made[line])
        s.spared[group] += share * (1.0 - need * s.want[line])
    for group in range(len(s.stock)):
        s.stock[group] += s.used_less[group] - s.missing[group]
        s.position[group] += s.used_less[group] + s.asked_less[group]
    for line in c.final_line:
        s.unmade[line] += 1.0 - s.made[line]


@_compiled
def _ship(c: Chain, r: Record, s: State, row: int) -> None:
    """Ship in proportion to orders; keep the rest as backlog, and blame the seller for it."""
    unsent, ration, made = s.unsent, s.ration, s.made
    for line in range(len(made)):
        ready = max(0.0, c.line_stock[line] + (s.goods[line] + made[line]))
        ration[line] = ready / s.called[line] if s.called[line] > ready else 1.0
        unsent[line] = 0.0
    for lane in range(len(s.passing)):
        line, kind, passing = c.lane_line[lane], c.lane_kind[lane], s.passing[lane]
        shipped = passing * ration[line]
        if kind & PUSHED:
            shipped = s.tight[lane] * made[line] if kind & HELD else made[line]
        r.sent[row, lane] = shipped
        unsent[line] += c.lane_share[lane] * (1.0 - shipped)
        short = max(0.0, 1.0 - shipped)
        gap = short
        if kind & PULLED:
            unmet = s.ordered[lane] - shipped
            s.backlog[lane] += unmet
            if unmet > NEGLIGIBLE:
                s.mark[c.lane_order[lane]] |= FAILED
            short = passing - shipped
            gap = max(0.0, min(passing, 1.0) - shipped)
        if short > NEGLIGIBLE and not kind & HELD:
            r.rationed[lane] += short * (gap / short)
    for line in range(len(made)):
        s.goods[line] += unsent[line] - (1.0 - made[line])
    for line in c.final_line:
        s.goods[line] = 0.0
    for line in c.sink_line:
        s.goods[line] = 0.0


@_compiled
def _blame(c: Chain, b: Bounds, r: Record, s: State, row: int) -> None:
    """Divide what lanes under gates and caps fell short between levers and seller."""
    for i in range(len(b.held_lane)):
        lane = b.held_lane[i]
        shipped = r.sent[row, lane]
        short = max(0.0, 1.0 - shipped)
        gap = short
        if c.lane_kind[lane] & PULLED:
            short = s.passing[lane] - shipped
            gap = max(0.0, min(s.asked[i], 1.0) - shipped)
        held = 0.0
        for slot in range(b.held_start[i], b.held_start[i + 1]):
            held += s.held[slot]
        if short + held > NEGLIGIBLE:
            part = gap / (short + held)
            r.rationed[lane] += short * part
            for slot in range(b.held_start[i], b.held_start[i + 1]):
                r.withheld[b.slot_lever[slot], lane] += s.held[slot] * part


@_compiled
def _switch(c: Chain, b: Bounds, r: Record, s: State, row: int) -> None:
    """Move orders from suppliers that fell short to others with spare capacity, and back."""
    start, lanes, weight, lines = c.order_start, c.order_lane, c.lane_weight, c.lane_line
    sent, ordered, backlog, loyalty, tight = r.sent, s.ordered, s.backlog, s.loyalty, s.tight
    spare, free, mark, gated = s.spare, s.free, s.mark, len(b.held_lane) > 0
    any_cancelled = False
    if mark.any():
        for line in range(len(spare)):
            spare[line] = max(0.0, c.line_top[line] - s.want[line]) * free[line]
    for order in range(len(mark)):
        if not mark[order]:
            continue
        out, room = 0.0, 0.0
        for k in range(start[order], start[order + 1]):
            lane = lanes[k]
            unmet = ordered[lane] - sent[row, lane]
            if unmet > NEGLIGIBLE:
                out += weight[lane] * min(loyalty[lane], unmet)
            else:
                joining = spare[lines[lane]] * (tight[lane] if gated else 1.0)
                room += weight[lane] * joining
        less = min(out, room)
        moved = min(less, c.order_speed[order])
        if moved > 0.0 and less >= NEGLIGIBLE:
            for k in range(start[order], start[order + 1]):
                lane = lanes[k]
                unmet = ordered[lane] - sent[row, lane]
                if unmet <= NEGLIGIBLE:
                    joining = spare[lines[lane]] * (tight[lane] if gated else 1.0)
                    loyalty[lane] += joining * (moved / room)
                    continue
                left = min(loyalty[lane], unmet) * (moved / out)
                if left > 0:
                    given_up = left / loyalty[lane]
                    loyalty[lane] -= left
                    s.cancelled[lane] = backlog[lane] * given_up
                    backlog[lane] -= s.cancelled[lane]
            for k in range(c.link_start[order], c.link_start[order + 1]):
                s.touched[c.link_group[k]] = True
            any_cancelled = True
        out, room = 0.0, 0.0
        for k in range(start[order], start[order + 1]):
            lane = lanes[k]
            out += weight[lane] * max(0.0, loyalty[lane] - 1.0)
            able = ordered[lane] - sent[row, lane] <= NEGLIGIBLE and free[lines[lane]] > 0
            if able and not (gated and tight[lane] < 1.0):
                room += weight[lane] * max(0.0, 1.0 - loyalty[lane])
        less = min(out, room)
        moved = min(less, c.order_speed[order])
        moves = moved > 0.0 and less >= NEGLIGIBLE
        mark[order] = 0
        for k in range(start[order], start[order + 1]):
            lane = lanes[k]
            if moves:
                leaving = max(0.0, loyalty[lane] - 1.0)
                able = ordered[lane] - sent[row, lane] <= NEGLIGIBLE and free[lines[lane]] > 0
                if able and not (gated and tight[lane] < 1.0):
                    loyalty[lane] += max(0.0, 1.0 - loyalty[lane]) * (moved / room)
                loyalty[lane] -= leaving * (moved / out)
            if loyalty[lane] != 1.0:
                mark[order] = SHIFTED
    if any_cancelled:
        _cancel(c, s)


@_compiled
def _cancel(c: Chain, s: State) -> None:
    """Take backlog that was given up out of the positions of the groups it was meant for."""
    for group in range(len(s.touched)):
        if s.touched[group]:
            given_up = 0.0
            for k in range(c.entry_start[group], c.entry_start[group + 1]):
                given_up += c.entry_share[k] * s.cancelled[c.entry_lane[k]]
            s.position[group] -= given_up
    for group in range(len(s.touched)):
        if s.touched[group]:
            s.touched[group] = False
            for k in range(c.entry_start[group], c.entry_start[group + 1]):
                s.cancelled[c.entry_lane[k]] = 0.0


@_compiled
def _order(c: Chain, r: Record, s: State, row: int, restock: float) -> None:
    """Order the use to come and what is lacking; trim at the suppliers that owe the most."""
    for group in range(len(s.position)):
        needed, lacking = 1.0 - s.spared[group], -s.position[group] / restock
        s.gross[group] = needed + max(0.0, lacking)
        s.net[group] = needed + lacking
    for order in range(len(c.order_speed)):
        first, end = c.link_start[order], c.link_start[order + 1]
        gross = 0.0 if end > first else 1.0
        net = gross
        for k in range(first, end):
            group = c.link_group[k]
            gross, net = max(gross, s.gross[group]), max(net, s.net[group])
        owed = 0.0
        for k in range(c.order_start[order], c.order_start[order + 1]):
            lane = c.order_lane[k]
            owed += c.lane_weight[lane] * s.backlog[lane]
        trimmed = (gross - net) / owed if owed > NEGLIGIBLE else 0.0
        whole = gross if owed > NEGLIGIBLE else net
        for k in range(c.order_start[order], c.order_start[order + 1]):
            lane = c.order_lane[k]
            s.ordered[lane] = max(0.0, whole * s.loyalty[lane] - trimmed * s.backlog[lane])
    for lane in c.loose_lane:
        s.ordered[lane] = r.sent[row, lane]


@_compiled
def play(c: Chain, b: Bounds, r: Record, s: State, weeks: int, restock: float) -> None:
    """Play `weeks` weeks into `r`, from the baseline in `s`; `restock` is weeks to refill."""
    reach, depth = len(s.row_of_lag) - 1, len(r.sent)
    for week in range(weeks):
        row = (week + reach) % depth
        for lag in range(reach + 1):
            s.row_of_lag[lag] = (week + reach - lag) % depth
        for i in range(len(b.release_terms)):
            if b.release_terms[i, 0] == week:
                for k in range(b.release_start[i], b.release_start[i + 1]):
                    s.release[b.release_lane[k]] = b.release_terms[i, 1]
        _receive(c, r, s, week)
        _respond(b, s, week)
        _ask(c, b, s, week)
        _want(c, b, r, s, week, restock)
        _produce(c, b, r, s)
        _use(c, s)
        _ship(c, r, s, row)
        _blame(c, b, r, s, row)
        _switch(c, b, r, s, row)
        _order(c, r, s, row, restock)
        r.made[week] = s.made
        r.goods[week] = s.goods
        r.stock[week] = s.stock
        r.unmade[week] = s.unmade
