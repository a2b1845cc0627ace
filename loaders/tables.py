"""CSV files to typed rows, as `columns.csv` describes them; every problem keeps file and line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import DataError, Problem

Value = str | float | int | tuple[str, ...] | None
Progress = Callable[[str, float], None]
"""Told the step and how much of the work is done (0..1)."""

# What is wrong with a cell, and what was expected.
EMPTY = ("the cell is empty", "a value")
NO_NUMBER = ("the cell holds no number", "digits with a point, no thousands sign")
NOT_FINITE = ("the number is not finite", "a finite number")
NOT_WHOLE = ("the number is not whole", "a whole number")
NO_SHARE = ("the share lies outside its range", "0 to 1")
NO_NAME = ("the name has signs that a name cannot have", "letters, digits and _")
NO_CHOICE = "the word is not one of the choices"

SCHEMA = "columns.csv"
SHARE_TOLERANCE = 1e-9
# fmt: off
TABLES = (
    "sources", "countries", "sites", "links", "demand", "assumptions", "compositions", "shares",
    "outputs", "needs", "demand_totals", "blocks", "market_rules", "stakes", "events", "trade",
)
# fmt: on
"""The tables that every data folder describes and holds."""
READY_MADE = ("flows", "recovery", "end_uses")
"""The tables of a ready-made network, which a folder may hold instead (loaders/bulk.py)."""
SUFFIXES = (".csv", ".parquet")
"""What they and the sites of such a network may be saved as."""


@dataclass(frozen=True, slots=True)
class Column:
    """One line of `columns.csv`."""

    table: str
    name: str
    type: str
    unit: str
    required: bool
    meaning: str

    @property
    def choices(self) -> tuple[str, ...]:
        kind, _, rest = self.type.partition(":")
        return tuple(rest.split("|")) if kind == "choice" else ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; values are typed by the column they stand in."""

    table: str
    line: int
    values: Mapping[str, Value]

    def text(self, column: str) -> str:
        value = self.values[column]
        return "" if value is None else str(value)

    def number(self, column: str) -> float:
        value = self.values[column]
        if not isinstance(value, int | float):
            raise TypeError(f"{self.table} line {self.line}: {column} holds no number")
        return float(value)

    def optional(self, column: str) -> float | None:
        return None if self.values[column] is None else self.number(column)

    def integer(self, column: str) -> int | None:
        value = self.optional(column)
        return None if value is None else int(value)

    def names(self, column: str) -> tuple[str, ...]:
        value = self.values[column]
        return value if isinstance(value, tuple) else ()

    def problem(self, what: str, column: str, **more: str) -> Problem:
        return Problem(what, f"{self.table}.csv", self.line, column, **more)


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a data folder by name."""

    rows: Mapping[str, tuple[Row, ...]]

    def __getitem__(self, table: str) -> tuple[Row, ...]:
        return self.rows[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)


def shipped_folder() -> Path:
    """The tables that magnetrace ships: in the package or, in a checkout, beside it."""
    here = Path(__file__).resolve().parent
    packaged = here / "_data"
    return packaged if packaged.is_dir() else here.parent / "data"


def is_ready_made(folder: Path) -> bool:
    """Whether a folder holds flows of its own instead of the facts that flows are made from."""
    return bool(files_of(folder, "flows"))


def files_of(folder: Path, table: str) -> list[Path]:
    """The files that hold a table of a ready-made network; there should be one at most."""
    paths = [folder / f"{table}{suffix}" for suffix in SUFFIXES]
    return [path for path in paths if path.is_file()]


def read_schema(folder: Path) -> dict[str, tuple[Column, ...]]:
    """The columns of each table, in order. Raises DataError where the schema is missing."""
    path = folder / SCHEMA
    if not path.is_file():
        raise DataError(
            [
                Problem(
                    f"{folder} is not a data folder",
                    SCHEMA,
                    expected="a file that describes the tables",
                    got="no such file",
                    advice="Name a folder that holds the tables, or leave the option out.",
                )
            ]
        )
    tables: dict[str, list[Column]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            column = Column(
                line["table"],
                line["column"],
                line["type"],
                line["unit"],
                line["required"] == "yes",
                line["meaning"],
            )
            tables.setdefault(column.table, []).append(column)
    return {table: tuple(columns) for table, columns in tables.items()}


def read_tables(folder: Path) -> tuple[Tables, list[Problem]]:
    """Read every table of `folder`. Rows with a problem are left out and reported."""
    schema = read_schema(folder)
    rows: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    problems = [
        Problem(
            f"the table {table} is not described",
            SCHEMA,
            advice="Copy its lines from the data folder that magnetrace ships.",
        )
        for table in TABLES
        if table not in schema
    ]
    for table, columns in schema.items():
        if table in READY_MADE:
            continue
        good, bad = read_table(folder / f"{table}.csv", columns)
        rows[table] = good
        problems += bad
    return Tables(rows), problems


def read_beside(folder: Path) -> tuple[Tables, list[Problem]]:
    """The few tables of facts that a ready-made network needs; all others are empty.

    Countries and assumptions are those that magnetrace ships where the folder has none; the
    publications of the folder stand before the shipped ones.
    """
    shipped = shipped_folder()
    schema = read_schema(shipped)
    rows: dict[str, tuple[Row, ...]] = dict.fromkeys(TABLES, ())
    problems: list[Problem] = []
    for table in ("countries", "assumptions", "sources"):
        own = folder / f"{table}.csv"
        path = own if own.is_file() else shipped / own.name
        rows[table], found = read_table(path, schema[table])
        problems += found
    known = {row.text("id") for row in rows["sources"]}
    more, _ = read_table(shipped / "sources.csv", schema["sources"])
    rows["sources"] += tuple(row for row in more if row.text("id") not in known)
    return Tables(rows), problems


def read_table(path: Path, columns: tuple[Column, ...]) -> tuple[tuple[Row, ...], list[Problem]]:
    """Read one CSV file of `columns`; returns the good rows and the problems of the others."""
    table, name = path.stem, path.name
    problems: list[Problem] = []
    rows: list[Row] = []
    lines = csv_lines(path, problems)
    _, header = next(lines, (1, []))
    if not problems:
        problems += header_problems(name, header, columns)
    if problems:
        return (), problems
    by_name = {column.name: column for column in columns}
    for line, cells in lines:
        values: dict[str, Value] = {}
        found: list[Problem] = []
        for column_name, cell in zip(header, cells, strict=True):
            value, problem = _value(by_name[column_name], cell.strip())
            values[column_name] = value
            if problem:
                found.append(Problem(problem[0], name, line, column_name, problem[1], repr(cell)))
        if found:
            problems += found
        else:
            rows.append(Row(table, line, values))
    return tuple(rows), problems


def csv_lines(path: Path, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The header of a CSV file and its rows, each with the line it starts on.

    Blank rows are left out. What cannot be read is left out too and added to `problems`.
    """
    name = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem("the table is missing", name, advice="Add the file."))
        return
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        advice = "Save it as CSV in UTF-8."
        problems.append(Problem("the file is not UTF-8 text", name, line, advice=advice))
        return
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        yield 1, header
        start = lines.line_num + 1
        for cells in lines:
            line, start = start, lines.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == len(header):
                yield line, cells
                continue
            problems.append(
                Problem(
                    "the line has the wrong number of cells",
                    name,
                    line,
                    expected=str(len(header)),
                    got=str(len(cells)),
                    advice="Put text that holds a comma in double quotes.",
                )
            )
    except csv.Error as error:
        problems.append(
            Problem(
                f"the line is not CSV ({error})",
                name,
                lines.line_num,
                advice="Check its quotes.",
            )
        )


def header_problems(
    name: str,
    header: list[str],
    columns: Iterable[Column],
    needed: Collection[str] | None = None,
) -> list[Problem]:
    """What is wrong with the names of the columns; all must be there, or those `needed`."""
    expected = [column.name for column in columns]
    missing = [
        column for column in (expected if needed is None else needed) if column not in header
    ]
    extra = [column for column in header if column not in expected]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        advice = "Use commas between the cells."
        return [Problem("the cells are not separated by commas", name, 1, advice=advice)]
    problems = [
        Problem("the column is missing", name, 1, column, advice="Add it to the header line.")
        for column in missing
    ]
    problems += [
        Problem(
            "the column is not known",
            name,
            1,
            column,
            expected=", ".join(expected),
            advice="Rename or remove it.",
        )
        for column in extra
    ]
    if len(set(header)) < len(header):
        problems.append(Problem("a column stands twice", name, 1, advice="Remove one of them."))
    return problems


def _value(column: Column, cell: str) -> tuple[Value, tuple[str, str] | None]:
    """The typed value of a cell, or what is wrong with it and what was expected."""
    if not cell:
        if column.required:
            return None, EMPTY
        return (() if column.type in {"sources", "list"} else None), None
    if column.type in {"number", "share", "integer"}:
        return _number(column.type, cell)
    if column.choices and cell not in column.choices:
        return None, (NO_CHOICE, ", ".join(column.choices))
    if column.type in {"sources", "list"}:
        return names_in(cell), None
    if column.type == "id" and not cell.replace("_", "").isalnum():
        return None, NO_NAME
    return cell, None


def names_in(cell: str) -> tuple[str, ...]:
    """The names of a list in one cell, parted by semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _number(kind: str, cell: str) -> tuple[Value, tuple[str, str] | None]:
    try:
        number = float(cell)
    except ValueError:
        return None, NO_NUMBER
    if not math.isfinite(number):
        return None, NOT_FINITE
    if kind == "share" and not -SHARE_TOLERANCE <= number <= 1 + SHARE_TOLERANCE:
        return None, NO_SHARE
    if kind == "integer":
        if not number.is_integer():
            return None, NOT_WHOLE
        return int(number), None
    return number, None
