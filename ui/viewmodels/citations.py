"""Publications, which rows of which tables cite them, and the figures taken from each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from graph.model import Source
from loaders.tables import Column, Row, Tables
from ui import text
from ui.viewmodels.tables import Cell, Table

# fmt: off
NAMES = (
    "name", "title", "end_use", "site", "origin", "parameter", "owner", "exporter", "about",
    "quantity", "product",
)
DETAILS = (
    "target", "importer", "owned", "applies_to", "material", "country", "region", "good",
    "quantity",
)
# fmt: on
DATED = ("date", "year", "output_year", "from", "snapshot", "period")
NO_FIGURES = {"lat", "lon", "year", "output_year", "start_year"}
"""Number columns that say when or where and not how much."""

Schema = Mapping[str, tuple[Column, ...]]


def citing(tables: Tables) -> Iterator[tuple[str, Row]]:
    """Every source that a row names, with the row."""
    for table in tables:
        for row in tables[table]:
            if "sources" in row.values:
                for source in row.names("sources"):
                    yield source, row


def publications(sources: Iterable[Source], tables: Tables) -> Table:
    """All publications, most cited first."""
    counts: dict[str, Counter[str]] = {}
    for cited, row in citing(tables):
        counts.setdefault(cited, Counter())[row.table] += 1
    listed = sorted(sources, key=lambda s: (-sum(counts.get(s.id, {}).values()), s.id))
    rows: list[dict[str, Cell]] = []
    for source in listed:
        found = counts.get(source.id, Counter())
        rows.append(
            {
                "Publication": source.title,
                "Publisher": source.publisher,
                "Date": source.date,
                "Kind": source.kind,
                "Licence": source.licence,
                "Rows": found.total(),
                "Cited in": ", ".join(f"{name} {n}" for name, n in found.most_common()),
            }
        )
    kinds = Counter(source.kind for source in listed)
    parts = [f"{count} {kind}" for kind, count in kinds.most_common()]
    finding = f"{text.plural(len(listed), 'publication')}: {', '.join(parts)}."
    return Table("publications", rows, finding, ids=tuple(source.id for source in listed))


def figures(tables: Tables, schema: Schema, source: Source) -> Table:
    """The rows that cite a publication, with what they hold in figures."""
    rows: list[dict[str, Cell]] = [
        {
            "Table": row.table,
            "Row": _first(row, NAMES),
            "Of": _first(row, DETAILS),
            "When": _first(row, DATED),
            "Figures": _figures(row, schema[row.table]),
            "Known": _first(row, ("confidence",)),
            "With others": text.plural(len(row.names("sources")) - 1, "more source"),
            "Note": _first(row, ("note",)),
        }
        for cited, row in citing(tables)
        if cited == source.id
    ]
    finding = f"{text.plural(len(rows), 'row')} cite {source.title}."
    return Table("figures", rows, finding)


def _first(row: Row, columns: Iterable[str]) -> str:
    return next((row.text(c) for c in columns if c in row.values and row.text(c)), "")


def _figures(row: Row, columns: Iterable[Column]) -> str:
    return "; ".join(
        f"{column.name.replace('_', ' ')} {_sized(row, column)}"
        for column in columns
        if column.type in ("number", "integer", "share")
        and column.name not in NO_FIGURES
        and row.optional(column.name) is not None
    )


def _sized(row: Row, column: Column) -> str:
    """The figure with its unit; some units stand in a column of the row."""
    value = row.optional(column.name)
    if column.type == "share":
        return "" if value is None else f"{text.digits(value * 100, 4)}{text.NBSP}%"
    shown = "" if value is None else text.digits(value, 6)
    unit, _, more = column.unit.partition(" ")
    unit = "unit" if column.unit == "see unit" else unit
    if unit in row.values:
        more = "" if column.unit == "see unit" else more
        return f"{shown}{text.NBSP}{row.text(unit)} {more}".rstrip()
    return f"{shown}{text.NBSP}{column.unit}".rstrip()
