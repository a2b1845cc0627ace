"""Losing several things at once in the best case, and what a plan loses where it is not changed.

The reallocation optimum (`graph.reallocation`) in one block as long as the run, T weeks. In levels
(1 is the baseline; A of lines, X of ways) its rows read

    group    T sum_lines use A <= stock + under way at the start + sum_ways share (T - lag) X
    line     T sum_ways share X <= finished goods + T A
    hub      sum_arms t X <= sum_trunks t X
    swarf    A <= sum_mains share A
    end use  lost weeks = max(0, T (1 - A))

and A = 0 for the lines of what is lost. One block evens out the timing within it: where goods are l
weeks under way, the loss is off by up to about (l / T)^2 of the run. `Removal.loss` is phi(S), the
least value lost where S is.

**Repair.** From any plan (A, X) follows one that is allowed when S is lost too: each line and way
gives up a share h of its level, of the smallest h with

    h_line  >= 1 where it is lost, and >= h_group of every group that it uses
    h_group >= sum_ways share (T - lag) X h / max(arrivals, use)
    h_way   >= h_line T A / max(T A, shipped)                          (trunks and plain lanes)
    h_arm   >= sum_trunks t X h / max(in, out)
    h_swarf >= sum_mains share A h / sum_mains share A,        and h <= 1.

Every row of the program holds for the levels (1 - h) A and (1 - h) X. The right sides are sums and
maxima, so min(1, sum over s in S of h(s)) fulfils them for S whenever each h(s) does for s alone:

    phi(S) <= loss(plan) + sum over s in S of delta_s(plan),   delta_s = sum value T A h(s).

So one plan bounds phi from above for all S at once, with no bound on dual values needed.
It is the static cascade (`graph.cascade`) on the plan's own levels instead of the baseline's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graph.blocks import blocks_of
from graph.contingency import Bench, Case
from graph.limits import Limits
from graph.plan import Floats, Ints
from graph.reallocation import Program

NO_LIMITS = Limits((), (), (), (), ())
SETTLED = 1e-10
"""Change of a share below which the repair has settled."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan without some things: value lost, level of each pooled line and way."""

    loss: float
    lines: Floats
    ways: Floats


class Removal:
    """A bench on which sets of cases (by place in `cases`) are lost in the best case.

    `value` is in US dollars a week for each end use of the bench; a zero counts it for nothing,
    so that the planner serves the others first. Losses are in US dollars over the run. Cases must
    consist of sites (no corridors), and no site may be in two of them.
    """

    def __init__(self, bench: Bench, cases: Sequence[Case], value: Floats) -> None:
        plan, weeks = bench.plan, bench.weeks
        (block,) = blocks_of(plan, NO_LIMITS, weeks)
        self.weeks, self.value = weeks, value
        self.program = Program(plan, NO_LIMITS, [block], value)
        self.whole = float(value.sum()) * weeks
        pools = self.program.pools
        line_site = np.array([plan.sites[site].id for site in plan.line_site])
        swarf = np.isin(pools.line, self.program.swarf)  # follows its main lines
        self.struck: list[Ints] = [
            np.unique(pools.line[np.isin(line_site, sorted(case.sites)) & ~swarf]) for case in cases
        ]
        self._use = csr_array(self.program.use(block))
        self._use.sort_indices()

    def loss(self, lost: Collection[int]) -> Best:
        """phi, and a plan that attains it."""
        bounds = self.program.bounds.copy()
        for case in lost:
            bounds[self.program.pools.ways + self.struck[case], 1] = -1.0
        return self._best(self.program.solve(bounds).columns)

    def hedged(self, fear: Floats) -> Best:
        """A plan without loss of cases that avoids those with much `fear`.

        A case costs it `fear`, a share of everything, in full use of its lines.
        """
        surcharge = np.zeros(len(self.program.bounds))
        for case in np.flatnonzero(fear).tolist():
            lines = self.struck[case]
            surcharge[self.program.pools.ways + lines] += fear[case] / max(1, len(lines))
        return self._best(self.program.solve(surcharge=surcharge).columns)

    def _best(self, found: Floats) -> Best:
        pools = self.program.pools
        missed = float(self.value @ self.program.lost(found))
        levels = np.maximum(0.0, 1.0 + found[: pools.ways + pools.lines])
        return Best(missed, levels[pools.ways :], levels[: pools.ways])

    def repair(self, plan: Best, cases: Collection[int]) -> Floats:
        """delta of each of the cases in a plan, US dollars; none more than is left to lose."""
        struck = np.zeros((len(plan.lines), len(cases)))
        for column, case in enumerate(cases):
            struck[self.struck[case], column] = 1.0
        final = self.program.final
        weight = self.value * self.weeks * np.minimum(1.0, plan.lines[final])
        share = self._shares(plan, struck)[final]
        delta: Floats = np.minimum(weight @ share, max(0.0, self.whole - plan.loss))
        return delta

    def _shares(self, plan: Best, struck: Floats) -> Floats:
        """The smallest h of the lines, by case, rising from nothing."""
        program, weeks = self.program, float(self.weeks)
        ship, (into, out), falls = program.ship, program.hubs, program.falls_off
        lines, ways = plan.lines, plan.ways
        made, shipped = weeks * lines, weeks * (ship @ ways)
        leaves = _marks(ship) * _over(made, np.maximum(made, shipped))[:, None]
        by_line = csr_array(leaves.T)  # ways x lines: each trunk has one line
        brought = into @ ways
        to_hub = _part(into, ways, np.maximum(brought, out @ ways))
        to_arm = csr_array(_marks(out).T)  # ways x hubs: each arm has one hub
        arrived = program.arrivals @ ways
        to_group = _part(program.arrivals, ways, np.maximum(arrived, weeks * (self._use @ lines)))
        to_swarf = _part(falls, lines, falls @ lines)
        needs = csr_array(_marks(self._use).T)
        share: Floats = struck
        while True:
            trunk = by_line @ share
            way = trunk + to_arm @ (to_hub @ trunk)
            group = np.minimum(1.0, to_group @ way)
            new = np.maximum(struck, np.minimum(1.0, to_swarf @ share))
            new = np.maximum(new, _largest(needs, group))
            settled, share = (new - share).max(initial=0.0) < SETTLED, new
            if settled:
                return share


def _over(upper: Floats, lower: Floats) -> Floats:
    result: Floats = np.divide(upper, lower, out=np.zeros_like(upper), where=lower > 0)
    return result


def _marks(rows: csr_array) -> csr_array:
    """Ones where `rows` has entries."""
    return csr_array((np.ones(rows.nnz), rows.indices, rows.indptr), shape=rows.shape)


def _part(rows: csr_array, levels: Floats, whole: Floats) -> csr_array:
    """Rows weighted with levels, as parts of `whole`."""
    return csr_array(rows * levels[None, :] * _over(np.ones_like(whole), whole)[:, None])


def _largest(needs: csr_array, group: Floats) -> Floats:
    """The largest share among the groups that each line (row of `needs`) uses, by case."""
    found = np.zeros((needs.shape[0], group.shape[1]))
    uses = np.flatnonzero(np.diff(needs.indptr))
    if len(uses):
        found[uses] = np.maximum.reduceat(group[needs.indices], needs.indptr[uses], axis=0)
    return found
