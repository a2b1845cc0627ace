"""The one Bolt client: asks and loads a graph store, whichever server stands behind it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import ModuleType
from typing import TypeVar, cast

from neo4j import (
    READ_ACCESS,
    Driver,
    GraphDatabase,
    NotificationMinimumSeverity,
    Query,
    Record,
    Session,
)

from graph.errors import StoreError
from graph.figures import SiteFigures
from graph.network import Network
from graph.store import bounds, figures, hits, running
from graph.store.guard import refusal
from graph.store.loading import PENDING, LoadReport, Progress, load_rows
from graph.store.results import QueryResult, collect_graph, plain
from graph.store.rows import META, SCHEMA_VERSION, graph_rows
from graph.store.trouble import check_address, one_clear_error, timed_out
from graph.tracing import Trace

CONNECT_TIMEOUT_S = 5.0
MOST_RUNS = 10_000
TRIES, PAUSE_S = 40, 0.05
"""For a query on figures or runs while they are written, which takes a fifth of a second."""
ASK_CANCELLED_S = 0.1
MINIMUM_NEO4J = (5, 23)
"""The first version with `CALL (n) {}`, which the shipped questions use."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a store answers, and as whom. `reader_is_bound`: the server itself keeps the reader
    from writing and from LOAD CSV; where it does not, queries are examined before they run."""

    uri: str
    database: str
    reader: tuple[str, str]
    writer: tuple[str, str]
    reader_is_bound: bool


@dataclass(frozen=True, slots=True)
class Meta:
    """What is loaded in a store."""

    snapshot: str
    schema_version: int
    data_hash: str
    loaded: str
    """When, ISO 8601 in UTC."""
    sites: int
    flows: int
    figures: str = ""
    """Hash of the figures of its sites; empty where there are none, or not yet all of them."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Property names by node label and by relationship type."""

    labels: Mapping[str, tuple[str, ...]]
    relationships: Mapping[str, tuple[str, ...]]


class Store:
    """An open graph store. Get one from `graph.store.connect`."""

    def __init__(self, endpoint: Endpoint, reader: Driver, writer: Driver | None) -> None:
        self.endpoint = endpoint
        self._reader = reader
        self._writer = writer

    def run(
        self,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        limit: int = 1000,
        timeout: float = 30.0,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> QueryResult:
        """Up to `limit` rows of `cypher`, asked by the identity that may only read.

        A query that is given up is ended on the server: after `timeout` seconds, once
        `is_cancelled()`, asked ten times a second, is true, or raises what the caller gets, and on
        Ctrl-C. Raises StoreError when the query is wrong, not allowed, cancelled, not done in
        time, or larger than `graph.store.bounds` lets it or its answer be.
        """
        if limit < 1 or timeout <= 0:
            raise StoreError(
                f"A query needs a limit of at least 1 row and a timeout above 0 s, "
                f"got {limit} and {timeout:g}."
            )
        given = dict(parameters or {})
        bounds.check_request(cypher, given)
        started = time.perf_counter()
        mark = running.new_mark()
        text = running.marked(cypher, mark)
        columns, records = _within(
            timeout,
            lambda: self._ask(text, given, limit + 1, timeout),
            is_cancelled,
            lambda worker: running.end(self._reader, self.endpoint.database, mark, worker),
        )
        values = [record.values() for record in records[:limit]]
        return QueryResult(
            columns=columns,
            rows=tuple(tuple(plain(value) for value in row) for row in values),
            more=len(records) > limit,
            seconds=time.perf_counter() - started,
            graph=collect_graph(values),
        )

    def load(self, network: Network, trace: Trace, progress: Progress | None = None) -> LoadReport:
        """Make the store hold `network` and nothing else of ours; the same again changes nothing.

        `progress(step, done)` is called with done from 0 to 1. Raises StoreError.
        """
        rows = graph_rows(network, trace)
        with self._writing() as session:
            return load_rows(session, rows, progress or (lambda _step, _done: None))

    def write_figures(self, found: Iterable[SiteFigures], data_hash: str) -> bool:
        """Put figures on the sites of the network that `data_hash` is of, all at once in place of
        those before; False where the store holds these very ones.

        Raises StoreError, and changes nothing, where it holds another network.
        """
        rows, meta = figures.figure_rows(found), self.meta()
        if meta and (meta.data_hash, meta.figures) == (data_hash, figures.figures_hash(rows)):
            return False
        with self._writing() as session:
            figures.write(session, rows, data_hash)
        return True

    def write_run(self, run: hits.RunRows) -> None:
        """Store a run in place of the one of the same name, all at once.

        Raises StoreError, and changes nothing, where the store holds another network than the run.
        """
        with self._writing() as session, self._writing() as marking:
            hits.write(session, marking, run)

    def delete_run(self, name: str) -> None:
        """Delete a stored run. Raises UnknownName where there is none of that name."""
        with self._writing() as session, self._writing() as marking:
            hits.delete(session, marking, name)

    def runs(self) -> tuple[hits.StoredRun, ...]:
        """The stored runs, by name."""
        found = self.run(hits.LIST, limit=MOST_RUNS).rows
        return tuple(hits.StoredRun(*row) for row in found)  # type: ignore[arg-type]

    def meta(self) -> Meta | None:
        """What is loaded; None where nothing is, or where a load was broken off."""
        found = self.run(
            f"MATCH (m:{META.label}) RETURN m.snapshot, m.schema_version, m.data_hash, m.loaded, "
            f"m.sites, m.flows, CASE m.figures WHEN '{figures.WRITING}' THEN '' "
            "ELSE coalesce(m.figures, '') END"
        ).rows
        return Meta(*found[0]) if found else None  # type: ignore[arg-type]

    def can_be_asked(self) -> bool:
        """Whether a graph is loaded, whole and as this version knows it."""
        meta = self.meta()
        return meta is not None and meta.schema_version == SCHEMA_VERSION

    def is_part(self) -> bool:
        """Whether a load is under way, or was broken off, of which the store holds a part."""
        return bool(self.run(f"MATCH (p:{PENDING.label}) RETURN p.load", limit=1).rows)

    def schema(self) -> Schema:
        """Labels and relationship types present, with their properties."""
        labels = self.run(
            "MATCH (n) UNWIND labels(n) AS label UNWIND keys(n) AS key "
            "WITH DISTINCT label, key ORDER BY label, key RETURN label, collect(key)"
        )
        relationships = self.run(
            "MATCH ()-[r]->() WITH type(r) AS type, r "
            "UNWIND CASE WHEN size(keys(r)) = 0 THEN [null] ELSE keys(r) END AS key "
            "WITH DISTINCT type, key ORDER BY type, key RETURN type, collect(key)"
        )
        return Schema(
            {str(label): tuple(cast(list[str], keys)) for label, keys in labels.rows},
            {str(type): tuple(cast(list[str], keys)) for type, keys in relationships.rows},
        )

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        if self._writer is None:
            raise StoreError("This connection may only read; connect with read_only=False to load.")
        uri, database = self.endpoint.uri, self.endpoint.database
        with (
            one_clear_error(uri, database, writes=True),
            self._writer.session(database=database) as session,
        ):
            yield session

    def _ask(
        self, cypher: str, parameters: dict[str, object], count: int, timeout: float
    ) -> tuple[tuple[str, ...], list[Record]]:
        """What `_fetch` gives; a query on figures or runs meets none or all of one set, never a
        part."""
        watched = [part for part in (figures, hits) if part.named_in(cypher)]
        if not watched:
            return self._fetch(cypher, parameters, count, timeout)
        for _ in range(TRIES):
            before = self._marks(watched, timeout)
            answer: tuple[tuple[str, ...], list[Record]] | StoreError
            try:
                answer = self._fetch(cypher, parameters, count, timeout)
            except StoreError as error:  # what it was about to read may have been replaced
                answer = error
            if figures.WRITING not in before and before == self._marks(watched, timeout):
                if isinstance(answer, StoreError):
                    raise answer
                return answer
            time.sleep(PAUSE_S)
        busy = [part for part, mark in zip(watched, before, strict=True) if mark == figures.WRITING]
        raise StoreError((busy or watched)[0].BUSY)

    def _marks(self, watched: Iterable[ModuleType], timeout: float) -> list[object]:
        found = [self._fetch(part.STATE, {}, 1, timeout)[1] for part in watched]
        return [records[0][0] if records else None for records in found]

    def _fetch(
        self, cypher: str, parameters: dict[str, object], count: int, timeout: float
    ) -> tuple[tuple[str, ...], list[Record]]:
        with (
            bounds.turn(timeout),
            one_clear_error(self.endpoint.uri, self.endpoint.database, timeout),
            self._reader.session(
                database=self.endpoint.database,
                default_access_mode=READ_ACCESS,
                fetch_size=min(count, bounds.FETCH_ROWS),
            ) as session,
        ):
            if not self.endpoint.reader_is_bound:
                bare = re.sub(r"^\s*(EXPLAIN|PROFILE)\b", "", cypher, flags=re.IGNORECASE)
                explained = session.run(
                    Query(f"EXPLAIN {bare}", timeout=timeout), parameters
                ).consume()
                if reason := refusal(explained.plan):
                    raise StoreError(f"The query was not run: {reason}.")
            result = session.run(Query(cypher, timeout=timeout), parameters)
            return tuple(result.keys()), bounds.take(result, count)


@contextmanager
def open_store(endpoint: Endpoint, *, read_only: bool = True) -> Iterator[Store]:
    """A Store at `endpoint`, checked to answer. Raises StoreError where it does not."""
    reader = _driver(endpoint, endpoint.reader)
    writer = None if read_only else _driver(endpoint, endpoint.writer)
    try:
        with one_clear_error(endpoint.uri, endpoint.database):
            check_server(reader.get_server_info().agent, endpoint)
        yield Store(endpoint, reader, writer)
    finally:
        reader.close()
        if writer is not None:
            writer.close()


def check_server(agent: str, endpoint: Endpoint) -> None:
    """Raise StoreError where `agent`, as a server calls itself, cannot be worked with."""
    match = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if match and (int(match[1]), int(match[2])) < MINIMUM_NEO4J:
        needed = ".".join(map(str, MINIMUM_NEO4J))
        raise StoreError(f"The server is {agent}; magnetrace needs Neo4j {needed} or later.")
    if not endpoint.reader_is_bound and (match is None or "compatible" in agent):
        raise StoreError(
            f"The server at {endpoint.uri} is {agent}. Only Neo4j itself is supported there: on "
            "other servers a query that should only read could write."
        )


def _driver(endpoint: Endpoint, auth: tuple[str, str]) -> Driver:
    check_address(endpoint.uri)
    with one_clear_error(endpoint.uri, endpoint.database):
        return GraphDatabase.driver(
            endpoint.uri,
            auth=auth,
            connection_timeout=CONNECT_TIMEOUT_S,
            connection_acquisition_timeout=CONNECT_TIMEOUT_S,
            max_transaction_retry_time=CONNECT_TIMEOUT_S,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
        )


def _within(
    seconds: float,
    work: Callable[[], T],
    is_cancelled: Callable[[], bool],
    give_up: Callable[[threading.Thread], None],
) -> T:
    """`work()`, given up after `seconds` or once it is cancelled.

    The embedded server does not read the timeout that a driver sends along, so the clock runs
    here.
    """
    answers: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def answer() -> None:
        try:
            answers.put((work(), None))
        except BaseException as error:  # handed over to the thread that waits
            answers.put((None, error))

    worker = threading.Thread(target=answer, daemon=True, name="magnetrace-query")
    worker.start()
    deadline = time.monotonic() + seconds
    try:
        while True:
            left = deadline - time.monotonic()
            try:
                value, error = answers.get(timeout=max(0.0, min(left, ASK_CANCELLED_S)))
                break
            except Empty:
                if left <= 0:
                    raise timed_out(seconds) from None
                if is_cancelled():
                    raise StoreError("The query was cancelled.") from None
    except BaseException:  # Ctrl-C as well
        give_up(worker)
        raise
    if error is not None:
        raise error
    return cast(T, value)
