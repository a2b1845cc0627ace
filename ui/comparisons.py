"""What `ui.services` is to the other pages, for scenarios held against each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.ensemble import Outcome, on_threads
from graph.scenario import Scenario
from loaders import Progress
from loaders.studies import study
from ui import playing, text
from ui.bounds import MOST_DRAWN, PREPARING
from ui.playing import BALANCES, RUNS, SEED, Run
from ui.services import Base, per_network
from ui.state import WEEKS, UrlState
from ui.viewmodels.compare import MOST
from ui.viewmodels.own_scenario import OWN

OPENING = ("answer-none", "answer-stockpile", "answer-thrifting", "answer-capacity-2028")
"""Shown where nothing is asked for: no answer, and three of them."""


def read_against(told: str, known: Collection[str]) -> list[str]:
    """The scenarios of `a,b`, each once and no more than fit; what is not known is left out."""
    found = dict.fromkeys(name for name in told.split(",") if name in known)
    return list(found)[:MOST]


def told_against(names: Sequence[str]) -> str:
    """The inverse of `read_against`."""
    return ",".join(names)


def opening(shipped: Mapping[str, Scenario]) -> list[str]:
    """What to compare where a link does not say."""
    return [name for name in OPENING if name in shipped] or list(shipped)[:MOST]


def is_own(base: Base, state: UrlState) -> bool:
    """Whether a state tells a scenario that does not ship: a measure, or a shipped one changed."""
    if state.lever:
        return state.target in playing.targets_of(base, state.lever)
    return bool(state.steps or state.relief) and state.scenario in playing.known_scenarios(base)


def run_of(base: Base, state: UrlState, name: str) -> Run:
    """A known scenario by name, or with `OWN` the one that the state tells; each under the
    assumptions of the state.

    Raises ScenarioError where it does not fit the network.
    """
    asked = (
        replace(state, compare="") if name == OWN else UrlState(scenario=name, assume=state.assume)
    )
    return playing.runs_of(base, asked)[0]


def titles_of(base: Base, state: UrlState) -> dict[str, str]:
    """What can be compared, by the name that a link carries. Raises ScenarioError."""
    titles = {name: each.title for name, each in playing.known_scenarios(base).items()}
    return ({OWN: run_of(base, state, OWN).title} if is_own(base, state) else {}) | titles


Outcomes = tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Drawn runs of a network by scenario, the newest last."""

    drawn: dict[str, Outcomes] = field(default_factory=dict)


@per_network
def _shelf(base: Base) -> _Shelf:  # noqa: ARG001 - the key of the cache
    return _Shelf()


def known_outcomes(base: Base, scenarios: Sequence[Scenario]) -> list[Outcomes] | None:
    """The runs of every scenario, where all were drawn before."""
    shelf = _shelf(base).drawn
    found = [shelf[repr(scenario)] for scenario in scenarios if repr(scenario) in shelf]
    return found if len(found) == len(scenarios) else None


def draw_outcomes(base: Base, scenarios: Sequence[Scenario], tell: Progress) -> None:
    """Draw runs of every scenario on the same balances, and remember them in the order of their
    numbers. Raises ScenarioError, DataError and what `tell` raises.
    """
    shelf = _shelf(base).drawn
    here = [replace(each, snapshot=base.network.snapshot) for each in scenarios]
    planned = study(
        base.own,
        here[0],
        weeks=WEEKS,
        seed=SEED,
        balances=BALANCES,
        progress=lambda step, part: tell(step, part * PREPARING),
    )
    for place, scenario in enumerate(here):
        found: list[Outcome] = []
        for outcome in on_threads(replace(planned, scenario=scenario), range(RUNS)):
            found.append(outcome)
            part = (place + len(found) / RUNS) / len(here)
            tell(
                f"{text.plain(scenario.title)}, {len(found)} of {RUNS} runs",
                PREPARING + (1 - PREPARING) * part,
            )
        shelf[repr(scenarios[place])] = tuple(sorted(found, key=lambda outcome: outcome.run))
    for old in list(shelf)[:-MOST_DRAWN]:
        del shelf[old]


def link(base: Base, state: UrlState) -> UrlState:
    """From what the Scenario page shows to its comparison: with what stands beside it there, else
    with what it changes or with the answers."""
    name = OWN if is_own(base, state) else state.scenario
    other = state.onto if state.lever else state.compare
    changed = [state.scenario] if name == OWN and not state.lever else []
    others = [other] if other else changed or opening(playing.scenarios(base))
    told = told_against([name, *(each for each in others if each != name)][:MOST])
    return replace(state, against=told, compare="", week=0, bands=False, bracket=False)


def shipped_names(base: Base, state: UrlState) -> list[str]:
    """The scenarios that the Scenario page shows; none where one of them does not ship, or with
    assumptions of its own."""
    shown = [state.scenario, *filter(None, [state.compare])]
    ships = not state.assume and set(shown) <= set(playing.scenarios(base))
    return shown if ships and not is_own(base, state) else []


def shipped_of(chosen: Sequence[str], shipped: Collection[str]) -> list[str]:
    """Those chosen that ship."""
    return [name for name in chosen if name in shipped]
