"""Runs of the weekly spread whose every value can be worked out by hand; shared by the tests."""

from __future__ import annotations

from dataclasses import fields, replace

from networks import flow, site

from graph.model import Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.scenario import Lever, Scenario
from graph.spread import Result, simulate

BARE = replace(
    SpreadParameters(),
    **{
        item.name: 0.0
        for item in fields(SpreadParameters)
        if "_days" in item.name and not item.name.startswith("qualify")
    },
    chain_spread=0.0,
    surge_magnets_china=1.0,
    surge_plants=1.0,
    surge_end_use=1.0,
    restock_weeks=1.0,
    backlog_weeks=1.0,
    firms=1,
)
"""No stock anywhere, one week from site to site, no spare capacity, backlog shipped at once."""
STEADY = replace(BARE, restock_weeks=1e12)
"""And buyers that order what they want to use, whatever they have in stock."""
ALL_HEAVY = replace(STEADY, controlled_tonnage=1.0)
"""And all magnets that leave China hold Dy or Tb."""


def run(network: Network, *levers: Lever, weeks: int = 10, p: SpreadParameters = BARE) -> Result:
    return simulate(network, Scenario("test", "", "", levers), weeks=weeks, parameters=p)


def activity(result: Result, id: str) -> list[float]:
    """What a site makes week by week, as a share of its usual."""
    (found,) = [item for item in result.sites if item.id == id]
    return [round(value, 9) for value in found.activity]


def sale(buyers: dict[str, tuple[str, float]], **seller: object) -> Network:
    """A magnet maker that sells heavy magnets to component makers: id -> (country, tonnes)."""
    maker = site("maker", Stage.MAGNET, str(seller.pop("country", "CHN")), **seller)
    buyer_sites = [
        site(id, Stage.COMPONENT, where, sector="EV") for id, (where, _) in buyers.items()
    ]
    uses = [
        site(f"ev_{id}", Stage.END_USE, where, sector="EV", units=5200.0, unit="vehicles")
        for id, (where, _) in buyers.items()
    ]
    flows = [flow("maker", id, "ndfeb", t, t * 0.3, t * 0.01) for id, (_, t) in buyers.items()]
    flows += [flow(id, f"ev_{id}", "ndfeb", t, t * 0.3, t * 0.01) for id, (_, t) in buyers.items()]
    return Network.of([maker, *buyer_sites, *uses], flows, snapshot="test", year=2025)


def two_buyers() -> Network:
    """A Chinese maker sells a tonne a week each to Japan and to the USA."""
    return sale({"jp": ("JPN", 52.0), "us": ("USA", 52.0)})
