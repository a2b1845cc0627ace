"""Stores of tests: no test, and no program that a test starts, touches the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph import store
from graph.network import Network
from graph.store import embedded

Load = Callable[[Network], store.LoadReport]
"""The fixture `load`: makes the shared store hold a network."""
ENDLESS = (
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b "
    "WITH a, b WHERE a * b = -1 RETURN count(*) AS n"
)
"""A query that does not end by itself."""


@contextmanager
def own_store(folder: Path) -> Iterator[None]:
    """What starts or asks a store meanwhile does so in `folder`; at the end it is stopped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGNETRACE_STATE", str(folder))
        yield
        if (folder / "store.json").exists():
            store.stop()


def ask(cypher: str, **parameters: object) -> tuple[tuple[object, ...], ...]:
    """The rows that the store answers."""
    with store.connect() as opened:
        return opened.run(cypher, parameters).rows


def running() -> embedded.Server:
    """The embedded server, which must run."""
    server = embedded.running()
    assert server is not None
    return server


def at_work(opened: store.Store) -> list[str]:
    """The queries like ENDLESS that the server works on."""
    listed = opened.run("SHOW TRANSACTIONS YIELD currentQuery").rows
    return [str(text) for (text,) in listed if "UNWIND range" in str(text)]
