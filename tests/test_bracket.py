"""Between no adaptation and the best case: laws on drawn networks, literals on small ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import flow, site, six_sites
from spreads import ALL_HEAVY, BARE, STEADY
from test_weekly import chain, fitting, lever_sets

from graph.bracket import Three, bracket
from graph.cascade import cascade
from graph.compile import compile_network
from graph.errors import ScenarioError
from graph.limits import Gate, Limits, limits_of
from graph.losses import UnitLoss, end_use_values
from graph.model import Site, Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import Plan
from graph.reallocation import reallocate
from graph.scenario import NOTHING, Blacklist, Lever, Outage, Quota, Scenario
from graph.weekly import run

WEEKS = 10
LEAN = replace(
    BARE,
    **dict.fromkeys(("feed_days_china", "feed_days_outside", "metal_days_outside"), 7.0),
    sea_days_europe=14.0,
    sea_days_america_east=14.0,
    chain_days_cars=14.0,
    chain_spread=0.55,
    surge_plants=1.05,
    surge_magnets_china=1.2,
    surge_end_use=1.1,
    restock_weeks=4.0,
    backlog_weeks=4.0,
    firms=3,
)
"""So little stock and spare capacity that the best case, too, loses something."""


def both(
    network: Network, *levers: Lever, p: SpreadParameters = BARE, longest: int = 1
) -> tuple[dict[str, float], dict[str, float]]:
    """Weeks each end use loses of ten: without adaptation, and in the best case."""
    plan = compile_network(network, p)
    limits = limits_of(network, plan, Scenario("test", "", "", levers), WEEKS, 7)
    static = cascade(plan, limits, WEEKS).end_uses
    return weeks_of(static), weeks_of(reallocate(plan, limits, WEEKS, longest).end_uses)


def weeks_of(losses: tuple[UnitLoss, ...]) -> dict[str, float]:
    return {loss.id: round(loss.lost_share * WEEKS, 9) for loss in losses}


def drawn(
    seed: int, levers: tuple[Lever, ...], weeks: int, p: SpreadParameters = LEAN
) -> tuple[Plan, Limits]:
    network = chain(seed)
    plan = compile_network(network, p)
    return plan, limits_of(network, plan, fitting(network, levers), weeks, 7)


def worth(plan: Plan, lost_weeks: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Loss in shares of what all end uses make in a week."""
    value = end_use_values(plan)
    return float(value @ lost_weeks / value.sum())


def ways_to_a_car(*inputs: tuple[str, str, float, float, float]) -> Network:
    """Metal makers (id, material, tonnes, NdPr, Dy) -> magnet -> motor -> ev, all in China."""
    sites: list[Site] = [site(name, Stage.METAL, "CHN") for name, *_ in inputs]
    sites += [
        site("magnet", Stage.MAGNET, "CHN"),
        site("motor", Stage.COMPONENT, "CHN"),
        site("ev", Stage.END_USE, "CHN", units=5200.0, unit="vehicles", usd_per_unit=1e4),
    ]
    flows = [flow(name, "magnet", good, tonnes, nd, dy) for name, good, tonnes, nd, dy in inputs]
    flows += [
        flow(origin, target, "ndfeb", 100.0, 40.0, 1.0)
        for origin, target in (("magnet", "motor"), ("motor", "ev"))
    ]
    return Network.of(sites, flows, snapshot="test", year=2025)


COMPLEMENTS = (("nd", "ndpr_metal", 40.0, 40.0, 0.0), ("dy", "dy_metal", 1.0, 0.0, 1.0))


def test_a_missing_complement_stops_all_and_no_plan_helps() -> None:
    network = ways_to_a_car(*COMPLEMENTS)
    strike = Outage(name="o", sites=("dy",))
    # The week of goods under way on each of three legs is all that still arrives.
    assert both(network, strike, p=ALL_HEAVY) == ({"ev": 10.0}, {"ev": 7.0})


def test_a_long_block_evens_out_what_happens_within_it() -> None:
    network = ways_to_a_car(*COMPLEMENTS)
    strike = Outage(name="o", sites=("dy",))
    # One week of dysprosium is a tenth of every week; a tenth of each leg arrives too late:
    # 1 + 0.9 (0.1 (1 + 0.9)) x 10 = 2.71 weeks.
    _, best = both(network, strike, p=ALL_HEAVY, longest=WEEKS)
    assert best == {"ev": 7.29}


def substitutes() -> Network:
    return Network.of(
        (
            site("a", Stage.MAGNET, "CHN"),
            site("b", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "CHN"),
            site("ev", Stage.END_USE, "CHN", units=5200.0, unit="vehicles"),
        ),
        (
            flow("a", "motor", "ndfeb", 50.0, 20.0),
            flow("b", "motor", "ndfeb", 50.0, 20.0),
            flow("motor", "ev", "ndfeb", 100.0, 40.0),
        ),
        snapshot="test",
        year=2025,
    )


def test_a_substitute_saves_as_much_as_it_can_make() -> None:
    fire = Outage(name="o", sites=("a",))
    assert both(substitutes(), fire) == ({"ev": 5.0}, {"ev": 4.0})
    half_more = replace(BARE, surge_magnets_china=1.5)
    # b makes 75 of 100 t; the first two weeks live on goods under way.
    assert both(substitutes(), fire, p=half_more) == ({"ev": 5.0}, {"ev": 2.0})
    twice = replace(BARE, surge_magnets_china=2.0)
    assert both(substitutes(), fire, p=twice) == ({"ev": 5.0}, {"ev": 0.0})


def test_a_joint_cap_goes_to_whom_it_is_worth_most() -> None:
    sites = [site("maker", Stage.MAGNET, "CHN")]
    flows = []
    for country, usd in (("JPN", 300.0), ("USA", 100.0)):
        motor, use = f"motor_{country}", f"ev_{country}"
        sites += [
            site(motor, Stage.COMPONENT, country),
            site(use, Stage.END_USE, country, units=52.0, unit="vehicles", usd_per_unit=usd),
        ]
        flows += [flow("maker", motor, "ndfeb", 52.0, 20.0), flow(motor, use, "ndfeb", 52.0, 20.0)]
    network = Network.of(sites, flows, snapshot="test", year=2025)
    static, best = both(network, Quota(name="q", scope="export", kept=0.5))
    assert static == {"ev_JPN": 5.0, "ev_USA": 5.0}
    assert best == {"ev_JPN": 0.0, "ev_USA": 8.0}


def test_a_closed_lane_is_gone_round_as_far_as_capacity_goes() -> None:
    network = Network.of(
        (
            site("magnet_cn", Stage.MAGNET, "CHN"),
            site("magnet_jp", Stage.MAGNET, "JPN"),
            site("motor_us", Stage.COMPONENT, "USA", sector="defence"),
            site("jet", Stage.END_USE, "USA", sector="defence"),
        ),
        (
            flow("magnet_cn", "motor_us", "ndfeb", 30.0, 10.0),
            flow("magnet_jp", "motor_us", "ndfeb", 70.0, 40.0),
            flow("motor_us", "jet", "ndfeb", 100.0, 50.0),
        ),
        snapshot="test",
        year=2025,
    )
    listed = Blacklist(name="b", buyer_countries=("USA",), sectors=("defence",))
    static, best = both(network, listed)
    assert (static, best) == ({"jet": 3.0}, {"jet": 2.4})
    _, best = both(network, listed, p=replace(BARE, surge_plants=1.3))
    assert best == {"jet": 0.72}  # 91 of 100 t from the third week on


@pytest.mark.parametrize(("surge", "lost"), [(1.0, 2.4), (1.2, 1.28), (1.5, 0.0)])
def test_a_lane_partly_open_carries_a_share_of_what_its_seller_can_make(
    surge: float, lost: float
) -> None:
    plan = compile_network(substitutes(), replace(BARE, surge_magnets_china=surge))
    lanes = np.flatnonzero([plan.flows[flow].origin == "a" for flow in plan.lane_flow])
    gate = Gate("half", lanes, np.full((WEEKS, len(lanes)), 0.4))
    limits = Limits((gate,), (), (), (), ())
    assert weeks_of(cascade(plan, limits, WEEKS).end_uses) == {"ev": 3.0}
    # a sends at most 0.4 x 50 t x surge, b makes 50 t x surge, of 100 t; for eight weeks.
    assert weeks_of(reallocate(plan, limits, WEEKS, 1).end_uses) == {"ev": lost}


def test_stock_is_drawn_down_in_the_best_case_only() -> None:
    two_weeks = replace(BARE, metal_days_outside=14.0, metal_days_japan=14.0)
    strike = Outage(name="strike", sites=("metal_vn",), end_week=3)
    assert both(six_sites(), strike, p=two_weeks) == ({"ev_us": 3.0}, {"ev_us": 1.0})


def test_overtime_makes_up_for_a_fire() -> None:
    overtime = replace(STEADY, surge_end_use=1.5)
    fire = Outage(name="fire", sites=("ev",), end_week=1)
    assert both(substitutes(), fire, p=overtime) == ({"ev": 1.0}, {"ev": 0.0})


def test_a_loop_settles_where_it_fits() -> None:
    """A quarter of the metal comes back as swarf: what is lost comes back less."""
    network = Network.of(
        (
            site("metal", Stage.METAL, "CHN"),
            site("again", Stage.METAL, "CHN"),
            site("magnet", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "CHN"),
            site("ev", Stage.END_USE, "CHN", units=5200.0, unit="vehicles"),
        ),
        (
            flow("metal", "magnet", "ndpr_metal", 75.0, 75.0),
            flow("again", "magnet", "ndpr_metal", 25.0, 25.0),
            flow("magnet", "again", "swarf", 25.0, 25.0),
            flow("magnet", "motor", "ndfeb", 100.0, 75.0),
            flow("motor", "ev", "ndfeb", 100.0, 75.0),
        ),
        snapshot="test",
        year=2025,
    )
    plan = compile_network(network, BARE)
    slump = Scenario("s", "", "", (Outage(name="o", sites=("metal",), remaining=0.2),))
    found = cascade(plan, limits_of(network, plan, slump, WEEKS, 7), WEEKS)
    # a = 0.75 x 0.2 + 0.25 a, so a = 0.2.
    assert found.lost_weeks == pytest.approx([8.0])
    assert 20 < found.rounds < 60


def test_weeks_of_unlike_limits_are_added_up() -> None:
    ramp = Outage(name="o", sites=("motor_us",), end_week=2, remaining=0.4, ramp_weeks=2)
    static, _ = both(six_sites(), ramp)
    assert static == {"ev_us": 0.6 + 0.6 + 0.4 + 0.2}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), longest=st.integers(1, 20))
def test_without_a_lever_nothing_is_lost(seed: int, longest: int) -> None:
    network = chain(seed)
    plan = compile_network(network, LEAN)
    limits = limits_of(network, plan, NOTHING, 20, 7)
    assert (cascade(plan, limits, 20).lost_weeks == 0.0).all()
    assert reallocate(plan, limits, 20, longest).lost_weeks == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), levers=lever_sets(), longest=st.integers(1, 20))
def test_the_best_case_never_costs_more_than_no_adaptation(
    seed: int, levers: tuple[Lever, ...], longest: int
) -> None:
    plan, limits = drawn(seed, levers, 20)
    best = worth(plan, reallocate(plan, limits, 20, longest).lost_weeks)
    assert best <= worth(plan, cascade(plan, limits, 20).lost_weeks) + 1e-7


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), levers=lever_sets())
def test_the_best_case_week_by_week_never_costs_more_than_the_weekly_model(
    seed: int, levers: tuple[Lever, ...]
) -> None:
    """Every week the weekly model plays is one of the plans the planner could choose."""
    plan, limits = drawn(seed, levers, 16)
    weekly = run(plan, limits, 16, LEAN).unmade[-1][plan.line_final]
    best = reallocate(plan, limits, 16, longest=1).lost_weeks
    assert worth(plan, best) <= worth(plan, np.maximum(0.0, weekly)) + 1e-7


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    levers=lever_sets(),
    struck=st.sampled_from(["mine_0", "separation_1", "metal_alloy_0", "magnet_0"]),
    left=st.floats(0, 1),
    easier=st.floats(0, 1),
)
def test_less_capacity_never_serves_more_and_a_looser_lever_never_less(
    seed: int, levers: tuple[Lever, ...], struck: str, left: float, easier: float
) -> None:
    tight = Outage(name="strike", sites=(struck,), remaining=left, end_week=9)
    loose = replace(tight, remaining=left + (1 - left) * easier)
    static, best = [], []
    for extra in ((), (loose,), (tight,)):
        plan, limits = drawn(seed, (*levers, *extra), 20)
        static.append(cascade(plan, limits, 20).lost_weeks)
        # Blocks of one week: limits that end in other weeks must not cut the run elsewhere.
        best.append(worth(plan, reallocate(plan, limits, 20, 1).lost_weeks))
    assert (static[0] <= static[1] + 1e-9).all()
    assert (static[1] <= static[2] + 1e-9).all()
    assert best[0] <= best[1] + 1e-7
    assert best[1] <= best[2] + 1e-7


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), levers=lever_sets(), more=st.floats(1, 3))
def test_more_stock_never_raises_the_best_case(
    seed: int, levers: tuple[Lever, ...], more: float
) -> None:
    plan, limits = drawn(seed, levers, 20)
    richer = replace(plan, group_stock=plan.group_stock * more, line_stock=plan.line_stock * more)
    best = [worth(each, reallocate(each, limits, 20, 5).lost_weeks) for each in (plan, richer)]
    assert best[1] <= best[0] + 1e-7


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), kept=st.floats(0, 1), more=st.floats(0, 1))
def test_a_wider_quota_never_costs_more(seed: int, kept: float, more: float) -> None:
    tight = Quota(name="q", scope="export", kept=kept)
    best = []
    for quota in (tight, replace(tight, kept=kept + (1 - kept) * more)):
        plan, limits = drawn(seed, (quota,), 20)
        best.append(worth(plan, reallocate(plan, limits, 20).lost_weeks))
    assert best[1] <= best[0] + 1e-7


def test_three_losses_stand_side_by_side() -> None:
    strike = Scenario("s", "", "", (Outage(name="strike", sites=("metal_vn",), end_week=3),))
    p = replace(BARE, metal_days_outside=14.0, metal_days_japan=14.0)
    found = bracket(six_sites(), strike, weeks=WEEKS, parameters=p)
    (ev,) = found.end_uses
    assert ev.lost_share == Three(pytest.approx(0.3), pytest.approx(0.1), pytest.approx(0.1))
    a_week = 100_000 / 52 * 50_000
    assert ev.lost_usd == Three(*(pytest.approx(weeks * a_week) for weeks in (3, 1, 1)))
    assert found.lost_share.weekly == pytest.approx(0.1)
    assert found.lost_usd == ev.lost_usd
    assert ev.outside == ""


def test_a_weekly_loss_outside_the_bracket_is_said() -> None:
    """The planner leaves the cheap cars alone to build all dear ones; the weekly model shares."""
    sites = [site("maker", Stage.MAGNET, "CHN"), site("motor", Stage.COMPONENT, "CHN")]
    flows = [flow("maker", "motor", "ndfeb", 104.0, 40.0)]
    for use, usd in (("dear", 300.0), ("cheap", 100.0)):
        sites.append(site(use, Stage.END_USE, "CHN", units=52.0, unit="vehicles", usd_per_unit=usd))
        flows.append(flow("motor", use, "ndfeb", 52.0, 20.0))
    network = Network.of(sites, flows, snapshot="test", year=2025)
    half = Scenario("s", "", "", (Outage(name="o", sites=("motor",), remaining=0.5),))
    found = bracket(network, half, weeks=WEEKS, parameters=STEADY)
    by_id = {loss.id: loss for loss in found.end_uses}
    assert by_id["cheap"].lost_share == Three(
        pytest.approx(0.5), pytest.approx(0.45), pytest.approx(0.9)
    )
    assert by_id["dear"].lost_share == Three(
        pytest.approx(0.5), pytest.approx(0.45), pytest.approx(0.0)
    )
    assert (by_id["cheap"].outside, by_id["dear"].outside) == ("below", "")
    assert any("1 end use loses less" in note and "Cheap" in note for note in found.notes)
    assert found.lost_share == Three(
        pytest.approx(0.5), pytest.approx(0.45), pytest.approx(0.9 / 4)
    )
    assert found.lost_usd == Three(*(pytest.approx(4000 * x) for x in (0.5, 0.45, 0.9 / 4)))


def test_where_the_weekly_model_loses_nothing_nothing_is_solved() -> None:
    found = bracket(six_sites(), NOTHING, weeks=WEEKS)
    assert (found.lost_usd, found.blocks) == (Three(0.0, 0.0, 0.0), 0)
    assert any("nothing either" in note for note in found.notes)
    with pytest.raises(ScenarioError, match="at least one week, got 0"):
        bracket(six_sites(), NOTHING, weeks=0)


def test_end_uses_without_a_value_count_by_their_magnets() -> None:
    sites = [site("motor", Stage.COMPONENT, "CHN")]
    flows = []
    for use, units, usd, tonnes in (
        ("a", 520.0, 10.0, 52.0),
        ("b", 520.0, 30.0, 52.0),
        ("c", 520.0, 80.0, 52.0),
        ("d", None, None, 104.0),
    ):
        sites.append(site(use, Stage.END_USE, "CHN", units=units, unit="cars", usd_per_unit=usd))
        flows.append(flow("motor", use, "ndfeb", tonnes, tonnes * 0.3))
    plan = compile_network(Network.of(sites, flows, snapshot="test", year=2025), BARE)
    # 100, 300 and 800 dollars a week for a tonne each; two tonnes at the 300 in the middle.
    assert end_use_values(plan) == pytest.approx([100.0, 300.0, 800.0, 600.0])
