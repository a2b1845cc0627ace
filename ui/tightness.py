"""What `ui.services` is to the other pages, for the Chokepoints page: losses and cuts, cached."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import streamlit as st

from graph.contingency import Case, Loss
from graph.critical import CriticalCase, critical_cases
from graph.ranking import EVERYTHING, goal_of, ranking
from graph.structure import (
    EVERYBODY,
    Cut,
    WithoutChina,
    of_china,
    on_the_way,
    tightest_cut,
    without_china,
)
from loaders import Progress
from loaders.chokepoints import Desk, desk_on, single_losses, survived
from ui.services import Base, cache_key, per_network
from ui.state import WEEKS
from ui.viewmodels.cut_chain import CutChain, Marks, cut_chain, marks

RANKS = 20
"""Cases that are ranked."""
WAIT_SECONDS = 0.5
"""How often one who waits for another's ranking says so, and may be sent away."""


@st.cache_resource(max_entries=12, show_spinner="Making ready …", hash_funcs={Base: cache_key})
def desk_of(base: Base, kind: str) -> Desk:
    """What is needed to lose the cases of a kind. Raises ScenarioError."""
    return desk_on(
        base.network, base.tables, data=base.own, kind=kind, weeks=WEEKS, keep=base.own is None
    )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Finished rankings of a network, and the losses they rest on, by kind. One at a time is
    worked out, so that several who come at once do not all do the same."""

    losses: dict[str, dict[Case, Loss]] = field(default_factory=dict)
    ranked: dict[tuple[str, str, str], tuple[CriticalCase, ...]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@per_network
def _shelf(base: Base) -> _Shelf:  # noqa: ARG001 - the key of the cache
    # The cache of Streamlit takes no work that moves a bar of the page: what is done is put here.
    return _Shelf()


def is_ranked(base: Base, goal: str, kind: str, lens: str) -> bool:
    """Whether `critical_of` knows the answer already."""
    return (goal, kind, lens) in _shelf(base).ranked


def critical_of(
    base: Base, goal: str, kind: str, lens: str, tell: Progress
) -> tuple[CriticalCase, ...]:
    """The cases of a kind that cost a goal most if they are lost. Raises ScenarioError, UnknownName
    and what `tell` raises, which hears of the work that is not done already."""
    shelf, asked = _shelf(base), (goal, kind, lens)
    if asked in shelf.ranked:
        return shelf.ranked[asked]
    while not shelf.lock.acquire(timeout=WAIT_SECONDS):
        tell("another visitor's is worked out first", 0.0)
    try:
        if asked not in shelf.ranked:
            shelf.ranked[asked] = _ranked(base, shelf, goal, kind, lens, tell)
    finally:
        shelf.lock.release()
    return shelf.ranked[asked]


def _ranked(
    base: Base, shelf: _Shelf, goal: str, kind: str, lens: str, tell: Progress
) -> tuple[CriticalCase, ...]:
    desk = desk_of(base, kind)
    aim = goal_of(desk.bench, goal)
    if kind not in shelf.losses:
        losing = single_losses(desk, progress=lambda said, part: tell(said, part / 2))
        shelf.losses[kind] = losing
    top = ranking(aim, shelf.losses[kind])[:RANKS]
    cases = [each.case for each in top]
    times = survived(desk, aim, cases, progress=lambda said, part: tell(said, (1 + part) / 2))
    return critical_cases(
        desk.network,
        desk.bench,
        aim,
        top,
        survived=times,
        stability=None,
        times=desk.times,
        lens=lens,
    )


@dataclass(frozen=True, slots=True)
class Cuts:
    """What bounds an element on its way to some end uses, and what is left of it without China."""

    whole: Cut
    left: WithoutChina


@st.cache_resource(
    max_entries=64, show_spinner="Looking for the tightest cut …", hash_funcs={Base: cache_key}
)
def cuts_of(base: Base, goal: str, element: str, lens: str) -> Cuts | None:
    """The cuts before a goal, None where none of the element arrives. Raises ScenarioError,
    UnknownName and DataError."""
    asked = EVERYBODY if goal == EVERYTHING else goal
    rows = without_china(base.network, lens, elements=(element,), end_uses=(asked,))
    if not rows:
        return None
    return Cuts(tightest_cut(base.network, rows[0].cut.end_uses, element), rows[0])


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Base: cache_key})
def cut_chain_of(
    base: Base, goal: str, element: str, lens: str, *, without: bool
) -> CutChain | None:
    """The picture of a cut that `cuts_of` finds. Raises as it does."""
    cuts = cuts_of(base, goal, element, lens)
    if cuts is None:
        return None
    ends = cuts.whole.end_uses
    way = on_the_way(base.network, ends, element)
    if not without:
        return cut_chain(base.ledger, cuts.whole, way)
    lost = of_china(base.network, lens)
    rest = on_the_way(base.network, ends, element, without=lost)
    return cut_chain(base.ledger, cuts.left.cut, rest, before=way)


def marks_of(base: Base, view: CutChain, kind: str, id: str) -> Marks:
    """Where a ranked case stands in the picture of a cut. Raises ScenarioError."""
    case = next(case for case in desk_of(base, kind).cases if case.id == id)
    return marks(view, base.ledger, case)
