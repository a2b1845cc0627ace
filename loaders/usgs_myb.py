"""USGS Minerals Yearbook, rare earths, tables as a workbook: mine output and what ores hold.

Footnote marks stand in cells of their own beside a figure, or glued to the end of a name
(`Indiae, 4`); the words of a footnote stand below the table, behind their number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from graph.errors import DataError, Problem, listed
from loaders.countries import by_name, glued
from loaders.public import (
    Figure,
    Publication,
    Quantity,
    SheetRow,
    Taken,
    filled,
    nothing_found,
    quantity,
    read_workbook,
)
from loaders.usgs_mcs import MINED

EXPECTED = "the rare-earth tables of the USGS Minerals Yearbook (.xlsx)"
MINES = "WORLD MINE PRODUCTION"
CONTENTS = "RARE EARTH CONTENTS"
DITTO = "do."
NOTE = re.compile(r"(\d{1,2})(?=\D)(.+)")
LEDGER = {"ndpr": ("Nd", "Pr"), "dy": ("Dy",), "tb": ("Tb",), "sm": ("Sm",)}
"""Columns of compositions.csv and the elements they add up."""
ESTIMATED = "e"


def read(path: Path) -> tuple[SheetRow, ...]:
    """Every row of the workbook. Raises DataError for another file."""
    return filled(path, read_workbook(path, EXPECTED), "rows", f"Give {EXPECTED}.")


def transform(rows: Sequence[SheetRow]) -> Taken[Figure]:
    """Mine output in tonnes of REO by country and year, then shares of the REO by deposit (0..1).

    Raises DataError where a table is missing or a cell cannot be read.
    """
    problems: list[Problem] = []
    left_out: Counter[str] = Counter()
    mines, contents = _table(rows, MINES), _table(rows, CONTENTS)
    years = _years(mines)
    source = publication(max(years.values()))
    figures = (
        *_mines(mines, years, source.id, problems, left_out),
        *_contents(contents, max(years.values()), source.id, problems),
    )
    if problems:
        raise DataError(listed(problems))
    return Taken(figures, source, left_out)


def publication(year: int) -> Publication:
    """What sources.csv says of the Yearbook of a year."""
    return Publication(
        f"usgs_myb{year}",
        f"Minerals Yearbook {year}, rare earths, tables",
        "U.S. Geological Survey",
        "",
        "",
        "public domain",
        "official statistics",
    )


def _table(rows: Sequence[SheetRow], title: str) -> tuple[SheetRow, ...]:
    """The rows of the sheet whose title, above its figures, holds `title`."""
    sheets = [row.sheet for row in rows if row.line <= 5 and title in row.text(0).upper()]
    if not sheets:
        name = rows[0].file if rows else ""
        raise nothing_found(name, f"table called {title.lower()}", f"Give {EXPECTED}.")
    return tuple(row for row in rows if row.sheet == sheets[0])


def _years(table: Sequence[SheetRow]) -> dict[int, int]:
    """The years of the mine table by column."""
    for row in table:
        years = {
            column: int(row.text(column))
            for column in range(1, len(row.cells))
            if re.fullmatch(r"(19|20)\d\d", row.text(column))
        }
        if len(years) > 1:
            return years
    raise nothing_found(table[0].file, "line of years above mine production", f"Give {EXPECTED}.")


def _notes(table: Sequence[SheetRow]) -> dict[str, str]:
    """The words of the footnotes by number."""
    return {
        found[1]: found[2].strip()
        for row in table
        if not any(row.text(column) for column in range(1, len(row.cells)))
        and (found := NOTE.fullmatch(row.text(0)))
    }


def _mines(
    table: Sequence[SheetRow],
    years: dict[int, int],
    source: str,
    problems: list[Problem],
    left_out: Counter[str],
) -> Iterator[Figure]:
    notes = _notes(table)
    for row in table:
        if not any(row.text(column) for column in years) or row.text(0).startswith("Country"):
            continue
        name, marks = glued(row.text(0))
        if not name:
            left_out["rows without a name"] += 1
            continue
        for column, year in years.items():
            amount = _quantity(row, column, problems)
            if amount is None:
                continue
            seen = _marks(marks) | _marks(row.text(column + 1))
            words = (notes.get(mark, "") for mark in sorted(seen))
            yield Figure(
                subject=by_name(name) or name,
                measure=MINED,
                year=year,
                value=amount.value,
                unit="t",
                source=source,
                low=amount.low,
                high=amount.high,
                estimated=ESTIMATED in seen,
                note="; ".join(word for word in (*words, amount.remark) if word),
            )


def _marks(text: str) -> set[str]:
    return set(re.findall(r"\d+|[a-z]", text))


def _contents(
    table: Sequence[SheetRow], year: int, source: str, problems: list[Problem]
) -> Iterator[Figure]:
    columns: dict[str, int] = {}
    places: list[tuple[SheetRow, str, list[str]]] = []
    mineral = ""
    for row in table:
        if not columns:
            head = {row.text(column): column for column in range(len(row.cells))}
            if {"Location", "La", *chain.from_iterable(LEDGER.values())} <= set(head):
                columns = head
            continue
        place = row.text(columns["Location"])
        if not place:
            continue
        if row.text(columns["La"]):
            first = row.text(0)
            mineral = mineral if first.lower() == DITTO else first
            places.append((row, mineral, [place]))
        elif places:  # a name that runs on below its figures
            places[-1][2].append(place)
    if not places:
        raise nothing_found(table[0].file, "ore in its table of contents", f"Give {EXPECTED}.")
    for row, mineral, parts in places:
        place = " ".join(parts).rstrip("0123456789, ")
        for measure, elements in LEDGER.items():
            amounts = [_quantity(row, columns[element], problems) for element in elements]
            values = [amount.value for amount in amounts if amount is not None]
            known = [value for value in values if value is not None]
            remarks = [amount.remark for amount in amounts if amount and amount.remark]
            yield Figure(
                subject=f"{place} ({mineral.lower()})",
                measure=measure,
                year=year,
                value=round(sum(known) / 100, 6) if len(known) == len(elements) else None,
                unit="share of total REO",
                source=source,
                note="; ".join(remarks),
            )


def _quantity(row: SheetRow, column: int, problems: list[Problem]) -> Quantity | None:
    try:
        return quantity(row.cells[column] if column < len(row.cells) else None)
    except ValueError:
        expected = "a number, a bound, NA or --"
        problems.append(row.problem("the cell holds no quantity", column, expected))
        return None
