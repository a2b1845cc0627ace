"""What several tests share: a state folder of their own and one embedded store in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from states import Load, own_store

from graph import store
from graph.network import Network
from graph.tracing import trace
from loaders import own_scenarios

pytest_plugins = ("browser_app", "stored_runs")
NEO4J = ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")
NEO4J_GIVEN = {name: os.environ[name] for name in NEO4J if os.environ.get(name)}
"""The Neo4j server that tests marked so may fill; every other test is kept away from it."""
TEST_SNAPSHOTS = ("test", "layered")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes come first, so that no processor is left with one at the end."""
    items.sort(key=lambda item: not item.path.name.startswith("test_browser"))


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test, and no program a test starts, touches the user's own store."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch, own_store(folder):
        for name in NEO4J:
            patch.delenv(name, raising=False)
        yield folder


@pytest.fixture
def load() -> Load:
    """Make the shared store hold a network."""

    def load_network(network: Network) -> store.LoadReport:
        with store.connect(read_only=False) as opened:
            return opened.load(network, trace(network))

    return load_network


@pytest.fixture
def opened() -> Iterator[store.Store]:
    """The shared store, open for reading."""
    with store.connect() as opened:
        yield opened


@pytest.fixture
def empty_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder in which nothing has been started yet; what is started there is ended."""
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path))
    yield tmp_path
    store.stop()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for scenarios of one's own in which there are none."""
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path))
    return own_scenarios.own_folder()


@pytest.fixture(scope="module", params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The embedded server, then the Neo4j server that NEO4J_URI names, if it holds nothing else."""
    if request.param == "embedded":
        yield "embedded"
        return
    if "NEO4J_URI" not in NEO4J_GIVEN:
        pytest.skip("NEO4J_URI names no server")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in NEO4J_GIVEN.items():
            patch.setenv(name, value)
        with store.connect() as opened:
            if holds_other_data(opened):
                pytest.fail("NEO4J_URI names a database with data in it; tests would replace them")
        yield "neo4j"


def holds_other_data(opened: store.Store) -> bool:
    """Whether a store holds anything that no test put there."""
    meta = opened.meta()
    if meta is not None:
        return meta.snapshot not in TEST_SNAPSHOTS
    return opened.run("MATCH (n) RETURN n LIMIT 1").rows != ()
