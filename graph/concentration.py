"""How few suppliers each stage rests on, in its own output and in what the end uses hold.

    HHI = sum_k s_k^2                           Herfindahl-Hirschman index, 1/n .. 1
    effective number of suppliers = 1 / HHI     as many suppliers of equal size would give that HHI

(Hirschman, "National Power and the Structure of Foreign Trade", 1945; Herfindahl, "Concentration in
the Steel Industry", thesis, Columbia University, 1950; the number-equivalent: Adelman, "Comment on
the H concentration measure as a numbers-equivalent", Review of Economics and Statistics 51, 1969.)
s_k is the share of a country, an owner or a site. On the tier level it is a share of the output of
a stage; on the embodied level a share of what the end uses hold of an element, by where that has
been taken through the stage (graph/embodied.py).

What nobody can place or name is no supplier. `hhi` counts all of it as one supplier, as the HHI of
`graph.indicators.stage_shares` does. `hhi_low` is what would hold if every unknown tonne had a
supplier of its own, `hhi_high` if all of it came from the largest known one: no other answer lies
outside these two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.embodied import passed
from graph.ensemble import Band, band
from graph.indicators import CONTROLLED, LOCATED, herfindahl, outputs
from graph.model import UNKNOWN_COUNTRY, Role, Site, Stage
from graph.network import Network
from graph.who import BLOCS, top_owner

TIER, EMBODIED = "tier", "embodied"
LEVELS = (TIER, EMBODIED)
COUNTRY, OWNER, SITE = "country", "owner", "site"
GROUPS = (COUNTRY, OWNER, SITE)
WORLD, EU = "world", "EU27"
REGIONS, COUNTRIES, SECTORS, END_USES = "regions", "countries", "sectors", "end-uses"
DEMANDS = (REGIONS, COUNTRIES, SECTORS, END_USES)
"""Whose consumption the embodied level looks at: the world and the EU; or each country, sector or
end use."""
PASS, FAIL, OPEN = "pass", "fail", "unknown"
LEADERS = 5


@dataclass(frozen=True, slots=True)
class Supplier:
    """A country, owner or site and its share, 0..1."""

    id: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class ConcentrationRow:
    """The suppliers of one stage and material; every share is 0..1 of `tonnes`, a year.

    Tier: output in the basis of the material, `demand` empty. Embodied: what the end uses that
    `demand` names hold of an element, oxide equivalent. `suppliers` counts the known ones,
    `leaders` names the largest five; `unknown_share` is what nobody can place or name. `hhi_low`,
    `hhi_high` and the effective numbers that follow from them bound what the unknown can change;
    `effective_high` is None where no supplier is known. `lens` is empty for owners and sites.

    `crma_65` tests the ceiling that the EU's Critical Raw Materials Act sets for 2030 on what any
    one third country may account for of the Union's annual consumption of a strategic raw material
    at any relevant stage of processing (Regulation (EU) 2024/1252, Article 5(1)(b)): `pass`, `fail`
    or, where the unknown decides, `unknown`. It belongs to the demand EU27 and to where sites
    stand; by control, and for the world, the same ceiling is held up to compare. Empty elsewhere.
    """

    level: str
    demand: str
    stage: Stage
    material: str
    by: str
    lens: str
    snapshot: str
    year: int
    tonnes: float
    hhi: float
    hhi_low: float
    hhi_high: float
    effective_suppliers: float
    effective_low: float
    effective_high: float | None
    suppliers: int
    top1: str
    top1_name: str
    top1_share: float
    top3_share: float
    unknown_share: float
    third_country: str
    third_country_share: float | None
    crma_65: str
    leaders: tuple[Supplier, ...]

    @property
    def key(self) -> tuple[str, str, Stage, str]:
        """What the row is about, the same in every balance."""
        return self.level, self.demand, self.stage, self.material


@dataclass(frozen=True, slots=True)
class Rank:
    """How often, over the balances, a leader is among the first five and at its very rank."""

    id: str
    name: str
    rank: int
    in_top5: float
    at_rank: float


@dataclass(frozen=True, slots=True)
class ConcentrationBand:
    """A row of the balance in use, and what other balances of the same margins make of it.

    `crma_holds` is the share of balances with the same verdict on the ceiling; None without one.
    """

    row: ConcentrationRow
    balances: int
    hhi: Band
    top1_share: Band
    top3_share: Band
    crma_holds: float | None
    ranks: tuple[Rank, ...]


def concentration(
    network: Network,
    *,
    level: str = TIER,
    by: str = COUNTRY,
    lens: str = LOCATED,
    of: str = REGIONS,
    ceiling: float,
) -> tuple[ConcentrationRow, ...]:
    """Rows of one of LEVELS by one of GROUPS, in the order of the chain.

    `lens`, one of `graph.indicators.LENSES`, says whose country a site counts for; `of`, one of
    DEMANDS, whose consumption is looked at; `ceiling` is that of the Critical Raw Materials Act,
    0..1. Raises DataError where an element goes round in a loop and none of it comes in.
    """
    made: Iterable[tuple[tuple[str, Stage, str], Mapping[str, float], float]]
    if level == TIER:
        made = ((("", *key), tonnes, 0.0) for key, tonnes in outputs(network).items() if tonnes)
    else:
        made = (
            (key, found.through, sum(found.behind.values()))
            for key, found in passed(network, demands(network, of))
        )
    return tuple(
        _row(network, (level, *key), by, lens, tonnes, behind, ceiling)
        for key, tonnes, behind in made
    )


def demands(network: Network, of: str) -> dict[str, tuple[str, ...]]:
    """Names of sets of end uses, and their sites: one set for each of what `of`, one of DEMANDS,
    says. Other uses than magnets, which have no place in the data, belong to none."""
    found: dict[str, list[str]] = defaultdict(list)
    for site in network.sites.values():
        if not site.is_end_use:
            continue
        names: Collection[str] = {
            REGIONS: (WORLD, EU) if site.country in BLOCS[EU] else (WORLD,),
            COUNTRIES: (site.country,),
            SECTORS: (site.sector,),
            END_USES: (site.id,),
        }[of]
        for name in names:
            found[name].append(site.id)
    return {name: tuple(ids) for name, ids in found.items()}


def supplier(site: Site, by: str, lens: str) -> str:
    """Whom a site counts for; empty where nobody can say.

    The unnamed rest of a country has neither owner nor site, unless the stakes tell an owner.
    """
    if by == COUNTRY:
        country = site.controlling_country if lens == CONTROLLED else site.country
        return "" if country == UNKNOWN_COUNTRY else country
    if by == OWNER and (site.role is Role.PLANT or site.controlled_through):
        return top_owner(site)
    return site.id if by == SITE and site.role is Role.PLANT else ""


def _row(
    network: Network,
    key: tuple[str, str, Stage, str],
    by: str,
    lens: str,
    made: Mapping[str, float],
    behind: float,
    ceiling: float,
) -> ConcentrationRow:
    level, demand, stage, material = key
    of: dict[str, float] = defaultdict(float)
    for id, tonnes in made.items():
        of[supplier(network.sites[id], by, lens)] += tonnes
    unplaced = of.pop("", 0.0) + behind
    total = sum(of.values()) + unplaced
    unknown = unplaced / total
    leaders = [
        Supplier(id, network.sites[id].name if by == SITE else id, tonnes / total)
        for id, tonnes in sorted(of.items(), key=lambda item: (-item[1], item[0]))
    ]
    top = leaders[0] if leaders else Supplier("", "", 0.0)
    low = herfindahl(each.share for each in leaders)
    hhi = low + unknown**2
    high = hhi + 2 * top.share * unknown
    tested = by == COUNTRY and demand in (WORLD, EU)
    third = next((each for each in leaders if each.id not in BLOCS[EU]), Supplier("", "", 0.0))
    return ConcentrationRow(
        level=level,
        demand=demand,
        stage=stage,
        material=material,
        by=by,
        lens=lens if by == COUNTRY else "",
        snapshot=network.snapshot,
        year=network.year,
        tonnes=total,
        hhi=hhi,
        hhi_low=low,
        hhi_high=high,
        effective_suppliers=1 / hhi,
        effective_low=1 / high,
        effective_high=1 / low if low else None,
        suppliers=len(leaders),
        top1=top.id,
        top1_name=top.name,
        top1_share=top.share,
        top3_share=sum(each.share for each in leaders[:3]),
        unknown_share=unknown,
        third_country=third.id if tested else "",
        third_country_share=third.share if tested else None,
        crma_65=_verdict(third.share, unknown, ceiling) if tested else "",
        leaders=tuple(leaders[:LEADERS]),
    )


def _verdict(share: float, unknown: float, ceiling: float) -> str:
    if share > ceiling:
        return FAIL
    return PASS if share + unknown <= ceiling else OPEN


def bands(balances: Sequence[tuple[ConcentrationRow, ...]]) -> tuple[ConcentrationBand, ...]:
    """The rows of the first balance with bands over all of them, the first among them.

    A balance in which a row does not exist, because nothing flows there, adds nothing to its bands
    and counts as one in which no rank and no verdict holds.
    """
    found: dict[tuple[str, str, Stage, str], list[ConcentrationRow]] = defaultdict(list)
    for rows in balances:
        for row in rows:
            found[row.key].append(row)
    return tuple(_band(row, found[row.key], len(balances)) for row in balances[0])


def _band(row: ConcentrationRow, drawn: list[ConcentrationRow], balances: int) -> ConcentrationBand:
    leaders = [[each.id for each in other.leaders] for other in drawn]
    return ConcentrationBand(
        row=row,
        balances=balances,
        hhi=band(np.array([other.hhi for other in drawn])),
        top1_share=band(np.array([other.top1_share for other in drawn])),
        top3_share=band(np.array([other.top3_share for other in drawn])),
        crma_holds=sum(other.crma_65 == row.crma_65 for other in drawn) / balances
        if row.crma_65
        else None,
        ranks=tuple(
            Rank(
                id=each.id,
                name=each.name,
                rank=place + 1,
                in_top5=sum(each.id in ids for ids in leaders) / balances,
                at_rank=sum(ids[place : place + 1] == [each.id] for ids in leaders) / balances,
            )
            for place, each in enumerate(row.leaders)
        ),
    )
