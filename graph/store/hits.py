"""Runs of scenarios in the store: what each hit, by which measures, and through which sites.

A run lies over the network that it was made on, so that it goes when another network is loaded. It
is written and deleted whole: in one transaction, marked on the meta node while it is committed,
since servers read what is committed at that moment, page by page.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from neo4j import ManagedTransaction, Session

from graph.aims import aim_of
from graph.errors import StoreError, UnknownName
from graph.limits import span_of
from graph.model import Stage
from graph.scenario import Lever, Scenario
from graph.spread import Result
from graph.store.figures import WRITING
from graph.store.rows import (
    BATCH,
    META,
    SITE,
    EdgeKind,
    EdgeRow,
    NodeKind,
    Row,
    columns_of,
    known,
)

SCENARIO = NodeKind("Scenario", "name")
MEASURE = NodeKind("Measure", "id")
HITS = EdgeKind("HITS", SCENARIO, SITE)
APPLIES = EdgeKind("APPLIES", SCENARIO, MEASURE)
LIMITS = EdgeKind("LIMITS", MEASURE, SITE)
KINDS = (SCENARIO, MEASURE)

NAME = re.compile(r"\w([\w .-]{0,58}[\w.-])?")
"""Without the slash that parts the name of a run from that of a measure in its id."""
BUSY = (
    "A run is being written, or that was broken off. Ask again in a moment; after two minutes what "
    "was there before can be asked again."
)
BROKEN_OFF_MS = 120_000
"""A mark this old is of a write that was broken off, of which the server has kept nothing."""
STATE = (
    f"MATCH (m:{META.label}) RETURN CASE WHEN m.runs = '{WRITING}' AND "
    f"timestamp() - m.runs_since > {BROKEN_OFF_MS} THEN 'broken off' ELSE m.runs END"
)

MARK = (
    f"MATCH (m:{META.label}) WHERE $data_hash IN ['', m.data_hash] "
    "SET m.runs = $runs, m.runs_since = timestamp() RETURN count(m) AS marked"
)
LIST = (
    f"MATCH (s:{SCENARIO.label}) RETURN s.name, s.scenario, s.title, s.snapshot, s.seed, s.weeks, "
    "s.stored, s.measures, s.sites_hit, s.lost_usd ORDER BY s.name"
)
OUTDATED = f"MATCH (s:{SCENARIO.label}) WHERE s.data_hash <> $data_hash RETURN s.name AS name"
DELETE = (
    f"UNWIND $names AS name MATCH (:{SCENARIO.label} {{name: name}})-[:{APPLIES.type}]->"
    f"(m:{MEASURE.label}) DETACH DELETE m",
    f"UNWIND $names AS name MATCH (s:{SCENARIO.label} {{name: name}}) DETACH DELETE s",
)
NAMED = "|".join((*(k.label for k in KINDS), *(e.type for e in (HITS, APPLIES, LIMITS))))


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run in the store."""

    name: str
    scenario: str
    title: str
    snapshot: str
    seed: int
    weeks: int
    stored: str
    """When, ISO 8601 in UTC."""
    measures: int
    sites_hit: int
    lost_usd: float
    """Of the end uses whose goods have a known value."""


@dataclass(frozen=True, slots=True)
class RunRows:
    """One run as rows: a node for it and for each measure, and the relationships."""

    scenario: Row
    measures: tuple[Row, ...]
    hits: tuple[EdgeRow, ...]
    limits: tuple[EdgeRow, ...]


def named_in(cypher: str) -> bool:
    """Whether a query reads runs."""
    return bool(re.search(rf"\b({NAMED})\b", cypher))


def check_name(name: str) -> None:
    """Raise StoreError where a run cannot be called `name`."""
    if not NAME.fullmatch(name):
        raise StoreError(
            "The name of a run has 1 to 60 letters, digits, spaces and ._- and starts with a "
            f"letter or digit, got {name[:80]!r}."
        )


def run_rows(scenario: Scenario, result: Result, *, name: str, data_hash: str) -> RunRows:
    """`result` of `scenario` as it is stored under `name`; `data_hash` is of its network.

    Raises StoreError for a name that cannot be.
    """
    check_name(name)
    ids = {lever.name: f"{name}/{lever.name}" for lever in scenario.levers}
    hits = _hits(name, result)
    run: Row = {
        "name": name,
        "scenario": scenario.name,
        "title": scenario.title,
        "start": scenario.start,
        "snapshot": result.snapshot,
        "seed": result.seed,
        "weeks": result.weeks,
        "stored": datetime.now(UTC).isoformat(timespec="seconds"),
        "data_hash": data_hash,
        "measures": len(scenario.levers),
        "sites_hit": len(hits),
        "assumptions": [f"{row}={value:g}" for row, value in scenario.assumptions] or None,
        "lost_usd": sum(loss.lost_usd or 0.0 for loss in result.end_uses),
    }
    return RunRows(
        scenario=known(run),
        measures=tuple(
            _measure(ids[lever.name], lever, scenario, result.weeks) for lever in scenario.levers
        ),
        hits=hits,
        limits=tuple(
            EdgeRow(ids[toll.lever], toll.site, "", {"lost_tonnes": toll.lost_tonnes})
            for toll in result.tolls
        ),
    )


def write(session: Session, marking: Session, rows: RunRows) -> None:
    """Store a run in place of the one of the same name; `marking` is a second session.

    Raises StoreError, and changes nothing, where the store does not hold the network of the run.
    """
    for kind in KINDS:
        session.run(kind.constraint).consume()
    data_hash, name = str(rows.scenario["data_hash"]), str(rows.scenario["name"])
    if not marking.execute_write(_mark, data_hash, uuid4().hex):
        raise _other_network()
    if not _all_at_once(
        session, marking, data_hash, lambda transaction: _replace(transaction, rows)
    ):
        # Another network was loaded meanwhile: the run would lie over the wrong one.
        session.execute_write(_delete, [name])
        raise _other_network()


def delete(session: Session, marking: Session, name: str) -> None:
    """Delete a run with its measures. Raises UnknownName where there is none."""
    names = [str(record[0]) for record in session.run(LIST)]
    if name not in names:
        raise UnknownName("stored run", name, names)
    _all_at_once(session, marking, "", lambda work: _delete(work, [name]))


def remove_outdated(transaction: ManagedTransaction, data_hash: str) -> tuple[str, ...]:
    """Delete the runs that were made on other networks; their names."""
    found = transaction.run(OUTDATED, data_hash=data_hash)
    names = sorted(str(record["name"]) for record in found)
    if names:
        _delete(transaction, names)
    return tuple(names)


def _measure(id: str, lever: Lever, scenario: Scenario, weeks: int) -> Row:
    first, after = span_of(scenario, lever, weeks)
    return known(
        {
            "id": id,
            "name": lever.name,
            "lever": lever.kind,
            "target": aim_of(lever),
            "from": first,
            "to": after,
            "from_day": _day(scenario.start, first),
            "to_day": _day(scenario.start, after),
        }
    )


def _day(start: str, week: int) -> str:
    return (date.fromisoformat(start) + timedelta(weeks=week)).isoformat() if start else ""


def _hits(name: str, result: Result) -> tuple[EdgeRow, ...]:
    """A row for every site that makes less than its baseline in some week."""
    end_uses = {loss.id: loss for loss in result.end_uses}
    through: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for passed in result.through:
        through[passed.end_use].append((passed.site, passed.share))
    rows = []
    for site in result.sites:
        if site.first_loss_week is None:
            continue
        properties: Row = {
            "lost_share": site.lost_share,
            "first_loss_week": site.first_loss_week,
            "worst_week": site.worst_week,
            "worst_share": site.worst_share,
            "lost_share_by_week": [1.0 - made for made in site.activity],
        }
        if site.stage == Stage.END_USE.value:
            properties |= {
                "through": [id for id, _ in through[site.id]],
                "through_share": [share for _, share in through[site.id]],
            }
        if site.id in end_uses:
            loss = end_uses[site.id]
            properties |= {
                "lost_share": loss.lost_share,
                "lost_units": loss.lost_units,
                "unit": loss.unit,
                "lost_usd": loss.lost_usd,
                "recovered_week": loss.recovered_week,
            }
        rows.append(EdgeRow(name, site.id, "", known(properties)))
    return tuple(rows)


def _replace(transaction: ManagedTransaction, rows: RunRows) -> None:
    name = str(rows.scenario["name"])
    _delete(transaction, [name])
    _write(transaction, SCENARIO.create(), [rows.scenario])
    _write(transaction, MEASURE.create(), rows.measures)
    applies = [EdgeRow(name, str(measure["id"]), "", {}) for measure in rows.measures]
    for kind, edges in ((APPLIES, applies), (LIMITS, rows.limits), (HITS, rows.hits)):
        columns = columns_of(edges)
        _write(transaction, kind.create(columns), [edge.values(columns) for edge in edges])
    stored = transaction.run(
        f"MATCH (:{SCENARIO.label} {{name: $name}})-[h:{HITS.type}]->() RETURN count(h) AS hits",
        name=name,
    ).single(strict=True)
    if stored["hits"] != len(rows.hits):
        raise _other_network()


def _write(transaction: ManagedTransaction, statement: str, rows: Sequence[object]) -> None:
    for first in range(0, len(rows), BATCH):
        transaction.run(statement, rows=rows[first : first + BATCH]).consume()


def _delete(transaction: ManagedTransaction, names: Sequence[str]) -> None:
    for statement in DELETE:
        transaction.run(statement, names=list(names)).consume()


def _all_at_once(
    session: Session, marking: Session, data_hash: str, work: Callable[[ManagedTransaction], None]
) -> bool:
    """Do `work` in one transaction, marked while it is committed, which readers look at.

    False where the store holds the network of that hash no more.
    """

    def then_mark(transaction: ManagedTransaction) -> None:
        work(transaction)
        marking.execute_write(_mark, data_hash, WRITING)

    try:
        session.execute_write(then_mark)
    finally:
        holds_it = marking.execute_write(_mark, data_hash, uuid4().hex)
    return holds_it


def _mark(transaction: ManagedTransaction, data_hash: str, runs: str) -> bool:
    """Put a mark on the meta node of that network, or of any where no hash is given."""
    marked = transaction.run(MARK, data_hash=data_hash, runs=runs).single(strict=True)["marked"]
    return bool(marked)


def _other_network() -> StoreError:
    return StoreError(
        "The graph store holds another network than the one this run was made on, so it was not "
        "stored. Load that one first: magnetrace load --snapshot NAME, with the same --data. It "
        "takes away the runs made on the network it replaces."
    )
