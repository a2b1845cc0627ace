"""Why an end use lost: its loss followed upstream to the levers that started it.

At every line the loss is divided between the levers that capped it and its scarcest inputs, at
every input between the lanes that failed, at every lane between the levers that withheld orders
and the seller that had too little. Following this to the end gives each lever, flow and site its
part of the loss; the parts of one end use add up to 1 where nothing leads in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graph.losses import EndUseLoss
from graph.plan import Floats, Ints, Plan, totals
from graph.weekly import Tally

MOST_STEPS = 20
NEGLIGIBLE = 1e-6
TINY = 1e-300
SHOWN_PER_END_USE = 5

Found = tuple[float, str, str, str, str]
"""Share (negative, to sort by), lever, site, flow, material."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A lever's part in the loss of an end use, where it bites.

    `flow` is the key of the flow that the lever held back, empty where it struck the site itself;
    `site` is the seller or the struck site; `share` is of the end use's loss. After the largest
    causes, all that a lever cost elsewhere stands in one row without site and flow, and what could
    not be followed to a lever in one without any of them.
    """

    end_use: str
    lever: str
    site: str
    flow: str
    material: str
    share: float
    lost_units: float


def causes_of(plan: Plan, tally: Tally, losses: Sequence[EndUseLoss]) -> tuple[Cause, ...]:
    """The causes of each end use that lost something, in the order of `losses`, largest first.

    They add up to the loss.
    """
    hit = [loss for loss in losses if loss.lost_units + loss.deferred_units > 0]
    line_of = {
        plan.sites[plan.node_site[plan.line_node[line]]].id: int(line)
        for line in np.flatnonzero(plan.line_final)
    }
    if not hit:
        return ()
    to_lanes, to_lines, trouble, failure = _ways_upstream(plan, tally)
    reach = np.zeros((len(hit), len(plan.line_node)))
    reach[np.arange(len(hit)), [line_of[loss.id] for loss in hit]] = 1.0
    lines = np.zeros_like(reach)
    for _ in range(MOST_STEPS):
        lines += reach
        reach = reach @ to_lines
        if reach.max(initial=0.0) < NEGLIGIBLE:
            break
    lanes = lines @ to_lanes
    found: list[list[Found]] = [[] for _ in hit]
    for lever, capped in tally.capped.items():
        by_site = _by(lines * (capped / trouble), plan.node_site[plan.line_node], len(plan.sites))
        for row, site in zip(*np.nonzero(by_site > NEGLIGIBLE), strict=True):
            found[row].append((-by_site[row, site], lever, plan.sites[site].id, "", ""))
    for lever, withheld in tally.withheld.items():
        by_flow = _by(lanes * (withheld / failure), plan.lane_flow, len(plan.flows))
        for row, index in zip(*np.nonzero(by_flow > NEGLIGIBLE), strict=True):
            flow = plan.flows[index]
            found[row].append((-by_flow[row, index], lever, flow.origin, flow.key, flow.material))
    return tuple(
        Cause(
            end_use=loss.id,
            lever=lever,
            site=site,
            flow=flow,
            material=material,
            share=-float(negative),
            lost_units=-float(negative) * loss.lost_units,
        )
        for loss, causes in zip(hit, found, strict=True)
        for negative, lever, site, flow, material in _summed_up(sorted(causes))
    )


def _summed_up(causes: list[Found]) -> list[Found]:
    """The largest causes, the rest of each lever in one, and what is left to explain."""
    rest: dict[str, float] = {}
    for negative, lever, *_ in causes[SHOWN_PER_END_USE:]:
        rest[lever] = rest.get(lever, 0.0) + negative
    others = sorted((part, lever, "", "", "") for lever, part in rest.items())
    left = 1.0 + sum(negative for negative, *_ in causes)
    unfollowed = [(-left, "", "", "", "")] if left > NEGLIGIBLE else []
    return [*causes[:SHOWN_PER_END_USE], *others, *unfollowed]


def _ways_upstream(plan: Plan, tally: Tally) -> tuple[csr_array, csr_array, Floats, Floats]:
    """Shares of a line's trouble by lane, by upstream line; trouble by line, failure by lane."""
    n_lines, n_lanes, n_groups = len(plan.line_node), len(plan.lane_flow), len(plan.group_node)
    trouble = totals(plan.use_line, tally.starved, n_lines) + sum(tally.capped.values())
    failure = tally.rationed + sum(tally.withheld.values())
    trouble, failure = np.maximum(trouble, TINY), np.maximum(failure, TINY)
    to_groups = csr_array(
        (tally.starved / trouble[plan.use_line], (plan.use_line, plan.use_group)),
        shape=(n_lines, n_groups),
    )
    failed = plan.entry_share * failure[plan.entry_lane]
    by_group = np.maximum(totals(plan.entry_group, failed, n_groups), TINY)
    groups_to_lanes = csr_array(
        (failed / by_group[plan.entry_group], (plan.entry_group, plan.entry_lane)),
        shape=(n_groups, n_lanes),
    )
    lanes_to_lines = csr_array(
        (tally.rationed / failure, (np.arange(n_lanes), plan.lane_line)),
        shape=(n_lanes, n_lines),
    )
    falls_off = csr_array((plan.by_share, (plan.by_line, plan.by_main)), shape=(n_lines, n_lines))
    to_lanes = to_groups @ groups_to_lanes
    return to_lanes, to_lanes @ lanes_to_lines + falls_off, trouble, failure


def _by(values: Floats, index: Ints, size: int) -> Floats:
    """Columns of `values` added up by `index`."""
    return np.stack([totals(index, row, size) for row in values])
