"""CEPII BACI: who sold how much to whom, by HS code of six digits and year.

Columns t, i, j, k, v, q: year, exporter, importer, code, thousand US dollars, tonnes. Values of
the two sides are reconciled by CEPII; the quantity is missing in some rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from graph.errors import DataError, Problem, listed
from loaders.countries import by_number
from loaders.goods import GOODS, good
from loaders.public import Publication, RawRow, Taken, Trade, filled, nothing_found, read_csv

EXPECTED = "a year of CEPII BACI (CSV: BACI_HS92_Y2024_V202601.csv or a part of it)"
COLUMNS = ("t", "i", "j", "k", "v", "q")
RELEASE = re.compile(r"_V(\d{4})\d{2}[a-z]?\.csv$", re.IGNORECASE)
LAG = 2
"""Years from the newest trade in a release to the year of its name."""


def read(path: Path) -> tuple[RawRow, ...]:
    """The rows of the codes kept (see `goods`), as published. Raises DataError for another file."""
    rows = read_csv(path, (COLUMNS,), EXPECTED, keep=("k", _is_kept))
    return filled(path, rows, f"trade under {', '.join(sorted(GOODS))}", f"Give {EXPECTED}.")


def _is_kept(code: str) -> bool:
    # What is no code at all is kept, for `transform` to name.
    return _six_digits(code) in GOODS or not code.isdecimal()


def _six_digits(code: str) -> str:
    """The code with the leading zeros that a spreadsheet drops: 28469 is 028469."""
    return code.zfill(6)


def transform(rows: Sequence[RawRow]) -> Taken[Trade]:
    """Country-to-country trade in thousand US dollars and tonnes.

    Left out, and counted: flows of a country to itself, groups and areas that are no country.
    Raises DataError with every cell that cannot be read and every flow that stands twice.
    """
    left_out: Counter[str] = Counter()
    problems: list[Problem] = []
    read_rows: list[tuple[int, str, str, str, float, float | None]] = []
    first: dict[tuple[int, str, str, str], int] = {}
    for row in rows:
        values = _values(row, problems)
        if values is None:
            continue
        year, seller, buyer, code, kusd, tonnes = values
        exporter, importer = by_number(seller), by_number(buyer)
        if seller == buyer:
            left_out["flows of a country to itself"] += 1
        elif exporter is None or importer is None:
            left_out["areas that are no country"] += 1
        elif (key := (year, exporter, importer, code)) in first:
            expected = f"one row, as on line {first[key]}"
            problems.append(row.problem("the flow stands twice", "k", expected))
        else:
            first[key] = row.line
            read_rows.append((year, exporter, importer, code, kusd, tonnes))
    if problems:
        raise DataError(listed(problems))
    if not read_rows:
        raise nothing_found(rows[0].file, "trade between two countries", f"Give {EXPECTED}.")
    release = RELEASE.search(rows[0].file)
    newest = int(release[1]) - LAG if release else max(each[0] for each in read_rows)
    source = publication(newest)
    trades = tuple(
        Trade(year, exporter, importer, code, kusd, tonnes, None, what, source.id)
        for year, exporter, importer, code, kusd, tonnes in read_rows
        for what in (good(year, exporter, importer, code),)
    )
    return Taken(trades, source, left_out)


def publication(newest: int) -> Publication:
    """What sources.csv says of the release that ends with the year `newest`."""
    return Publication(
        f"cepii_baci_{newest}",
        f"BACI bilateral trade, rare earths and magnets, release to {newest}",
        "CEPII",
        str(newest + LAG),
        "",
        "Etalab Open Licence 2.0",
        "database",
    )


def _values(
    row: RawRow, problems: list[Problem]
) -> tuple[int, int, int, str, float, float | None] | None:
    before = len(problems)
    code = _six_digits(row.cells["k"])
    if code not in GOODS:
        problems.append(row.problem("the code is no HS code", "k", "six digits as text"))
    numbers = {
        column: row.amount(column, problems)
        for column in COLUMNS
        if column != "k" and not (column == "q" and row.cells["q"] in ("", "NA"))
    }
    for column in ("t", "i", "j"):
        value = numbers[column]
        if value is not None and not (value.is_integer() and value <= 9999):
            expected = "a whole number of at most four digits"
            problems.append(row.problem("the number is not whole, or too large", column, expected))
    if len(problems) > before:
        return None
    t, i, j, v = (numbers[column] or 0.0 for column in ("t", "i", "j", "v"))
    return int(t), int(i), int(j), code, v, numbers.get("q")
