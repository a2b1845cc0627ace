"""What `ui.services` is to the other pages, for the graph store: who looks after it, what it holds
and what it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from graph.contingency import SITE
from graph.errors import StoreError
from graph.figures import SiteFigures
from graph.store import QueryResult, Store, connect, names_figures, names_runs, status
from graph.store.contents import Contents, contents
from loaders import Progress
from loaders.chokepoints import desk_on
from loaders.figures import figures_at
from ui import playing
from ui.keeper import StoreKeeper
from ui.services import Base, cache_key, per_network
from ui.viewmodels import cypher_text, marks, query_fields
from ui.viewmodels.marks import Mark

KEPT = 8
"""Answers that a session keeps, so that a click on one does not ask again."""
AT_ONCE_S = 0.5
"""An answer within this time shows no bar."""
CHECK_S = 3
"""For the server to look at a text without running it."""
RUNS_HOLD_S = 30
"""How long at most an answer on stored runs is taken for the present one."""
MOST_LOST = 1000
"""Sites that are lost in turn without being asked for: a minute or two of one core."""


@per_network
def keeper_of(base: Base) -> StoreKeeper:
    """Who looks after the graph store of this network."""

    def work_out() -> tuple[SiteFigures, ...] | None:
        # On one thread, to leave a core to the pages; what a reader brings is not kept on the disk.
        desk = desk_on(
            base.network, base.tables, data=base.own, kind=SITE, threads=1, keep=base.own is None
        )
        if len(desk.cases) > MOST_LOST:
            raise StoreError(
                f"losing {len(desk.cases):,} sites in turn takes long; magnetrace load --figures "
                "does it"
            )
        return figures_at(desk, is_cancelled=lambda: not threading.main_thread().is_alive())

    return StoreKeeper(base.network, base.trace, work_out)


@per_network
def choices_of(base: Base) -> dict[str, dict[str, str]]:
    """What the parameters of saved questions can be set to, by the name of their choices."""
    titles = {name: scenario.title for name, scenario in playing.scenarios(base).items()}
    return query_fields.choices(base.network, base.names, titles)


@dataclass(frozen=True, slots=True)
class Request:
    """A query, its parameters and its bounds: rows and seconds."""

    cypher: str
    parameters: Mapping[str, object]
    rows: int
    seconds: int


def answer(base: Base, request: Request, tell: Progress) -> QueryResult:
    """The answer, reading only; what was asked before in this session is not asked again.

    Raises StoreError, and what `tell` raises: the query is then ended on the server.
    """
    known, name = _known(), _name(base, request)
    if name not in known:
        try:
            known[name] = _ask(base, request, tell)
        except StoreError as error:
            known[name] = error
        for oldest in list(known)[:-KEPT]:
            del known[oldest]
    found = known[name]
    if isinstance(found, StoreError):
        raise found
    return found


def is_known(base: Base, request: Request) -> bool:
    """Whether `answer` would not ask."""
    return _name(base, request) in _known()


def forget(base: Base, request: Request) -> None:
    """Ask again next time."""
    _known().pop(_name(base, request), None)


def _known() -> dict[str, QueryResult | StoreError]:
    known: dict[str, QueryResult | StoreError] = st.session_state.setdefault("answers", {})
    return known


def _name(base: Base, request: Request) -> str:
    # An answer from before the figures does not hold after them.
    figures = keeper_of(base).figures if names_figures(request.cypher) else ""
    # Runs come and go, by the command line too.
    tick = time.monotonic() // RUNS_HOLD_S if names_runs(request.cypher) else 0
    return repr((cache_key(base), request, figures, tick))


def _ask(base: Base, request: Request, tell: Progress) -> QueryResult:
    started = time.monotonic()

    def is_cancelled() -> bool:
        passed = time.monotonic() - started
        if passed > AT_ONCE_S:
            tell(f"{passed:.0f} s", min(1.0, passed / request.seconds))
        return False

    with store_of(base) as store:
        return store.run(
            request.cypher,
            request.parameters,
            limit=request.rows,
            timeout=request.seconds,
            is_cancelled=is_cancelled,
        )


def titles_of_runs(base: Base) -> dict[str, str]:
    """Titles of the runs in the store by their names; none where it does not answer, which the
    answer to the question will tell."""
    try:
        with store_of(base) as store:
            return {run.name: run.title for run in store.runs()}
    except StoreError:
        return {}


@st.cache_resource(max_entries=3, ttl=600, show_spinner=False, hash_funcs={Base: cache_key})
def contents_of(base: Base, figures: str) -> Contents:  # noqa: ARG001 - the key of the cache
    """What the store holds, counted. Raises StoreError."""
    with store_of(base) as store:
        return contents(store)


def marks_of(base: Base, cypher: str, known: Contents | None) -> tuple[Mark, ...]:
    """What is wrong or doubtful in a text, by the server's own word (EXPLAIN); it is not run."""
    if known is None or cypher_text.is_blank(cypher):
        return ()
    doubts = marks.unknown_names(cypher, known)
    try:
        with store_of(base) as store:
            store.run(marks.to_explain(cypher), limit=1, timeout=CHECK_S)
    except StoreError as error:
        return (marks.of_error(cypher, str(error)), *doubts)
    return doubts


@contextmanager
def store_of(base: Base, *, read_only: bool = True) -> Iterator[Store]:
    """The store, seen to hold the network shown; else the keeper hears of it. Raises StoreError."""
    keeper = keeper_of(base)
    try:
        with connect(read_only=read_only) as store:
            if keeper.holds_ours(store):
                yield store
                return
    except StoreError:
        if status().state != "running":
            keeper.lost("it stopped answering")
        raise
    keeper.lost("it holds another data set")
    raise StoreError("The graph store was filled with another data set meanwhile. Fill it anew.")
