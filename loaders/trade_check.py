"""Computed flows across borders held against customs: a check of the balance, not a second truth.

Customs codes hold all rare earths together, mostly La and Ce. With v the unit value of a flow in
USD/kg, p the price of NdPr and q that of La and Ce, the part of its weight that is like NdPr is

    share = (v - q) / (p - q), between 0 and 1

p is the yearly mean of NdPr oxide in China; for metal the oxide that a kilogram of it takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from graph.model import CHINA, MATERIALS
from graph.network import Network
from loaders.facts import OXIDE_TO_METAL, Assumption, read_assumptions
from loaders.goods import CONCENTRATE
from loaders.series import newest_until
from loaders.tables import Row, Tables

MATERIAL = {"compounds": "ndpr_oxide", "metal": "ndpr_metal", CONCENTRATE: "concentrate"}
"""The material of the chain that a good of trade.csv is compared with. Mixed goods are left out:
nothing tells their parts apart; magnets have no weight by pair of countries."""
LIGHT_PRICE = "PRL01"


@dataclass(frozen=True, slots=True)
class TradeGap:
    """One pair of countries and one good; tonnes and USD are a year.

    `observed_t` is the part of the weight that is like NdPr, for concentrate the whole gross
    weight; low and high follow from the range of the price of La and Ce. `computed_t` is what
    the balance lets flow, t NdPr oxide or metal, for concentrate t REO. `is_input` says that
    the balance was told this very trade, so that agreement proves nothing.
    """

    exporter: str
    importer: str
    good: str
    hs6: str
    year: int
    gross_t: float
    usd_per_kg: float
    observed_t: float
    observed_low_t: float
    observed_high_t: float
    computed_t: float
    is_input: bool
    sources: tuple[str, ...]

    @property
    def gap_t(self) -> float:
        """Computed less observed."""
        return self.computed_t - self.observed_t


def trade_gaps(network: Network, tables: Tables) -> tuple[TradeGap, ...]:
    """Pairs with a weight in the newest year of trade.csv not after the snapshot, by good.

    Empty where no price of NdPr is known.
    """
    rows = [
        row for row in tables["trade"] if row.text("good") in MATERIAL and row.optional("tonnes")
    ]
    year = max((y for row in rows if (y := int(row.number("year"))) <= network.year), default=None)
    price = newest_until(tables, "price", CHINA, "NdPr oxide", year) if year else None
    if year is None or price is None:
        return ()
    assumptions = read_assumptions(tables)
    metal = MATERIALS["ndpr_metal"].oxide_per_tonne or 1.0
    prices = {
        "compounds": price[0].value,
        "metal": price[0].value * metal / assumptions[OXIDE_TO_METAL].base,
    }
    computed = _across_borders(network)
    told = _told(tables)
    regions = {row.text("iso3"): row.text("region") for row in tables["countries"]}
    found = [
        _gap(row, prices, assumptions[LIGHT_PRICE], computed, told, regions)
        for row in rows
        if int(row.number("year")) == year
    ]
    order = list(MATERIAL)
    return tuple(sorted(found, key=lambda g: (order.index(g.good), -g.observed_t, g.exporter)))


def _gap(
    row: Row,
    prices: Mapping[str, float],
    light: Assumption,
    computed: Mapping[tuple[str, str, str], float],
    told: set[tuple[str, str, str]],
    regions: Mapping[str, str],
) -> TradeGap:
    good, pair = row.text("good"), (row.text("exporter"), row.text("importer"))
    gross, material = row.number("tonnes"), MATERIAL[row.text("good")]
    value = row.number("kusd") / gross
    base, low, high = (
        gross * (1.0 if good == CONCENTRATE else ndpr_like(value, prices[good], q))
        for q in (light.base, light.high, light.low)
    )
    ends = {(a, b) for a in (pair[0], regions[pair[0]]) for b in (pair[1], regions[pair[1]])}
    return TradeGap(
        exporter=pair[0],
        importer=pair[1],
        good=good,
        hs6=row.text("hs6"),
        year=int(row.number("year")),
        gross_t=gross,
        usd_per_kg=value,
        observed_t=base,
        observed_low_t=low,
        observed_high_t=high,
        computed_t=computed.get((material, *pair), 0.0),
        is_input=any((material, *end) in told for end in ends),
        sources=row.names("sources"),
    )


def ndpr_like(unit_value: float, price: float, light: float) -> float:
    """Share (0..1) of a mixed flow that is like NdPr; all prices in USD/kg."""
    return min(1.0, max(0.0, (unit_value - light) / (price - light)))


def _across_borders(network: Network) -> dict[tuple[str, str, str], float]:
    """Tonnes by material, country of the seller and country of the buyer."""
    total: dict[tuple[str, str, str], float] = defaultdict(float)
    for flow in network.flows:
        seller, buyer = network.sites[flow.origin], network.sites[flow.target]
        if seller.country != buyer.country:
            total[flow.material, seller.country, buyer.country] += flow.tonnes
    return total


def _told(tables: Tables) -> set[tuple[str, str, str]]:
    return {
        (row.text("material"), row.text("origin"), row.text("target")) for row in tables["blocks"]
    }
