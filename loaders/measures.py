"""The measures that the tables can price: stockpiles and new plants, by region of the buyers.

What a measure costs and does comes from rows of `assumptions.csv`; where no row gives a cost, it is
not offered and the reason is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import DataError, Problem, ScenarioError
from graph.network import Network
from graph.portfolio import Measure
from graph.scenario import NewCapacity, Stockpile
from graph.targets import targets_of
from graph.who import Who
from loaders.tables import Row, Tables

REGIONS = ("EU27", "NORTH_AMERICA", "JPN", "KOR")
DAYS = "STK17"
"""Days of use in a stockpile; it can be bought in two halves."""
CAPITAL, STORAGE = "STO02", "STO03"
"""What it costs a year to hold stock, as shares of its value."""
STOCKED = {"ndfeb": "PRC13", "smco": "PRC17", "ndpr_oxide": "PRC05", "dy_oxide": "PRC08"}
"""Goods that can be laid in, with the row of their price in USD/kg."""
BUILT = {"ndfeb": ("CPX06", 1000.0), "ndpr_metal": ("CPX07", 1000.0)}
"""Goods of new plants: row of the cost in thousand USD per t a year, and the size in t a year."""
KG, YEAR = 1000.0, 365.0


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A measure that cannot be bought here, and why."""

    title: str
    reason: str


MISSING = (
    NotOffered(
        "A second source, or faster qualification",
        "QLF01 to QLF08 give the time but no row gives its cost; in the best case it is free",
    ),
    NotOffered(
        "Diffusion along grain boundaries (less Dy and Tb)",
        "SUB01 gives what it saves; its cost stands only in a note, as a share of process cost",
    ),
    NotOffered(
        "Motors without magnets",
        "SUB06 gives the change as a share of motor cost, and no row gives the cost of a motor",
    ),
    NotOffered(
        "Recycling of used magnets",
        "RCY02 gives the share; no row gives the cost of recycling alone (CPX12 covers more)",
    ),
)


def measures_of(
    tables: Tables, network: Network, weeks: int
) -> tuple[tuple[Measure, ...], tuple[NotOffered, ...]]:
    """What can be bought for `network`, all of it in place when a run of `weeks` weeks begins.

    A stock is handed out evenly over the run. Raises DataError for a row that is missing.
    """
    rows = {row.text("id"): row for row in tables["assumptions"]}
    prices = [*STOCKED.values(), *(row for row, _ in BUILT.values())]
    missing = sorted({DAYS, CAPITAL, STORAGE, *prices} - rows.keys())
    if missing:
        advice = "Add the row; docs/chokepoints.md says what it stands for."
        raise DataError(
            Problem(
                f"the measures need the row {id}", "assumptions.csv", column="id", advice=advice
            )
            for id in missing
        )
    offered: list[Measure] = []
    for region in REGIONS:
        buyers = Who(countries=(region,))
        for good, price in STOCKED.items():
            offered += _stock(rows, network, good, price, buyers, weeks)
        for good, (price, tonnes) in BUILT.items():
            offered += _plant(rows, network, good, price, tonnes, buyers)
    return tuple(offered), MISSING


def _stock(
    rows: dict[str, Row], network: Network, good: str, price: str, buyers: Who, weeks: int
) -> list[Measure]:
    days = rows[DAYS].number("base") / 2
    found: list[Measure] = []
    for part in ("1", "2"):
        name = f"stock-{good}-{buyers.countries[0]}-{part}"
        lever = Stockpile(
            name=name, action="release", material=good, days=days, buyers=buyers, end_week=weeks
        )
        tonnes = days / YEAR * _bought(network, lever)
        if tonnes > 0:
            low, base, high = (
                KG * tonnes * usd * (1 + capital + storage)
                for usd, capital, storage in zip(
                    *(_three(rows[id]) for id in (price, CAPITAL, STORAGE)), strict=True
                )
            )
            title = f"{days:.0f} days of {good} for {buyers.countries[0]} (half {part})"
            first = found[0].id if found else ""
            read = (DAYS, price, CAPITAL, STORAGE)
            found.append(Measure(lever, title, (low, base, high), read, first))
    return found


def _plant(
    rows: dict[str, Row], network: Network, good: str, price: str, tonnes: float, buyers: Who
) -> list[Measure]:
    region = buyers.countries[0]
    lever = NewCapacity(
        name=f"plant-{good}-{region}",
        material=good,
        tonnes_per_year=tonnes,
        ramp_weeks=0,
        buyers=buyers,
    )
    if _bought(network, lever) < tonnes:  # a plant larger than the market would stand idle
        return []
    low, base, high = (KG * usd * tonnes for usd in _three(rows[price]))
    return [
        Measure(lever, f"{tonnes:.0f} t {good} a year for {region}", (low, base, high), (price,))
    ]


def _bought(network: Network, lever: Stockpile | NewCapacity) -> float:
    """Tonnes a year that the buyers of a lever take of its material, 0 where there are none."""
    try:
        keys = set(targets_of(network, lever).flows)
    except ScenarioError:  # nobody in the region buys it
        return 0.0
    return sum(flow.tonnes for flow in network.flows if flow.key in keys)


def _three(row: Row) -> tuple[float, float, float]:
    base = row.number("base")
    low, high = (base if row.optional(s) is None else row.number(s) for s in ("low", "high"))
    return low, base, high
