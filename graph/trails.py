"""Losses followed upstream: how much of what each end use lost came along which line and lane.

At every line the loss is divided between the levers that capped it and its scarcest inputs, at
every input between the lanes that failed, at every lane between the levers that withheld orders
and the seller that had too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graph.losses import EndUseLoss
from graph.plan import Floats, Ints, Plan, totals
from graph.trajectory import Tally

MOST_STEPS = 20
NEGLIGIBLE = 1e-6
TINY = 1e-300
LEAST_THROUGH = 0.01
"""Share of a loss below which a site on its way is not named."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Shares of each loss by line and lane; a row for each of `losses`, those that lost.

    Of what went wrong, `trouble` by line and `failure` by lane hold all, in weeks of the baseline.
    """

    losses: tuple[EndUseLoss, ...]
    lines: Floats
    lanes: Floats
    trouble: Floats
    failure: Floats


@dataclass(frozen=True, slots=True)
class Through:
    """The share (0..1) of an end use's loss over the run that came along goods of `site`.

    Shares of sites behind each other each count the same loss, so that they do not add up.
    """

    end_use: str
    site: str
    share: float


@dataclass(frozen=True, slots=True)
class Toll:
    """What a lever took from a site that it strikes: goods not made or not let out.

    `lost_tonnes` are gross tonnes of all its goods over the run, each counted in the week in which
    it was due, also where it is made up later. Where levers overlap, each counts as if alone.
    """

    lever: str
    site: str
    lost_tonnes: float


def trail_of(plan: Plan, tally: Tally, losses: Sequence[EndUseLoss]) -> Trail:
    """Follow the losses of all end uses that lost something."""
    hit = tuple(loss for loss in losses if loss.lost_units + loss.deferred_units > 0)
    lines = np.zeros((len(hit), len(plan.line_node)))
    if not hit:
        return Trail((), lines, np.zeros((0, len(plan.lane_flow))), np.zeros(0), np.zeros(0))
    to_lanes, to_lines, trouble, failure = _ways_upstream(plan, tally)
    finals = np.flatnonzero(plan.line_final).tolist()
    line_of = {site.id: line for site, line in zip(plan.end_uses, finals, strict=True)}
    reach = np.zeros_like(lines)
    reach[np.arange(len(hit)), [line_of[loss.id] for loss in hit]] = 1.0
    for _ in range(MOST_STEPS):
        lines += reach
        reach = reach @ to_lines
        if reach.max(initial=0.0) < NEGLIGIBLE:
            break
    return Trail(hit, lines, lines @ to_lanes, trouble, failure)


def through_of(plan: Plan, trail: Trail) -> tuple[Through, ...]:
    """The sites that each loss came through, in the order of the losses, largest share first."""
    seller = plan.lane_seller
    found = []
    for loss, lanes in zip(trail.losses, trail.lanes, strict=True):
        # A loss that leads in a circle, through scrap, can pass a site more than once.
        shares = np.minimum(totals(seller, lanes, len(plan.sites)), 1.0).round(9)
        passed = [(-shares[i], plan.sites[i].id) for i in np.flatnonzero(shares >= LEAST_THROUGH)]
        found += [Through(loss.id, site, -float(share)) for share, site in sorted(passed)]
    return tuple(found)


def tolls_of(plan: Plan, tally: Tally) -> tuple[Toll, ...]:
    """What each lever took from each site it strikes, by lever, most tonnes first.

    Goods held back on their way count at the site that sells them.
    """
    lost: dict[str, Floats] = {}
    for struck, tonnes, site in (
        (tally.capped, plan.line_tonnes, plan.line_site),
        (tally.withheld, plan.lane_tonnes, plan.lane_seller),
    ):
        for lever, weeks in struck.items():
            there = totals(site, weeks * tonnes, len(plan.sites))
            lost[lever] = lost.get(lever, 0.0) + there
    return tuple(
        Toll(lever, plan.sites[site].id, float(lost[lever][site]))
        for lever in sorted(lost)
        for site in np.argsort(-lost[lever], kind="stable").tolist()
        if lost[lever][site] > NEGLIGIBLE
    )


def by(values: Floats, index: Ints, size: int) -> Floats:
    """Columns of `values` added up by `index`."""
    return np.stack([totals(index, row, size) for row in values])


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
