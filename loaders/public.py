"""What the loaders of public files share: raw rows, typed rows, and how quantities are printed."""

from __future__ import annotations

import csv
import io
import math
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from openpyxl import load_workbook

from graph.errors import DataError, Problem
from loaders.archive import Budget, check_workbook

SHOWN = 60
WORKBOOK = "an Excel workbook (.xlsx)"
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawRow:
    """A line of a CSV file as published."""

    file: str
    line: int
    cells: Cells

    def problem(self, what: str, column: str, expected: str = "", advice: str = "") -> Problem:
        got = repr(self.cells.get(column, ""))[:SHOWN]
        return Problem(what, self.file, self.line, column, expected, got, advice)

    def amount(self, column: str, problems: list[Problem]) -> float | None:
        """The number of at least 0 in a cell; what is none joins `problems`."""
        try:
            value = float(self.cells[column])
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            expected = "a number of at least 0"
            problems.append(self.problem("the cell holds no number", column, expected))
            return None
        return value


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a sheet of a workbook as published: cells from column A on."""

    file: str
    sheet: str
    line: int
    cells: tuple[object, ...]

    def text(self, column: int) -> str:
        """The cell as text with single spaces; empty where there is none."""
        cell = self.cells[column] if column < len(self.cells) else None
        return "" if cell is None else " ".join(str(cell).split())

    def problem(self, what: str, column: int, expected: str = "", advice: str = "") -> Problem:
        place = f"{self.file}, sheet {self.sheet}"
        got = repr(self.text(column))[:SHOWN]
        return Problem(what, place, self.line, str(column + 1), expected, got, advice)


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure. `value` is None where none is given; a range keeps its bounds."""

    subject: str
    """ISO3 of a country, WLD, ZZZ, a name that is not known, or a deposit"""
    measure: str
    year: int
    value: float | None
    unit: str
    source: str
    low: float | None = None
    high: float | None = None
    estimated: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """What one country sold to another in a year: evidence, never a plant's flow or a capacity."""

    year: int
    exporter: str
    importer: str
    hs6: str
    """six digits, or the four of a whole heading"""
    kusd: float
    tonnes: float | None
    is_estimated: bool | None
    """whether the weight is an estimate; None where the publisher does not say"""
    good: str
    source: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where rare earths are known: names, ISO3, degrees."""

    number: str
    names: tuple[str, ...]
    country: str
    lat: float
    lon: float
    production: str
    source: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A row of sources.csv for what a file holds."""

    id: str
    title: str
    publisher: str
    date: str
    url: str
    licence: str
    kind: str


T = TypeVar("T", Figure, Trade, Occurrence)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Taken(Generic[T]):
    """What was taken from a file, and what was left out: how many rows by reason."""

    rows: tuple[T, ...]
    publication: Publication
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A printed quantity: a value, or only bounds, or none with the reason."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    remark: str = ""

    def times(self, factor: float) -> Quantity:
        """The quantity in another unit."""
        value, low, high = (
            None if x is None else x * factor for x in (self.value, self.low, self.high)
        )
        return Quantity(value, low, high, self.remark)


NO_VALUE = {
    "": "empty",
    "NA": "not available",
    "W": "withheld by the publisher",
    "XX": "not applicable",
    "E": "net exporter",
}
ZERO = {"—", "–", "-", "--", "—e"}
_DIGITS = r"\d[\d,]*(?:\.\d+)?|\.\d+"
NUMBER = re.compile(rf"({_DIGITS})")
BOUND = re.compile(rf"(>|<|more than|less than)\s*({_DIGITS}|½|1/2)(?: units?)?", re.IGNORECASE)
RANGE = re.compile(rf"({_DIGITS})\s*[–—-]\s*({_DIGITS})")


def quantity(cell: object) -> Quantity:
    """A cell as USGS prints quantities. Raises ValueError for anything else.

    A range or bound gives no value: its middle would be a guess.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell):
        return Quantity(float(cell))
    text = "" if cell is None else str(cell).strip()
    if text in NO_VALUE:
        return Quantity(remark=NO_VALUE[text])
    if text in ZERO:
        return Quantity(0.0)
    if found := NUMBER.fullmatch(text):
        return Quantity(_number(found[1]))
    if found := RANGE.fullmatch(text):
        return Quantity(low=_number(found[1]), high=_number(found[2]), remark=f"range {text}")
    if found := BOUND.fullmatch(text):
        bound = 0.5 if found[2] in ("½", "1/2") else _number(found[2])
        if found[1].lower() in (">", "more than"):
            return Quantity(low=bound, remark=f"more than {found[2]}")
        return Quantity(high=bound, remark=f"less than {found[2]}")
    raise ValueError(f"no quantity: {text!r}")


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    if not math.isfinite(value):
        raise ValueError(f"no quantity: {text[:SHOWN]!r}")
    return value


def encoding_of(path: Path) -> str:
    """UTF-8 where the bytes are UTF-8, else the Windows code page that USGS uses."""
    try:
        _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def read_csv(
    path: Path,
    headers: Sequence[Sequence[str]],
    expected: str,
    *,
    encoding: str = "utf-8-sig",
    keep: tuple[str, Callable[[str], bool]] | None = None,
) -> Iterator[RawRow]:
    """The rows of a CSV file whose header holds one of `headers`; rows of empty cells are skipped.

    `keep` names a column and says of its cell whether the row is wanted.
    Raises DataError where the file is another one, is no text or breaks off within a row.
    """
    try:
        with path.open(encoding=encoding, newline="") as file:
            lines = csv.reader(file, strict=True)
            header = [cell.strip() for cell in next(lines, [])]
            if not any(set(names) <= set(header) for names in headers):
                columns = " or ".join(", ".join(names) for names in headers)
                raise wrong_file(path, f"the columns {columns}", ", ".join(header), expected)
            if twice := [n for n in dict.fromkeys(header) if n and header.count(n) > 1]:
                raise wrong_file(path, "each column once", ", ".join(twice), expected)
            column, wanted = (header.index(keep[0]), keep[1]) if keep else (0, None)
            for cells in lines:
                # First of all: a year of world trade has ten million rows, a few thousand of use.
                if wanted and len(cells) > column and not wanted(cells[column].strip()):
                    continue
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    raise DataError(
                        [
                            Problem(
                                "the line has the wrong number of cells",
                                path.name,
                                lines.line_num,
                                expected=str(len(header)),
                                got=str(len(cells)),
                                advice="Fetch the file again; it may have been cut off.",
                            )
                        ]
                    )
                row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
                yield RawRow(path.name, lines.line_num, row)
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise wrong_file(path, "text in CSV", str(error), expected) from error


def read_workbook(path: Path, expected: str) -> tuple[SheetRow, ...]:
    """Every row of every sheet with something in it. Raises DataError if it is no workbook."""
    rows: list[SheetRow] = []
    content = _bytes(path)
    if problems := check_workbook(path.name, content, Budget()):
        raise wrong_file(path, WORKBOOK, problems[0].what, expected)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # print areas and styles of no concern
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                    if any(cell is not None for cell in cells):
                        rows.append(SheetRow(path.name, sheet.title, line, tuple(cells)))
    # The reader of workbooks meets damaged ones with errors of every kind.
    except Exception as error:
        got = f"a file that does not open as one ({error})"
        raise wrong_file(path, WORKBOOK, got, expected) from error
    return tuple(rows)


def wrong_file(path: Path, expected: str, got: str, publication: str) -> DataError:
    """The error for a file that is not what its loader reads."""
    advice = f"Give {publication}, as published."
    return DataError(
        [
            Problem(
                "this is not the file expected",
                path.name,
                1,
                expected=expected,
                got=repr(got[: 2 * SHOWN]),
                advice=advice,
            )
        ]
    )


def nothing_found(file: str, what: str, advice: str) -> DataError:
    """The error for a file of the right kind with no row of use in it."""
    return DataError([Problem(f"the file holds no {what}", file, advice=advice)])


def filled(path: Path, rows: Iterable[R], what: str, advice: str) -> tuple[R, ...]:
    """The rows of a file. Raises DataError where there are none."""
    found = tuple(rows)
    if not found:
        raise nothing_found(path.name, what, advice)
    return found


def _missing(path: Path) -> DataError:
    advice = "Check the path."
    return DataError([Problem("there is no such file", str(path), advice=advice)])


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _missing(path) from error
