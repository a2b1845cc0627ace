"""A ready-made network: flows that are given, not balanced from facts. Made for a million of them.

A folder with flows.csv or flows.parquet is one; beside it stand sites and, where there are any,
recovery, end_uses, sources.csv, countries.csv and assumptions.csv (docs/data.md). The flows are
taken as they are, under the name of whatever snapshot is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from graph.collection import without_collection
from graph.errors import DataError, Problem, UnknownName
from graph.model import Confidence, Flow, Role, Site, Source, Stage, Status
from graph.network import Network
from loaders import Progress
from loaders.cells import names_in
from loaders.columnwise import Finding, Sheet, read_sheet
from loaders.facts import read_sources
from loaders.flow_checks import (
    MATERIAL_IDS,
    Ends,
    check_end_uses,
    check_flows,
    check_loops,
    check_recovery,
    check_sites,
    ends_of,
)
from loaders.ready_made import files_of, read_beside
from loaders.snapshots import Snapshot, named, read_snapshots
from loaders.tables import READY_MADE, TABLES, Schema, Tables, read_schema

NEEDED = {
    "sites": ("id", "name", "stage", "country"),
    "flows": ("origin", "target", "material", "tonnes"),
    "recovery": ("site", "material", "share"),
    "end_uses": ("site", "unit"),
}
"""Columns that must be there and filled; every other one may be left out."""
KINDS = {"stage": Stage, "role": Role, "status": Status, "confidence": Confidence}
DEFAULTS = {f.name: f.default for f in fields(Site) if f.default is not MISSING}
CHUNK = 50_000
"""Flows built between two reports of progress."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a folder holds, before anything is built from it."""

    sites: Sheet
    flows: Sheet
    recovery: Sheet | None
    end_uses: Sheet | None
    sources: tuple[Source, ...]
    ends: Ends


def load_flows(folder: Path, shipped: Path, snapshot: str, progress: Progress) -> Network:
    """The network of `folder`. Its year is the newest of its flows; where none has one, all are of
    the year of the snapshot (one of those that ship).

    Raises DataError with every problem found, of each kind the first MOST_PROBLEMS, and then
    builds nothing; UnknownName for a snapshot that does not exist. Whether inputs and outputs
    balance is not asked here but by `loaders.check`.
    """
    beside, problems = read_beside(folder, shipped)
    known = read_snapshots(beside)
    asked = named(known, snapshot)
    if asked is None:
        raise UnknownName("snapshot", snapshot, known)
    schema = read_schema(shipped, (*TABLES, *READY_MADE))
    parts = _checked(folder, schema, beside, problems, progress)
    with without_collection():
        return _built(parts, asked, progress)


def _built(parts: _Parts, snapshot: Snapshot, progress: Progress) -> Network:
    progress("Building the sites", 0.4)
    sites = _sites(parts.sites, parts.end_uses)
    years = parts.flows.number("year")
    known = years[~np.isnan(years)]
    year = int(known.max()) if len(known) else snapshot.year
    flows: list[Flow] = []
    for chunk in _flows(parts.flows, parts.ends, [site.id for site in sites], year):
        progress("Building the flows", 0.5 + 0.3 * len(flows) / len(parts.flows))
        flows += chunk
    progress("Joining sites and flows", 0.8)
    network = Network.of(
        sites,
        flows,
        snapshot=snapshot.id,
        year=year,
        sources=parts.sources,
        recovery=_recovery(parts.recovery),
    )
    progress("Ready", 1.0)
    return network


def _checked(
    folder: Path,
    schema: Schema,
    beside: Tables,
    before: Iterable[Problem],
    progress: Progress,
) -> _Parts:
    """The parts of a folder. Raises DataError with every problem of every file, those found
    `before` among them."""
    problems = list(before)
    sheets: dict[str, Sheet] = {}
    findings: dict[str, list[Finding]] = {}
    for done, table in enumerate(("sites", *READY_MADE)):
        if table not in ("sites", "flows") and not files_of(folder, table):
            continue
        progress(f"Reading the table {table}", 0.05 * done)
        sheet, unreadable, found = read_sheet(folder, table, schema[table], NEEDED[table])
        problems += unreadable
        if sheet is not None:
            sheets[table], findings[table] = sheet, found
            if not len(sheet):
                problems.append(Problem("the table has no rows", sheet.path.name))
    if problems:
        for table, sheet in sheets.items():
            problems += sheet.problems(findings[table])
        raise DataError(problems)

    progress("Checking the flows", 0.25)
    sites, flows = sheets["sites"], sheets["flows"]
    sources = read_sources(beside)
    ends = ends_of(flows, sites)
    source_ids = {source.id for source in sources}
    countries = {row.text("iso3") for row in beside["countries"]}
    findings["sites"] += check_sites(sites, countries, source_ids)
    findings["flows"] += check_flows(flows, ends, sites, source_ids)
    if "recovery" in sheets:
        findings["recovery"] += check_recovery(sheets["recovery"], sites)
    if "end_uses" in sheets:
        findings["end_uses"] += check_end_uses(sheets["end_uses"], sites)
    for table, sheet in sheets.items():
        problems += sheet.problems(findings[table])
    if not problems:
        problems += check_loops(ends, sites.text("id").to_pylist(), flows.path.name)
    if problems:
        raise DataError(problems)
    cited = _cited(sources, (sites, flows))
    return _Parts(sites, flows, sheets.get("recovery"), sheets.get("end_uses"), cited, ends)


def _cited(sources: Iterable[Source], sheets: Iterable[Sheet]) -> tuple[Source, ...]:
    lists = (cell for sheet in sheets for cell in sheet.coded("sources")[1])
    names = {name for cell in lists for name in names_in(cell)}
    return tuple(source for source in sources if source.id in names)


def _sites(sheet: Sheet, end_uses: Sheet | None) -> list[Site]:
    names = {f.name for f in fields(Site)}
    columns: dict[str, list[Any]] = {
        **{name: _texts(sheet, name) for name in sheet.texts if name in names},
        **{name: _figures(sheet, name) for name in sheet.numbers if name in names},
    }
    ends = {} if end_uses is None else _by_site(end_uses)
    return [
        Site(**dict(zip(columns, values, strict=True)), **ends.get(id, {}))
        for id, values in zip(columns["id"], zip(*columns.values(), strict=True), strict=True)
    ]


def _by_site(end_uses: Sheet) -> dict[str, dict[str, Any]]:
    """Units, their price and their magnets by end use."""
    columns = {
        "unit": end_uses.text("unit").to_pylist(),
        **{name: _figures(end_uses, name) for name in end_uses.numbers},
    }
    return {
        id: dict(zip(columns, values, strict=True))
        for id, values in zip(
            end_uses.text("site").to_pylist(), zip(*columns.values(), strict=True), strict=True
        )
    }


def _texts(sheet: Sheet, column: str) -> list[Any]:
    """Cells as a Site holds them: words, members of an enumeration, or lists of names."""
    if column in ("id", "name"):
        cells: list[Any] = sheet.text(column).to_pylist()
        return cells
    codes, different = sheet.coded(column)
    default = DEFAULTS.get(column)
    if column in KINDS:
        values: list[Any] = [KINDS[column](cell) if cell else default for cell in different]
    elif column in ("sources", "elements"):
        values = [names_in(cell) for cell in different]
    else:
        values = [cell or default for cell in different]
    return [values[code] for code in codes.tolist()]


def _figures(sheet: Sheet, column: str) -> list[Any]:
    """Numbers, None where the cell is empty; years are whole."""
    kind = int if column.endswith("_year") else float
    return [None if np.isnan(value) else kind(value) for value in sheet.number(column).tolist()]


def _flows(sheet: Sheet, ends: Ends, ids: list[str], year: int) -> Iterator[list[Flow]]:
    """Flows in the order of the file, a chunk at a time; equal names and lists are one object."""
    known, words = sheet.coded("confidence")
    kinds = [Confidence(word) if word else Confidence.ASSUMED for word in words]
    cited, lists = sheet.coded("sources")
    sources = [names_in(cell) for cell in lists]
    years = np.nan_to_num(sheet.number("year"), nan=year)
    for start in range(0, len(sheet), CHUNK):
        rows = slice(start, start + CHUNK)
        yield [
            Flow(ids[o], ids[t], MATERIAL_IDS[m], tonnes, content, kinds[k], sources[s], at)
            for o, t, m, tonnes, content, k, s, at in zip(
                ends.origin[rows].tolist(),
                ends.target[rows].tolist(),
                ends.material[rows].tolist(),
                ends.tonnes[rows].tolist(),
                map(tuple, ends.content[rows].tolist()),
                known[rows].tolist(),
                cited[rows].tolist(),
                map(int, years[rows].tolist()),
                strict=True,
            )
        ]


def _recovery(sheet: Sheet | None) -> Mapping[tuple[str, str], float]:
    if sheet is None:
        return {}
    keys = zip(sheet.text("site").to_pylist(), sheet.text("material").to_pylist(), strict=True)
    return dict(zip(keys, sheet.number("share").tolist(), strict=True))
