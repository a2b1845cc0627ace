"""One scenario three ways: without adaptation, in the weekly model, and in the best case.

The static cascade (`graph.cascade`) and the reallocation optimum (`graph.reallocation`) enclose
what the weekly model finds: the truth about how well a chain adapts lies between. Where the weekly
model lies outside for some end use, that is said and not hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.cascade import cascade
from graph.compile import compile_network
from graph.errors import ScenarioError
from graph.limits import Limits, limits_of
from graph.losses import UnitLoss, end_use_values, unit_losses
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import Floats
from graph.reallocation import reallocate
from graph.scenario import Scenario
from graph.weekly import run

ABOVE, BELOW = "above", "below"
SLACK = 1e-4
"""Share of a run by which the weekly model may pass a bound before it counts as outside."""


@dataclass(frozen=True, slots=True)
class Three:
    """A loss in the three ways of looking at it."""

    no_adaptation: float
    weekly: float
    best_case: float


@dataclass(frozen=True, slots=True)
class Bracketed:
    """The losses of one end use in its `unit`, as share of the run's baseline, and in US dollars.

    `usd` is None where units or their value are not known. `outside` says whether the weekly loss
    lies above that without adaptation (`ABOVE`), below the best case (`BELOW`), or neither ("").
    """

    id: str
    name: str
    sector: str
    country: str
    unit: str
    baseline_per_week: float
    lost_units: Three
    lost_share: Three
    lost_usd: Three | None
    outside: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """All end uses, hardest hit in the weekly model first, and the whole.

    `lost_usd` sums the end uses of known value. `lost_share` is of the value of all, those of
    unknown value counted as in `graph.losses.end_use_values`. `rounds` of the cascade, `blocks` of
    the optimum (0 where it needed no solving).
    """

    scenario: str
    snapshot: str
    weeks: int
    seed: int
    end_uses: tuple[Bracketed, ...]
    lost_share: Three
    lost_usd: Three
    rounds: int
    blocks: int
    notes: tuple[str, ...]


def bracket(
    network: Network,
    scenario: Scenario,
    *,
    weeks: int = 52,
    seed: int = 7,
    parameters: SpreadParameters | None = None,
) -> Bracket:
    """`scenario` three ways over `weeks` weeks. The same seed gives the same result.

    Raises ScenarioError where the scenario does not fit the network, or no best case is found.
    """
    if weeks < 1:
        raise ScenarioError(f"a run needs at least one week, got {weeks}")
    parameters = parameters or SpreadParameters()
    plan = compile_network(network, parameters)
    limits = limits_of(network, plan, scenario, weeks, seed)
    static = cascade(plan, limits, weeks)
    unmade = run(plan, limits, weeks, parameters).unmade[-1][plan.line_final]
    weekly = np.maximum(0.0, unmade)
    if weekly.any():
        best = reallocate(plan, limits, weeks)
        least, blocks = best.lost_weeks, best.blocks
    else:  # what the weekly model did is a plan without any loss, and none can be better
        least, blocks = np.zeros(len(weekly)), 0
    ways = (static.lost_weeks, weekly, least)
    end_uses = _side_by_side([unit_losses(plan, lost, weeks) for lost in ways])
    value = end_use_values(plan)
    whole = float(value.sum()) * weeks
    return Bracket(
        scenario=scenario.name,
        snapshot=network.snapshot,
        weeks=weeks,
        seed=seed,
        end_uses=end_uses,
        lost_share=Three(*(_share(value, lost, whole) for lost in ways)),
        lost_usd=Three(
            *(
                sum(getattr(loss.lost_usd, way) for loss in end_uses if loss.lost_usd)
                for way in Three.__slots__
            )
        ),
        rounds=static.rounds,
        blocks=blocks,
        notes=(*_responses(limits), *_notes(end_uses, limits, solved=blocks > 0)),
    )


def _share(value: Floats, lost_weeks: Floats, whole: float) -> float:
    return float(value @ lost_weeks) / whole if whole > 0 else 0.0


def _side_by_side(ways: list[tuple[UnitLoss, ...]]) -> tuple[Bracketed, ...]:
    by_id = [{loss.id: loss for loss in losses} for losses in ways]
    found = []
    for loss in ways[1]:
        same = [losses[loss.id] for losses in by_id]
        shares = Three(*(each.lost_share for each in same))
        usd = [each.lost_usd for each in same if each.lost_usd is not None]
        found.append(
            Bracketed(
                id=loss.id,
                name=loss.name,
                sector=loss.sector,
                country=loss.country,
                unit=loss.unit,
                baseline_per_week=loss.baseline_per_week,
                lost_units=Three(*(each.lost_units for each in same)),
                lost_share=shares,
                lost_usd=Three(*usd) if usd else None,
                outside=_outside(shares),
            )
        )
    return tuple(
        sorted(found, key=lambda x: (-x.lost_share.weekly, -x.lost_share.no_adaptation, x.id))
    )


def _outside(share: Three) -> str:
    if share.weekly > share.no_adaptation + SLACK:
        return ABOVE
    return BELOW if share.weekly < share.best_case - SLACK else ""


def _responses(limits: Limits) -> tuple[str, ...]:
    """What buyers do under the scenario that a bound follows in its own way."""
    builds = [item.lever for item in limits.injections if not item.is_at_hand]
    ranks = [item.lever for item in limits.priorities]
    notes = []
    if builds:
        notes.append(
            f"What {', '.join(builds)} lays in counts in neither bound: without adaptation nobody "
            "holds stock, and the best case lays in what pays, and no more."
        )
    if ranks:
        notes.append(
            f"The best case need not serve first whom {', '.join(ranks)} puts first: so free, it "
            "loses no more than any way of keeping to the rule."
        )
    return tuple(notes)


def _notes(end_uses: tuple[Bracketed, ...], limits: Limits, *, solved: bool) -> tuple[str, ...]:
    notes = [
        "Without adaptation a loss counts in the week of its cause; in the weekly model and in the "
        "best case it counts when it arrives, so part of it may come after the run."
    ]
    if not solved:
        notes.append("The weekly model loses nothing, so the best case loses nothing either.")
    above = [loss for loss in end_uses if loss.outside == ABOVE]
    if above:
        worst = max(above, key=lambda x: (x.lost_share.weekly - x.lost_share.no_adaptation, x.id))
        handed = any(item.is_at_hand for item in limits.injections)
        notes.append(
            f"{_count(above)} more in the weekly model than without adaptation, most of all "
            f"{worst.name}: buyers that refill their stocks take from others"
            f"{', and those that are handed goods order less, at times too little' * handed}."
        )
    below = [loss for loss in end_uses if loss.outside == BELOW]
    if below:
        worst = max(below, key=lambda x: (x.lost_share.best_case - x.lost_share.weekly, x.id))
        notes.append(
            f"{_count(below)} less in the weekly model than in the best case, most of all "
            f"{worst.name}: the best case is the best for all together and gives what is short to "
            "those whose goods are worth most."
        )
    return tuple(notes)


def _count(end_uses: list[Bracketed]) -> str:
    return "1 end use loses" if len(end_uses) == 1 else f"{len(end_uses)} end uses lose"
