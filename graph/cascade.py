"""No adaptation: the static cascade, what a scenario costs if nobody does anything about it.

No stocks, no transit, no switching, no overtime, no catching up. Each week stands for itself and
only its limits count (`graph.blocks`); quantities are shares of the baseline.

    lane    x_l = min(open_l, kept_c for every joint cap c on it, a_line(l))
    group   r_g = 1 - sum_entries share (1 - x_l)         suppliers add up, none is replaced
    line    a_j = min(1, ceiling_j, kept_c for every joint cap c on it, min_{g used by j} r_g)
    swarf   a_k = 1 - sum_mains share (1 - a_j)

A line needs all its inputs (Leontief) and loses what its scarcest one loses; losses run downstream
only. Under a joint cap each member keeps `kept` of its own baseline: what one leaves unused no
other one takes up. Everything starts at 1 and is computed again until nothing moves any more;
no round raises a value, so loops (swarf) converge as well, to the largest state that fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from graph.blocks import Block, blocks_of
from graph.limits import Limits
from graph.losses import UnitLoss, unit_losses
from graph.plan import Floats, Plan

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
    blocks = blocks_of(plan, limits, weeks)
    made, rounds = settle(plan, blocks)
    length = np.array([block.weeks for block in blocks], dtype=float)
    lost = (1.0 - made[plan.line_final]) @ length
    return Cascade(unit_losses(plan, lost, weeks), lost, rounds)


def settle(plan: Plan, blocks: list[Block]) -> tuple[Floats, int]:
    """Activity (0..1) of every line (rows) in each block (columns), and the rounds it took."""
    passing = np.stack([_lanes(block) for block in blocks], axis=1)
    most = np.minimum(1.0, np.stack([_lines(block) for block in blocks], axis=1))
    arrivals = csr_array(
        (plan.entry_share, (plan.entry_group, plan.entry_lane)),
        shape=(len(plan.group_node), len(plan.lane_flow)),
    )
    falls_off = csr_array(
        (plan.by_share, (plan.by_line, plan.by_main)), shape=(len(most), len(most))
    )
    swarf = np.unique(plan.by_line)
    made, rounds = np.ones_like(most), 0
    while True:
        shipped = np.minimum(passing, made[plan.lane_line])
        reach = 1.0 - np.asarray(arrivals @ (1.0 - shipped))
        now = most.copy()
        np.minimum.at(now, plan.use_line, reach[plan.use_group])
        now[swarf] = np.minimum(now[swarf], (1.0 - np.asarray(falls_off @ (1.0 - now)))[swarf])
        now = np.clip(now, 0.0, made)
        rounds += 1
        change = float((made - now).max(initial=0.0))
        made = now
        if change <= STILL:
            return made, rounds


def _lanes(block: Block) -> Floats:
    share = block.open.copy()
    for cap in block.export_caps:
        share[cap.members] = np.minimum(share[cap.members], cap.kept)
    return share


def _lines(block: Block) -> Floats:
    share = block.ceiling.copy()
    for cap in block.output_caps:
        share[cap.members] = np.minimum(share[cap.members], cap.kept)
    return share
