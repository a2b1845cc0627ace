"""How lanes ship, change suppliers and order, in compiled loops: the second half of a week.

Lanes are walked over in blocks of buyers, for each of which goods are shipped and the next orders
placed while its lanes are in the processor's cache.
"""

from __future__ import annotations

from graph.inner import inner
from graph.packed import HELD, LOOSE, PUSHED, SOLE, Bounds, Chain, Record, State

NEGLIGIBLE = 1e-12
FAILED, SHIFTED = 1, 2  # marks of an order: a supplier fell short; others have its part


@inner
def _ship(c: Chain, r: Record, s: State, first: int, end: int, week: int, weeks: float) -> None:
    """Ship in proportion to orders; keep the rest as backlog, and blame the seller for it.

    What is shipped less than at the baseline is booked at seller and, when due, buyer. `weeks` is
    that in which a backlog is shipped.
    """
    backlog, loyalty, whole, trimmed, owed = s.backlog, s.loyalty, s.whole, s.trimmed, s.owed
    passings, shipped_of, tight, made, ration = s.passing, s.shipped, s.tight, s.made, s.ration
    lines, orders, kinds, share, weight = (
        c.lane_line,
        c.lane_order,
        c.lane_kind,
        c.lane_share,
        c.lane_weight,
    )
    start, groups, parts, lags, due = c.entry_start, c.entry_group, c.entry_share, c.lane_lag, s.due
    unsent, missing, unmet, mark, rationed = s.unsent, s.missing, s.unmet, s.mark, r.rationed
    gated, ranked = len(passings) > 0, len(s.first) > 0
    for lane in range(first, end):
        line, order, kind, owing = lines[lane], orders[lane], kinds[lane], backlog[lane]
        wanted = max(0.0, whole[order] * loyalty[lane] - trimmed[order] * owing)
        passing = passings[lane] if gated else wanted + owing / weeks
        shipped = passing * (s.served[line] if ranked and s.first[lane] else ration[line])
        if kind & PUSHED:
            shipped = tight[lane] * made[line] if kind & HELD else made[line]
        less = 1.0 - shipped
        unsent[line] += share[lane] * less
        for k in range(start[lane], start[lane + 1]):
            missing[due[lags[lane]], groups[k]] += parts[k] * less
        if kind & LOOSE:
            loyalty[lane] = shipped
            short = gap = max(0.0, less)
        else:
            lacking = wanted - shipped
            unmet[lane - first] = lacking
            backlog[lane] = owing + lacking
            owed[order] += weight[lane] * backlog[lane]
            if lacking > NEGLIGIBLE and not kind & SOLE:
                mark[order] |= FAILED
            short, gap = passing - shipped, max(0.0, min(passing, 1.0) - shipped)
        if short > NEGLIGIBLE and not kind & HELD:
            rationed[lane] += gap
        if len(r.sent):
            r.sent[week, lane] = shipped
        if gated:
            shipped_of[lane] = shipped


@inner
def blame(c: Chain, b: Bounds, r: Record, s: State) -> None:
    """Divide what lanes under gates and caps fell short between levers and seller."""
    start, held, tight = b.held_start, s.held, s.tight
    for i, lane in enumerate(b.held_lane):
        shipped, asked = s.shipped[lane], s.asked[i]
        short = max(0.0, 1.0 - shipped)
        gap = short
        if not c.lane_kind[lane] & LOOSE:
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
    unmet, spare, joins, tight = s.unmet, s.spare, s.joins, s.tight
    gated = len(tight) > 0
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
                        _cancel(c, s, lane, left / loyalty[lane] if left > 0 else 0.0)
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
def _cancel(c: Chain, s: State, lane: int, part: float) -> None:
    """Give up a part of a lane's backlog, which its buyer no longer counts on."""
    cancelled = s.backlog[lane] * part
    s.backlog[lane] -= cancelled
    for k in range(c.entry_start[lane], c.entry_start[lane + 1]):
        s.position[c.entry_group[k]] -= c.entry_share[k] * cancelled


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
def _order(c: Chain, s: State, first: int, end: int, weeks: float) -> None:
    """Place the orders, which suppliers see next week with the backlog that is due."""
    backlog, loyalty, whole, trimmed, orders = (
        s.backlog,
        s.loyalty,
        s.whole,
        s.trimmed,
        c.lane_order,
    )
    called_less, lines, share, passings = s.called_less, c.lane_line, c.lane_share, s.passing
    position, groups, parts, start = s.position, c.entry_group, c.entry_share, c.entry_start
    release, gated, varied = s.release, len(s.passing) > 0, len(s.release) > 1
    for lane in range(first, end):
        order, owing = orders[lane], backlog[lane]
        wanted = max(0.0, whole[order] * loyalty[lane] - trimmed[order] * owing)
        for k in range(start[lane], start[lane + 1]):
            position[groups[k]] -= parts[k] * (1.0 - wanted)
        passing = wanted + owing / (release[lane] if varied else weeks)
        if gated:
            passings[lane] = passing
        else:
            called_less[lines[lane]] += share[lane] * (1.0 - passing)


@inner
def release(b: Bounds, s: State, week: int) -> None:
    """From this week on some backlogs are shipped in other times than usual."""
    for i in range(len(b.release_terms)):
        if b.release_terms[i, 0] == week:
            for lane in b.release_lane[b.release_start[i] : b.release_start[i + 1]]:
                s.release[lane] = b.release_terms[i, 1]


@inner
def trade(c: Chain, r: Record, s: State, week: int, restock: float, backlog_weeks: float) -> None:
    """Ship this week's goods and place the orders for the next, block by block."""
    for block in range(len(c.block_lane) - 1):
        first, end = c.block_lane[block], c.block_lane[block + 1]
        start, stop = c.block_order[block], c.block_order[block + 1]
        _ship(c, r, s, first, end, week, backlog_weeks)
        _switch(c, s, first, start, stop)
        _decide(c, s, start, stop, restock)
        _order(c, s, first, end, backlog_weeks)
