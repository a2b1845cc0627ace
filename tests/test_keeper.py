"""The store behind the pages: brought up in the background, filled once, watched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from networks import six_sites
from test_figures import figures
from waiting import until

from graph import store
from graph.errors import ScenarioError, StoreError
from graph.figures import SiteFigures
from graph.model import Stage
from graph.network import Network
from graph.store import LoadReport, Meta, Store, data_hash
from graph.tracing import trace
from ui import keeper as keepers
from ui.keeper import StoreKeeper

WAIT_SECONDS = 60


class FakeStore:
    """Holds what was loaded; `endpoint.reader_is_bound` is False, as on Neo4j."""

    def __init__(self, holds: str | None, bound: bool) -> None:
        self.holds, self.loads = holds, 0
        self.endpoint = type("Endpoint", (), {"reader_is_bound": bound})()

    def meta(self) -> Meta | None:
        return Meta("2025", 1, self.holds, "", 0, 0) if self.holds else None

    def load(self, network: Network, traced: object) -> LoadReport:
        self.loads += 1
        self.holds = data_hash(network, traced)  # type: ignore[arg-type]
        return LoadReport(0, 0, 0, 0, 0, 0, 0.0, self.holds, removed_runs=("old",))


def keeper() -> StoreKeeper:
    network = six_sites()
    return StoreKeeper(network, trace(network))


def bring_up(kept: StoreKeeper, store: FakeStore, replace: bool = False) -> None:
    @contextmanager
    def connect(*, read_only: bool) -> Iterator[FakeStore]:
        assert not read_only
        yield store

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keepers, "connect", connect)
        kept.wake(replace=replace)
        wait()


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "store-keeper":
            thread.join(WAIT_SECONDS)


def test_the_real_store_is_started_and_filled(opened: Store) -> None:
    kept = keeper()
    kept.wake()
    assert kept.state in ("starting", "loading", "running")
    wait()
    assert (kept.state, kept.detail) == ("running", "8 sites and 7 flows, test")
    assert kept.holds_ours(opened)
    other = six_sites()
    sites = [site for site in other.sites.values() if site.stage is not Stage.MINE]
    less = Network.of(sites, other.flows[2:], snapshot="test", year=2025)
    assert not StoreKeeper(less, trace(less)).holds_ours(opened)


def test_figures_follow_once_the_real_store_runs(opened: Store) -> None:
    """While they are worked out the store can be asked, and holds none."""
    may_end, counted = threading.Event(), "MATCH (s:Site) RETURN count(s.criticality)"

    def work_out() -> tuple[SiteFigures, ...]:
        assert may_end.wait(WAIT_SECONDS)
        return figures()

    with store.connect(read_only=False) as filled:
        filled.load(six_sites(), trace(six_sites()))
    network = six_sites()
    kept = StoreKeeper(network, trace(network), work_out)
    kept.wake()
    until(lambda: kept.state == "running", "the store", WAIT_SECONDS)
    assert (kept.state, kept.figures) == ("running", "worked out")
    assert opened.run(counted).rows == ((0,),)
    may_end.set()
    wait()
    assert (kept.state, kept.figures, kept.figures_detail) == ("running", "stored", "")
    assert opened.run(counted).rows == ((6,),)


def test_a_store_without_figures_runs_and_says_why() -> None:
    def refuse() -> None:
        raise ScenarioError("the network has no end uses")

    network = six_sites()
    kept = StoreKeeper(network, trace(network), refuse)
    kept.wake()
    wait()
    assert (kept.state, kept.figures) == ("running", "none")
    assert kept.figures_detail == "the network has no end uses"


def test_a_full_store_is_not_filled_again() -> None:
    kept = keeper()
    store = FakeStore(data_hash(kept.network, kept.trace), bound=True)
    bring_up(kept, store)
    assert (kept.state, store.loads) == ("running", 0)
    kept.wake()
    assert kept.state == "running"


def test_an_embedded_store_with_other_data_is_filled_anew() -> None:
    kept, store = keeper(), FakeStore("other", bound=True)
    bring_up(kept, store)
    assert (kept.state, store.loads) == ("running", 1)
    assert kept.detail.endswith("test; runs made on another network are gone: old")


def test_a_neo4j_server_with_other_data_is_left_alone_until_asked() -> None:
    kept, store = keeper(), FakeStore("other", bound=False)
    bring_up(kept, store)
    assert (kept.state, kept.detail, store.loads) == ("not running", "it holds another data set", 0)
    bring_up(kept, store, replace=True)
    assert (kept.state, store.loads) == ("running", 1)


def test_a_store_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*, read_only: bool) -> None:
        raise StoreError(f"no port for {read_only}")

    monkeypatch.setattr(keepers, "connect", refuse)
    kept = keeper()
    kept.wake()
    wait()
    assert (kept.state, kept.detail) == ("not running", "no port for False")
