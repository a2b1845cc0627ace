"""How a disruption spreads: one scenario on one network, week by week, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.causes import Cause, causes_of
from graph.columns import Columns, columns_of
from graph.compile import plan_of
from graph.errors import ScenarioError
from graph.limits import limits_of, plants_shut
from graph.losses import (
    TOLERANCE,
    EndUseLoss,
    ProductLoss,
    SiteLoss,
    end_use_losses,
    product_losses,
    site_activity,
    site_losses,
)
from graph.money import Bill, PricePath, bills, price_paths
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import Plan
from graph.reach import Reach, reach_of
from graph.scenario import PriceFall, Scenario
from graph.trails import Through, Toll, through_of, tolls_of, trail_of
from graph.trajectory import Trajectory
from graph.weekly import run

DEFAULTS = SpreadParameters()


@dataclass(frozen=True, slots=True)
class Result:
    """What one scenario did. Weeks count from 0; shares are of the baseline.

    `end_uses` holds end uses proper; other uses, stocks and imbalances appear in `sites` only.
    `because` names, for each end use that lost, the levers and flows its loss came from, `through`
    the sites it came through, and `tolls` what each lever took from the sites it strikes. `bills`
    says what its measures cost each imposing side itself, `prices` what oxides cost outside China.
    """

    scenario: str
    snapshot: str
    weeks: int
    seed: int
    end_uses: tuple[EndUseLoss, ...]
    sites: tuple[SiteLoss, ...]
    products: tuple[ProductLoss, ...]
    because: tuple[Cause, ...]
    through: tuple[Through, ...]
    tolls: tuple[Toll, ...]
    bills: tuple[Bill, ...]
    prices: tuple[PricePath, ...]
    notes: tuple[str, ...]


def simulate(
    network: Network,
    scenario: Scenario,
    *,
    weeks: int = 52,
    seed: int = 7,
    parameters: SpreadParameters = DEFAULTS,
) -> Result:
    """Run `scenario` for `weeks` weeks. The same seed gives the same result.

    That the scenario was made for this network is not checked. Raises ScenarioError where `weeks`
    is under 1, a lever touches nothing, or a component maker deals in anything but magnets.
    """
    played = trajectory_of(network, scenario, weeks=weeks, seed=seed, parameters=parameters)
    return result_of(network, scenario, *played, seed=seed, parameters=parameters)


def result_of(
    network: Network,
    scenario: Scenario,
    plan: Plan,
    trajectory: Trajectory,
    *,
    seed: int = 7,
    parameters: SpreadParameters = DEFAULTS,
) -> Result:
    """What a run did, from its arrays as `trajectory_of` gives them for the same arguments."""
    end_uses = end_use_losses(plan, trajectory)
    trail = trail_of(plan, trajectory.tally, end_uses)
    return Result(
        scenario=scenario.name,
        snapshot=network.snapshot,
        weeks=len(trajectory.made),
        seed=seed,
        end_uses=end_uses,
        sites=site_losses(plan, site_activity(plan, trajectory)),
        products=product_losses(plan, trajectory),
        because=causes_of(plan, trajectory.tally, trail),
        through=through_of(plan, trail),
        tolls=tolls_of(plan, trajectory.tally),
        bills=bills(plan, trajectory, network, scenario, end_uses, parameters),
        prices=price_paths(plan, trajectory, parameters),
        notes=(*_below_cost(network, scenario), *_notes(plan, trajectory, end_uses)),
    )


def trajectory_of(
    network: Network,
    scenario: Scenario,
    *,
    weeks: int = 52,
    seed: int = 7,
    parameters: SpreadParameters = DEFAULTS,
) -> tuple[Plan, Trajectory]:
    """The arrays behind a result: every lane, line and stock in every week."""
    return prepare(network, scenario).run(scenario, weeks=weeks, seed=seed, parameters=parameters)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A network made ready for many runs of scenarios whose levers touch the same."""

    columns: Columns
    reach: Mapping[str, Reach]

    def run(
        self,
        scenario: Scenario,
        *,
        weeks: int = 52,
        seed: int = 7,
        parameters: SpreadParameters = DEFAULTS,
        in_full: bool = True,
    ) -> tuple[Plan, Trajectory]:
        """One run. `scenario` may differ in the sizes of its levers from the one prepared for.

        `in_full` as in `graph.weekly.run`.
        """
        if weeks < 1:
            raise ScenarioError(f"a run needs at least one week, got {weeks}")
        if scenario.assumptions:
            raise ScenarioError(
                f"{scenario.name} sets assumptions of its own, which cannot be done here"
            )
        plan = plan_of(self.columns, parameters)
        limits = limits_of(self.columns.network, plan, scenario, weeks, seed, self.reach)
        return plan, run(plan, limits, weeks, parameters, in_full=in_full)


def prepare(network: Network, scenario: Scenario) -> Prepared:
    """Look at network and scenario once. Raises ScenarioError as `simulate` does."""
    columns = columns_of(network)
    return Prepared(columns, reach_of(network, scenario, columns.sites, columns.flows))


def _below_cost(network: Network, scenario: Scenario) -> list[str]:
    """Who is hurt by a low price: plants that cost more, and whether a floor holds them up."""
    notes = []
    for fall in scenario.levers:
        if not isinstance(fall, PriceFall):
            continue
        shut = plants_shut(scenario, fall)
        for cost in sorted(fall.costs, key=lambda item: (-item.usd_per_kg, item.site)):
            if cost.usd_per_kg > fall.price:
                fate = (
                    f"stops after {fall.patience_weeks} weeks"
                    if cost.site in shut
                    else "a price floor keeps it running"
                )
                notes.append(
                    f"At {fall.price:g} USD/kg {network.sites[cost.site].name} earns less than its "
                    f"cost of {cost.usd_per_kg:g}: {fate}."
                )
    return notes


def _notes(plan: Plan, trajectory: Trajectory, end_uses: tuple[EndUseLoss, ...]) -> tuple[str, ...]:
    notes = [f"A week counts as lost where activity is below {1 - TOLERANCE:.1%} of the baseline."]
    unfinished = sum(
        1 for loss in end_uses if loss.worst_week is not None and loss.recovered_week is None
    )
    if unfinished:
        notes.append(f"{unfinished} end uses had not recovered when the run ended.")
    return (*notes, *_rationing(plan, trajectory))


def _rationing(plan: Plan, trajectory: Trajectory) -> list[str]:
    """Suppliers that shared out too little among several customers, the largest shortage first.

    Goods are shared in proportion to orders, so a customer that orders more, to refill its stock,
    takes from the others: there a larger stock or a looser lever can raise someone's loss.
    """
    short = trajectory.tally.rationed * plan.lane_tonnes
    by_site: dict[int, dict[str, float]] = {}
    seller_of = plan.lane_seller
    for lane in np.flatnonzero((short > 1e-9) & (plan.lane_order >= 0)):
        seller = int(seller_of[lane])
        buyer = plan.flows[plan.lane_flow[lane]].target
        buyers = by_site.setdefault(seller, {})
        buyers[buyer] = buyers.get(buyer, 0.0) + float(short[lane])
    shared = sorted(
        (
            (sum(buyers.values()), plan.sites[site], buyers)
            for site, buyers in by_site.items()
            if len(buyers) > 1
        ),
        key=lambda item: (-item[0], item[1].id),
    )
    if not shared:
        return []
    _, site, buyers = shared[0]
    most = sorted(buyers, key=lambda buyer: (-buyers[buyer], buyer))[:3]
    return [
        f"{len(shared)} suppliers shared out too little in proportion to orders, first of all "
        f"{site.name} ({site.id}), to the cost of {', '.join(most)}. Between customers of one "
        "supplier more stock or a looser lever for one can raise the loss of another."
    ]
