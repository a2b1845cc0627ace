"""Estimate the volumes nobody publishes, so that every site's mass balances.

Solved from the end uses upwards, one market at a time: magnets to component makers, metal to
magnet makers, oxide to metal makers, ore to separators, swarf back to recyclers. In each market
what sellers make and buyers need is known or follows from the step before; the flows between
them are those nearest to a prior of who can sell to whom (`loaders.market`) that meet these
totals and the trade that is known (`loaders.fitting`). Per market one seller, the unnamed rest
in China, closes the total; undocumented Chinese feed closes NdPr oxide; what still does not
close goes to a named imbalance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graph.errors import DataError, Problem
from graph.model import CHINA, ELEMENTS, MAGNET_ELEMENTS, MATERIALS, Confidence, Flow, Site, Stage
from loaders.clearing import BlockMiss, clear
from loaders.demand_side import Pull, pull
from loaders.facts import FINISHED, OXIDE_TO_METAL, Facts
from loaders.fitting import fit, thin
from loaders.ledger import Ledger
from loaders.market import prior
from loaders.ore import Separation, separate, swarf_routes

Array = NDArray[np.float64]

METAL_TO_BLANK = "YLD03"
RECYCLED_FEED = "recycled_feed_share"
SMCO_YIELD = "smco_yield"
SCRAP = "x_scrap_eol"
SM_SURPLUS = "x_sm_left"
USA_OXIDE = "s_mountain_pass"
USA_OXIDE_STOCK = "x_oxide_stock_usa"
OTHER_USES = "x_other_use_rest"
CLOSING_MAGNET = {"ndfeb": "mg_cn_other", "smco": "mg_cn_smco_other"}
CLOSING_METAL = "ma_cn_other"
OF_METAL = {"NdPr": "ndpr_metal", "Dy": "dy_metal", "Tb": "tb_metal", "Sm": "sm_metal"}
OF_OXIDE = {"NdPr": "ndpr_oxide", "Dy": "dy_oxide", "Tb": "tb_oxide", "Sm": "sm_oxide"}


@dataclass(frozen=True, slots=True)
class Balance:
    """Flows that balance, what each site recovers of its inputs, and what gave way."""

    flows: tuple[Flow, ...]
    recovery: dict[tuple[str, str], float]
    missed: tuple[BlockMiss, ...]


def balance(facts: Facts, seed: int | None = None) -> Balance:
    """The flows of a snapshot. A `seed` draws another balance of the same margins and links.

    Raises DataError where the totals of a market cannot be met.
    """
    return _Balancing(facts, seed).run()


@dataclass(slots=True)
class _Balancing:
    """The state of one balance: a ledger that fills market by market."""

    facts: Facts
    seed: int | None
    ledger: Ledger = field(init=False)
    recovery: dict[tuple[str, str], float] = field(default_factory=dict)
    missed: list[BlockMiss] = field(default_factory=list)
    random: np.random.Generator | None = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.facts)
        self.random = None if self.seed is None else np.random.default_rng(self.seed)

    def run(self) -> Balance:
        demand = pull(self.facts)
        self._magnets(demand, "ndfeb")
        self._magnets(demand, "smco")
        self._components(demand)
        needs = self._metal_needs()
        for element in MAGNET_ELEMENTS:
            self._metal(element, needs[element])
        oxide_needs = self._oxide_needs()
        made = separate(self.facts, self.ledger, oxide_needs["NdPr"])
        self.recovery |= made.recovery
        for element in MAGNET_ELEMENTS:
            self._oxide(element, made, oxide_needs[element])
        self._rest(made)
        return Balance(self.ledger.flows(), self.recovery, tuple(self.missed))

    # -- magnets ---------------------------------------------------------------------------

    def _magnets(self, demand: Pull, material: str) -> None:
        facts = self.facts
        needs = demand.by_component(material)
        buyers = [facts.sites[id] for id in sorted(needs)]
        wanted = np.array([needs[b.id] for b in buyers])
        per_blank = facts.base(FINISHED) if material == "ndfeb" else 1.0
        makers = [s for s in facts.at(Stage.MAGNET) if facts.outputs.get((s.id, material))]
        made = np.array([facts.outputs[s.id, material] * per_blank for s in makers])
        makers, made = self._close(makers, made, wanted, CLOSING_MAGNET[material])
        table = self._clear(material, makers, buyers, made, wanted, self._magnet_links())
        for i, maker in enumerate(makers):
            for j, buyer in enumerate(buyers):
                t = float(table[i, j])
                content = t * self._content(material, maker, buyer)
                self.ledger.add(maker.id, buyer.id, material, t, content)

    def _magnet_links(self) -> set[tuple[str, str]]:
        """Known customers; a maker's link to an end use goes through its unnamed tier-1 makers."""
        known = set()
        for (origin, target), link in self.facts.links.items():
            customer = self.facts.sites[target]
            if (
                link.kind not in self.facts.carried
                or self.facts.sites[origin].stage is not Stage.MAGNET
            ):
                continue
            if customer.stage is Stage.COMPONENT:
                known.add((origin, target))
            elif customer.stage is Stage.END_USE:
                region = self.facts.regions[customer.country].lower()
                known.add((origin, f"co_other_{customer.sector.lower()}_{region}"))
        return known

    def _content(self, material: str, maker: Site, buyer: Site) -> Array:
        """t oxide equivalent by element in a tonne of magnet: NdPr by maker, Dy and Tb by use."""
        look = self.facts.lookup
        if material == "smco":
            shares = {"Sm": look("sm_content", "SmCo")}
        else:
            place = CHINA if maker.country == CHINA else f"outside {CHINA}"
            shares = {
                "NdPr": look("ndpr_content", place),
                "Dy": look("dy_content", buyer.sector),
                "Tb": look("tb_content", buyer.sector),
            }
        return np.array(
            [shares.get(e, 0.0) * (_oxide_in(e) if e in shares else 0.0) for e in ELEMENTS]
        )

    def _components(self, demand: Pull) -> None:
        """Components pass the mean of their magnets on; nothing is lost in them."""
        totals = {m: demand.by_component(m) for m in ("ndfeb", "smco")}
        arrived = {
            (c, m): self.ledger.into(c, m)
            for m, by_component in totals.items()
            for c in by_component
        }
        for (component, use, m), t in demand.tonnes.items():
            share = t / totals[m][component]
            self.ledger.add(component, use, m, t, share * arrived[component, m])

    # -- metal -----------------------------------------------------------------------------

    def _metal_needs(self) -> dict[str, dict[str, float]]:
        """t metal by element and magnet maker. What does not end in a magnet is swarf."""
        facts, needs = self.facts, {element: dict[str, float]() for element in MAGNET_ELEMENTS}
        yield_ndfeb = facts.base(FINISHED) * facts.base(METAL_TO_BLANK)
        yield_smco = facts.lookup(SMCO_YIELD, "SmCo")
        for maker in facts.at(Stage.MAGNET):
            finished = self.ledger.out_of(maker.id, "ndfeb")
            if finished.sum() > 0:
                content = finished / yield_ndfeb
                self._swarf(maker, content - finished)
                scrap = facts.lookup(RECYCLED_FEED, maker.id, 0.0) * content
                self.ledger.add(SCRAP, maker.id, "swarf", float(scrap.sum()), scrap)
                content = content - scrap
                for e in ("NdPr", "Dy", "Tb"):
                    needs[e][maker.id] = float(content[ELEMENTS.index(e)]) / _oxide_in(e)
            samarium = float(self.ledger.out_of(maker.id, "smco")[ELEMENTS.index("Sm")])
            if samarium > 0:
                self.recovery[maker.id, "sm_metal"] = yield_smco
                needs["Sm"][maker.id] = samarium / yield_smco / _oxide_in("Sm")
        return needs

    def _swarf(self, maker: Site, content: Array) -> None:
        for recycler, share in swarf_routes(self.facts, maker).items():
            part = share * content
            self.ledger.add(
                maker.id, recycler, "swarf", float(part.sum()), part, Confidence.ASSUMED
            )

    def _metal(self, element: str, needs: dict[str, float]) -> None:
        facts, material = self.facts, OF_METAL[element]
        magnet_makers = [facts.sites[id] for id in needs if needs[id] > 0]
        wanted = np.array([needs[m.id] for m in magnet_makers])
        makers = [s for s in facts.at(Stage.METAL) if self._makes(s, element)]
        sizes = np.array([facts.outputs.get((s.id, "ndpr_metal"), 0.0) for s in makers])
        if element in {"Dy", "Tb"}:
            # Buyers decide; sellers without a tonnage of their own follow their size in NdPr.
            closing = makers.index(facts.sites[CLOSING_METAL])
            sizes[closing] = self.ledger.out_of(CLOSING_METAL, "ndpr_metal").sum() / _oxide_in(
                "NdPr"
            )
            sizes = np.maximum(sizes, 1.0)
            known = self._known(Stage.METAL, Stage.MAGNET)
            table = prior(facts, material, makers, magnet_makers, sizes, wanted, known, self.random)
            table *= wanted / table.sum(axis=0)
            rows = self._given(makers, material, table.sum(axis=1))
            table = fit(table, rows, wanted).flows
            keep = np.array([[(m.id, b.id) in known for b in magnet_makers] for m in makers])
            table = thin(table, rows, wanted, keep)
            self._sell(makers, magnet_makers, material, table)
            return
        made = np.array([facts.outputs.get((s.id, material), 0.0) for s in makers])
        passing = (
            [s for s in facts.at(Stage.METAL) if (s.id, "alloy") in facts.outputs]
            if element == "NdPr"
            else []
        )
        through = np.array([facts.outputs[s.id, "alloy"] for s in passing])
        buyers, wants = [*magnet_makers, *passing], np.concatenate([wanted, through])
        makers, made = self._close(makers, made, wanted, CLOSING_METAL)
        sellers, sells = [*makers, *passing], np.concatenate([made, through])
        table = self._clear(material, sellers, buyers, sells, wants, self._known(Stage.METAL, None))
        self._sell(sellers, buyers, material, table)

    def _given(self, makers: list[Site], material: str, rows: Array) -> Array:
        """Row sums with the outputs that are known; the other makers share what is left."""
        known = np.array([self.facts.outputs.get((m.id, material), np.nan) for m in makers])
        free = np.isnan(known)
        left = rows.sum() - known[~free].sum()
        return np.where(free, rows * left / rows[free].sum(), known)

    def _makes(self, site: Site, element: str) -> bool:
        outputs = self.facts.outputs
        if element in {"NdPr", "Sm"}:
            return bool(outputs.get((site.id, OF_METAL[element]))) or (
                element == "Sm" and site.country == CHINA and _mentions(site, "Sm")
            )
        if (site.id, "alloy") in outputs:
            return False
        return site.id == CLOSING_METAL or (
            bool(outputs.get((site.id, "ndpr_metal"))) and _mentions(site, element)
        )

    # -- oxide -----------------------------------------------------------------------------

    def _oxide_needs(self) -> dict[str, dict[str, float]]:
        """t oxide by element and buyer: metal makers, other uses of the oxide."""
        facts, needs = self.facts, {element: dict[str, float]() for element in MAGNET_ELEMENTS}
        yield_metal = facts.base(OXIDE_TO_METAL)
        for maker in facts.at(Stage.METAL):
            made = self.ledger.out_of(maker.id)
            if (maker.id, "alloy") in facts.outputs or made.sum() <= 0:
                continue
            recycled = facts.lookup(RECYCLED_FEED, maker.id, 0.0)
            if recycled > 0:
                scrap = recycled * made
                self.ledger.add(SCRAP, maker.id, "swarf", float(scrap.sum()), scrap)
                made = made - scrap
            for e in MAGNET_ELEMENTS:
                t = float(made[ELEMENTS.index(e)]) / yield_metal
                if t > 0:
                    needs[e][maker.id] = t
                    self.recovery[maker.id, OF_OXIDE[e]] = yield_metal
        self._stock_oxide(needs["NdPr"])
        for e in MAGNET_ELEMENTS:
            for (site, material), t in facts.needs.items():
                if material == OF_OXIDE[e]:
                    needs[e][site] = t
        return needs

    def _stock_oxide(self, needs: dict[str, float]) -> None:
        """Oxide of Mountain Pass beyond known sales and home needs goes partly to stock."""
        facts = self.facts
        plant = facts.sites[USA_OXIDE]
        home = sum(t for id, t in needs.items() if facts.sites[id].country == plant.country)
        sold = sum(
            b.tonnes
            for b in facts.blocks
            if b.material == "ndpr_oxide" and b.origin == plant.country
        )
        free = facts.outputs[USA_OXIDE, "ndpr_oxide"] - sold - home
        if free > 0:
            needs[USA_OXIDE_STOCK] = free * facts.lookup("oxide_stock_share", USA_OXIDE)

    def _oxide(self, element: str, made: Separation, needs: dict[str, float]) -> None:
        facts, material = self.facts, OF_OXIDE[element]
        supply = made.oxide(element)
        sellers = [facts.sites[id] for id in supply]
        sells = np.array([supply[s.id] for s in sellers])
        buyers = [facts.sites[id] for id in needs]
        wants = np.array([needs[b.id] for b in buyers])
        surplus = float(sells.sum() - wants.sum())
        rest = facts.sites[SM_SURPLUS if element == "Sm" else f"x_unplaced_{element.lower()}"]
        if surplus > 0:
            buyers, wants = [*buyers, rest], np.append(wants, surplus)
        elif surplus < 0:
            sellers, sells = [*sellers, rest], np.append(sells, -surplus)
        table = self._clear(
            material, sellers, buyers, sells, wants, self._known(Stage.SEPARATION, Stage.METAL)
        )
        self._sell(sellers, buyers, material, table)

    def _rest(self, made: Separation) -> None:
        """The other rare earths leave the chain where they are separated."""
        supply = made.oxide("other")
        self.ledger.add_pure(
            list(supply),
            [OTHER_USES],
            "other_oxide",
            np.array([[t] for t in supply.values()]),
            Confidence.ESTIMATED,
        )

    # -- markets ---------------------------------------------------------------------------

    def _close(
        self, makers: list[Site], made: Array, wanted: Array, closing: str
    ) -> tuple[list[Site], Array]:
        """Let the unnamed rest in China make what the others do not."""
        others = np.array([m.id != closing for m in makers], dtype=bool)
        rest = float(wanted.sum() - made[others].sum())
        if rest < 0:
            raise DataError(
                [
                    Problem(
                        f"named makers make {-rest:,.0f} t more than is needed",
                        "outputs.csv",
                        expected=f"at most {wanted.sum():,.0f} t in all",
                        advice=f"Lower an output, or raise a need, so that {closing} can close.",
                    )
                ]
            )
        kept = [m for m in makers if m.id != closing]
        return [*kept, self.facts.sites[closing]], np.append(made[others], rest)

    def _known(self, seller: Stage, buyer: Stage | None) -> set[tuple[str, str]]:
        """Published relations; a separator's link to a magnet maker is metal made for it."""
        facts, known = self.facts, set()
        for (origin, target), link in facts.links.items():
            stages = facts.sites[origin].stage, facts.sites[target].stage
            if link.kind not in facts.carried or stages[0] is not seller:
                continue
            if buyer in {None, stages[1]}:
                known.add((origin, target))
            elif stages[1] is Stage.MAGNET and buyer is Stage.METAL:
                country = facts.sites[target].country
                known |= {(origin, m.id) for m in facts.at(Stage.METAL) if m.country == country}
        return known

    def _clear(
        self,
        material: str,
        sellers: list[Site],
        buyers: list[Site],
        sells: Array,
        wants: Array,
        known: set[tuple[str, str]],
    ) -> Array:
        flows, missed = clear(
            self.facts, material, sellers, buyers, sells, wants, known, self.random
        )
        self.missed += missed
        return flows

    def _sell(
        self, sellers: Sequence[Site], buyers: Sequence[Site], material: str, table: Array
    ) -> None:
        self.ledger.add_pure([s.id for s in sellers], [b.id for b in buyers], material, table)


def _oxide_in(element: str) -> float:
    """t oxide per t metal of an element, by stoichiometry."""
    factor = MATERIALS[OF_METAL[element]].oxide_per_tonne
    if factor is None:
        raise ValueError(element)
    return factor


def _mentions(site: Site, element: str) -> bool:
    return element in " ".join(site.elements)
