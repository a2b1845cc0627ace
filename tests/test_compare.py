"""Scenarios held against each other, on losses that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from networks import USGS, site, six_sites

from graph.ensemble import Outcome
from graph.losses import EndUseLoss, SiteLoss
from graph.model import Stage
from graph.money import Bill
from graph.network import Network
from graph.portfolio import GREEDY, OPTIMAL, Frontier, Portfolio
from graph.scenario import (
    Outage,
    PriceFall,
    PriceFloor,
    Scenario,
    UnitCost,
)
from graph.spread import Result, simulate
from ui import theme
from ui.charts.compare import weeks_chart
from ui.charts.compare_frontier import answers_chart
from ui.charts.plot import plot, ticks
from ui.comparisons import opening, read_against, shipped_of, told_against
from ui.viewmodels import compare, compare_bands, compare_frontier, gains
from ui.viewmodels.compare import Amount, Side

NB = "\u00a0"
NAMES = {"USA": "United States", "DEU": "Germany", "JPN": "Japan", "CHN": "China"}
PRICE = {"cars": 50_000.0, "vans": 20_000.0}


def loss(id: str, country: str, lost: float, first: int | None, **more: object) -> EndUseLoss:
    """`lost` of 1,000 goods made in ten weeks; a drone has no known value."""
    made: dict[str, object] = {
        "id": id,
        "name": id.title(),
        "sector": "defence" if id == "drones" else "EV",
        "country": country,
        "unit": "drones" if id == "drones" else "vehicles",
        "baseline_per_week": 100.0,
        "lost_units": lost,
        "deferred_units": 0.0,
        "lost_share": lost / 1000,
        "lost_usd": lost * PRICE[id] if id in PRICE else None,
        "first_loss_week": first,
        "worst_week": first,
        "worst_share": 0.5,
        "recovered_week": None,
    }
    return EndUseLoss(**(made | more))  # type: ignore[arg-type]


def result(
    cars: float, vans: float, drones: float, first: int | None, bills: tuple[Bill, ...] = ()
) -> Result:
    """Ten weeks; all that the cars lose they lose in week 4."""
    activity = [1.0] * 10
    activity[4] = 1 - cars / 100
    flat = (1.0,) * 10
    sites = (
        SiteLoss("cars", "Cars", "end_use", "USA", cars / 1000, 4, 4, 0.0, tuple(activity)),
        SiteLoss("vans", "Vans", "end_use", "DEU", 0.0, None, None, 0.0, flat),
        SiteLoss("drones", "Drones", "end_use", "USA", 0.0, None, None, 0.0, flat),
        SiteLoss("magnet_jp", "Magnet Jp", "magnet", "JPN", 0.0, None, None, 0.0, (1.02,) * 10),
        SiteLoss("magnet_cn", "Magnet Cn", "magnet", "CHN", 0.0, None, None, 0.0, (1.50,) * 10),
    )
    end_uses = (
        loss("cars", "USA", cars, first),
        loss("vans", "DEU", vans, 6 if vans else None),
        loss("drones", "USA", drones, 8 if drones else None),
    )
    return Result("x", "test", 10, 7, end_uses, sites, (), (), (), (), bills, (), ())


def network() -> Network:
    def end_use(id: str, country: str) -> object:
        return site(id, Stage.END_USE, country, usd_per_unit=PRICE.get(id))

    places = [end_use("cars", "USA"), end_use("vans", "DEU"), end_use("drones", "USA")]
    makers = [site("magnet_jp", Stage.MAGNET, "JPN"), site("magnet_cn", Stage.MAGNET, "CHN")]
    return Network.of([*places, *makers], [], snapshot="test", year=2025, sources=(USGS,))  # type: ignore[list-item]


def three() -> tuple[Side, ...]:
    """A: 100 cars, 50 vans, 10 drones; B: 40 cars, 100 vans, none; C: as A."""
    bill = Bill("CHN", 2e6, 0.0, 0.0, 0.0, 0.0, 6e6, 0.0)
    scenarios = [Scenario(name, title, "", ()) for name, title in
                 (("a", "No answer"), ("b", "Answer"), ("c", "Same again"))]  # fmt: skip
    first = result(100, 50, 10, 4, (bill,))
    return compare.sides(zip(scenarios, (first, result(40, 100, 0, 5), first), strict=True))


def test_the_headline_says_which_how_much_and_for_whom() -> None:
    """A loses 100 x 50,000 + 50 x 20,000 = 6 m USD; B 2 + 2 = 4 m. Cars in the USA: 5 - 2 m."""
    said = compare.headline(three(), "all end uses together", NAMES)
    assert said == (
        f"A, “No answer”, costs all end uses together most: 6.00{NB}m{NB}USD within 10 weeks. B, "
        f"“Answer”, costs least: 2.00{NB}m{NB}USD less (33{NB}%). The difference is largest for EV "
        f"in United States: 3.00{NB}m{NB}USD."
    )


def test_one_end_use_is_told_in_its_own_goods() -> None:
    said = compare.headline(three(), "Drones", NAMES, "drones")
    assert said == (
        f"A, “No answer”, costs Drones most: 10.0{NB}drones within 10 weeks. B, “Answer”, costs "
        f"least: 10.0{NB}drones less (100{NB}%)."
    )
    assert compare.amount(three()[0], "vans") == Amount(1e6, "USD")


def test_nothing_lost_and_nothing_apart_are_said_plainly() -> None:
    a, _, c = three()
    assert compare.headline((a, c), "x", NAMES) == (
        f"All cost x the same: 6.00{NB}m{NB}USD within 10 weeks."
    )
    calm = compare.sides([(a.scenario, result(0, 0, 0, None))] * 2)
    assert compare.headline(calm, "x", NAMES).startswith("None of them costs x anything")
    assert compare.compared_losses(calm, NAMES) == []
    assert compare.tiles(calm)[0].detail == "Nobody runs short."
    lines = compare.week_lines(calm, network(), "x")
    assert lines is not None
    assert lines.finding == "Loss of x by week. No week has a loss."


def test_goods_without_a_common_unit_are_not_added() -> None:
    mixed = loss("boats", "USA", 5, 1, unit="boats", sector="defence")
    a = three()[0]
    side = replace(a, result=replace(a.result, end_uses=(*a.result.end_uses, mixed)))
    assert compare.amount(side, "defence") is None
    assert compare.week_lines((side, side), network(), "defence", "defence") is None
    assert "no common unit" in compare.headline((side, side), "defence", NAMES, "defence")


def test_tiles_hold_the_others_against_the_first() -> None:
    first, second, third = compare.tiles(three())
    assert (first.head, first.value) == ("A: No answer", f"6.00{NB}m{NB}USD")
    assert first.detail == f"3 end uses of 3 run short, first Cars in week{NB}4."
    assert second.against == f"−2.00{NB}m{NB}USD against A (33{NB}% less)"
    assert third.against == "0 against A"


def test_lines_hold_the_loss_of_every_week() -> None:
    """100 cars of 50,000 USD in week 4, and nothing in the others."""
    lines = compare.week_lines(three(), network(), "all end uses together")
    assert lines is not None
    assert lines.unit == "USD"
    assert lines.lines[0].values == pytest.approx((0, 0, 0, 0, 5e6, 0, 0, 0, 0, 0))
    assert lines.lines[1].values[4] == pytest.approx(2e6)
    assert f"Highest: A 5.00{NB}m{NB}USD in week{NB}4, B 2.00{NB}m{NB}USD" in lines.finding


def test_weeks_of_a_real_run_add_up_to_what_it_lost() -> None:
    """Metal stops to the end: no overtime makes anything up."""
    stop = Scenario("stop", "Stop", "", (Outage(name="stop", sites=("metal_vn",)),))
    side = compare.sides([(stop, simulate(six_sites(), stop))])
    lines = compare.week_lines(side, six_sites(), "x")
    lost = side[0].result.end_uses[0].lost_usd
    assert lines is not None
    assert lost is not None
    assert lost > 1e9
    assert sum(lines.lines[0].values) == pytest.approx(lost)


def test_the_table_sorts_by_the_largest_difference() -> None:
    found = compare.compared_losses(three(), NAMES)
    assert [row.id for row in found] == ["cars", "vans", "drones"]
    table = compare.differences(three(), found, "view", "finding")
    cars, vans, drones = table.rows
    assert (cars["A: output lost"], cars["A: lost"], cars["A: USD"]) == (10.0, 100.0, 5e6)
    assert (cars["B − A: output"], cars["B − A: goods"], cars["B − A: USD"]) == (-6.0, -60.0, -3e6)
    assert (vans["B − A: USD"], vans["C − A: USD"]) == (1e6, 0.0)
    assert (drones["Goods"], drones["B − A: goods"], drones["B − A: USD"]) == ("drones", -10, None)
    assert [row.id for row in compare.compared_losses(three(), NAMES, "defence")] == ["drones"]


def test_the_first_week_short_stands_for_every_scenario() -> None:
    table = compare.first_weeks(compare.compared_losses(three(), NAMES), three())
    assert table.finding == (
        f"First week in which an end use runs short: A week{NB}4, B week{NB}5, C week{NB}4."
    )
    assert [(row["End use"], row["A"], row["B"]) for row in table.rows] == [
        ("Cars", 4, 5),
        ("Vans", 6, 6),
        ("Drones", 8, None),
    ]


def test_who_gains_is_counted_and_named() -> None:
    found = compare.compared_losses(three(), NAMES)
    b, c = gains.sentences(found, three())
    assert b == (
        "B against A: less is lost by 2 end uses, more by 1. United States gains most, "
        f"3.00{NB}m{NB}USD. Germany loses 1.00{NB}m{NB}USD more."
    )
    assert c == "C against A: all end uses lose the same."
    assert gains.countries(found, three()).rows == [
        {"Country": "United States", "A: USD": 5e6, "B − A: USD": -3e6, "C − A: USD": 0.0},
        {"Country": "Germany", "A: USD": 1e6, "B − A: USD": 1e6, "C − A: USD": 0.0},
    ]


def test_plants_outside_china_that_make_more_are_named() -> None:
    table = gains.makers(three(), network(), NAMES)
    assert [row["Plant"] for row in table.rows] == ["Magnet Jp"]
    assert table.rows[0]["A"] == 2.0
    assert table.finding.startswith("1 plant outside China")


def test_plants_stand_beside_a_fallen_price() -> None:
    """Cost 60 and 44 at a price of 55: a floor of 110 holds the first, else it stops."""
    costs = (UnitCost("magnet_jp", 60.0), UnitCost("cars", 44.0))
    fall = PriceFall(name="fall", price=55.0, costs=costs)
    floor = PriceFloor(name="floor", usd_per_kg=110.0, sites=("magnet_jp",))
    a, b, c = three()
    held = (
        replace(a, scenario=replace(a.scenario, levers=(fall,))),
        replace(b, scenario=replace(b.scenario, levers=(fall, floor))),
        c,
    )
    assert gains.floors(held, network(), NAMES).rows == [
        {
            **{"Plant": "Magnet Jp", "Country": "Japan", "Cost, USD/kg": 60.0},
            **{"A": "at 55: stops after 13 weeks", "B": "at 55: a floor holds it"},
            "C": "the price does not fall",
        },
        {
            **{"Plant": "Cars", "Country": "United States", "Cost, USD/kg": 44.0},
            **{"A": "at 55: earns its cost", "B": "at 55: earns its cost"},
            "C": "the price does not fall",
        },
    ]
    assert gains.floors(three(), network(), NAMES).rows == []


def test_the_bills_stand_beside_each_other() -> None:
    table = gains.bills(three(), NAMES)
    assert [(row["Scenario"], row["Side"], row["Own loss"]) for row in table.rows] == [
        ("A", "China", 2e6),
        ("C", "China", 2e6),
    ]
    assert table.rows[0]["Loss abroad for each USD of its own"] == 3.0
    assert list(table.rows[0])[2:5] == list(gains.FIRST_OF_BILL[1:])


def drawn(cars: list[float], draw: float) -> list[Outcome]:
    """Runs that lose cars alone, at 50,000 USD each; drones have no value."""
    return [
        Outcome(
            run,
            {"STK01": draw + run},
            ("cars", "drones"),
            np.ones((10, 2)),
            np.array([lost / 1000, 0.0]),
            np.array([lost, 3.0]),
            np.array([lost * 50_000, np.nan]),
        )
        for run, lost in enumerate(cars)
    ]


def test_many_runs_are_told_as_bands_and_run_against_run() -> None:
    """Of three runs B costs less in two; C drew other values and is not set against A."""
    runs = [drawn([10, 20, 30], 1), drawn([5, 40, 10], 1), drawn([1, 1, 1], 2)]
    table = compare_bands.table(three(), runs)
    assert [row["Median"] for row in table.rows] == [1e6, 5e5, 5e4]
    assert (table.rows[0]["5 %"], table.rows[0]["95 %"]) == (5.5e5, 1.45e6)
    assert (table.rows[0]["At base values"], table.rows[0]["Unit"]) == (6e6, "USD")
    assert compare_bands.sentences(three(), runs) == [
        f"B costs less than A in 2 of 3 runs; the median difference is −250,000{NB}USD."
    ]
    goods = compare_bands.table(three(), runs, "drones")
    assert [row["Median"] for row in goods.rows] == [3.0, 3.0, 3.0]


def test_bands_lie_around_the_lines_and_beside_the_figures() -> None:
    """In week 4 the runs lose 10, 20 and 30 cars: 5 and 95 % lie at 11 and 29 cars."""
    runs = []
    for run, lost in enumerate((10, 20, 30)):
        made = np.ones((10, 2))
        made[4, 0] = 1 - lost / 100
        runs.append(replace(drawn([lost], 1)[0], run=run, made=made))
    a = three()[:1]
    lines = compare.week_lines(a, network(), "x")
    assert lines is not None
    banded = compare_bands.over_weeks(lines, a, [runs], network())
    low, high = banded.lines[0].band[4]
    assert (round(low), round(high)) == (11 * 50_000, 29 * 50_000)
    assert banded.lines[0].band[3] == (0.0, 0.0)
    assert banded.finding.endswith(
        "Bands: 5 to 95 % of 3 runs; in the highest week of its line A "
        f"550,000{NB}USD to 1.45{NB}m{NB}USD."
    )
    figure = weeks_chart(banded, theme.INK_DARK)
    assert [trace.fill for trace in figure.data] == [None, "tonexty", None]
    assert figure.data[1].fillcolor == "#C4374B1C"
    assert [trace.showlegend for trace in figure.data] == [False, False, None]
    assert len(weeks_chart(lines, theme.INK_DARK).data) == 1
    assert compare_bands.spans(a, [runs]) == [
        f"550,000{NB}USD to 1.45{NB}m{NB}USD in nine runs of ten"
    ]


def portfolio(budget: float, method: str, cost: float, left: float) -> Portfolio:
    measures = ("stock",) if cost else ()
    spread = (cost * 0.8, cost, cost * 2)
    return Portfolio(budget, method, measures, spread, 0.0, 1, left, 1, None, None, False, ())


def frontier(before: float, *found: Portfolio) -> Frontier:
    return Frontier(("x",), (1.0,), 10, 0.0, before, found, 1)


def test_the_frontier_takes_the_better_portfolio_of_each_budget() -> None:
    """Greedy leaves 60 and 40 of 80 m; where it buys no better than nothing, nothing is bought."""
    first = frontier(
        80e6,
        portfolio(10e6, GREEDY, 9e6, 60e6),
        portfolio(10e6, OPTIMAL, 0.0, 80e6),
        portfolio(20e6, GREEDY, 18e6, 50e6),
        portfolio(20e6, OPTIMAL, 15e6, 40e6),
    )
    second = frontier(0.0, portfolio(20e6, GREEDY, 0.0, 0.0), portfolio(20e6, OPTIMAL, 0.0, 0.0))
    a, b = three()[:2]
    lines = compare_frontier.lines((a, b), (first, second))
    assert [(spot.cost[1], spot.left) for spot in lines[0].spots] == [
        (0.0, 80e6),
        (9e6, 60e6),
        (15e6, 40e6),
    ]
    assert lines[0].spots[2].label == (
        f"A, 15.0{NB}m{NB}USD: 40.0{NB}m{NB}USD still lost, 50{NB}% avoided"
    )
    assert [spot.left for spot in lines[1].spots] == [0.0]
    assert compare_frontier.finding((a, b), (first, second)) == (
        f"For 20.0{NB}m{NB}USD the loss falls: A from 80.0{NB}m{NB}USD to 40.0{NB}m{NB}USD and B "
        f"from 0{NB}USD to 0{NB}USD."
    )
    rows = compare_frontier.table((a, b), (first, second)).rows
    assert [(row["Bought"], row["Still lost, USD"], row["Avoided"]) for row in rows] == [
        ("Greedy", 60e6, 25.0),
        ("Optimal", 40e6, 50.0),
        ("nothing", 0.0, None),
    ]
    figure = answers_chart(lines, theme.INKS["dark"])
    assert [trace.name for trace in figure.data] == ["A: No answer", "B: Answer"]
    assert list(figure.data[0].error_x.array) == [0.0, 9e6, 15e6]
    assert list(figure.layout.xaxis.ticktext)[:2] == ["0", "5 m".replace(" ", NB)]


def test_names_in_the_chart_are_never_markup() -> None:
    a, b, _ = three()
    hostile = replace(a, scenario=replace(a.scenario, title="<b onclick=x>title</b>"))
    lines = compare.week_lines((hostile, b), network(), "x")
    assert lines is not None
    drawn = str(weeks_chart(lines, theme.INK_DARK).to_plotly_json())
    assert "<b onclick" not in drawn
    assert "&lt;b onclick=x&gt;" in drawn


def test_a_link_names_at_most_four_known_scenarios_once() -> None:
    known = {name: Scenario(name, name, "", ()) for name in "abcdef"}
    assert read_against("a,b,a,<x>,c,d,e", known) == ["a", "b", "c", "d"]
    assert read_against("", known) == []
    assert told_against(["b", "a"]) == "b,a"
    assert opening(known) == ["a", "b", "c", "d"]
    assert shipped_of(["own", "b", "kept", "a"], known) == ["b", "a"]


def test_axes_have_round_marks_and_hold_zero() -> None:
    assert ticks(-1.1, 9.7) == [-2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    drawn = plot([[0.0, 10.0], [0.0, 10.0]], 172.0, 140.0, str, (60.0, 20.0, 12.0, 20.0))
    assert drawn.lines[0] == ((60.0, 120.0), (160.0, 20.0))
    assert drawn.zero == 120.0
    assert drawn.letters == ((160.0, 16.0), (172.0, 16.0))
    assert plot([[0.0, 0.0]], 100.0, 100.0, str).lines[0][0][1] == plot([[0.0]], 100, 100, str).zero


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(4e9, "USD", f"4{NB}bn"), (-2.5e9, "USD", f"−2.5{NB}bn"), (0.0, "USD", "0"),
     (2000.0, "vehicles", "2,000"), (100.0, "t magnets", "100")],
)  # fmt: skip
def test_marks_are_short(value: float, unit: str, expected: str) -> None:
    assert compare.short(value, unit) == expected
