"""Firms pooled for the planner: as few ways as allow the same deliveries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from networks import flow, site
from spreads import ALL_HEAVY

from graph.blocks import blocks_of
from graph.compile import compile_network
from graph.limits import Limits, limits_of
from graph.model import Stage
from graph.network import Network
from graph.plan import Plan
from graph.pools import DIRECT, Pools, pool
from graph.responses import Saving
from graph.scenario import ExportLicence, Lever, Scenario, TechnologyBan
from graph.who import Who

WEEKS = 8
MOTORS = Who(stages=("component",))


def planned(*levers: Lever) -> tuple[Plan, Limits]:
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
    return plan, limits_of(network, plan, Scenario("s", "", "", levers), WEEKS, 7)


def pooled(*levers: Lever) -> Pools:
    plan, limits = planned(*levers)
    return pool(plan, limits, blocks_of(plan, limits, WEEKS))


def test_firms_under_the_same_limits_are_one() -> None:
    found = pooled()
    assert len(found.trunk) == 12  # lanes: two makers to four firms, and these to the car maker
    assert (found.ways, found.lines, found.hubs) == (3, 4, 0)
    assert set(found.hub.tolist()) == {DIRECT}


def test_a_ceiling_that_sinks_slowly_cuts_no_block() -> None:
    """0.01 a week: every week a block, or with room for 0.025 three weeks to a block."""
    plan, limits = planned(TechnologyBan(name="b", decay_per_year=0.52, hosts=MOTORS))
    weekly = blocks_of(plan, limits, WEEKS)
    assert [block.weeks for block in weekly] == [1] * WEEKS
    loose = blocks_of(plan, limits, WEEKS, drift=0.025)
    assert [block.weeks for block in loose] == [3, 3, 2]
    assert [round(block.ceiling.min(), 9) for block in loose] == [0.99, 0.96, 0.93]


def test_firms_that_save_differently_stay_apart() -> None:
    plan, limits = planned()
    uses = np.flatnonzero([plan.line_product[line] != "units" for line in plan.use_line])
    need = np.ones((WEEKS, len(uses)))
    need[:, 0] = 0.9
    unlike = replace(limits, savings=(Saving("s", uses, need),))
    found = pool(plan, unlike, blocks_of(plan, unlike, WEEKS))
    assert found.lines == 4 + 1  # the one firm that needs less, beside the other three


def test_firms_in_a_queue_share_the_way_to_their_door() -> None:
    queue = ExportLicence(
        name="l", approval=((0.0, 0.0), (28.0, 1.0)), shipping_lag_weeks=0.0, release_weeks=1.0
    )
    found = pooled(queue)
    # Two trunks to one hub, an arm to each firm, and a way from each to the car maker.
    assert (found.ways, found.lines, found.hubs) == (2 + 4 + 4, 2 + 4 + 1, 1)
