"""What a run costs in money: the imposer's own bill and leverage, and the price abroad by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.limits import span_of
from graph.losses import EndUseLoss
from graph.model import CHINA, METALS, Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import Floats, Plan
from graph.pressure import DEMAND_ELASTICITY, PriceRule, Tariff, TechnologyBan
from graph.scenario import (
    Blacklist,
    ContentRule,
    ExportLicence,
    Lever,
    ProcurementRule,
    Quota,
    Scenario,
)
from graph.targets import targets_of
from graph.trajectory import Trajectory
from graph.who import expand

KG = 1000.0


@dataclass(frozen=True, slots=True)
class Bill:
    """What its measures cost one side and the others over a run, USD.

    `lost_exports` are goods of the chain (no motors) that did not leave it, less what left later;
    below 0 where more left. `duties` is what its goods paid under tariffs of the scenario,
    `duties_borne` the part that buyers did not pay, and `duties_collected` what came in under its
    own tariffs. `own_end_uses` and `abroad` are the value that
    end uses lost at home and elsewhere, where a value is known. `idle_magnets_t` is what its
    magnet plants did not make, tonnes. Goods are valued at the base prices of the parameters.
    """

    imposer: str
    lost_exports: float
    duties: float
    duties_borne: float
    duties_collected: float
    own_end_uses: float
    abroad: float
    idle_magnets_t: float

    @property
    def own(self) -> float:
        """What the imposer itself loses, USD."""
        return max(0.0, self.lost_exports) + self.duties_borne + self.own_end_uses

    @property
    def leverage(self) -> float | None:
        """Loss abroad for each USD of its own; None where it loses nothing itself."""
        return self.abroad / self.own if self.own > 0 else None


@dataclass(frozen=True, slots=True)
class PricePath:
    """Price of the oxide of an element outside China: `usd_per_kg` before, `multiple` by week."""

    element: str
    usd_per_kg: float
    multiple: tuple[float, ...]


def lane_values(plan: Plan, p: SpreadParameters) -> Floats:
    """USD a week that each lane carries in the baseline.

    Magnets at their price; all else at the oxides it holds, metal with the fee for making it.
    Lanthanum, cerium and the rest are valued at nothing.
    """
    prices = np.array([*oxide_prices(p).values(), 0.0])
    value = plan.lane_content @ prices
    goods = np.array([plan.flows[flow].material for flow in plan.lane_flow])
    for magnet, price in (("ndfeb", p.price_ndfeb), ("smco", p.price_smco)):
        value = np.where(goods == magnet, plan.lane_tonnes * price, value)
    fee = np.where(np.isin(goods, METALS), plan.lane_tonnes * p.metal_fee, 0.0)
    result: Floats = KG * (value + fee)
    return result


def oxide_prices(p: SpreadParameters) -> dict[str, float]:
    """USD/kg of oxide by element, in the order of the ledger."""
    return {
        "NdPr": p.price_ndpr_oxide,
        "Dy": p.price_dy_oxide,
        "Tb": p.price_tb_oxide,
        "Sm": p.price_sm_oxide,
    }


def bills(
    plan: Plan,
    trajectory: Trajectory,
    network: Network,
    scenario: Scenario,
    end_uses: tuple[EndUseLoss, ...],
    p: SpreadParameters,
) -> tuple[Bill, ...]:
    """A bill for each side that imposes something, by name."""
    value = lane_values(plan, p)
    lost = value * (1.0 - trajectory.shipped).sum(axis=0)
    taxed = {
        lever.name: targets_of(network, lever).flows
        for lever in scenario.levers
        if isinstance(lever, Tariff)
    }
    sides = sorted({side for lever in scenario.levers for side in imposers(lever)})
    return tuple(
        _bill(plan, trajectory, scenario, taxed, end_uses, side, value, lost) for side in sides
    )


def imposers(lever: Lever) -> tuple[str, ...]:
    """Countries or blocs that a measure is the act of; none for accidents and answers."""
    match lever:
        case ExportLicence() | Blacklist() | ContentRule():
            return (lever.country,)
        case Quota():
            return lever.countries
        case Tariff() | ProcurementRule():
            return lever.buyers.countries
        case PriceRule():
            return lever.sellers.countries
        case TechnologyBan():
            return (CHINA,)
        case _:
            return ()


def price_paths(plan: Plan, trajectory: Trajectory, p: SpreadParameters) -> tuple[PricePath, ...]:
    """Prices outside China from what is missing of oxides and metals there, week by week.

    With q the share of the baseline that is shipped, the price clears the market at
    q ** (1 / elasticity) of its level, at most `price_peak` (the highest gap seen between the
    price in and outside China). Magnets are contract goods that follow their oxides.
    """
    goods = [plan.flows[flow].material for flow in plan.lane_flow]
    outside = np.array([plan.sites[s].country != CHINA for s in plan.lane_buyer])
    traded = np.array([good.endswith(("_oxide", "_metal")) for good in goods]) & outside
    paths = []
    for column, (element, price) in enumerate(oxide_prices(p).items()):
        lanes = np.flatnonzero(traded & (plan.lane_content[:, column] > 0))
        if not len(lanes):
            continue
        tonnes = plan.lane_content[lanes, column]
        missing = ((1.0 - trajectory.shipped[:, lanes]) * tonnes).sum(axis=1) / tonnes.sum()
        left = np.clip(1.0 - missing, 1e-9, 1.0)
        multiple = np.minimum(p.price_peak, left ** (1.0 / DEMAND_ELASTICITY))
        paths.append(PricePath(element, price, tuple(multiple.tolist())))
    return tuple(paths)


def _bill(
    plan: Plan,
    trajectory: Trajectory,
    scenario: Scenario,
    taxed: Mapping[str, tuple[str, ...]],
    end_uses: tuple[EndUseLoss, ...],
    side: str,
    value: Floats,
    lost: Floats,
) -> Bill:
    home = expand((side,))
    at_home = np.array([site.country in home for site in plan.sites], dtype=bool)
    magnet = np.array([site.stage is Stage.MAGNET for site in plan.sites], dtype=bool)
    part = np.array([site.stage is Stage.COMPONENT for site in plan.sites], dtype=bool)
    seller = plan.lane_seller
    leaving = at_home[seller] & ~at_home[plan.lane_buyer] & ~part[seller]
    duties, borne, collected = 0.0, 0.0, 0.0
    keys = np.array([flow.key for flow in plan.flows])[plan.lane_flow]
    for lever in scenario.levers:
        if isinstance(lever, Tariff):
            lanes = np.isin(keys, taxed[lever.name])
            start, end = span_of(scenario, lever, len(trajectory.shipped))
            paid = lever.rate * (trajectory.shipped[start:end] * value).sum(axis=0)
            duties += float(paid[lanes & leaving].sum())
            borne += (1.0 - lever.pass_through) * float(paid[lanes & leaving].sum())
            collected += float(paid[lanes].sum()) if side in imposers(lever) else 0.0
    lines = (at_home & magnet)[plan.line_site]
    idle = plan.line_tonnes[lines] * (1.0 - trajectory.made[:, lines])
    return Bill(
        imposer=side,
        lost_exports=float(lost[leaving].sum()),
        duties=duties,
        duties_borne=borne,
        duties_collected=collected,
        own_end_uses=sum(loss.lost_usd or 0.0 for loss in end_uses if loss.country in home),
        abroad=sum(loss.lost_usd or 0.0 for loss in end_uses if loss.country not in home),
        idle_magnets_t=float(idle.sum()),
    )
