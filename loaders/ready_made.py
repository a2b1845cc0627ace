"""What makes a folder a ready-made network, and the tables of facts that lie beside its flows.

Its flows are given, not balanced from facts; loaders/bulk.py reads them.
"""

from __future__ import annotations

from pathlib import Path

from graph.errors import Problem
from loaders.checks import check_tables
from loaders.own_data import content_of
from loaders.tables import TABLES, Row, Tables, read_schema, read_table

SUFFIXES = (".csv", ".parquet")
"""What its sites and the tables of READY_MADE may be saved as."""


def is_ready_made(folder: Path) -> bool:
    """Whether a folder holds flows of its own instead of the facts that flows are made from."""
    return bool(files_of(folder, "flows"))


def files_of(folder: Path, table: str) -> list[Path]:
    """The files that hold a table of a ready-made network; there should be one at most."""
    paths = [folder / f"{table}{suffix}" for suffix in SUFFIXES]
    return [path for path in paths if path.is_file()]


def read_beside(folder: Path, shipped: Path) -> tuple[Tables, list[Problem]]:
    """The few tables of facts that a ready-made network needs, checked; all others are empty.

    Countries and assumptions are the shipped ones where the folder has none; its publications
    stand before the shipped ones. Snapshots are always those that ship. Raises DataError where a
    file cannot be read.
    """
    schema = read_schema(shipped)
    rows: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    problems: list[Problem] = []

    def read(place: Path, table: str) -> tuple[Row, ...]:
        path = place / f"{table}.csv"
        reading = read_table(path.name, content_of(path), schema[table])
        problems.extend(reading.problems)
        return reading.rows

    for table in ("countries", "assumptions", "sources"):
        own = (folder / f"{table}.csv").is_file()
        rows[table] = read(folder if own else shipped, table)
    known = {row.text("id") for row in rows["sources"]}
    rows["sources"] += tuple(row for row in read(shipped, "sources") if row.text("id") not in known)
    problems += check_tables(Tables(rows))
    # Not checked with the others: they may name assumptions that only the shipped table has.
    rows["snapshots"] = read(shipped, "snapshots")
    return Tables(rows), problems
