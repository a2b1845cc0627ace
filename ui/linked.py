"""Scenarios that travel in a link: put into it, and taken out of it on arrival."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from graph.errors import ScenarioError
from graph.scenario import Scenario
from loaders.own_scenarios import LONGEST_NAME
from loaders.plans import decode, encode
from ui import playing, services, session
from ui.state import UrlState
from ui.viewmodels.own_scenario import OWN

FIELDS = ("scenario", "compare", "onto")
"""What a state calls by the name of a scenario; `against` holds several such names."""
FROM_LINK = "-from-link"
READ, PROBLEM = "plan-read", "plan-problem"


def take(base: services.Base) -> None:
    """Know the scenarios of the link from now on, for this session; once for each link.

    One that is not what is kept here under its name gets another name.
    """
    state = st.session_state
    if state.plan == state.get(READ, ""):
        return
    state[READ], state[PROBLEM] = state.plan, ""
    try:
        found = decode(state.plan) if state.plan else {}
    except ScenarioError as error:
        state[PROBLEM] = str(error)
        return
    for name, scenario in found.items():
        known = playing.known_scenarios(base).get(name)
        if known and _content(known) == _content(scenario):
            continue
        called = name[: LONGEST_NAME - len(FROM_LINK)] + FROM_LINK if known else name
        session.linked()[called] = replace(scenario, name=called)
        for field in FIELDS:
            if state[field] == name:
                state[field] = called
        against = state.against.split(",")
        state.against = ",".join(called if each == name else each for each in against)


def problem() -> str:
    """Why the link's scenario could not be read; empty where it could."""
    return str(st.session_state.get(PROBLEM, ""))


def carrying(base: services.Base, state: UrlState) -> UrlState:
    """The state with the scenarios that it names and that do not ship, as far as a link holds."""
    known, shipped = playing.known_scenarios(base), playing.scenarios(base)
    own = [name for name in named(state) if name in known and name not in shipped]
    return replace(state, plan=encode({name: known[name] for name in own}))


def is_too_long(base: services.Base, state: UrlState) -> bool:
    """Whether the link of a carrying state names a scenario that it does not carry."""
    return not state.plan and not set(named(state)) <= set(playing.scenarios(base))


def named(state: UrlState) -> list[str]:
    """The scenarios that a state calls by name: those compared, or the one that is shown and what
    stands beside or below it."""
    told = [state.onto] if state.lever else [state.scenario, state.compare]
    if state.against:
        against = state.against.split(",")
        told = [*against, *(told if OWN in against else [])]
    return [name for name in told if name and name != OWN]


def _content(scenario: Scenario) -> Scenario:
    return replace(scenario, name="", snapshot="")
