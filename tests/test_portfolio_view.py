"""The frontier for people and for the disk: figures, words, curves, links, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from spreads import BARE
from test_portfolio import BOTH_OUT, NETWORK, plant, spend, stock

import loaders.portfolios
from graph.contingency import SITE, bench_of
from graph.portfolio import GREEDY, OPTIMAL, Frontier, Measure, Portfolio
from graph.scenario import NewCapacity, Stockpile
from graph.who import Who
from loaders.chokepoints import Desk
from loaders.measures import NotOffered
from loaders.portfolios import Question, frontier_of, kept_frontier
from ui import theme
from ui.charts.portfolio import frontier_chart
from ui.viewmodels import portfolio as view

NBSP = "\u00a0"
EU = Who(countries=("EU27",))


def half(number: int, after: str = "") -> Measure:
    """Thirty days of magnets for the EU."""
    name = f"stock-{number}"
    lever = Stockpile(
        name=name, action="release", material="ndfeb", days=30, buyers=EU, end_week=52
    )
    return Measure(lever, "", (78e6, 85e6, 96e6), ("STK17", "PRC13"), after)


PLANT = Measure(
    NewCapacity(name="plant", material="ndfeb", tonnes_per_year=1000.0, ramp_weeks=0, buyers=EU),
    "",
    (50e6, 100e6, 250e6),
    ("CPX06",),
)
MEASURES = (half(1), half(2, after="stock-1"), PLANT)


def bought(method: str, *measures: str, **more: object) -> Portfolio:
    made = Portfolio(
        budget=200e6,
        method=method,
        measures=measures,
        cost=(156e6, 170e6, 192e6),
        best_case_usd=60e9,
        best_case_rank=1,
        weekly_usd=90e9,
        weekly_rank=2,
        bound_usd=None,
        gap_usd=None,
        is_proven=False,
        in_every_good=(),
    )
    return replace(made, **more)


FOUND = Frontier(
    scenarios=("stop",),
    weights=(1.0,),
    weeks=52,
    nothing_best_case_usd=80e9,
    nothing_weekly_usd=100e9,
    portfolios=(
        bought(GREEDY, "plant", cost=(50e6, 100e6, 250e6), best_case_rank=2, weekly_rank=1),
        bought(
            OPTIMAL,
            *("stock-1", "stock-2"),
            bound_usd=60e9,
            gap_usd=0.0,
            is_proven=True,
            in_every_good=("stock-1", "stock-2"),
        ),
    ),
    programs=7,
)


def plain(said: str) -> str:
    return said.replace(NBSP, " ")


def test_budgets_double_up_to_the_one_given() -> None:
    assert view.budgets_to(500e6) == (125e6, 250e6, 500e6)
    assert view.budgets_to(8.0, 1) == (8.0,)
    assert view.budgets_to(8.0, 4) == (1.0, 2.0, 4.0, 8.0)


@pytest.mark.parametrize(
    ("told", "weights"),
    [
        ("", {}),
        ("a", {"a": 1.0}),
        ("a,b=2.5", {"a": 1.0, "b": 2.5}),
        ("a=0,b=-1,c=2", {"c": 2.0}),
        ("a=nan,b=inf,c=x", {}),
        ("a=0.09,b=0.1,c=100", {"b": 0.1, "c": 100.0}),
        ("a=101,<script>=1,d", {}),
    ],
)
def test_a_link_names_scenarios_with_weights(told: str, weights: dict[str, float]) -> None:
    assert view.read_threats(told, ("a", "b", "c")) == weights


def test_scenarios_come_back_from_a_link() -> None:
    weights = {"a": 1.0, "b": 2.5}
    assert view.told_threats(weights) == "a,b=2.5"
    assert view.read_threats(view.told_threats(weights), weights) == weights


def test_the_portfolios_stand_with_cost_loss_and_change_of_rank() -> None:
    """60 of 80 bn and 90 of 100 bn are left; the optimum falls from rank 1 to 2."""
    greedy, optimal = view.table(FOUND, "v").rows
    assert {**optimal, "Budget": plain(str(optimal["Budget"]))} == {
        "Budget": "200 m USD",
        "Bought": "Optimal",
        "Measures": 2,
        "Cost, USD": 170e6,
        "Low": 156e6,
        "High": 192e6,
        "Avoided, best case": 25.0,
        "Rank, best case": 1,
        "Avoided, weekly": 10.0,
        "Rank, weekly": 2,
        "Change of rank": "+1",
        "Proof": "optimal",
    }
    assert (greedy["Change of rank"], greedy["Proof"]) == ("−1", "")
    assert plain(view.proof(replace(FOUND.portfolios[1], is_proven=False, gap_usd=2e9))) == (
        "gap 2.00 bn USD"
    )


def test_each_measure_says_in_which_portfolio_it_is_and_what_no_good_one_lacks() -> None:
    found = view.bought(FOUND, MEASURES, "v").rows
    heads = [f"Optimal, 200{NBSP}m{NBSP}USD", f"Greedy, 200{NBSP}m{NBSP}USD"]
    assert [[row["Measure"], *(row[head] for head in heads)] for row in found] == [
        ["NdFeB magnets, 30 days for the EU (first half)", "in every good one", None],
        ["NdFeB magnets, 30 days for the EU (second half)", "in every good one", None],
        [f"NdFeB magnets, plant of {1000:,} t a year for the EU", None, "bought"],
    ]
    assert found[2]["Rows"] == "CPX06"
    assert (found[2]["Low"], found[2]["Cost, USD"], found[2]["High"]) == (50e6, 100e6, 250e6)
    said = view.needed(FOUND, MEASURES)
    assert [plain(each) for each in said] == ["200 m USD: NdFeB magnets, 60 days for the EU."]
    none = replace(FOUND, portfolios=(bought(OPTIMAL),))
    assert plain(view.needed(none, MEASURES)[0]) == "200 m USD: none."


def test_the_finding_is_that_of_the_largest_budget() -> None:
    assert plain(view.finding(FOUND, {"stop": "Nothing leaves"})) == (
        "200 m USD, spent as well as can be, avoid 25 % of the loss in the best case and 10 % in "
        "the weekly model (Nothing leaves)."
    )
    assert plain(view.losses(FOUND)) == (
        "With nothing bought 100 bn USD are lost in 52 weeks of the weekly model, 80.0 bn USD in "
        "the best case."
    )
    safe = replace(FOUND, nothing_best_case_usd=0.0)
    assert view.finding(safe, {}).startswith("The best case loses nothing (stop)")
    assert view.table(safe, "v").rows[0]["Avoided, best case"] is None
    assert {curve.is_weekly for curve in view.curves(safe)} == {True}


def test_the_curves_begin_with_nothing_bought() -> None:
    weekly, greedy, best, _ = view.curves(FOUND)
    assert [(point.cost[1], point.left) for point in weekly.points] == [(0.0, 1.0), (170e6, 0.9)]
    assert [(point.cost[1], point.left) for point in best.points] == [(0.0, 1.0), (170e6, 0.75)]
    assert greedy.points[1].cost == (50e6, 100e6, 250e6)
    figure = frontier_chart(view.curves(FOUND), theme.INKS["dark"])
    assert [line.name for line in figure.data] == [
        "Optimal, weekly model",
        "Greedy, weekly model",
        "Optimal, best case",
        "Greedy, best case",
    ]
    assert [line.line.dash for line in figure.data] == ["solid", "solid", "dash", "dash"]
    assert list(figure.data[1].error_x.array) == [0.0, 150e6]
    assert list(figure.data[1].error_x.arrayminus) == [0.0, 50e6]


def test_the_file_for_a_spreadsheet_holds_every_figure() -> None:
    head, greedy, _ = view.csv(FOUND).splitlines()
    row = dict(zip(head.split(","), greedy.split(","), strict=True))
    assert (row["cost_low_usd"], row["cost_usd"], row["cost_high_usd"]) == (
        "50000000.0",
        "100000000.0",
        "250000000.0",
    )
    assert (row["weekly_rank"], row["best_case_rank"]) == ("1", "2")


def test_what_is_not_offered_says_why() -> None:
    assert view.not_offered([NotOffered("Motors", "no row")]) == [
        {"Not offered": "Motors", "Because": "no row"}
    ]


def desk(mark: str = "tables") -> Desk:
    return Desk(None, NETWORK, BARE, {}, {}, bench_of(NETWORK, BARE), SITE, (), mark)


OFFER = [stock("b", 4, 6.0), stock("c", 4, 10.0), plant("b", 26.0, 100.0)]
ASKED = Question((100.0,), ((BOTH_OUT, 1.0),))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loaders.portfolios, "_cache_folder", lambda: tmp_path / "portfolios")
    return tmp_path / "portfolios"


@pytest.mark.usefixtures("cache")
def test_a_frontier_is_made_once_and_read_back_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, float]] = []
    made = frontier_of(desk(), OFFER, ASKED, progress=lambda *told: heard.append(told))
    assert made == spend(OFFER, 100.0)
    assert {said for said, _ in heard} == {"budget of 100 USD"}
    parts = [part for _, part in heard]
    assert parts == sorted(parts)
    assert len(parts) > made.programs  # every program and every run is told
    monkeypatch.setattr(loaders.portfolios, "frontier", None)  # from here on nothing is made
    assert frontier_of(desk(), OFFER, ASKED) == made
    others = [
        kept_frontier(desk("other tables"), ASKED),
        kept_frontier(desk(), replace(ASKED, budgets=(99.0,))),
        kept_frontier(desk(), replace(ASKED, scenarios=((BOTH_OUT, 2.0),))),
    ]
    assert others == [None] * 3


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"portfolios": [{}]}'])
def test_a_damaged_file_counts_as_none(cache: Path, content: str) -> None:
    frontier_of(desk(), OFFER, ASKED)
    (file,) = cache.glob("*.json")
    file.write_text(content)
    assert kept_frontier(desk(), ASKED) is None


def test_what_a_reader_brings_and_what_is_cancelled_is_not_kept(cache: Path) -> None:
    frontier_of(desk(mark=""), OFFER, ASKED)

    def cancel(_said: str, part: float) -> None:
        if part > 0:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        frontier_of(desk(), OFFER, ASKED, progress=cancel)
    assert list(cache.glob("*")) == []
