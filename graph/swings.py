"""Which assumption moves a loss most: each in turn at its low and its high value, all others kept.

Other than the rank correlations of many runs (`graph.ensemble`) this says how far one assumption
alone moves the answer, in money; it does not see what two of them do together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.draws import Range, assumed, used
from graph.losses import end_use_losses
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.scenario import Scenario
from graph.spread import prepare

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Swing:
    """What all end uses lose, in USD where a value is known, with one assumption at its ends."""

    assumption: str
    at_low_usd: float
    at_high_usd: float

    @property
    def usd(self) -> float:
        """How far apart the two are."""
        return abs(self.at_high_usd - self.at_low_usd)


def swings(
    network: Network,
    scenario: Scenario,
    parameters: SpreadParameters,
    ranges: Mapping[str, Range],
    *,
    weeks: int = 52,
    seed: int = 7,
    progress: Progress = lambda *_: None,
) -> tuple[Swing, ...]:
    """Every assumption with room that bears on the scenario, the one that moves most first.

    `progress` is told how many of how many runs are done. Raises ScenarioError as
    `spread.simulate` does.
    """
    ready, rows = prepare(network, scenario), used(ranges, scenario)

    def lost(row: str, value: float) -> float:
        set_to, moved = assumed(scenario, parameters, ranges, {row: value})
        plan, played = ready.run(moved, weeks=weeks, seed=seed, parameters=set_to, in_full=False)
        return sum(loss.lost_usd or 0.0 for loss in end_use_losses(plan, played))

    found = []
    for done, row in enumerate(rows):
        progress(2 * done, 2 * len(rows))
        found.append(Swing(row, lost(row, ranges[row].low), lost(row, ranges[row].high)))
    progress(2 * len(rows), 2 * len(rows))
    return tuple(sorted(found, key=lambda swing: (-swing.usd, swing.assumption)))
