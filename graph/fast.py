"""One run of the weekly model by the compiled kernel: arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from graph.arrays import plan_of_arrays
from graph.kernel import play
from graph.limits import Limits
from graph.packed import Bounds, Record, State, bounds_of, capping_levers, chain_of, withholding
from graph.parameters import SpreadParameters
from graph.plan import Plan


def played(
    plan: Plan, limits: Limits, weeks: int, p: SpreadParameters, keeps_lanes: bool
) -> Record:
    """Play `weeks` weeks. Without `keeps_lanes` only the weeks still under way are held of the
    lanes, so that memory does not grow with the weeks."""
    lanes, lines, groups = len(plan.lane_flow), len(plan.line_node), len(plan.group_node)
    reach = int(plan.lane_lag.max(initial=1))
    sent = np.empty((reach + (weeks if keeps_lanes else 1), lanes))
    sent[: reach + (0 if keeps_lanes else 1)] = 1.0
    record = Record(
        sent=sent,
        arrived=np.empty((weeks if keeps_lanes else 0, lanes)),
        made=np.empty((weeks, lines)),
        goods=np.empty((weeks, lines)),
        stock=np.empty((weeks, groups)),
        unmade=np.empty((weeks, lines)),
        withheld=np.zeros((len(withholding(limits)), lanes)),
        rationed=np.zeros(lanes),
        capped=np.zeros((len(capping_levers(limits)), lines)),
        starved=np.zeros(len(plan.use_line)),
    )
    bounds = bounds_of(plan, limits, weeks)
    state = _baseline(plan, bounds, reach, p)
    play(chain_of(plan, limits), bounds, record, state, weeks, float(p.restock_weeks))
    return record


def warm_up() -> None:
    """Compile the kernel, or load it where numba kept it: some 20 seconds, or a fraction of one."""
    plan = plan_of_arrays([0], [1], [0], [1.0])
    played(plan, Limits((), (), (), (), ()), 1, SpreadParameters(), keeps_lanes=True)


def kept_by_numba() -> tuple[str, str, str]:
    """The kernel's source file, and the folder and pattern of the file numba keeps of it."""
    source: str = play.py_func.__code__.co_filename
    folder: str = play.stats.cache_path
    return source, folder, "kernel.*play-*.nbi"


def _baseline(plan: Plan, b: Bounds, reach: int, p: SpreadParameters) -> State:
    held, slots, releases = len(b.held_lane), len(b.slot_lever), len(b.release_terms)
    lanes, lines, groups = len(plan.lane_flow), len(plan.line_node), len(plan.group_node)
    gated, orders = lanes if held else 0, len(plan.order_speed)
    return State(
        ordered=np.ones(lanes),
        backlog=np.zeros(lanes),
        loyalty=np.ones(lanes),
        release=np.full(lanes if releases else 1, float(p.backlog_weeks)),
        passing=np.ones(lanes),
        cancelled=np.zeros(lanes),
        allowed=np.ones(gated),
        tight=np.ones(gated),
        asked=np.empty(held),
        held=np.zeros(slots),
        want=np.empty(lines),
        made=np.empty(lines),
        ration=np.empty(lines),
        called=np.ones(lines),
        unsent=np.empty(lines),
        limit=np.empty(lines),
        free=np.ones(lines),
        spare=np.empty(lines),
        goods=np.zeros(lines),
        unmade=np.zeros(lines),
        pace=np.empty(len(plan.node_site)),
        stock=np.zeros(groups),
        position=np.zeros(groups),
        missing=np.empty(groups),
        added=np.empty(groups),
        asked_less=np.zeros(groups),
        lasts=np.empty(groups),
        used_less=np.empty(groups),
        spared=np.empty(groups),
        less=np.empty(groups),
        gross=np.empty(groups),
        net=np.empty(groups),
        owed=np.empty(orders + 1),
        whole=np.ones(orders + 1),
        trimmed=np.zeros(orders + 1),
        touched=np.zeros(groups, dtype=bool),
        need=np.ones(len(plan.use_line)),
        mark=np.zeros(orders + 1, dtype=np.uint8),
        joins=np.empty(int(np.bincount(plan.lane_order + 1)[1:].max(initial=0))),
        row_of_lag=np.empty(reach + 1, dtype=np.int64),
    )
