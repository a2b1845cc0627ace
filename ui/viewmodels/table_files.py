"""A table of a page as a file: CSV for programs, a workbook for people.

Text stays text: no cell of either is computed by a spreadsheet.
"""

from __future__ import annotations

import csv as writer
import io
import re
from collections.abc import Callable, Iterable

from openpyxl import Workbook
from openpyxl.cell import Cell as Field
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from graph.store.exchange import NOT_IN_XML
from ui.output import csv_cell
from ui.viewmodels.about import About, facts, publications
from ui.viewmodels.tables import Cell, Table

UNITS = {"share": "%", "tenths": "%", "usd": "USD"}
FORMATS = {"share": "0", "tenths": "0.0", "usd": "#,##0", "number": "#,##0.###"}
IN_HEAD = re.compile(r"(?:^|, )((?:t|kg|units|days|weeks|USD(?:/\w+)?)(?: .*)?)$")
"""A unit that a head already names, behind a comma or as its first word."""
LONGEST = 32_767
"""Letters that a cell of a workbook can hold."""
WIDEST = 60


def csv(table: Table, about: About) -> str:
    """Rows that say by themselves what they are of.

    Units stand in the heads; year, scenario, source, day and link are columns of their own, so that
    they are still there when rows of several files are put together.
    """
    more = {f"Export: {head.lower()}": said for head, said in facts(about)}
    out = io.StringIO()
    lines = writer.writer(out, lineterminator="\n")
    columns = _columns(table)
    lines.writerow(map(csv_cell, (*heads(table), *more)))
    for row in table.rows:
        lines.writerow(map(csv_cell, (*(row.get(name) for name in columns), *more.values())))
    return out.getvalue()


def xlsx(table: Table, about: About, meaning: Callable[[str], str | None]) -> bytes:
    """The table on one sheet; on the other what it is of, its columns and the publications.

    `meaning` explains a column, where the glossary has it.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    first, second = book.create_sheet("Table"), book.create_sheet("About")
    _fill(first, [heads(table), *_values(table)])
    for number, name in enumerate(_columns(table), start=1):
        shown = FORMATS.get(table.kinds.get(name, ""), "General")
        for row in range(2, len(table.rows) + 2):
            first.cell(row, number).number_format = shown
    first.freeze_panes = "A2"
    _fill(second, _told(table, about, meaning))
    _widths(second, wrap=True)
    _widths(first)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def heads(table: Table) -> tuple[str, ...]:
    """Heads with their unit, where they do not name it already."""
    return tuple(
        f"{name}, {unit}"
        if (unit := UNITS.get(table.kinds.get(name, ""), "")) and not name.endswith(unit)
        else name
        for name in _columns(table)
    )


def unit(table: Table, name: str) -> str:
    """The unit of a column; empty for texts, counts and what a column beside it says."""
    found = IN_HEAD.search(name)
    return UNITS.get(table.kinds.get(name, "")) or (found[1] if found else "")


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(table.rows[0]) if table.rows else ()


def _values(table: Table) -> Iterable[tuple[Cell, ...]]:
    columns = _columns(table)
    return (tuple(row.get(name) for name in columns) for row in table.rows)


def _told(
    table: Table, about: About, meaning: Callable[[str], str | None]
) -> Iterable[tuple[Cell, ...]]:
    yield "Title", table.finding
    yield from facts(about)
    yield ()
    yield "Column", "Meaning", "Unit"
    for name in _columns(table):
        yield name, meaning(name), unit(table, name) or "none"
    yield ()
    yield "Publication", "Publisher", "Date", "Address"
    for source in publications(about.network):
        yield source.title, source.publisher, source.date, source.url


def _fill(sheet: Worksheet, rows: Iterable[tuple[Cell, ...]]) -> None:
    for at, row in enumerate(rows, start=1):
        for number, value in enumerate(row, start=1):
            field = _put(sheet, at, number, value)
            if at == 1 or row[:1] in (("Column",), ("Publication",)):
                field.font = Font(bold=True)


def _put(sheet: Worksheet, row: int, column: int, value: Cell) -> Field | MergedCell:
    """A text is marked as one: else a spreadsheet would compute what begins with "="."""
    if not isinstance(value, str):
        return sheet.cell(row, column, value)
    field = sheet.cell(row, column, NOT_IN_XML.sub(" ", value)[:LONGEST])
    field.data_type = "s"
    field.quotePrefix = True
    return field


def _widths(sheet: Worksheet, wrap: bool = False) -> None:
    for number, column in enumerate(sheet.iter_cols(), start=1):
        longest = max((len(str(cell.value or "")) for cell in column), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, longest + 3)
        for cell in column if wrap else ():
            cell.alignment = Alignment(wrap_text=True, vertical="top")
