"""What `ui.services` is to all pages, for scenarios: those that are known, and what each does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

import loaders
from graph.ladder import climbed, relieved
from graph.plan import Plan
from graph.scenario import NOTHING, Scenario
from graph.spread import Result, result_of, trajectory_of
from graph.trajectory import Trajectory
from loaders.own_scenarios import OwnScenarios, own_folder, state_of
from loaders.own_scenarios import own_scenarios as read_own
from loaders.parameters import assumed_in, ranges
from loaders.scenarios import scenarios as read_scenarios
from ui import session
from ui.services import Base, cache_key, per_network
from ui.state import WEEKS, UrlState
from ui.viewmodels import measures
from ui.viewmodels.assumptions import Held
from ui.viewmodels.assumptions import read as read_held
from ui.viewmodels.own_scenario import own_scenario

OPENING = "april-2025-licences"
SEED = 7
RUNS, BALANCES = 60, 5
"""What a page draws: enough for a band, few enough to wait for."""


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario with the assumptions it was run with, and what it did; `given` are those that
    stand in its file."""

    scenario: Scenario
    result: Result
    given: Held = ()

    @property
    def title(self) -> str:
        return self.scenario.title

    @property
    def held(self) -> Held:
        """Assumptions that were set to another value."""
        return self.scenario.assumptions

    @property
    def bare(self) -> Scenario:
        """The scenario with every assumption at its base."""
        return replace(self.scenario, assumptions=())


def first_scenario(base: Base) -> str:
    """The one shown where none is asked for."""
    shipped = scenarios(base)
    return OPENING if OPENING in shipped else next(iter(shipped))


@per_network
def scenarios(base: Base) -> dict[str, Scenario]:
    """The shipped scenarios by name; on another snapshot than their own they run as they are."""
    shipped = read_scenarios(loaders.shipped_folder() if base.own else loaders.scenario_folder())
    return {
        name: replace(scenario, snapshot=base.network.snapshot)
        for name, scenario in shipped.items()
    }


def own_scenarios() -> OwnScenarios:
    """The scenarios that the user keeps."""
    folder = own_folder()
    return _own_scenarios(folder, state_of(folder))


@st.cache_resource(max_entries=3, show_spinner=False)
def _own_scenarios(folder: Path, state: str) -> OwnScenarios:  # noqa: ARG001 - part of the key
    return read_own(folder)


def known_scenarios(base: Base) -> dict[str, Scenario]:
    """Those that ship, then the user's own, then those that came by a link in this session, by
    name; all on the snapshot of the network."""
    shipped, snapshot = scenarios(base), base.network.snapshot
    others = session.linked() | own_scenarios().scenarios
    return shipped | {
        name: replace(scenario, snapshot=snapshot)
        for name, scenario in others.items()
        if name not in shipped
    }


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Base: cache_key})
def targets_of(base: Base, lever: str) -> dict[str, str]:
    return measures.targets(base.network, lever, base.names)


def runs_of(base: Base, state: UrlState) -> list[Run]:
    """The run a state asks for and, where it asks for one, the run to compare it with.

    Raises ScenarioError where the scenario does not fit the network.
    """
    return [Run(*played(base, scenario), given) for scenario, given in asked_of(base, state)]


def asked_of(base: Base, state: UrlState) -> list[tuple[Scenario, Held]]:
    """The scenarios of `runs_of`, with the assumptions that stand in the file of each.

    Raises ScenarioError where a scenario cannot be made.
    """
    known = known_scenarios(base)
    if state.lever:
        words = targets_of(base, state.lever).get(state.target, "")
        onto = known.get(state.onto, NOTHING)
        made = own_scenario(state, words, base.network, onto)
        return [_assuming(base, state, each) for each in (made, onto) if each != NOTHING]
    first = known[state.scenario]
    if state.steps:
        first = climbed(first, min(state.steps, len(first.levers)))
    if state.relief:
        first = relieved(first, state.relief)
    others = [known[state.compare]] if state.compare else []
    return [_assuming(base, state, scenario) for scenario in (first, *others)]


def _assuming(base: Base, state: UrlState, scenario: Scenario) -> tuple[Scenario, Held]:
    """What the state assumes; where it says nothing, what stands in the file of the scenario."""
    given = scenario.assumptions
    held = read_held(state.assume, ranges(base.tables)) if state.assume else given
    return replace(scenario, assumptions=held), given


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={Base: cache_key, Scenario: repr})
def played(base: Base, scenario: Scenario) -> tuple[Scenario, Result]:
    """A scenario as it is run, and what it did. Raises ScenarioError."""
    parameters, moved = assumed_in(base.tables, scenario)
    arrays = arrays_of(base, scenario)
    return scenario, result_of(base.network, moved, *arrays, seed=SEED, parameters=parameters)


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Base: cache_key, Scenario: repr})
def arrays_of(base: Base, scenario: Scenario) -> tuple[Plan, Trajectory]:
    """Every lane, line and stock of a run in every week: 12 MB on the shipped network, kept for as
    many as run scenarios at once."""
    parameters, moved = assumed_in(base.tables, scenario)
    return trajectory_of(base.network, moved, weeks=WEEKS, seed=SEED, parameters=parameters)
