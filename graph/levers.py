"""Measures of states and strokes of fate: licences, lists, quotas, rules on content, outages.

Every lever is a frozen dataclass with a `kind`, a `name`, and a span of weeks. Weeks count from 0,
the first week of the scenario; a lever acts from the start of `start_week` up to, not including,
`end_week` (None: to the end of the run). Tariffs, prices and bans on technology stand in
`graph.pressure`, answers in `graph.answers`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from graph.errors import ScenarioError
from graph.model import CHINA, ELEMENTS, MATERIALS, Stage
from graph.who import ANYONE, Who, goods_of

LICENSED_2025 = (
    "dy_oxide",
    "tb_oxide",
    "sm_oxide",
    "dy_metal",
    "tb_metal",
    "sm_metal",
    "ndfeb",
    "smco",
)
"""Goods of the ledger that Announcement 18 of 2025 puts under licence."""

APPROVAL_2025 = ((20.0, 0.0), (61.0, 0.25), (87.0, 0.60), (113.0, 0.95))
"""Share of applicants approved by day since the start of a licence, piecewise linear.

A quarter by day 61 and three fifths by day 87 are what the European suppliers' association counted
in 2025; nothing earlier than day 20 is reported. After day 87 the pace seen until then is assumed
to go on, and one applicant in twenty to stay without a licence: hard cases were still open after
seven months. Counts by application, which also hold later ones, rise more slowly (about half by
day 215) than the tonnage that left the ports.
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A seller and a buyer by site id; an empty side stands for anyone."""

    seller: str = ""
    buyer: str = ""

    def __post_init__(self) -> None:
        if not (self.seller or self.buyer):
            raise ScenarioError("a pair must name a seller, a buyer or both; got neither")


@dataclass(frozen=True, slots=True)
class Destination:
    """How one country of destination fares under an export licence.

    `delay_days` shifts the approval path, `ceiling` is the highest share ever approved, and
    `caught` replaces the licence's share of uncontrolled goods held (None: as elsewhere).
    """

    country: str
    delay_days: float = 0.0
    ceiling: float = 1.0
    caught: float | None = None

    def __post_init__(self) -> None:
        at_least_zero("delay_days", self.delay_days)
        check_share("ceiling", self.ceiling)
        if self.caught is not None:
            check_share("caught", self.caught)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverBase:
    """What every lever has."""

    kind: ClassVar[str] = ""
    name: str = ""
    start_week: int = 0
    end_week: int | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError(f"a lever of kind {self.kind!r} needs a name")
        for week in (self.start_week, self.end_week or 0):
            if type(week) is not int:
                raise ScenarioError(f"{self.name}: weeks are whole numbers, got {week!r}")
        if self.start_week < 0:
            raise ScenarioError(
                f"{self.name}: start_week must be at least 0, got {self.start_week}"
            )
        if self.end_week is not None and self.end_week <= self.start_week:
            raise ScenarioError(
                f"{self.name}: end_week must be later than start_week {self.start_week}, "
                f"got {self.end_week}"
            )

    def check_goods(self, materials: tuple[str, ...], elements: tuple[str, ...]) -> None:
        for label, given, known in (
            ("material", materials, tuple(MATERIALS)),
            ("element", elements, ELEMENTS),
        ):
            for item in given:
                if item not in known:
                    raise ScenarioError(
                        f"{self.name}: unknown {label} {item!r}; known are {', '.join(known)}"
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLicence(LeverBase):
    """Goods leave `country` only with a licence: not a cut, but a queue of buyers.

    Real case: Announcement 18 of 4 April 2025 (seven medium and heavy rare earths and magnets that
    contain them, all destinations). Every buyer applies at the start and is served when the
    `approval` path (day, share of applicants) passes its place in the queue, drawn at random;
    goods move `shipping_lag_weeks` after approval. Goods of the same customs code without a listed
    element are tested and held too: `caught` is the share of their buyers held from
    `caught_after_weeks` on, falling as approvals rise. Orders are kept and the backlog is shipped
    over `release_weeks` after approval, as far as the seller's capacity goes. Assemblies (motors)
    that contain magnets are not covered. `sellers` and `buyers` narrow it: a slow licence for
    listed buyers is a watch list, as China's for 20 Japanese firms of February 2026. `hs_codes`
    replaces `materials` where it is given.
    """

    kind: ClassVar[str] = "export_licence"
    country: str = CHINA
    materials: tuple[str, ...] = LICENSED_2025
    elements: tuple[str, ...] = ("Dy", "Tb", "Sm")
    approval: tuple[tuple[float, float], ...] = APPROVAL_2025
    shipping_lag_weeks: float = 2.0
    caught: float = 0.55
    caught_after_weeks: float = 4.0
    destinations: tuple[Destination, ...] = ()
    general_licences: tuple[Pair, ...] = ()
    release_weeks: float = 4.0
    sellers: Who = ANYONE
    buyers: Who = ANYONE
    hs_codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods(self.materials, self.elements)
        goods_of(self.name, self.hs_codes)
        check_share("caught", self.caught)
        at_least_zero("shipping_lag_weeks", self.shipping_lag_weeks)
        at_least_zero("caught_after_weeks", self.caught_after_weeks)
        at_least_one("release_weeks", self.release_weeks)
        check_approval(self.name, self.approval)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota(LeverBase):
    """A joint cap: all sites or flows it covers together keep `kept` of their baseline.

    Real cases: China's yearly mining and separation quotas (270,000 t mined in 2024), and its
    export quotas of 2006 to 2014. `scope` is mining, separation or export; a cap of 0 on export is
    an embargo, as against Japan in autumn 2010. Empty `materials` and `elements` mean all goods.
    `owners` names the groups that hold the quota (owners or operators); empty means all of the
    countries.
    """

    kind: ClassVar[str] = "quota"
    scope: str
    kept: float
    countries: tuple[str, ...] = (CHINA,)
    destinations: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods(self.materials, self.elements)
        check_share("kept", self.kept)
        if self.scope not in ("mining", "separation", "export"):
            raise ScenarioError(
                f"{self.name}: scope must be mining, separation or export, got {self.scope!r}"
            )
        if self.destinations and self.scope != "export":
            raise ScenarioError(f"{self.name}: destinations belong to an export quota only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blacklist(LeverBase):
    """Sellers in `country` no longer supply the listed buyers.

    Real cases: China's export control list (28 US firms in January 2025, 20 Japanese ones in
    February 2026). Buyers are named by site (`buyers`), by owner or operator (`owners`), or by
    country and sector together (`buyer_countries`, `sectors`). With `re_export` goods from third
    countries are stopped too where at least `reexport_threshold` of any element in them has been
    in the imposing country; 0.001 is the rule of October 2025 (suspended since).
    """

    kind: ClassVar[str] = "blacklist"
    country: str = CHINA
    buyers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    buyer_countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    re_export: bool = False
    reexport_threshold: float = 0.001

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods(self.materials, ())
        check_share("reexport_threshold", self.reexport_threshold)
        if not (self.buyers or self.owners or self.buyer_countries or self.sectors):
            raise ScenarioError(
                f"{self.name}: name buyers, owners, buyer_countries or sectors; got none"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitelist(LeverBase):
    """Pairs of seller and buyer that licences and blacklists do not touch.

    Real case: the general licences of 2 December 2025 (JL MAG for nearly all customers, Yunsheng
    and San Huan for some). Empty `exempt_from` means every licence and blacklist of the scenario.
    """

    kind: ClassVar[str] = "whitelist"
    pairs: tuple[Pair, ...]
    exempt_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        if not self.pairs:
            raise ScenarioError(f"{self.name}: a whitelist needs at least one pair")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRule(LeverBase):
    """Goods of third countries need a licence of `country` where they hold enough of its material.

    Real case: Announcement 61 of 9 October 2025 (0.1% of value; suspended until 10 November 2026,
    status since then unverified). Every flow from a third country over a border that holds, in any
    of `elements`, at least `threshold` (share of content) that has been in `country` waits in a
    queue as under an export licence; finished goods do not. Buyers of `refused` sectors get
    nothing.
    """

    kind: ClassVar[str] = "content_rule"
    country: str = CHINA
    threshold: float = 0.001
    elements: tuple[str, ...] = ("Dy", "Tb", "Sm")
    approval: tuple[tuple[float, float], ...] = APPROVAL_2025
    refused: tuple[str, ...] = ("defence",)
    buyers: Who = ANYONE

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods((), self.elements)
        check_share("threshold", self.threshold)
        check_approval(self.name, self.approval)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcurementRule(LeverBase):
    """Listed buyers no longer take goods that were in a covered country at any stage.

    Real case: DFARS 252.225-7052, for mining and separation from 1 January 2027. Goods for
    `buyers` with more than `threshold` of any element that has been in `country` are turned
    away; scrap of unknown origin passes. `controlled` counts plants by owner instead of place.
    """

    kind: ClassVar[str] = "procurement_rule"
    country: str = CHINA
    buyers: Who = ANYONE
    threshold: float = 0.0
    elements: tuple[str, ...] = ()
    controlled: bool = False

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        self.check_goods((), self.elements)
        check_share("threshold", self.threshold)
        if self.buyers.is_anyone:
            raise ScenarioError(f"{self.name}: a procurement rule must name buyers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage(LeverBase):
    """Sites produce at most `remaining` of their baseline, then ramp back over `ramp_weeks`.

    Real cases: Kachin State from October 2024 (mines closed by conflict), Kalgoorlie in November
    2025 (power cuts). Sites are named by id (`sites`) or by country and stage together.
    """

    kind: ClassVar[str] = "outage"
    sites: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    stage: Stage | None = None
    remaining: float = 0.0
    ramp_weeks: int = 0

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        check_share("remaining", self.remaining)
        at_least_zero("ramp_weeks", self.ramp_weeks)
        if not (self.sites or self.countries):
            raise ScenarioError(f"{self.name}: name sites or countries; got none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(LeverBase):
    """Lifts the named levers from `start_week`; their backlog is shipped over `release_weeks`.

    Real case: the truce of 30 October 2025 and Announcement 70, which suspended the package of
    9 October for a year. An agreement holds to the end of the run.
    """

    kind: ClassVar[str] = "agreement"
    lifts: tuple[str, ...]
    release_weeks: float = 4.0

    def __post_init__(self) -> None:
        LeverBase.__post_init__(self)
        at_least_one("release_weeks", self.release_weeks)
        if not self.lifts:
            raise ScenarioError(f"{self.name}: an agreement must name the levers it lifts")
        if self.end_week is not None:
            raise ScenarioError(f"{self.name}: an agreement has no end_week")


def check_share(label: str, value: float) -> None:
    """Raise ScenarioError unless `value` is a share."""
    if not 0 <= value <= 1:
        raise ScenarioError(f"{label} is a share from 0 to 1, got {value}")


def at_least_zero(label: str, value: float) -> None:
    """Raise ScenarioError unless `value` is finite and not negative."""
    if not (math.isfinite(value) and value >= 0):
        raise ScenarioError(f"{label} must be a number of at least 0, got {value}")


def at_least_one(label: str, value: float) -> None:
    """Raise ScenarioError unless `value` is finite and at least 1."""
    if not (math.isfinite(value) and value >= 1):
        raise ScenarioError(f"{label} must be a number of at least 1, got {value}")


def check_approval(name: str, approval: tuple[tuple[float, float], ...]) -> None:
    """Raise ScenarioError unless a path of (day, share) rises from day to day."""
    if not approval:
        raise ScenarioError(f"{name}: approval needs at least one point (day, share)")
    for _, share in approval:
        check_share("approval share", share)
    for (day, share), (later, more) in pairwise(approval):
        if later <= day or more < share:
            raise ScenarioError(
                f"{name}: approval must rise from day to day, "
                f"got ({day:g}, {share:g}) then ({later:g}, {more:g})"
            )
