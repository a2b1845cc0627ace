"""Scenarios of one's own: what each measure can be aimed at, and the levers a choice stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from graph.levers import APPROVAL_2025, LICENSED_2025
from graph.model import CHINA, UNKNOWN_COUNTRY, Role, Stage
from graph.network import Network
from graph.scenario import (
    Agreement,
    Blacklist,
    ExportLicence,
    Lever,
    Outage,
    Quota,
    Scenario,
)
from ui import text
from ui.state import UrlState

OWN = "own"
LEVER_WORDS = {
    "licence": "Export licence (China)",
    "quota": "Quota (China)",
    "blacklist": "Blacklist of buyers (China)",
    "outage": "Outage of a site or a stage",
}
SIZE_WORDS = {
    "licence": "Buyers never approved, %",
    "quota": "Cut, %",
    "blacklist": "Content from China that stops goods of third countries (0: none), %",
    "outage": "Output lost, %",
}
START_SIZES = {"licence": 3, "quota": 20, "blacklist": 0, "outage": 100}
LICENCE_TARGETS = {
    "listed": "Goods listed in April 2025 (Dy, Tb, Sm and magnets with them)",
    "all": "All magnet elements, NdPr included",
}
QUOTA_TARGETS = {
    "mining": "Mining",
    "separation": "Separation",
    "export": "Exports of all goods",
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
        case _:
            return {}


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
    return found


def own_scenario(state: UrlState, words: str) -> Scenario:
    """The scenario a state asks for; `words` name its target. Raises ScenarioError where it
    cannot be."""
    lever = replace(_lever(state), start_week=state.start, end_week=state.end)
    levers: tuple[Lever, ...] = (lever,)
    told = f"from week {state.start} to week {state.end}"
    if state.relief:
        levers += (Agreement(name="agreement", start_week=state.relief, lifts=(lever.name,)),)
        told += f", lifted by an agreement in week {state.relief}"
    return Scenario(
        name=OWN,
        title=f"{LEVER_WORDS[state.lever]}: {words}",
        summary=f"{SIZE_WORDS[state.lever].removesuffix(', %')}: {state.size}{text.NBSP}%; {told}.",
        levers=levers,
    )


def _lever(state: UrlState) -> ExportLicence | Quota | Blacklist | Outage:
    share = state.size / 100
    country, _, rest = state.target.partition("|")
    match state.lever:
        case "licence":
            ceiling = APPROVAL_2025[-1][1]
            approval = tuple((day, s / ceiling * (1 - share)) for day, s in APPROVAL_2025)
            if state.target == "all":
                return ExportLicence(
                    name="licence",
                    approval=approval,
                    materials=(*LICENSED_2025, "ndpr_oxide", "ndpr_metal"),
                    elements=("NdPr", "Dy", "Tb", "Sm"),
                )
            return ExportLicence(name="licence", approval=approval)
        case "quota":
            return Quota(name="quota", scope=state.target, kept=1 - share)
        case "blacklist":
            return Blacklist(
                name="blacklist",
                buyer_countries=(country,),
                sectors=(rest,) if rest else (),
                re_export=state.size > 0,
                reexport_threshold=share,
            )
        case _:
            if rest:
                return Outage(
                    name="outage", countries=(country,), stage=Stage(rest), remaining=1 - share
                )
            return Outage(name="outage", sites=(state.target,), remaining=1 - share)
