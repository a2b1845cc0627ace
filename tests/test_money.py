"""What measures cost the side that imposes them, and prices abroad: sums worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites
from spreads import ALL_HEAVY, BARE, run, two_buyers

from graph.errors import ScenarioError
from graph.ladder import climbed, relieved
from graph.money import Bill, PricePath
from graph.scenario import (
    NOTHING,
    Agreement,
    Lever,
    Outage,
    Pair,
    Quota,
    Scenario,
    Stockpile,
    Tariff,
    Whitelist,
)
from graph.spread import simulate
from graph.who import Who

EMBARGO = Quota(name="embargo", scope="export", kept=0.0, materials=("ndfeb",))
DUTY = Tariff(
    name="duty",
    rate=0.25,
    sellers=Who(countries=("CHN",)),
    buyers=Who(countries=("USA",)),
    elasticity=0.0,
)


def bills(*levers: Lever, weeks: int = 6) -> dict[str, Bill]:
    return {
        bill.imposer: bill for bill in run(two_buyers(), *levers, weeks=weeks, p=ALL_HEAVY).bills
    }


def test_an_embargo_costs_its_imposer_the_exports() -> None:
    """Six weeks of two tonnes at 49 USD/kg."""
    (bill,) = bills(EMBARGO).values()
    assert bill.imposer == "CHN"
    assert bill.lost_exports == pytest.approx(6 * 2 * 49_000)
    assert bill.idle_magnets_t == pytest.approx(12.0)
    assert bill.own == pytest.approx(588_000)


def test_nothing_costs_nothing_and_nobody_imposed_it() -> None:
    assert simulate(two_buyers(), NOTHING, weeks=6).bills == ()


def test_a_duty_is_paid_by_goods_and_collected_by_its_imposer() -> None:
    """A quarter of six tonnes at 49 USD/kg; buyers bear all of it unless said otherwise."""
    (bill,) = bills(DUTY).values()
    assert bill.imposer == "USA"
    assert bill.duties_collected == pytest.approx(6 * 49_000 * 0.25)
    assert bill.own == 0
    assert bill.leverage is None
    both = bills(replace(DUTY, pass_through=0.6, end_week=2), replace(EMBARGO, start_week=2))
    china = both["CHN"]
    assert china.duties == pytest.approx(2 * 49_000 * 0.25)
    assert china.duties_borne == pytest.approx(0.4 * china.duties)
    assert china.own == pytest.approx(4 * 2 * 49_000 + china.duties_borne)
    assert both["USA"].duties_collected == pytest.approx(china.duties)


def test_leverage_is_the_loss_abroad_for_each_dollar_at_home() -> None:
    bill = Bill(
        imposer="CHN",
        lost_exports=30.0,
        duties=100.0,
        duties_borne=10.0,
        duties_collected=0.0,
        own_end_uses=10.0,
        abroad=500.0,
        idle_magnets_t=0.0,
    )
    assert bill.leverage == 10.0
    more_left_than_before = replace(bill, lost_exports=-30.0)
    assert more_left_than_before.own == 20.0


def test_a_price_clears_what_is_left_up_to_the_gap_once_seen() -> None:
    """A twentieth less oxide in week 1 is a fortieth less oxide and metal together, and
    0.975 ** (1 / -0.08) is 1.372; with nothing left the price stops at three times."""
    strike = Outage(name="strike", sites=("sep_my",), remaining=0.95, start_week=1, end_week=3)
    result = run(six_sites(), strike, weeks=5, p=BARE)
    by_element = {path.element: path for path in result.prices}
    ndpr = by_element["NdPr"]
    assert ndpr.usd_per_kg == 69
    assert ndpr.multiple[0] == 1.0
    assert ndpr.multiple[1] == pytest.approx(1.3723, abs=1e-4)
    shut = run(six_sites(), replace(strike, remaining=0.0), weeks=5, p=BARE)
    assert max(shut.prices[0].multiple) == 3.0


def test_prices_rest_where_nothing_happens() -> None:
    for path in simulate(six_sites(), NOTHING, weeks=4).prices:
        assert path == PricePath(path.element, path.usd_per_kg, (1.0,) * 4)


TRUCE = Agreement(name="truce", start_week=9, lifts=("duty", "embargo"))
LADDER = Scenario(
    "ladder",
    "",
    "",
    (
        replace(EMBARGO, start_week=4),
        DUTY,
        Whitelist(name="friends", start_week=2, pairs=(Pair(buyer="us"),)),
        TRUCE,
    ),
)


def names(scenario: Scenario) -> list[str]:
    return [lever.name for lever in scenario.levers]


def test_a_ladder_is_climbed_by_week_whatever_the_order_written() -> None:
    assert names(climbed(LADDER, 1)) == ["duty"]
    assert climbed(LADDER, 1).title == " (1 of 4 steps)"
    assert names(climbed(LADDER, 2)) == ["duty", "friends"]
    assert names(climbed(LADDER, 3)) == ["embargo", "duty", "friends"]
    assert climbed(LADDER, 4) == LADDER
    for steps in (0, 5):
        with pytest.raises(ScenarioError, match=f"ladder has 4 steps; choose 1 to 4, got {steps}"):
            climbed(LADDER, steps)


def test_what_refers_to_later_steps_only_is_left_out_with_them() -> None:
    early_truce = replace(TRUCE, start_week=1)
    listed = Whitelist(
        name="list", start_week=1, pairs=(Pair(buyer="us"),), exempt_from=("embargo",)
    )
    ladder = replace(LADDER, levers=(LADDER.levers[0], DUTY, listed, early_truce))
    cut = climbed(ladder, 3)
    assert names(cut) == ["duty", "truce"]
    assert cut.levers[1] == replace(early_truce, lifts=("duty",))


def test_relief_lifts_measures_and_leaves_accidents_and_answers() -> None:
    stock = Stockpile(name="stock", action="release", material="ndfeb", days=7.0, end_week=2)
    strike = Outage(name="strike", sites=("maker",))
    lifted = relieved(replace(LADDER, levers=(EMBARGO, DUTY, stock, strike)), 3)
    assert lifted.levers[-1] == Agreement(
        name="relief in week 3", start_week=3, lifts=("embargo", "duty")
    )
    with pytest.raises(ScenarioError, match="ladder has no measure that an agreement could lift"):
        relieved(replace(LADDER, levers=(strike,)), 3)


def test_a_run_left_early_costs_less() -> None:
    whole = run(two_buyers(), EMBARGO, weeks=10, p=ALL_HEAVY)
    left = simulate(
        two_buyers(),
        relieved(Scenario("e", "", "", (EMBARGO,)), 4),
        weeks=10,
        parameters=ALL_HEAVY,
    )
    assert left.bills[0].lost_exports < whole.bills[0].lost_exports
