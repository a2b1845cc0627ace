"""Bring a store to hold exactly the given rows: merge what is there, remove what has gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import NamedTuple, cast

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
    meta_row,
)

PENDING = NodeKind("MagnetraceLoad", "id")
"""Stands in the store while a load of several batches is under way or broken off."""
PENDING_ID = "load"
PENDING_STATE = f"MATCH (p:{PENDING.label} {{load: $load}}) RETURN p.batches AS batches"
COUNTED = f"MATCH (p:{PENDING.label}) SET p.batches = $number"

Runner = Session | ManagedTransaction

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


class Removed(NamedTuple):
    """What a load took away: how many nodes and relationships, and which runs."""

    nodes: int
    relationships: int
    runs: tuple[str, ...]


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
    )


def _write(runner: Runner, rows: GraphRows, progress: Progress) -> Removed:
    """Make the store hold `rows`; what was removed for that."""
    pending = _Pending(runner, rows.data_hash)
    total = _total(rows)
    done = removed_nodes = removed_relationships = 0
    progress("nodes", 0.0)
    for node_kind in NODE_KINDS:
        removed, kept = _remove_nodes(runner, node_kind, rows)
        removed_nodes += removed
        for count in _put_nodes(runner, node_kind, rows, kept):
            done += count
            progress("nodes", done / total)
    for edge_kind in EDGE_KINDS:
        removed_relationships += _remove_edges(runner, edge_kind, rows)
        for count in _merge_edges(pending, edge_kind, rows):
            done += count
            progress(edge_kind.type, done / total)
    _do(runner, _end, meta_row(rows, datetime.now(UTC).isoformat(timespec="seconds")))
    return Removed(removed_nodes, removed_relationships, pending.removed_runs)


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

    def send(self, statement: str, rows: Sequence[Row]) -> Iterator[int]:
        """Send `rows` in batches; yields the size of each batch once it is committed."""
        for batch in _batches(rows):
            self._number += 1
            if self._number > self._there:
                _do(self._runner, _commit, statement, batch, self._number)
            yield len(batch)


def _put_nodes(runner: Runner, kind: NodeKind, rows: GraphRows, kept: Set[object]) -> Iterator[int]:
    """Write the nodes, of which `kept` are there by their key; yields the size of each batch."""
    by_statement: dict[str, list[Row]] = defaultdict(list)
    for node in rows.nodes[kind]:
        there = node.properties[kind.key] in kept
        by_statement[kind.update if there else kind.create(node.labels)].append(node.properties)
    for statement, properties in by_statement.items():
        for batch in _batches(properties):
            _do(runner, _commit, statement, batch)
            yield len(batch)


def _merge_edges(pending: _Pending, kind: EdgeKind, rows: GraphRows) -> Iterator[int]:
    return pending.send(
        kind.merge,
        [
            {"start": edge.start, "end": edge.end, "key": edge.key, "properties": edge.properties}
            for edge in rows.edges[kind]
        ],
    )


def _remove_nodes(runner: Runner, kind: NodeKind, rows: GraphRows) -> tuple[int, Set[object]]:
    """How many nodes went, and the keys of those that stay. A site that changed its stage goes too:
    its labels are made anew with it."""
    wanted = {(node.properties[kind.key], frozenset(node.labels)) for node in rows.nodes[kind]}
    found = {(each["key"], frozenset(each["labels"])) for each in runner.run(kind.existing)}
    gone: list[Row] = [{"key": key} for key, _ in found - wanted]
    return _delete(runner, kind.delete, gone), {key for key, _ in found & wanted}


def _remove_edges(runner: Runner, kind: EdgeKind, rows: GraphRows) -> int:
    wanted = {(edge.start, edge.key, edge.end) for edge in rows.edges[kind]}
    gone: list[Row] = [
        record.data()
        for record in runner.run(kind.existing)
        if (record["start"], record["key"], record["end"]) not in wanted
    ]
    return _delete(runner, kind.delete, gone)


def _run(session: Session, statement: str) -> None:
    session.run(statement).consume()


def _delete(runner: Runner, statement: str, gone: Sequence[Row]) -> int:
    for batch in _batches(gone):
        _do(runner, _commit, statement, batch)
    return len(gone)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[first : first + BATCH] for first in range(0, len(rows), BATCH))


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


def _commit(
    transaction: ManagedTransaction, statement: str, batch: Sequence[Row], number: int = 0
) -> None:
    transaction.run(statement, rows=batch).consume()
    if number:
        transaction.run(COUNTED, number=number).consume()


def _end(transaction: ManagedTransaction, meta: Row) -> None:
    transaction.run(PENDING.delete, rows=[{"key": PENDING_ID}]).consume()
    transaction.run(META.merge((META.label,)), rows=[meta]).consume()
