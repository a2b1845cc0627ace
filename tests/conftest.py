"""What several tests share: a state folder of their own and one embedded store in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph import store
from graph.network import Network
from graph.tracing import trace

pytest_plugins = ("browser_app",)
NEO4J = ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")
Load = Callable[[Network], store.LoadReport]


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test, and no program a test starts, touches the user's own store."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGNETRACE_STATE", str(folder))
        for name in NEO4J:
            patch.delenv(name, raising=False)
        yield folder
        if (folder / "store.json").exists():
            store.stop()


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
