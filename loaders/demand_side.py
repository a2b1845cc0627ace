"""What end uses need, and through which component makers: the pull at the end of the chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from graph.model import MAGNETS, Flow, Role, Site, Stage
from loaders.facts import Facts
from loaders.fitting import fit

REGIONS = ("CHN", "EU", "USA", "JPN", "REST")
NAMED_SHARE = "PRI03"
KNOWN_SHARE = "PRI04"


@dataclass(frozen=True, slots=True)
class Pull:
    """Finished magnets, t a year, that each component maker passes to each end use."""

    tonnes: Mapping[tuple[str, str, str], float]
    """by (component, end use, ndfeb or smco)"""

    def by_component(self, material: str) -> dict[str, float]:
        total: dict[str, float] = defaultdict(float)
        for (component, _, m), t in self.tonnes.items():
            if m == material:
                total[component] += t
        return dict(total)


def pull(facts: Facts) -> Pull:
    """Named end uses from their own counts, the rest from the totals of sector and region."""
    tonnes: dict[tuple[str, str, str], float] = defaultdict(float)
    used: dict[tuple[str, str, str], float] = defaultdict(float)
    for use in facts.at(Stage.END_USE):
        for material in MAGNETS:
            need = facts.needs.get((use.id, material), 0.0)
            for component, share in _suppliers(facts, use, material).items() if need else ():
                tonnes[component, use.id, material] += need * share
                sector = use.sector if material == "ndfeb" else "smco"
                used[sector, facts.region(component), material] += need * share
    for material in MAGNETS:
        for (sector, region), rest in _unnamed(facts, material, used).items():
            use_id, component_id = _residual("eu", sector, region), _residual("co", sector, region)
            named = _named_makers(facts, sector, region, material)
            for component, share in _split(facts.base(NAMED_SHARE), named, component_id).items():
                tonnes[component, use_id, material] += rest * share
    return Pull(dict(tonnes))


def count_units(sites: Mapping[str, Site], flows: Iterable[Flow]) -> dict[str, Site]:
    """Sites with the units a year of end uses whose magnets and kilograms a unit are known."""
    magnets: dict[str, float] = defaultdict(float)
    for flow in flows:
        magnets[flow.target] += flow.tonnes
    return {
        id: replace(site, units=magnets[id] * 1000.0 / site.magnet_kg_per_unit)
        if site.units is None and site.magnet_kg_per_unit and magnets[id] > 0
        else site
        for id, site in sites.items()
    }


def _residual(kind: str, sector: str, region: str) -> str:
    return f"{kind}_other_{sector.lower()}_{region.lower()}"


def _handles(component: Site, material: str) -> bool:
    """Whether a component maker uses this kind of magnet; NdFeB unless its row says SmCo only."""
    text = " ".join(component.elements)
    return "SmCo" in text if material == "smco" else "SmCo" not in text or "NdFeB" in text


def _suppliers(facts: Facts, use: Site, material: str) -> dict[str, float]:
    """Share of each component maker in the need of an end use: the listed ones, then the rest."""
    listed = [
        link.origin
        for link in facts.links.values()
        if link.target == use.id
        and link.kind in facts.carried
        and link.origin in facts.running
        and facts.sites[link.origin].stage is Stage.COMPONENT
        and _handles(facts.sites[link.origin], material)
    ]
    sector = use.sector if material == "ndfeb" else "smco"
    rest = _residual("co", sector, facts.region(use.id))
    return _split(facts.base(KNOWN_SHARE), listed, rest)


def _named_makers(facts: Facts, sector: str, region: str, material: str) -> list[str]:
    """Named component makers of a sector and region, for the end uses nobody names."""
    return [
        site.id
        for site in facts.at(Stage.COMPONENT)
        if site.role is Role.PLANT
        and site.sector == sector
        and facts.region(site.id) == region
        and material == "ndfeb"
        and _handles(site, material)
        and not _captive(facts, site)
    ]


def _captive(facts: Facts, component: Site) -> bool:
    """True for the in-house motor plant of one maker: it sells to nobody else."""
    customers = [link.target for link in facts.links.values() if link.origin == component.id]
    return len(customers) == 1 and facts.sites[customers[0]].operator == component.owner


def _split(together: float, named: list[str], rest: str) -> dict[str, float]:
    if not named:
        return {rest: 1.0}
    shares = {id: together / len(named) for id in named}
    shares[rest] = shares.get(rest, 0.0) + 1.0 - together
    return shares


def _unnamed(
    facts: Facts, material: str, used: Mapping[tuple[str, str, str], float]
) -> dict[tuple[str, str], float]:
    """Finished magnets of the end uses nobody names, by sector and region of the component maker.

    What is left of the totals of sectors and regions after the named end uses, fitted to both
    from the prior of China's share in each sector.
    """
    sectors = [name for name, m in facts.sector_totals if m == material]
    named = np.array([[used.get((s, r, material), 0.0) for r in REGIONS] for s in sectors])
    rows = np.array([facts.sector_totals[name, material] for name in sectors])
    columns = np.array([facts.region_totals[name, material] for name in REGIONS])
    china = np.array([facts.china_shares[name] for name in sectors])
    abroad = columns[1:] / columns[1:].sum()
    prior = np.column_stack([china, (1 - china)[:, None] * abroad]) * rows[:, None]
    left_rows = np.maximum(rows - named.sum(axis=1), 0.0)
    left_columns = np.maximum(columns - named.sum(axis=0), 0.0)
    left_columns *= left_rows.sum() / left_columns.sum()
    fitted = fit(np.maximum(prior - named, 0.01 * prior), left_rows, left_columns).flows
    return {
        (sector, region): float(fitted[i, j])
        for i, sector in enumerate(sectors)
        for j, region in enumerate(REGIONS)
        if fitted[i, j] > 0 and _residual("eu", sector, region) in facts.running
    }
