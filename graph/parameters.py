"""The numbers of the weekly spread that are not policy: stocks, transit, spare capacity, switching.

Every field names the row of `assumptions.csv` it comes from; its default is that row's base value
(for makers in Japan the high one, as the row's note asks), so that a run without a data folder
and one with the shipped folder give the same result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from graph.model import CHINA, Site, Stage

# fmt: off
EUROPE = frozenset((
    "AUT", "BEL", "BGR", "CHE", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC",
    "HRV", "HUN", "IRL", "ITA", "LTU", "LUX", "LVA", "NLD", "NOR", "POL", "PRT", "ROU", "SRB",
    "SVK", "SVN", "SWE", "UKR", "EUU",
))
NORTH_AMERICA = frozenset(("USA", "CAN", "MEX"))
EAST_ASIA = frozenset((
    "CHN", "HKG", "JPN", "KOR", "TWN", "VNM", "THA", "MYS", "SGP", "PHL", "IDN", "LAO", "MMR",
    "KHM", "IND", "MNG",
))
# fmt: on
CARS = frozenset({"EV", "automotive"})


def _from(assumption: str, value: float, column: str = "base") -> float:
    result: float = field(default=value, metadata={"row": (assumption, column)})
    return result


@dataclass(frozen=True, slots=True)
class SpreadParameters:
    """Parameters of one run. Days and weeks are calendar time, shares 0..1, outputs multiples."""

    feed_days_china: float = _from("STK01", 60)
    feed_days_outside: float = _from("STK02", 120)
    oxide_days: float = _from("STK03", 30)
    metal_days_china: float = _from("STK04", 20)
    metal_days_outside: float = _from("STK05", 30)
    metal_days_japan: float = _from("STK05", 90, "high")
    chain_days_cars: float = _from("STK07", 72)
    chain_days_cars_japan: float = _from("STK08", 90)
    chain_days_cars_korea: float = _from("STK09", 365)
    chain_days_china: float = _from("STK10", 20)
    chain_spread: float = _from("STK11", 0.55)
    chain_days_wind: float = _from("STK12", 90)
    chain_days_defence: float = _from("STK13", 180)
    chain_days_other: float = _from("STK14", 30)
    sea_days_europe: float = _from("TRN02", 46)
    sea_days_america_west: float = _from("TRN05", 18)
    sea_days_america_east: float = _from("TRN06", 33)
    sea_days_asia: float = _from("TRN08", 5)
    clearing_days: float = _from("TRN09", 5)
    surge_magnets_china: float = _from("OVT02", 1.35)
    surge_plants: float = _from("OVT03", 1.05)
    surge_end_use: float = _from("OVT05", 1.1)
    qualify_days_magnet: float = _from("QLF01", 165)
    qualify_days_component: float = _from("QLF02", 730)
    qualify_days_metal: float = _from("QLF05", 120)
    qualify_days_oxide: float = _from("QLF06", 60)
    controlled_tonnage: float = _from("LIC12", 0.45)
    restock_weeks: float = _from("STK21", 4)
    backlog_weeks: float = _from("STK22", 4)
    price_ndpr_oxide: float = _from("PRC05", 69)
    price_dy_oxide: float = _from("PRC08", 239)
    price_tb_oxide: float = _from("PRC10", 1010)
    price_sm_oxide: float = _from("PRC11", 2.82)
    price_ndfeb: float = _from("PRC13", 49)
    price_smco: float = _from("PRC17", 120)
    metal_fee: float = _from("OPX07", 4.5)
    price_peak: float = _from("PRC12", 3)
    firms: int = 5
    """Firms of equal size, one per stock level, that buy each grade at one component site."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{item.name} must be a number of at least 0, got {value}")
        for name in (
            "surge_magnets_china",
            "surge_plants",
            "surge_end_use",
            "restock_weeks",
            "backlog_weeks",
            "price_peak",
            "firms",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.controlled_tonnage > 1:
            raise ValueError(f"controlled_tonnage is a share, got {self.controlled_tonnage}")


ASSUMPTIONS: Mapping[str, tuple[str, str]] = {
    item.name: item.metadata["row"] for item in fields(SpreadParameters) if item.metadata
}
"""Field of SpreadParameters -> (id, column) in assumptions.csv."""


def transit_weeks(p: SpreadParameters, origin: str, target: str) -> int:
    """Whole weeks from shipment to arrival between two countries (ISO codes), at least one."""
    if origin == target:
        return 1
    zones = {_zone(origin), _zone(target)}
    if len(zones) == 1 and zones != {"elsewhere"}:
        days = p.sea_days_asia
    elif zones == {"asia", "europe"}:
        days = p.sea_days_europe + p.clearing_days
    elif zones == {"asia", "america"}:
        days = p.sea_days_america_east + p.clearing_days
    else:
        days = p.sea_days_america_west + p.clearing_days
    return max(1, round(days / 7))


def _zone(country: str) -> str:
    if country in EAST_ASIA:
        return "asia"
    if country in EUROPE:
        return "europe"
    return "america" if country in NORTH_AMERICA else "elsewhere"


def counts_goods_at_sea(maker: Site) -> bool:
    """Whether `chain_days` of a maker includes goods under way: so for cars (note of STK07)."""
    return maker.sector in CARS


def chain_days(p: SpreadParameters, maker: Site) -> float:
    """Median days of magnets held from the magnet maker's dock to the assembly line."""
    if maker.sector == "wind":
        return p.chain_days_wind
    if maker.country == CHINA:
        return p.chain_days_china
    if maker.sector == "defence":
        return p.chain_days_defence
    if maker.sector in CARS:
        by_country = {"JPN": p.chain_days_cars_japan, "KOR": p.chain_days_cars_korea}
        return by_country.get(maker.country, p.chain_days_cars)
    return p.chain_days_other


def input_days(p: SpreadParameters, site: Site) -> float:
    """Days of input held by a plant; from the magnet on, `chain_days` says what is held."""
    china = site.country == CHINA
    match site.stage:
        case Stage.SEPARATION:
            return p.feed_days_china if china else p.feed_days_outside
        case Stage.METAL:
            return p.metal_days_china
        case Stage.MAGNET:
            if site.country == "JPN":
                return p.metal_days_japan
            return p.metal_days_china if china else p.metal_days_outside
        case _:
            return 0.0


def surge(p: SpreadParameters, site: Site) -> float:
    """Highest output a site can reach, as a multiple of its baseline."""
    if site.role.is_boundary:
        return 1.0
    match site.stage:
        case Stage.COMPONENT | Stage.END_USE:
            return p.surge_end_use
        case Stage.MAGNET if site.country == CHINA:
            return p.surge_magnets_china
        case _:
            return p.surge_plants


QUALIFIED: Mapping[Stage, str] = {
    Stage.METAL: "qualify_days_oxide",
    Stage.MAGNET: "qualify_days_metal",
    Stage.COMPONENT: "qualify_days_magnet",
    Stage.END_USE: "qualify_days_component",
}
"""Stage of a buyer -> field with the days in which it qualifies another supplier."""


def qualify_days(p: SpreadParameters, buyer: Stage) -> float:
    """Days in which a buyer can move all orders of one input between its suppliers."""
    days: float = getattr(p, QUALIFIED.get(buyer, "qualify_days_oxide"))
    return days
