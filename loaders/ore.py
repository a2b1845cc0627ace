"""From the mines through cracking and separation to oxides, by element.

Plants outside China whose NdPr output is known take the ore they need for it; the rest of a
mine's ore goes to its Chinese customers, split by size, or stays as a named stock. Chinese
plants separate every element they receive; plants outside China only those they are known to
make, and keep the others as mixed concentrate.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graph.model import CHINA, ELEMENTS, Confidence, Role, Site, Stage
from loaders.facts import Facts, Ore
from loaders.ledger import NEGLIGIBLE, Ledger

Array = NDArray[np.float64]

SIZE_PRIOR = "PRI02"
SCRAP_RETURN = "YLD05"
SWARF_ROUTE = "swarf_route"
UNDOCUMENTED = "m_cn_undocumented"
UNDOCUMENTED_BUYER = "s_creg_other"
UNPLACED = "x_ore_unplaced"
MIXED = "x_seg_world"
SM_STOCK = "x_sm_stock_fra"
STOCKS = {"m_mountain_pass": "x_ore_stock_usa", "m_ind_oscom": "x_ore_stock_ind"}
DRAWS = {"m_mt_weld": "x_ore_stock_aus"}
NDPR = ELEMENTS.index("NdPr")


@dataclass(frozen=True, slots=True)
class Separation:
    """Oxides for sale, t a year by separator, and the recovery of each plant."""

    made: dict[str, Array]
    recovery: dict[tuple[str, str], float] = field(default_factory=dict)

    def oxide(self, element: str) -> dict[str, float]:
        e = ELEMENTS.index(element)
        return {id: float(content[e]) for id, content in self.made.items() if content[e] > 0}


def swarf_routes(facts: Facts, maker: Site) -> dict[str, float]:
    """Share of a magnet maker's swarf by recycler; rows of assumptions named FROM>RECYCLER."""
    routes = facts.about(SWARF_ROUTE)
    for place in (maker.country, "*"):
        found = {
            key.split(">")[1]: share for key, share in routes.items() if key.split(">")[0] == place
        }
        if found:
            return found
    raise KeyError(f"no swarf route for {maker.country}")


def separate(facts: Facts, ledger: Ledger, ndpr_needs: dict[str, float]) -> Separation:
    """Send ore to separators and book what they make. Fills the ledger with ore and swarf.

    `ndpr_needs` (t oxide) decides how much undocumented Chinese feed closes NdPr.
    """
    recovery = _recoveries(facts)
    _ship_ore(facts, ledger, recovery)
    made, rates = _outputs(facts, ledger, recovery)
    gap = sum(ndpr_needs.values()) - sum(content[NDPR] for content in made.values())
    if gap > 0:
        ore = facts.ores[UNDOCUMENTED]
        tonnes = gap / (ore.content[NDPR] * recovery[UNDOCUMENTED_BUYER])
        ledger.add(
            UNDOCUMENTED,
            UNDOCUMENTED_BUYER,
            "concentrate",
            tonnes,
            tonnes * ore.content,
            Confidence.ASSUMED,
        )
        made[UNDOCUMENTED_BUYER] = (
            made[UNDOCUMENTED_BUYER] + recovery[UNDOCUMENTED_BUYER] * tonnes * ore.content
        )
    samarium = np.zeros(len(ELEMENTS))
    samarium[ELEMENTS.index("Sm")] = facts.outputs.get((SM_STOCK, "sm_oxide"), 0.0)
    made[SM_STOCK] = samarium
    return Separation(made, rates)


def _final(facts: Facts) -> list[Site]:
    """Running plants that make oxide from ore."""
    return [
        s
        for s in facts.at(Stage.SEPARATION)
        if s.role in {Role.PLANT, Role.RESIDUAL}
        and (s.country == CHINA or (s.id, "ndpr_oxide") in facts.outputs)
    ]


def _routes(facts: Facts, mine: str) -> dict[str, list[tuple[str, ...]]]:
    """Ways from a mine to each final separator, directly or through one cracking plant."""
    final = {s.id for s in _final(facts)}
    ways: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for customer in _customers(facts, mine):
        if customer in final:
            ways[customer].append((mine, customer))
        elif facts.sites[customer].role is Role.INTERMEDIATE:
            for second in _customers(facts, customer):
                if second in final:
                    ways[second].append((mine, customer, second))
    return dict(ways)


def _customers(facts: Facts, site: str) -> list[str]:
    return [
        link.target
        for link in facts.links.values()
        if link.origin == site
        and link.target in facts.running
        and facts.sites[link.target].stage is Stage.SEPARATION
    ]


def _recoveries(facts: Facts) -> dict[str, float]:
    """Share of the content a plant turns into oxide: the mean of the ores it is fed."""
    rates: dict[str, list[float]] = defaultdict(list)
    for mine in facts.at(Stage.MINE):
        for plant in _routes(facts, mine.id):
            rates[plant].append(facts.ores[mine.id].recovery)
    return {plant: float(np.mean(found)) for plant, found in rates.items()}


def _ship_ore(facts: Facts, ledger: Ledger, recovery: dict[str, float]) -> None:
    left = {m.id: m.output or 0.0 for m in facts.at(Stage.MINE)}
    ways = {mine: _routes(facts, mine) for mine in left}
    hungry: dict[str, float] = {}
    for plant in _final(facts):
        if (plant.id, "ndpr_oxide") not in facts.outputs:
            continue
        missing = facts.outputs[plant.id, "ndpr_oxide"]
        for mine in [mine for mine in left if plant.id in ways[mine] and left[mine] > 0]:
            per_tonne = facts.ores[mine].content[NDPR] * recovery[plant.id]
            sent = min(missing / per_tonne, left[mine])
            _send(ledger, facts.ores[mine], ways[mine][plant.id], sent)
            left[mine] -= sent
            missing -= sent * per_tonne
            if missing > NEGLIGIBLE and mine in DRAWS:
                drawn = missing / per_tonne
                _send(ledger, facts.ores[mine], [(DRAWS[mine], plant.id)], drawn)
                missing = 0.0
            if missing <= NEGLIGIBLE:
                break
        hungry[plant.id] = missing
    _place_free_ore(facts, ledger, recovery, left, ways, hungry)
    bars = {b.origin: b.tonnes for b in facts.blocks if b.material == "concentrate"}
    for mine, tonnes in left.items():
        chinese = {p: w for p, w in ways[mine].items() if facts.sites[p].country == CHINA}
        country = facts.sites[mine].country
        sent = min(tonnes, bars.get(country, tonnes)) if chinese else 0.0
        sizes = {p: _size(facts, p) for p in chinese}
        for buyer, size in sizes.items():
            _send(ledger, facts.ores[mine], ways[mine][buyer], sent * size / sum(sizes.values()))
        if tonnes > sent:
            stock = STOCKS.get(mine, UNPLACED)
            _send(ledger, facts.ores[mine], [(mine, stock)], tonnes - sent)


def _place_free_ore(
    facts: Facts,
    ledger: Ledger,
    recovery: dict[str, float],
    left: dict[str, float],
    ways: dict[str, dict[str, list[tuple[str, ...]]]],
    hungry: dict[str, float],
) -> None:
    """Ore of mines without a named customer goes to plants outside China that name no mine.

    Takes from `left` (t REO by mine) what goes, and sets the recovery of the plants that get it.
    """
    fed = {plant for routes in ways.values() for plant in routes}
    for plant, wanted in hungry.items():
        missing = 0.0 if plant in fed else wanted
        for mine in [mine for mine in left if not ways[mine] and mine not in STOCKS]:
            if missing <= NEGLIGIBLE or left[mine] <= NEGLIGIBLE:
                continue
            ore = facts.ores[mine]
            rate = recovery.setdefault(plant, ore.recovery)
            sent = min(missing / (ore.content[NDPR] * rate), left[mine])
            _send(ledger, ore, [(mine, plant)], sent)
            left[mine] -= sent
            missing -= sent * ore.content[NDPR] * rate


def _send(ledger: Ledger, ore: Ore, ways: list[tuple[str, ...]], tonnes: float) -> None:
    """Book ore along its ways, in equal parts where there are several."""
    part = tonnes / len(ways)
    for way in ways:
        for origin, target in pairwise(way):
            ledger.add(origin, target, "concentrate", part, part * ore.content)


def _size(facts: Facts, plant: str) -> float:
    site = facts.sites[plant]
    if site.capacity is not None and site.capacity_unit == "t REO":
        return site.capacity
    return facts.base(SIZE_PRIOR)


def _outputs(
    facts: Facts, ledger: Ledger, recovery: dict[str, float]
) -> tuple[dict[str, Array], dict[tuple[str, str], float]]:
    """Oxide by plant and element; what is not separated leaves as mixed concentrate."""
    made: dict[str, Array] = {}
    rates: dict[tuple[str, str], float] = {}
    for plant in _final(facts):
        content = ledger.into(plant.id, "concentrate")
        if content.sum() <= 0:
            continue
        rates[plant.id, "concentrate"] = recovery[plant.id]
        recovered = recovery[plant.id] * content
        if plant.country != CHINA:
            kept = np.array(
                [
                    recovered[e]
                    if element in {"NdPr", "other"}
                    else min(
                        recovered[e],
                        facts.outputs.get((plant.id, f"{element.lower()}_oxide"), 0.0),
                    )
                    for e, element in enumerate(ELEMENTS)
                ]
            )
            mixed = recovered - kept
            ledger.add(plant.id, MIXED, "concentrate", float(mixed.sum()), mixed)
            recovered = kept
        made[plant.id] = recovered
    returned = facts.base(SCRAP_RETURN)
    for recycler in facts.at(Stage.SEPARATION):
        content = ledger.into(recycler.id, "swarf")
        if content.sum() > 0:
            rates[recycler.id, "swarf"] = returned
            made[recycler.id] = made.get(recycler.id, 0.0) + returned * content
    return made, rates
