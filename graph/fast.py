"""One run of the weekly model by the compiled kernel: arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from graph.arrays import plan_of_arrays
from graph.kernel import SOURCES, play
from graph.limits import Limits
from graph.packed import (
    PIECE_LANES,
    Bounds,
    Chain,
    Record,
    State,
    bounds_of,
    capping_levers,
    chain_of,
    withholding,
)
from graph.parameters import SpreadParameters
from graph.plan import Plan


def played(plan: Plan, limits: Limits, weeks: int, p: SpreadParameters, in_full: bool) -> Record:
    """Play `weeks` weeks. Without `in_full` nothing is kept of lanes and stocks week by week."""
    chain, bounds = chain_of(plan, limits), bounds_of(plan, limits, weeks)
    lanes, lines, groups = len(plan.lane_flow), len(plan.line_node), len(plan.group_node)
    rows = weeks if in_full else 0
    record = Record(
        sent=np.empty((rows, lanes)),
        waiting=np.empty((rows, lanes)),
        made=np.empty((weeks, lines)),
        goods=np.empty((rows, lines)),
        stock=np.empty((rows, groups)),
        unmade=np.empty((weeks, lines)),
        withheld=np.zeros(len(bounds.slot_lever)),
        rationed=np.zeros(lanes),
        capped=np.zeros((len(capping_levers(limits)), lines)),
        starved=np.zeros(len(plan.use_line)),
    )
    state = _baseline(plan, chain, bounds, p)
    play(chain, bounds, record, state, weeks, float(p.restock_weeks), float(p.backlog_weeks))
    withheld = np.zeros((len(withholding(limits)), lanes))
    withheld[bounds.slot_lever, np.repeat(bounds.held_lane, np.diff(bounds.held_start))] = (
        record.withheld
    )
    return record._replace(withheld=withheld)


def warm_up() -> None:
    """Compile the kernel, or load it where numba kept it: some 20 seconds, or a fraction of one."""
    plan = plan_of_arrays([0], [1], [0], [1.0])
    played(plan, Limits((), (), (), (), ()), 1, SpreadParameters(), in_full=True)


def kept_by_numba() -> tuple[tuple[str, ...], str, str]:
    """The kernel's source files, and the folder and pattern of the file numba keeps of it."""
    folder: str = play.stats.cache_path
    return SOURCES, folder, "kernel.*play-*.nbi"


def _baseline(plan: Plan, chain: Chain, b: Bounds, p: SpreadParameters) -> State:
    lanes, lines, groups = len(plan.lane_flow), len(plan.line_node), len(plan.group_node)
    orders, reach = len(chain.link_start), int(plan.lane_lag.max(initial=1))
    ranks, saves, held = len(b.priority_terms) > 0, len(b.saving_use) > 0, len(b.held_lane)
    widest = int(np.diff(chain.block_lane).max())
    return State(
        backlog=np.zeros(lanes),
        loyalty=np.ones(lanes),
        ordered=np.ones(lanes),
        tight=np.ones(lanes if held else 0),
        release=np.full(held, float(p.backlog_weeks)),
        asked=np.empty(held),
        passing=np.ones(held),
        shipped=np.empty(held),
        allowed=np.empty(held),
        first=np.zeros(held, dtype=bool),
        held=np.zeros(len(b.slot_lever)),
        want=np.empty(lines),
        made=np.empty(lines),
        ration=np.empty(lines),
        served=np.empty(lines if ranks else 0),
        ahead=np.empty(lines if ranks else 0),
        called_less=np.zeros(lines),
        unsent=np.empty(lines),
        free=np.ones(lines, dtype=bool),
        spare=np.empty(lines),
        goods=np.zeros(lines),
        unmade=np.zeros(lines),
        pace=np.empty(len(plan.node_site)),
        stock=np.zeros(groups),
        position=np.zeros(groups),
        due_less=np.zeros(reach * groups),
        asked_less=np.zeros(groups if len(b.at_hand) else 0),
        needed=np.empty(groups if saves else 0),
        spared=np.empty(groups),
        need=np.ones(len(plan.use_line) if saves else 0),
        owed=np.zeros(orders),
        whole=np.ones(orders),
        trimmed=np.zeros(orders),
        mark=np.zeros(orders, dtype=np.uint8),
        unmet=np.empty(widest),
        joins=np.empty(widest),
        piece=tuple(np.empty(min(widest, PIECE_LANES)) for _ in range(5)),
        due=np.empty(reach + 1, dtype=np.uint64),
    )
