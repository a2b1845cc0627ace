"""Firms pooled for the planner: as few ways as allow the same deliveries."""

from __future__ import annotations

from dataclasses import replace

from networks import flow, site
from test_spread import ALL_HEAVY

from graph.blocks import blocks_of
from graph.compile import compile_network
from graph.limits import limits_of
from graph.model import Stage
from graph.network import Network
from graph.pools import DIRECT, Pools, pool
from graph.scenario import ExportLicence, Lever, Scenario

WEEKS = 8


def pooled(*levers: Lever) -> Pools:
    """Two Chinese makers sell to one American motor maker of four firms."""
    network = Network.of(
        (
            site("a", Stage.MAGNET, "CHN"),
            site("b", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "USA", sector="EV"),
            site("ev", Stage.END_USE, "USA", sector="EV"),
        ),
        (
            flow("a", "motor", "ndfeb", 60.0, 20.0, 1.0),
            flow("b", "motor", "ndfeb", 40.0, 10.0, 1.0),
            flow("motor", "ev", "ndfeb", 100.0, 30.0, 2.0),
        ),
        snapshot="test",
        year=2025,
    )
    plan = compile_network(network, replace(ALL_HEAVY, firms=4))
    limits = limits_of(network, plan, Scenario("s", "", "", levers), WEEKS, 7)
    return pool(plan, limits, blocks_of(plan, limits, WEEKS))


def test_firms_under_the_same_limits_are_one() -> None:
    found = pooled()
    assert len(found.trunk) == 12  # lanes: two makers to four firms, and these to the car maker
    assert (found.ways, found.lines, found.hubs) == (3, 4, 0)
    assert set(found.hub.tolist()) == {DIRECT}


def test_firms_in_a_queue_share_the_way_to_their_door() -> None:
    queue = ExportLicence(
        name="l", approval=((0.0, 0.0), (28.0, 1.0)), shipping_lag_weeks=0.0, release_weeks=1.0
    )
    found = pooled(queue)
    # Two trunks to one hub, an arm to each firm, and a way from each to the car maker.
    assert (found.ways, found.lines, found.hubs) == (2 + 4 + 4, 2 + 4 + 1, 1)
