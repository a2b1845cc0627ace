"""What the tables say of one snapshot: who runs, who makes and needs how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph.model import Confidence, Role, Site, Source, Stage, Status
from loaders.assembly import Places, place
from loaders.check_chain import ELEMENT_COLUMNS
from loaders.mined import mined
from loaders.needs import needs_of, with_units
from loaders.ownership import controls, read_stakes
from loaders.snapshots import Snapshot, of_snapshot, planned, runs
from loaders.tables import Row, Tables

OXIDE_TO_METAL, FINISHED = "YLD02", "YLD04"
"""Rows of assumptions.csv: how much of an oxide becomes metal, of a blank a finished magnet."""


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
    carried: frozenset[str]
    """kinds of link along which goods move: an outlook counts planned ones too"""
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


def read_facts(tables: Tables, snapshot: Snapshot) -> Facts:
    """Facts of `snapshot` from checked tables."""
    assumptions = read_assumptions(tables)
    finished = assumptions[FINISHED].base
    sites = _controlled(tables, snapshot.control_date)
    plans = planned(
        tables["outputs"], snapshot, sites, {id: row.base for id, row in assumptions.items()}
    )
    sites = mined(tables, sites, snapshot, plans)
    totals = _demand_totals(tables, snapshot, assumptions)
    places = place(tables, sites, _growth(tables, totals))
    needs = needs_of(tables, places, finished)
    sites = with_units(tables, places, needs, finished)
    regions = {row.text("iso3"): row.text("region") for row in tables["countries"]}
    made = {
        (row.text("site"), row.text("material")): row.number("tonnes")
        for row in of_snapshot(tables["outputs"], snapshot, ("site", "material"))
    }
    return Facts(
        snapshot=snapshot.id,
        year=snapshot.year,
        sites=sites,
        running=frozenset(id for id, site in sites.items() if runs(site, snapshot)),
        ores=_ores(tables),
        # A plant on its way to nameplate makes at least what it already made.
        outputs=made | {key: max(t, made.get(key, 0.0)) for key, t in plans.items()},
        needs=needs,
        sector_totals=_totals(totals, "sector"),
        region_totals=_totals(totals, "region"),
        china_shares={name: value for (name, _), value in _totals(totals, "china_share").items()},
        links=_links(tables, places, regions),
        carried=frozenset(("supplies", "planned") if snapshot.is_outlook else ("supplies",)),
        blocks=tuple(
            Block(
                row.text("material"), row.text("origin"), row.text("target"), row.number("tonnes")
            )
            for row in of_snapshot(tables["blocks"], snapshot, ("material", "origin", "target"))
        ),
        rules=tuple(
            Rule(row.text("material"), row.text("origin"), row.text("target"), row.number("weight"))
            for row in tables["market_rules"]
        ),
        regions=regions,
        assumptions=assumptions,
        sources=read_sources(tables),
    )


def _links(
    tables: Tables, places: Places, regions: Mapping[str, str]
) -> dict[tuple[str, str], Link]:
    """Published relations. A maker's suppliers serve its plants abroad in their own region too."""
    found = {}
    plants: dict[str, list[str]] = defaultdict(list)
    for plant, home in places.home.items():
        plants[home].append(plant)
    for row in tables["links"]:
        origin, target = row.text("origin"), row.text("target")
        link = Link(
            origin,
            target,
            row.text("kind"),
            Confidence(row.text("confidence")),
            row.names("sources"),
        )
        found[origin, target] = link
        for plant in plants[target]:
            ends = (places.sites[origin].country, places.sites[plant].country)
            if regions[ends[0]] == regions[ends[1]]:
                found[origin, plant] = replace(link, target=plant)
    return found


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


def _ores(tables: Tables) -> dict[str, Ore]:
    by_name = {}
    for row in tables["compositions"]:
        magnet = [row.number(c) for c in ELEMENT_COLUMNS]
        content = np.array([*magnet, 1.0 - sum(magnet)])
        by_name[row.text("id")] = Ore(content, row.number("recovery"))
    return {
        row.text("id"): by_name[row.text("composition")]
        for row in tables["sites"]
        if row.text("composition")
    }


def _demand_totals(
    tables: Tables, snapshot: Snapshot, assumptions: Mapping[str, Assumption]
) -> dict[tuple[str, str, str], float]:
    """Rows of demand_totals.csv by kind, name and material, grown to the snapshot."""
    growth = assumptions[snapshot.demand].base if snapshot.demand else 1.0
    found = {}
    for row in of_snapshot(tables["demand_totals"], snapshot, ("kind", "name", "material")):
        kind = row.text("kind")
        scale = 1.0 if kind == "china_share" else growth
        found[kind, row.text("name"), row.text("material")] = scale * row.number("value")
    return found


def _growth(tables: Tables, totals: Mapping[tuple[str, str, str], float]) -> dict[str, float]:
    """By sector: need in the snapshot over the need that units and kilograms are given for."""
    return {
        row.text("name"): totals["sector", row.text("name"), row.text("material")]
        / row.number("value")
        for row in tables["demand_totals"]
        if row.text("kind") == "sector" and not row.text("snapshot") and row.number("value") > 0
    }


def _totals(
    totals: Mapping[tuple[str, str, str], float], kind: str
) -> dict[tuple[str, str], float]:
    return {(name, m): value for (k, name, m), value in totals.items() if k == kind}
