"""Bring a store to hold exactly the given rows: merge what is there, remove what has gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import NamedTuple, TypeVar, cast

from neo4j import ManagedTransaction, Session

from graph.store import hits
from graph.store.figures import CLEAR
from graph.store.rows import (
    BATCH,
    EDGE_KINDS,
    META,
    META_ID,
    NODE_KINDS,
    SITE,
    SUPPLIES,
    EdgeKind,
    GraphRows,
    NodeKind,
    Row,
    columns_of,
    meta_row,
)

PENDING = NodeKind("MagnetraceLoad", "id")
"""Stands in the store while a load of several batches is under way or broken off."""
PENDING_ID = "load"
STARTS = 2_000
"""Nodes whose relationships are read at once."""
PENDING_STATE = f"MATCH (p:{PENDING.label} {{load: $load}}) RETURN p.batches AS batches"
COUNTED = f"MATCH (p:{PENDING.label}) SET p.batches = $number"

Runner = Session | ManagedTransaction
Statements = Mapping[str, Sequence[object]]
"""What is committed at once: the rows that each statement takes as `$rows`."""
EdgeKey = tuple[str, str, str]
"""Start, key and end of a relationship."""
T = TypeVar("T")

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load left in the store, and what it removed from it."""

    sites: int
    flows: int
    nodes: int
    relationships: int
    removed_nodes: int
    removed_relationships: int
    seconds: float
    data_hash: str
    removed_runs: tuple[str, ...]
    """Names of the runs that were made on another network."""
    went_on: bool = False
    """Whether part of it was there already, from a load that was broken off."""


class Removed(NamedTuple):
    """What a load took away: how many nodes and relationships, and which runs."""

    nodes: int
    relationships: int
    runs: tuple[str, ...]
    went_on: bool


def load_rows(session: Session, rows: GraphRows, progress: Progress) -> LoadReport:
    """Write `rows`: in one transaction, all or nothing, where one batch holds them; otherwise batch
    by batch. Then the meta node goes first and comes back last, so that a load that broke off is
    not taken for a whole one, and the same load again goes on where it was broken off."""
    started = perf_counter()
    for node_kind in (*NODE_KINDS, *hits.KINDS, META, PENDING):
        _run(session, node_kind.constraint)
    if _total(rows) <= BATCH:
        removed: Removed = session.execute_write(_write, rows, progress)
    else:
        removed = _write(session, rows, progress)
    return LoadReport(
        sites=len(rows.nodes[SITE]),
        flows=len(rows.edges[SUPPLIES]),
        nodes=sum(len(found) for found in rows.nodes.values()),
        relationships=sum(len(found) for found in rows.edges.values()),
        removed_nodes=removed.nodes,
        removed_relationships=removed.relationships,
        seconds=perf_counter() - started,
        data_hash=rows.data_hash,
        removed_runs=removed.runs,
        went_on=removed.went_on,
    )


def _write(runner: Runner, rows: GraphRows, progress: Progress) -> Removed:
    """Make the store hold `rows`; what was removed for that."""
    pending = _Pending(runner, rows.data_hash)
    total = _total(rows)
    done = removed_nodes = removed_relationships = 0
    kept: dict[NodeKind, Set[object]] = {}
    progress("nodes", 0.0)
    for node_kind in NODE_KINDS:
        removed, kept[node_kind] = _remove_nodes(runner, node_kind, rows)
        removed_nodes += removed
        for count in _put_nodes(runner, node_kind, rows, kept[node_kind]):
            done += count
            progress("nodes", done / total)
    for edge_kind in EDGE_KINDS:
        removed, there = _remove_edges(runner, edge_kind, rows, list(kept[edge_kind.start]))
        removed_relationships += removed
        for count in pending.send(_edge_batches(edge_kind, rows, there)):
            done += count
            progress(edge_kind.type, done / total)
    _do(runner, _end, meta_row(rows, datetime.now(UTC).isoformat(timespec="seconds")))
    return Removed(removed_nodes, removed_relationships, pending.removed_runs, pending.went_on)


def _total(rows: GraphRows) -> int:
    return sum(len(found) for found in (*rows.nodes.values(), *rows.edges.values()))


class _Pending:
    """A load under way, as the store knows it: of what, and how many batches of relationships it
    holds. A batch and the count of it are one transaction, so that what is counted is there."""

    def __init__(self, runner: Runner, data_hash: str) -> None:
        self._runner = runner
        self._number = 0
        begun = cast(tuple[int, tuple[str, ...]], _do(runner, _begin, data_hash))
        self._there, self.removed_runs = begun
        self.went_on = self._there > 0

    def send(self, batches: Iterable[Statements]) -> Iterator[int]:
        """Send batches, each of one or more statements with their rows; yields the size of each
        once it is committed."""
        for batch in batches:
            self._number += 1
            if self._number > self._there:
                _do(self._runner, _commit, batch, self._number)
            yield sum(map(len, batch.values()))


def _put_nodes(runner: Runner, kind: NodeKind, rows: GraphRows, kept: Set[object]) -> Iterator[int]:
    """Write the nodes, of which `kept` are there by their key; yields the size of each batch."""
    by_statement: dict[str, list[Row]] = defaultdict(list)
    for node in rows.nodes[kind]:
        there = node.properties[kind.key] in kept
        by_statement[kind.update if there else kind.create(node.labels)].append(node.properties)
    for statement, properties in by_statement.items():
        for batch in _batches(properties):
            _do(runner, _commit, {statement: batch})
            yield len(batch)


def _edge_batches(kind: EdgeKind, rows: GraphRows, kept: Set[EdgeKey]) -> Iterator[Statements]:
    """The relationships, of which `kept` are there. Their batches are the same whatever is there,
    so that a load that goes on counts them as the one before it did."""
    edges = rows.edges[kind]
    columns = columns_of(edges)
    create, update = kind.create(columns), kind.update(columns)
    for batch in _batches(edges):
        found: dict[str, list[object]] = defaultdict(list)
        for edge in batch:
            there = (edge.start, edge.key, edge.end) in kept
            found[update if there else create].append(edge.values(columns))
        yield found


def _remove_nodes(runner: Runner, kind: NodeKind, rows: GraphRows) -> tuple[int, Set[object]]:
    """How many nodes went, and the keys of those that stay. A site that changed its stage goes too:
    its labels are made anew with it."""
    wanted = {(node.properties[kind.key], frozenset(node.labels)) for node in rows.nodes[kind]}
    found = {(each["key"], frozenset(each["labels"])) for each in runner.run(kind.existing)}
    gone: list[Row] = [{"key": key} for key, _ in found - wanted]
    return _delete(runner, kind.delete, gone), {key for key, _ in found & wanted}


def _remove_edges(
    runner: Runner, kind: EdgeKind, rows: GraphRows, starts: Sequence[object]
) -> tuple[int, Set[EdgeKey]]:
    """How many relationships of the nodes `starts` went, and the keys of those that stay."""
    wanted = {(edge.start, edge.key, edge.end) for edge in rows.edges[kind]}
    found = {
        (each["start"], each["key"], each["end"])
        for some in _batches(starts, STARTS)
        for each in runner.run(kind.existing, starts=some)
    }
    gone = [[start, end, key] for start, key, end in found - wanted]
    return _delete(runner, kind.delete, gone), found & wanted


def _run(session: Session, statement: str) -> None:
    session.run(statement).consume()


def _delete(runner: Runner, statement: str, gone: Sequence[object]) -> int:
    for batch in _batches(gone):
        _do(runner, _commit, {statement: batch})
    return len(gone)


def _batches(rows: Sequence[T], size: int | None = None) -> Iterator[Sequence[T]]:
    size = size or BATCH
    return (rows[first : first + size] for first in range(0, len(rows), size))


def _do(runner: Runner, work: Callable[..., object], *arguments: object) -> object:
    """`work` in a transaction of its own, or in the one that is open."""
    if isinstance(runner, Session):
        return runner.execute_write(work, *arguments)
    return work(runner, *arguments)


def _begin(transaction: ManagedTransaction, data_hash: str) -> tuple[int, tuple[str, ...]]:
    """From here on the store is not whole; figures go all at once, not batch by batch, and with
    them the runs that were made on another network. Returns how many batches of this very load are
    there already, and the names of those runs."""
    load = f"{data_hash} by {BATCH}"
    found = transaction.run(PENDING_STATE, load=load).single()
    if found:
        return int(found["batches"]), ()
    for kind, key in ((META, META_ID), (PENDING, PENDING_ID)):
        transaction.run(kind.delete, rows=[{"key": key}]).consume()
    transaction.run(CLEAR).consume()
    row: Row = {"id": PENDING_ID, "load": load, "batches": 0}
    transaction.run(PENDING.merge((PENDING.label,)), rows=[row]).consume()
    return 0, hits.remove_outdated(transaction, data_hash)


def _commit(transaction: ManagedTransaction, batch: Statements, number: int = 0) -> None:
    for statement, rows in batch.items():
        transaction.run(statement, rows=rows).consume()
    if number:
        transaction.run(COUNTED, number=number).consume()


def _end(transaction: ManagedTransaction, meta: Row) -> None:
    transaction.run(PENDING.delete, rows=[{"key": PENDING_ID}]).consume()
    transaction.run(META.merge((META.label,)), rows=[meta]).consume()
