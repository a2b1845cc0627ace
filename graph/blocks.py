"""The limits of a scenario in blocks: runs of consecutive weeks in which nothing changes.

What is computed once a block holds for each of its weeks; the static cascade and the
reallocation optimum both build on it. What is added to stocks or saved (`graph.responses`) often
moves every week: it cuts no block and enters as the mean over its weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graph.limits import JointCap, Limits
from graph.plan import Floats, Plan


@dataclass(frozen=True, slots=True)
class Block:
    """Weeks `start` up to, not including, `start + weeks`, and what limits them.

    `open` is the share (0..1) of a lane let through, the tightest gate wins; `ceiling` the highest
    activity of a line (1 is the baseline, infinite where there is none). `added` is what comes into
    a group besides its lanes, weeks of use a week; `need` what a unit of product takes in a use, as
    share of the baseline. A stock that is laid in adds nothing: it comes over the lanes. A joint
    cap that keeps nothing closes its members and is not listed.
    """

    start: int
    weeks: int
    open: Floats
    ceiling: Floats
    added: Floats
    need: Floats
    export_caps: tuple[JointCap, ...]
    output_caps: tuple[JointCap, ...]


def blocks_of(
    plan: Plan, limits: Limits, weeks: int, longest: int | None = None, drift: float = 0.0
) -> list[Block]:
    """The blocks of a run of `weeks` weeks, none longer than `longest` weeks.

    Ceilings may move by up to `drift` within a block, where the highest of its weeks holds.
    """
    passing = np.ones((weeks, len(plan.lane_flow)))
    ceilings = np.full((weeks, len(plan.line_node)), np.inf)
    added = np.zeros((weeks, len(plan.group_node)))
    need = np.ones((weeks, len(plan.use_line)))
    for gate in limits.gates:
        passing[:, gate.lanes] = np.minimum(passing[:, gate.lanes], gate.open)
    for ceiling in limits.ceilings:
        ceilings[:, ceiling.lines] = np.minimum(
            ceilings[:, ceiling.lines], ceiling.activity[:, None]
        )
    for cap in limits.export_caps:
        if cap.kept == 0:
            passing[cap.start : cap.end, cap.members] = 0.0
    for cap in limits.output_caps:
        if cap.kept == 0:
            ceilings[cap.start : cap.end, cap.members] = 0.0
    for injection in limits.injections:
        if injection.is_at_hand:
            added[:, injection.groups] += injection.added
    for saving in limits.savings:
        need[:, saving.uses] *= saving.need
    return [
        Block(
            start=start,
            weeks=end - start,
            open=passing[start],
            ceiling=ceilings[start:end].max(axis=0),
            added=added[start:end].mean(axis=0),
            need=need[start:end].mean(axis=0),
            export_caps=_active(limits.export_caps, start),
            output_caps=_active(limits.output_caps, start),
        )
        for first, last in _equal(limits, passing, ceilings, drift)
        for start, end in _cut(first, last, longest or weeks)
    ]


def _equal(
    limits: Limits, passing: Floats, ceilings: Floats, drift: float
) -> list[tuple[int, int]]:
    """Spans of weeks with equal limits, ceilings up to `drift`."""
    weeks = len(passing)
    turns = {w for cap in (*limits.export_caps, *limits.output_caps) for w in (cap.start, cap.end)}
    starts = [0]
    for week in range(1, weeks):
        first = starts[-1]
        if (
            week in turns
            or not np.array_equal(passing[week], passing[first])
            or not np.isclose(ceilings[week], ceilings[first], rtol=0.0, atol=drift).all()
        ):
            starts.append(week)
    return list(zip(starts, [*starts[1:], weeks], strict=True))


def _cut(first: int, last: int, longest: int) -> list[tuple[int, int]]:
    """A span in as few parts of nearly equal length as `longest` allows."""
    parts = -(-(last - first) // longest)
    edges = [first + part * (last - first) // parts for part in range(parts + 1)]
    return list(pairwise(edges))


def _active(caps: tuple[JointCap, ...], week: int) -> tuple[JointCap, ...]:
    return tuple(cap for cap in caps if cap.start <= week < cap.end and cap.kept > 0)
