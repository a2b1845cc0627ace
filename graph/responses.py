"""What buyers and markets do under a scenario: goods added to stocks, needs that fall.

An injection adds goods to input stocks (a stock handed out, a new plant, recycling) or orders for
them (a stock laid in). A saving lowers what a unit of product needs. Both are exact zeros and ones
where nothing happens. Weeks count from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.plan import DAYS_PER_WEEK, WEEKS_PER_YEAR, Bools, Floats, Ints, Plan, totals
from graph.scenario import (
    NewCapacity,
    PriceRule,
    Recycling,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
    TechnologyBan,
)


@dataclass(frozen=True, slots=True)
class Injection:
    """Weeks of baseline use added to some groups: `added[week, i]` for group `groups[i]`.

    Goods that are not at hand are laid in: they are ordered on top (added is below 0) and stay in
    the stock of the buyer.
    """

    lever: str
    groups: Ints
    added: Floats
    is_at_hand: bool


@dataclass(frozen=True, slots=True)
class Saving:
    """What a unit of product still needs, as a share: `need[week, i]` for use `uses[i]`."""

    lever: str
    uses: Ints
    need: Floats


def injection(
    plan: Plan,
    lever: Stockpile | NewCapacity | Recycling,
    lanes: Ints,
    span: tuple[int, int],
    weeks: int,
) -> Injection:
    """Goods of the lever's material spread over the buyers by what they take of it.

    `lanes` bring that material to the buyers; `span` is the first week of the lever and the week
    after its last.
    """
    among = np.isin(plan.entry_lane, lanes)
    groups, entries = plan.entry_group[among], plan.entry_share[among]
    by_group = totals(groups, entries, len(plan.group_node))
    found = np.flatnonzero(by_group > 0)
    part = by_group[found]  # of the group's arrivals that is this material
    taken = float(plan.lane_tonnes[lanes].sum())  # t a week, all buyers together
    start, end = span
    pace = np.zeros(weeks)
    match lever:
        case Stockpile():
            days = lever.days if lever.tonnes is None else DAYS_PER_WEEK * lever.tonnes / taken
            a_week = (days or 0.0) / DAYS_PER_WEEK / max(1, _whole(lever) or end - start)
            pace[start:end] = a_week if lever.action == "release" else -a_week
        case NewCapacity():
            share = lever.tonnes_per_year / WEEKS_PER_YEAR / taken
            pace[start:end] = share * _steps(end - start, 0, lever.ramp_weeks)
        case Recycling():
            pace[start:end] = lever.share * _steps(end - start, 0, lever.ramp_weeks)
    laid_in = isinstance(lever, Stockpile) and lever.action == "build"
    return Injection(lever.name, found, pace[:, None] * part, not laid_in)


def _whole(lever: Stockpile) -> int:
    """Weeks of the whole span, also where the run is shorter."""
    return 0 if lever.end_week is None else lever.end_week - lever.start_week


def cheaper_need(
    plan: Plan, lever: Tariff | PriceRule, lanes: Ints, span: tuple[int, int], weeks: int
) -> Saving:
    """Buyers save on what became dearer, as far as they buy it from the sellers concerned.

    need = 1 - exposure x (1 - (1 + rate) ** elasticity), reached over `adjust_weeks`.
    """
    among = np.isin(plan.entry_lane, lanes)
    exposure = totals(plan.entry_group[among], plan.entry_share[among], len(plan.group_node))
    uses = np.flatnonzero(exposure[plan.use_group] > 0)
    rate = lever.rate * (lever.pass_through if isinstance(lever, Tariff) else 1.0)
    saved = 1.0 - (1.0 + max(0.0, rate)) ** lever.elasticity
    start, end = span
    need = np.ones((weeks, len(uses)))
    steps = _steps(end - start, 0, lever.adjust_weeks)
    need[start:end] = 1.0 - saved * steps[:, None] * exposure[plan.use_group[uses]]
    return Saving(lever.name, uses, need)


def thrift(
    plan: Plan, lever: Substitution, sites: Bools, span: tuple[int, int], weeks: int
) -> Saving:
    """The uses of the saved elements or goods at the buyers, and what is left of their need.

    `sites` flags the buyers among the sites of the plan.
    """
    goods = np.array(
        [
            good in lever.materials if lever.materials else good in lever.elements
            for good in plan.group_good
        ],
        dtype=bool,
    )
    uses = np.flatnonzero((sites[plan.group_site] & goods)[plan.use_group])
    start, end = span
    need = np.ones((weeks, len(uses)))
    steps = _steps(end - start, lever.delay_weeks, lever.ramp_weeks)
    need[start:end] = 1.0 - lever.share * steps[:, None]
    return Saving(lever.name, uses, need)


def delayed_start(scenario: Scenario, lever: NewCapacity) -> int:
    """First week of a new plant: later where it starts under a ban on technology."""
    stretch = max(
        (
            ban.stretch_weeks
            for ban in scenario.levers
            if isinstance(ban, TechnologyBan)
            and ban.start_week <= lever.start_week < (ban.end_week or lever.start_week + 1)
        ),
        default=0,
    )
    return lever.start_week + stretch


def _steps(length: int, delay: int, ramp: int) -> Floats:
    """0 until `delay`, then in equal weekly steps to 1 over `ramp` weeks (at once for 0)."""
    week = np.arange(max(0, length), dtype=float) - delay
    if ramp == 0:
        return (week >= 0).astype(float)
    rising: Floats = np.clip((week + 1.0) / ramp, 0.0, 1.0)
    return rising
