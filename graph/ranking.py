"""Which single loss, and which pair of losses, costs an end use or a sector most.

The loss of several end uses together is counted in US dollars of goods not made, those without a
known value at the median value of a tonne of magnets (`graph.losses.end_use_values`), so that
a share can be given of any set of them. What two cases cost together beyond the sum of what each
costs alone is their synergy (N-2 analysis, as of power grids).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from graph.contingency import Bench, Case, Loss
from graph.errors import ScenarioError, UnknownName
from graph.losses import UnitLoss, end_use_values, stated_values, unit_losses
from graph.network import Network
from graph.paths import heaviest_paths
from graph.plan import Bools, Floats

EVERYTHING = ""
"""Stands for all end uses where one of them, or a sector, can be named."""
TOP = 5
"""Ranks that count as the top."""
NOTHING = 1e-9
"""Share of the goods below which a case costs nothing."""


@dataclass(frozen=True, slots=True)
class Goal:
    """The end uses that a question is about.

    `uses` flags them in the order of `Bench.end_uses`; `values` is US dollars a week of each of
    them, `stated` the same with nan where no value is known, both in the order of `ids`.
    """

    name: str
    ids: tuple[str, ...]
    uses: Bools
    values: Floats
    stated: Floats
    weeks: int

    def share(self, missed: Floats) -> float:
        """Part (0..1) of the goods of the run that is missed; `missed` as in `Loss`."""
        return float(missed[self.uses] @ self.values / (self.values.sum() * self.weeks))

    def usd(self, missed: Floats) -> float | None:
        """What is missed in US dollars, where a value is known; None where none of it has one."""
        missed, known = missed[self.uses], ~np.isnan(self.stated)
        hit = np.abs(missed) > NOTHING
        if not known[hit if hit.any() else slice(None)].any():
            return None
        return float(missed[known] @ self.stated[known])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A case and what it costs; `first_loss_week` counts from 0, None where nothing is lost."""

    rank: int
    case: Case
    lost_usd: float | None
    lost_share: float
    first_loss_week: int | None


@dataclass(frozen=True, slots=True)
class SectorLoss:
    """What one case costs a sector, and its end uses, largest share first.

    `lost_usd` is None where no end use has a known value; units are those of the end uses.
    """

    sector: str
    lost_usd: float | None
    lost_share: float
    end_uses: tuple[UnitLoss, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases lost at once. Synergy is what that costs beyond the sum of the single losses: above
    0 where each stands in for the other, below 0 where both stop the same goods. `rank` is by loss,
    `synergy_rank` by synergy in shares."""

    rank: int
    synergy_rank: int
    first: Case
    second: Case
    lost_usd: float | None
    lost_share: float
    synergy_usd: float | None
    synergy_share: float


def goal_of(bench: Bench, name: str = EVERYTHING) -> Goal:
    """The end use of that id, all of that sector, or all there are.

    Raises UnknownName for another name, ScenarioError where there are no end uses.
    """
    sites = bench.end_uses
    if not sites:
        raise ScenarioError("the network has no end uses with supply, so that nothing can be lost")
    uses = np.array([name in (EVERYTHING, site.id, site.sector) for site in sites], dtype=bool)
    if not uses.any():
        known = {site.id for site in sites} | {site.sector for site in sites if site.sector}
        raise UnknownName("end use or sector", name, sorted(known))
    return _goal(bench, name, uses)


def _goal(bench: Bench, name: str, uses: Bools) -> Goal:
    return Goal(
        name=name,
        ids=tuple(site.id for site, used in zip(bench.end_uses, uses, strict=True) if used),
        uses=uses,
        values=end_use_values(bench.plan)[uses],
        stated=stated_values(bench.plan)[uses],
        weeks=bench.weeks,
    )


def ranking(goal: Goal, losses: Mapping[Case, Loss]) -> tuple[Ranked, ...]:
    """Cases that cost the goal anything, most first; those of equal loss in order of id."""
    shares = {case: goal.share(loss.missed) for case, loss in losses.items()}
    order = sorted(shares, key=lambda case: (-shares[case], case.kind, case.id))
    return tuple(
        Ranked(
            rank=rank,
            case=case,
            lost_usd=goal.usd(losses[case].missed),
            lost_share=shares[case],
            first_loss_week=_first(losses[case], goal),
        )
        for rank, case in enumerate(order, 1)
        if shares[case] > NOTHING
    )


def _first(loss: Loss, goal: Goal) -> int | None:
    weeks = loss.first[goal.uses]
    hit = weeks[weeks >= 0]
    return int(hit.min()) if len(hit) else None


def sector_losses(bench: Bench, loss: Loss) -> tuple[SectorLoss, ...]:
    """What a case costs each sector that loses anything, most in share first."""
    by_use = unit_losses(bench.plan, loss.missed, bench.weeks)
    found = []
    sectors = np.array([site.sector for site in bench.end_uses])
    for sector in set(sectors.tolist()):
        goal = _goal(bench, sector, sectors == sector)
        members = tuple(use for use in by_use if use.sector == sector and use.lost_share > NOTHING)
        if members:
            usd, share = goal.usd(loss.missed), goal.share(loss.missed)
            found.append(SectorLoss(sector, usd, share, members))
    return tuple(sorted(found, key=lambda each: (-each.lost_share, each.sector)))


def pair_candidates(
    network: Network, goal: Goal, losses: Mapping[Case, Loss], most: int
) -> tuple[Case, ...]:
    """Those that cost the goal most alone; after them those that cost nothing, as substitutes of
    each other do, by the tonnes of their heaviest path to the goal. Others cannot matter to it."""
    costly = [each.case for each in ranking(goal, losses)]
    paths = heaviest_paths(network, goal.ids, losses.keys() - set(costly))
    quiet = sorted(paths, key=lambda case: (-paths[case].tonnes, case.id))
    return (*costly, *quiet)[:most]


def pairs_among(cases: Sequence[Case]) -> tuple[tuple[Case, Case], ...]:
    """Every pair of cases, as events for `graph.contingency.losses_of`."""
    return tuple(combinations(cases, 2))


def rank_pairs(
    goal: Goal, singles: Mapping[Case, Loss], pairs: Mapping[tuple[Case, ...], Loss]
) -> tuple[Pair, ...]:
    """Pairs, the largest loss first; `singles` holds what each member costs alone."""
    found = []
    for (first, second), loss in pairs.items():
        extra = loss.missed - singles[first].missed - singles[second].missed
        found.append((goal.share(loss.missed), goal.share(extra), first, second, loss, extra))
    found.sort(key=lambda each: (-each[0], -each[1], each[2].id, each[3].id))
    by_synergy = _places([synergy for _, synergy, *_ in found])
    return tuple(
        Pair(
            rank=rank,
            synergy_rank=by_synergy[rank - 1],
            first=first,
            second=second,
            lost_usd=goal.usd(loss.missed),
            lost_share=share,
            synergy_usd=goal.usd(extra),
            synergy_share=synergy,
        )
        for rank, (share, synergy, first, second, loss, extra) in enumerate(found, 1)
    )


def _places(values: Sequence[float]) -> list[int]:
    """The rank of each value, the largest first; of equal ones the earlier."""
    places = [0] * len(values)
    for place, index in enumerate(sorted(range(len(values)), key=lambda i: -values[i]), 1):
        places[index] = place
    return places


def rank_stability(draws: Iterable[Mapping[str, float]], top: int = TOP) -> dict[str, float]:
    """How often (0..1) each case is among the `top` of a draw; those that never are left out.

    A draw holds the share that is lost by case. A case that costs nothing is never at the top.
    """
    drawn = [
        {
            id
            for id, share in sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:top]
            if share > NOTHING
        }
        for shares in draws
    ]
    return {id: sum(id in each for each in drawn) / len(drawn) for id in set().union(*drawn)}
