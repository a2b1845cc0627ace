"""What the chain is made of: stages, materials, sites, flows and sources.

All values are frozen and checked on construction. Flows carry gross tonnes a year in the basis
of their material (see `MATERIALS`) and, beside them, the content of each ledger element in
tonnes a year of oxide equivalent, the one unit in which an element can be followed from the
mine to the end use.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ELEMENTS = ("NdPr", "Dy", "Tb", "Sm", "other")
"""The ledger: magnet elements one by one, the other rare earths (La, Ce, Y ...) as one."""
MAGNET_ELEMENTS = tuple(element for element in ELEMENTS if element != "other")

CHINA = "CHN"
UNKNOWN_COUNTRY = "ZZZ"
"""Origin or place not known: a class of its own, neither China nor not China."""


class Stage(StrEnum):
    """The six steps of the chain, in order."""

    MINE = "mine"
    SEPARATION = "separation"
    METAL = "metal_alloy"
    MAGNET = "magnet"
    COMPONENT = "component"
    END_USE = "end_use"

    @property
    def order(self) -> int:
        return list(Stage).index(self)

    @property
    def label(self) -> str:
        return STAGE_LABELS[self]


STAGE_LABELS = {
    Stage.MINE: "Mine",
    Stage.SEPARATION: "Separation",
    Stage.METAL: "Metal & alloy",
    Stage.MAGNET: "Magnet",
    Stage.COMPONENT: "Motor & component",
    Stage.END_USE: "End use",
}


class Role(StrEnum):
    """What a row stands for; which of them count towards a stage's output says
    `graph.indicators.MEASURED_ROLES`."""

    PLANT = "plant"
    RESIDUAL = "residual"
    RECYCLER = "recycler"
    INTERMEDIATE = "intermediate"
    AGGREGATE = "aggregate"
    UNDOCUMENTED = "undocumented"
    STOCK = "stock"
    OTHER_USE = "other_use"
    IMBALANCE = "imbalance"

    @property
    def is_boundary(self) -> bool:
        """True for rows that stand for the world outside the chain and need not balance."""
        return self in {Role.UNDOCUMENTED, Role.STOCK, Role.OTHER_USE, Role.IMBALANCE}


class Confidence(StrEnum):
    """How a figure is known, the surest first."""

    REPORTED = "reported"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"
    MEMORY = "memory"


def weakest(found: Iterable[Confidence]) -> Confidence:
    """How a figure is known that rests on several."""
    return max(found, key=list(Confidence).index)


class Status(StrEnum):
    OPERATING = "operating"
    RAMPING = "ramping"
    CONSTRUCTION = "construction"
    PLANNED = "planned"
    ANNOUNCED = "announced"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Material:
    """A traded good. `basis` says what a tonne of it means; `element` is set for pure goods."""

    id: str
    name: str
    basis: str
    element: str | None
    oxide_per_tonne: float | None
    """t of oxide equivalent in one tonne, for goods of one element (stoichiometry)."""


def _material(
    id: str, name: str, basis: str, element: str | None = None, oxide: float | None = None
) -> tuple[str, Material]:
    return id, Material(id, name, basis, element, oxide)


# Oxide per metal by stoichiometry; NdPr as 75:25 Nd2O3 and Pr6O11, Tb as Tb4O7.
MATERIALS = dict(
    (
        _material("concentrate", "Concentrate and mixed compounds", "t REO"),
        _material("ndpr_oxide", "NdPr oxide", "t oxide", "NdPr", 1.0),
        _material("dy_oxide", "Dy oxide", "t oxide", "Dy", 1.0),
        _material("tb_oxide", "Tb oxide", "t oxide", "Tb", 1.0),
        _material("sm_oxide", "Sm oxide", "t oxide", "Sm", 1.0),
        _material("other_oxide", "Other rare-earth oxides", "t oxide", "other", 1.0),
        _material("ndpr_metal", "NdPr metal", "t metal", "NdPr", 1.1765),
        _material("dy_metal", "Dy metal", "t metal", "Dy", 1.148),
        _material("tb_metal", "Tb metal", "t metal", "Tb", 1.176),
        _material("sm_metal", "Sm metal", "t metal", "Sm", 1.160),
        _material("ndfeb", "NdFeB magnets", "t finished magnet"),
        _material("smco", "SmCo magnets", "t finished magnet"),
        _material("swarf", "Magnet swarf", "t REO"),
    )
)
OXIDES = tuple(id for id, material in MATERIALS.items() if material.basis == "t oxide")
METALS = tuple(id for id, material in MATERIALS.items() if material.basis == "t metal")
MAGNETS = ("ndfeb", "smco")


@dataclass(frozen=True, slots=True)
class Source:
    """One publication that figures come from."""

    id: str
    title: str
    publisher: str
    date: str
    url: str
    licence: str
    kind: str


@dataclass(frozen=True, slots=True)
class Site:
    """A plant, the unnamed rest of a stage in a country, an end use, or a boundary of the chain.

    Capacity and output are a year, in units of `capacity_unit` and `output_unit`, as published;
    what flows in the snapshot is in the flows. For end uses `units` (a year, of `unit`),
    `usd_per_unit` and `magnet_kg_per_unit` (finished) turn missing magnets into missing goods
    and money. `controlled_through` names the owners from the site up to the one whose country
    controls it, where the stakes tell.
    """

    id: str
    name: str
    stage: Stage
    country: str
    role: Role = Role.PLANT
    status: Status = Status.OPERATING
    confidence: Confidence = Confidence.ASSUMED
    sources: tuple[str, ...] = ()
    controlling_country: str = UNKNOWN_COUNTRY
    controlled_through: tuple[str, ...] = ()
    operator: str = ""
    owner: str = ""
    sector: str = ""
    lat: float | None = None
    lon: float | None = None
    start_year: int | None = None
    capacity: float | None = None
    capacity_unit: str = ""
    output: float | None = None
    output_unit: str = ""
    output_year: int | None = None
    elements: tuple[str, ...] = ()
    units: float | None = None
    unit: str = ""
    usd_per_unit: float | None = None
    magnet_kg_per_unit: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.name:
            raise ValueError(f"a site needs an id and a name, got {self.id!r}, {self.name!r}")
        for label, value in (
            ("capacity", self.capacity),
            ("output", self.output),
            ("units", self.units),
            ("usd_per_unit", self.usd_per_unit),
            ("magnet_kg_per_unit", self.magnet_kg_per_unit),
        ):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{self.id}: {label} must be a number of at least 0, got {value}")

    @property
    def is_end_use(self) -> bool:
        """True for end uses proper: other uses, stocks and what does not close are none."""
        return self.stage is Stage.END_USE and not self.role.is_boundary


@dataclass(frozen=True, slots=True)
class Flow:
    """Goods moving from one site to another: t/yr gross, and t/yr oxide equivalent by element."""

    origin: str
    target: str
    material: str
    tonnes: float
    content: tuple[float, ...]
    confidence: Confidence
    sources: tuple[str, ...]
    year: int

    def __post_init__(self) -> None:
        if self.material not in MATERIALS:
            raise ValueError(f"{self.origin}->{self.target}: unknown material {self.material!r}")
        if not (math.isfinite(self.tonnes) and self.tonnes > 0):
            raise ValueError(f"{self.key}: tonnes must be a number above 0, got {self.tonnes}")
        if len(self.content) != len(ELEMENTS) or any(
            not math.isfinite(c) or c < 0 for c in self.content
        ):
            raise ValueError(f"{self.key}: content must be {len(ELEMENTS)} numbers of at least 0")

    @property
    def key(self) -> str:
        """Name of the flow, unique within a network."""
        return f"{self.origin}->{self.target}:{self.material}"
