"""Levers on money and know-how: tariffs, price rules, a price war, bans on technology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from graph.errors import ScenarioError
from graph.levers import LeverBase, at_least_zero, check_share
from graph.who import ANYONE, FROM_CHINA, Who, goods_of

DEMAND_ELASTICITY = -0.08
"""ELA01 of assumptions.csv: NdPr demand within six months, range -0.2 to 0; our assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff(LeverBase):
    """Goods from `sellers` cost `buyers` more by `rate` (share of value) at the border.

    Real case: US Section 301, 25% on Chinese magnets from 1 January 2026. `pass_through` of the
    rate reaches the buyer, who saves on the material by (1 + rate x pass_through) ** `elasticity`
    over `adjust_weeks`; orders do not move for it, since a new supplier must be qualified. What
    is bought is taxed: the bill of a result (`graph.money`) holds the sum.
    """

    kind: ClassVar[str] = "tariff"
    rate: float
    sellers: Who = ANYONE
    buyers: Who = ANYONE
    materials: tuple[str, ...] = ("ndfeb", "smco")
    elements: tuple[str, ...] = ()
    hs_codes: tuple[str, ...] = ()
    pass_through: float = 1.0
    elasticity: float = DEMAND_ELASTICITY
    adjust_weeks: int = 13

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods(self.materials, self.elements)
        goods_of(self.name, self.hs_codes)
        at_least_zero("rate", self.rate)
        check_share("pass_through", self.pass_through)
        check_elasticity(self.name, self.elasticity)
        at_least_zero("adjust_weeks", self.adjust_weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule(LeverBase):
    """The state of the sellers sets the price of its exports.

    No clear Chinese case of price as a trade weapon is in the sources; the rule stands for the
    pressure without precedent. `mode` surcharge raises the price by `size` (share); floor and
    ceiling set it to `size` (USD/kg of the material) against the market `price`. A higher price
    makes buyers save as under a tariff; a ceiling below the market makes sellers ship less, by
    (size / price) ** `supply_elasticity`.
    """

    kind: ClassVar[str] = "price_rule"
    mode: str
    size: float
    price: float | None = None
    sellers: Who = FROM_CHINA
    buyers: Who = ANYONE
    materials: tuple[str, ...] = ("ndfeb",)
    elements: tuple[str, ...] = ()
    hs_codes: tuple[str, ...] = ()
    elasticity: float = DEMAND_ELASTICITY
    supply_elasticity: float = 0.05
    adjust_weeks: int = 13

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods(self.materials, self.elements)
        goods_of(self.name, self.hs_codes)
        at_least_zero("size", self.size)
        at_least_zero("supply_elasticity", self.supply_elasticity)
        check_elasticity(self.name, self.elasticity)
        if self.mode not in ("surcharge", "floor", "ceiling"):
            raise ScenarioError(
                f"{self.name}: mode must be surcharge, floor or ceiling, got {self.mode!r}"
            )
        if (self.mode == "surcharge") != (self.price is None):
            raise ScenarioError(
                f"{self.name}: a floor and a ceiling need the market price (USD/kg) beside size, "
                "a surcharge has none"
            )
        if self.price is not None and self.price <= 0:
            raise ScenarioError(f"{self.name}: price must be above 0, got {self.price}")

    @property
    def rate(self) -> float:
        """By how much (share) the rule raises what buyers pay; below 0 where it lowers it."""
        if self.price is None:
            return self.size
        change = self.size / self.price - 1.0
        return max(0.0, change) if self.mode == "floor" else min(0.0, change)


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a kilogram of product costs a plant, USD, all in."""

    site: str
    usd_per_kg: float

    def __post_init__(self) -> None:
        at_least_zero("usd_per_kg", self.usd_per_kg)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFall(LeverBase):
    """The market price falls to `price` (USD/kg); plants that cost more shut after a while.

    Real case: NdPr at 55 USD/kg in 2024 against costs of 60 at Mountain Pass. It is also what
    relief does: the price falls, and plants outside China that lived on scarcity are hurt. A plant
    of `costs` above `price` runs on for `patience_weeks`, then stops, unless a price floor covers
    it.
    """

    kind: ClassVar[str] = "price_fall"
    price: float
    costs: tuple[UnitCost, ...]
    patience_weeks: int = 13

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        at_least_zero("price", self.price)
        at_least_zero("patience_weeks", self.patience_weeks)
        if not self.costs:
            raise ScenarioError(f"{self.name}: name plants and their costs; got none")


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnologyBan(LeverBase):
    """Machines, reagents and staff no longer come: plants abroad wear down, new ones come later.

    Real cases: the ban on separation, metal and magnet know-how of December 2023 and
    Announcements 56 and 62 of October 2025 (suspended). Nothing stops at once: capacity of
    `hosts` falls by `decay_per_year` (share), and new capacity of the scenario that starts under
    the ban begins `stretch_weeks` later (BLD09: six months, 0 to 18).
    """

    kind: ClassVar[str] = "technology_ban"
    hosts: Who
    decay_per_year: float = 0.0
    stretch_weeks: int = 26

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        check_share("decay_per_year", self.decay_per_year)
        at_least_zero("stretch_weeks", self.stretch_weeks)
        if self.hosts.is_anyone:
            raise ScenarioError(f"{self.name}: name the plants the ban bears on")


def check_elasticity(name: str, value: float) -> None:
    """Raise ScenarioError for an elasticity of demand above 0 or below -5."""
    if not -5.0 <= value <= 0.0:
        raise ScenarioError(f"{name}: elasticity of demand lies from -5 to 0, got {value}")
