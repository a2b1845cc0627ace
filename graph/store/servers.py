"""Which server stands behind the store: Neo4j where one is named, the embedded one otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from graph.errors import StoreError
from graph.store import embedded
from graph.store.bolt import Endpoint, Meta, Store, open_store

_background = embedded.Background()


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """How the store stands; `meta` is None where nothing is loaded or nothing answers."""

    state: Literal["not running", "starting", "running"]
    server: Literal["embedded", "neo4j"]
    uri: str = ""
    pid: int | None = None
    meta: Meta | None = None
    is_part: bool = False
    """Whether it holds a part of a load that is under way or was broken off."""
    detail: str = ""
    """Why it is not running, where that is known."""


@contextmanager
def connect(uri: str | None = None, *, read_only: bool = True) -> Iterator[Store]:
    """An open store: the server at `uri` or NEO4J_URI, else the embedded one, started if needed.

    Raises StoreError where it cannot be started or does not answer.
    """
    endpoint = _neo4j(uri) or embedded.ensure().endpoint
    with open_store(endpoint, read_only=read_only) as store:
        yield store


def start(*, wait: bool = True) -> StoreStatus:
    """Start the embedded server unless it runs (or Neo4j is used). Raises StoreError if it waits;
    otherwise it returns at once and `status` tells the rest."""
    if _neo4j(None) is None:
        if wait:
            embedded.ensure()
        else:
            _background.begin()
    return status()


def stop() -> bool:
    """End the embedded server; True where one was running. A Neo4j server is left alone."""
    return embedded.stop()


def status() -> StoreStatus:
    """How the store stands, without starting anything and without a long wait."""
    neo4j = _neo4j(None)
    if neo4j:
        return _asked(neo4j, "neo4j", None)
    server = embedded.running()
    if server and server.ready:
        return _asked(server.endpoint, "embedded", server.pid)
    if _background.active or embedded.busy():
        return StoreStatus("starting", "embedded", pid=server.pid if server else None)
    return StoreStatus("not running", "embedded", detail=_background.failure)


def _asked(
    endpoint: Endpoint, server: Literal["embedded", "neo4j"], pid: int | None
) -> StoreStatus:
    try:
        with open_store(endpoint) as store:
            meta = store.meta()
            is_part = meta is None and store.is_part()
            return StoreStatus("running", server, endpoint.uri, pid, meta, is_part)
    except StoreError as error:
        return StoreStatus("not running", server, endpoint.uri, pid, detail=str(error))


def _neo4j(uri: str | None) -> Endpoint | None:
    """The Neo4j server that is asked for, by the variable names of Neo4j's own tools."""
    uri = uri or os.environ.get("NEO4J_URI")
    if not uri:
        return None
    login = (os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ.get("NEO4J_PASSWORD", ""))
    return Endpoint(
        uri=uri,
        database=os.environ.get("NEO4J_DATABASE", "neo4j"),
        reader=login,
        writer=login,
        reader_is_bound=False,
    )
