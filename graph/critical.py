"""One row for each case that costs a goal most: what `magnetrace chokepoints` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.bypass import without_bypass
from graph.contingency import Bench, Case
from graph.draws import Range
from graph.indicators import LOCATED
from graph.model import Stage
from graph.network import Network
from graph.paths import Path, heaviest_paths
from graph.plan import DAYS_PER_WEEK
from graph.ranking import Goal, Ranked
from graph.recovery import Recovery, recoveries
from graph.tracing import shipped_share, trace


@dataclass(frozen=True, slots=True)
class Stop:
    """A site on a path."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Because:
    """What a row rests on: the heaviest path from the case to the goal, with the t of magnet
    elements (oxide equivalent) that came along it in a year, and where the days come from.

    `gap_days` is time to recover less time to survive. Ranges are low, base and high of the
    assumptions that `ttr_rows` names; `ttr_missing` says what has none.
    """

    path: tuple[Stop, ...]
    path_tonnes: float
    ttr_range: Range | None
    gap_days: Range | None
    ttr_rows: tuple[str, ...]
    ttr_missing: str


@dataclass(frozen=True, slots=True)
class CriticalCase:
    """A case, what losing it costs the goal, and how sure and how lasting that is.

    `lost_usd` counts end uses of known value, `lost_share` (0..1) all of them, over the run.
    `first_loss_week` counts from 0. `tts_days` is the longest outage that nobody notices, in whole
    weeks; None where even one as long as the run goes unnoticed, or where it was not looked for.
    `ttr_days` is the base of the time to recover. `china_share` (0..1) is what touched China of all
    that the case ships. `single_route` says that no other way leads to some of the end uses.
    `rank_stability` (0..1) is the part of the draws in which the case is among the first five; None
    without draws. `country` and `stage` are empty where there are several.
    """

    rank: int
    kind: str
    id: str
    name: str
    country: str
    stage: Stage | None
    lost_usd: float | None
    lost_share: float
    first_loss_week: int | None
    tts_days: int | None
    ttr_days: float | None
    china_share: float | None
    single_route: bool
    rank_stability: float | None
    because: Because


def critical_cases(
    network: Network,
    bench: Bench,
    goal: Goal,
    ranked: Sequence[Ranked],
    *,
    survived: Mapping[Case, int],
    stability: Mapping[str, float] | None,
    times: Mapping[str, Range],
    lens: str = LOCATED,
) -> tuple[CriticalCase, ...]:
    """The rows of some ranked cases, in their order.

    `survived` holds weeks by case, `stability` parts of the draws by id (one without is never among
    the first), `times` days by row of assumptions.csv; `lens` is one of `graph.indicators.LENSES`.
    Raises DataError as `graph.tracing.trace` does.
    """
    cases = [each.case for each in ranked]
    recovered = recoveries(network, cases, times)
    paths = heaviest_paths(network, goal.ids, cases)
    single = without_bypass(network, goal.ids, cases)
    traced = trace(network)
    found = []
    for each in ranked:
        case, recovery = each.case, recovered[each.case]
        days = days_survived(bench, survived.get(case))
        shipped = {flow.key for id in case.sites for flow in network.outputs(id)} | case.flows
        found.append(
            CriticalCase(
                rank=each.rank,
                kind=case.kind,
                id=case.id,
                name=case.name,
                country=case.country,
                stage=case.stage,
                lost_usd=each.lost_usd,
                lost_share=each.lost_share,
                first_loss_week=each.first_loss_week,
                tts_days=days,
                ttr_days=recovery.days.base if recovery.days else None,
                china_share=shipped_share(network, traced, shipped, lens),
                single_route=case in single,
                rank_stability=None if stability is None else stability.get(case.id, 0.0),
                because=_because(network, paths.get(case), recovery, days),
            )
        )
    return tuple(found)


def days_survived(bench: Bench, weeks: int | None) -> int | None:
    """Time to survive in days, from the weeks that `graph.contingency.weeks_survived` finds.

    A run that ends unnoticed says nothing of how much longer that would last: None.
    """
    return None if weeks is None or weeks >= bench.weeks else weeks * DAYS_PER_WEEK


def _because(
    network: Network, path: Path | None, recovery: Recovery, survived: int | None
) -> Because:
    return Because(
        path=tuple(Stop(id, network.sites[id].name) for id in path.sites) if path else (),
        path_tonnes=path.tonnes if path else 0.0,
        ttr_range=recovery.days,
        gap_days=recovery.gap(survived),
        ttr_rows=recovery.rows,
        ttr_missing=recovery.missing,
    )
