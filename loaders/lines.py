"""Bytes of a CSV file or a workbook to numbered lines of cells, all of them still text.

Files come from anywhere. Nothing here trusts a name, a size or a dimension that a file states.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, time

from openpyxl import load_workbook

from graph.errors import DataError, Problem, joins
from loaders.cells import TOO_LONG

Line = tuple[int, list[str]]

LONGEST_LINE = 1_000_000
"""Bytes of a line of a CSV file; a table of ours has about a thousand."""
MOST_ROWS = 200_000
"""Rows of a table; each is held in memory as objects."""
SHOWN = 60
"""Characters of a cell that a message repeats."""
SAVE_AS = "Save it as CSV in UTF-8 (in Excel: CSV UTF-8)."
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def shown(text: str) -> str:
    """A cell or a name as a message repeats it."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def printable(text: str) -> str:
    """A name as it may stand in the place of a problem."""
    text = text[:SHOWN]
    return "".join(c if c.isprintable() or joins(text, i) else "?" for i, c in enumerate(text))


def csv_lines(name: str, content: bytes) -> Iterator[Line]:
    """The lines of a CSV file, each with the number of the line it starts on.

    Raises DataError where the bytes are no CSV in UTF-8; lines before that have been given.
    """
    _check_text(name, content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    lines = csv.reader(text, strict=True)
    start = 1
    try:
        for cells in lines:
            yield start, cells
            start = lines.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            what, expected, advice = TOO_LONG
            problem = Problem(what, name, start, "", expected, "more", advice)
            raise DataError([problem]) from error
        raise DataError(
            [
                Problem(
                    f"the line is not CSV ({error})",
                    name,
                    lines.line_num,
                    expected="cells in double quotes, or without any",
                    advice="Check its quotes; a quote inside quotes is written twice.",
                )
            ]
        ) from error


def _check_text(name: str, content: bytes) -> None:
    """Refuse what is no UTF-8 text in lines, and say what it looks like."""

    def refuse(what: str, expected: str, got: str, advice: str, line: int | None = None) -> None:
        raise DataError([Problem(what, name, line, "", expected, got, advice)])

    if not content.strip():
        advice = "Fill it, or start from the template: magnetrace template FOLDER."
        refuse("the file is empty", "a header line", "nothing", advice)
    if content.startswith(b"PK\x03\x04"):
        got, advice = "a zip or a workbook", "Name it .zip or .xlsx, or save the sheet as CSV."
        refuse("the file is not CSV text", "text in CSV", got, advice)
    if content.startswith(_WIDE) or b"\0" in content[:2]:
        refuse("the file is not UTF-8 text", "UTF-8", "UTF-16 or UTF-32", SAVE_AS)
    for number, line in enumerate(io.BytesIO(content), 1):
        if len(line) > LONGEST_LINE:
            got = f"{len(line):,} bytes"
            advice = "Put each row on a line of its own."
            expected = f"at most {LONGEST_LINE:,} bytes"
            refuse("the line is too long", expected, got, advice, number)
        if b"\0" in line:
            advice = "Remove them; a text editor may show them as ^@."
            refuse("the line holds NUL bytes", "text", "NUL", advice, number)
        try:
            line.decode()
        except UnicodeDecodeError as error:
            got = f"the byte 0x{line[error.start]:02x}, as in Windows (cp1252) text"
            refuse("the file is not UTF-8 text", "UTF-8", got, SAVE_AS, number)


def sheets(name: str, content: bytes) -> dict[str, Callable[[], Iterator[Line]]]:
    """The sheets of a workbook by name, each to be read when it is called for.

    Formulas stay formulas (`=…`). The workbook must have passed `archive.check_workbook`.
    Raises DataError where it is none, also while a sheet is read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # print areas and styles of no concern
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        found = list(book.worksheets)
    except Exception as error:
        raise _no_workbook(name, error) from error

    def reader(sheet: object) -> Callable[[], Iterator[Line]]:
        return lambda: _sheet_lines(name, sheet)

    return {sheet.title: reader(sheet) for sheet in found}


def _sheet_lines(name: str, sheet: object) -> Iterator[Line]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    rows = sheet.iter_rows()  # type: ignore[attr-defined]
    line = width = 0
    while True:
        line += 1
        try:
            cells = [_cell_text(cell.value) for cell in next(rows)]
        except StopIteration:
            return
        # The reader of workbooks meets hostile XML with errors of every kind.
        except Exception as error:
            raise _no_workbook(name, error) from error
        while cells and not cells[-1]:
            cells.pop()
        # A row ends with its last cell that is not empty; the header says how many there are.
        width = width or len(cells)
        cells += [""] * (width - len(cells))
        yield line, cells


def _cell_text(value: object) -> str:
    """A cell of a workbook as it would stand in CSV."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ")
        case date():
            return value.isoformat()
    formula = getattr(value, "text", None)  # of a whole range
    return f"={str(formula or '').lstrip('=')}" if hasattr(value, "ref") else str(value)


def _no_workbook(name: str, error: Exception) -> DataError:
    got = f"a file that does not open as one ({type(error).__name__})"
    advice = "Open it in a spreadsheet, save it as .xlsx again, or save the sheet as CSV."
    return DataError(
        [
            Problem(
                "the file is no workbook",
                name,
                expected="an Excel workbook (.xlsx)",
                got=got,
                advice=advice,
            )
        ]
    )
