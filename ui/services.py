"""The only door from the pages to the network, the data and the store; results are cached.

Every cached result is keyed by the version of the data, so that new files never show old figures.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

import loaders
from graph.bracket import Bracket, bracket
from graph.contingency import SITE
from graph.ensemble import Ensemble, gather, on_threads
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
from graph.queries import questions
from graph.scenario import NOTHING, Scenario
from graph.spread import Result, simulate
from graph.store import QueryResult, connect, names_figures, status
from graph.tracing import Trace, trace
from loaders.backtest import backtest
from loaders.checks import CheckReport
from loaders.chokepoints import desk_on
from loaders.claims import ClaimGroup, read_claims
from loaders.figures import figures_at
from loaders.kept import load_kept
from loaders.overlay import TableChange
from loaders.own_data import OwnData
from loaders.parameters import spread_parameters
from loaders.past import Backtest
from loaders.published import Comparison, compare_shares, published_rows
from loaders.scenarios import scenarios as read_scenarios
from loaders.snapshots import read_snapshots, refusal
from loaders.studies import study
from loaders.tables import Column, Tables, read_schema
from loaders.templates import empty_tables, shipped_tables, zipped
from loaders.trade_check import TradeGap, trade_gaps
from ui import session
from ui.keeper import StoreKeeper
from ui.state import UrlState
from ui.viewmodels import measures, snapshots
from ui.viewmodels.chain import Chain, chain
from ui.viewmodels.events import Event, events
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.own_scenario import own_scenario
from ui.viewmodels.query_fields import LIMIT, TIMEOUT_S, choices

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
    files = sorted(path for path in (folder, *folder.rglob("*")) if path.is_file())
    state = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    whose = own.fingerprint if own else loaders.data_mode()
    return hashlib.sha256(repr((whose, state)).encode()).hexdigest()[:32]


def base(snapshot: str = snapshots.DEFAULT) -> Base:
    """The network of a snapshot, from the data of this session where its reader brought some.

    Raises DataError where the data are wrong.
    """
    own = session.own_data()
    return _base(version(own), snapshot, own)


@st.cache_resource(max_entries=4, show_spinner="Building the network from the data …")
def _base(version: str, snapshot: str, _own: OwnData | None) -> Base:
    # What a reader brings to a page is not kept on the disk.
    own = _own
    network = loaders.load(own, snapshot=snapshot) if own else load_kept(snapshot=snapshot)
    traced = trace(network)
    tables = loaders.tables(own)
    names = {row.text("iso3"): row.text("name") for row in tables["countries"]}
    ledger = Ledger.of(network, traced)
    return Base(version, network, traced, ledger, names, tables, own is not None)


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
    return choices(base.network, base.names)


def ask(base: Base, cypher: str, parameters: Mapping[str, object]) -> QueryResult:
    """Run a query, reading only. Raises StoreError."""
    # An answer from before the figures does not hold after them.
    figures = keeper_of(base).figures if names_figures(cypher) else ""
    return _ask(base, cypher, parameters, figures)


@st.cache_resource(
    max_entries=32, ttl=600, show_spinner="Asking the store …", hash_funcs={Base: cache_key}
)
def _ask(
    base: Base,
    cypher: str,
    parameters: Mapping[str, object],
    figures: str,  # noqa: ARG001 - part of the key of the cache
) -> QueryResult:
    keeper = keeper_of(base)
    try:
        with connect() as store:
            if keeper.holds_ours(store):
                return store.run(cypher, parameters, limit=LIMIT, timeout=TIMEOUT_S)
    except StoreError:
        if status().state != "running":
            keeper.lost("it stopped answering")
        raise
    keeper.lost("it holds another data set")
    raise StoreError("The graph store was filled with another data set meanwhile. Fill it anew.")


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario and what it did."""

    title: str
    scenario: Scenario
    result: Result


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


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Base: cache_key})
def targets_of(base: Base, lever: str) -> dict[str, str]:
    return measures.targets(base.network, lever, base.names)


def runs_of(base: Base, state: UrlState) -> list[Run]:
    """The run a state asks for and, where it asks for one, the run to compare it with.

    Raises ScenarioError where the scenario does not fit the network.
    """
    shipped = scenarios(base)
    if state.lever:
        words = targets_of(base, state.lever).get(state.target, "")
        onto = shipped.get(state.onto, NOTHING)
        made = own_scenario(state, words, base.network, onto)
        return [_run(base, scenario) for scenario in (made, *([onto] if onto != NOTHING else []))]
    first = shipped[state.scenario]
    if state.steps:
        first = climbed(first, min(state.steps, len(first.levers)))
    if state.relief:
        first = relieved(first, state.relief)
    others = [shipped[state.compare]] if state.compare else []
    return [_run(base, scenario) for scenario in (first, *others)]


@st.cache_resource(
    max_entries=32, show_spinner="Running …", hash_funcs={Base: cache_key, Scenario: repr}
)
def _run(base: Base, scenario: Scenario) -> Run:
    parameters = spread_parameters(base.tables)
    result = simulate(base.network, scenario, weeks=WEEKS, seed=SEED, parameters=parameters)
    return Run(scenario.title, scenario, result)


@st.cache_resource(
    max_entries=16, show_spinner="Drawing runs …", hash_funcs={Base: cache_key, Scenario: repr}
)
def ensemble_of(base: Base, scenario: Scenario) -> Ensemble:
    """Bands over runs of a scenario. Raises ScenarioError and DataError."""
    planned = study(
        session.own_data(),
        replace(scenario, snapshot=base.network.snapshot),
        weeks=WEEKS,
        seed=SEED,
        balances=BALANCES,
    )
    return gather(planned, on_threads(planned, range(RUNS)), RUNS)


@st.cache_resource(
    max_entries=32,
    show_spinner="Looking for the best case, half a minute at most for the largest measures …",
    hash_funcs={Base: cache_key, Scenario: repr},
)
def bracket_of(base: Base, scenario: Scenario) -> Bracket:
    """A scenario without adaptation, week by week, and in the best case. Raises ScenarioError."""
    return bracket(base.network, scenario, parameters=spread_parameters(base.tables))
