"""Perfect adaptation: the least that a scenario must cost, as a linear program.

One planner knows the scenario from the first week and directs every site. All quantities are
deviations from the baseline per week, constant within a block of weeks with equal limits
(`graph.blocks`; a block evens out the timing of goods within it, so short ones are better).
Without a limit "all zero" solves the program. With n_b the weeks of block b:

    x   way (`graph.pools`)     -1 <= x, and x <= open beta - 1 where open < 1
    a   line                    -1 <= a <= min(surge, ceiling) - 1
    s   input stock of a group, weeks of use          s >= -group_stock
    g   finished goods of a line, weeks               g >= -line_stock
    U   what an end use has not made so far, weeks    U >= 0

    group   s_b = s_{b-1} + sum_ways share sum_c weeks(b, c, lag) x_c - n_b sum_lines use need_b a_b
                  + n_b (added_b + sum_lines use (1 - need_b))
    line    g_b = g_{b-1} + n_b (a_b - sum_ways share x_b)
    hub     sum_trunks t x_b >= sum_arms t x_b
    swarf   a_b <= sum_mains share a_b
    end use U_b = U_{b-1} - n_b a_b
    joint cap   sum_members t x_b <= (kept - 1) sum_members t    (lanes; for lines with a_b)

    least   sum_end_uses value U_last

`added` is what a stock handed out, a new plant or recycling brings to a group, `need` what a unit
of product takes, as share of the baseline; both are means over the block (`graph.blocks`).
`weeks(b, c, lag)` counts the weeks of block b in which arrives what left in block c, so goods
under way at the start arrive as usual and what leaves too late arrives after the run.

What the planner may do: draw down and build up every stock; run every line up to its surge; shift
goods among all suppliers and customers that already trade with each other (orders of the same good
replace each other, different inputs of a line do not); let other uses, stock building and what does
not close go without; share a joint cap among its members as is best; pool the firms of one
component site that are under the same limits. An end use can make up later what it missed, as in
the weekly model, but not make it before it is wanted. What the planner may not do: open new pairs
of seller and buyer (the levers are known for those that trade), build capacity or change a recipe
beyond what the scenario does, or go round a gate. It need not keep to a rule on whom to serve
first, nor lay in a stock it has no use for: so the loss stays a lower bound. A lane that is partly
open carries at most `open` times `beta`, the smaller of all that its seller's line can make and all
that its buyer can use of the order.

Value is US dollars (`graph.losses.end_use_values`): the planner serves those first whose goods
are worth most per magnet, so a single end use can lose more than it would without a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import (
    block_array,
    block_diag,
    coo_array,
    csr_array,
    dia_array,
    diags_array,
    eye_array,
    kron,
    vstack,
)

from graph.blocks import Block, blocks_of
from graph.errors import ScenarioError
from graph.limits import Limits
from graph.losses import UnitLoss, end_use_values, unit_losses
from graph.plan import Bools, Floats, Ints, Plan, totals
from graph.pools import DIRECT, pool

ROOM = 100_000
"""Lanes times blocks up to which blocks are cut shorter than equal limits ask for."""
LENGTHS = (1, 2, 4, 8, 13, 26)
"""Weeks. Shorter blocks follow the timing of goods more closely; blocks of one week are exact."""
DRIFT = 0.01
"""Share of the baseline. A ceiling that sinks by less within a block does not cut it, and counts as
its highest week: lines that wear out a little every week would else make every block a week."""
SCALE = 1e6
"""Objective of losing everything: keeps the smallest end use above the tolerance of the solver."""


@dataclass(frozen=True, slots=True)
class Reallocation:
    """The least losses. `lost_weeks` is per end use in the order of the plan's lines."""

    end_uses: tuple[UnitLoss, ...]
    lost_weeks: Floats
    blocks: int


def reallocate(plan: Plan, limits: Limits, weeks: int, longest: int | None = None) -> Reallocation:
    """The best plan for `weeks` weeks in blocks of at most `longest` weeks.

    Without `longest` blocks are as short as the size of the network allows. Raises ScenarioError
    where the solver finds no plan, which only numbers out of all proportion can bring about: to
    make nothing at all is always a plan.
    """
    blocks = blocks_of(plan, limits, weeks, longest) if longest else _fine(plan, limits, weeks)
    program = Program(plan, limits, blocks)
    lost = program.lost(program.solve().columns) if plan.line_final.any() else np.zeros(0)
    return Reallocation(unit_losses(plan, lost, weeks), lost, len(blocks))


def _fine(plan: Plan, limits: Limits, weeks: int) -> list[Block]:
    """The shortest blocks that there is room for."""
    for length in LENGTHS:
        if -(-weeks // length) * len(plan.lane_flow) <= ROOM:
            blocks = blocks_of(plan, limits, weeks, length, DRIFT)
            if len(blocks) * len(plan.lane_flow) <= ROOM:
                return blocks
    return blocks_of(plan, limits, weeks, drift=DRIFT)


@dataclass(frozen=True, slots=True)
class Solution:
    """Columns of the best plan, and what a unit more on the right side of each equality changes.

    `marginals` are shares of everything (below 0: less is lost), the dual values of the program.
    """

    columns: Floats
    marginals: Floats


class Program:
    """Rows and columns. Columns are ordered by kind, then block, then number.

    `value` is what the goods of each end use are worth in a week, in the order of the plan's lines
    (`graph.losses.end_use_values` by default); those worth nothing may go without.
    """

    def __init__(
        self, plan: Plan, limits: Limits, blocks: list[Block], value: Floats | None = None
    ) -> None:
        self.plan, self.blocks = plan, blocks
        self.value = end_use_values(plan) if value is None else value
        self.pools = pool(plan, limits, blocks)
        pools = self.pools
        self.length = np.array([block.weeks for block in blocks], dtype=float)
        self.line_tonnes = totals(pools.line, plan.line_tonnes, pools.lines)
        self.group_tonnes = totals(pools.group, plan.group_tonnes, pools.groups)
        self.some_line = _one_of(pools.line, pools.lines)
        self.swarf = np.unique(pools.line[plan.by_line])
        self.ships = np.unique(pools.line[plan.lane_line])
        self.final = pools.line[plan.line_final]

    def solve(
        self,
        bounds: Floats | None = None,
        surcharge: Floats | float = 0.0,
        given: Floats | None = None,
    ) -> Solution:
        """The best plan, within other `bounds` (columns x 2) or with other `given` right sides.

        `surcharge` is what a unit of each column costs besides, as a share of everything.
        """
        found = linprog(  # type: ignore[call-overload] # the stubs know no sparse rows
            self._price + SCALE * surcharge,
            A_ub=self._inequalities[0],
            b_ub=self._inequalities[1],
            A_eq=self._equalities,
            b_eq=self.given if given is None else given,
            bounds=self.bounds if bounds is None else bounds,
            method="highs-ds",
            # Many cheap steps: presolve finds little here, and nearly all costs are zero, so that
            # dearer rules on which row to leave by (the edge weights) do not pay.
            options={"presolve": False, "simplex_dual_edge_weight_strategy": "dantzig"},
        )
        if found.x is None:
            raise ScenarioError(f"the best case could not be computed: {found.message}")
        return Solution(np.asarray(found.x), np.asarray(found.eqlin.marginals) / SCALE)

    def lost(self, columns: Floats) -> Floats:
        """Weeks of baseline that each end use has lost at the end of a plan."""
        return np.maximum(0.0, columns[-len(self.final) :])

    @cached_property
    def _equalities(self) -> csr_array:
        pools = self.pools
        each = diags_array(self.length, format="csr")
        every_line = eye_array(pools.lines, format="csr")
        ship = csr_array(kron(each, self.ship[self.ships]))
        make = csr_array(kron(each, every_line[self.ships]))
        serve = csr_array(kron(each, every_line[self.final]))
        consume = block_diag([block.weeks * self.use(block) for block in self.blocks])
        count = len(self.blocks)
        step = diags_array([[1.0] * count, [-1.0] * (count - 1)], offsets=[0, -1])
        rows: list[list[csr_array | None]] = [
            [-self.arrivals, consume, _sized(step, pools.groups), None, None],
            [ship, -make, None, _sized(step, len(self.ships)), None],
            [None, serve, None, None, _sized(step, len(self.final))],
        ]
        return csr_array(block_array(rows, format="csr"))

    @cached_property
    def ship(self) -> csr_array:
        """What ways take of what each line ships, as shares of it."""
        plan, pools = self.plan, self.pools
        return _matrix(
            plan.lane_tonnes,
            pools.line[plan.lane_line],
            pools.trunk,
            self.line_tonnes,
            pools.ways,
        )

    def use(self, block: Block) -> csr_array:
        """What a week of each line at its baseline takes of each group, in weeks of its use."""
        plan, pools = self.plan, self.pools
        return _matrix(
            plan.use_share * block.need * plan.group_tonnes[plan.use_group],
            pools.group[plan.use_group],
            pools.line[plan.use_line],
            self.group_tonnes,
            pools.lines,
        )

    @cached_property
    def given(self) -> Floats:
        """Right sides of the equalities: weeks of use added to groups or saved in them, else 0."""
        plan, pools, given = self.plan, self.pools, np.zeros(self._equalities.shape[0])
        for place, block in enumerate(self.blocks):
            saved = plan.use_share * (1.0 - block.need)
            gain = block.added + totals(plan.use_group, saved, len(plan.group_node))
            tonnes = totals(pools.group, gain * plan.group_tonnes, pools.groups)
            here = slice(place * pools.groups, (place + 1) * pools.groups)
            given[here] = block.weeks * tonnes / self.group_tonnes
        return given

    @cached_property
    def arrivals(self) -> csr_array:
        """What reaches each group in each block, in weeks of use, by way and block of departure."""
        plan, pools, count = self.plan, self.pools, len(self.blocks)
        of_week = np.repeat(np.arange(count), self.length.astype(int))
        bring = plan.entry_share * plan.group_tonnes[plan.entry_group]
        lag = plan.lane_lag[plan.entry_lane]
        shape = (count * pools.groups, count * pools.ways)
        arrivals = csr_array(shape)
        for weeks in np.unique(lag).tolist():
            entries = np.flatnonzero(lag == weeks)
            here = _matrix(
                bring[entries],
                pools.group[plan.entry_group[entries]],
                pools.arm[plan.entry_lane[entries]],
                self.group_tonnes,
                pools.ways,
            )
            when = coo_array(
                (np.ones(max(0, len(of_week) - weeks)), (of_week[weeks:], of_week[:-weeks])),
                shape=(count, count),
            )
            arrivals = arrivals + kron(when.tocsr(), here, format="csr")
        return csr_array(arrivals)

    @cached_property
    def _inequalities(self) -> tuple[csr_array, Floats]:
        """Rows of the form "at most": swarf, hubs and joint caps."""
        plan, pools, count = self.plan, self.pools, len(self.blocks)
        follows = eye_array(pools.lines, format="csr") - self.falls_off
        swarf = kron(eye_array(count), csr_array(follows)[self.swarf], format="csr")
        into, out = self.hubs
        hubs = kron(eye_array(count), csr_array(out - into), format="csr")
        rest = count * (pools.groups + len(self.ships) + len(self.final))
        rows = [
            block_array([[csr_array((swarf.shape[0], count * pools.ways)), swarf]]),
            block_array([[hubs, csr_array((hubs.shape[0], count * pools.lines))]]),
        ]
        room = [np.zeros(swarf.shape[0]), np.zeros(hubs.shape[0])]
        for place, block in enumerate(self.blocks):
            for cap in block.export_caps:
                tonnes = totals(pools.trunk[cap.members], plan.lane_tonnes[cap.members], pools.ways)
                rows.append(self._cap_row(place, tonnes, on_lines=False))
                room.append(np.array([(cap.kept - 1) * tonnes.sum() / tonnes.max()]))
            for cap in block.output_caps:
                tonnes = totals(pools.line[cap.members], plan.line_tonnes[cap.members], pools.lines)
                rows.append(self._cap_row(place, tonnes, on_lines=True))
                room.append(np.array([(cap.kept - 1) * tonnes.sum() / tonnes.max()]))
        stacked = vstack(rows, format="csr")
        none = csr_array((stacked.shape[0], rest))
        return csr_array(block_array([[stacked, none]], format="csr")), np.concatenate(room)

    def _cap_row(self, place: int, tonnes: Floats, *, on_lines: bool) -> csr_array:
        count, pools = len(self.blocks), self.pools
        row = np.zeros(count * (pools.ways + pools.lines))
        start = place * len(tonnes) + (count * pools.ways if on_lines else 0)
        row[start : start + len(tonnes)] = tonnes / tonnes.max()
        return csr_array(row[None, :])

    @cached_property
    def falls_off(self) -> csr_array:
        """What falls off from each line (column), as share of the swarf line (row) it goes to."""
        plan, pools = self.plan, self.pools
        by, main = pools.line[plan.by_line], pools.line[plan.by_main]
        return _matrix(plan.by_share, by, main, np.ones(pools.lines), pools.lines)

    @cached_property
    def hubs(self) -> tuple[csr_array, csr_array]:
        """What the trunks bring to each hub and what its arms take out, shares of its tonnes."""
        plan, pools = self.plan, self.pools
        lanes = np.flatnonzero(pools.hub != DIRECT)
        hub, tonnes = pools.hub[lanes], plan.lane_tonnes[lanes]
        whole = totals(hub, tonnes, pools.hubs)
        into = _matrix(tonnes, hub, pools.trunk[lanes], whole, pools.ways)
        return into, _matrix(tonnes, hub, pools.arm[lanes], whole, pools.ways)

    @cached_property
    def bounds(self) -> Floats:
        plan, pools, count = self.plan, self.pools, len(self.blocks)
        surge = _line_surge(plan)
        tonnes = totals(pools.arm, plan.lane_tonnes, pools.ways)
        beta = totals(pools.arm, _largest(plan, surge), pools.ways)
        beta /= np.where(tonnes > 0, tonnes, 1.0)
        arms = np.unique(pools.arm)
        some_lane = _one_of(pools.arm, pools.ways)
        most_x = np.full((count, pools.ways), np.inf)
        most_a = np.zeros((count, pools.lines))
        for place, block in enumerate(self.blocks):
            passing = block.open[some_lane[arms]]
            most_x[place, arms] = np.where(passing < 1, passing * beta[arms] - 1, np.inf)
            most_a[place] = np.minimum(surge, block.ceiling)[self.some_line] - 1
        most_a[:, self.swarf] = np.inf
        stock = totals(pools.group, plan.group_stock * plan.group_tonnes, pools.groups)
        goods = totals(pools.line, plan.line_stock * plan.line_tonnes, pools.lines)
        goods = (goods / self.line_tonnes)[self.ships]
        ends = count * len(self.final)
        low = [
            np.full(most_x.size, -1.0),
            np.full(most_a.size, -1.0),
            -np.tile(stock / self.group_tonnes, count),
            -np.tile(goods, count),
            np.zeros(ends),
        ]
        free = np.full(count * (pools.groups + len(self.ships)) + ends, np.inf)
        high = [most_x.ravel(), most_a.ravel(), free]
        return np.column_stack([np.concatenate(low), np.concatenate(high)])

    @cached_property
    def _price(self) -> Floats:
        price, value = np.zeros(len(self.bounds)), self.value
        price[-len(value) :] = SCALE * value / float(value.sum() * self.length.sum())
        return price


def _line_surge(plan: Plan) -> Floats:
    """Highest activity of each line; what nothing feeds or takes its baseline cannot rise."""
    unfed: Bools = np.ones(len(plan.line_node), dtype=bool)
    unfed[plan.use_line] = False
    steady = plan.line_sink | (plan.line_push & unfed)
    return np.where(steady, 1.0, plan.node_surge[plan.line_node])


def _largest(plan: Plan, surge: Floats) -> Floats:
    """The most that could sensibly go over each lane, t a week.

    It is all that the line of its seller can make, or all that its buyer can use of the order
    where that is less.
    """
    made = (surge * plan.line_tonnes)[plan.lane_line]
    weight = np.where(plan.lane_order >= 0, plan.lane_weight, 1.0)
    used = plan.node_surge[plan.lane_target] * plan.lane_tonnes / weight
    return np.where(plan.lane_order >= 0, np.minimum(made, used), made)


def _one_of(numbers: Ints, size: int) -> Ints:
    """For each number a place where it stands."""
    place = np.zeros(size, dtype=np.int64)
    place[numbers] = np.arange(len(numbers))
    return place


def _matrix(values: Floats, row: Ints, column: Ints, whole: Floats, width: int) -> csr_array:
    """Sums of `values` by row and column, as shares of the row's `whole`."""
    return csr_array(coo_array((values / whole[row], (row, column)), shape=(len(whole), width)))


def _sized(step: dia_array, size: int) -> csr_array:
    return csr_array(kron(step.tocsr(), eye_array(size, format="csr"), format="csr"))
