"""Runs of small scenarios in the real store: written, counted and taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from neo4j import GraphDatabase, Session
from networks import flow, site, six_sites
from spreads import BARE
from states import Load, ask, running

from graph import store
from graph.model import Stage
from graph.network import Network
from graph.scenario import Lever, Outage, Scenario
from graph.spread import simulate
from graph.store import hits
from graph.tracing import trace

WEEKS = 20
FLOOD = Outage(name="flood", sites=("mine_cn",))
DROUGHT = Outage(name="drought", sites=("mine_au",), start_week=2, end_week=4)


def rows_of(network: Network, *levers: Lever, name: str = "flood", start: str = "") -> hits.RunRows:
    scenario = Scenario("a-flood", "A flood", "", levers, snapshot="test", start=start)
    result = simulate(network, scenario, weeks=WEEKS, parameters=BARE)
    data_hash = store.data_hash(network, trace(network))
    return store.run_rows(scenario, result, name=name, data_hash=data_hash)


def write(run: hits.RunRows) -> None:
    with store.connect(read_only=False) as opened:
        opened.write_run(run)


def delete(name: str) -> None:
    with store.connect(read_only=False) as opened:
        opened.delete_run(name)


def runs() -> tuple[store.StoredRun, ...]:
    with store.connect() as opened:
        return opened.runs()


@contextmanager
def written() -> Iterator[Session]:
    """A session of the identity that writes, past magnetrace."""
    endpoint = running().endpoint
    with (
        GraphDatabase.driver(endpoint.uri, auth=endpoint.writer) as driver,
        driver.session(database=endpoint.database) as session,
    ):
        yield session


def counted() -> dict[str, object]:
    """All that runs have left in the store."""
    (row,) = ask(
        "CALL () { MATCH (s:Scenario) RETURN count(s) AS s } "
        "CALL () { MATCH (m:Measure) RETURN count(m) AS m } "
        "CALL () { MATCH ()-[h:HITS]->() RETURN count(h) AS h } "
        "CALL () { MATCH ()-[a:APPLIES]->() RETURN count(a) AS a } "
        "CALL () { MATCH ()-[l:LIMITS]->() RETURN count(l) AS l } RETURN s, m, h, a, l"
    )
    return dict(zip(("Scenario", "Measure", "HITS", "APPLIES", "LIMITS"), row, strict=True))


def counts(run: int, measures: int, hit: int, limits: int) -> dict[str, object]:
    return {
        "Scenario": run, "Measure": measures, "HITS": hit, "APPLIES": measures, "LIMITS": limits,
    }  # fmt: skip


NONE = counts(0, 0, 0, 0)


def two_separators() -> Network:
    """Two separation plants, of 60 and 40 t NdPr, feed one chain of metal, magnets and motors to
    jets: six sites."""
    jet = {"sector": "defence", "units": 520.0, "unit": "aircraft", "usd_per_unit": 1e6}
    return Network.of(
        (
            site("sep_cn", Stage.SEPARATION, "CHN"),
            site("sep_my", Stage.SEPARATION, "MYS"),
            site("metal_jp", Stage.METAL, "JPN"),
            site("magnet_jp", Stage.MAGNET, "JPN"),
            site("motor_us", Stage.COMPONENT, "USA", sector="defence"),
            site("jet_us", Stage.END_USE, "USA", **jet),
        ),
        (
            flow("sep_cn", "metal_jp", "ndpr_oxide", 60.0, 60.0),
            flow("sep_my", "metal_jp", "ndpr_oxide", 40.0, 40.0),
            flow("metal_jp", "magnet_jp", "ndpr_metal", 85.0, 100.0),
            flow("magnet_jp", "motor_us", "ndfeb", 300.0, 100.0),
            flow("motor_us", "jet_us", "ndfeb", 300.0, 100.0),
        ),
        snapshot="test",
        year=2025,
    )


@pytest.fixture
def without_runs(load: Load) -> None:
    """The store holds the six sites and no run."""
    load(six_sites())
    for run in runs():
        delete(run.name)
