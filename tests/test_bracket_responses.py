"""What buyers do under a scenario (stocks, new plants, recycling, savings, priority) in the bounds.

Ten weeks, one week from site to site, no stock and no overtime unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import flow, site, six_sites
from spreads import ALL_HEAVY, BARE, STEADY, sale
from test_bracket import COMPLEMENTS, LEAN, WEEKS, both, drawn, ways_to_a_car, worth
from test_weekly import lever_sets

from graph.bracket import bracket
from graph.cascade import cascade
from graph.compile import compile_network
from graph.limits import limits_of
from graph.model import Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.reallocation import reallocate
from graph.scenario import (
    Lever,
    NewCapacity,
    Outage,
    PriorityRule,
    Quota,
    Recycling,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
)
from graph.weekly import run
from graph.who import Who

MOTORS = Who(stages=("component",))
STOP = Outage(name="stop", sites=("maker",))
QUARTER = Outage(name="quarter", sites=("maker",), remaining=0.25)
ONE = sale({"us": ("USA", 52.0)})
"""A Chinese maker of 1 t a week, a motor maker, a car maker."""


@pytest.mark.parametrize(("days", "static", "best"), [(0.0, 10, 8), (7.0, 9, 7), (14.0, 8, 6)])
def test_a_stock_handed_out_replaces_what_is_missing(
    days: float, static: float, best: float
) -> None:
    release = Stockpile(
        name="r", action="release", material="ndfeb", days=days, start_week=2, end_week=4,
        buyers=MOTORS,
    )  # fmt: skip
    assert both(ONE, STOP, release) == ({"ev_us": static}, {"ev_us": best})


def test_a_stock_handed_out_too_early_is_kept_in_the_best_case_only() -> None:
    late = replace(STOP, start_week=4)
    release = Stockpile(
        name="r", action="release", material="ndfeb", days=14.0, end_week=2, buyers=MOTORS
    )
    # The last two of the six weeks of the stop arrive after the run.
    assert both(ONE, late, release) == ({"ev_us": 6.0}, {"ev_us": 2.0})


def test_a_new_plant_grows_into_the_gap() -> None:
    plant = NewCapacity(
        name="p", material="ndfeb", tonnes_per_year=52.0, ramp_weeks=4, buyers=MOTORS
    )
    # A quarter, a half, three quarters, then all; in the best case the first quarter waits a week.
    assert both(ONE, STOP, plant) == ({"ev_us": 0.75 + 0.5 + 0.25}, {"ev_us": 0.5})


def test_recycling_goes_on_week_by_week() -> None:
    strike = Outage(name="o", sites=("dy",))
    scrap = Recycling(name="s", material="dy_metal", share=0.3, ramp_weeks=0)
    # Best case: two weeks under way, one week of metal, and 0.3 in eight weeks.
    network = ways_to_a_car(*COMPLEMENTS)
    assert both(network, strike, scrap, p=ALL_HEAVY) == ({"ev": 7.0}, {"ev": 4.6})


def test_half_the_need_makes_twice_as_much_of_what_is_left() -> None:
    strike = Outage(name="o", sites=("dy",), remaining=0.25)
    thrift = Substitution(name="t", elements=("Dy",), share=0.5, delay_weeks=0, ramp_weeks=0)
    network = ways_to_a_car(*COMPLEMENTS)
    assert both(network, strike, p=ALL_HEAVY)[0] == {"ev": 7.5}
    # Best case: two weeks under way, then (1 + 7 x 0.25) / 0.5 from the metal that still comes.
    assert both(network, strike, thrift, p=ALL_HEAVY) == ({"ev": 5.0}, {"ev": 2.5})
    nothing = replace(thrift, share=1.0)
    assert both(network, strike, nothing, p=ALL_HEAVY) == ({"ev": 0.0}, {"ev": 0.0})


def test_a_need_that_falls_step_by_step_is_followed_week_by_week() -> None:
    half = Outage(name="o", sites=("maker",), remaining=0.5, end_week=3)
    thrift = Substitution(
        name="t", materials=("ndfeb",), share=0.5, delay_weeks=0, ramp_weeks=2, buyers=MOTORS
    )
    # Needs of 3/4, then 1/2: a third is missing in the first week.
    static, _ = both(ONE, half, thrift)
    assert static == {"ev_us": pytest.approx(1 / 3)}


def test_what_is_dearer_is_used_less() -> None:
    duty = Tariff(
        name="d", rate=1.0, elasticity=-1.0, adjust_weeks=0,
        sellers=Who(countries=("CHN",)), buyers=Who(countries=("USA",)),
    )  # fmt: skip
    assert both(ONE, duty) == ({"ev_us": 0.0}, {"ev_us": 0.0})
    # Best case: a week under way, then (1 + 8 x 0.25) / 0.5.
    assert both(ONE, QUARTER, duty) == ({"ev_us": 5.0}, {"ev_us": 3.0})


def test_without_adaptation_first_buyers_lose_last() -> None:
    """Two first buyers share what there is, the third gets what they leave."""
    network = sale({"a": ("USA", 52.0), "b": ("USA", 52.0), "c": ("JPN", 52.0)})
    first = PriorityRule(name="first", buyers=Who(countries=("USA",)))
    for left, lost_first, lost_last in ((0.5, 2.5, 10.0), (0.75, 0.0, 7.5)):
        strike = Outage(name="o", sites=("maker",), remaining=left)
        static, best = both(network, strike, first)
        assert static == {"ev_a": lost_first, "ev_b": lost_first, "ev_c": lost_last}
        assert best == both(network, strike)[1]


def test_a_rule_on_whom_to_serve_counts_from_the_week_it_begins() -> None:
    network = sale({"us": ("USA", 52.0), "jp": ("JPN", 52.0)})
    half = Outage(name="o", sites=("maker",), remaining=0.5)
    first = PriorityRule(name="first", buyers=Who(countries=("USA",)), start_week=2)
    static, _ = both(network, half, first)
    assert static == {"ev_us": 1.0, "ev_jp": 9.0}


def test_a_stock_laid_in_counts_in_neither_bound() -> None:
    build = Stockpile(name="vault", action="build", material="ndfeb", days=28.0, end_week=4)
    late = replace(STOP, start_week=4)
    assert both(ONE, late, build) == both(ONE, late)
    found = bracket(ONE, Scenario("s", "", "", (late, build)), weeks=WEEKS, parameters=BARE)
    assert any("vault lays in counts in neither" in note for note in found.notes)


def test_the_note_says_that_the_best_case_is_free_of_priority() -> None:
    first = PriorityRule(name="rank", buyers=Who(countries=("USA",)))
    scenario = Scenario("s", "", "", (QUARTER, first))
    found = bracket(ONE, scenario, weeks=WEEKS, parameters=BARE)
    assert any("need not serve first whom rank puts first" in note for note in found.notes)
    plain = bracket(six_sites(), Scenario("s", "", "", ()), weeks=WEEKS, parameters=BARE)
    assert not any("rank" in note or "lays in" in note for note in plain.notes)


ANSWERS = (
    Stockpile(name="x", action="release", material="ndfeb", days=9.0, start_week=3, end_week=8),
    NewCapacity(name="x", material="ndfeb", tonnes_per_year=40.0, ramp_weeks=6),
    Recycling(name="x", material="dy_oxide", share=0.4, ramp_weeks=9),
    Recycling(name="x", material="ndpr_metal", share=0.2, ramp_weeks=0),
    Substitution(name="x", elements=("Dy",), share=0.6, delay_weeks=3, ramp_weeks=4),
    Substitution(name="x", materials=("ndfeb",), share=0.3, delay_weeks=0, ramp_weeks=7),
    Tariff(name="x", rate=0.8, elasticity=-0.5),
)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), levers=lever_sets(), answer=st.sampled_from(ANSWERS))
def test_an_answer_never_raises_the_loss(
    seed: int, levers: tuple[Lever, ...], answer: Lever
) -> None:
    static, best = [], []
    for extra in ((), (answer,)):
        plan, limits = drawn(seed, (*levers, *extra), 16)
        static.append(cascade(plan, limits, 16).lost_weeks)
        best.append(worth(plan, reallocate(plan, limits, 16, longest=1).lost_weeks))
    assert (static[1] <= static[0] + 1e-9).all()
    assert best[1] <= best[0] + 1e-7


def single_chain() -> Network:
    """metal -> magnet -> motor -> ev, one site each."""
    return Network.of(
        (
            site("metal", Stage.METAL, "CHN"),
            site("maker", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "USA", sector="EV"),
            site("ev", Stage.END_USE, "USA", sector="EV", units=5200.0, unit="vehicles"),
        ),
        (
            flow("metal", "maker", "ndpr_metal", 40.0, 40.0),
            flow("maker", "motor", "ndfeb", 100.0, 40.0),
            flow("motor", "ev", "ndfeb", 100.0, 40.0),
        ),
        snapshot="test",
        year=2025,
    )


@st.composite
def strikes_and_answers(draw: st.DrawFn) -> tuple[Lever, ...]:
    start, share = draw(st.integers(0, 8)), st.floats(0.05, 1)
    end = start + draw(st.integers(1, 8))
    trouble: list[Lever] = [
        Outage(
            name="strike", sites=(draw(st.sampled_from(["metal", "maker", "motor"])),),
            start_week=start, end_week=end, remaining=draw(st.floats(0, 1)),
        ),
        Quota(name="quota", scope="export", kept=draw(st.floats(0, 1)), start_week=start),
    ]  # fmt: skip
    first = draw(st.integers(0, 8))
    answers: list[Lever] = [
        Stockpile(
            name="release", action="release", material="ndfeb",
            days=20 * draw(share), start_week=first, end_week=first + 4,
        ),
        NewCapacity(name="plant", material="ndfeb", tonnes_per_year=90 * draw(share), ramp_weeks=6),
        Recycling(name="scrap", material="ndpr_metal", share=draw(share), ramp_weeks=5),
        Substitution(
            name="less", materials=("ndfeb",), share=0.9 * draw(share), delay_weeks=first,
            ramp_weeks=4,
        ),
        Tariff(name="duty", rate=draw(share), elasticity=-0.6, start_week=first),
    ]  # fmt: skip
    return (
        draw(st.sampled_from(trouble)),
        *draw(st.lists(st.sampled_from(answers), min_size=1, unique_by=lambda x: x.name)),
    )


@settings(max_examples=60, deadline=None)
@given(levers=strikes_and_answers(), p=st.sampled_from([STEADY, replace(LEAN, restock_weeks=1e12)]))
def test_on_a_single_chain_the_weekly_model_lies_between(
    levers: tuple[Lever, ...], p: SpreadParameters
) -> None:
    """Where orders do not swing with the stocks: the next test shows what swings can do."""
    network = single_chain()
    plan = compile_network(network, p)
    limits = limits_of(network, plan, Scenario("s", "", "", levers), 20, 7)
    weekly = np.maximum(0.0, run(plan, limits, 20, p).unmade[-1][plan.line_final])
    best = reallocate(plan, limits, 20, longest=1).lost_weeks
    assert (best <= weekly + 1e-7).all()
    assert (weekly <= cascade(plan, limits, 20).lost_weeks + 1e-7).all()


def test_buyers_that_are_handed_goods_may_order_too_little() -> None:
    """5/7 of a week in each of four weeks at motors and cars: both order less, the stop hits the
    rest. Without adaptation 2/7 of the week of the stop are missing, in the weekly model 5/7."""
    stop = Outage(name="stop", sites=("metal",), end_week=1)
    release = Stockpile(name="r", action="release", material="ndfeb", days=20.0, end_week=4)
    found = bracket(
        single_chain(), Scenario("s", "", "", (stop, release)), weeks=20, parameters=BARE
    )
    (ev,) = found.end_uses
    lost = ev.lost_share
    assert (lost.no_adaptation, lost.weekly) == pytest.approx((2 / 7 / 20, 5 / 7 / 20))
    assert ev.outside == "above"
    assert any("handed goods order less" in note for note in found.notes)
