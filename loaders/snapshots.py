"""The states of the chain that can be balanced, and why another year cannot.

A snapshot is a row of `snapshots.csv`: a year, the day that decides control, and whose rows of
the other tables hold. An outlook also runs plants that are announced, later by `delay_years`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.errors import DataError, Problem, UnknownName
from graph.model import Role, Site, Stage, Status
from loaders.series import values
from loaders.tables import Row, Tables

PLAN = "plan"
"""Marks rows of outputs.csv that hold the announced nameplate output."""
RUNNING = {Status.OPERATING, Status.RAMPING, Status.UNKNOWN}
TO_COME = {Status.CONSTRUCTION, Status.PLANNED, Status.ANNOUNCED}
RAMP_MONTHS = {
    Stage.MINE: "BLD06",
    Stage.SEPARATION: "BLD06",
    Stage.METAL: "BLD02",
    Stage.MAGNET: "BLD02",
}
"""Rows of assumptions.csv: months from first product to nameplate. Mines ramp as separators do."""
MARGINS = {
    "mine output by country": ("mine_output", "WLD", "REO"),
    "separated NdPr oxide outside China": ("separated_output", "MYS", "NdPr oxide"),
    "metal made outside China": ("metal_output", "WLD", "NdPr metal"),
    "world output of NdFeB magnets": ("magnet_output", "WLD", "NdFeB"),
    "magnets used by sector and region": ("magnet_demand", "WLD", "NdFeB, whole split"),
}
"""What a balance of a year needs: in words, and the series (quantity, country, material) that
shows by a value of the year that it is known. Kuantan in Malaysia is most of the oxide made
outside China; no published split of the need covers all sectors and regions."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the chain; `delay_years` is None where no plan counts."""

    id: str
    title: str
    year: int
    based_on: str
    control_date: str
    delay_years: int | None
    demand: str
    note: str

    @property
    def is_outlook(self) -> bool:
        return self.delay_years is not None

    @property
    def rows(self) -> tuple[str, ...]:
        """Snapshots whose rows hold, the best last; the first stands for every snapshot."""
        return ("", *filter(None, (self.based_on,)), self.id)


def read_snapshots(tables: Tables) -> dict[str, Snapshot]:
    """All snapshots by name, in the order of the table."""
    return {
        row.text("id"): Snapshot(
            row.text("id"),
            row.text("title"),
            int(row.number("year")),
            row.text("based_on"),
            row.text("control_date"),
            row.integer("delay_years"),
            row.text("demand"),
            row.text("note"),
        )
        for row in tables["snapshots"]
    }


def find_snapshot(tables: Tables, name: str) -> Snapshot:
    """The snapshot of a name, or the first one of a year.

    Raises DataError for a year that cannot be balanced, with what is missing, and UnknownName
    for any other word.
    """
    known = read_snapshots(tables)
    if found := named(known, name):
        return found
    if re.fullmatch("[12][0-9]{3}", name):
        raise DataError([refusal(tables, int(name))])
    raise UnknownName("snapshot", name, known)


def named(known: Mapping[str, Snapshot], name: str) -> Snapshot | None:
    """The snapshot of a name, or the first one of a year; None where there is neither."""
    of_year = (snapshot for snapshot in known.values() if str(snapshot.year) == name)
    return known.get(name) or next(of_year, None)


def refusal(tables: Tables, year: int) -> Problem:
    """Why a year cannot be balanced: what a balance needs of it, and what of that is known."""
    given = {
        (value.quantity, value.country, value.material)
        for quantity in dict.fromkeys(margin[0] for margin in MARGINS.values())
        for value in values(tables, quantity)
        if value.used and value.year == year
    }
    known = [words for words, margin in MARGINS.items() if margin in given]
    missing = [words for words, margin in MARGINS.items() if margin not in given]
    verb = "is" if len(missing) == 1 else "are"
    rest = f"known is only {' and '.join(known)}" if known else "nothing else is known of it either"
    return Problem(
        f"{year} cannot be balanced: {' and '.join(missing)} {verb} not published for that year "
        f"or an older one; {rest}",
        advice="Choose one of "
        + ", ".join(read_snapshots(tables))
        + f". What is known of {year} stands in series.csv and shares.csv.",
    )


def runs(site: Site, snapshot: Snapshot) -> bool:
    """Whether a site runs: by status and start year, in an outlook also by announced start.

    An operating row without a start year runs unless its status says otherwise.
    """
    if site.role is Role.AGGREGATE:
        return False
    if site.status in RUNNING:
        return site.start_year is None or site.start_year <= snapshot.year
    start = starts(site, snapshot)
    return start is not None and start <= snapshot.year


def starts(site: Site, snapshot: Snapshot) -> int | None:
    """Year in which an outlook lets a site begin; None where it does not."""
    if snapshot.delay_years is None or site.start_year is None:
        return None
    if site.status in TO_COME:
        return site.start_year + snapshot.delay_years
    return site.start_year if site.status in RUNNING else None


def ramped(start: int, year: int, months: float) -> float:
    """Share (0..1) of nameplate in a year: in equal steps from the first of January of `start`
    until `months` later, read in the middle of the year."""
    return min(1.0, max(0.0, (year - start + 0.5) * 12.0 / months))


def of_snapshot(rows: Iterable[Row], snapshot: Snapshot, key: tuple[str, ...]) -> list[Row]:
    """Rows that hold in a snapshot, the most particular one of each `key`."""
    order = {name: i for i, name in enumerate(snapshot.rows)}
    chosen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        if row.text("snapshot") not in order:
            continue
        name = tuple(row.text(column) for column in key)
        best = chosen.get(name)
        if best is None or order[row.text("snapshot")] >= order[best.text("snapshot")]:
            chosen[name] = row
    return list(chosen.values())


def planned(
    rows: Iterable[Row], snapshot: Snapshot, sites: Mapping[str, Site], months: Mapping[str, float]
) -> dict[tuple[str, str], float]:
    """Output of plants on their way to nameplate, t a year by site and material.

    `months` gives the ramp by name of assumption. Empty where the snapshot is no outlook.
    """
    found = {}
    for row in rows:
        site = sites[row.text("site")]
        start = starts(site, snapshot)
        if row.text("snapshot") == PLAN and start is not None and start <= snapshot.year:
            share = ramped(start, snapshot.year, months[RAMP_MONTHS[site.stage]])
            found[site.id, row.text("material")] = share * row.number("tonnes")
    return found


def check_snapshots(tables: Tables) -> list[Problem]:
    """Names that lead nowhere, in snapshots.csv and in the tables that name a snapshot."""
    known, assumptions = tables.names("snapshots"), tables.names("assumptions")
    places: list[tuple[Row, str, frozenset[str]]] = []
    if known is not None:
        places += [(row, "based_on", known) for row in tables["snapshots"]]
        places += [(row, "snapshot", known | {PLAN}) for row in tables["outputs"]]
        places += [
            (row, "snapshot", known) for t in ("blocks", "demand_totals") for row in tables[t]
        ]
    if assumptions is not None:
        places += [(row, "demand", assumptions) for row in tables["snapshots"]]
    problems = [
        row.problem(
            "the reference leads nowhere",
            column,
            expected=f"empty, or one of {', '.join(sorted(names))}"
            if column == "snapshot"
            else "empty, or the name of a row",
            got=repr(row.text(column)),
            advice="Correct the name or add the row.",
        )
        for row, column, names in places
        if row.text(column) and row.text(column) not in names
    ]
    return problems + [
        row.problem(
            "the name has signs that a snapshot cannot have",
            "id",
            expected="small letters, digits and -",
            got=repr(row.text("id")),
            advice="Rename it.",
        )
        for row in tables["snapshots"]
        if not re.fullmatch("[a-z0-9-]+", row.text("id"))
    ]
