"""The door from the pages to the network, the data and the store; results are cached.

Its rooms: `ui.chains`, `ui.tightness`, `ui.comparisons`, `ui.bounds`, `ui.portfolios`, `ui.asking`,
`ui.atlas`. What is computed is keyed by the version of the data: new files never show old figures.
"""

from __future__ import annotations

import gc
import hashlib
import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

import loaders
from graph.contingency import SITE
from graph.errors import StoreError
from graph.figures import SiteFigures
from graph.indicators import (
    LOCATED,
    Chokepoint,
    ImbalanceRow,
    ShareRow,
    chokepoints,
    imbalances,
    stage_shares,
)
from graph.ladder import climbed, relieved
from graph.network import Network
from graph.plan import Plan
from graph.queries import questions
from graph.scenario import NOTHING, Scenario
from graph.spread import Result, result_of, trajectory_of
from graph.store import names_figures
from graph.tracing import Trace, trace
from graph.trajectory import Trajectory
from loaders.backtest import backtest
from loaders.checks import CheckReport
from loaders.chokepoints import desk_on
from loaders.claims import ClaimGroup, read_claims
from loaders.figures import figures_at
from loaders.kept import load_kept
from loaders.overlay import TableChange
from loaders.own_data import OwnData
from loaders.own_scenarios import OwnScenarios, own_folder, state_of
from loaders.own_scenarios import own_scenarios as read_own
from loaders.parameters import assumed_in, ranges
from loaders.past import Backtest
from loaders.published import Comparison, compare_shares, published_rows
from loaders.scenarios import scenarios as read_scenarios
from loaders.snapshots import read_snapshots, refusal
from loaders.tables import Column, Tables, read_schema
from loaders.templates import empty_tables, shipped_tables, zipped
from loaders.trade_check import TradeGap, trade_gaps
from ui import session
from ui.keeper import StoreKeeper
from ui.report import SHIPPED
from ui.state import UrlState
from ui.viewmodels import measures, snapshots
from ui.viewmodels.assumptions import Held
from ui.viewmodels.assumptions import read as read_held
from ui.viewmodels.chain import Chain, chain
from ui.viewmodels.events import Event, events
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.own_scenario import own_scenario
from ui.viewmodels.query_fields import choices

__all__ = ["Base", "Run", "StoreKeeper", "names_figures", "questions"]

OPENING = "april-2025-licences"
WEEKS, SEED = 52, 7
RUNS, BALANCES = 60, 5
"""What a page draws: enough for a band, few enough to wait for."""
MOST_LOST = 1000
"""Sites that are lost in turn without being asked for: a minute or two of one core."""


@dataclass(frozen=True, slots=True)
class Base:
    """What all pages start from: one snapshot, traced, and the tables it was built from."""

    version: str
    network: Network
    trace: Trace
    ledger: Ledger
    names: dict[str, str]
    tables: Tables
    is_own: bool = False
    """whether the reader of this session brought the data"""


def version(own: OwnData | None = None) -> str:
    """Changes whenever a byte of own data, or a file of the folder they come beside, does."""
    folder = loaders.shipped_folder() if own else loaders.data_folder()
    # Every run of a page looks, more than once: strings take a quarter of the time of paths.
    below = [f"{root}/{name}" for root, _, names in os.walk(folder) for name in names]
    files = sorted([str(folder)] if folder.is_file() else below)
    found = ((file, os.stat(file)) for file in files)  # noqa: PTH116
    state = [(file, each.st_size, each.st_mtime_ns) for file, each in found]
    whose = own.fingerprint if own else loaders.data_mode()
    return hashlib.sha256(repr((whose, state)).encode()).hexdigest()[:32]


def base(snapshot: str = snapshots.DEFAULT) -> Base:
    """The network of a snapshot, from the data of this session where its reader brought some.

    Raises DataError where the data are wrong.
    """
    return base_on(session.own_data(), snapshot)


def base_on(own: OwnData | None, snapshot: str = snapshots.DEFAULT) -> Base:
    """The network of a snapshot, of these data or of those configured."""
    return _base(version(own), snapshot, own)


@st.cache_resource(max_entries=4, show_spinner="Building the network from the data …")
def _base(version: str, snapshot: str, _own: OwnData | None) -> Base:
    # The underscore keeps Streamlit from hashing it. What a reader brings is not kept on the disk.
    own = _own
    network = loaders.load(own, snapshot=snapshot) if own else load_kept(snapshot=snapshot)
    traced = trace(network)
    tables = loaders.tables(own)
    names = {row.text("iso3"): row.text("name") for row in tables["countries"]}
    ledger = Ledger.of(network, traced)
    set_aside()
    return Base(version, network, traced, ledger, names, tables, own is not None)


def set_aside() -> None:
    """Spare what lives now from the search for cycles: Streamlit has one made after every run of a
    page, which took longer than the run. What is no longer referred to is freed all the same."""
    gc.freeze()


@dataclass(frozen=True, slots=True)
class OwnReport:
    """What is to say of data that a reader brings."""

    report: CheckReport
    changes: tuple[TableChange, ...]
    """against the shipped tables; none where there are problems"""


def report_of(own: OwnData) -> OwnReport:
    """Every problem of own data, or what they give and change."""
    return _report(version(own), own)


@st.cache_resource(max_entries=8, show_spinner="Checking your tables …")
def _report(version: str, _own: OwnData) -> OwnReport:  # noqa: ARG001 - the key of the cache
    report = loaders.check(_own, snapshot=snapshots.DEFAULT)
    return OwnReport(report, () if report.problems else loaders.against_shipped(_own))


@st.cache_resource(max_entries=1, show_spinner=False)
def template_zip() -> bytes:
    """Empty tables with an explanation, to start own data from."""
    return zipped(empty_tables(loaders.shipped_folder()))


@st.cache_resource(max_entries=1, show_spinner=False)
def shipped_zip() -> bytes:
    """The tables that ship."""
    return zipped(shipped_tables(loaders.shipped_folder()))


def whose_tables(base: Base) -> str:
    """Which tables a network was built from, in words."""
    ships = not base.is_own and loaders.data_folder() == loaders.shipped_folder()
    return SHIPPED if ships else "own tables; the link needs the same"


def cache_key(base: Base) -> tuple[str, str]:
    """What stands for a network in the caches."""
    return base.version, base.network.snapshot


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def years(base: Base) -> dict[str, str]:
    """Years and snapshots that can be asked for, by what a link carries."""
    return snapshots.choices(base.tables)


def refusal_of(base: Base, name: str) -> str:
    """Why a year cannot be balanced; empty for a snapshot that can."""
    return "" if name in read_snapshots(base.tables) else str(refusal(base.tables, int(name)))


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Base: cache_key})
def chain_of(base: Base, item_id: str, apart: tuple[str, ...] = ()) -> Chain:
    """The chain of an item; the countries in `apart` have boxes of their own."""
    return chain(base.ledger, item(item_id), base.names, apart)


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def shares_of(base: Base, lens: str = LOCATED) -> tuple[ShareRow, ...]:
    return stage_shares(base.network, lens)


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def comparisons_of(base: Base) -> tuple[Comparison, ...]:
    """China's computed shares beside the published ones."""
    return compare_shares(shares_of(base), base.tables)


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def published_of(base: Base) -> tuple[ShareRow, ...]:
    """Every published claim."""
    return published_rows(base.tables)


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def claims_of(base: Base) -> tuple[ClaimGroup, ...]:
    """Claims that disagree, by what they are about."""
    return read_claims(base.tables["claims"])


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def events_of(base: Base) -> tuple[Event, ...]:
    """Every policy event, oldest first."""
    return events(base.tables["events"])


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def trade_gaps_of(base: Base) -> tuple[TradeGap, ...]:
    """Computed flows between countries beside customs figures."""
    return trade_gaps(base.network, base.tables)


@st.cache_resource(max_entries=8, show_spinner="Running the past …", hash_funcs={Base: cache_key})
def backtest_of(base: Base, name: str) -> Backtest:
    """A past case held against what was observed. Raises HistoryError where it cannot be run."""
    own = session.own_data() if base.is_own else None
    return backtest(name, own, network=lambda snapshot: _base(base.version, snapshot, own).network)


def schema() -> dict[str, tuple[Column, ...]]:
    """What the columns of the tables mean."""
    return read_schema(loaders.shipped_folder())


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def imbalances_of(base: Base) -> tuple[ImbalanceRow, ...]:
    return imbalances(base.network)


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def chokepoints_of(base: Base) -> tuple[Chokepoint, ...]:
    return chokepoints(base.network)


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def keeper_of(base: Base) -> StoreKeeper:
    """Who looks after the graph store of this network."""
    own = session.own_data() if base.is_own else None

    def work_out() -> tuple[SiteFigures, ...] | None:
        # On one thread, to leave a core to the pages; what a reader brings is not kept on the disk.
        desk = desk_on(
            base.network, base.tables, data=own, kind=SITE, threads=1, keep=not base.is_own
        )
        if len(desk.cases) > MOST_LOST:
            raise StoreError(
                f"losing {len(desk.cases):,} sites in turn takes long; magnetrace load --figures "
                "does it"
            )
        return figures_at(desk, is_cancelled=lambda: not threading.main_thread().is_alive())

    return StoreKeeper(base.network, base.trace, work_out)


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def choices_of(base: Base) -> dict[str, dict[str, str]]:
    titles = {name: scenario.title for name, scenario in scenarios(base).items()}
    return choices(base.network, base.names, titles)


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


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
def scenarios(base: Base) -> dict[str, Scenario]:
    """The shipped scenarios by name; on another snapshot than their own they run as they are."""
    shipped = read_scenarios(loaders.shipped_folder() if base.is_own else loaders.scenario_folder())
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
