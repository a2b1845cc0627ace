"""What a store holds, counted: its labels and relationship types with their properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from graph.store.bolt import Store
from graph.store.rows import META

LABELS = "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS nodes ORDER BY label"
TYPES = (
    "MATCH (a)-[r]->(b) RETURN type(r) AS type, labels(a) AS starts, labels(b) AS ends, "
    "count(*) AS relationships ORDER BY type"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A label or a relationship type. `joins` is empty for a label, else such as `Site → Country`:
    labels that all its ends share."""

    name: str
    count: int
    properties: tuple[str, ...]
    joins: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    labels: tuple[Kind, ...]
    types: tuple[Kind, ...]


def contents(store: Store) -> Contents:
    """Everything that can be asked for but the store's own notes. Raises StoreError."""
    schema = store.schema()
    labels = tuple(
        Kind(str(label), cast(int, count), schema.labels.get(str(label), ()))
        for label, count in store.run(LABELS).rows
        if label != META.label
    )
    return Contents(labels, _types(store.run(TYPES, limit=10_000).rows, schema.relationships))


def _types(
    rows: Iterable[tuple[object, ...]], properties: Mapping[str, tuple[str, ...]]
) -> tuple[Kind, ...]:
    counts: dict[str, int] = {}
    ends: dict[str, tuple[set[str], set[str]]] = {}
    for name, *sides, count in rows:
        type_, (start, end) = str(name), (set(cast(list[str], side)) for side in sides)
        counts[type_] = counts.get(type_, 0) + cast(int, count)
        before = ends.get(type_, (start, end))
        ends[type_] = (before[0] & start, before[1] & end)
    return tuple(
        Kind(name, count, properties.get(name, ()), " → ".join(map(_any, ends[name])))
        for name, count in counts.items()
    )


def _any(labels: set[str]) -> str:
    return ":".join(sorted(labels)) or "any"
