"""Shares of each stage, what does not close, and where the chain is tightest."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.model import CHINA, ELEMENTS, MATERIALS, Flow, Role, Site, Stage
from graph.network import Network

REO = "REO"
MEASURED_ROLES = {Role.PLANT, Role.RESIDUAL, Role.RECYCLER}
"""Rows that count towards the output of a stage; crackers and boundaries do not."""
PUBLISHED_INPUTS = {(Stage.MINE, REO)}
"""Stages whose computed share rests on the very figures that the published share is made of."""


LOCATED, CONTROLLED = "located", "controlled"
LENSES = (LOCATED, CONTROLLED)
"""Whose a site is: the country it stands in, or that of its controlling owner."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """The share (0..1) of one country in a stage; `tonnes` a year in the basis of the material.

    `lens` says whether sites count where they stand (located) or where their controlling owner
    is (controlled). `hhi` is the Herfindahl-Hirschman index of the countries of the stage, the sum
    of their squared shares, 0..1. `coverage` is the part of the world's tonnes that named plants
    make, the rest being unnamed rows. `published_used_as_input` says whether a published share of
    this very stage, or the table it was computed from, went into the figure.
    """

    stage: Stage
    material: str
    country: str
    measure: str
    basis: str
    share: float
    tonnes: float | None
    year: int
    published_used_as_input: bool
    coverage: float | None
    sources: tuple[str, ...]
    note: str = ""
    lens: str = LOCATED
    hhi: float | None = None


@dataclass(frozen=True, slots=True)
class ImbalanceRow:
    """What one boundary of the chain takes or gives of an element, t oxide equivalent a year."""

    site: str
    name: str
    role: Role
    element: str
    tonnes: float
    """above 0: leaves the chain there; below 0: enters it there"""
    share_of_world: float
    """of all of the element that enters the chain from mines and boundaries; infinite where none
    does"""
    note: str


@dataclass(frozen=True, slots=True)
class Chokepoint:
    """One country or one site through which a share of a stage's output passes."""

    kind: str
    id: str
    name: str
    stage: Stage
    material: str
    country: str
    share: float


def stage_shares(network: Network, lens: str = LOCATED) -> tuple[ShareRow, ...]:
    """Output shares of every country in every stage and material, largest first; `lens` is one
    of LENSES."""
    rows: list[ShareRow] = []
    for (stage, material), made in outputs(network).items():
        by_country: dict[str, float] = defaultdict(float)
        named = 0.0
        sources: dict[str, dict[str, None]] = defaultdict(dict)
        for id, tonnes in made.items():
            site = network.sites[id]
            country = site.controlling_country if lens == CONTROLLED else site.country
            by_country[country] += tonnes
            named += tonnes if site.role is Role.PLANT else 0.0
            sources[country] |= dict.fromkeys(site.sources)
        world = sum(by_country.values())
        hhi = herfindahl(tonnes / world for tonnes in by_country.values())
        for country, tonnes in sorted(by_country.items(), key=lambda item: (-item[1], item[0])):
            rows.append(
                ShareRow(
                    stage=stage,
                    material=material,
                    country=country,
                    measure="output",
                    basis="computed",
                    share=tonnes / world,
                    tonnes=tonnes,
                    year=network.year,
                    published_used_as_input=(stage, material) in PUBLISHED_INPUTS,
                    coverage=named / world,
                    sources=tuple(sources[country]),
                    lens=lens,
                    hhi=hhi,
                )
            )
    return tuple(rows)


def herfindahl(shares: Iterable[float]) -> float:
    """The Herfindahl-Hirschman index of shares (0..1): the sum of their squares."""
    return sum(share**2 for share in shares)


def outputs(network: Network) -> dict[tuple[Stage, str], dict[str, float]]:
    """Output by site for every stage and material, t a year, only from rows that count.

    Mines are given in REO and, element by element, in content; separators in oxide; metal
    makers in metal made from oxide, so that metal passed on as alloy counts once; magnets
    finished.
    """
    made: dict[tuple[Stage, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for site in network.sites.values():
        if site.role not in MEASURED_ROLES:
            continue
        for flow in network.outputs(site.id):
            for material, tonnes in _measured(site, flow):
                made[site.stage, material][site.id] += tonnes
        if site.stage is Stage.METAL:
            for flow in network.inputs(site.id):
                if flow.material.endswith("_metal"):
                    made[site.stage, _element_of(flow)][site.id] -= flow.tonnes
    order = {material: i for i, material in enumerate((REO, *ELEMENTS, "NdFeB", "SmCo"))}
    return {
        key: {id: t for id, t in made[key].items() if t > 1e-9}
        for key in sorted(made, key=lambda key: (key[0].order, order[key[1]]))
    }


def _measured(site: Site, flow: Flow) -> Iterable[tuple[str, float]]:
    """What a flow adds to the output of its stage: (material shown, tonnes)."""
    if site.stage is Stage.MINE:
        yield REO, flow.tonnes
        yield from ((e, c) for e, c in zip(ELEMENTS, flow.content, strict=True) if e != "other")
    elif (site.stage is Stage.SEPARATION and flow.material.endswith("_oxide")) or (
        site.stage is Stage.METAL and flow.material.endswith("_metal")
    ):
        yield _element_of(flow), flow.tonnes
    elif site.stage is Stage.MAGNET and flow.material in {"ndfeb", "smco"}:
        yield {"ndfeb": "NdFeB", "smco": "SmCo"}[flow.material], flow.tonnes


def _element_of(flow: Flow) -> str:
    return MATERIALS[flow.material].element or ""


def imbalances(network: Network) -> tuple[ImbalanceRow, ...]:
    """Every boundary flow by element, largest share of the world's supply first."""
    supply = dict.fromkeys(ELEMENTS, 0.0)
    for site in network.sites.values():
        if not network.inputs(site.id):
            for flow in network.outputs(site.id):
                for element, content in zip(ELEMENTS, flow.content, strict=True):
                    supply[element] += content
    rows = []
    for site in network.sites.values():
        if not site.role.is_boundary:
            continue
        for e, element in enumerate(ELEMENTS):
            net = sum(f.content[e] for f in network.inputs(site.id)) - sum(
                f.content[e] for f in network.outputs(site.id)
            )
            if abs(net) > 1e-6:
                rows.append(
                    ImbalanceRow(
                        site.id,
                        site.name,
                        site.role,
                        element,
                        net,
                        abs(net) / supply[element] if supply[element] else math.inf,
                        site.note,
                    )
                )
    return tuple(sorted(rows, key=lambda row: (-row.share_of_world, row.site, row.element)))


def chokepoints(network: Network, limit: int = 5) -> tuple[Chokepoint, ...]:
    """The tightest points: per stage the material one country holds most of, then single plants.

    Only the magnet elements and magnets are looked at, and only rows that count as output.
    """
    by_stage: dict[Stage, Chokepoint] = {}
    plants: list[Chokepoint] = []
    for (stage, material), made in outputs(network).items():
        if material in {"other", REO}:
            continue
        world = sum(made.values())
        for country, tonnes in _by_country(network, made).items():
            best = by_stage.get(stage)
            if best is None or tonnes / world > best.share:
                by_stage[stage] = Chokepoint(
                    "country", country, country, stage, material, country, tonnes / world
                )
        for id, tonnes in made.items():
            site = network.sites[id]
            if site.role is Role.PLANT:
                plants.append(
                    Chokepoint("site", id, site.name, stage, material, site.country, tonnes / world)
                )
    seen: set[str] = set()
    singles = []
    for point in sorted(plants, key=lambda p: (-p.share, p.id)):
        if point.id not in seen:
            seen.add(point.id)
            singles.append(point)
    countries = sorted(by_stage.values(), key=lambda p: (-p.share, p.id))
    return tuple((countries + singles)[:limit])


def _by_country(network: Network, made: Mapping[str, float]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for id, tonnes in made.items():
        total[network.sites[id].country] += tonnes
    return total


def china_share(rows: Iterable[ShareRow], stage: Stage, material: str) -> ShareRow | None:
    """China's computed row of a stage and material, if there is one."""
    for row in rows:
        if (row.stage, row.material, row.country, row.basis) == (
            stage,
            material,
            CHINA,
            "computed",
        ):
            return row
    return None
