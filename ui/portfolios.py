"""What `ui.services` is to the other pages, for portfolios of measures: made once, then known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.contingency import SITE
from graph.portfolio import Frontier, Measure
from graph.scenario import Scenario
from loaders import Progress
from loaders.measures import NotOffered, measures_of
from loaders.portfolios import Question, frontier_of, kept_frontier
from ui import playing, tightness
from ui.playing import SEED
from ui.services import Base, per_network
from ui.state import WEEKS


@per_network
def offer_of(base: Base) -> tuple[tuple[Measure, ...], tuple[NotOffered, ...]]:
    """What can be bought, and what cannot and why. Raises DataError."""
    return measures_of(base.tables, base.network, WEEKS)


def question(base: Base, budgets: tuple[float, ...], weights: Mapping[str, float]) -> Question:
    """What is asked, from shipped scenarios by name."""
    shipped = playing.scenarios(base)
    chosen = tuple((shipped[name], weight) for name, weight in weights.items())
    return Question(budgets, chosen, SEED)


def question_on(budgets: tuple[float, ...], scenario: Scenario) -> Question:
    """What is asked of one scenario, one that does not ship too."""
    return Question(budgets, ((scenario, 1.0),), SEED)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Frontiers of a network by what was asked."""

    found: dict[str, Frontier] = field(default_factory=dict)


@per_network
def _shelf(base: Base) -> _Shelf:  # noqa: ARG001 - the key of the cache
    return _Shelf()


def known(base: Base, asked: Question) -> Frontier | None:
    """A frontier that was made before, in this run or an earlier one. Raises ScenarioError."""
    found = _shelf(base).found.get(repr(asked))
    return found or kept_frontier(tightness.desk_of(base, SITE), asked)


def make(base: Base, asked: Question, tell: Progress) -> Frontier:
    """Make a frontier and remember it. Raises ScenarioError, DataError and what `tell` raises."""
    found = frontier_of(tightness.desk_of(base, SITE), offer_of(base)[0], asked, progress=tell)
    _shelf(base).found[repr(asked)] = found
    return found
