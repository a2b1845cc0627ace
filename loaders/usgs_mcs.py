"""USGS Mineral Commodity Summaries, data release: mine output, reserves and US figures.

Two formats: the long table of all chapters (2026), one row a figure, and the wide table of one
commodity (2024), one row a country. The edition is part of the source: editions disagree on the
same country and year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from graph.errors import DataError, Problem, listed
from loaders.countries import by_name
from loaders.public import (
    Figure,
    Publication,
    Quantity,
    RawRow,
    Taken,
    encoding_of,
    filled,
    nothing_found,
    quantity,
    read_csv,
)

EXPECTED = "the Mineral Commodity Summaries data file of USGS (CSV)"
LONG = (
    *("MCS chapter", "Section", "Commodity", "Country", "Statistics", "Statistics_detail"),
    *("Unit", "Year", "Value", "Notes"),
)
WIDE = ("Source", "Country", "Type", "Prod_notes", "Reserves_t", "Reserves_notes")
ADVICE = "Give the file of all commodities, or the one of rare earths."
CHAPTERS = ("RARE EARTHS", "RARE EARTHS (Heavy)", "YTTRIUM", "SCANDIUM")
MINED = "mine production"
RESERVES = "reserves"
TONNES = {"metric tons": 1.0, "thousand metric tons": 1000.0}
PRODUCTION = re.compile(r"Prod_t_(?:est_)?(\d{4})")
YEARS = re.compile(r"(\d{4})(?:[–-](\d{2,4}))?")


def read(path: Path) -> tuple[RawRow, ...]:
    """The rows as published. Raises DataError for another file."""
    rows = read_csv(path, (LONG, WIDE), EXPECTED, encoding=encoding_of(path))
    return filled(path, rows, "rare earths", ADVICE)


def transform(rows: Sequence[RawRow]) -> Taken[Figure]:
    """Figures of the rare-earth chapters, tonnes of REO for mine output and reserves.

    Raises DataError with every cell that cannot be read.
    """
    if rows and set(LONG) <= rows[0].cells.keys():
        return _long(rows)
    return _wide(rows)


def publication(edition: int) -> Publication:
    """What sources.csv says of an edition."""
    title = f"USGS Mineral Commodity Summaries {edition}, rare earths: mine output by country"
    publisher = "U.S. Geological Survey"
    licence = "CC0 1.0" if edition >= 2026 else "public domain"
    kind = "official statistics"
    return Publication(f"usgs_mcs{edition}", title, publisher, str(edition), "", licence, kind)


def _long(rows: Sequence[RawRow]) -> Taken[Figure]:
    ours = [row for row in rows if row.cells["MCS chapter"] in CHAPTERS]
    left_out = Counter({"other chapters": len(rows) - len(ours)})
    problems: list[Problem] = []
    found: list[tuple[RawRow, int, Quantity]] = []
    for row in ours:
        year, amount = _year(row, problems), _quantity(row, "Value", problems)
        if year is not None and amount is not None:
            found.append((row, year, amount))
    if problems:
        raise DataError(listed(problems))
    if not found:
        raise _no_rare_earths(rows)
    # Each edition ends with the year before it.
    edition = publication(max(year for _, year, _ in found) + 1)
    figures = tuple(_figure(row, year, amount, edition.id) for row, year, amount in found)
    return Taken(figures, edition, +left_out)


def _figure(row: RawRow, year: int, amount: Quantity, source: str) -> Figure:
    cells = row.cells
    factor = TONNES.get(cells["Unit"])
    amount = amount.times(factor or 1.0)
    span = cells["Year"] if cells["Year"] != str(year) else ""
    notes = (cells["Notes"], amount.remark, span)
    return Figure(
        subject=by_name(cells["Country"]) or cells["Country"],
        measure=_measure(cells["MCS chapter"], cells["Commodity"], cells["Statistics_detail"]),
        year=year,
        value=amount.value,
        unit="t" if factor else cells["Unit"],
        source=source,
        low=amount.low,
        high=amount.high,
        estimated=cells["Notes"].startswith("Estimated"),
        note="; ".join(note for note in notes if note),
    )


def _measure(chapter: str, commodity: str, detail: str) -> str:
    plain = " ".join(detail.removesuffix(": rounded").split())
    if chapter == "RARE EARTHS" and plain.lower() in (MINED, RESERVES):
        return plain.lower()
    return f"{commodity}: {plain}"


def _wide(rows: Iterable[RawRow]) -> Taken[Figure]:
    rows = tuple(rows)
    left_out: Counter[str] = Counter()
    problems: list[Problem] = []
    figures: list[Figure] = []
    edition: Publication | None = None
    for row in rows:
        cells = row.cells
        kind = cells["Type"].lower()
        if not cells["Country"]:
            left_out["notes"] += 1
            continue
        if not kind.startswith("rare earths, mine production") or "metric tons" not in kind:
            left_out["other commodities"] += 1
            continue
        issue = re.fullmatch(r"MCS ?(\d{4})", cells["Source"])
        if issue is None:
            problems.append(row.problem("the edition is not named", "Source", "MCS and a year"))
            continue
        edition = publication(int(issue[1]))
        columns = [
            (int(found[1]), column, MINED, "Prod_notes")
            for column in cells
            if (found := PRODUCTION.fullmatch(column))
        ]
        columns.append((int(issue[1]) - 1, "Reserves_t", RESERVES, "Reserves_notes"))
        for year, column, measure, notes in columns:
            amount = _quantity(row, column, problems)
            if amount is None:
                continue
            figures.append(
                Figure(
                    subject=by_name(cells["Country"]) or cells["Country"],
                    measure=measure,
                    year=year,
                    value=amount.value,
                    unit="t",
                    source=edition.id,
                    low=amount.low,
                    high=amount.high,
                    estimated="_est_" in column,
                    note="; ".join(note for note in (cells[notes], amount.remark) if note),
                )
            )
    if problems:
        raise DataError(listed(problems))
    if edition is None:
        raise _no_rare_earths(rows)
    return Taken(tuple(figures), edition, left_out)


def _year(row: RawRow, problems: list[Problem]) -> int | None:
    """The year, the last one of a span such as 2021–24."""
    found = YEARS.fullmatch(row.cells["Year"])
    if found is None:
        problems.append(row.problem("the cell holds no year", "Year", "2025 or 2021–24"))
        return None
    first, last = found[1], found[2] or ""
    return int(first[: 4 - len(last)] + last)


def _quantity(row: RawRow, column: str, problems: list[Problem]) -> Quantity | None:
    try:
        return quantity(row.cells[column])
    except ValueError:
        expected = "a number, a range, a bound, NA, W, XX, E or —"
        problems.append(row.problem("the cell holds no quantity", column, expected))
        return None


def _no_rare_earths(rows: Sequence[RawRow]) -> DataError:
    name = rows[0].file if rows else ""
    return nothing_found(name, "rare earths", ADVICE)
