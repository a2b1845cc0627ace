"""Which flows and sites of a plan the levers of a scenario touch, as flags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.model import Flow, Site
from graph.network import Network
from graph.plan import Bools
from graph.scenario import Scenario
from graph.targets import check_targets


@dataclass(frozen=True, slots=True)
class Reach:
    """Targets of a lever as flags, by flow and by site of a plan."""

    flows: Bools
    sites: Bools


def reach_of(
    network: Network, scenario: Scenario, sites: Sequence[Site], flows: Sequence[Flow]
) -> dict[str, Reach]:
    """Targets of every lever among the sites and flows of a plan. Raises as `check_targets`."""
    return {
        name: Reach(
            flows=_among([flow.key for flow in flows], found.flows),
            sites=_among([site.id for site in sites], found.sites),
        )
        for name, found in check_targets(network, scenario).items()
    }


def _among(names: Iterable[str], wanted: Iterable[str]) -> Bools:
    chosen = frozenset(wanted)
    return np.fromiter((name in chosen for name in names), dtype=bool)
