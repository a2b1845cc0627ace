"""No adaptation: the static cascade, what a scenario costs if nobody does anything about it.

No stocks, no transit, no switching, no overtime, no catching up. Each week stands for itself and
only its limits count (`graph.blocks`); quantities are shares of the baseline.

    lane    x_l = min(open_l, kept_c for every joint cap c on it, part_l(a_line(l)))
    group   r_g = added_g + 1 - sum_entries share (1 - x_l)   suppliers add up, none is replaced
    line    a_j = min(1, ceiling_j, kept_c for every joint cap c on it,
                      min_{g used by j} r_g / sum_{uses of g} share need)
    swarf   a_k = 1 - sum_mains share (1 - a_j)

A line needs all its inputs (Leontief) and loses what its scarcest one loses; losses run downstream
only. Under a joint cap each member keeps `kept` of its own baseline: what one leaves unused no
other one takes up. Everything starts at 1 and is computed again until nothing moves any more;
no round raises a value, so loops (swarf) converge as well, to the largest state that fits.

Goods from a stock, a new plant or recycling (`added`) replace what a group misses in that very
week, and a need that fell (`need`) is met by less; what is left over is not kept. Laying in a stock
neither takes goods here nor gives any: nobody holds stock. `part_l(a)` is the activity of the
seller, or, where a rule says who is served first and S is the baseline share of those buyers,
min(1, a / S) for them and max(0, a - S) / (1 - S) for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graph.blocks import Block, blocks_of
from graph.limits import JointCap, Limits
from graph.losses import UnitLoss, unit_losses
from graph.plan import Bools, Floats, Plan, totals

STILL = 1e-12
"""Largest change of an activity in a round at which the cascade counts as settled."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """Losses without adaptation. `rounds` is how often the chain was gone through."""

    end_uses: tuple[UnitLoss, ...]
    lost_weeks: Floats
    """weeks of baseline lost, per end use in the order of the plan's lines"""
    rounds: int


def cascade(plan: Plan, limits: Limits, weeks: int) -> Cascade:
    """The static cascade over `weeks` weeks, weeks with equal limits computed once."""
    moves_weekly = limits.injections or limits.savings or limits.priorities
    blocks = blocks_of(plan, limits, weeks, 1 if moves_weekly else None)
    made, rounds = settle(plan, limits, blocks)
    length = np.array([block.weeks for block in blocks], dtype=float)
    lost = (1.0 - made[plan.line_final]) @ length
    return Cascade(unit_losses(plan, lost, weeks), lost, rounds)


def settle(plan: Plan, limits: Limits, blocks: list[Block]) -> tuple[Floats, int]:
    """Activity (0..1) of every line (rows) in each block (columns), and the rounds it took.

    Who is served first in the first week of a block is so in all of it.
    """
    passing = np.stack([_capped(block.open, block.export_caps) for block in blocks], axis=1)
    most = np.stack([_capped(block.ceiling, block.output_caps) for block in blocks], axis=1)
    most = np.minimum(1.0, most)
    arrivals = csr_array(
        (plan.entry_share, (plan.entry_group, plan.entry_lane)),
        shape=(len(plan.group_node), len(plan.lane_flow)),
    )
    falls_off = csr_array(
        (plan.by_share, (plan.by_line, plan.by_main)), shape=(len(most), len(most))
    )
    swarf = np.unique(plan.by_line)
    added = np.stack([block.added for block in blocks], axis=1)
    needed = np.stack([_needed(plan, block) for block in blocks], axis=1)
    part = _ranked(plan, limits, blocks) if limits.priorities else _alike
    made, rounds = np.ones_like(most), 0
    while True:
        shipped = np.minimum(passing, part(made[plan.lane_line]))
        reach = added + 1.0 - np.asarray(arrivals @ (1.0 - shipped))
        lasts = np.divide(reach, needed, out=np.full_like(reach, np.inf), where=needed > STILL)
        now = most.copy()
        np.minimum.at(now, plan.use_line, lasts[plan.use_group])
        now[swarf] = np.minimum(now[swarf], (1.0 - np.asarray(falls_off @ (1.0 - now)))[swarf])
        now = np.clip(now, 0.0, made)
        rounds += 1
        change = float((made - now).max(initial=0.0))
        made = now
        if change <= STILL:
            return made, rounds


def _needed(plan: Plan, block: Block) -> Floats:
    """What the baseline takes of each group, in weeks of baseline use; exactly 1 unless saved."""
    saved = plan.use_share * (1.0 - block.need)
    return 1.0 - totals(plan.use_group, saved, len(plan.group_node))


def _alike(seller: Floats) -> Floats:
    return seller


def _ranked(plan: Plan, limits: Limits, blocks: list[Block]) -> Callable[[Floats], Floats]:
    """What each lane gets of its baseline by the activity of its seller, block by block."""
    count = len(plan.lane_flow)
    none: Bools = np.zeros(count, dtype=bool)
    ranks = [limits.first_in(block.start, count) for block in blocks]
    first = np.stack([none if rank is None else rank for rank in ranks], axis=1)
    first[plan.lane_order < 0] = False  # swarf goes where it falls off
    to_line = csr_array((plan.lane_share, (plan.lane_line, np.arange(count))))
    ahead = np.asarray(to_line @ first.astype(float))[plan.lane_line]
    others = 1.0 - ahead

    def part(seller: Floats) -> Floats:
        served = np.divide(seller, ahead, out=seller.copy(), where=ahead > 0)
        rest = np.divide(seller - ahead, others, out=seller.copy(), where=others > STILL)
        parts: Floats = np.where(first, np.minimum(1.0, served), np.maximum(0.0, rest))
        return parts

    return part


def _capped(share: Floats, caps: Iterable[JointCap]) -> Floats:
    """What each lane or line may do at most, each member of a joint cap alone."""
    capped = share.copy()
    for cap in caps:
        capped[cap.members] = np.minimum(capped[cap.members], cap.kept)
    return capped
