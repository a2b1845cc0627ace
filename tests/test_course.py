"""One site through a run, on a chain whose weeks can be counted by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from networks import six_sites
from spreads import BARE, sale

from graph.course import Course, course_of, empty_weeks
from graph.scenario import Outage, Scenario
from graph.spread import trajectory_of
from graph.tracing import trace

NETWORK = six_sites()
SHARES = {
    flow.key: share.china_share_mean
    for flow, share in zip(NETWORK.flows, trace(NETWORK).flows, strict=True)
}
STRIKE = Outage(name="strike", sites=("metal_vn",), end_week=3)
P = replace(BARE, metal_days_japan=14.0, chain_days_cars=14.0)


def course(id: str, weeks: int = 10) -> Course:
    scenario = Scenario("test", "", "", (STRIKE,), snapshot="test")
    plan, played = trajectory_of(NETWORK, scenario, weeks=weeks, parameters=P)
    return course_of(plan, played, id, SHARES)


def rounded(values: tuple[float, ...]) -> list[float]:
    return [round(value, 9) for value in values]


def test_a_stock_of_two_weeks_lasts_two_of_three_weeks_of_strike() -> None:
    found = course("magnet_jp")
    (metal,) = found.inputs
    assert (metal.good, metal.of_makers) == ("NdPr", False)
    assert metal.tonnes_per_week == pytest.approx(100 / 52)
    assert metal.normal == pytest.approx(2.0)
    # Metal takes a week to come: what is not made in weeks 0 to 2 is missed in weeks 1 to 3.
    assert rounded(metal.arrived)[:5] == [1, 0, 0, 0, 1]
    assert rounded(metal.stock)[:5] == [2, 1, 0, 0, 0]
    assert rounded(found.made)[:5] == [1, 1, 1, 0, 1]
    assert (metal.first_empty, metal.half_empty) == (2, 2)
    assert found.owed == ()


def test_what_a_strike_leaves_unshipped_waits() -> None:
    # Each week of strike leaves the order of a week. The magnet maker loses a week of output and so
    # needs one order less; two wait on, to refill its stock, as the plant has no spare capacity.
    assert rounded(course("metal_vn").waiting) == [1, 2, 3, 3, 2, 2, 2, 2, 2, 2]
    assert rounded(course("magnet_jp").waiting)[:6] == [0, 0, 0, 1, 1, 0]
    assert course("ev_us").waiting == ()


def test_what_comes_has_touched_china_as_in_the_baseline_and_nothing_has_no_share() -> None:
    touched = course("magnet_jp").touched
    assert touched[0] == pytest.approx(0.6)
    assert [week for week, share in enumerate(touched) if math.isnan(share)] == [1, 2, 3]
    assert course("sep_my").touched[0] == pytest.approx(240 / 400)


def test_an_end_use_owes_what_it_missed_and_lives_on_the_stock_of_its_makers() -> None:
    found = course("ev_us")
    own, makers = found.inputs
    assert (own.of_makers, own.normal, own.first_empty) == (False, 0.0, None)
    assert makers.of_makers
    assert makers.tonnes_per_week == pytest.approx(300 / 52)
    missed = [round(1 - made, 9) for made in found.made]
    owed, so_far = [], 0.0
    for each in missed:
        so_far += each
        owed.append(round(so_far, 9))
    assert rounded(found.owed) == owed
    assert owed[-1] == 1.0


def test_first_and_half_of_the_stocks_behind_an_end_use() -> None:
    network = sale({"car": ("USA", 100.0)})
    p = replace(BARE, chain_days_cars=70.0, chain_spread=0.55, firms=5)
    out = Scenario("t", "", "", (Outage(name="out", sites=("maker",)),), snapshot="test")
    plan, played = trajectory_of(network, out, weeks=40, parameters=p)
    ((first, half),) = empty_weeks(plan, played).values()
    levels = sorted(plan.group_stock[plan.group_stock > 0].tolist())
    arrives = int(plan.lane_lag.max())
    # A firm with s weeks in stock finds the shelf empty in the week in which s weeks are used up.
    assert first == arrives + math.ceil(levels[0]) - 1
    assert half == arrives + math.ceil(levels[len(levels) // 2]) - 1


def test_no_stock_runs_out_where_nothing_happens() -> None:
    calm = Scenario("calm", "", "", (), snapshot="test")
    plan, played = trajectory_of(NETWORK, calm, weeks=4, parameters=P)
    assert set(empty_weeks(plan, played).values()) == {(None, None)}
    found = course_of(plan, played, "motor_us", SHARES)
    assert rounded(found.made) == [1, 1, 1, 1]
