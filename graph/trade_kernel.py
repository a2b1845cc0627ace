"""How lanes ship, change suppliers and order, in compiled loops: the second half of a week.

Lanes are walked over in blocks of buyers, for each of which goods are shipped and the next orders
placed while its lanes are in the processor's cache. Shipping and ordering take a block piece by
piece: their loops run from 0 over views, and each either reckons or gathers and books, so that the
compiler can reckon several lanes at once. They are handed arrays, for a call copies every field
of a tuple that it is given.
"""

from __future__ import annotations

import numpy as np

from graph.inner import inner
from graph.packed import (
    HELD,
    PIECE_LANES,
    PUSHED,
    SOLE,
    Bounds,
    Chain,
    Index,
    Kinds,
    Lags,
    Places,
    Record,
    State,
)
from graph.plan import Floats

NEGLIGIBLE = 1e-12
FAILED, SHIFTED = 1, 2  # marks of an order: a supplier fell short; others have its part


@inner
def _ship(
    c: Chain, b: Bounds, r: Record, s: State, base: int, last: int, week: int, weeks: float
) -> None:
    """Ship in proportion to orders; keep the rest as backlog, and blame the seller for it.

    Lanes `base` to `last`. `weeks` is that in which a backlog is shipped.
    """
    passing, shipped, less, gap, owed = s.piece
    for first in range(base, last, PIECE_LANES):
        end = min(first + PIECE_LANES, last)
        ordered, backlog, kind = s.ordered[first:end], s.backlog[first:end], c.lane_kind[first:end]
        line, order, unmet = (
            c.lane_line[first:end],
            c.lane_order[first:end],
            s.unmet[first - base :],
        )
        start, stop = np.searchsorted(b.held_lane, first), np.searchsorted(b.held_lane, end)
        held = b.held_lane[start:stop]
        _add_due(ordered, backlog, weeks, passing)
        for i, lane in enumerate(held):
            passing[lane - first] = s.passing[start + i]
        _send(line, s.ration, passing, shipped)
        if len(s.served):
            for i, lane in enumerate(held):
                if s.first[start + i]:
                    shipped[lane - first] = s.passing[start + i] * s.served[c.lane_line[lane]]
        if c.kinds & PUSHED:
            _push(line, kind, s.made, s.tight[first:end], shipped)
        _reckon(ordered, backlog, c.lane_weight[first:end], s.piece, unmet)
        if c.kinds & PUSHED:
            _set_apart(kind, s.loyalty[first:end], backlog, s.piece, unmet)
        for i, lane in enumerate(held):
            s.shipped[start + i] = shipped[lane - first]
            gap[lane - first] = 0.0
        for i in range(end - first):
            r.rationed[first + i] += gap[i]
        _book(line, order, c.lane_share[first:end], less, owed, s.unsent, s.owed)
        entries = slice(c.entry_start[first], c.entry_start[end])
        lane, group, share = c.entry_lane[entries], c.entry_group[entries], c.entry_share[entries]
        _miss(lane, group, c.entry_lag[entries], share, less, s.due, s.due_less, first)
        _fail(kind, order, unmet, s.mark)
        if len(r.sent):
            r.sent[week, first:end] = shipped[: end - first]


@inner
def _add_due(ordered: Floats, backlog: Floats, weeks: float, passing: Floats) -> None:
    """Orders and the part of the backlog that is due."""
    for i in range(len(ordered)):
        passing[i] = ordered[i] + backlog[i] / weeks


@inner
def _send(line: Index, ration: Floats, passing: Floats, shipped: Floats) -> None:
    """Ship what sellers can of the orders that pass."""
    for i in range(len(line)):
        shipped[i] = passing[i] * ration[line[i]]


@inner
def _push(line: Index, kind: Kinds, made: Floats, tight: Floats, shipped: Floats) -> None:
    """Ship all that is made on lanes that are pushed, as far as it is let through."""
    for i in range(len(line)):
        if kind[i] & PUSHED:
            shipped[i] = (tight[i] if kind[i] & HELD else 1.0) * made[line[i]]


@inner
def _reckon(
    ordered: Floats, backlog: Floats, weight: Floats, piece: tuple[Floats, ...], unmet: Floats
) -> None:
    """What is shipped less than at the baseline, than is ordered, and because sellers have less."""
    passing, shipped, less, gap, owed = piece
    for i in range(len(ordered)):
        less[i] = 1.0 - shipped[i]
        unmet[i] = ordered[i] - shipped[i]
        backlog[i] += unmet[i]
        owed[i] = weight[i] * backlog[i]
        short = passing[i] - shipped[i]
        own = max(0.0, min(passing[i], 1.0) - shipped[i])
        gap[i] = own if short > NEGLIGIBLE else 0.0


@inner
def _set_apart(
    kind: Kinds, loyalty: Floats, backlog: Floats, piece: tuple[Floats, ...], unmet: Floats
) -> None:
    """Lanes that are pushed have no backlog."""
    _, shipped, less, gap, owed = piece
    for i in range(len(kind)):
        if kind[i] & PUSHED:
            loyalty[i] = shipped[i]
            backlog[i] = owed[i] = unmet[i] = 0.0
            gap[i] = less[i] if less[i] > NEGLIGIBLE else 0.0


@inner
def _book(
    line: Index,
    order: Index,
    share: Floats,
    less: Floats,
    owes: Floats,
    unsent: Floats,
    owed: Floats,
) -> None:
    """What lines ship less than at the baseline, and orders are owed."""
    for i in range(len(line)):
        unsent[line[i]] += share[i] * less[i]
        owed[order[i]] += owes[i]


@inner
def _miss(
    lane: Index,
    group: Index,
    lag: Lags,
    share: Floats,
    less: Floats,
    due: Places,
    due_less: Floats,
    first: int,
) -> None:
    """What buyers will miss when it is due."""
    for k in range(len(lane)):
        due_less[due[lag[k]] + group[k]] += share[k] * less[lane[k] - first]


@inner
def _fail(kind: Kinds, order: Index, unmet: Floats, mark: Kinds) -> None:
    """Mark orders of which a supplier fell short, and others might step in."""
    for i in range(len(kind)):
        if unmet[i] > NEGLIGIBLE and not kind[i] & SOLE:
            mark[order[i]] |= FAILED


@inner
def blame(c: Chain, b: Bounds, r: Record, s: State) -> None:
    """Divide what lanes under gates and caps fell short between levers and seller."""
    start, held, tight = b.held_start, s.held, s.tight
    for i, lane in enumerate(b.held_lane):
        shipped, asked = s.shipped[i], s.asked[i]
        short = max(0.0, 1.0 - shipped)
        gap = short
        if not c.lane_kind[lane] & PUSHED:
            short, gap = asked * tight[lane] - shipped, max(0.0, min(asked, 1.0) - shipped)
        total = 0.0
        for slot in range(start[i], start[i + 1]):
            total += held[slot]
        total = short + total
        if total > NEGLIGIBLE:
            r.rationed[lane] += short * (gap / total)
            for slot in range(start[i], start[i + 1]):
                r.withheld[slot] += held[slot] * (gap / total)


@inner
def _switch(c: Chain, s: State, base: int, start: int, stop: int) -> None:
    """Move orders from suppliers that fell short to others, and back; cancel their backlog.

    Orders `start` to `stop` of a block, whose first lane is `base`.
    """
    backlog, loyalty, lines, weight = s.backlog, s.loyalty, c.lane_line, c.lane_weight
    unmet, spare, joins, tight, position = s.unmet, s.spare, s.joins, s.tight, s.position
    entries, groups, parts, gated = c.entry_start, c.entry_group, c.entry_share, len(tight) > 0
    for order in range(start, stop):
        failed, shifted = s.mark[order] & FAILED, s.mark[order] & SHIFTED
        if not (failed or shifted):
            continue
        s.mark[order], speed = 0, c.order_speed[order]
        lanes = c.order_lane[c.order_start[order] : c.order_start[order + 1]]
        if failed:
            out, room = 0.0, 0.0
            for lane in lanes:
                if unmet[lane - base] > NEGLIGIBLE:
                    out += weight[lane] * min(loyalty[lane], unmet[lane - base])
                else:
                    joining = max(0.0, spare[lines[lane]]) * (tight[lane] if gated else 1.0)
                    joins[lane - base] = joining
                    room += weight[lane] * joining
            if min(out, room) >= NEGLIGIBLE and speed > 0.0:
                moved, shifted, s.owed[order] = min(out, room, speed), SHIFTED, 0.0
                for lane in lanes:
                    if unmet[lane - base] > NEGLIGIBLE:
                        left = min(loyalty[lane], unmet[lane - base]) * (moved / out)
                        cancelled = backlog[lane] * (left / loyalty[lane] if left > 0 else 0.0)
                        backlog[lane] -= cancelled
                        for k in range(entries[lane], entries[lane + 1]):
                            position[groups[k]] -= parts[k] * cancelled
                        loyalty[lane] -= left
                    else:
                        loyalty[lane] += joins[lane - base] * (moved / room)
                    s.owed[order] += weight[lane] * backlog[lane]
        if not shifted:
            continue
        out, room = 0.0, 0.0
        for lane in lanes:
            able = (unmet[lane - base] <= NEGLIGIBLE) & (spare[lines[lane]] >= 0.0)
            able = able & (tight[lane] >= 1.0) if gated else able
            joins[lane - base] = max(0.0, 1.0 - loyalty[lane]) if able else 0.0
            out += weight[lane] * max(0.0, loyalty[lane] - 1.0)
            room += weight[lane] * joins[lane - base]
        s.mark[order] = SHIFTED if out >= NEGLIGIBLE else 0
        if min(out, room) >= NEGLIGIBLE:
            moved = min(out, room, speed)
            joined, left = moved / room, moved / out
            for lane in lanes:
                leaving = max(0.0, loyalty[lane] - 1.0)
                loyalty[lane] = (loyalty[lane] + joins[lane - base] * joined) - leaving * left


@inner
def _decide(c: Chain, s: State, first: int, end: int, restock: float) -> None:
    """How much of every order to place, and how much to take off at suppliers that owe."""
    starts, groups, spared, position = c.link_start, c.link_group, s.spared, s.position
    owed, whole, trimmed = s.owed, s.whole, s.trimmed
    for order in range(first, end):
        gross = 0.0 if starts[order + 1] > starts[order] else 1.0
        net = gross
        for k in range(starts[order], starts[order + 1]):
            needed, lacking = 1.0 - spared[groups[k]], -position[groups[k]] / restock
            gross, net = max(gross, needed + max(0.0, lacking)), max(net, needed + lacking)
        trims = owed[order] > NEGLIGIBLE
        whole[order] = gross if trims else net
        trimmed[order] = (gross - net) / owed[order] if trims else 0.0
        owed[order] = 0.0


@inner
def _order(c: Chain, b: Bounds, s: State, base: int, last: int, weeks: float) -> None:
    """Place the orders, which suppliers see next week with the backlog that is due.

    What lines are asked for on held lanes is booked when limits have been looked at.
    """
    passing = s.piece[0]
    for first in range(base, last, PIECE_LANES):
        end = min(first + PIECE_LANES, last)
        ordered, backlog, order = (
            s.ordered[first:end],
            s.backlog[first:end],
            c.lane_order[first:end],
        )
        _place(order, s.whole, s.trimmed, s.loyalty[first:end], backlog, ordered)
        _add_due(ordered, backlog, weeks, passing)
        start, stop = np.searchsorted(b.held_lane, first), np.searchsorted(b.held_lane, end)
        for i in range(start, stop):
            place = b.held_lane[i] - first
            s.passing[i] = ordered[place] + backlog[place] / s.release[i]
            passing[place] = 1.0
        _call(c.lane_line[first:end], c.lane_share[first:end], passing, s.called_less)
        entries = slice(c.entry_start[first], c.entry_start[end])
        lane, group, share = c.entry_lane[entries], c.entry_group[entries], c.entry_share[entries]
        _expect(lane, group, share, ordered, s.position, first)


@inner
def _place(
    order: Index, whole: Floats, trimmed: Floats, loyalty: Floats, backlog: Floats, ordered: Floats
) -> None:
    """What buyers order on each lane."""
    for i in range(len(order)):
        own = whole[order[i]] * loyalty[i] - trimmed[order[i]] * backlog[i]
        ordered[i] = max(0.0, own)


@inner
def _call(line: Index, share: Floats, passing: Floats, called_less: Floats) -> None:
    """What lines are asked for less than at the baseline."""
    for i in range(len(line)):
        called_less[line[i]] += share[i] * (1.0 - passing[i])


@inner
def _expect(
    lane: Index, group: Index, share: Floats, ordered: Floats, position: Floats, first: int
) -> None:
    """Buyers expect what they ordered."""
    for k in range(len(lane)):
        position[group[k]] -= share[k] * (1.0 - ordered[lane[k] - first])


@inner
def release(b: Bounds, s: State, week: int) -> None:
    """From this week on some backlogs are shipped in other times than usual."""
    for i in range(len(b.release_terms)):
        if b.release_terms[i, 0] == week:
            for member in b.release_held[b.release_start[i] : b.release_start[i + 1]]:
                s.release[member] = b.release_terms[i, 1]


@inner
def trade(
    c: Chain, b: Bounds, r: Record, s: State, week: int, restock: float, backlog_weeks: float
) -> None:
    """Ship this week's goods and place the orders for the next, block by block."""
    for block in range(len(c.block_lane) - 1):
        base, last = c.block_lane[block], c.block_lane[block + 1]
        start, stop = c.block_order[block], c.block_order[block + 1]
        _ship(c, b, r, s, base, last, week, backlog_weeks)
        _switch(c, s, base, start, stop)
        _decide(c, s, start, stop, restock)
        _order(c, b, s, base, last, backlog_weeks)
