"""The scenario that a reader puts together on the page, as levers."""

from __future__ import annotations

from dataclasses import replace

from graph.ladder import relieved
from graph.levers import APPROVAL_2025, LICENSED_2025
from graph.model import Stage
from graph.network import Network
from graph.scenario import (
    NOTHING,
    Blacklist,
    ContentRule,
    ExportLicence,
    Lever,
    NewCapacity,
    Outage,
    PriceRule,
    ProcurementRule,
    Quota,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
    TechnologyBan,
)
from graph.who import FROM_CHINA, Who
from ui import text
from ui.state import UrlState
from ui.viewmodels.measures import LEVER_WORDS, MAGNETS, SIZE_WORDS, magnets_bought, stopped

OWN = "own"
LEAST_CONTENT = 0.001
"""Of the rule of October 2025, as a share."""
HEAVY = ("Dy", "Tb")
THRIFT_WEEKS = 26
"""Fastest of SUB03, half a year."""


def own_scenario(
    state: UrlState, words: str, network: Network, onto: Scenario = NOTHING
) -> Scenario:
    """The lever that a state asks for, on top of a scenario; `words` name its target.

    Raises ScenarioError where it cannot be.
    """
    lever = replace(_lever(state, network), start_week=state.start, end_week=state.end)
    size = f"{state.size}{text.NBSP}%" if SIZE_WORDS[state.lever].endswith("%") else f"{state.size}"
    told = f"{SIZE_WORDS[state.lever].removesuffix(', %')}: {size}; "
    told += f"from week {state.start} to week {state.end}"
    title = f"{LEVER_WORDS[state.lever]}: {words}"
    made = replace(
        onto,
        name=OWN,
        title=title if onto == NOTHING else f"{title}, on top of “{onto.title}”",
        summary=f"{told}.",
        levers=(*onto.levers, lever),
        snapshot=network.snapshot,
        start=state.day or onto.start,
    )
    return relieved(made, state.relief) if state.relief else made


def _lever(state: UrlState, network: Network) -> Lever:
    share = state.size / 100
    country, _, rest = state.target.partition("|")
    name = f"own {state.lever}"
    buyers = Who(countries=(country,))
    match state.lever:
        case "licence":
            ceiling = APPROVAL_2025[-1][1]
            approval = tuple((day, s / ceiling * (1 - share)) for day, s in APPROVAL_2025)
            if state.target == "all":
                return ExportLicence(
                    name=name,
                    approval=approval,
                    materials=(*LICENSED_2025, "ndpr_oxide", "ndpr_metal"),
                    elements=("NdPr", "Dy", "Tb", "Sm"),
                )
            return ExportLicence(name=name, approval=approval)
        case "quota":
            return Quota(name=name, scope=state.target, kept=1 - share)
        case "blacklist":
            return Blacklist(
                name=name,
                buyer_countries=(country,),
                sectors=(rest,) if rest else (),
                re_export=state.size > 0,
                reexport_threshold=share,
            )
        case "tariff":
            return Tariff(name=name, rate=share, sellers=FROM_CHINA, buyers=buyers)
        case "price":
            return PriceRule(
                name=name, mode="surcharge", size=share, buyers=buyers, materials=MAGNETS
            )
        case "content":
            return ContentRule(
                name=name,
                threshold=max(LEAST_CONTENT, share),
                refused=() if state.target == "any" else (state.target,),
            )
        case "procurement":
            who = Who(countries=(country,), sectors=(rest,))
            return ProcurementRule(name=name, buyers=who, threshold=share)
        case "technology":
            stages = (Stage.SEPARATION.value, Stage.METAL.value, Stage.MAGNET.value)
            hosts = Who(countries=(country,), stages=stages)
            return TechnologyBan(name=name, hosts=hosts, decay_per_year=share)
        case "stockpile":
            return Stockpile(
                name=name,
                action="release",
                material="ndfeb",
                days=float(state.size),
                buyers=buyers,
                end_week=state.end,
            )
        case "capacity":
            made = share * magnets_bought(network, country)
            return NewCapacity(
                name=name, material="ndfeb", tonnes_per_year=made, ramp_weeks=0, buyers=buyers
            )
        case "thrift":
            return Substitution(
                name=name,
                elements=HEAVY,
                share=share,
                buyers=buyers,
                delay_weeks=0,
                ramp_weeks=THRIFT_WEEKS,
            )
        case _:
            if sites := stopped(network, state.target):
                return Outage(name=name, sites=sites, remaining=1 - share)
            if rest:
                return Outage(
                    name=name, countries=(country,), stage=Stage(rest), remaining=1 - share
                )
            return Outage(name=name, sites=(state.target,), remaining=1 - share)
