"""What `ui.services` is to the other pages, for what lies behind a run: its weeks, bands,
bounds and assumptions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from graph.bracket import Bracket, bracket
from graph.course import Course, course_of, empty_weeks
from graph.draws import Range
from graph.ensemble import Ensemble, gather, on_threads
from graph.scenario import Scenario
from graph.swings import Swing, swings
from loaders import Progress
from loaders.parameters import assumed_in, ranges, spread_parameters
from loaders.studies import study
from loaders.tables import Row
from ui.playing import BALANCES, RUNS, SEED, Run, arrays_of
from ui.services import Base, cache_key, per_network
from ui.state import WEEKS

MOST_DRAWN = 16
PREPARING = 0.3
"""Part of the wait for drawn runs that goes into other balances."""


@per_network
def ranges_of(base: Base) -> dict[str, Range]:
    """Assumptions with room, by row."""
    return ranges(base.tables)


@per_network
def rows_of(base: Base) -> dict[str, Row]:
    """The rows of the table of assumptions by id."""
    return {row.text("id"): row for row in base.tables["assumptions"]}


@st.cache_resource(
    max_entries=32,
    show_spinner="Looking for the best case, half a minute at most for the largest measures …",
    hash_funcs={Base: cache_key, Scenario: repr},
)
def bracket_of(base: Base, scenario: Scenario) -> Bracket:
    """A scenario without adaptation, week by week, and in the best case. Raises ScenarioError."""
    parameters, moved = assumed_in(base.tables, scenario)
    return bracket(base.network, moved, parameters=parameters)


@per_network
def _china_shares(base: Base) -> dict[str, float]:
    """By flow."""
    traced = zip(base.network.flows, base.trace.flows, strict=True)
    return {flow.key: share.china_share_mean for flow, share in traced}


def _scenario_of(run: Run) -> str:
    return repr(run.scenario)


@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={Base: cache_key, Run: _scenario_of},
)
def course(base: Base, run: Run, site: str) -> Course:
    """The weeks of one site in a run."""
    plan, played = arrays_of(base, run.scenario)
    return course_of(plan, played, site, _china_shares(base))


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={Base: cache_key, Scenario: repr})
def empty_of(base: Base, scenario: Scenario) -> dict[str, tuple[int | None, int | None]]:
    """By end use, when the first and when half of the stocks behind it are gone in a run."""
    return empty_weeks(*arrays_of(base, scenario))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Of a network: swings and drawn runs by scenario."""

    found: dict[str, tuple[Swing, ...]] = field(default_factory=dict)
    drawn: dict[str, Ensemble] = field(default_factory=dict)


@per_network
def _shelf(base: Base) -> _Shelf:  # noqa: ARG001 - the key of the cache
    # The cache of Streamlit takes no work that moves a bar of the page: what is done is put here.
    return _Shelf()


def known_swings(base: Base, scenario: Scenario) -> tuple[Swing, ...]:
    """How far each assumption moves the loss of a scenario; nothing where nobody looked yet."""
    return _shelf(base).found.get(repr(scenario), ())


def find_swings(base: Base, scenario: Scenario, tell: Progress) -> tuple[Swing, ...]:
    """Look, and remember. Raises ScenarioError and what `tell` raises."""
    found = swings(
        base.network,
        scenario,
        spread_parameters(base.tables),
        ranges_of(base),
        weeks=WEEKS,
        seed=SEED,
        progress=lambda done, runs: tell(f"{done} of {runs} runs", done / max(1, runs)),
    )
    _shelf(base).found[repr(scenario)] = found
    return found


def known_ensemble(base: Base, run: Run) -> Ensemble | None:
    """The bands of a run, where they were drawn before."""
    return _shelf(base).drawn.get(repr(run.scenario))


def draw_ensemble(base: Base, run: Run, tell: Progress) -> Ensemble:
    """Bands over runs of a scenario; what is held is not drawn. Remembers the newest few.

    Raises ScenarioError, DataError and what `tell` raises.
    """
    planned = study(
        base.own,
        replace(run.scenario, snapshot=base.network.snapshot),
        weeks=WEEKS,
        seed=SEED,
        balances=BALANCES,
        progress=lambda step, part: tell(step, part * PREPARING),
    )
    found = gather(
        planned,
        on_threads(planned, range(RUNS)),
        RUNS,
        lambda done, of: tell(f"{done} of {of} runs", PREPARING + (1 - PREPARING) * done / of),
    )
    drawn = _shelf(base).drawn
    drawn[repr(run.scenario)] = found
    for old in list(drawn)[:-MOST_DRAWN]:
        del drawn[old]
    return found
