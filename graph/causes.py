"""Why an end use lost: its loss followed upstream to the levers that started it.

Followed to the end (`graph.trails`), each lever, flow and site has its part of the loss; the parts
of one end use add up to 1 where nothing leads in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.plan import Plan
from graph.trails import NEGLIGIBLE, Trail, by
from graph.trajectory import Tally

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


def causes_of(plan: Plan, tally: Tally, trail: Trail) -> tuple[Cause, ...]:
    """The causes of each end use that lost something, largest first; they add up to its loss."""
    if not trail.losses:
        return ()
    maker = plan.line_site
    found: list[list[Found]] = [[] for _ in trail.losses]
    for lever, capped in tally.capped.items():
        by_site = by(trail.lines * (capped / trail.trouble), maker, len(plan.sites))
        for row, site in zip(*np.nonzero(by_site > NEGLIGIBLE), strict=True):
            found[row].append((-by_site[row, site], lever, plan.sites[site].id, "", ""))
    for lever, withheld in tally.withheld.items():
        by_flow = by(trail.lanes * (withheld / trail.failure), plan.lane_flow, len(plan.flows))
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
        for loss, causes in zip(trail.losses, found, strict=True)
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
