"""The compiled kernel against the numpy reference: the same numbers, week by week."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_weekly import chain, fitting, lever_sets

from graph.arrays import plan_of_arrays
from graph.compile import compile_network
from graph.errors import ScenarioError
from graph.limits import Ceiling, Gate, JointCap, Limits, Priority, limits_of
from graph.parameters import SpreadParameters
from graph.plan import Floats, Ints, Plan
from graph.responses import Injection, Saving
from graph.scenario import Lever
from graph.trajectory import Trajectory
from graph.weekly import run
from loaders import data_folder, tables
from loaders.kept import load_kept
from loaders.parameters import spread_parameters
from loaders.scenarios import scenarios

SCENARIOS = scenarios(data_folder())
NO_LIMITS = Limits((), (), (), (), ())
P = SpreadParameters()
needs_numba = pytest.mark.skipif(
    find_spec("numba") is None, reason="numba is not installed: pip install 'magnetrace[fast]'"
)


def arrays_of(trajectory: Trajectory) -> dict[str, Floats]:
    names = ("shipped", "backlog", "made", "goods", "stock", "unmade")
    tally = trajectory.tally
    return (
        {name: getattr(trajectory, name) for name in names}
        | {"rationed": tally.rationed, "starved": tally.starved}
        | {f"withheld {lever}": values for lever, values in tally.withheld.items()}
        | {f"capped {lever}": values for lever, values in tally.capped.items()}
    )


def assert_same(plan: Plan, limits: Limits, weeks: int, p: SpreadParameters = P) -> Trajectory:
    reference = run(plan, limits, weeks, p, engine="numpy")
    expected = arrays_of(reference)
    found = arrays_of(run(plan, limits, weeks, p, engine="numba"))
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-12, err_msg=name)
    return reference


@cache
def shipped(snapshot: str) -> tuple[object, Plan, SpreadParameters]:
    network, p = load_kept(None, snapshot=snapshot), spread_parameters(tables())
    return network, compile_network(network, p), p


@needs_numba
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_shipped_scenario_gives_the_same_numbers(name: str) -> None:
    scenario = SCENARIOS[name]
    network, plan, p = shipped(scenario.snapshot)
    limits = limits_of(network, plan, scenario, 52, 7)  # type: ignore[arg-type]
    reference = assert_same(plan, limits, 52, p)
    assert (reference.shipped != 1.0).any()


@needs_numba
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), levers=lever_sets(), firms=st.integers(1, 4))
def test_random_chains_give_the_same_numbers(
    seed: int, levers: tuple[Lever, ...], firms: int
) -> None:
    network, p = chain(seed), SpreadParameters(firms=firms)
    plan = compile_network(network, p)
    assert_same(plan, limits_of(network, plan, fitting(network, levers), 30, 7), 30, p)


@needs_numba
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_without_a_limit_every_week_is_exactly_the_baseline(seed: int) -> None:
    found = run(compile_network(chain(seed), P), NO_LIMITS, 20, P, engine="numba")
    assert set(np.unique(found.made)) == set(np.unique(found.shipped)) == {1.0}
    for rest in (found.goods, found.stock, found.unmade):
        assert not rest.any()


def random_plan(rng: np.random.Generator, sites: int = 24, flows: int = 90) -> Plan:
    """Any graph, cycles and all, with flows in no order."""
    return plan_of_arrays(
        rng.integers(sites, size=flows),
        rng.integers(sites, size=flows),
        rng.integers(4, size=flows),
        rng.lognormal(size=flows),
        lag_weeks=rng.integers(1, 6, size=flows),
    )


def random_limits(plan: Plan, rng: np.random.Generator, weeks: int) -> Limits:
    """Every kind of limit, two of a name, on random members."""

    def some(items: Ints | Floats | tuple[str, ...]) -> Ints:
        return np.flatnonzero(rng.random(len(items)) < 0.4)

    def shares(members: Ints) -> Floats:
        drawn = rng.random((weeks, len(members)))
        return np.where(drawn < 0.3, 0.0, np.where(drawn > 0.6, 1.0, drawn))

    first, second, third = (some(plan.lane_flow) for _ in range(3))
    groups, more, uses = some(plan.group_node), some(plan.group_node), some(plan.use_line)
    activity = np.where(rng.random(weeks) < 0.5, np.inf, rng.random(weeks))
    return Limits(
        gates=(Gate("b", first, shares(first)), Gate("a", second, shares(second))),
        ceilings=tuple(Ceiling("outage", some(plan.line_node), activity) for _ in range(2)),
        export_caps=(JointCap("b", third, 0.6, 2, 9), JointCap("c", first, 1.0, 0, weeks)),
        output_caps=(JointCap("quota", some(plan.line_node), 0.5, 4, 12),),
        releases=((0, first, 6.0), (5, first, 2.0)),
        injections=(
            Injection("stock", groups, 0.2 * rng.random((weeks, len(groups))), True),
            Injection("build", more, -0.2 * rng.random((weeks, len(more))), False),
        ),
        savings=(Saving("thrift", uses, rng.random((weeks, len(uses)))),),
        priorities=(
            Priority("defence", some(plan.lane_flow), 2, 11),
            Priority("home", first, 8, 20),
        ),
    )


@needs_numba
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_all_limits_on_any_graph_give_the_same_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plan = random_plan(rng)
    reference = assert_same(plan, random_limits(plan, rng, 25), 25)
    assert (reference.made < 1.0).any()


@needs_numba
def test_threads_do_not_change_a_bit() -> None:
    rng = np.random.default_rng(1)
    plan = random_plan(rng, 200, 2000)
    limits = random_limits(plan, rng, 30)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: run(plan, limits, 30, P, engine="numba"), range(8)))
    assert len({item.shipped.tobytes() + item.tally.rationed.tobytes() for item in runs}) == 1


@needs_numba
def test_a_run_that_keeps_no_lanes_gives_the_same_lines() -> None:
    rng = np.random.default_rng(2)
    plan = random_plan(rng)
    limits = random_limits(plan, rng, 25)
    whole = arrays_of(run(plan, limits, 25, P, engine="numba"))
    lean = arrays_of(run(plan, limits, 25, P, engine="numba", in_full=False))
    assert [len(lean.pop(name)) for name in ("shipped", "backlog", "goods", "stock")] == [0] * 4
    for name, values in lean.items():
        np.testing.assert_array_equal(values, whole[name], err_msg=name)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ScenarioError, match="unknown engine 'cuda', expected one of auto, numpy"):
        run(random_plan(np.random.default_rng(3)), NO_LIMITS, 1, P, engine="cuda")
