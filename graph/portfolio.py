"""The best k: which measures under a budget keep most from being lost over weighted scenarios.

Measures put goods into stocks (a stockpile handed out, a new plant), so that in the reallocation
optimum (`graph.reallocation`) they only raise right sides. With z_m = 1 where m is bought,

    min sum_s p_s phi_s(z)   under   sum_m cost_m z_m <= budget,   z binary,

phi_s convex in z. Benders (Numerische Mathematik 4, 1962): the dual values y of each scenario's
program at some z' give phi_s(z) >= phi_s(z') + sum_m y D_m (z_m - z'_m), D_m what m adds to the
right sides. The master (HiGHS) bounds the expected loss from below, what is lost at its choice from
above; both meet, or the gap is stated after `rounds`. Cuts hold for every budget. Greedy buys what
avoids most expected loss per dollar in the weekly model, and every portfolio is run in both.

A measure is in every good portfolio of a budget if none without it avoids 95% of what the best
avoids in the best case; that is proven by the bound of the program without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from graph.answers import NewCapacity, Stockpile
from graph.blocks import blocks_of
from graph.contingency import Bench
from graph.errors import ScenarioError
from graph.limits import Limits, limits_of
from graph.losses import end_use_values
from graph.network import Network
from graph.plan import Floats
from graph.reallocation import Program
from graph.scenario import Scenario
from graph.weekly import run

GOOD = 0.95
"""Part of what the best portfolio avoids that a good one avoids too."""
CLOSED = 1e-6
"""Share of everything by which bound and best may differ and still count as equal."""

Bought = frozenset[int]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to buy: `cost` in US dollars (low, base, high), from `rows` of assumptions.csv.

    `after` is the id of a measure that must be bought before this one ("": none).
    """

    lever: Stockpile | NewCapacity
    title: str
    cost: tuple[float, float, float]
    rows: tuple[str, ...]
    after: str = ""

    @property
    def id(self) -> str:
        return self.lever.name


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Measures bought under one budget. Costs and losses are US dollars, losses expected ones.

    `rank` among all portfolios of the frontier, 1 for the least loss, in either model.
    """

    budget: float
    method: str
    measures: tuple[str, ...]
    cost: tuple[float, float, float]
    best_case_usd: float
    best_case_rank: int
    weekly_usd: float
    weekly_rank: int
    bound_usd: float | None
    gap_usd: float | None
    is_proven: bool
    in_every_good: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frontier:
    """Portfolios by budget, greedy and optimal, and what is lost where nothing is bought."""

    scenarios: tuple[str, ...]
    weights: tuple[float, ...]
    weeks: int
    nothing_best_case_usd: float
    nothing_weekly_usd: float
    portfolios: tuple[Portfolio, ...]
    programs: int


GREEDY, OPTIMAL = "greedy", "optimal"


def frontier(
    network: Network,
    bench: Bench,
    measures: Sequence[Measure],
    scenarios: Sequence[tuple[Scenario, float]],
    budgets: Sequence[float],
    *,
    seed: int = 7,
    rounds: int = 100,
    progress: Callable[[str, float], None] = lambda *_: None,
) -> Frontier:
    """The greedy and the optimal portfolio of each budget (US dollars).

    Weights are scaled to sum to 1. Raises ScenarioError without measures, for a budget or a weight
    that is not above 0, and where a scenario or measure touches nothing in the network.
    `progress` hears of every run and program, some a second, and may end the work by raising.
    """
    if not measures:
        raise ScenarioError("there is no measure to choose from")
    if not scenarios or any(weight <= 0 for _, weight in scenarios):
        raise ScenarioError("name at least one scenario, each with a weight above 0")
    if not budgets or min(budgets) <= 0:
        raise ScenarioError(f"budgets must be above 0 USD, got {list(budgets)}")
    search = _Search(network, bench, measures, scenarios, seed)
    found: list[tuple[float, str, Bought, float | None, tuple[str, ...]]] = []
    for place, budget in enumerate(sorted(budgets)):

        def reached(
            part: float, said: str = f"budget of {budget:,.0f} USD", at: int = place
        ) -> None:
            search.tell = partial(progress, said, (at + part) / len(budgets))
            search.tell()

        reached(0.0)
        found.append((budget, GREEDY, search.greedy(budget), None, ()))
        reached(1 / 3)
        best, bound = search.optimum(budget, rounds)
        reached(2 / 3)
        needed = search.in_every_good(budget, best, rounds)
        found.append((budget, OPTIMAL, best, bound, needed))
    nothing: Bought = frozenset()
    ranks = [_rank([value(each[2]) for each in found]) for value in (search.best, search.weekly)]
    return Frontier(
        scenarios=tuple(scenario.name for scenario, _ in scenarios),
        weights=tuple(search.weights.tolist()),
        weeks=bench.weeks,
        nothing_best_case_usd=search.best(nothing),
        nothing_weekly_usd=search.weekly(nothing),
        portfolios=tuple(
            Portfolio(
                budget=budget,
                method=method,
                measures=tuple(measures[m].id for m in sorted(bought)),
                cost=search.cost(bought),
                best_case_usd=search.best(bought),
                best_case_rank=ranks[0][place],
                weekly_usd=search.weekly(bought),
                weekly_rank=ranks[1][place],
                bound_usd=bound,
                gap_usd=None if bound is None else max(0.0, search.best(bought) - bound),
                is_proven=bound is not None and search.best(bought) - bound <= search.small,
                in_every_good=needed,
            )
            for place, (budget, method, bought, bound, needed) in enumerate(found)
        ),
        programs=search.programs,
    )


def _rank(losses: list[float]) -> list[int]:
    return [1 + sum(other < loss - 1e-6 * max(losses) for other in losses) for loss in losses]


@dataclass(frozen=True, slots=True)
class _Threat:
    """A scenario with every measure among its injections, its program and what measures add."""

    limits: Limits
    program: Program
    adds: Floats
    """measures x equalities: what each adds to the right sides"""


class _Search:
    """Portfolios looked at, in both models, and the cuts of the master."""

    def __init__(
        self,
        network: Network,
        bench: Bench,
        measures: Sequence[Measure],
        scenarios: Sequence[tuple[Scenario, float]],
        seed: int,
    ) -> None:
        self.bench, self.measures = bench, measures
        self.value = end_use_values(bench.plan)
        self.whole = float(self.value.sum()) * bench.weeks
        self.small = CLOSED * self.whole
        weights = np.array([weight for _, weight in scenarios], dtype=float)
        self.weights: Floats = weights / weights.sum()
        self.costs = np.array([measure.cost[1] for measure in measures])
        place = {measure.id: m for m, measure in enumerate(measures)}
        self.pairs = [(m, place[each.after]) for m, each in enumerate(measures) if each.after]
        self.threats = [self._threat(network, scenario, seed) for scenario, _ in scenarios]
        self.harmless: set[int] = set()
        self.known: dict[Bought, float] = {}
        self.played: dict[Bought, float] = {}
        self.rows: list[Floats] = []
        self.least: list[float] = []
        self.programs = 0
        self.tell: Callable[[], None] = lambda: None

    def _threat(self, network: Network, scenario: Scenario, seed: int) -> _Threat:
        plan, weeks = self.bench.plan, self.bench.weeks
        levers = tuple(measure.lever for measure in self.measures)
        full = replace(scenario, levers=(*scenario.levers, *levers))
        limits = limits_of(network, plan, full, weeks, seed)

        def program(bought: Sequence[int]) -> Program:
            with_these = self._with(limits, bought)
            return Program(plan, with_these, blocks_of(plan, with_these, weeks), self.value)

        bare = program(())
        adds = [program((m,)).given - bare.given for m in range(len(self.measures))]
        return _Threat(limits, bare, np.array(adds))

    def _with(self, limits: Limits, bought: Sequence[int] | Bought) -> Limits:
        """Limits with those measures only."""
        names = {measure.id for measure in self.measures} - {self.measures[m].id for m in bought}
        kept = tuple(item for item in limits.injections if item.lever not in names)
        return replace(limits, injections=kept)

    def cost(self, bought: Bought) -> tuple[float, float, float]:
        low, base, high = (sum(self.measures[m].cost[i] for m in bought) for i in range(3))
        return float(low), float(base), float(high)

    def weekly(self, bought: Bought) -> float:
        """Expected loss in the weekly model."""
        if bought not in self.played:
            plan, bench, total = self.bench.plan, self.bench, 0.0
            for weight, threat in zip(self.weights, self.threats, strict=True):
                self.tell()
                limits = self._with(threat.limits, bought)
                played = run(plan, limits, bench.weeks, bench.parameters, in_full=False)
                missed = np.maximum(0.0, played.unmade[-1][plan.line_final])
                total += float(weight * (self.value @ missed))
            self.played[bought] = total
        return self.played[bought]

    def best(self, bought: Bought) -> float:
        """Expected loss in the best case; leaves a cut for each scenario."""
        if bought not in self.known:
            chosen = np.isin(np.arange(len(self.measures)), sorted(bought)).astype(float)
            total = 0.0
            for place, threat in enumerate(self.threats):
                if place in self.harmless:  # measures only help, so that it stays without loss
                    continue
                self.tell()
                found = threat.program.solve(given=threat.program.given + chosen @ threat.adds)
                self.programs += 1
                share = float(self.value @ threat.program.lost(found.columns)) / self.whole
                if not bought and share <= CLOSED:
                    self.harmless.add(place)
                slope = threat.adds @ found.marginals
                theta = np.zeros(len(self.threats))
                theta[place] = 1.0
                self.rows.append(np.concatenate([-slope, theta]))
                self.least.append(share - float(slope @ chosen))
                total += float(self.weights[place]) * share
            self.known[bought] = total * self.whole
        return self.known[bought]

    def greedy(self, budget: float) -> Bought:
        """The measure that avoids most per dollar in the weekly model, while one can be paid."""
        bought: Bought = frozenset()
        while True:
            spent, here = self.cost(bought)[1], self.weekly(bought)
            gains = [
                ((here - self.weekly(bought | {m})) / self.costs[m], -m)
                for m in range(len(self.measures))
                if m not in bought and spent + self.costs[m] <= budget
                if all(first in bought for then, first in self.pairs if then == m)
            ]
            gain, place = max(gains, default=(0.0, 0))
            if gain <= 0:
                return bought
            bought |= {-place}

    def optimum(self, budget: float, rounds: int, without: int = -1) -> tuple[Bought, float]:
        """The best portfolio found in the best case, and what none can lose less than."""
        allowed = [m for m in range(len(self.measures)) if m != without]
        best: Bought = frozenset()
        bound = 0.0
        self.best(best)
        for _ in range(rounds):
            chosen, bound = self._master(budget, allowed)
            if self.best(chosen) < self.best(best):
                best = chosen
            if self.best(best) - bound <= self.small:
                break
        return best, bound

    def _master(self, budget: float, allowed: list[int]) -> tuple[Bought, float]:
        size, threats = len(self.measures), len(self.threats)
        price = np.concatenate([np.zeros(size), self.weights])
        afford = np.concatenate([self.costs / budget, np.zeros(threats)])
        most = np.concatenate([np.isin(np.arange(size), allowed), np.ones(threats)])
        order = np.zeros((len(self.pairs), size + threats))
        for row, (then, first) in enumerate(self.pairs):
            order[row, [then, first]] = 1.0, -1.0
        found = milp(
            price,
            constraints=[
                *([LinearConstraint(order, -np.inf, 0.0)] if self.pairs else []),
                LinearConstraint(np.array(self.rows), np.array(self.least), np.inf),
                LinearConstraint(afford[None, :], -np.inf, 1.0),
            ],
            integrality=np.repeat([1, 0], [size, threats]),
            bounds=Bounds(0.0, most),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise ScenarioError(f"the best portfolio could not be bounded: {found.message}")
        chosen = frozenset(np.flatnonzero(found.x[:size] > 0.5).tolist())
        return chosen, float(found.mip_dual_bound) * self.whole

    def in_every_good(self, budget: float, best: Bought, rounds: int) -> tuple[str, ...]:
        """Measures without which less than `GOOD` of what `best` avoids can be avoided."""
        nothing = self.best(frozenset())
        good = nothing - GOOD * (nothing - self.best(best))
        if nothing - self.best(best) <= self.small:
            return ()
        return tuple(
            self.measures[m].id
            for m in sorted(best)
            if self.optimum(budget, rounds, without=m)[1] > good
        )
