"""A plan for the weekly model from plain arrays: any supply graph, without sites and flows by name.

    plan = plan_of_arrays(source, target, material, tonnes)
    limits = Limits((), (Ceiling("outage", lines, activity),), (), (), ())
    trajectory = run(plan, limits, 52, SpreadParameters())

Lane `i` of the plan is flow `i` of the arrays. A site makes one line per material it ships, and
holds one stock per material it receives; every line needs all stocks of its site, and suppliers of
the same material to the same site replace each other. A site that ships nothing is an end use. The
plan knows no names: of `graph.losses` only the parts that ask for none work on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graph.model import ELEMENTS
from graph.plan import Floats, Ints, Plan, totals


def plan_of_arrays(
    source: ArrayLike,
    target: ArrayLike,
    material: ArrayLike,
    tonnes: ArrayLike,
    *,
    lag_weeks: ArrayLike = 1,
    stock_weeks: ArrayLike = 4.0,
    surge: ArrayLike = 1.05,
    switch_speed: ArrayLike = 0.06,
) -> Plan:
    """The plan of flows from site `source[i]` to `target[i]`, numbers from 0, t a week each.

    `material` is a number from 0. `lag_weeks` (whole weeks from shipment to arrival, at least 1)
    is one number or one per flow; `stock_weeks` (of use), `surge` (highest activity, at least 1)
    and `switch_speed` (share of an order that can change supplier in a week) are one number or one
    per site, of the buyer for the last. Flows sorted by target, then material run fastest.
    Arrays of the right kind are taken as they are, not copied.
    Raises ValueError where the arrays do not fit together or hold what no flow can be.
    """
    origin, goal, good = (
        whole_numbers("source", source),
        whole_numbers("target", target),
        whole_numbers("material", material),
    )
    weight = np.asarray(tonnes, dtype=np.float64)
    count = len(origin)
    check_length("source", count, target=goal, material=good, tonnes=weight)
    if count == 0:
        raise ValueError("a plan needs at least one flow, got none")
    check_tonnes(weight)
    lags = one_for_each("lag_weeks", lag_weeks, count, "flow", 1.0)
    if (lags != np.floor(lags)).any():
        raise ValueError("lag_weeks must be whole weeks")
    nodes = int(max(origin.max(), goal.max())) + 1
    stocks = one_for_each("stock_weeks", stock_weeks, nodes, "site", 0.0)
    speeds = one_for_each("switch_speed", switch_speed, nodes, "site", 0.0)

    goods = int(good.max()) + 1
    group_key, group = np.unique(goal * goods + good, return_inverse=True)
    line_key, line = np.unique(origin * goods + good, return_inverse=True)
    group_node, group_tonnes = group_key // goods, totals(group, weight, len(group_key))
    ends = np.setdiff1d(group_node, line_key // goods)
    received = totals(group_node, group_tonnes, nodes)
    line_node = np.concatenate([line_key // goods, ends])
    line_tonnes = np.concatenate([totals(line, weight, len(line_key)), received[ends]])
    final = np.arange(len(line_node)) >= len(line_key)
    use_line, use_group = _uses(line_node, group_node, nodes)
    of_site = totals(line_node, line_tonnes, nodes)
    line_weight = line_tonnes / of_site[line_node]
    none, every = np.empty(0, dtype=np.int64), np.arange(count)
    part = weight / group_tonnes[group]
    return Plan(
        sites=(),
        flows=(),
        node_site=np.arange(nodes),
        node_surge=one_for_each("surge", surge, nodes, "site", 1.0),
        line_node=line_node,
        line_product=(*_names(line_key % goods), *("units" for _ in ends)),
        line_tonnes=line_tonnes,
        line_weight=line_weight,
        line_stock=np.zeros(len(line_node)),
        line_final=final,
        line_sink=np.zeros(len(line_node), dtype=bool),
        line_push=np.zeros(len(line_node), dtype=bool),
        line_joint=np.zeros(len(line_node), dtype=bool),
        by_line=none,
        by_main=none,
        by_share=np.empty(0),
        group_node=group_node,
        group_good=_names(group_key % goods),
        group_tonnes=group_tonnes,
        group_stock=stocks[group_node],
        use_line=use_line,
        use_group=use_group,
        use_share=line_weight[use_line],
        lane_flow=every,
        lane_grade=("",) * count,
        lane_line=line,
        lane_target=goal,
        lane_tonnes=weight,
        lane_content=np.broadcast_to(0.0, (count, len(ELEMENTS))),
        lane_share=weight / line_tonnes[line],
        lane_lag=lags.astype(np.int64),
        lane_order=group,
        lane_weight=part,
        entry_lane=every,
        entry_group=group,
        entry_share=part,
        order_speed=speeds[group_node],
        link_order=np.arange(len(group_key)),
        link_group=np.arange(len(group_key)),
    )


def _uses(line_node: Ints, group_node: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Every line with every group of its node; groups stand in order of their nodes."""
    held = np.bincount(group_node, minlength=nodes)
    first = np.cumsum(held) - held
    count = held[line_node]
    use_line = np.repeat(np.arange(len(line_node)), count)
    within = np.arange(len(use_line)) - np.repeat(np.cumsum(count) - count, count)
    return use_line, first[line_node][use_line] + within


def whole_numbers(name: str, values: ArrayLike) -> Ints:
    """A row of whole numbers from 0. Raises ValueError for anything else."""
    found: NDArray[np.generic] = np.asarray(values)
    if found.ndim != 1 or not (found.size == 0 or np.issubdtype(found.dtype, np.integer)):
        raise ValueError(
            f"{name} must be one row of whole numbers, got {found.dtype} of shape {found.shape}"
        )
    if found.size and int(found.min()) < 0:
        raise ValueError(f"{name} must be at least 0, got {int(found.min())}")
    return found.astype(np.int64, copy=False)


def check_length(like: str, count: int, **rows: NDArray[np.generic]) -> None:
    """Raise ValueError unless all rows have `count` entries, as the one called `like` has."""
    for name, values in rows.items():
        if values.shape != (count,):
            raise ValueError(f"{name} has shape {values.shape}, expected ({count},) like {like}")


def check_tonnes(tonnes: Floats) -> None:
    """Raise ValueError unless all flows are of something."""
    if not (np.isfinite(tonnes) & (tonnes > 0)).all():
        raise ValueError("tonnes must be numbers above 0; leave out flows of nothing")


def _names(goods: Ints) -> tuple[str, ...]:
    names = [str(good) for good in range(int(goods.max()) + 1)]
    return tuple(names[good] for good in goods.tolist())


def one_for_each(name: str, values: ArrayLike, count: int, what: str, least: float) -> Floats:
    """A number for each of `count`, where one may stand for all. Raises ValueError for other
    shapes, and for numbers that are not finite or below `least`."""
    found = np.asarray(values, dtype=np.float64)
    if found.shape not in ((), (count,)):
        raise ValueError(
            f"{name} has shape {found.shape}, expected one number or {count}, one per {what}"
        )
    if not (np.isfinite(found) & (found >= least)).all():
        raise ValueError(f"{name} must be finite and at least {least:g}")
    return np.full(count, found) if found.shape == () else found
