"""Scenarios: levers that act together, told in words and in numbers.

The levers are a tagged union of frozen dataclasses (`graph.levers`, `graph.pressure`,
`graph.answers`). They combine in one `Scenario`; the order in which they are written does not
matter. `graph.targets` finds what a lever touches, `graph.limits` what it does to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.answers import (
    NewCapacity,
    PriceFloor,
    PriorityRule,
    Recycling,
    Stockpile,
    Substitution,
)
from graph.errors import ScenarioError
from graph.levers import (
    Agreement,
    Blacklist,
    ContentRule,
    Destination,
    ExportLicence,
    Outage,
    Pair,
    ProcurementRule,
    Quota,
    Whitelist,
)
from graph.pressure import PriceFall, PriceRule, Tariff, TechnologyBan, UnitCost

__all__ = [
    "LEVERS",
    "NOTHING",
    "Agreement",
    "Blacklist",
    "ContentRule",
    "Destination",
    "ExportLicence",
    "Lever",
    "NewCapacity",
    "Outage",
    "Pair",
    "PriceFall",
    "PriceFloor",
    "PriceRule",
    "PriorityRule",
    "ProcurementRule",
    "Quota",
    "Recycling",
    "Scenario",
    "Stockpile",
    "Substitution",
    "Tariff",
    "TechnologyBan",
    "UnitCost",
    "Whitelist",
]

Lever = (
    ExportLicence
    | Quota
    | Blacklist
    | Whitelist
    | ContentRule
    | ProcurementRule
    | Tariff
    | PriceRule
    | PriceFall
    | TechnologyBan
    | Outage
    | Agreement
    | Stockpile
    | NewCapacity
    | Recycling
    | Substitution
    | PriceFloor
    | PriorityRule
)
LEVERS: tuple[type[Lever], ...] = Lever.__args__

FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"
"""Of those a scenario may start on: every week of its levers has a date from there."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens, told in the users' words, and the levers that say it in numbers.

    `sources` are ids of sources.csv; `events` say which real events it follows. `start` is the
    calendar day of week 0 (YYYY-MM-DD) where there is one. `assumptions` are rows of
    assumptions.csv at another value than their base; `graph.draws.assumed` puts them to use.
    """

    name: str
    title: str
    summary: str
    levers: tuple[Lever, ...]
    sources: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    snapshot: str = "2025"
    start: str = ""
    assumptions: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        names = [lever.name for lever in self.levers]
        for name in names:
            if names.count(name) > 1:
                raise ScenarioError(f"{self.name}: two levers are called {name!r}")
        for lever in self.levers:
            for name in _refers_to(lever):
                if name not in names or name == lever.name:
                    others = ", ".join(n for n in names if n != lever.name) or "none"
                    raise ScenarioError(
                        f"{self.name}: {lever.name} refers to {name!r}, which is no other lever "
                        f"of the scenario; they are {others}"
                    )


def _refers_to(lever: Lever) -> tuple[str, ...]:
    """Names of the levers that this one lifts or exempts from."""
    match lever:
        case Agreement():
            return lever.lifts
        case Whitelist():
            return lever.exempt_from
        case _:
            return ()


NOTHING = Scenario("nothing", "Nothing happens", "The chain as it is, week after week.", ())
