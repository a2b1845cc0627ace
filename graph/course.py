"""One site through a run: what arrives, what lies in stock, what it makes, what it still owes.

Stocks are weeks of baseline use at the end of a week, everything else shares of the baseline. What
goes into an end use lies with the component makers that supply it; their stocks stand for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.model import Stage
from graph.plan import Bools, Floats, Ints, Plan
from graph.trajectory import Trajectory, arrived

EMPTY = 0.01
"""Weeks of use below which a stock counts as gone, about two hours."""
FIRST, HALF = 0.05, 0.5
"""Parts of the stocks behind a site that are gone when its first ones, when half of them are."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Input:
    """One good that a site uses; `of_makers` where its component makers hold it.

    `stock` is weeks of baseline use by week, `normal` what it is without a disturbance, `arrived`
    the share of the baseline that comes in. `first_empty` and `half_empty` are the weeks in which
    FIRST and HALF of the stock, by what its holders use, is gone; None where that never happens.
    """

    good: str
    of_makers: bool
    tonnes_per_week: float
    normal: float
    stock: tuple[float, ...]
    arrived: tuple[float, ...]
    first_empty: int | None
    half_empty: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """The weeks of one site: `made` of its baseline, `owed` in weeks of output (end uses),
    `waiting` what is ordered of it and not shipped, in weeks of what it ships (all others).

    `touched` is the share of what arrives that touched China, by content, at the shares of the
    baseline; nan in a week in which nothing arrives.
    """

    site: str
    made: tuple[float, ...]
    owed: tuple[float, ...]
    waiting: tuple[float, ...]
    inputs: tuple[Input, ...]
    touched: tuple[float, ...]


def course_of(
    plan: Plan, trajectory: Trajectory, site: str, china_shares: Mapping[str, float]
) -> Course:
    """The course of a site of the plan. `china_shares` has a share (0..1) by key of flow.

    The run must have been kept in full. Raises StopIteration where the plan has no such site.
    """
    place = next(i for i, each in enumerate(plan.sites) if each.id == site)
    lines = np.flatnonzero(plan.line_site == place)
    final = lines[plan.line_final[lines]]
    made = 1.0 - (1.0 - trajectory.made[:, lines]) @ plan.line_weight[lines]
    owed = trajectory.unmade[:, final].sum(axis=1) if len(final) else np.zeros(0)
    own = np.flatnonzero(plan.group_site == place)
    groups, weights = _makers(plan, place)
    inputs = [
        *_inputs(plan, trajectory, own, plan.group_tonnes[own], of_makers=False),
        *_inputs(plan, trajectory, groups, weights, of_makers=True),
    ]
    lanes = _lanes_into(plan, place)
    shares = np.array([china_shares[plan.flows[flow].key] for flow in plan.lane_flow[lanes]])
    return Course(
        site=site,
        made=tuple(made.tolist()),
        owed=tuple(owed.tolist()),
        waiting=tuple(_waiting(plan, trajectory, place).tolist()),
        inputs=tuple(inputs),
        touched=_touched(plan, trajectory, lanes, shares),
    )


def empty_weeks(plan: Plan, trajectory: Trajectory) -> dict[str, tuple[int | None, int | None]]:
    """By end use: when the first and when half of the stocks behind it are gone."""
    found = {}
    for place in plan.line_site[plan.line_final].tolist():
        own = np.flatnonzero(plan.group_site == place)
        groups, weights = _makers(plan, place)
        gone = _gone(
            plan,
            trajectory,
            np.concatenate([own, groups]),
            np.concatenate([plan.group_tonnes[own], weights]),
        )
        found[plan.sites[place].id] = (_when(gone, FIRST), _when(gone, HALF))
    return found


def _lanes_into(plan: Plan, place: int) -> Ints:
    return np.flatnonzero(plan.lane_buyer == place)


def _waiting(plan: Plan, trajectory: Trajectory, place: int) -> Floats:
    """Orders not yet shipped, weeks; none for a site that ships nothing."""
    lanes = np.flatnonzero(plan.lane_seller == place)
    tonnes = plan.lane_tonnes[lanes]
    if not tonnes.sum():
        return np.zeros(0)
    found: Floats = trajectory.backlog[:, lanes] @ (tonnes / tonnes.sum())
    return found


def _makers(plan: Plan, place: int) -> tuple[Ints, Floats]:
    """Groups of the component makers that supply an end use, and the t a week each stands for."""
    if plan.sites[place].stage is not Stage.END_USE:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    lanes = _lanes_into(plan, place)
    origin = plan.line_node[plan.lane_line[lanes]]
    supplied = np.bincount(origin, plan.lane_tonnes[lanes], len(plan.node_site))
    is_maker = np.array([site.stage is Stage.COMPONENT for site in plan.sites])[plan.node_site]
    used = np.bincount(plan.group_node, plan.group_tonnes, len(plan.node_site))
    groups = np.flatnonzero((supplied * is_maker)[plan.group_node] > 0)
    node = plan.group_node[groups]
    return groups, supplied[node] * plan.group_tonnes[groups] / used[node]


def _level(plan: Plan, trajectory: Trajectory, groups: Ints) -> Floats:
    level: Floats = np.maximum(0.0, plan.group_stock[groups] + trajectory.stock[:, groups])
    return level


def _inputs(
    plan: Plan, trajectory: Trajectory, groups: Ints, weights: Floats, *, of_makers: bool
) -> list[Input]:
    """The groups by good, each weighed by what is used of it."""
    goods = np.array([plan.group_good[group] for group in groups])
    found = []
    for good in sorted(set(goods.tolist())):
        chosen = goods == good
        some, weight = groups[chosen], weights[chosen] / weights[chosen].sum()
        gone = _gone(plan, trajectory, some, weights[chosen])
        found.append(
            Input(
                good=good,
                of_makers=of_makers,
                tonnes_per_week=float(weights[chosen].sum()),
                normal=float(plan.group_stock[some] @ weight),
                stock=tuple((_level(plan, trajectory, some) @ weight).tolist()),
                arrived=tuple((_arrivals(plan, trajectory, some) @ weight).tolist()),
                first_empty=_when(gone, FIRST),
                half_empty=_when(gone, HALF),
            )
        )
    return found


def _arrivals(plan: Plan, trajectory: Trajectory, groups: Ints) -> Floats:
    """Share of its baseline that comes into each group, weeks x groups."""
    place = np.full(len(plan.group_node), -1)
    place[groups] = np.arange(len(groups))
    entries = np.flatnonzero(place[plan.entry_group] >= 0)
    lanes = plan.entry_lane[entries]
    less = plan.entry_share[entries] * (
        1.0 - arrived(trajectory.shipped[:, lanes], plan.lane_lag[lanes])
    )
    into = np.zeros((len(entries), len(groups)))
    into[np.arange(len(entries)), place[plan.entry_group[entries]]] = 1.0
    found: Floats = 1.0 - less @ into
    return found


def _gone(plan: Plan, trajectory: Trajectory, groups: Ints, weights: Floats) -> Floats:
    """Share of the stocks, by use, that is gone in each week; holders of none do not count."""
    holds: Bools = plan.group_stock[groups] > EMPTY
    some, weight = groups[holds], weights[holds]
    if not len(some) or weight.sum() <= 0:
        return np.zeros(len(trajectory.made))
    share: Floats = (_level(plan, trajectory, some) <= EMPTY) @ (weight / weight.sum())
    return share


def _when(share: Floats, least: float) -> int | None:
    weeks = np.flatnonzero(share >= least - ROUNDING)
    return int(weeks[0]) if len(weeks) else None


def _touched(plan: Plan, trajectory: Trajectory, lanes: Ints, shares: Floats) -> tuple[float, ...]:
    content = plan.lane_content[lanes].sum(axis=1)
    comes = arrived(trajectory.shipped[:, lanes], plan.lane_lag[lanes]) * content
    total = comes.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (comes @ shares) / total
    return tuple(np.where(total > EMPTY * content.sum(), found, np.nan).tolist())
