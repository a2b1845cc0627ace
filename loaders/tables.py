"""CSV files to typed rows, as `columns.csv` describes them; every problem keeps file and line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import DataError, Problem

Value = str | float | int | tuple[str, ...] | None

SCHEMA = "columns.csv"
SHARE_TOLERANCE = 1e-9
# fmt: off
TABLES = (
    "sources", "countries", "sites", "links", "demand", "assumptions", "compositions", "shares",
    "outputs", "needs", "demand_totals", "blocks", "market_rules", "stakes", "events", "trade",
    "assembly", "snapshots", "series", "observations", "claims",
)
# fmt: on
"""The tables that every data folder describes and holds."""


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
        good, bad = read_table(folder / f"{table}.csv", columns)
        rows[table] = good
        problems += bad
    return Tables(rows), problems


def read_table(path: Path, columns: tuple[Column, ...]) -> tuple[tuple[Row, ...], list[Problem]]:
    """Read one CSV file of `columns`; returns the good rows and the problems of the others."""
    table, name = path.stem, path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return (), [Problem("the table is missing", name, advice="Add the file.")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        advice = "Save it as CSV in UTF-8."
        return (), [Problem("the file is not UTF-8 text", name, line, advice=advice)]
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    rows: list[Row] = []
    try:
        header = next(lines, [])
        problems += _header_problems(name, header, columns)
        if problems:
            return (), problems
        by_name = {column.name: column for column in columns}
        start = lines.line_num + 1
        for cells in lines:
            line, start = start, lines.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
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
                continue
            values: dict[str, Value] = {}
            found: list[Problem] = []
            for column_name, cell in zip(header, cells, strict=True):
                value, problem = _value(by_name[column_name], cell.strip())
                values[column_name] = value
                if problem:
                    found.append(
                        Problem(problem[0], name, line, column_name, problem[1], repr(cell))
                    )
            if found:
                problems += found
            else:
                rows.append(Row(table, line, values))
    except csv.Error as error:
        problems.append(
            Problem(
                f"the line is not CSV ({error})",
                name,
                lines.line_num,
                advice="Check its quotes.",
            )
        )
    return tuple(rows), problems


def _header_problems(name: str, header: list[str], columns: Iterable[Column]) -> list[Problem]:
    expected = [column.name for column in columns]
    missing = [column for column in expected if column not in header]
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
            return None, ("the cell is empty", "a value")
        return (() if column.type in {"sources", "list"} else None), None
    if column.type in {"number", "share", "integer"}:
        return _number(column.type, cell)
    if column.choices and cell not in column.choices:
        return None, ("the word is not one of the choices", ", ".join(column.choices))
    if column.type in {"sources", "list"}:
        return tuple(part.strip() for part in cell.split(";") if part.strip()), None
    if column.type == "id" and not cell.replace("_", "").isalnum():
        return None, ("the name has signs that a name cannot have", "letters, digits and _")
    return cell, None


def _number(kind: str, cell: str) -> tuple[Value, tuple[str, str] | None]:
    try:
        number = float(cell)
    except ValueError:
        return None, ("the cell holds no number", "digits with a point, no thousands sign")
    if not math.isfinite(number):
        return None, ("the number is not finite", "a finite number")
    if kind == "share" and not -SHARE_TOLERANCE <= number <= 1 + SHARE_TOLERANCE:
        return None, ("the share lies outside its range", "0 to 1")
    if kind == "integer":
        if not number.is_integer():
            return None, ("the number is not whole", "a whole number")
        return int(number), None
    return number, None
