"""What the tables say of one snapshot: who runs, who makes and needs how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph.model import Confidence, Role, Site, Source, Stage, Status
from loaders.needs import needs_of, with_units
from loaders.ownership import controls, read_stakes
from loaders.tables import Row, Tables

SNAPSHOT_YEARS = {"pre-shock": 2024, "2025": 2025, "latest": 2026}
"""`pre-shock` is April 2024 to March 2025, before the export controls; `2025` has the structure
of 2025 without the shock; `latest` has what is known of 2026."""

BLANK_TO_FINISHED = "YLD04"
CONTROL_DATES = {"pre-shock": "2024-12-31", "2025": "2025-06-30", "latest": "2026-11-01"}
"""The day whose stakes say who controls a site in a snapshot."""
RUNNING = {Status.OPERATING, Status.RAMPING, Status.UNKNOWN}


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
    sites = _controlled(tables, CONTROL_DATES[snapshot])
    needs = needs_of(tables, sites, finished)
    sites = with_units(tables, sites, needs, finished)
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
        sources=read_sources(tables),
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


def _controlled(tables: Tables, date: str) -> dict[str, Site]:
    """Sites with who controls them on `date`: the stakes, unless the row gives a reason."""
    sites = {row.text("id"): _site(row) for row in tables["sites"]}
    names = {id: (site.owner, site.operator) for id, site in sites.items()}
    control = controls(read_stakes(tables["stakes"]), names, date)
    for row in tables["sites"]:
        id = row.text("id")
        if id in control and not row.text("control_override"):
            sites[id] = replace(
                sites[id],
                controlling_country=control[id].country,
                controlled_through=control[id].path,
            )
    return sites


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


def read_sources(tables: Tables) -> tuple[Source, ...]:
    """All publications, in the order of the table."""
    columns = ("id", "title", "publisher", "date", "url", "licence", "kind")
    return tuple(Source(*(row.text(column) for column in columns)) for row in tables["sources"])


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
