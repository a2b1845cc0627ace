"""A plan and its limits as flat arrays in the order in which the kernel walks over them.

The fields are those of `graph.plan.Plan` and `graph.limits.Limits` with narrower indices. Where
many items hang on one (the lanes of an order, the uses of a saving), `<x>_start[i]` to
`<x>_start[i + 1]` are the places of item `i`. Every sum runs in the order of the reference, so
that the kernel gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.limits import JointCap, Limits
from graph.plan import Bools, Floats, Ints, Plan, total

Index = NDArray[np.uint32]
Kinds = NDArray[np.uint8]
Lags = NDArray[np.uint16]
Places = NDArray[np.uint64]
Number = TypeVar("Number", bound=np.generic)

PUSHED, HELD, SOLE = 1, 2, 4
"""Kinds of a lane, as bits: pushed, not ordered; held, that is named by a limit; without another in
its order."""
BLOCK_LANES = 16_384
"""Lanes of a block, or a few more: what the kernel needs of them stays in the processor's cache."""
PIECE_LANES = 2_048
"""Lanes that are shipped or ordered on at a time: what is reckoned of them stays nearer still."""


class Chain(NamedTuple):
    """A plan. `final_line`, `sink_line` and `joint_line` list lines.

    Uses stand by line, and `draw_use` lists them by group; entries stand by lane. A block is a run
    of lanes and orders that are all those of their buyers; a last order takes lanes that have none.
    """

    line_node: Index
    line_top: Floats
    line_stock: Floats
    line_tonnes: Floats
    line_push: Bools
    line_fed: Bools
    final_line: Index
    sink_line: Index
    joint_line: Index
    by_line: Index
    by_main: Index
    by_share: Floats
    group_room: Floats
    use_start: Index
    use_line: Index
    use_group: Index
    use_share: Floats
    draw_start: Index
    draw_use: Index
    lane_line: Index
    lane_order: Index
    lane_share: Floats
    lane_weight: Floats
    lane_kind: Kinds
    kinds: int
    entry_start: Index
    entry_lane: Index
    entry_group: Index
    entry_lag: Lags
    entry_share: Floats
    order_start: Index
    order_lane: Index
    order_speed: Floats
    link_start: Index
    link_group: Index
    block_lane: Index
    block_order: Index


class Bounds(NamedTuple):
    """Limits. Held are the lanes that `held_lanes` names, and `<x>_held` are places among them.

    A slot is a pair of a held lane and a lever that can hold back orders on it: held lane `i` owns
    the slots from `held_start[i]`, in order of their levers' names.
    """

    held_lane: Index
    held_tonnes: Floats
    held_start: Index
    slot_lever: Index
    gate_held: Index
    gate_slot: Index
    gate_open: Floats
    export_start: Index
    export_held: Index
    export_slot: Index
    export_terms: Floats
    ceiling_start: Index
    ceiling_line: Index
    ceiling_lever: Index
    ceiling_activity: Floats
    output_start: Index
    output_line: Index
    output_lever: Index
    output_terms: Floats
    release_terms: Floats
    release_start: Index
    release_held: Index
    priority_terms: Floats
    priority_start: Index
    priority_held: Index
    injected_start: Index
    injected_group: Index
    injected: Floats
    at_hand: Bools
    saving_use: Index
    saving_need: Floats


class Record(NamedTuple):
    """What a run leaves behind: see `graph.trajectory.Trajectory`. `withheld` is by slot; `sent`,
    `waiting`, `goods` and `stock` have no rows where they are not asked for."""

    sent: Floats
    waiting: Floats
    made: Floats
    goods: Floats
    stock: Floats
    unmade: Floats
    withheld: Floats
    rationed: Floats
    capped: Floats
    starved: Floats


class State(NamedTuple):
    """What a week hands to the next, and room for its own sums.

    By lane (`tight` only where one is held), held lane (`release` to `first`), slot (`held`), line,
    group (`due_less`: week to come by week to come, `due[lag]` is where a week starts), order, lane
    of a block (`unmet`, `joins`) and of a piece (rows of `piece`). For lanes without an order
    `loyalty` is what they shipped last.
    """

    backlog: Floats
    loyalty: Floats
    ordered: Floats
    tight: Floats
    release: Floats
    asked: Floats
    passing: Floats
    shipped: Floats
    allowed: Floats
    first: Bools
    held: Floats
    want: Floats
    made: Floats
    ration: Floats
    served: Floats
    ahead: Floats
    called_less: Floats
    unsent: Floats
    free: Bools
    spare: Floats
    goods: Floats
    unmade: Floats
    pace: Floats
    stock: Floats
    position: Floats
    due_less: Floats
    asked_less: Floats
    needed: Floats
    spared: Floats
    need: Floats
    owed: Floats
    whole: Floats
    trimmed: Floats
    mark: Kinds
    unmet: Floats
    joins: Floats
    piece: tuple[Floats, ...]
    due: Places


LAYOUT = f"{PUSHED, HELD, SOLE, PIECE_LANES}" + "".join(
    f"{kind.__name__}{kind._fields}" for kind in (Chain, Bounds, Record, State)
)
"""What the compiled kernel takes for granted of this file."""


def chain_of(plan: Plan, limits: Limits) -> Chain:
    """The plan as the kernel wants it."""
    pushed, count = plan.lane_order < 0, len(plan.order_speed)
    orders = np.where(pushed, count, plan.lane_order).astype(np.uint32)
    order_start, order_lanes = _runs(orders, count + 1)
    kind = np.zeros(len(orders), dtype=np.uint8)
    kind[pushed] |= PUSHED
    kind[(np.diff(order_start) == 1)[orders]] |= SOLE
    kind[held_lanes(limits)] |= HELD
    fed = np.zeros(len(plan.line_node), dtype=bool)
    fed[plan.use_line] = True
    entry_start, entries = _runs(_index(plan.entry_lane), len(orders))
    entry_lane = _index(_taken(plan.entry_lane, entries))
    use_start, _ = _runs(_index(plan.use_line), len(plan.line_node))
    draw_start, draw_use = _runs(_index(plan.use_group), len(plan.group_node))
    block_lane, block_order = _blocks(plan.lane_target, orders, count)
    link_start, links = _runs(_index(plan.link_order), count)
    return Chain(
        line_node=_index(plan.line_node),
        line_top=plan.node_surge[plan.line_node],
        line_stock=plan.line_stock,
        line_tonnes=plan.line_tonnes,
        line_push=plan.line_push,
        line_fed=fed,
        final_line=_index(np.flatnonzero(plan.line_final)),
        sink_line=_index(np.flatnonzero(plan.line_sink)),
        joint_line=_index(np.flatnonzero(plan.line_joint)),
        by_line=_index(plan.by_line),
        by_main=_index(plan.by_main),
        by_share=plan.by_share.astype(float),
        group_room=plan.group_stock + 1.0,
        use_start=use_start,
        use_line=_index(plan.use_line),
        use_group=_index(plan.use_group),
        use_share=plan.use_share,
        draw_start=draw_start,
        draw_use=draw_use,
        lane_line=_index(plan.lane_line),
        lane_order=orders,
        lane_share=plan.lane_share,
        lane_weight=plan.lane_weight,
        lane_kind=kind,
        kinds=int(np.bitwise_or.reduce(kind, initial=0)),
        entry_start=entry_start,
        entry_lane=entry_lane,
        entry_group=_index(_taken(plan.entry_group, entries)),
        entry_lag=plan.lane_lag[entry_lane].astype(np.uint16),
        entry_share=_taken(plan.entry_share, entries),
        order_start=order_start,
        order_lane=order_lanes,
        order_speed=plan.order_speed,
        link_start=link_start,
        link_group=_index(_taken(plan.link_group, links)),
        block_lane=block_lane,
        block_order=block_order,
    )


def _blocks(buyer: Ints, order: Index, orders: int) -> tuple[Index, Index]:
    """Where blocks start, as places of lanes and of orders, and the ends.

    One block where lanes do not stand by buyer and order, or some have no order.
    """
    step, next_order = np.diff(buyer), np.diff(order.astype(np.int64))
    first = np.append(0, np.flatnonzero(step) + 1)
    if len(order) and int(order[-1]) < orders and (step >= 0).all() and (next_order >= 0).all():
        first = first[np.diff(first // BLOCK_LANES, prepend=-1) > 0]
        return _index(np.append(first, len(order))), _index(np.append(order[first], orders))
    return _index([0, len(order)]), _index([0, orders])


def bounds_of(plan: Plan, limits: Limits, weeks: int) -> Bounds:
    """The limits as the kernel wants them."""
    holding = withholding(limits)
    keys = [
        lanes_of.astype(np.int64) * len(holding) + holding.index(lever)
        for lever, lanes_of in _named(limits)
    ]
    slots = np.unique(np.concatenate(keys)) if keys else np.empty(0, dtype=np.int64)
    held, lane_of_slot = held_lanes(limits), slots // max(1, len(holding))
    places = [np.searchsorted(slots, key) for key in keys]
    gates, capping = limits.gates, capping_levers(limits)
    return Bounds(
        held_lane=_index(held),
        held_tonnes=plan.lane_tonnes[held],
        held_start=_index(np.searchsorted(lane_of_slot, np.append(held, len(plan.lane_flow)))),
        slot_lever=_index(slots % max(1, len(holding))),
        gate_held=_places(held, (gate.lanes for gate in gates)),
        gate_slot=_joined(places[: len(gates)]),
        gate_open=_beside([gate.open for gate in gates], weeks),
        export_start=_starts(cap.members for cap in limits.export_caps),
        export_held=_places(held, (cap.members for cap in limits.export_caps)),
        export_slot=_joined(places[len(gates) :]),
        export_terms=_terms(limits.export_caps, plan.lane_tonnes),
        ceiling_start=_starts(ceiling.lines for ceiling in limits.ceilings),
        ceiling_line=_joined(ceiling.lines for ceiling in limits.ceilings),
        ceiling_lever=_index([capping.index(ceiling.lever) for ceiling in limits.ceilings]),
        ceiling_activity=_beside([ceiling.activity[:, None] for ceiling in limits.ceilings], weeks),
        output_start=_starts(cap.members for cap in limits.output_caps),
        output_line=_joined(cap.members for cap in limits.output_caps),
        output_lever=_index([capping.index(cap.lever) for cap in limits.output_caps]),
        output_terms=_terms(limits.output_caps, plan.line_tonnes),
        release_terms=_pairs([(start, pace) for start, _, pace in limits.releases]),
        release_start=_starts(members for _, members, _ in limits.releases),
        release_held=_places(held, (members for _, members, _ in limits.releases)),
        priority_terms=_pairs([(item.start, item.end) for item in limits.priorities]),
        priority_start=_starts(item.lanes for item in limits.priorities),
        priority_held=_places(held, (item.lanes for item in limits.priorities)),
        injected_start=_starts(item.groups for item in limits.injections),
        injected_group=_joined(item.groups for item in limits.injections),
        injected=_beside([item.added for item in limits.injections], weeks),
        at_hand=np.array([item.is_at_hand for item in limits.injections], dtype=bool),
        saving_use=_joined(item.uses for item in limits.savings),
        saving_need=_beside([item.need for item in limits.savings], weeks),
    )


def held_lanes(limits: Limits) -> Ints:
    """Lanes that a gate, an export cap, a priority or a pace of arrears names, ascending."""
    named = [lanes for _, lanes in _named(limits)]
    named += [item.lanes for item in limits.priorities]
    named += [lanes for _, lanes, _ in limits.releases]
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *named]))


def withholding(limits: Limits) -> list[str]:
    """Levers that can hold back orders, by name."""
    return sorted({lever for lever, _ in _named(limits)})


def capping_levers(limits: Limits) -> list[str]:
    """Levers that can hold down output, by name."""
    return sorted(
        {ceiling.lever for ceiling in limits.ceilings} | {cap.lever for cap in limits.output_caps}
    )


def _named(limits: Limits) -> list[tuple[str, Ints]]:
    return [
        *((gate.lever, gate.lanes) for gate in limits.gates),
        *((cap.lever, cap.members) for cap in limits.export_caps),
    ]


def _terms(caps: Sequence[JointCap], tonnes: Floats) -> Floats:
    """Per cap: kept x baseline tonnes, first week, week after the last."""
    return np.array(
        [(cap.kept * total(tonnes[cap.members]), min(cap.start, cap.end), cap.end) for cap in caps],
        dtype=float,
    ).reshape(-1, 3)


def _pairs(pairs: Sequence[tuple[float, float]]) -> Floats:
    return np.array(pairs, dtype=float).reshape(-1, 2)


def _runs(key: Index, size: int) -> tuple[Index, Index]:
    """Where the items of each key start, and the items by key."""
    is_sorted = bool((key[1:] >= key[:-1]).all())
    order = _index(np.arange(len(key)) if is_sorted else np.argsort(key, kind="stable"))
    return _index(np.concatenate(([0], np.cumsum(np.bincount(key, minlength=size))))), order


def _taken(values: NDArray[Number], places: Index) -> NDArray[Number]:
    """`values[places]`, without a copy where that is all of them as they stand."""
    whole = len(places) == len(values) and bool((places[1:] > places[:-1]).all())
    return values if whole else values[places]


def _index(values: Iterable[int] | NDArray[np.generic]) -> Index:
    return np.ascontiguousarray(values, dtype=np.uint32)


def _starts(parts: Iterable[Ints]) -> Index:
    return _index(np.cumsum([0, *(len(part) for part in parts)]))


def _joined(parts: Iterable[Ints]) -> Index:
    return _index(np.concatenate([np.empty(0, dtype=np.int64), *parts]))


def _places(held: Ints, parts: Iterable[Ints]) -> Index:
    return _index(np.searchsorted(held, _joined(parts)))


def _beside(parts: Sequence[Floats], weeks: int) -> Floats:
    """Tables of weeks side by side."""
    if len(parts) == 1:
        return np.ascontiguousarray(parts[0], dtype=float)
    return np.concatenate([np.empty((weeks, 0)), *parts], axis=1)
