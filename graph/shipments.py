"""What crosses borders in a run: lanes between countries, and their weeks as months of customs."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from graph.errors import ScenarioError
from graph.model import ELEMENTS, Stage
from graph.parameters import CARS
from graph.plan import DAYS_PER_WEEK, WEEKS_PER_YEAR, Floats, Ints, Plan
from graph.trajectory import Trajectory

MONTHS_PER_YEAR = 12.0
HEAVY = ("Dy", "Tb", "Sm")


def lanes_between(
    plan: Plan, origin: str, targets: Collection[str] | None, materials: Collection[str]
) -> Ints:
    """Lanes of the goods from a country to others (None: to any other country), by ISO code.

    Motors and other assemblies are not counted: customs does not see the magnets in them.
    """
    country = [site.country for site in plan.sites]
    assembles = [site.stage is Stage.COMPONENT for site in plan.sites]
    seller = plan.lane_seller
    buyer = plan.lane_buyer
    chosen = [
        plan.flows[flow].material in materials
        and country[s] == origin
        and not assembles[s]
        and (country[b] != origin if targets is None else country[b] in targets)
        for flow, s, b in zip(plan.lane_flow, seller, buyer, strict=True)
    ]
    return np.flatnonzero(np.array(chosen, dtype=bool))


def without_heavy(plan: Plan, lanes: Ints) -> Ints:
    """Those of the lanes whose goods hold no Dy, Tb or Sm."""
    columns = [ELEMENTS.index(element) for element in HEAVY]
    return lanes[~np.asarray((plan.lane_content[lanes][:, columns] > 0).any(axis=1))]


def month_tonnes(plan: Plan, lanes: Ints) -> float:
    """What the lanes carry in a month of the baseline, in tonnes: a twelfth of the year."""
    return float(plan.lane_tonnes[lanes].sum()) * WEEKS_PER_YEAR / MONTHS_PER_YEAR


def weekly_shares(plan: Plan, lanes: Ints, moved: Floats) -> Floats:
    """Tonnes of the lanes by week, as a share of the baseline; `moved` is a row a week.

    Raises ScenarioError where there is nothing to move.
    """
    if not len(lanes):
        raise ScenarioError("the network has no flow of these goods between these countries")
    tonnes = plan.lane_tonnes[lanes]
    shares: Floats = moved[:, lanes] @ tonnes / tonnes.sum()
    return shares


def month_shares(weeks: Sequence[float], start: date, months: Iterable[str]) -> dict[str, float]:
    """Mean over the days of each month (YYYY-MM) of the share of the week they lie in.

    Week 0 begins on `start`; days before it count 1, the baseline. Raises ScenarioError where the
    weeks end before a month does.
    """
    shares = {}
    for month in months:
        first = date.fromisoformat(f"{month}-01")
        days = monthrange(first.year, first.month)[1]
        ages = [(first + timedelta(day) - start).days // DAYS_PER_WEEK for day in range(days)]
        if ages[-1] >= len(weeks):
            raise ScenarioError(
                f"{len(weeks)} weeks from {start} end before {month} does; run {ages[-1] + 1} weeks"
            )
        shares[month] = sum(1.0 if age < 0 else float(weeks[age]) for age in ages) / days
    return shares


def weeks_until(start: date, month: str) -> int:
    """Weeks from `start` that cover the whole of a month (YYYY-MM)."""
    first = date.fromisoformat(f"{month}-01")
    last = first + timedelta(monthrange(first.year, first.month)[1] - 1)
    return (last - start).days // DAYS_PER_WEEK + 1


def first_stop_day(plan: Plan, trajectory: Trajectory, home: str, firms: int) -> float | None:
    """Middle day of the first week in which a car plant outside `home` stands still; None if none.

    An end use stands for several plants that are supplied by `firms` firms of different stocks: a
    plant counts as stopped where the end use makes a whole firm's share less than normal.
    """
    least = 1.0 - 1.0 / firms + 1e-9
    weeks = []
    for site, made in zip(plan.end_uses, trajectory.made[:, plan.line_final].T, strict=True):
        if site.sector in CARS and site.country != home:
            weeks += np.flatnonzero(made <= least)[:1].tolist()
    return min(weeks) * DAYS_PER_WEEK + (DAYS_PER_WEEK - 1) / 2 if weeks else None


def worst_week(plan: Plan, trajectory: Trajectory) -> float:
    """Largest share (0..1) of its baseline that any end use misses in any week."""
    made = trajectory.made[:, plan.line_final]
    return max(0.0, float(1.0 - made.min())) if made.size else 0.0


def first_month_back(shares: Mapping[str, float], tolerance: float) -> int | None:
    """Number (from 1) of the first month after the lowest one that is back at the baseline."""
    months = list(shares)
    lowest = min(months, key=shares.__getitem__)
    later = range(months.index(lowest), len(months))
    return next((i + 1 for i in later if shares[months[i]] >= 1.0 - tolerance), None)


def gaps(shares: Iterable[float], baseline_t: float) -> list[float]:
    """Tonnes above (+) or below (-) the baseline, summed up month after month."""
    total, found = 0.0, []
    for share in shares:
        total += (share - 1.0) * baseline_t
        found.append(total)
    return found
