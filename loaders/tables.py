"""Lines of cells to typed rows, as `columns.csv` describes them; a problem keeps file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import MOST_PROBLEMS, DataError, Problem, not_listed
from loaders.cells import Value, typed
from loaders.lines import MOST_ROWS, Line, csv_lines, printable, shown

SCHEMA = "columns.csv"
# fmt: off
TABLES = (
    "sources", "countries", "sites", "links", "demand", "assumptions", "compositions", "shares",
    "outputs", "needs", "demand_totals", "blocks", "market_rules", "stakes", "events", "trade",
    "assembly", "snapshots", "series", "observations", "claims",
)
# fmt: on
"""The tables of a complete data set."""
READY_MADE = ("flows", "recovery", "end_uses")
"""The tables of a network whose flows are given (loaders/ready_made.py); no data set has them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One line of `columns.csv`."""

    table: str
    name: str
    type: str
    unit: str
    required: bool
    meaning: str


Schema = Mapping[str, tuple[Column, ...]]
"""The columns of each table, in order."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; values are typed by the column they stand in.

    `file` is where it was read, where that is not the CSV file of the table's name.
    """

    table: str
    line: int
    values: Mapping[str, Value]
    file: str = ""

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
        return Problem(what, self.file or f"{self.table}.csv", self.line, column, **more)


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a data set by name.

    `refused` holds the names (first column) of rows that were left out for a problem of theirs,
    so that a reference to one is not a second problem; `unread` the tables whose rows are not
    all known.
    """

    rows: Mapping[str, tuple[Row, ...]]
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    def __getitem__(self, table: str) -> tuple[Row, ...]:
        return self.rows[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def names(self, table: str, column: str = "id") -> frozenset[str] | None:
        """What rows of a table are called; None where that cannot be known."""
        if table in self.unread:
            return None
        good = frozenset(row.text(column) for row in self.rows[table])
        return good | self.refused.get(table, frozenset())


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave: its good rows, every problem of the others, and their names."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: frozenset[str] = frozenset()
    whole: bool = False
    """whether every line could be told apart; else rows may be missing"""


_SCHEMA = tuple(
    Column("columns", name, kind, "", required, "")
    for name, kind, required in (
        ("table", "id", True),
        ("column", "id", True),
        ("type", "text", True),
        ("unit", "text", False),
        ("required", "choice:yes|no", True),
        ("meaning", "text", True),
    )
)


def read_schema(folder: Path, among: Collection[str] = TABLES) -> dict[str, tuple[Column, ...]]:
    """The columns of the tables `among`, in order. Raises DataError where there are none."""
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
    lines = read_table(SCHEMA, path.read_bytes(), _SCHEMA)
    if lines.problems:
        raise DataError(lines.problems)
    schema = schema_of(lines.rows)
    return {table: columns for table, columns in schema.items() if table in among}


def read_own_schema(content: bytes) -> Reading:
    """The lines of a `columns.csv` that somebody brings."""
    return read_table(SCHEMA, content, _SCHEMA)


def schema_of(lines: Iterable[Row]) -> dict[str, tuple[Column, ...]]:
    """The columns of each table from the rows of `columns.csv`."""
    tables: dict[str, list[Column]] = {}
    for line in lines:
        table, name, kind, unit, required, meaning = (line.text(c.name) for c in _SCHEMA)
        column = Column(table, name, kind, unit, required == "yes", meaning)
        tables.setdefault(table, []).append(column)
    return {table: tuple(columns) for table, columns in tables.items()}


def read_table(name: str, content: bytes, columns: tuple[Column, ...]) -> Reading:
    """Read the bytes of a CSV file called `name` as a table of `columns`."""
    return read_lines(name, csv_lines(name, content), columns)


def read_lines(name: str, lines: Iterable[Line], columns: tuple[Column, ...]) -> Reading:
    """Read numbered lines of cells, the first with something in it being the header.

    A DataError that `lines` raises joins the problems.
    """
    table = columns[0].table
    by_name = {column.name: column for column in columns}
    rows: list[Row] = []
    problems: list[Problem] = []
    refused: set[str] = set()
    header: list[str] = []
    unlisted = at = 0
    whole = True
    try:
        for count, (line, cells) in enumerate(lines):
            if count > MOST_ROWS:
                return Reading(problems=(*problems, _too_many(name, line)))
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                if found := header_problems(name, line, header, columns):
                    return Reading(problems=tuple(found))
                at = header.index(columns[0].name)
                continue
            values, found = _values(name, line, header, cells, by_name)
            if not found:
                rows.append(Row(table, line, values, name))
                continue
            refused.update(cells[at : at + 1])
            listed = found[: MOST_PROBLEMS - len(problems)]
            problems += listed
            unlisted += len(found) - len(listed)
    except DataError as error:
        problems += error.problems
        whole = False
    if unlisted:
        problems.append(not_listed(unlisted, name))
    if not header and not problems:
        advice = "Fill it, or leave it out."
        problems.append(Problem("the table is empty", name, 1, "", "a header line", "", advice))
    return Reading(tuple(rows), tuple(problems), frozenset(refused), whole and bool(header))


def _values(
    name: str, line: int, header: list[str], cells: list[str], by_name: Mapping[str, Column]
) -> tuple[dict[str, Value], list[Problem]]:
    """The typed values of a line, or every problem of its cells."""
    if len(cells) != len(header):
        return {}, [wrong_length(name, line, header, cells)]
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for column_name, cell in zip(header, cells, strict=True):
        column = by_name[column_name]
        values[column_name], fault = typed(column.type, column.required, cell.strip())
        if fault:
            what, expected, advice = fault
            got = shown(cell)
            problems.append(Problem(what, name, line, column_name, expected, got, advice))
    return values, problems


def wrong_length(name: str, line: int, header: list[str], cells: list[str]) -> Problem:
    """A line with more or fewer cells than the header."""
    what, advice = "the line has the wrong number of cells", "Put text with a comma in quotes."
    return Problem(what, name, line, "", str(len(header)), str(len(cells)), advice)


def header_problems(
    name: str,
    line: int | None,
    header: list[str],
    columns: Iterable[Column],
    needed: Collection[str] | None = None,
) -> list[Problem]:
    """What is wrong with the names of the columns; all must be there, or those `needed`."""
    expected = [column.name for column in columns]
    if len(header) == 1 and (mark := next((m for m in ";\t|" if m in header[0]), "")):
        what, advice = "the cells are not separated by commas", "Use commas between the cells."
        return [Problem(what, name, line, "", "a comma", repr(mark), advice)]
    problems = [
        Problem(
            "the column is missing",
            name,
            line,
            column,
            expected="a column of this name",
            got="none",
            advice="Add it to the header line; its cells may be empty where it is not required.",
        )
        for column in (expected if needed is None else needed)
        if column not in header
    ]
    problems += [
        Problem(
            "the column is not known",
            name,
            line,
            printable(column),
            expected=", ".join(expected),
            got=shown(column),
            advice="Rename or remove it.",
        )
        for column in dict.fromkeys(header)
        if column not in expected
    ]
    problems += [
        Problem(
            "the column stands twice",
            name,
            line,
            printable(column),
            expected="each column once",
            got=str(count),
            advice="Remove all but one.",
        )
        for column, count in Counter(header).items()
        if count > 1
    ]
    return problems[:MOST_PROBLEMS]


def _too_many(name: str, line: int) -> Problem:
    return Problem(
        "the table has too many rows",
        name,
        line,
        expected=f"at most {MOST_ROWS:,} rows",
        got="more",
        advice="Keep the rows that the chain needs.",
    )
