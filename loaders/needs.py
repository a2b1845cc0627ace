"""What end uses need and what one unit of them is: the rows of demand.csv and needs.csv."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from graph.model import Role, Site
from loaders.assembly import ANNUAL_ROLES, Part, Places
from loaders.tables import Row, Tables

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


def _finished_kg(row: Row, finished: float) -> float:
    return row.number("kg_base") * (finished if row.text("magnet_basis") == "blank" else 1.0)


def needs_of(tables: Tables, places: Places, finished: float) -> dict[tuple[str, str], float]:
    """t finished magnets a year by end use and kind of magnet."""
    needs: dict[tuple[str, str], float] = defaultdict(float)
    for use, parts in places.parts.items():
        if places.sites[use].role is Role.AGGREGATE:
            continue
        for part in parts:
            tonnes = part.units * _finished_kg(part.row, finished) / 1000.0
            needs[use, part.row.text("magnet_type").lower()] += tonnes
    for row in tables["needs"]:
        needs[row.text("site"), row.text("material")] += row.number("tonnes")
    return dict(needs)


def with_units(
    tables: Tables, places: Places, needs: Mapping[tuple[str, str], float], finished: float
) -> dict[str, Site]:
    """End uses with their units a year and what one is worth."""
    changed = dict(places.sites)
    for id, site in places.sites.items():
        if not site.is_end_use:
            continue
        if parts := places.parts.get(id):
            by_type: dict[str, float] = defaultdict(float)
            for part in parts:
                by_type[part.row.text("magnet_type")] += part.units
            units = max(by_type.values())
            kilograms = sum(needs.get((id, m), 0.0) for m in ("ndfeb", "smco")) * 1000.0
            changed[id] = replace(
                site,
                units=units,
                unit=parts[0].row.text("unit").removesuffix("/yr"),
                usd_per_unit=_mean_value(parts),
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


def _mean_value(parts: tuple[Part, ...]) -> float | None:
    priced = [part for part in parts if part.row.optional("usd_per_unit") is not None]
    units = sum(part.units for part in priced)
    if not units:
        return None
    return sum(part.units * part.row.number("usd_per_unit") for part in priced) / units


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
