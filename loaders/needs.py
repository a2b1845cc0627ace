"""What end uses need and what one unit of them is: the rows of demand.csv and needs.csv."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from graph.model import Role, Site, Stage
from loaders.tables import Row, Tables

ANNUAL_ROLES = ("named", "part", "total")
"""Which rows of demand.csv describe an end use, best first; memo and plan rows never do."""
SEGMENTS = {
    "EV": "seg:plugin",
    "automotive": "seg:other_cars",
    "wind": "seg:wind",
    "hvac": "seg:ac",
}
"""Segments whose unit stands for the unnamed rest of a sector; the others have no such unit."""
SEGMENT_REGIONS = {
    "CHN": ("CHN",),
    "EU": ("EUR", "EU27"),
    "USA": ("USA", "NAM"),
    "JPN": ("JPN",),
    "REST": ("ROW",),
}


def _demand_rows(tables: Tables) -> dict[str, list[Row]]:
    """Rows that describe each end use: the makers' own, else its parts, else the newest total."""
    by_use: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in tables["demand"]:
        if row.optional("units") is not None and row.optional("kg_base") is not None:
            by_use[row.text("end_use")][row.text("role")].append(row)
    chosen = {}
    for use, by_role in by_use.items():
        role = next((role for role in ANNUAL_ROLES if by_role.get(role)), None)
        if role is not None:
            rows = by_role[role]
            newest = max(row.number("year") for row in rows)
            chosen[use] = (
                [row for row in rows if row.number("year") == newest] if role == "total" else rows
            )
    return chosen


def _finished_kg(row: Row, finished: float) -> float:
    return row.number("kg_base") * (finished if row.text("magnet_basis") == "blank" else 1.0)


def needs_of(
    tables: Tables, sites: Mapping[str, Site], finished: float
) -> dict[tuple[str, str], float]:
    """t finished magnets a year by end use and kind of magnet."""
    needs: dict[tuple[str, str], float] = defaultdict(float)
    for use, rows in _demand_rows(tables).items():
        site = sites.get(use)
        if site is None or site.role is Role.AGGREGATE:
            continue
        for row in rows:
            tonnes = row.number("units") * _finished_kg(row, finished) / 1000.0
            needs[use, row.text("magnet_type").lower()] += tonnes
    for row in tables["needs"]:
        needs[row.text("site"), row.text("material")] += row.number("tonnes")
    return dict(needs)


def with_units(
    tables: Tables,
    sites: Mapping[str, Site],
    needs: Mapping[tuple[str, str], float],
    finished: float,
) -> dict[str, Site]:
    """End uses with their units a year and what one is worth."""
    rows_of = _demand_rows(tables)
    changed = dict(sites)
    for id, site in sites.items():
        if site.stage is not Stage.END_USE or site.role.is_boundary:
            continue
        if rows := rows_of.get(id):
            by_type: dict[str, float] = defaultdict(float)
            for row in rows:
                by_type[row.text("magnet_type")] += row.number("units")
            units = max(by_type.values())
            kilograms = sum(needs.get((id, m), 0.0) for m in ("ndfeb", "smco")) * 1000.0
            changed[id] = replace(
                site,
                units=units,
                unit=rows[0].text("unit").removesuffix("/yr"),
                usd_per_unit=_mean_value(rows),
                magnet_kg_per_unit=kilograms / units if units else None,
            )
        elif one := _one_unit(tables, site):
            changed[id] = replace(
                site,
                units=one.optional("units") if one.text("end_use") == id else None,
                unit=one.text("unit").removesuffix("/yr"),
                usd_per_unit=one.optional("usd_per_unit"),
                magnet_kg_per_unit=_finished_kg(one, finished) if one.optional("kg_base") else None,
            )
    return changed


def _mean_value(rows: list[Row]) -> float | None:
    priced = [row for row in rows if row.optional("usd_per_unit") is not None]
    units = sum(row.number("units") for row in priced)
    if not units:
        return None
    return sum(row.number("units") * row.number("usd_per_unit") for row in priced) / units


def _one_unit(tables: Tables, site: Site) -> Row | None:
    """The row that says what one unit of an end use without a count is: its own, its segment's."""
    own = [row for row in tables["demand"] if row.text("end_use") == site.id]
    if counted := [row for row in own if row.text("role") in ANNUAL_ROLES]:
        return counted[0]
    if site.role is not Role.RESIDUAL:
        return None
    regions = {row.text("iso3"): row.text("region") for row in tables["countries"]}
    for region in (*SEGMENT_REGIONS[regions[site.country]], "WLD", "CHN"):
        for row in tables["demand"]:
            if (row.text("end_use"), row.text("region")) == (SEGMENTS.get(site.sector), region):
                return row
    return None
