"""Which columns name a row, a user's rows laid over others, and what differs between two sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from loaders.tables import Row, Tables

NATURAL_KEYS = {
    "links": ("origin", "target"),
    "outputs": ("site", "material", "snapshot"),
    "needs": ("site", "material"),
    "demand_totals": ("kind", "name", "material", "snapshot"),
    "blocks": ("material", "origin", "target", "snapshot"),
    "market_rules": ("material", "origin", "target"),
    "assembly": ("demand", "country"),
    "series": ("quantity", "subject", "country", "material", "year", "sources"),
    "trade": ("year", "exporter", "importer", "hs6", "sources"),
}
"""What names a row of a table without names of its own; of `sources` the first one counts."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableChange:
    """How a table differs from another one, in rows."""

    table: str
    added: int
    changed: int
    removed: int
    same: int


def key_columns(table: str, columns: Collection[str]) -> Key:
    """The columns that name a row of a table; none where rows have no name."""
    own = next((name for name in ("id", "iso3") if name in columns), "")
    return (own,) if own else NATURAL_KEYS.get(table, ())


def key_of(row: Row) -> Key:
    """What a row is called; nothing where it has no name."""
    return tuple(
        next(iter(row.names(column)), "") if column == "sources" else row.text(column)
        for column in key_columns(row.table, row.values.keys())
    )


def laid_over(rows: Iterable[Row], own: Iterable[Row]) -> tuple[Row, ...]:
    """`rows` with each one replaced by those of `own` that have its name; the others follow."""
    waiting: dict[Key, list[Row]] = {}
    added: list[Row] = []
    for row in own:
        if key := key_of(row):
            waiting.setdefault(key, []).append(row)
        else:
            added.append(row)
    merged: list[Row] = []
    for row in rows:
        merged += waiting.pop(key_of(row), [row])
    return (*merged, *(row for named in waiting.values() for row in named), *added)


def differences(before: Tables, after: Tables) -> tuple[TableChange, ...]:
    """The tables that differ. Rows without a name count as added or removed, never as changed."""
    found = []
    for table in after:
        old, new = (
            Counter((key_of(row), tuple(sorted(row.values.items()))) for row in tables[table])
            for tables in (before, after)
        )
        gone, come = old - new, new - old
        left, right = (Counter(key for key, _ in rows.elements() if key) for rows in (gone, come))
        changed = (left & right).total()
        change = TableChange(
            table,
            come.total() - changed,
            changed,
            gone.total() - changed,
            (old & new).total(),
        )
        if change.added or change.changed or change.removed:
            found.append(change)
    return tuple(found)
