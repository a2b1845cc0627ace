"""Many runs of one scenario: what is uncertain is drawn, and every result carries a band.

Run number i is drawn from the seed and i alone, so that results are the same on any number of
threads and on any executor, to the last bit where the machines are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import Any

import numpy as np
from scipy.stats import rankdata

from graph import parallel
from graph.draws import Range, assumed, draw
from graph.errors import ScenarioError
from graph.losses import TOLERANCE, end_use_losses
from graph.network import Network
from graph.parallel import never
from graph.parameters import SpreadParameters
from graph.plan import Floats
from graph.scenario import Scenario
from graph.spread import Prepared, prepare
from graph.tracing import trace

BALANCE = "balance"
"""Stands for the alternative balances among what moves a result."""
QUANTILES = (0.05, 0.5, 0.95)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Study:
    """What is to be run: on which networks (alternative balances, taken in turn), how often.

    `ranges` are the assumptions with room, by row of assumptions.csv.
    """

    networks: tuple[Network, ...]
    scenario: Scenario
    parameters: SpreadParameters
    ranges: Mapping[str, Range]
    weeks: int = 52
    seed: int = 7

    def __post_init__(self) -> None:
        if not self.networks:
            raise ScenarioError("a study needs at least one network")
        ids = {tuple(sorted(network.sites)) for network in self.networks}
        if len(ids) > 1:
            raise ScenarioError("the balances of a study must have the same sites")

    def __getstate__(self) -> dict[str, Any]:
        """Without what every process prepares for itself."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def prepared(self) -> tuple[Prepared, ...]:
        """The networks, each looked at once. Raises ScenarioError as `spread.simulate` does."""
        return tuple(prepare(network, self.scenario) for network in self.networks)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run. `made` is activity (1 = baseline), weeks x end uses in the order of `ids`."""

    run: int
    values: Mapping[str, float]
    ids: tuple[str, ...]
    made: Floats
    lost_share: Floats
    lost_units: Floats
    lost_usd: Floats


@dataclass(frozen=True, slots=True)
class Band:
    """5%, median and 95% of the runs."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class EndUseBand:
    """What the runs say of an end use; `risk` is the share of runs in which it loses at all.

    `weekly` holds the band of its activity week by week. `lost_usd` is None without a known value.
    `china_share` is the mean share of its content that touched China, over the balances alone.
    """

    id: str
    name: str
    country: str
    unit: str
    china_share: Band
    risk: float
    lost_share: Band
    lost_units: Band
    lost_usd: Band | None
    weekly: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """How an assumption moves the whole loss: rank correlation, -1 to 1.

    For the balances it is the square root of the part of the variance (of ranks) that lies
    between them, 0 to 1.
    """

    assumption: str
    correlation: float


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Bands over the runs. `lost_usd` is the loss of all end uses with a known value.

    `at_base_usd` is that of the one run with every assumption at its base. Ranges are seldom
    symmetric, so it need not lie near the median.
    """

    scenario: str
    snapshot: str
    runs: int
    weeks: int
    seed: int
    balances: int
    at_base_usd: float
    lost_usd: Band
    end_uses: tuple[EndUseBand, ...]
    movers: tuple[Mover, ...]


def run_one(study: Study, run: int) -> Outcome:
    """Run number `run` of a study. Raises ScenarioError as `spread.simulate` does."""
    drawn = draw(study.scenario, study.parameters, study.ranges, study.seed, run)
    plan, trajectory = study.prepared[run % len(study.networks)].run(
        drawn.scenario,
        weeks=study.weeks,
        seed=drawn.queue_seed,
        parameters=drawn.parameters,
        in_full=False,
    )
    losses = sorted(end_use_losses(plan, trajectory), key=lambda loss: loss.id)
    finals = np.flatnonzero(plan.line_final).tolist()
    line_of = {site.id: line for site, line in zip(plan.end_uses, finals, strict=True)}
    made = trajectory.made[:, [line_of[loss.id] for loss in losses]]
    return Outcome(
        run=run,
        values=drawn.values,
        ids=tuple(loss.id for loss in losses),
        made=made,
        lost_share=np.array([loss.lost_share for loss in losses]),
        lost_units=np.array([loss.lost_units for loss in losses]),
        lost_usd=np.array([np.nan if loss.lost_usd is None else loss.lost_usd for loss in losses]),
    )


def on_threads(
    study: Study,
    runs: Iterable[int],
    threads: int = 2,
    is_cancelled: Callable[[], bool] = never,
) -> Iterator[Outcome]:
    """Outcomes as they come. Once `is_cancelled` says so, only what has begun is finished."""
    return parallel.on_threads(partial(run_one, study), runs, threads, is_cancelled)


def gather(
    study: Study, outcomes: Iterable[Outcome], runs: int, progress: Progress = lambda *_: None
) -> Ensemble:
    """Bands over the outcomes that come, in whatever order; `progress` is told (done, of)."""
    found: dict[int, Outcome] = {}
    for outcome in outcomes:
        found[outcome.run] = outcome
        progress(len(found), runs)
    if not found:
        raise ScenarioError("no run was finished; nothing can be said")
    return summary(study, [found[run] for run in sorted(found)])


def summary(study: Study, outcomes: Sequence[Outcome]) -> Ensemble:
    """The bands of some runs, in the order of their numbers."""
    ids = outcomes[0].ids
    sites = study.networks[0].sites
    made = np.stack([outcome.made for outcome in outcomes])
    lost_share, lost_units, lost_usd = (
        np.stack([getattr(outcome, name) for outcome in outcomes])
        for name in ("lost_share", "lost_units", "lost_usd")
    )
    total = np.nansum(lost_usd, axis=1)
    weekly = np.quantile(made, QUANTILES, axis=0)
    traced = [trace(network).sites for network in study.networks]
    end_uses = [
        EndUseBand(
            id=id,
            name=sites[id].name,
            country=sites[id].country,
            unit=sites[id].unit or "t magnets",
            china_share=band(np.array([found[id].china_share_mean for found in traced])),
            risk=float((made[:, :, i].min(axis=1) < 1.0 - TOLERANCE).mean()),
            lost_share=band(lost_share[:, i]),
            lost_units=band(lost_units[:, i]),
            lost_usd=None if np.isnan(lost_usd[:, i]).any() else band(lost_usd[:, i]),
            weekly=tuple(Band(*map(float, weekly[:, week, i])) for week in range(study.weeks)),
        )
        for i, id in enumerate(ids)
    ]
    return Ensemble(
        scenario=study.scenario.name,
        snapshot=study.networks[0].snapshot,
        runs=len(outcomes),
        weeks=study.weeks,
        seed=study.seed,
        balances=len(study.networks),
        at_base_usd=_at_base(study),
        lost_usd=band(total),
        end_uses=tuple(sorted(end_uses, key=lambda band: (-band.lost_share.median, band.id))),
        movers=_movers(study, outcomes, total),
    )


def _at_base(study: Study) -> float:
    parameters, scenario = assumed(study.scenario, study.parameters, study.ranges, {})
    plan, trajectory = study.prepared[0].run(
        scenario, weeks=study.weeks, seed=study.seed, parameters=parameters
    )
    return sum(loss.lost_usd or 0.0 for loss in end_use_losses(plan, trajectory))


def _movers(study: Study, outcomes: Sequence[Outcome], total: Floats) -> tuple[Mover, ...]:
    """What moves the whole loss, strongest first; nothing where it does not move."""
    if len(outcomes) < 3 or np.ptp(total) == 0:
        return ()
    ranks = rankdata(total)
    found = []
    for row in outcomes[0].values:
        values = rankdata([outcome.values[row] for outcome in outcomes])
        if np.ptp(values) > 0:
            found.append(Mover(row, float(np.corrcoef(values, ranks)[0, 1])))
    if len(study.networks) > 1:
        found.append(Mover(BALANCE, _between(ranks, [o.run for o in outcomes], study.networks)))
    return tuple(sorted(found, key=lambda mover: (-abs(mover.correlation), mover.assumption)))


def _between(ranks: Floats, runs: Sequence[int], networks: Sequence[Network]) -> float:
    """Correlation ratio of the ranks on the balance used (Pearson 1905)."""
    group = np.array(runs) % len(networks)
    mean = ranks.mean()
    between = sum(
        (group == i).sum() * (ranks[group == i].mean() - mean) ** 2 for i in np.unique(group)
    )
    return float(np.sqrt(between / ((ranks - mean) ** 2).sum()))


def band(values: Floats) -> Band:
    """5%, median and 95% of `values`, one a run."""
    return Band(*map(float, np.quantile(values, QUANTILES)))
