"""Whom and what a lever means: sites by name, owner, place, stage or use; goods by customs code."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches

from graph.errors import ScenarioError
from graph.model import CHINA, MAGNETS, METALS, OXIDES, Site, Stage
from graph.network import Network

_EU27 = (
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU "
    "SVK SVN ESP SWE EUU"
)
BLOCS = {
    "EU27": frozenset(_EU27.split()),
    "G7": frozenset(("USA", "CAN", "JPN", "DEU", "FRA", "ITA", "GBR")),
    "NORTH_AMERICA": frozenset(("USA", "CAN", "MEX")),
    "QUAD": frozenset(("USA", "JPN", "IND", "AUS")),
}
"""Names that may stand for countries. EUU, Europe without a country, counts as the EU."""
NAMELESS = frozenset({"", "private", "various", "many"})
"""Words in sites.csv that stand where no owner is named."""
HS_GOODS = {
    "2530": ("concentrate",),
    "2612": ("concentrate",),
    "2617": ("concentrate",),
    "2805": METALS,
    "2846": OXIDES,
    "8505": MAGNETS,
}
"""Goods of the chain by heading of the customs tariff; longer codes fall under their heading."""


@dataclass(frozen=True, slots=True)
class Who:
    """Sites that a lever means: each field that is not empty must fit, an empty one fits all.

    `countries` takes blocs too (BLOCS). `controlled_from` is the country of the controlling owner.
    `owners` are owners or operators by name. `end_uses` means these end uses and the component
    makers that supply them.
    """

    sites: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    controlled_from: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    end_uses: tuple[str, ...] = ()

    @property
    def is_anyone(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


ANYONE = Who()
FROM_CHINA = Who(countries=(CHINA,))


def members(network: Network, lever: str, who: Who) -> frozenset[str]:
    """Ids of the sites that `who` means. Raises ScenarioError for a name that does not exist."""
    sites = network.sites.values()
    _check(network, lever, who)
    countries, controlled = expand(who.countries), expand(who.controlled_from)
    near = set(who.end_uses) | {flow.origin for use in who.end_uses for flow in network.inputs(use)}
    return frozenset(
        site.id
        for site in sites
        if among(site.id, who.sites)
        and (not who.owners or not owners_of(site).isdisjoint(who.owners))
        and among(site.country, countries)
        and among(site.controlling_country, controlled)
        and among(site.stage.value, who.stages)
        and among(site.sector, who.sectors)
        and (not near or site.id in near)
    )


def expand(countries: Iterable[str]) -> frozenset[str]:
    """Country codes with the members of every bloc among them."""
    return frozenset(code for name in countries for code in BLOCS.get(name, (name,)))


def top_owner(site: Site) -> str:
    """The owner at the end of the stakes, else as `sites.csv` writes it, else the operator.

    Empty where none of them names anybody.
    """
    named = (name for name in (site.owner, site.operator) if name not in NAMELESS)
    return site.controlled_through[-1] if site.controlled_through else next(named, "")


def owners_of(site: Site) -> set[str]:
    """Names a site's owner, operator and the owners above them go by."""
    return {site.owner, site.operator, *site.controlled_through} - {""}


def goods_of(lever: str, codes: Iterable[str]) -> frozenset[str]:
    """Materials under customs codes of four to ten digits. Raises ScenarioError for an unknown."""
    found: set[str] = set()
    for code in codes:
        goods = HS_GOODS.get(code[:4])
        if goods is None or not code.isdigit():
            raise ScenarioError(
                f"{lever}: no goods of the chain fall under customs code {code!r}; known headings "
                f"are {', '.join(HS_GOODS)}"
            )
        found.update(goods)
    return frozenset(found)


def known(lever: str, what: str, names: Iterable[str], choices: Iterable[str]) -> None:
    """Raise ScenarioError, with the nearest names, for the first that is not among `choices`."""
    listed = sorted(choices)
    for name in names:
        if name not in listed:
            close = get_close_matches(name, listed, n=3, cutoff=0.5)
            hint = f" Did you mean {', '.join(close)}?" if close else ""
            raise ScenarioError(f"{lever}: no {what} called {name!r} in this network.{hint}")


def known_sites(network: Network, lever: str, names: Iterable[str]) -> None:
    """Raise ScenarioError for the first that is no site."""
    known(lever, "site", names, network.sites)


def known_countries(network: Network, lever: str, names: Iterable[str]) -> None:
    """Raise ScenarioError for the first in which no site stands, and that is no bloc."""
    known(lever, "country", names, {*(site.country for site in network.sites.values()), *BLOCS})


def known_owners(network: Network, lever: str, names: Iterable[str]) -> None:
    """Raise ScenarioError for the first that owns or operates no site."""
    sites = network.sites.values()
    known(lever, "owner", names, {name for site in sites for name in owners_of(site)})


def known_sectors(network: Network, lever: str, names: Iterable[str]) -> None:
    """Raise ScenarioError for the first that no site is of."""
    known(lever, "sector", names, {site.sector for site in network.sites.values()} - {""})


def _check(network: Network, lever: str, who: Who) -> None:
    known_sites(network, lever, (*who.sites, *who.end_uses))
    known_owners(network, lever, who.owners)
    known_countries(network, lever, who.countries)
    controlling = {site.controlling_country for site in network.sites.values()}
    known(lever, "country", who.controlled_from, {*controlling, *BLOCS})
    known(lever, "stage", who.stages, [stage.value for stage in Stage])
    known_sectors(network, lever, who.sectors)


def among(value: str, allowed: Collection[str]) -> bool:
    """Whether a value is allowed; nothing named allows all."""
    return not allowed or value in allowed
