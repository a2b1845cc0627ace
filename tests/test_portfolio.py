"""The best k: measures by hand on a small network, and the optimum against trying everything."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spreads import BARE
from test_interdiction import sold

from graph.contingency import bench_of
from graph.errors import ScenarioError
from graph.portfolio import GREEDY, OPTIMAL, Frontier, Measure, Portfolio, frontier
from graph.scenario import NewCapacity, Outage, Scenario, Stockpile
from graph.who import Who
from loaders import tables
from loaders.kept import load_kept
from loaders.measures import MISSING, measures_of
from ui.cli import main

NETWORK = sold({("maker_b", "b"): 52.0, ("maker_c", "c"): 52.0}, {"b": 60.0, "c": 30.0})
"""A tonne of magnets a week each; b makes goods for 60 USD a year, c for 30."""
BOTH_OUT = Scenario(
    "both", "", "", (Outage(name="strike", sites=("maker_b", "maker_c")),), snapshot="test"
)
C_OUT = Scenario("c", "", "", (Outage(name="strike", sites=("maker_c",)),), snapshot="test")


def stock(use: str, weeks: float, usd: float, name: str = "", after: str = "") -> Measure:
    lever = Stockpile(
        name=name or f"stock_{use}",
        action="release",
        material="ndfeb",
        days=7 * weeks,
        buyers=Who(sites=(f"motor_{use}",)),
        end_week=52,
    )
    return Measure(lever, "", (usd / 2, usd, 2 * usd), ("STK17",), after)


def plant(use: str, tonnes: float, usd: float) -> Measure:
    lever = NewCapacity(
        name=f"plant_{use}",
        material="ndfeb",
        tonnes_per_year=tonnes,
        ramp_weeks=0,
        buyers=Who(sites=(f"motor_{use}",)),
    )
    return Measure(lever, "", (usd, usd, usd), ("CPX06",))


def spend(
    measures: list[Measure], *budgets: float, scenarios: tuple[Scenario, ...] = (BOTH_OUT,)
) -> Frontier:
    bench = bench_of(NETWORK, BARE)
    return frontier(NETWORK, bench, measures, [(each, 1.0) for each in scenarios], budgets)


def by_method(found: Frontier, method: str) -> list[Portfolio]:
    return [each for each in found.portfolios if each.method == method]


def test_a_stock_is_worth_the_weeks_it_lasts() -> None:
    """Four weeks of magnets save four weeks of use at the motor plant, 51/52 of it in time."""
    found = spend([stock("b", 4, 10.0), stock("c", 4, 10.0)], 10.0, 20.0)
    one, two = by_method(found, OPTIMAL)
    assert (one.measures, two.measures) == (("stock_b",), ("stock_b", "stock_c"))
    assert found.nothing_best_case_usd - one.best_case_usd == pytest.approx(60 / 52 * 4 * 51 / 52)
    assert found.nothing_best_case_usd - two.best_case_usd == pytest.approx(90 / 52 * 4 * 51 / 52)
    assert (one.cost, two.cost) == ((5.0, 10.0, 20.0), (10.0, 20.0, 40.0))
    assert one.weekly_usd < found.nothing_weekly_usd
    assert one.in_every_good == ("stock_b",)
    assert (one.best_case_rank, two.best_case_rank) == (3, 1)  # greedy has found both as well


def test_greedy_spends_on_what_is_cheap_and_cannot_pay_the_plant() -> None:
    """Per dollar the stock of b is best; the plant alone keeps 26 of the 52 weeks of b."""
    measures = [stock("b", 4, 6.0), stock("c", 4, 10.0), plant("b", 26.0, 100.0)]
    found = spend(measures, 100.0)
    (greedy,), (best,) = by_method(found, GREEDY), by_method(found, OPTIMAL)
    assert greedy.measures == ("stock_b", "stock_c")
    assert best.measures == ("plant_b",)
    assert best.is_proven
    assert best.gap_usd == pytest.approx(0.0, abs=1e-6)
    assert best.weekly_usd < greedy.weekly_usd
    assert (best.weekly_rank, greedy.weekly_rank) == (1, 2)


def test_scenarios_weigh_as_they_are_expected() -> None:
    """Where only c can be out, and twice as likely as both, its stock is worth more."""
    bench = bench_of(NETWORK, BARE)
    measures = [stock("b", 4, 10.0), stock("c", 4, 10.0)]
    found = frontier(NETWORK, bench, measures, [(BOTH_OUT, 1.0), (C_OUT, 2.0)], [10.0])
    assert found.weights == pytest.approx((1 / 3, 2 / 3))
    (best,) = by_method(found, OPTIMAL)
    assert best.measures == ("stock_c",)  # 30 in every case against 60 in one of three
    avoided = found.nothing_best_case_usd - best.best_case_usd
    assert avoided == pytest.approx(30 / 52 * 4 * 51 / 52)


def test_a_second_half_comes_after_the_first() -> None:
    measures = [stock("b", 4, 20.0, "b1"), stock("b", 4, 5.0, "b2", after="b1")]
    small, large = by_method(spend(measures, 10.0, 25.0), OPTIMAL)
    assert (small.measures, large.measures) == ((), ("b1", "b2"))
    assert [each.measures for each in by_method(spend(measures, 10.0), GREEDY)] == [()]


@pytest.mark.parametrize(
    ("measures", "budgets", "told"),
    [
        ([], (10.0,), "no measure to choose from"),
        ([stock("b", 4, 10.0)], (0.0,), "budgets must be above 0 USD, got"),
    ],
)
def test_what_makes_no_sense_is_an_error(
    measures: list[Measure], budgets: tuple[float, ...], told: str
) -> None:
    with pytest.raises(ScenarioError, match=told):
        spend(measures, *budgets)


COSTS = st.floats(1.0, 50.0)
WEEKS = st.floats(0.5, 20.0)


@settings(max_examples=10, deadline=None)
@given(
    costs=st.lists(COSTS, min_size=4, max_size=4),
    weeks=st.lists(WEEKS, min_size=4, max_size=4),
    budget=COSTS,
)
def test_the_optimum_is_that_of_all_portfolios_and_never_worse_for_more_money(
    costs: list[float], weeks: list[float], budget: float
) -> None:
    uses = ("b", "c", "b", "c")
    measures = [
        stock(use, lasts, usd, f"m{place}")
        for place, (use, lasts, usd) in enumerate(zip(uses, weeks, costs, strict=True))
    ]
    found = spend(measures, budget, 2 * budget)
    one, two = by_method(found, OPTIMAL)
    small = 1e-5 * found.nothing_best_case_usd
    worth = [usd * lasts for usd, lasts in zip((60, 30, 60, 30), weeks, strict=True)]
    kept = max(
        sum(worth[m] for m in chosen) * 51 / 52 / 52
        for size in range(5)
        for chosen in combinations(range(4), size)
        if sum(costs[m] for m in chosen) <= budget * (1 - 1e-9)
    )
    assert one.is_proven
    assert one.best_case_usd <= found.nothing_best_case_usd - kept + small
    assert two.best_case_usd <= one.best_case_usd + small
    for each in found.portfolios:
        assert each.cost[1] <= each.budget * (1 + 1e-6)


def test_the_shipped_measures_carry_the_rows_they_come_from() -> None:
    rows, network = tables(), load_kept(None, snapshot="2025")
    measures, missing = measures_of(rows, network, 52)
    known = {row.text("id") for row in rows["assumptions"]}
    assert missing == MISSING
    assert len({each.id for each in measures}) == len(measures)
    for each in measures:
        assert known.issuperset(each.rows)
        low, base, high = each.cost
        assert 0 < low <= base <= high
    (plant_eu,) = (each for each in measures if each.id == "plant-ndfeb-EU27")
    assert plant_eu.cost == pytest.approx((50e6, 100e6, 250e6))  # CPX06 for 1,000 t a year


def test_the_command_prints_measures_with_their_rows_and_what_is_not_offered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["portfolio", "--budget", "40e6", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["budget"] for each in found["portfolios"]] == [10e6, 10e6, 20e6, 20e6, 40e6, 40e6]
    optimal = [each for each in found["portfolios"] if each["method"] == OPTIMAL]
    assert all(each["is_proven"] for each in optimal)
    left = [each["best_case_usd"] for each in optimal]
    assert left == sorted(left, reverse=True)
    assert {tuple(each["rows"]) for each in found["measures"]} >= {("CPX06",)}
    assert len(found["not_offered"]) == len(MISSING)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--scenarios", "full-exprt-stop"], "Did you mean full-export-stop?"),
        (["--scenarios", "a=x"], "expected a number above 0"),
        (["--scenarios", ","], "expected names such as a,b"),
        (["--budget", "-3"], "expected a number above 0 such as 500e6"),
    ],
)
def test_wrong_use_of_the_command_says_what_to_do(
    capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert main(["portfolio", *options]) == 2
    assert told in capsys.readouterr().err
