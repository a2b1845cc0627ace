"""What the tables say of one snapshot: who runs, who makes and needs how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph.model import Confidence, Role, Site, Source, Stage, Status
from loaders.tables import Row, Tables

SNAPSHOT_YEARS = {"pre-shock": 2024, "2025": 2025, "latest": 2026}
"""`pre-shock` is April 2024 to March 2025, before the export controls; `2025` has the structure
of 2025 without the shock; `latest` has what is known of 2026."""

BLANK_TO_FINISHED = "YLD04"
RUNNING = {Status.OPERATING, Status.RAMPING, Status.UNKNOWN}
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


@dataclass(frozen=True, slots=True)
class Assumption:
    """A parameter with its range and where it comes from."""

    id: str
    parameter: str
    applies_to: str
    low: float
    base: float
    high: float
    unit: str
    confidence: Confidence
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """A published relation between two sites, without a volume."""

    origin: str
    target: str
    kind: str
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """How likely a sale is before anything is known of it, against a sale at home."""

    material: str
    origin: str
    target: str
    weight: float


@dataclass(frozen=True, slots=True)
class Block:
    """Trade between two countries or regions that is fixed, t a year."""

    material: str
    origin: str
    target: str
    tonnes: float


@dataclass(frozen=True, slots=True)
class Ore:
    """One tonne of REO of a deposit: content by ledger element, and what separation recovers."""

    content: NDArray[np.float64]
    recovery: float


@dataclass(frozen=True, slots=True)
class Facts:
    """The inputs of the balance for one snapshot."""

    snapshot: str
    year: int
    sites: Mapping[str, Site]
    running: frozenset[str]
    ores: Mapping[str, Ore]
    outputs: Mapping[tuple[str, str], float]
    needs: Mapping[tuple[str, str], float]
    sector_totals: Mapping[tuple[str, str], float]
    region_totals: Mapping[tuple[str, str], float]
    china_shares: Mapping[str, float]
    links: Mapping[tuple[str, str], Link]
    blocks: tuple[Block, ...]
    rules: tuple[Rule, ...]
    regions: Mapping[str, str]
    assumptions: Mapping[str, Assumption]
    sources: tuple[Source, ...]

    def region(self, site: str) -> str:
        return self.regions[self.sites[site].country]

    def base(self, id: str) -> float:
        """Base value of an assumption."""
        return self.assumptions[id].base

    def lookup(self, parameter: str, applies_to: str, default: float | None = None) -> float:
        """Base value of the assumption of a kind about a thing. KeyError where there is none."""
        for assumption in self.assumptions.values():
            if assumption.parameter == parameter and assumption.applies_to == applies_to:
                return assumption.base
        if default is None:
            raise KeyError(f"no assumption {parameter} for {applies_to}")
        return default

    def about(self, parameter: str) -> dict[str, float]:
        """Base values of all assumptions of a kind by what they apply to."""
        return {a.applies_to: a.base for a in self.assumptions.values() if a.parameter == parameter}

    def at(self, stage: Stage) -> list[Site]:
        """Running sites of a stage, boundaries left out, in the order of the table."""
        return [
            site
            for site in self.sites.values()
            if site.stage is stage and site.id in self.running and not site.role.is_boundary
        ]


def read_facts(tables: Tables, snapshot: str) -> Facts:
    """Facts of `snapshot` (a key of SNAPSHOT_YEARS) from checked tables."""
    year = SNAPSHOT_YEARS[snapshot]
    assumptions = read_assumptions(tables)
    finished = assumptions[BLANK_TO_FINISHED].base
    sites = {row.text("id"): _site(row) for row in tables["sites"]}
    needs = _needs(tables, sites, finished)
    sites = _with_units(tables, sites, needs, finished)
    return Facts(
        snapshot=snapshot,
        year=year,
        sites=sites,
        running=frozenset(id for id, site in sites.items() if _runs(site, year)),
        ores=_ores(tables),
        outputs={
            (row.text("site"), row.text("material")): row.number("tonnes")
            for row in _of_snapshot(tables["outputs"], snapshot, ("site", "material"))
        },
        needs=needs,
        sector_totals=_totals(tables, "sector"),
        region_totals=_totals(tables, "region"),
        china_shares={
            row.text("name"): row.number("value")
            for row in tables["demand_totals"]
            if row.text("kind") == "china_share"
        },
        links={
            (row.text("origin"), row.text("target")): Link(
                row.text("origin"),
                row.text("target"),
                row.text("kind"),
                Confidence(row.text("confidence")),
                row.names("sources"),
            )
            for row in tables["links"]
        },
        blocks=tuple(
            Block(
                row.text("material"), row.text("origin"), row.text("target"), row.number("tonnes")
            )
            for row in _of_snapshot(tables["blocks"], snapshot, ("material", "origin", "target"))
        ),
        rules=tuple(
            Rule(row.text("material"), row.text("origin"), row.text("target"), row.number("weight"))
            for row in tables["market_rules"]
        ),
        regions={row.text("iso3"): row.text("region") for row in tables["countries"]},
        assumptions=assumptions,
        sources=tuple(_source(row) for row in tables["sources"]),
    )


def read_assumptions(tables: Tables) -> dict[str, Assumption]:
    """All assumptions by id; an empty low or high is the base."""
    found = {}
    for row in tables["assumptions"]:
        base = row.number("base")
        low, high = row.optional("low"), row.optional("high")
        found[row.text("id")] = Assumption(
            row.text("id"),
            row.text("parameter"),
            row.text("applies_to"),
            base if low is None else low,
            base,
            base if high is None else high,
            row.text("unit"),
            Confidence(row.text("confidence")),
            row.names("sources"),
            row.text("note"),
        )
    return found


def _site(row: Row) -> Site:
    return Site(
        id=row.text("id"),
        name=row.text("name"),
        stage=Stage(row.text("stage")),
        country=row.text("country"),
        role=Role(row.text("role")),
        status=Status(row.text("status")),
        confidence=Confidence(row.text("confidence")),
        sources=row.names("sources"),
        controlling_country=row.text("controlling_country"),
        operator=row.text("operator"),
        owner=row.text("owner"),
        sector=row.text("sector"),
        lat=row.optional("lat"),
        lon=row.optional("lon"),
        start_year=row.integer("start_year"),
        capacity=row.optional("capacity"),
        capacity_unit=row.text("capacity_unit"),
        output=row.optional("output"),
        output_unit=row.text("output_unit"),
        output_year=row.integer("output_year"),
        elements=row.names("elements"),
        note=row.text("note"),
    )


def _source(row: Row) -> Source:
    return Source(
        *(row.text(c) for c in ("id", "title", "publisher", "date", "url", "licence", "kind"))
    )


def _runs(site: Site, year: int) -> bool:
    """An operating row without a start year runs unless its status says otherwise."""
    return (
        site.role is not Role.AGGREGATE
        and site.status in RUNNING
        and (site.start_year is None or site.start_year <= year)
    )


def _ores(tables: Tables) -> dict[str, Ore]:
    by_name = {}
    for row in tables["compositions"]:
        magnet = [row.number(c) for c in ("ndpr", "dy", "tb", "sm")]
        content = np.array([*magnet, 1.0 - sum(magnet)])
        by_name[row.text("id")] = Ore(content, row.number("recovery"))
    return {
        row.text("id"): by_name[row.text("composition")]
        for row in tables["sites"]
        if row.text("composition")
    }


def _of_snapshot(rows: tuple[Row, ...], snapshot: str, key: tuple[str, ...]) -> list[Row]:
    """Rows of the snapshot; a row without one holds where the snapshot has none of its own."""
    chosen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        name = tuple(row.text(column) for column in key)
        if row.text("snapshot") == snapshot or (not row.text("snapshot") and name not in chosen):
            chosen[name] = row
    return list(chosen.values())


def _totals(tables: Tables, kind: str) -> dict[tuple[str, str], float]:
    return {
        (row.text("name"), row.text("material")): row.number("value")
        for row in tables["demand_totals"]
        if row.text("kind") == kind
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


def _needs(
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


def _with_units(
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
