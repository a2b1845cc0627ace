"""USGS global rare earth element occurrence database, a workbook: places, names and coordinates.

Its word on production is dated (Mountain Pass is a past producer in it) and decides nothing here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from graph.errors import DataError, Problem, listed
from loaders.countries import by_name
from loaders.public import (
    Occurrence,
    Publication,
    SheetRow,
    Taken,
    nothing_found,
    read_workbook,
    wrong_file,
)

EXPECTED = "the global rare earth element occurrence database of USGS (.xlsx)"
COLUMNS = ("ID_No", "Name", "Name_Other", "Country", "Latitude", "Longitude", "P_Status")
PUBLICATION = Publication(
    "usgs_ree_database",
    "USGS global rare earth element occurrence database",
    "U.S. Geological Survey",
    "",
    "https://doi.org/10.5066/P95CQ8NR",
    "public domain",
    "database",
)


def read(path: Path) -> tuple[SheetRow, ...]:
    """The rows, header first. Raises DataError for another file."""
    rows = read_workbook(path, EXPECTED)
    if not rows or not set(COLUMNS) <= set(rows[0].cells):
        got = "" if not rows else ", ".join(str(cell) for cell in rows[0].cells)
        raise wrong_file(path, f"the columns {', '.join(COLUMNS)}", got, EXPECTED)
    return rows


def transform(rows: Sequence[SheetRow]) -> Taken[Occurrence]:
    """Places by name, with ISO3 and degrees. Raises DataError for coordinates that are none.

    Places without coordinates and in countries that are not known are left out, and counted.
    """
    header, *places = rows
    at = {name: header.cells.index(name) for name in COLUMNS}
    left_out: Counter[str] = Counter()
    problems: list[Problem] = []
    found = []
    for row in places:
        country = by_name(row.text(at["Country"]))
        if not row.text(at["Latitude"]) or not row.text(at["Longitude"]):
            left_out["places without coordinates"] += 1
            continue
        lat = _degrees(row, at["Latitude"], 90, problems)
        lon = _degrees(row, at["Longitude"], 180, problems)
        if lat is None or lon is None:
            continue
        if country is None:
            left_out["places in countries that are not known"] += 1
            continue
        others = row.text(at["Name_Other"]).split(",")
        names = (name.strip() for name in (row.text(at["Name"]), *others))
        found.append(
            Occurrence(
                row.text(at["ID_No"]),
                tuple(name for name in names if name),
                country,
                lat,
                lon,
                row.text(at["P_Status"]),
                PUBLICATION.id,
            )
        )
    if problems:
        raise DataError(listed(problems))
    if not found:
        raise nothing_found(header.file, "place with coordinates", f"Give {EXPECTED}.")
    return Taken(tuple(found), PUBLICATION, left_out)


def _degrees(row: SheetRow, column: int, limit: int, problems: list[Problem]) -> float | None:
    try:
        value = float(row.text(column))
    except ValueError:
        value = float("nan")
    if not -limit <= value <= limit:
        expected = f"degrees from -{limit} to {limit}"
        problems.append(row.problem("the cell holds no coordinate", column, expected))
        return None
    return value
