"""Scenarios: the measures a state can take and the events that can strike, as plain values.

Every lever is a frozen dataclass with a `kind`, a `name`, and a span of weeks. Weeks count from 0,
the first week of the scenario; a lever acts from the start of `start_week` up to, not including,
`end_week` (None: to the end of the run). Levers combine in one `Scenario`; the order in which they
are written does not matter. What a lever touches is found by `graph.targets`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from graph.errors import ScenarioError
from graph.model import CHINA, ELEMENTS, MATERIALS, Stage

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
        _at_least_zero("delay_days", self.delay_days)
        _share("ceiling", self.ceiling)
        if self.caught is not None:
            _share("caught", self.caught)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lever:
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

    def _check_goods(self, materials: tuple[str, ...], elements: tuple[str, ...]) -> None:
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
class ExportLicence(_Lever):
    """Goods leave `country` only with a licence: not a cut, but a queue of buyers.

    Real case: Announcement 18 of 4 April 2025 (seven medium and heavy rare earths and magnets that
    contain them, all destinations). Every buyer applies at the start and is served when the
    `approval` path (day, share of applicants) passes its place in the queue, drawn at random;
    goods move `shipping_lag_weeks` after approval. Goods of the same customs code without a listed
    element are tested and held too: `caught` is the share of their buyers held from
    `caught_after_weeks` on, falling as approvals rise. Orders are kept and the backlog is shipped
    over `release_weeks` after approval, as far as the seller's capacity goes. Assemblies (motors)
    that contain magnets are not covered.
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

    def __post_init__(self) -> None:
        _Lever.__post_init__(self)
        self._check_goods(self.materials, self.elements)
        _share("caught", self.caught)
        _at_least_zero("shipping_lag_weeks", self.shipping_lag_weeks)
        _at_least_zero("caught_after_weeks", self.caught_after_weeks)
        _at_least_one("release_weeks", self.release_weeks)
        if not self.approval:
            raise ScenarioError(f"{self.name}: approval needs at least one point (day, share)")
        for _, share in self.approval:
            _share("approval share", share)
        for (day, share), (later, more) in zip(self.approval, self.approval[1:], strict=False):
            if later <= day or more < share:
                raise ScenarioError(
                    f"{self.name}: approval must rise from day to day, "
                    f"got ({day:g}, {share:g}) then ({later:g}, {more:g})"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota(_Lever):
    """A joint cap: all sites or flows it covers together keep `kept` of their baseline.

    Real cases: China's yearly mining and separation quotas (270,000 t mined in 2024), and its
    export quotas of 2006 to 2014. `scope` is mining, separation or export; a cap of 0 on export is
    an embargo, as against Japan in autumn 2010. Empty `materials` and `elements` mean all goods.
    """

    kind: ClassVar[str] = "quota"
    scope: str
    kept: float
    countries: tuple[str, ...] = (CHINA,)
    destinations: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _Lever.__post_init__(self)
        self._check_goods(self.materials, self.elements)
        _share("kept", self.kept)
        if self.scope not in ("mining", "separation", "export"):
            raise ScenarioError(
                f"{self.name}: scope must be mining, separation or export, got {self.scope!r}"
            )
        if self.destinations and self.scope != "export":
            raise ScenarioError(f"{self.name}: destinations belong to an export quota only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blacklist(_Lever):
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
        _Lever.__post_init__(self)
        self._check_goods(self.materials, ())
        _share("reexport_threshold", self.reexport_threshold)
        if not (self.buyers or self.owners or self.buyer_countries or self.sectors):
            raise ScenarioError(
                f"{self.name}: name buyers, owners, buyer_countries or sectors; got none"
            )
        if self.re_export and self.country != CHINA:
            raise ScenarioError(
                f"{self.name}: a re-export ban needs the traced content of {self.country}, "
                f"and only content that touched {CHINA} is traced"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitelist(_Lever):
    """Pairs of seller and buyer that licences and blacklists do not touch.

    Real case: the general licences of 2 December 2025 (JL MAG for nearly all customers, Yunsheng
    and San Huan for some). Empty `exempt_from` means every licence and blacklist of the scenario.
    """

    kind: ClassVar[str] = "whitelist"
    pairs: tuple[Pair, ...]
    exempt_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _Lever.__post_init__(self)
        if not self.pairs:
            raise ScenarioError(f"{self.name}: a whitelist needs at least one pair")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage(_Lever):
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
        _Lever.__post_init__(self)
        _share("remaining", self.remaining)
        _at_least_zero("ramp_weeks", self.ramp_weeks)
        if not (self.sites or self.countries):
            raise ScenarioError(f"{self.name}: name sites or countries; got none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(_Lever):
    """Lifts the named levers from `start_week`; their backlog is shipped over `release_weeks`.

    Real case: the truce of 30 October 2025 and Announcement 70, which suspended the package of
    9 October for a year. An agreement holds to the end of the run.
    """

    kind: ClassVar[str] = "agreement"
    lifts: tuple[str, ...]
    release_weeks: float = 4.0

    def __post_init__(self) -> None:
        _Lever.__post_init__(self)
        _at_least_one("release_weeks", self.release_weeks)
        if not self.lifts:
            raise ScenarioError(f"{self.name}: an agreement must name the levers it lifts")
        if self.end_week is not None:
            raise ScenarioError(f"{self.name}: an agreement has no end_week")


Lever = ExportLicence | Quota | Blacklist | Whitelist | Outage | Agreement
LEVERS: tuple[type[Lever], ...] = (ExportLicence, Quota, Blacklist, Whitelist, Outage, Agreement)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens, told in the users' words, and the levers that say it in numbers.

    `sources` are ids of sources.csv; `events` say which real events it follows. `start` is the
    calendar day of week 0 (YYYY-MM-DD) where there is one.
    """

    name: str
    title: str
    summary: str
    levers: tuple[Lever, ...]
    sources: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    snapshot: str = "2025"
    start: str = ""

    def __post_init__(self) -> None:
        names = [lever.name for lever in self.levers]
        for name in names:
            if names.count(name) > 1:
                raise ScenarioError(f"{self.name}: two levers are called {name!r}")
        for lever in self.levers:
            refers = (
                lever.lifts
                if isinstance(lever, Agreement)
                else lever.exempt_from
                if isinstance(lever, Whitelist)
                else ()
            )
            for name in refers:
                if name not in names or name == lever.name:
                    others = ", ".join(n for n in names if n != lever.name) or "none"
                    raise ScenarioError(
                        f"{self.name}: {lever.name} refers to {name!r}, which is no other lever "
                        f"of the scenario; they are {others}"
                    )


NOTHING = Scenario("nothing", "Nothing happens", "The chain as it is, week after week.", ())


def _share(label: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ScenarioError(f"{label} is a share from 0 to 1, got {value}")


def _at_least_zero(label: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise ScenarioError(f"{label} must be a number of at least 0, got {value}")


def _at_least_one(label: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 1):
        raise ScenarioError(f"{label} must be a number of at least 1, got {value}")
