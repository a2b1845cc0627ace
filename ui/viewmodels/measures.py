"""Measures a reader can pull: their words, their sizes, and what each can be aimed at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from graph.model import CHINA, ELEMENTS, UNKNOWN_COUNTRY, Role, Site, Stage
from graph.network import Network
from graph.who import NAMELESS, owners_of
from ui import text

OWNED_BY = "owner:"
"""Begins the target of an outage that means all sites of a company."""
MAGNETS = ("ndfeb", "smco")
LEVER_WORDS = {
    "licence": "Export licence (China)",
    "quota": "Quota (China)",
    "blacklist": "Blacklist of buyers (China)",
    "outage": "Outage of a site or a stage",
    "tariff": "Tariff on magnets from China",
    "price": "Surcharge on magnets (China)",
    "content": "Licence for foreign goods with Chinese content",
    "procurement": "Buyers turn away Chinese content",
    "technology": "Ban on machines and know-how (China)",
    "stockpile": "Answer: magnets from a stockpile",
    "capacity": "Answer: new magnet plants",
    "thrift": "Answer: magnets with less Dy and Tb",
}
SIZE_WORDS = {
    "licence": "Buyers never approved, %",
    "quota": "Cut, %",
    "blacklist": "Content from China that stops goods of third countries (0: none), %",
    "outage": "Output lost, %",
    "tariff": "Duty, %",
    "price": "Surcharge, %",
    "content": "Content from China that is free (0: a thousandth), %",
    "procurement": "Content from China still accepted, %",
    "technology": "Capacity lost a year, %",
    "stockpile": "Days of use handed out",
    "capacity": "Part of what the buyers take, %",
    "thrift": "Dy and Tb saved, %",
}
START_SIZES = {
    "licence": 3,
    "quota": 20,
    "blacklist": 0,
    "outage": 100,
    "tariff": 25,
    "price": 67,
    "content": 0,
    "procurement": 0,
    "technology": 10,
    "stockpile": 60,
    "capacity": 20,
    "thrift": 50,
}
LICENCE_TARGETS = {
    "listed": "Goods listed in April 2025 (Dy, Tb, Sm and magnets with them)",
    "all": "All magnet elements, NdPr included",
}
QUOTA_TARGETS = {
    "mining": "Mining",
    "separation": "Separation",
    "export": "Exports of all goods",
}
CONTENT_TARGETS = {
    "any": "All buyers wait for approval",
    "defence": "All wait, defence buyers are refused",
}


def targets(network: Network, lever: str, names: Mapping[str, str]) -> dict[str, str]:
    """What a measure can be aimed at in this network: value and words, largest first."""
    match lever:
        case "licence":
            return dict(LICENCE_TARGETS)
        case "quota":
            return dict(QUOTA_TARGETS)
        case "blacklist":
            return _buyers(network, names)
        case "outage":
            return _places(network, names)
        case "tariff" | "price":
            return _countries(network, names, _sold_magnets)
        case "content":
            return dict(CONTENT_TARGETS)
        case "procurement":
            return _users(network, names)
        case "technology":
            return _countries(network, names, _hosts)
        case "stockpile" | "capacity":
            return _countries(network, names, _uses_magnets)
        case "thrift":
            return _countries(network, names, _uses_heavy)
        case _:
            return {}


def magnets_bought(network: Network, country: str) -> float:
    """NdFeB that users in a country take from magnet makers, t a year."""
    return sum(
        flow.tonnes
        for flow in network.flows
        if flow.material == "ndfeb"
        and network.sites[flow.target].country == country
        and network.sites[flow.origin].stage is not Stage.COMPONENT
    )


def _countries(
    network: Network, names: Mapping[str, str], fits: Callable[[Network, Site], bool]
) -> dict[str, str]:
    """Countries outside China with a site that fits, by name."""
    codes = {
        site.country
        for site in network.sites.values()
        if site.country not in (CHINA, UNKNOWN_COUNTRY) and fits(network, site)
    }
    return dict(sorted(((c, names.get(c, c)) for c in codes), key=lambda pair: pair[1]))


def _sold_magnets(network: Network, site: Site) -> bool:
    return any(
        flow.material in MAGNETS
        and network.sites[flow.origin].country == CHINA
        and network.sites[flow.origin].stage is not Stage.COMPONENT
        for flow in network.inputs(site.id)
    )


def _uses_magnets(network: Network, site: Site) -> bool:
    return any(
        flow.material == "ndfeb" and network.sites[flow.origin].stage is not Stage.COMPONENT
        for flow in network.inputs(site.id)
    )


def _hosts(network: Network, site: Site) -> bool:
    made = (Stage.SEPARATION, Stage.METAL, Stage.MAGNET)
    return site.stage in made and not site.role.is_boundary and bool(network.outputs(site.id))


def _uses_heavy(network: Network, site: Site) -> bool:
    heavy = [ELEMENTS.index(element) for element in ("Dy", "Tb")]
    return site.stage is Stage.MAGNET and any(
        flow.content[i] > 0 for flow in network.inputs(site.id) for i in heavy
    )


def _users(network: Network, names: Mapping[str, str]) -> dict[str, str]:
    """Countries and sectors outside China that buy goods of the chain."""
    found = {
        f"{site.country}|{site.sector}": f"{names.get(site.country, site.country)}: {site.sector}"
        for site in network.sites.values()
        if site.sector
        and site.stage is Stage.COMPONENT
        and site.country not in (CHINA, UNKNOWN_COUNTRY)
        and network.inputs(site.id)
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _buyers(network: Network, names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for flow in network.flows:
        origin, buyer = network.sites[flow.origin], network.sites[flow.target]
        if origin.country != CHINA or buyer.country in (CHINA, UNKNOWN_COUNTRY):
            continue
        if buyer.role.is_boundary or origin.stage is Stage.COMPONENT:
            continue
        country = names.get(buyer.country, buyer.country)
        found[f"{buyer.country}|"] = f"{country}: all buyers"
        if buyer.sector:
            found[f"{buyer.country}|{buyer.sector}"] = f"{country}: {buyer.sector}"
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _places(network: Network, names: Mapping[str, str]) -> dict[str, str]:
    """Countries by stage, then single plants, those that move most first."""
    moved: dict[str, float] = defaultdict(float)
    places: dict[tuple[str, Stage], float] = defaultdict(float)
    for flow in network.flows:
        site = network.sites[flow.origin]
        if not site.role.is_boundary:
            amount = sum(flow.content[:-1])
            moved[site.id] += amount
            places[site.country, site.stage] += amount
    ranked = sorted(places, key=lambda place: -places[place])
    found = {
        f"{country}|{stage.value}": f"{names.get(country, country)}: all of "
        f"{text.lower_first(stage.label)}"
        for country, stage in ranked
        if country != UNKNOWN_COUNTRY
    }
    for id in sorted(moved, key=lambda id: (-moved[id], id)):
        site = network.sites[id]
        if site.role in (Role.PLANT, Role.RECYCLER, Role.INTERMEDIATE):
            country = names.get(site.country, site.country)
            found[id] = f"{site.name} ({country}, {text.lower_first(site.stage.label)})"
    return found | _whole(network, names)


def _whole(network: Network, names: Mapping[str, str]) -> dict[str, str]:
    """Countries and companies with all that they make, by name."""
    makers = [site for site in network.sites.values() if makes(network, site)]
    countries = {site.country for site in makers} - {UNKNOWN_COUNTRY}
    owners = {owner for site in makers for owner in owners_of(site) - NAMELESS}
    named = sorted((names.get(code, code), code) for code in countries)
    return {f"{code}|": f"{name}: every stage" for name, code in named} | {
        OWNED_BY + owner: f"{owner}: all its sites" for owner in sorted(owners)
    }


def makes(network: Network, site: Site) -> bool:
    """Whether a site has an output to lose."""
    return not site.role.is_boundary and bool(network.outputs(site.id))


def stopped(network: Network, target: str) -> tuple[str, ...]:
    """Ids of the sites of a company or a country that an outage stops, if `target` names one."""
    if target.startswith(OWNED_BY):
        owner = target.removeprefix(OWNED_BY)
        found = (s for s in network.sites.values() if owner in owners_of(s))
    elif target.endswith("|"):
        found = (s for s in network.sites.values() if s.country == target.removesuffix("|"))
    else:
        return ()
    return tuple(site.id for site in found if makes(network, site))
