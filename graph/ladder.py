"""A scenario climbed in steps: how far it goes, and from when it is lifted."""

from __future__ import annotations

from dataclasses import replace

from graph.errors import ScenarioError
from graph.scenario import (
    Agreement,
    Blacklist,
    ContentRule,
    ExportLicence,
    Lever,
    PriceRule,
    ProcurementRule,
    Quota,
    Scenario,
    Tariff,
    TechnologyBan,
    Whitelist,
)

MEASURES = (
    ExportLicence,
    Quota,
    Blacklist,
    ContentRule,
    ProcurementRule,
    Tariff,
    PriceRule,
    TechnologyBan,
)
"""Levers that a state pulls against others, and that an agreement can lift."""


def climbed(scenario: Scenario, steps: int) -> Scenario:
    """The scenario with its first `steps` levers by week, as if the climb had ended there.

    What refers to later levers only is left out with them. Raises ScenarioError where there are
    not so many levers.
    """
    count = len(scenario.levers)
    if not 1 <= steps <= count:
        raise ScenarioError(f"{scenario.name} has {count} steps; choose 1 to {count}, got {steps}")
    kept = sorted(scenario.levers, key=lambda lever: lever.start_week)[:steps]
    names = {lever.name for lever in kept}
    levers = [_pruned(lever, names) for lever in scenario.levers if lever in kept]
    return replace(
        scenario,
        title=f"{scenario.title} ({steps} of {count} steps)" if steps < count else scenario.title,
        levers=tuple(lever for lever in levers if lever is not None),
    )


def relieved(scenario: Scenario, week: int) -> Scenario:
    """The scenario with an agreement that lifts every measure from `week` on.

    Accidents and answers stay as they are. Raises ScenarioError where there is nothing to lift.
    """
    lifted = tuple(lever.name for lever in scenario.levers if isinstance(lever, MEASURES))
    if not lifted:
        raise ScenarioError(f"{scenario.name} has no measure that an agreement could lift")
    agreement = Agreement(name=f"relief in week {week}", start_week=week, lifts=lifted)
    return replace(
        scenario,
        title=f"{scenario.title}, lifted in week {week}",
        levers=(*scenario.levers, agreement),
    )


def _pruned(lever: Lever, names: set[str]) -> Lever | None:
    match lever:
        case Agreement():
            lifts = tuple(name for name in lever.lifts if name in names)
            return replace(lever, lifts=lifts) if lifts else None
        case Whitelist() if lever.exempt_from:
            left = tuple(name for name in lever.exempt_from if name in names)
            return replace(lever, exempt_from=left) if left else None
        case _:
            return lever
