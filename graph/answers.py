"""Answers to a disruption: stocks, new plants, recycling, doing with less, a floor under prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from graph.errors import ScenarioError
from graph.levers import LeverBase, at_least_zero, check_share
from graph.who import ANYONE, Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Stockpile(LeverBase):
    """Goods are laid in for `buyers`, or handed out to them, over the span of the lever.

    Real cases: Japan's 60 days of national stocks, the US National Defense Stockpile (up to 300 t
    of NdPr oxide in 2025), Project Vault of 2026. `action` is build or release; the size is
    `tonnes` of `material`, or `days` of the buyers' use of it. A build needs goods on the market
    while it lasts and leaves them with the buyers.
    """

    kind: ClassVar[str] = "stockpile"
    action: str
    material: str
    tonnes: float | None = None
    days: float | None = None
    buyers: Who = ANYONE

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods((self.material,), ())
        if self.action not in ("build", "release"):
            raise ScenarioError(
                f"{self.name}: action must be build or release, got {self.action!r}"
            )
        if (self.tonnes is None) == (self.days is None):
            raise ScenarioError(f"{self.name}: give either tonnes or days")
        at_least_zero("tonnes", self.tonnes or 0.0)
        at_least_zero("days", self.days or 0.0)
        if self.end_week is None:
            raise ScenarioError(f"{self.name}: a stockpile needs an end_week")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapacity(LeverBase):
    """A plant outside the network begins to supply `buyers` with `material`.

    Real cases: the magnet plants announced for 2026 to 2028 (`outputs.csv`, rows marked plan). It
    reaches `tonnes_per_year` in equal steps over `ramp_weeks` from `start_week` on. Its own feed is
    taken to be there, from outside the disrupted country; a technology ban delays it.
    """

    kind: ClassVar[str] = "new_capacity"
    material: str
    tonnes_per_year: float
    ramp_weeks: int = 104
    buyers: Who = ANYONE

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods((self.material,), ())
        at_least_zero("tonnes_per_year", self.tonnes_per_year)
        at_least_zero("ramp_weeks", self.ramp_weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recycling(LeverBase):
    """Used goods give back part of what `buyers` need of a material.

    `share` (0..1) of their baseline use comes from used magnets once `ramp_weeks` have passed:
    under 1% today, 1 to 10% of the demand outside China by 2030 (RCY01, RCY02), with two to five
    years for collection and a plant (RCY03).
    """

    kind: ClassVar[str] = "recycling"
    material: str
    share: float
    ramp_weeks: int = 156
    buyers: Who = ANYONE

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods((self.material,), ())
        check_share("share", self.share)
        at_least_zero("ramp_weeks", self.ramp_weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution(LeverBase):
    """Buyers need less of an element or a good for the same product.

    Real cases: diffusion along grain boundaries (half of Dy and Tb, within 6 to 24 months: SUB01,
    SUB03), motors without magnets (9% of plug-in cars, 24 to 60 months: SUB04, SUB05), ferrite in
    air conditioners (SUB07). The need falls in equal steps to 1 - `share` between `delay_weeks`
    and `delay_weeks` + `ramp_weeks` after the start. Give `elements` for what magnet makers save,
    `materials` (ndfeb, smco) for what component makers and end uses save.
    """

    kind: ClassVar[str] = "substitution"
    share: float
    elements: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    buyers: Who = ANYONE
    delay_weeks: int = 26
    ramp_weeks: int = 52

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods(self.materials, self.elements)
        check_share("share", self.share)
        at_least_zero("delay_weeks", self.delay_weeks)
        at_least_zero("ramp_weeks", self.ramp_weeks)
        if bool(self.elements) == bool(self.materials):
            raise ScenarioError(f"{self.name}: give either elements or materials")
        for material in self.materials:
            if material not in ("ndfeb", "smco"):
                raise ScenarioError(
                    f"{self.name}: of goods only ndfeb and smco can be saved, got {material!r}; "
                    "name elements for what magnet makers save"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFloor(LeverBase):
    """Plants are paid at least `usd_per_kg`, so that a fall of the price does not shut them.

    Real cases: MP Materials and the US Department of War (110 USD/kg NdPr, 2025 to 2035), Lynas
    and Japan (the same, to 2038). The state pays the difference to the market.
    """

    kind: ClassVar[str] = "price_floor"
    usd_per_kg: float
    sites: tuple[str, ...]

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        at_least_zero("usd_per_kg", self.usd_per_kg)
        if not self.sites:
            raise ScenarioError(f"{self.name}: name the plants that the floor is for")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityRule(LeverBase):
    """`sellers` that have too little serve `buyers` first, in full as far as it goes.

    Real cases: Japan's priority at Lynas to 2038, which public lenders were given; priority
    ratings of US defence orders (from memory, no source seen). Sellers and buyers of one country
    are home first. Without the rule all are served in proportion to their orders.
    """

    kind: ClassVar[str] = "priority"
    buyers: Who
    sellers: Who = ANYONE

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        if self.buyers.is_anyone:
            raise ScenarioError(f"{self.name}: name the buyers that come first")
