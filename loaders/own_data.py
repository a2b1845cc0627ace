"""Tables that a user brings: a folder, a zip, single files or bytes, to checked rows.

They stand for themselves (`replace`) or lie over the shipped tables (`overlay`). Everything is
read into memory first, so that a network is built from all of it or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from graph.errors import DataError, Problem, UnknownName
from loaders.archive import LARGEST_FILE, MB, Budget, check_workbook, unpack
from loaders.lines import Line, csv_lines, printable, sheets, shown
from loaders.overlay import laid_over
from loaders.tables import (
    READY_MADE,
    SCHEMA,
    TABLES,
    Reading,
    Row,
    Schema,
    Tables,
    read_lines,
    read_own_schema,
    read_schema,
    read_table,
    schema_of,
)

REPLACE, OVERLAY = "replace", "overlay"
MODES = (REPLACE, OVERLAY)
"""`replace`: every table comes from the user. `overlay`: rows of the user replace shipped rows of
the same name or follow them, and tables not brought are the shipped ones."""
WORKBOOK = "magnetrace.xlsx"
"""A workbook with one sheet for each table."""
SUFFIXES = (".csv", ".xlsx")
BESIDE = (".txt", ".md", ".toml")
"""Files that may lie beside tables and are not read."""
TOO_LARGE = "the file is too large"
FLOWS_GIVEN = (
    "Leave it out, or load a folder with flows of its own from the command line "
    "(magnetrace check --data FOLDER)."
)
Reader = Callable[[], Iterator[Line]]


@dataclass(frozen=True, slots=True)
class OwnData:
    """What a user brings, in memory: tables as bytes by file name, and what cannot be read.

    `fingerprint` covers every byte, the names and the mode.
    """

    name: str
    mode: str
    files: Mapping[str, bytes] = field(repr=False)
    problems: tuple[Problem, ...]
    fingerprint: str


def from_path(path: Path, mode: str = REPLACE) -> OwnData:
    """A folder, a zip or a single table. Problems are kept, none is raised but UnknownName for
    another mode."""
    name = path.name or str(path)
    try:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
            return from_files([(p.name, partial(content_of, p)) for p in inside], mode, name)
        if path.is_file():
            return from_files([(name, partial(content_of, path))], mode, name)
    except OSError as error:
        what = f"{path} cannot be read ({error.strerror})"
        return _own(name, mode, {}, [Problem(what, advice="Check who may read it.")])
    problem = Problem(
        f"{path} is not a data folder",
        expected="a folder, a .zip, .xlsx or .csv",
        got="no such file or folder",
        advice="Name a folder or a zip that holds the tables, or leave the option out.",
    )
    return _own(name, mode, {}, [problem])


def from_files(
    files: Iterable[tuple[str, bytes | Callable[[], bytes]]], mode: str, name: str
) -> OwnData:
    """Files by name, zips among them opened; bytes are taken as they are or called for.

    A call may raise DataError. Names are never used as paths.
    """
    budget = Budget()
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    for called, source in files:
        try:
            content = source if isinstance(source, bytes) else source()
            if len(content) > LARGEST_FILE:
                raise DataError([too_large(called, len(content))])
        except DataError as error:
            problems += error.problems
            continue
        inside = {called: content}
        if called.lower().endswith(".zip"):
            inside, more = unpack(called, content, budget)
            problems += more
        for member, part in inside.items():
            problems += _take(member, part, found, budget)
    if not found and not problems:
        problems.append(
            Problem(
                f"{shown(name)} holds no table",
                expected="tables such as sites.csv or sites.xlsx",
                got="none",
                advice="Start from the template: magnetrace template FOLDER.",
            )
        )
    return _own(name, mode, found, problems)


def too_large(name: str, size: int) -> Problem:
    """A file above the limit."""
    expected, got = f"at most {LARGEST_FILE // MB} MB", f"{size / MB:,.0f} MB"
    advice = "Bring only the rows that the chain needs."
    return Problem(TOO_LARGE, name, expected=expected, got=got, advice=advice)


def read(own: OwnData, shipped: Path) -> tuple[Tables, list[Problem]]:
    """The tables of `own` by the schema of the shipped folder, and every problem in reading."""
    schema = read_schema(shipped)
    readings, problems = _readings(own, schema)
    rows: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    for table, columns in schema.items():
        reading = readings.get(table)
        if own.mode == OVERLAY:
            content = content_of(shipped / f"{table}.csv")
            under = read_table(f"{table}.csv (shipped)", content, columns)
            problems += under.problems
            rows[table] = laid_over(under.rows, reading.rows) if reading else under.rows
        elif reading:
            rows[table] = reading.rows
        elif own.files:
            advice = "Add the file, or lay yours over the shipped tables (mode overlay)."
            problems.append(
                Problem("the table is missing", f"{table}.csv", expected="a file", advice=advice)
            )
    refused = {table: reading.refused for table, reading in readings.items()}
    missing = () if own.mode == OVERLAY else schema.keys() - readings.keys()
    unread = {table for table, reading in readings.items() if not reading.whole}
    return Tables(rows, refused, frozenset(unread.union(missing))), problems


def _readings(own: OwnData, schema: Schema) -> tuple[dict[str, Reading], list[Problem]]:
    """Every table brought, read, with all problems of all files."""
    problems = list(own.problems)
    found: dict[str, Reading] = {}
    for name, content in own.files.items():
        if name == SCHEMA:
            problems += _schema_problems(content, schema)
            continue
        try:
            parts = _parts(name, content)
        except DataError as error:
            problems += error.problems
            continue
        for label, table, lines in parts:
            if table not in schema:
                problems += _unknown_sheet(label, table, lines, schema)
                continue
            reading = read_lines(label, lines(), schema[table])
            problems += reading.problems
            if table in found:
                what, advice = f"the table {table} stands in two files", "Bring it once."
                problems.append(Problem(what, label, expected="each table once", advice=advice))
            found.setdefault(table, reading)
    return found, problems


def _parts(name: str, content: bytes) -> list[tuple[str, str, Reader]]:
    """The tables of a file: how messages call them, which they are, and their lines."""
    table, _, suffix = name.rpartition(".")
    if suffix == "csv":
        return [(name, table, lambda: csv_lines(name, content))]
    inside = sheets(name, content)
    if name == WORKBOOK:
        return [
            (f"{name}, sheet {printable(title)}", title.strip().lower(), read)
            for title, read in inside.items()
        ]
    return [(name, table, read) for read in list(inside.values())[:1]]


def _unknown_sheet(label: str, table: str, lines: Reader, schema: Schema) -> list[Problem]:
    """A sheet that is no table; an empty one, as spreadsheets make them, is none."""
    try:
        if table == "readme" or not any(cells for _, cells in lines()):
            return []
    except DataError as error:
        return list(error.problems)
    advice = "Name the sheet after its table, or remove it."
    return [Problem("the sheet is no table", label, expected=", ".join(schema), advice=advice)]


def _schema_problems(content: bytes, schema: Schema) -> list[Problem]:
    """Where a `columns.csv` that was brought describes other tables than the shipped one."""
    reading = read_own_schema(content)
    if reading.problems:
        return list(reading.problems)
    advice = "Leave columns.csv out; the shipped one is used."
    brought = schema_of(reading.rows)
    problems = [
        Problem(
            f"the table {table} is not described", SCHEMA, expected="its columns", advice=advice
        )
        for table in schema
        if table not in brought
    ]
    for row in reading.rows:
        table, name = row.text("table"), row.text("column")
        if table in READY_MADE:
            continue
        ours = next((c for c in schema.get(table, ()) if c.name == name), None)
        if ours is None:
            what = f"the column {name} of {table} is not known"
            problems.append(row.problem(what, "column", expected="a shipped column", advice=advice))
            continue
        required = "yes" if ours.required else "no"
        for field_name, wanted in (("type", ours.type), ("required", required)):
            if row.text(field_name) != wanted:
                got = shown(row.text(field_name))
                what = f"{name} of {table} is described differently"
                problems.append(
                    row.problem(what, field_name, expected=wanted, got=got, advice=advice)
                )
    problems += [
        Problem(f"the column {c.name} of {table} is not described", SCHEMA, advice=advice)
        for table, columns in schema.items()
        if table in brought
        for c in columns
        if c.name not in {own.name for own in brought[table]}
    ]
    return problems


def _take(name: str, content: bytes, found: dict[str, bytes], budget: Budget) -> list[Problem]:
    """Add a file to those found where it is a table of ours."""
    plain = name.lower()
    table, dot, suffix = plain.rpartition(".")
    if f".{suffix}" in BESIDE:
        return []
    if f"{dot}{suffix}" not in SUFFIXES or (
        table not in TABLES and plain not in (SCHEMA, WORKBOOK)
    ):
        expected = f"{', '.join(f'{t}.csv' for t in TABLES)} (or .xlsx), {SCHEMA}, {WORKBOOK}"
        given = table in READY_MADE or suffix == "parquet"
        advice = FLOWS_GIVEN if given else "Name the file after its table, or leave it out."
        what = f"{shown(name)} is no table"
        return [Problem(what, expected=expected, advice=advice)]
    if plain in found:
        what, advice = f"two files are called {shown(name)}", "Keep one of them."
        return [Problem(what, expected="each name once", got="twice or more", advice=advice)]
    if suffix == "xlsx" and (problems := check_workbook(plain, content, budget)):
        return problems
    found[plain] = content
    return []


def _own(name: str, mode: str, files: Mapping[str, bytes], problems: list[Problem]) -> OwnData:
    if mode not in MODES:
        raise UnknownName("mode", mode, MODES)
    state = hashlib.sha256(repr((mode, sorted(files), problems)).encode())
    for file in sorted(files):
        state.update(len(files[file]).to_bytes(8, "big") + files[file])
    return OwnData(name, mode, dict(files), tuple(problems), state.hexdigest()[:32])


def content_of(path: Path) -> bytes:
    """The bytes of a file. Raises DataError where it is too large or cannot be read."""
    try:
        if not path.is_file():
            what = "there is no such file"
            raise DataError([Problem(what, path.name, advice="Put a plain file there.")])
        if (size := path.stat().st_size) > LARGEST_FILE:
            raise DataError([too_large(path.name, size)])
        return path.read_bytes()
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise DataError([Problem(what, path.name, advice="Check who may read it.")]) from error
