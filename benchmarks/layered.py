"""A layered supply graph of any size as plain arrays, always the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.arrays import plan_of_arrays
from graph.limits import Ceiling, Gate, JointCap, Limits, Priority
from graph.plan import Floats, Ints, Plan
from graph.responses import Injection, Saving

TIERS = 8
MATERIALS = 48
NEXT_TIER = 0.9
"""Share of the flows that go to the next tier; the others go two tiers on."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """Flows sorted by target and material; tonnes are log-normal."""

    source: Ints
    target: Ints
    material: Ints
    tonnes: Floats


def layered_arrays(sites: int, flows: int, seed: int = 7) -> Arrays:
    """Sites in eight tiers of equal size, each making one of the six materials of its tier."""
    rng = np.random.default_rng(seed)
    tier = np.arange(sites) * TIERS // sites
    first = np.searchsorted(tier, np.arange(TIERS + 1))
    own = tier * (MATERIALS // TIERS) + rng.integers(MATERIALS // TIERS, size=sites)
    source = rng.integers(first[TIERS - 1], size=flows)
    step = np.where(rng.random(flows) < NEXT_TIER, 1, 2)
    to = np.minimum(tier[source] + step, TIERS - 1)
    target = first[to] + (rng.random(flows) * (first[to + 1] - first[to])).astype(np.int64)
    tonnes = rng.lognormal(sigma=1.0, size=flows)
    order = np.lexsort((source, own[source], target))
    source, target = source[order], target[order]
    return Arrays(source, target, own[source], tonnes[order])


def layered_plan(sites: int, flows: int, lag: int = 6, seed: int = 7) -> Plan:
    """Its plan, with weeks on the way (1 to `lag`) and stocks (1 to 8 weeks) drawn as well."""
    arrays = layered_arrays(sites, flows, seed)
    rng = np.random.default_rng(seed + 1)
    return plan_of_arrays(
        arrays.source,
        arrays.target,
        arrays.material,
        arrays.tonnes,
        lag_weeks=rng.integers(1, lag + 1, size=flows),
        stock_weeks=rng.uniform(1, 8, size=max(arrays.source.max(), arrays.target.max()) + 1),
    )


def outage(plan: Plan, weeks: int, seed: int = 7) -> Limits:
    """One site in a hundred stands still from week 2 to 14."""
    rng = np.random.default_rng(seed)
    nodes = len(plan.node_site)
    struck = rng.choice(nodes, size=max(1, nodes // 100), replace=False)
    lines = np.flatnonzero(np.isin(plan.line_node, struck) & ~plan.line_final)
    activity = np.full(weeks, np.inf)
    activity[2:14] = 0.0
    return Limits((), (Ceiling("outage", lines, activity),), (), (), ())


def all_limits(plan: Plan, weeks: int, seed: int = 7) -> Limits:
    """The outage and every other kind of limit: each touches one lane, line or use in ten."""
    rng = np.random.default_rng(seed)

    def some(count: int) -> Ints:
        return np.sort(rng.choice(count, size=max(1, count // 10), replace=False))

    lanes, shut, lines = (
        some(n) for n in (len(plan.lane_flow), len(plan.lane_flow), len(plan.line_node))
    )
    groups, uses = some(len(plan.group_node)), some(len(plan.use_line))
    opened = np.ones((weeks, len(lanes)))
    opened[4:30] = rng.random((weeks, len(lanes)))[4:30]
    added, need = np.zeros((weeks, len(groups))), np.ones((weeks, len(uses)))
    added[6:20] = 0.1
    need[8:] = 0.9
    return Limits(
        gates=(Gate("licence", lanes, opened),),
        ceilings=outage(plan, weeks, seed).ceilings,
        export_caps=(JointCap("export", shut, 0.7, 3, 40),),
        output_caps=(JointCap("output", lines, 0.8, 5, 45),),
        releases=((0, lanes, 6.0),),
        injections=(Injection("stockpile", groups, added, True),),
        savings=(Saving("thrift", uses, need),),
        priorities=(Priority("defence", lanes, 10, 35),),
    )
