"""The Economic Systemic Risk Index: by hand, by the published code, by dense matrices, and laws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from dense_risk import dense_risk
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import flow, six_sites

from graph.errors import ScenarioError, UnknownName
from graph.network import Network
from graph.plan import Floats, Ints
from graph.site_risk import site_risks
from graph.systemic_risk import SystemicRisk, systemic_risk, systemic_risk_index

ENGINES = ("numpy", *(["numba"] if find_spec("numba") else []))
LINEAR, ESSENTIAL = [[1]], [[2]]
needs_numba = pytest.mark.skipif(
    find_spec("numba") is None, reason="numba is not installed: pip install 'magnetrace[fast]'"
)


def scores(*arrays: Any, **more: Any) -> list[float]:
    """The scores, which every engine must agree on."""
    found = [systemic_risk_index(*arrays, engine=engine, **more) for engine in ENGINES]
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=0, atol=1e-12)
    return found[0].tolist()


def test_a_chain_falls_as_a_whole() -> None:
    """10 t go from 0 to 1 to 2, which sells 10 t to the world: whoever stops, all stop."""
    chain = [0, 1], [1, 2], [10.0, 10.0], [0, 1, 2], np.full((3, 3), 2), [0.0, 0.0, 10.0]
    assert scores(*chain) == [1.0, 1.0, 1.0]
    risk = systemic_risk(*chain, tolerance=0.5)
    assert risk.tolerance == 0.5
    assert risk.rounds.tolist() == [3, 2, 3]  # two steps to the far end, and one that finds it done


def test_final_demand_leaks_out_of_the_chain() -> None:
    """0 makes 10 t, half for 1 and half for the world; 1 makes 10 t for the world.

    Without 1, 0 loses 5 of its 10 t: 15 of 20 t are lost. Without 0, 1 stops as well.
    """
    assert scores([0], [1], [5.0], [0, 1], np.full((2, 2), 2), [5.0, 10.0]) == [1.0, 0.75]


def test_linear_inputs_count_by_their_share_of_all_that_comes() -> None:
    """Site 2 gets 30 t from 0 and 10 t from 1, of other sectors, and makes 40 t for the world.

    Linear: without 1 it loses a quarter, 10 of 40 t: 20 of 80 t are lost. Essential: it stops, so
    that 50 of 80 t are lost.
    """
    fork = [0, 1], [2, 2], [30.0, 10.0], [0, 1, 2]
    demand = [0.0, 0.0, 40.0]
    assert scores(*fork, np.full((3, 3), 1), demand) == [0.75, 0.25, 1.0]
    mixed = np.full((3, 3), 1)
    mixed[1, 2] = 2  # h^d_2 = 0, but upstream losses start from the struck site alone
    assert scores(*fork, mixed, demand) == [0.75, 0.625, 1.0]
    mixed[1, 2] = 0
    assert scores(*fork, mixed, demand) == [0.75, 0.125, 1.0]


def test_rivals_take_over_what_their_market_share_allows() -> None:
    """0 (30 t) and 1 (10 t), one market, feed 2, which makes 40 t for the world.

    Without 1: sigma = 10 / 30, lack = 1/3 x 10/40 = 1/12, so 10 + 40/12 of 80 t are lost. Without
    0: sigma = min(1, 30 / 10) = 1, lack = 3/4, 30 + 30 of 80 t. With a market each, 1/4 and 3/4.
    """
    pair = [0, 1], [2, 2], [30.0, 10.0], [0, 0, 1], np.full((2, 2), 2), [0.0, 0.0, 40.0]
    assert scores(*pair) == pytest.approx([0.75, 1 / 6, 1.0], abs=1e-15)
    assert scores(*pair, market=[0, 1, 2]) == [0.75, 0.25, 1.0]


def test_a_struck_site_may_keep_a_part_of_its_output() -> None:
    """The leaking chain: 0 keeps 60 %, so 1 does; 1 keeps 20 %, so 0 loses 0.8 x 5 of 10 t."""
    chain = [0], [1], [5.0], [0, 1], np.full((2, 2), 2), [5.0, 10.0]
    assert scores(*chain, capacity=[0.6, 0.2]) == pytest.approx([0.4, 0.6], abs=1e-15)
    assert scores(*chain, capacity=1.0) == [0.0, 0.0]
    assert scores(*chain, capacity=None) == scores(*chain, capacity=0.0)


def test_only_some_sites_are_scored_where_asked() -> None:
    chain = [0], [1], [5.0], [0, 1], np.full((2, 2), 2), [5.0, 10.0]
    assert scores(*chain, sites=[1, 0, 1]) == [0.75, 1.0, 0.75]
    assert scores(*chain, sites=np.empty(0, dtype=int)) == []


def test_the_toy_network_of_the_published_code() -> None:
    """Eleven firms in five sectors, every flow 1 (Diem et al., PNAS Nexus 3:pgae064, Fig. 1, and
    misestimation_from_aggregation.R beside it). Output is 11; without firm 3 firm 6 loses half of
    its 2, without firm 4 firms 6 and 7 do, and so on. Without replacement, as published.
    """
    origin = np.array([3, 4, 4, 5, 6, 6, 7, 7, 8, 8, 9]) - 1
    target = np.array([6, 6, 7, 7, 1, 2, 10, 11, 1, 2, 11]) - 1
    sector = np.array([1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5]) - 1
    found = scores(
        origin, target, np.ones(11), sector, np.ones((5, 5), dtype=int), market=range_of(11)
    )
    expected = np.array([3, 3, 2, 4, 2, 4, 4, 2, 1, 2, 3]) / 11
    assert found == pytest.approx(expected.tolist(), abs=1e-15)


@pytest.mark.parametrize(
    ("tolerance", "expected"),
    [
        (
            1e-2,
            [1.0, 0.862761343552258, 0.986318199129694, 0.892380219040151, 0.747369943315855,
             0.9967808749365, 0.980500924349215, 0.894159225852318, 0.93665184499655,
             0.972755768074399, 0.953050565582917, 0.987515669630079],
        ),
        (
            1e-5,
            [1.0, 0.868997674678822, 0.999985790037814, 0.999893441230622, 0.999234296900748,
             0.999995368564524, 0.999978117829603, 0.999895423368001, 0.999936505131438,
             0.999971310559389, 0.999952846786378, 0.999986914255694],
        ),
    ],
)  # fmt: skip
def test_the_published_cascade_gives_the_same_scores(
    tolerance: float, expected: list[float]
) -> None:
    """Scores of the C++ cascade of fastcascade as Devetak's ESRI.jl restates it for its benchmarks
    (benchmark/fastcascade_cli.cpp, commit ce4e5e2), compiled with Armadillo 11.4.2. It has no
    replacement. 120 random graphs agreed as well, to 8.6e-13.
    """
    pairs = [(i, i + step) for i in range(12) for step in (1, 3, 4) if i + step < 12]
    origin, target = np.array([*pairs, (9, 2), (11, 5)]).T
    tonnes = 1.0 + (13 * (origin + 1) + 7 * (target + 1)) % 17
    essential = np.repeat([[2], [1], [2], [1]], 4, axis=1)
    found = scores(
        origin,
        target,
        tonnes,
        np.arange(12) % 4,
        essential,
        market=range_of(12),
        tolerance=tolerance,
    )
    assert found == pytest.approx(expected, rel=0, abs=1e-12)


def range_of(count: int) -> Ints:
    """A market for every site: nobody replaces anybody."""
    return np.arange(count)


@dataclass(frozen=True)
class Case:
    """A drawn economy."""

    origin: Ints
    target: Ints
    tonnes: Floats
    sector: Ints
    essential: Ints
    final_demand: Floats
    capacity: Floats
    market: Ints
    tolerance: float

    def risk(self, engine: str = "auto", threads: int = 1) -> SystemicRisk:
        return systemic_risk(
            self.origin,
            self.target,
            self.tonnes,
            self.sector,
            self.essential,
            self.final_demand,
            capacity=self.capacity,
            market=self.market,
            tolerance=self.tolerance,
            threads=threads,
            engine=engine,
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Loops, twin flows, flows to oneself, sites without sales and empty sectors among them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sites, sectors = draw(st.integers(1, 20)), draw(st.integers(1, 5))
    flows = draw(st.integers(1, 4 * sites))
    return Case(
        rng.integers(sites, size=flows),
        rng.integers(sites, size=flows),
        rng.lognormal(sigma=2.0, size=flows),
        rng.integers(sectors, size=sites),
        rng.integers(3, size=(sectors, sectors)),
        rng.lognormal(size=sites) * rng.integers(2, size=sites),
        rng.random(sites) * draw(st.sampled_from([0.0, 1.0])),
        rng.integers(draw(st.integers(1, 20)), size=sites),
        draw(st.sampled_from([1e-2, 1e-4, 1e-6])),
    )


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_drawn_economies_agree_with_dense_matrices(case: Case) -> None:
    count = len(case.sector)
    weight = np.zeros((count, count))
    np.add.at(weight, (case.origin, case.target), case.tonnes)
    expected, rounds = dense_risk(
        weight,
        case.sector,
        case.essential,
        case.final_demand,
        case.capacity,
        case.market,
        case.tolerance,
        np.arange(count),
    )
    for engine in ENGINES:
        found = case.risk(engine)
        np.testing.assert_allclose(found.scores, expected, rtol=0, atol=1e-12, err_msg=engine)
        np.testing.assert_array_equal(found.rounds, rounds)


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_a_score_lies_between_what_the_site_itself_loses_and_everything(case: Case) -> None:
    output = case.final_demand + np.bincount(case.origin, case.tonnes, len(case.sector))
    own = output / output.sum() * (1 - case.capacity)
    found = case.risk().scores
    assert (found >= own - 1e-12).all()
    assert (found <= 1 + 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(case=cases(), seed=st.integers(0, 1000))
def test_the_order_of_sites_and_flows_changes_nothing(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    new = rng.permutation(len(case.sector))  # new number of each old site
    old = np.argsort(new)
    flows = rng.permutation(len(case.origin))
    moved = replace(
        case,
        origin=new[case.origin][flows],
        target=new[case.target][flows],
        tonnes=case.tonnes[flows],
        sector=case.sector[old],
        final_demand=case.final_demand[old],
        capacity=case.capacity[old],
        market=case.market[old],
    )
    np.testing.assert_allclose(moved.risk().scores[new], case.risk().scores, rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(case=cases(), more=st.floats(0, 1))
def test_more_capacity_left_never_raises_a_score(case: Case, more: float) -> None:
    """On chains without loops, where the rounds end by themselves and no tolerance blurs it."""
    forward = case.origin < case.target
    if not forward.any():
        return
    dag = replace(
        case,
        origin=case.origin[forward],
        target=case.target[forward],
        tonnes=case.tonnes[forward],
        tolerance=1e-13,
    )
    better = replace(dag, capacity=dag.capacity + more * (1 - dag.capacity))
    assert (better.risk().scores <= dag.risk().scores + 1e-11).all()


@needs_numba
@settings(max_examples=30, deadline=None)
@given(case=cases(), threads=st.integers(2, 5))
def test_threads_change_nothing(case: Case, threads: int) -> None:
    one, many = case.risk("numba"), case.risk("numba", threads)
    np.testing.assert_array_equal(many.scores, one.scores)
    np.testing.assert_array_equal(many.rounds, one.rounds)


def test_little_left_of_a_market_is_still_told_apart() -> None:
    """0 makes nearly all of a market, 1e9 t, half of it for 1, which stops without it. 1 and 2 make
    1e-3 t each for 4, which makes 1e9 t for the world.

    Without 0, 3 and 1 stop; sigma_1 = 1e-3 / 1e-3 = 1, so 4 loses half. A difference of sums near
    1e9 would know the 1e-3 to four digits only.
    """
    giant = [0, 0, 1, 2], [3, 1, 4, 4], [5e8, 5e8, 1e-3, 1e-3], [0, 0, 0, 1, 1]
    found = scores(*giant, [[1, 2], [1, 2]], [0.0, 0.0, 0.0, 1.0, 1e9])
    lost, total = 1e9 + 1e-3 + 1.0 + 5e8, 2e9 + 2e-3 + 1.0
    assert found[0] == pytest.approx(lost / total, abs=1e-14)


def good() -> dict[str, Any]:
    return {
        "origin": [0],
        "target": [1],
        "tonnes": [1.0],
        "sector": [0, 0],
        "essential": [[2]],
        "final_demand": [0.0, 1.0],
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origin": [0.5]}, "origin must be one row of whole numbers"),
        ({"origin": [-1]}, "origin must be at least 0, got -1"),
        ({"origin": [2]}, "origin must be below 2, the number of sites in sector, got 2"),
        ({"target": [7]}, "target must be below 2, the number of sites in sector, got 7"),
        ({"target": [1, 1]}, r"target has shape \(2,\), expected \(1,\) like origin"),
        ({"tonnes": [1.0, 1.0]}, r"tonnes has shape \(2,\), expected \(1,\) like origin"),
        ({"tonnes": [0.0]}, "tonnes must be numbers above 0"),
        ({"tonnes": [float("nan")]}, "tonnes must be numbers above 0"),
        ({"sector": [0, 1]}, "sector must be below 1, the number of rows of essential, got 1"),
        ({"essential": [2]}, r"essential must be sectors x sectors, got shape \(1,\)"),
        ({"essential": [[3]]}, "essential must hold 2 .* only"),
        ({"final_demand": [1.0]}, "final_demand has shape"),
        ({"final_demand": [0.0, -1.0]}, "final_demand must be finite and at least 0"),
        ({"capacity": 1.5}, "capacity is a share of output, at most 1, got 1.5"),
        ({"capacity": -0.1}, "capacity must be finite and at least 0"),
        ({"market": [0]}, r"market has shape \(1,\), expected \(2,\) like sector"),
        ({"sites": [2]}, "sites must be below 2, the number of sites, got 2"),
        ({"tolerance": 0.0}, "tolerance must lie between 0 and 1, got 0"),
        ({"threads": 0}, "threads must be at least 1, got 0"),
        (
            {
                "origin": np.empty(0, int),
                "target": np.empty(0, int),
                "tonnes": [],
                "final_demand": None,
            },
            "no site makes anything",
        ),
    ],
)
def test_bad_arrays_are_refused(change: dict[str, Any], message: str) -> None:
    assert systemic_risk_index(**good()).tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match=message):
        systemic_risk_index(**good() | change)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ScenarioError, match="unknown engine 'fortran'"):
        systemic_risk_index(**good(), engine="fortran")


def test_the_sites_of_a_network() -> None:
    """Two mines (60 and 40 t NdPr) feed one chain of five sites with 100 t each; output is 600 t.

    Without the larger mine the separator loses 60 %: sigma = min(1, 60/40) = 1, and so does all
    after it: (60 + 0.6 x 500) / 600. Without the smaller one sigma = 40/60, and all after it loses
    40/60 x 40/100 = 4/15: (40 + 500 x 4/15) / 600.
    """
    for engine in ENGINES:
        found = {row.site: row for row in site_risks(six_sites(), "NdPr", engine=engine)}
        assert found["mine_cn"].score == pytest.approx(0.6, abs=1e-12)
        assert found["mine_cn"].own_share == pytest.approx(0.1, abs=1e-15)
        assert found["mine_au"].score == pytest.approx((40 + 500 * 4 / 15) / 600, abs=1e-12)
        chain = ("sep_my", "metal_vn", "magnet_jp", "motor_us", "ev_us")
        assert [found[site].score for site in chain] == pytest.approx([1.0] * 5, abs=1e-12)
    gross = [row.score for row in site_risks(six_sites())]
    assert gross == sorted(gross, reverse=True)


def test_an_element_that_does_not_flow_or_exist() -> None:
    one = Network.of(
        [six_sites().sites["mine_cn"], six_sites().sites["sep_my"]],
        [flow("mine_cn", "sep_my", "concentrate", 10.0, 5.0)],
        snapshot="test",
        year=2025,
    )
    assert site_risks(one, "Tb") == ()
    with pytest.raises(UnknownName, match=r"element called 'Ndpr'\. Did you mean NdPr"):
        site_risks(one, "Ndpr")
