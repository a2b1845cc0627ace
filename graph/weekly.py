"""The weekly inventory model: week after week over the arrays of `graph.compile`.

An adaptive regional input-output model with inventories (Hallegatte 2008, 2014; Henriet et al.
2012; Inoue and Todo 2019) in deviations from the baseline: a quantity of 1 is its baseline, and
without a disturbance every term that is added is exactly 0. In a week

1. goods shipped `lag` weeks ago arrive;
2. suppliers see the orders of last week and the backlog, as far as the levers let them through;
3. lines produce what is wanted, up to capacity and up to the scarcest input in stock;
4. goods are shipped in proportion to orders, or to some first; the rest stays as backlog;
5. buyers move orders from suppliers that failed them to those with spare capacity, and order what
   they want to use and what their inventory position (stock, goods under way, backlog) lacks.
"""

from __future__ import annotations

import numpy as np

from graph.allocation import rations
from graph.engines import engine_of
from graph.limits import JointCap, Limits
from graph.packed import capping_levers, held_lanes, withholding
from graph.parameters import SpreadParameters
from graph.plan import Floats, Plan, total, totals
from graph.trajectory import Tally, Trajectory

NEGLIGIBLE = 1e-12


def run(
    plan: Plan,
    limits: Limits,
    weeks: int,
    p: SpreadParameters,
    *,
    engine: str = "auto",
    in_full: bool = True,
) -> Trajectory:
    """Play `weeks` weeks. Deterministic.

    `engine` is `numpy` (the reference, below), `numba` (the same in compiled loops, see
    `graph.kernel`), or `auto`: numba where it loads. Without `in_full` the numba engine
    leaves `shipped`, `backlog`, `goods` and `stock` without rows and needs no memory for them.
    Raises and warns as `graph.engines.engine_of` does.
    """
    if engine_of(engine) == "numba":
        return _compiled_run(plan, limits, weeks, p, in_full)
    play = _Play(plan, limits, weeks, p)
    for week in range(weeks):
        play.week(week)
    return Trajectory(
        shipped=play.shipped,
        backlog=play.backlog_by_week,
        made=play.made,
        goods=play.goods_by_week,
        stock=play.stock_by_week,
        unmade=play.unmade_by_week,
        tally=Tally(play.withheld, play.rationed, play.capped, play.starved),
    )


def _compiled_run(
    plan: Plan, limits: Limits, weeks: int, p: SpreadParameters, in_full: bool
) -> Trajectory:
    from graph.fast import played  # numba is an extra, and takes long to import

    record = played(plan, limits, weeks, p, in_full)
    return Trajectory(
        shipped=record.sent,
        backlog=record.waiting,
        made=record.made,
        goods=record.goods,
        stock=record.stock,
        unmade=record.unmade,
        tally=Tally(
            dict(zip(withholding(limits), record.withheld, strict=True)),
            record.rationed,
            dict(zip(capping_levers(limits), record.capped, strict=True)),
            record.starved,
        ),
    )


class _Play:
    """The state between weeks, and the five steps of a week."""

    def __init__(self, plan: Plan, limits: Limits, weeks: int, p: SpreadParameters) -> None:
        self.plan, self.limits, self.p = plan, limits, p
        lanes, lines, groups = len(plan.lane_flow), len(plan.line_node), len(plan.group_node)
        self.reach = int(plan.lane_lag.max(initial=1))
        self.shipped = np.ones((weeks, lanes))
        self.backlog_by_week = np.zeros((weeks, lanes))
        self.made = np.ones((weeks, lines))
        self.goods_by_week = np.zeros((weeks, lines))
        self.stock_by_week = np.zeros((weeks, groups))
        self.unmade_by_week = np.zeros((weeks, lines))
        self.goods = np.zeros(lines)
        self.due_less = np.zeros((self.reach, groups))  # by week to come, in turn
        self.stock = np.zeros(groups)
        self.position = np.zeros(groups)  # stock, under way and on order, against the baseline
        self.unmade = np.zeros(lines)
        self.ordered = np.ones(lanes)
        self.backlog = np.zeros(lanes)
        self.loyalty = np.ones(lanes)  # share of its baseline part of the order a supplier gets
        self.release = np.full(lanes, p.backlog_weeks)
        self.held = held_lanes(limits)
        self.withheld = {name: np.zeros(lanes) for name in withholding(limits)}
        self.capped = {name: np.zeros(lines) for name in capping_levers(limits)}
        self.rationed = np.zeros(lanes)
        self.starved = np.zeros(len(plan.use_line))
        self.need = np.ones(len(plan.use_line))  # of a unit of product, against the baseline
        self.fed = np.zeros(lines, dtype=bool)
        self.fed[plan.use_line] = True
        self.pulled = plan.lane_order >= 0
        self.unused = np.ones(len(plan.order_speed))  # 1 where what is ordered enters no product
        self.unused[plan.link_order] = 0.0

    def week(self, week: int) -> None:
        for start, lanes, weeks in self.limits.releases:
            if start == week:
                self.release[lanes] = weeks
        arrived_less = self._arrivals(week)
        self._save(week)
        available = self.plan.group_stock + 1.0 + (self.stock - arrived_less)
        asked = self._asked()
        allowed, held = self._let_through(week, asked)
        passing = asked * allowed
        want = self._wanted(week, passing)
        made = self._produce(want, available)
        used_less = self._used_less(made)
        self.stock += used_less - arrived_less
        shipped = self._ship(week, passing, allowed, made)
        self._blame(asked, passing, shipped, held)
        self.unmade[self.plan.line_final] += 1.0 - made[self.plan.line_final]
        self.position += used_less + self._asked_less(week)
        self._switch(week, shipped, want, allowed)
        self._order(shipped, want)
        self.backlog_by_week[week] = self.backlog
        self.made[week] = made
        self.goods_by_week[week] = self.goods
        self.stock_by_week[week] = self.stock
        self.unmade_by_week[week] = self.unmade

    def _arrivals(self, week: int) -> Floats:
        """What arrives in each group less than at the baseline, in weeks of use; below 0 where
        goods from elsewhere are more than what is lacking."""
        due = week % self.reach
        arrived_less: Floats = self.due_less[due].copy()
        self.due_less[due] = 0.0
        for injection in self.limits.injections:
            if injection.is_at_hand:
                arrived_less[injection.groups] -= injection.added[week]
        return arrived_less

    def _save(self, week: int) -> None:
        """Set what a unit of product needs."""
        self.need[:] = 1.0
        for saving in self.limits.savings:
            self.need[saving.uses] *= saving.need[week]

    def _asked_less(self, week: int) -> Floats:
        """What buyers need not order because it comes from elsewhere, in weeks of use; below 0
        where they lay in stock."""
        asked_less = np.zeros(len(self.plan.group_node))
        for injection in self.limits.injections:
            asked_less[injection.groups] += injection.added[week]
        return asked_less

    def _expect_less(self, lane_values: Floats) -> None:
        """Take goods that will not come off the positions of the groups they were meant for."""
        plan = self.plan
        less = plan.entry_share * lane_values[plan.entry_lane]
        np.subtract.at(self.position, plan.entry_group, less)

    def _used_less(self, activity: Floats) -> Floats:
        """What each group saves of its baseline use at an activity of the lines, in weeks."""
        plan = self.plan
        saved = plan.use_share * (1.0 - self.need * activity[plan.use_line])
        return totals(plan.use_group, saved, len(plan.group_node))

    def _needed(self) -> Floats:
        """What a week at full activity takes of each group; exactly 1 where nothing is saved."""
        if not self.limits.savings:
            return np.ones(len(self.plan.group_node))
        return 1.0 - self._used_less(np.ones(len(self.plan.line_node)))

    def _of_lines(self, lane_values: Floats) -> Floats:
        plan = self.plan
        return totals(plan.lane_line, plan.lane_share * lane_values, len(plan.line_node))

    def _called(self, passing: Floats) -> Floats:
        """What lines are asked for of their shipments; held lanes are added last, one by one."""
        plan, less = self.plan, self.plan.lane_share * (1.0 - passing)
        free = less.copy()
        free[self.held] = 0.0
        called_less = totals(plan.lane_line, free, len(plan.line_node))
        np.add.at(called_less, plan.lane_line[self.held], less[self.held])
        return np.asarray(1.0 - called_less)

    def _asked(self) -> Floats:
        """Orders of last week and the part of the backlog that is due, per lane."""
        asked: Floats = self.ordered + self.backlog / self.release
        return asked

    def _let_through(self, week: int, asked: Floats) -> tuple[Floats, dict[str, Floats]]:
        """Share of the orders let through per lane, and what each lever held back of them."""
        held = {lever: np.zeros(len(asked)) for lever in self.withheld}
        allowed = np.ones(len(asked))
        for gate in self.limits.gates:
            allowed[gate.lanes] = np.minimum(allowed[gate.lanes], gate.open[week])
            held[gate.lever][gate.lanes] = asked[gate.lanes] * (1.0 - gate.open[week])
        tight = allowed.copy()
        for cap in self.limits.export_caps:
            if cap.start <= week < cap.end:
                passing = asked * allowed
                share = _cut(cap, self.plan.lane_tonnes, passing)
                tight[cap.members] = np.minimum(tight[cap.members], allowed[cap.members] * share)
                held[cap.lever][cap.members] = passing[cap.members] * (1.0 - share)
        return tight, held

    def _wanted(self, week: int, passing: Floats) -> Floats:
        """What each line would make if its inputs allowed it."""
        plan = self.plan
        want = self._called(passing) - self.goods / self.p.restock_weeks
        want = np.where(plan.line_final, 1.0 + self.unmade, want)
        want = np.where(plan.line_sink, 1.0, want)
        pace = np.full(len(plan.node_site), -np.inf)
        np.maximum.at(pace, plan.line_node[plan.line_joint], want[plan.line_joint])
        pace = pace[plan.line_node]
        want = np.where(plan.line_joint, pace, want)
        top = plan.node_surge[plan.line_node]
        want = np.where(plan.line_push, np.where(self.fed, top, 1.0), want)
        want = np.clip(want, 0.0, top)
        least = want
        for ceiling in self.limits.ceilings:
            own, lines = ceiling.activity[week], ceiling.lines
            self.capped[ceiling.lever][lines] += np.maximum(0.0, np.minimum(want[lines], 1.0) - own)
            least = least.copy()
            least[lines] = np.minimum(least[lines], own)
        capped = least
        for cap in self.limits.output_caps:
            if cap.start <= week < cap.end:
                share = _cut(cap, plan.line_tonnes, least)
                capped = capped.copy()
                capped[cap.members] = np.minimum(capped[cap.members], least[cap.members] * share)
                self.capped[cap.lever][cap.members] += least[cap.members] * (1.0 - share)
        return capped

    def _produce(self, want: Floats, available: Floats) -> Floats:
        plan = self.plan
        limit: Floats = np.full(len(want), np.inf)
        needed = self._needed()
        lasts = np.divide(available, needed, out=np.full(len(needed), np.inf), where=needed > 0)
        np.minimum.at(limit, plan.use_line, np.maximum(0.0, lasts[plan.use_group]))
        made: Floats = np.minimum(want, limit)
        aim = np.where(plan.line_push, np.minimum(want, 1.0), want)
        short = np.maximum(0.0, aim - made)[plan.use_line]
        scarcest = lasts[plan.use_group] <= limit[plan.use_line]
        self.starved += np.where(scarcest, short, 0.0)
        if len(plan.by_line):
            unmade = totals(plan.by_line, plan.by_share * (1.0 - made[plan.by_main]), len(made))
            made[plan.by_line] = 1.0 - unmade[plan.by_line]
        return made

    def _ship(self, week: int, passing: Floats, allowed: Floats, made: Floats) -> Floats:
        plan = self.plan
        called = self._called(passing)
        ready = np.maximum(0.0, plan.line_stock + (self.goods + made))
        first = self.limits.first_in(week, len(passing))
        rationed = passing * rations(plan, passing, called, ready, first)
        shipped = np.where(self.pulled, rationed, allowed * made[plan.lane_line])
        self.goods += self._of_lines(1.0 - shipped) - (1.0 - made)
        self.goods[plan.line_final | plan.line_sink] = 0.0
        self.backlog += np.where(self.pulled, self.ordered - shipped, 0.0)
        self.shipped[week] = shipped
        due = (week + plan.lane_lag[plan.entry_lane]) % self.reach
        less = plan.entry_share * (1.0 - shipped[plan.entry_lane])
        np.add.at(self.due_less, (due, plan.entry_group), less)
        return shipped

    def _blame(
        self, asked: Floats, passing: Floats, shipped: Floats, held: dict[str, Floats]
    ) -> None:
        """Divide what each lane fell short of its baseline between levers and seller."""
        short = np.where(self.pulled, passing - shipped, np.maximum(0.0, 1.0 - shipped))
        gap = np.where(self.pulled, np.maximum(0.0, np.minimum(asked, 1.0) - shipped), short)
        whole = short + sum(held.values())
        part = np.divide(gap, whole, out=np.zeros(len(gap)), where=whole > NEGLIGIBLE)
        self.rationed += short * part
        for lever, amount in held.items():
            self.withheld[lever] += amount * part

    def _order(self, shipped: Floats, want: Floats) -> None:
        """Order the use to come and what is lacking; trim at the suppliers that owe the most."""
        plan = self.plan
        needed = 1.0 - self._used_less(want)
        lacking = -self.position / self.p.restock_weeks
        gross, net = self.unused.copy(), self.unused.copy()
        np.maximum.at(gross, plan.link_order, (needed + np.maximum(0.0, lacking))[plan.link_group])
        np.maximum.at(net, plan.link_order, (needed + lacking)[plan.link_group])
        order = np.where(self.pulled, plan.lane_order, 0)
        owed = totals(order, plan.lane_weight * self.backlog, len(gross))
        trimmed = np.divide(gross - net, owed, out=np.zeros(len(owed)), where=owed > NEGLIGIBLE)
        whole = np.where(owed > NEGLIGIBLE, gross, net)
        orders = whole[order] * self.loyalty - trimmed[order] * self.backlog
        self.ordered = np.where(self.pulled, np.maximum(0.0, orders), shipped)
        self._expect_less(1.0 - self.ordered)

    def _switch(self, week: int, shipped: Floats, want: Floats, allowed: Floats) -> None:
        """Move orders from suppliers that fell short to others with spare capacity, and back."""
        plan = self.plan
        unmet = np.where(self.pulled, self.ordered - shipped, 0.0)
        failing = unmet > NEGLIGIBLE
        away = self.pulled & (self.loyalty < 1.0)
        if not (failing.any() or away.any()):
            return
        free = self._unhindered(week)
        spare = np.maximum(0.0, plan.node_surge[plan.line_node] - want) * free
        able = self.pulled & ~failing
        left = self._move(
            np.where(failing, np.minimum(self.loyalty, unmet), 0.0),
            np.where(able, spare[plan.lane_line] * allowed, 0.0),
        )
        given_up = np.divide(left, self.loyalty, out=np.zeros(len(left)), where=left > 0)
        self.loyalty -= left
        cancelled = self.backlog * given_up
        self.backlog -= cancelled
        self._expect_less(cancelled)
        able &= (allowed >= 1.0) & (free[plan.lane_line] > 0)
        self.loyalty -= self._move(
            np.where(self.pulled, np.maximum(0.0, self.loyalty - 1.0), 0.0),
            np.where(able, np.maximum(0.0, 1.0 - self.loyalty), 0.0),
        )

    def _move(self, leaving: Floats, joining: Floats) -> Floats:
        """Move orders within each order, at most so much per lane; returns what left each lane."""
        plan = self.plan
        count = len(plan.order_speed)
        order = np.where(self.pulled, plan.lane_order, 0)
        out = totals(order, plan.lane_weight * leaving, count)
        room = totals(order, plan.lane_weight * joining, count)
        moved = np.minimum(np.minimum(out, room), plan.order_speed)
        moved[np.minimum(out, room) < NEGLIGIBLE] = 0.0
        self.loyalty += (
            joining * np.divide(moved, room, out=np.zeros(count), where=moved > 0)[order]
        )
        return leaving * np.divide(moved, out, out=np.zeros(count), where=moved > 0)[order]

    def _unhindered(self, week: int) -> Floats:
        """1 for lines that no ceiling or output cap holds down this week, else 0."""
        free = np.ones(len(self.plan.line_node))
        for ceiling in self.limits.ceilings:
            free[ceiling.lines] *= np.isinf(ceiling.activity[week])
        for cap in self.limits.output_caps:
            if cap.start <= week < cap.end:
                free[cap.members] = 0.0
        return free


def _cut(cap: JointCap, tonnes: Floats, wanted: Floats) -> float:
    """Share (0..1) that a joint cap leaves of what its members want together."""
    base = total(tonnes[cap.members])
    asked = total(tonnes[cap.members] * wanted[cap.members])
    return min(1.0, cap.kept * base / asked) if asked > 0 else 1.0
