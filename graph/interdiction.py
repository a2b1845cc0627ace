"""The worst k: which k sites, firms or countries, lost together, cost the end uses most.

Interdiction as in Church, Scaparra & Middleton (Annals of the Association of American Geographers
94, 2004) with the reallocation optimum as the inner problem: max over S, |S| <= k, of phi(S)
(`graph.removal`). Greedy adds the worst next one k times. The proof is a cutting-plane scheme as
in Israeli & Wood (Networks 40, 2002): every plan at hand gives the cut

    theta <= loss(plan) + sum_s delta_s(plan) x_s          (valid by the repair of graph.removal)

and the master, max theta over x binary with sum x <= k, is a mixed-integer program (HiGHS at
its fixed seed). It bounds every phi from above. What phi is at its x raises the best known, and
the plan found there gives a cut that is exact at x. A second cut comes from a plan that loses
nothing yet but avoids what the masters have chosen of late; it closes most of the gap. The search
ends when bound and best meet, which they do since sets are finite, or after `rounds` masters with
the gap stated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from graph.contingency import Bench, Case, loss_of
from graph.errors import ScenarioError
from graph.losses import end_use_values
from graph.parallel import never
from graph.plan import Floats
from graph.removal import Best, Removal
from graph.who import known

EVERY = "all"
WHOLE = 1e6
"""The master counts in whole millionths of all that can be lost, cuts rounded up: a pure integer
program, since HiGHS fails on some with a continuous theta."""
CLOSED = 1e-5
"""Share of everything by which bound and best may differ and still count as equal: several times
the rounding of the cuts."""
SHOWN = 10
LEARNS = 0.1
"""Weight of the latest choice in what a hedged plan avoids."""

Members = frozenset[int]


@dataclass(frozen=True, slots=True)
class WorstSet:
    """Cases lost together. Losses are in US dollars over the run, shares of all that is watched.

    Ranks count from 1 among the sets shown: by the best case, and by the weekly model. `is_greedy`
    marks the set that greedy takes.
    """

    cases: tuple[Case, ...]
    best_case_usd: float
    best_case_share: float
    best_case_rank: int
    weekly_usd: float
    weekly_share: float
    weekly_rank: int
    is_greedy: bool


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst sets of at most `k` cases, the worst in the best case first.

    `bound` is what no set of `k` can pass in the best case, as a share; `gap` is bound less the
    first set's share, 0 where it `is_proven` the worst. The others of `sets` are the worst that
    were looked at, not proven next in rank. `programs` counts linear programs, `rounds` masters.
    """

    k: int
    target: str
    weeks: int
    sets: tuple[WorstSet, ...]
    greedy_share: float
    bound: float
    gap: float
    is_proven: bool
    rounds: int
    programs: int


def target_value(bench: Bench, target: str = EVERY) -> Floats:
    """US dollars a week of each end use that `target` watches, 0 of the others.

    `target` is an end use by id, a sector, or `EVERY`. Raises ScenarioError, with the nearest
    names, for another, and where there is no end use.
    """
    value, end_uses = end_use_values(bench.plan), bench.end_uses
    names = {EVERY, *(site.id for site in end_uses), *(site.sector for site in end_uses)} - {""}
    known("--for", "end use or sector", (target,), names)
    watched = [target in (EVERY, site.id, site.sector) for site in end_uses]
    found = np.where(watched, value, 0.0)
    if found.sum() <= 0:
        raise ScenarioError("nothing can be lost: no end use of this network is worth anything")
    return found


def worst(
    bench: Bench,
    cases: Sequence[Case],
    k: int,
    *,
    target: str = EVERY,
    rounds: int = 100,
    shown: int = SHOWN,
    progress: Callable[[float, float, float], None] = lambda *_: None,
    is_cancelled: Callable[[], bool] = never,
) -> Worst:
    """The `k` cases that cost most when lost together for the whole run.

    `cases` are of one kind, sites, firms or countries (`graph.contingency.cases_of`). `progress`
    is told the share the worst known set loses, the bound, and how much of `rounds` is done (0..1).
    When cancelled, or after `rounds` masters, the gap left is stated. Raises ScenarioError for a k
    below 1 or above the number of cases, or as `target_value` does.
    """
    if not 1 <= k <= len(cases):
        raise ScenarioError(f"k must be from 1 to the number of cases, {len(cases)}; got {k}")
    value = target_value(bench, target)
    search = _Search(Removal(bench, cases, value), len(cases), k)
    greedy = search.greedy()
    bound, done = search.bound(), 0
    while bound - search.best > CLOSED and done < rounds and not is_cancelled():
        progress(search.best, bound, done / rounds)
        search.cut_twice()
        bound, done = search.bound(), done + 1
    progress(search.best, bound, 1.0)
    listed = search.ranked()[:shown]
    if greedy not in listed:
        listed.append(greedy)
    return Worst(
        k=k,
        target=target,
        weeks=bench.weeks,
        sets=_ranked(bench, cases, value, search, listed, greedy),
        greedy_share=search.share(greedy),
        bound=max(bound, search.best),
        gap=max(0.0, bound - search.best) if bound - search.best > CLOSED else 0.0,
        is_proven=bound - search.best <= CLOSED,
        rounds=done,
        programs=len(search.known),
    )


class _Search:
    """Sets looked at, cuts and the best set so far, as shares of all that can be lost."""

    def __init__(self, removal: Removal, cases: int, k: int) -> None:
        self.removal, self.cases, self.k = removal, cases, k
        self.known: dict[Members, Best] = {}
        self.rows: list[Floats] = []
        self.room: list[float] = []
        self.chosen: Members = frozenset()
        self.best = 0.0
        self.at_stake = self.cut(self.plan(frozenset()))
        self.fear = np.zeros(cases)

    def plan(self, lost: Members) -> Best:
        """The best plan without some cases; remembers the worst set of at most k."""
        if lost not in self.known:
            self.known[lost] = self.removal.loss(lost)
            if len(lost) <= self.k:
                self.best = max(self.best, self.share(lost))
        return self.known[lost]

    def share(self, lost: Members) -> float:
        return self.plan(lost).loss / self.removal.whole

    def ranked(self) -> list[Members]:
        """Sets looked at of the size of the worst, the worst first; equal ones by their members."""
        small = [lost for lost in self.known if 0 < len(lost) <= self.k]
        found = sorted(small, key=lambda lost: (-self.share(lost), len(lost), sorted(lost)))
        return [lost for lost in found if len(lost) == len(found[0])] if found else []

    def cut(self, plan: Best) -> Floats:
        """Adds the cut of a plan; returns its delta, as shares."""
        whole = self.removal.whole
        delta = self.removal.repair(plan, range(self.cases)) / whole
        self.rows.append(_up(delta))
        self.room.append(float(_up(np.array([plan.loss / whole]))[0]))
        return delta

    def greedy(self) -> Members:
        """The worst next case k times; delta says which cannot be it and need no program."""
        lost: Members = frozenset()
        for _ in range(self.k):
            here = self.plan(lost)
            delta, base = self.cut(here), here.loss / self.removal.whole
            best, worst_next = -1.0, lost
            for case in np.argsort(-delta, kind="stable").tolist():
                if base + delta[case] <= best:
                    break
                if case not in lost and self.share(lost | {case}) > best:
                    best, worst_next = self.share(lost | {case}), lost | {case}
            lost = worst_next
        self.cut(self.plan(lost))
        return lost

    def cut_twice(self) -> None:
        """The cut of the set the master chose, exact there, and that of a plan that hedges.

        The hedged plan pays for leaning on what recent masters chose, so that its delta is small
        where the bound is loose. Any plan gives a valid cut: how it was found does not matter.
        """
        chosen = np.isin(np.arange(self.cases), sorted(self.chosen))
        self.fear = (1.0 - LEARNS) * self.fear + LEARNS * chosen
        self.cut(self.plan(self.chosen))
        self.cut(self.removal.hedged(self.fear * self.at_stake))

    def bound(self) -> float:
        """Solves the master, looks at the set it chooses and returns its bound."""
        size = self.cases
        rows = np.hstack([-np.array(self.rows), np.ones((len(self.rows), 1))])
        rows = np.vstack([rows, np.append(np.ones(size), 0.0)])
        found = milp(
            np.append(np.zeros(size), -1.0),
            constraints=LinearConstraint(rows, -np.inf, np.append(self.room, self.k)),
            integrality=np.ones(size + 1, dtype=np.int64),
            bounds=Bounds(0.0, np.append(np.ones(size), WHOLE)),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise ScenarioError(f"the worst set could not be bounded: {found.message}")
        self.chosen = frozenset(np.flatnonzero(found.x[:size] > 0.5).tolist())
        self.plan(self.chosen)
        return float(-found.mip_dual_bound) / WHOLE


def _up(shares: Floats) -> Floats:
    result: Floats = np.ceil(shares * WHOLE)
    return result


def _ranked(
    bench: Bench,
    cases: Sequence[Case],
    value: Floats,
    search: _Search,
    listed: list[Members],
    greedy: Members,
) -> tuple[WorstSet, ...]:
    """The sets listed, each also in the weekly model."""
    whole = search.removal.whole
    members = [tuple(cases[case] for case in sorted(lost)) for lost in listed]
    weekly = [float(value @ loss_of(bench, each).missed) for each in members]
    order = sorted(range(len(listed)), key=lambda place: (-weekly[place], place))
    return tuple(
        WorstSet(
            cases=each,
            best_case_usd=search.plan(lost).loss,
            best_case_share=search.share(lost),
            best_case_rank=place + 1,
            weekly_usd=weekly[place],
            weekly_share=weekly[place] / whole,
            weekly_rank=order.index(place) + 1,
            is_greedy=lost == greedy,
        )
        for place, (lost, each) in enumerate(zip(listed, members, strict=True))
    )
