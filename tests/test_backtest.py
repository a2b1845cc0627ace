"""Months out of weeks, rivals, errors and targets: every number worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from networks import flow, site

from graph.backtest import (
    ALL,
    ANALOGUE,
    CALIBRATION,
    CONSTANT_CUT,
    HOLDOUT,
    MODEL,
    YEAR_BEFORE,
    Modelled,
    Observed,
    carried_over,
    constant_cut,
    errors,
    month_rows,
)
from graph.errors import ScenarioError
from graph.model import Stage
from graph.network import Network
from graph.parameters import SpreadParameters
from graph.plan import Plan
from graph.scenario import NOTHING, ExportLicence, Outage, Quota, Scenario
from graph.shipments import (
    first_month_back,
    first_stop_day,
    lanes_between,
    month_shares,
    month_tonnes,
    weekly_shares,
    weeks_until,
    without_heavy,
    worst_week,
)
from graph.spread import trajectory_of
from graph.trajectory import Trajectory
from graph.verdicts import APRIL_2025, JAPAN_2010, PRICE_2021, Account, Verdict, judge

START = date(2025, 4, 4)
MONTHS = ("2025-04", "2025-05", "2025-06", "2025-07")


def observed(*shares: float | None, name: str = "WLD") -> Observed:
    """Months from April 2025, of a baseline of 100 t; None was not observed."""
    tonnes = {m: 100 * s for m, s in zip(MONTHS, shares, strict=True) if s is not None}
    windows = dict(zip(MONTHS, (CALIBRATION, CALIBRATION, CALIBRATION, HOLDOUT), strict=True))
    return Observed(name, "All", 100.0, "a year", tonnes, windows, {})


def shares(*values: float) -> dict[str, float]:
    return dict(zip(MONTHS, values, strict=False))


def test_weeks_are_spread_over_months_by_their_days() -> None:
    # Weeks begin on 4, 11, 18, 25 April; 2, 9, 16, 23, 30 May.
    weeks = [0.5, 0.5, 0.5, 0.5, 0.2, 0.2, 0.2, 0.2, 1.2]
    found = month_shares(weeks, START, ("2025-03", "2025-04", "2025-05"))
    assert found["2025-03"] == 1.0
    assert found["2025-04"] == pytest.approx((3 * 1.0 + 27 * 0.5) / 30)
    assert found["2025-05"] == pytest.approx((1 * 0.5 + 28 * 0.2 + 2 * 1.2) / 31)


def test_a_month_that_a_run_does_not_reach_is_refused() -> None:
    with pytest.raises(ScenarioError, match="3 weeks from 2025-04-04 end before 2025-04 does"):
        month_shares([1.0] * 3, START, ["2025-04"])
    assert weeks_until(START, "2025-04") == 4
    assert month_shares([1.0] * 4, START, ["2025-04"]) == {"2025-04": 1.0}
    assert weeks_until(START, "2025-12") == 39  # 272 days


def magnets(p: SpreadParameters, scenario: Scenario, weeks: int) -> tuple[Plan, Trajectory]:
    network = Network.of(
        (
            site("maker", Stage.MAGNET, "CHN"),
            site("motor_us", Stage.COMPONENT, "USA", sector="EV"),
            site("motor_jp", Stage.COMPONENT, "JPN", sector="EV"),
            site("motor_cn", Stage.COMPONENT, "CHN", sector="EV"),
            site("car_us", Stage.END_USE, "USA", sector="EV"),
        ),
        (
            flow("maker", "motor_us", "ndfeb", 120.0, 36.0, 0.6),
            flow("maker", "motor_jp", "ndfeb", 240.0, 72.0),
            flow("maker", "motor_cn", "ndfeb", 500.0, 150.0),
            flow("motor_us", "car_us", "ndfeb", 120.0, 36.0, 0.6),
            flow("motor_cn", "car_us", "ndfeb", 12.0, 3.6),
        ),
        snapshot="test",
        year=2025,
    )
    return trajectory_of(network, scenario, weeks=weeks, parameters=p)


def test_exports_are_the_lanes_that_cross_the_border_and_no_motors() -> None:
    plan, _ = magnets(SpreadParameters(), NOTHING, 1)
    assert month_tonnes(plan, lanes_between(plan, "CHN", None, ("ndfeb",))) == pytest.approx(30.0)
    usa = lanes_between(plan, "CHN", {"USA"}, ("ndfeb",))
    assert month_tonnes(plan, usa) == pytest.approx(10.0)
    assert len(lanes_between(plan, "CHN", {"KOR"}, ("ndfeb",))) == 0
    assert len(lanes_between(plan, "CHN", None, ("smco",))) == 0
    japan = lanes_between(plan, "CHN", {"JPN"}, ("ndfeb",))
    assert without_heavy(plan, japan).tolist() == japan.tolist()
    all_heavy, _ = magnets(replace(SpreadParameters(), controlled_tonnage=1.0), NOTHING, 1)
    usa = lanes_between(all_heavy, "CHN", {"USA"}, ("ndfeb",))
    assert len(usa) > 0
    assert len(without_heavy(all_heavy, usa)) == 0


def test_nothing_happens_and_every_month_is_exactly_normal() -> None:
    plan, run = magnets(SpreadParameters(), NOTHING, 13)
    weeks = weekly_shares(plan, lanes_between(plan, "CHN", None, ("ndfeb",)), run.shipped)
    assert month_shares(weeks.tolist(), START, MONTHS[:3]) == shares(1.0, 1.0, 1.0)
    assert first_stop_day(plan, run, "CHN", 5) is None
    assert worst_week(plan, run) == 0.0


def test_a_quota_is_seen_in_the_months_it_holds() -> None:
    halt = Quota(name="q", scope="export", kept=0.25, destinations=("USA",), start_week=2)
    plan, run = magnets(SpreadParameters(), Scenario("s", "", "", (halt,)), 13)
    usa = lanes_between(plan, "CHN", {"USA"}, ("ndfeb",))
    found = month_shares(weekly_shares(plan, usa, run.shipped).tolist(), START, MONTHS[:3])
    # The first two weeks, to 17 April, are normal.
    assert found["2025-04"] == pytest.approx((17 + 13 * 0.25) / 30)
    assert found["2025-05"] == pytest.approx(0.25)
    with pytest.raises(ScenarioError, match="no flow of these goods"):
        weekly_shares(plan, lanes_between(plan, "CHN", {"KOR"}, ("ndfeb",)), run.shipped)


def test_a_plant_stops_where_a_whole_firm_is_missing() -> None:
    strike = Scenario("s", "", "", (Outage(name="o", sites=("car_us",), remaining=0.81),))
    plan, run = magnets(SpreadParameters(), strike, 4)
    assert first_stop_day(plan, run, "CHN", 5) is None
    assert worst_week(plan, run) == pytest.approx(0.19)
    strike = Scenario(
        "s", "", "", (Outage(name="o", sites=("car_us",), remaining=0.8, start_week=2),)
    )
    plan, run = magnets(SpreadParameters(), strike, 4)
    assert first_stop_day(plan, run, "CHN", 5) == 17.0  # days 14 to 20
    assert first_stop_day(plan, run, "USA", 5) is None


def test_the_rows_hold_tonnes_shares_and_gaps() -> None:
    modelled = Modelled(200.0, (shares(0.6, 0.2, 0.7, 1.3), shares(0.6, 0.4, 0.5, 1.1)))
    cut = shares(0.5, 0.5, 0.5, 1.0)
    rows = month_rows(
        observed(0.5, 0.25, None, 1.1), modelled, {CONSTANT_CUT: cut, ANALOGUE: shares(0.7)}, MONTHS
    )
    may, june = rows[1], rows[2]
    assert (may.observed_t, may.observed_share, may.observed_gap_t) == (25.0, 0.25, -125.0)
    assert may.model_t == pytest.approx(40.0)
    assert may.model_gap_t == pytest.approx(-240.0)
    assert (may.model_low, may.model_high, may.constant_cut) == (0.2, 0.4, 0.5)
    assert (rows[0].as_in_2010, may.as_in_2010) == (0.7, None)
    assert (june.observed_t, june.observed_share, june.observed_gap_t) == (None, None, None)
    assert june.basis == ""
    assert rows[3].observed_share == pytest.approx(1.1)
    assert rows[3].observed_gap_t is None  # June is not known, so neither is the sum
    assert [row.window for row in rows] == [CALIBRATION, CALIBRATION, CALIBRATION, HOLDOUT]


def test_a_change_against_the_year_before_is_a_share_without_tonnes() -> None:
    seen = replace(observed(None, None, 0.9, 1.0), shares={"2025-05": 0.3})
    rows = month_rows(seen, None, {}, MONTHS)
    assert (rows[1].observed_t, rows[1].observed_share, rows[1].basis) == (None, 0.3, YEAR_BEFORE)
    assert (rows[2].basis, rows[2].model_share, rows[2].model_low) == ("a year", None, None)


def test_the_first_rival_spreads_the_same_loss_evenly() -> None:
    seen = observed(0.5, 0.2, 0.8, 1.1)
    cut = constant_cut(seen, MONTHS)
    assert cut == pytest.approx(shares(0.5, 0.5, 0.5, 1.0))  # 150 t lost in three months
    assert constant_cut(observed(1.2, 0.4, 0.6, 1.1), MONTHS) == pytest.approx(
        shares(1.0, 0.5, 0.5, 1.0)
    )
    assert constant_cut(observed(1.0, 1.1, 1.0, 1.2), MONTHS) == shares(1.0, 1.0, 1.0, 1.0)


def test_the_second_rival_is_the_mean_of_earlier_disturbances() -> None:
    earlier = [{1: 0.7, 2: 0.3}, {1: 0.5, 3: 0.9}]
    assert carried_over(earlier, MONTHS) == pytest.approx(shares(0.6, 0.3, 0.9))
    assert carried_over([], MONTHS) == {}


def test_errors_count_the_months_that_both_speak_of() -> None:
    rows = month_rows(
        observed(0.5, 0.2, None, 1.1),
        Modelled(100.0, (shares(0.6, 0.4, 0.9, 1.0),)),
        {CONSTANT_CUT: shares(0.3, 0.3, 0.3, 1.0), ANALOGUE: shares(0.5)},
        MONTHS,
    )
    found = {(e.window, e.who): e for e in errors(rows, {"WLD": 100.0})}
    model = found[CALIBRATION, MODEL]
    assert (model.months, model.mae) == (2, pytest.approx(0.15))
    assert model.rmse == pytest.approx(0.025**0.5)  # off by 0.1 and 0.2
    assert model.rmse_t == pytest.approx(100 * 0.025**0.5)
    cut = found[CALIBRATION, CONSTANT_CUT]
    assert cut.rmse == pytest.approx(0.025**0.5)  # off by 0.2 and 0.1
    assert found[HOLDOUT, MODEL].mae == pytest.approx(0.1)
    assert found[ALL, MODEL].months == 3
    past = found[CALIBRATION, ANALOGUE]
    assert (past.months, past.rmse) == (1, 0.0)
    assert past.model_rmse == pytest.approx(0.1)  # of April alone
    assert (HOLDOUT, ANALOGUE) not in found


def test_one_window_needs_no_sum_of_all() -> None:
    seen = replace(observed(0.5, 0.2, 0.8, 1.1), windows=dict.fromkeys(MONTHS, HOLDOUT))
    rows = month_rows(seen, Modelled(1.0, (shares(1, 1, 1, 1),)), {}, MONTHS)
    assert [(e.window, e.who) for e in errors(rows, {"WLD": 100.0})] == [(HOLDOUT, MODEL)]


def test_back_is_counted_after_the_lowest_month() -> None:
    assert first_month_back(shares(1.2, 0.3, 0.9, 1.0), 0.005) == 4
    assert first_month_back(shares(1.2, 0.3, 0.996, 1.2), 0.005) == 3
    assert first_month_back(shares(1.2, 0.3, 0.9, 0.9), 0.005) is None


SEEN = Account(
    shares={"WLD": shares(0.5, 0.25, 0.65, 1.1), "USA": shares(0.5, 0.07)},
    baseline_t=1000.0,
    stop_day=45.0,
    oxides=shares(1.03, 1.2, 1.6),
    approved={61: 0.25, 87: 0.6},
)
GOOD = Account(
    shares={"WLD": shares(0.6, 0.3, 0.6, 1.2), "USA": shares(0.5, 0.15, 0.4, 1.2)},
    baseline_t=1000.0,
    stop_day=59.0,
    oxides=shares(1.0, 0.996, 1.0),
    light=shares(1.0, 0.4, 0.7),
    approved={61: 0.25, 87: 0.6},
)
CUT = Account({"WLD": shares(0.467, 0.467, 0.467, 1.0), "USA": shares(0.467, 0.467, 0.467)}, 1000.0)


def april(run: Account, *more: Account) -> dict[str, Verdict]:
    return {v.id: v for v in judge(APRIL_2025, SEEN, (run, *more), CUT, MONTHS)}


def test_each_target_of_april_passes_within_its_bounds() -> None:
    found = april(GOOD)
    assert {id: v.verdict for id, v in found.items()} == {
        **dict.fromkeys(("T1", "T2", "T3", "T4", "T5", "T6", "T7"), "pass"),
        **dict.fromkeys(("T8a", "T8b"), "input"),
    }
    assert (found["T3"].observed, found["T3"].low, found["T3"].high) == (4, 3, 5)
    loss = found["T4"]
    assert loss.observed == pytest.approx(1600.0)
    assert (loss.low, loss.high) == (pytest.approx(1280.0), pytest.approx(1920.0))
    assert loss.model == pytest.approx(1500.0)
    assert found["T7"].observed is None
    assert (found["T8a"].observed, found["T8a"].model, found["T8a"].passed) == (0.25, 0.25, None)


@pytest.mark.parametrize(
    ("id", "run"),
    [
        ("T1", replace(GOOD, shares={**GOOD.shares, "WLD": shares(0.6, 0.301, 0.6, 1.2)})),
        ("T1", replace(GOOD, shares={**GOOD.shares, "WLD": shares(0.6, 0.199, 0.6, 1.2)})),
        ("T2", replace(GOOD, shares={**GOOD.shares, "USA": shares(0.5, 0.151)})),
        ("T2", replace(GOOD, shares={**GOOD.shares, "USA": shares(0.5, 0.029)})),
        ("T3", replace(GOOD, shares={**GOOD.shares, "WLD": shares(0.6, 1.0, 1.0, 1.2)})),
        ("T4", replace(GOOD, shares={**GOOD.shares, "WLD": shares(0.3, 0.3, 0.3, 1.2)})),
        ("T4", replace(GOOD, shares={**GOOD.shares, "WLD": shares(0.9, 0.3, 0.9, 1.2)})),
        ("T5", replace(GOOD, stop_day=76.0)),
        ("T5", replace(GOOD, stop_day=29.0)),
        ("T6", replace(GOOD, oxides=shares(1.0, 0.99, 1.0))),
        ("T7", replace(GOOD, light=shares(1.0, 1.0, 1.0))),
    ],
)
def test_each_target_of_april_fails_outside_them(id: str, run: Account) -> None:
    assert april(run)[id].verdict == "fail"


def test_several_runs_are_judged_and_the_first_is_shown() -> None:
    bad = replace(GOOD, shares={**GOOD.shares, "WLD": shares(0.6, 0.35, 0.6, 1.2)})
    found = april(GOOD, bad, bad)["T1"]
    assert (found.verdict, found.passed, found.runs, found.model) == ("pass", 1, 3, 0.3)


def test_the_rival_is_judged_by_the_same_bounds_and_is_silent_on_the_rest() -> None:
    assert {id: v.constant_cut for id, v in april(GOOD).items()} == {
        **dict.fromkeys(("T1", "T2"), "fail"),
        **dict.fromkeys(("T3", "T4"), "pass"),
        **dict.fromkeys(("T5", "T6", "T7", "T8a", "T8b"), ""),
    }


def test_what_a_run_does_not_say_is_neither_pass_nor_fail() -> None:
    found = april(Account({}))
    assert {v.verdict for v in found.values()} == {""}
    assert found["T1"].passed == 0


def test_targets_of_the_other_cases() -> None:
    seen = Account({"WLD": shares(1.1, 0.3, 1.2, 1.0)}, 1000.0)
    run = Account({"WLD": shares(1.0, 0.34, 1.0, 1.0)}, 1000.0)
    found = {v.id: v for v in judge(JAPAN_2010, seen, [run], run, MONTHS)}
    assert (found["J1"].low, found["J1"].high) == (pytest.approx(0.25), pytest.approx(0.35))
    assert [found[id].verdict for id in ("J1", "J2", "J3")] == ["pass", "pass", "pass"]
    assert found["J3"].observed == pytest.approx(600.0)
    assert found["J3"].model == pytest.approx(660.0)
    quiet, loud = Account({}, alarm=0.01), Account({}, alarm=0.011)
    (alarm,) = judge(PRICE_2021, Account({}), [quiet, loud], Account({}), MONTHS)
    assert (alarm.verdict, alarm.passed, alarm.runs) == ("pass", 1, 2)


def test_the_defaults_are_those_that_the_reasons_name() -> None:
    licence = ExportLicence(name="l")
    assert licence.caught == 0.55
    assert dict(licence.approval)[61.0] == 0.25
    assert dict(licence.approval)[87.0] == 0.60
