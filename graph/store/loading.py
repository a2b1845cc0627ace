"""Bring a store to hold exactly the given rows: merge what is there, remove what has gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from neo4j import ManagedTransaction, Session

from graph.store.figures import CLEAR
from graph.store.rows import (
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

BATCH = 20_000
"""Rows sent at once: twice as fast as batches of 2,000 on the embedded server."""

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


def load_rows(session: Session, rows: GraphRows, progress: Progress) -> LoadReport:
    """Write `rows` in batches, each its own transaction; the meta node goes first and comes back
    last, so that a load that broke off is not taken for a whole one."""
    started = perf_counter()
    for node_kind in (*NODE_KINDS, META):
        _run(session, node_kind.constraint)
    session.execute_write(_begin)
    total = sum(len(found) for found in (*rows.nodes.values(), *rows.edges.values()))
    done = removed_nodes = removed_relationships = 0
    progress("nodes", 0.0)
    for node_kind in NODE_KINDS:
        removed_nodes += _remove_nodes(session, node_kind, rows)
        for count in _merge_nodes(session, node_kind, rows):
            done += count
            progress("nodes", done / total)
    for edge_kind in EDGE_KINDS:
        removed_relationships += _remove_edges(session, edge_kind, rows)
        for count in _merge_edges(session, edge_kind, rows):
            done += count
            progress(edge_kind.type, done / total)
    meta = meta_row(rows, datetime.now(UTC).isoformat(timespec="seconds"))
    sum(_send(session, META.merge((META.label,)), [meta]))
    return LoadReport(
        sites=len(rows.nodes[SITE]),
        flows=len(rows.edges[SUPPLIES]),
        nodes=sum(len(found) for found in rows.nodes.values()),
        relationships=sum(len(found) for found in rows.edges.values()),
        removed_nodes=removed_nodes,
        removed_relationships=removed_relationships,
        seconds=perf_counter() - started,
        data_hash=rows.data_hash,
    )


def _merge_nodes(session: Session, kind: NodeKind, rows: GraphRows) -> Iterator[int]:
    by_labels: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for node in rows.nodes[kind]:
        by_labels[node.labels].append(node.properties)
    for labels, properties in by_labels.items():
        yield from _send(session, kind.merge(labels), properties)


def _merge_edges(session: Session, kind: EdgeKind, rows: GraphRows) -> Iterator[int]:
    return _send(
        session,
        kind.merge,
        [
            {"start": edge.start, "end": edge.end, "key": edge.key, "properties": edge.properties}
            for edge in rows.edges[kind]
        ],
    )


def _remove_nodes(session: Session, kind: NodeKind, rows: GraphRows) -> int:
    """A site that changed its stage goes too: its labels are made anew with it."""
    wanted = {(node.properties[kind.key], frozenset(node.labels)) for node in rows.nodes[kind]}
    gone: list[Row] = [
        {"key": record["key"]}
        for record in session.run(kind.existing)
        if (record["key"], frozenset(record["labels"])) not in wanted
    ]
    return sum(_send(session, kind.delete, gone))


def _remove_edges(session: Session, kind: EdgeKind, rows: GraphRows) -> int:
    wanted = {(edge.start, edge.key, edge.end) for edge in rows.edges[kind]}
    gone: list[Row] = [
        record.data()
        for record in session.run(kind.existing)
        if (record["start"], record["key"], record["end"]) not in wanted
    ]
    return sum(_send(session, kind.delete, gone))


def _run(session: Session, statement: str) -> None:
    session.run(statement).consume()


def _send(session: Session, statement: str, rows: Sequence[Row]) -> Iterator[int]:
    """Send `rows` in batches; yields the size of each batch once it is committed."""
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        session.execute_write(_commit, statement, batch)
        yield len(batch)


def _begin(transaction: ManagedTransaction) -> None:
    """From here on the store is not whole; figures go all at once, not batch by batch."""
    _commit(transaction, META.delete, [{"key": META_ID}])
    transaction.run(CLEAR).consume()


def _commit(transaction: ManagedTransaction, statement: str, batch: Sequence[Row]) -> None:
    transaction.run(statement, rows=batch).consume()
