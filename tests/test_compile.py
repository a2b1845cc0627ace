"""Networks as columns, and the plans made of them under many assumptions."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import flow, site, six_sites
from test_ensemble import RANGES, STRIKE
from test_weekly import chain

from graph.columns import GRADES, columns_of
from graph.compile import plan_of
from graph.ensemble import Study, run_one
from graph.lanes import split
from graph.model import Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import rows, totals
from graph.spread import prepare, trajectory_of

P = SpreadParameters()


def test_rows_are_numbered_as_they_first_appear() -> None:
    found, place = rows(np.array([7, 2, 7, 5, 2]))
    assert found.tolist() == [7, 2, 5]
    assert place.tolist() == [0, 1, 0, 2, 1]
    assert [values.tolist() for values in rows(np.array([], dtype=np.int64))] == [[], []]


def test_a_maker_is_split_into_firms_and_a_plant_is_not() -> None:
    lanes = split(columns_of(six_sites()), replace(P, firms=2))
    names = sorted(six_sites().sites)
    maker = names.index("motor_us")
    assert (lanes.node_site == maker).sum() == 6  # two firms for each of three grades
    assert len(lanes.node_site) == 7 + 6
    to_maker = lanes.node_site[lanes.target] == maker
    assert lanes.tonnes[to_maker] == pytest.approx([150 / 52, 150 / 52])
    assert [GRADES[grade] for grade in lanes.grade[to_maker]] == ["light", "light"]
    assert lanes.content[to_maker][:, 0] == pytest.approx([50 / 52, 50 / 52])
    # Half of a lognormal lies below its median: 72 days x exp(0.55 x -0.6745) and the other way.
    assert lanes.node_cover[lanes.target[to_maker]] == pytest.approx([7.098, 14.905], abs=1e-3)


@pytest.mark.parametrize(
    ("wanted", "shares"),
    [
        (0.0, [0.0, 0.0, 0.0]),
        (0.45, [0.9, 0.45, 0.0]),  # 45 x (0.02 + 0.01) x 100 t = 135 t of 300 t
        (0.60, [1.0, 0.8, 0.0]),  # the richest is full: 100 t, then 80 x 0.01 x 100 t
        (1.0, [1.0, 1.0, 0.0]),
    ],
)
def test_the_share_of_heavy_magnets_rises_with_their_dysprosium(
    wanted: float, shares: list[float]
) -> None:
    sites = (
        site("maker", Stage.MAGNET, "CHN"),
        *(site(f"m{i}", Stage.COMPONENT, "USA", sector="EV") for i in range(3)),
    )
    flows = tuple(flow("maker", f"m{i}", "ndfeb", 100.0, 30.0, 2.0 - i) for i in range(3))
    network = Network.of(sites, flows, snapshot="test", year=2025)
    lanes = split(columns_of(network), replace(P, controlled_tonnage=wanted, firms=1))
    heavy = lanes.grade == GRADES.index("heavy")
    found = totals(lanes.flow[heavy], lanes.tonnes[heavy], 3) * 52 / 100
    assert found == pytest.approx(shares)
    assert not lanes.content[~heavy][:, 1].any()  # light magnets have no Dy


@given(
    seed=st.integers(0, 10_000),
    firms=st.integers(1, 4),
    controlled=st.sampled_from([0.0, 0.2, 0.45, 1.0]),
)
def test_whatever_is_assumed_the_parts_add_up(seed: int, firms: int, controlled: float) -> None:
    network = chain(seed)
    p = replace(P, firms=firms, controlled_tonnage=controlled)
    plan = plan_of(columns_of(network), p)
    by_flow = totals(plan.lane_flow, plan.lane_tonnes, len(plan.flows))
    moved = [sum(f.content) if f.material == "swarf" else f.tonnes for f in plan.flows]
    assert by_flow * 52 == pytest.approx(moved)
    for part, share in (
        (plan.lane_line, plan.lane_share),
        (plan.entry_group, plan.entry_share),
        (plan.use_group, plan.use_share),
        (plan.lane_order[plan.lane_order >= 0], plan.lane_weight[plan.lane_order >= 0]),
    ):
        assert totals(part, share, part.max() + 1) == pytest.approx(np.ones(part.max() + 1))


def test_a_network_made_ready_once_gives_the_same_runs() -> None:
    ready = prepare(six_sites(), STRIKE)
    for days in (10.0, 40.0):
        p = replace(P, oxide_days=days)
        _, once = ready.run(STRIKE, weeks=12, parameters=p)
        _, anew = trajectory_of(six_sites(), STRIKE, weeks=12, parameters=p)
        assert np.array_equal(once.made, anew.made)
        assert np.array_equal(once.stock, anew.stock)


def test_a_study_travels_without_what_it_has_prepared() -> None:
    study = Study((six_sites(),), STRIKE, P, RANGES, weeks=10)
    before = pickle.dumps(study)
    outcome = run_one(study, 3)
    assert "prepared" in vars(study)
    assert len(pickle.dumps(study)) == len(before)
    again = run_one(pickle.loads(before), 3)  # noqa: S301 - our own bytes
    assert np.array_equal(again.made, outcome.made)
