"""Scenarios of one's own, and what a run did, on networks that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, site, six_sites

from graph.errors import ScenarioError
from graph.model import Stage
from graph.network import Network
from graph.scenario import (
    ContentRule,
    ExportLicence,
    Lever,
    NewCapacity,
    Outage,
    Scenario,
    Stockpile,
    Tariff,
)
from graph.spread import simulate
from graph.tracing import trace
from graph.who import Who
from ui import theme
from ui.charts.losses import loss_bars, value_chart
from ui.state import UrlState
from ui.viewmodels import measures, outcome
from ui.viewmodels.chain import Chain, chain
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.own_scenario import OWN, own_scenario

NAMES = {"CHN": "China", "AUS": "Australia", "JPN": "Japan", "USA": "United States"}


def view(network: Network) -> tuple[Ledger, Chain]:
    ledger = Ledger.of(network, trace(network))
    return ledger, chain(ledger, item("NdPr"), NAMES)


def stop_metal() -> Scenario:
    return Scenario("stop", "Metal stops", "No metal.", (Outage(name="stop", sites=("metal_vn",)),))


def test_the_outcome_names_the_loss_and_its_cause() -> None:
    network = six_sites()
    result = simulate(network, stop_metal())
    loss = result.end_uses[0]
    said = outcome.headline(result)
    assert said.startswith("1 end use of 1 lose output within 52 weeks")
    assert f"week\u00a0{loss.first_loss_week}" in said
    rows = outcome.losses(result, NAMES, {"ev_us": (2, 3)}).rows
    assert rows[0]["End use"] == "Ev Us"
    assert rows[0]["First stocks gone, week"] == 2
    assert rows[0]["Half of them, week"] == 3
    assert rows[0]["Lost"] == round(100 * loss.lost_share)
    because = outcome.causes(result, network).rows
    assert because[0]["Because of"] == "stop"
    assert because[0]["At"] == "Metal Vn"
    assert because[0]["Part of its loss"] == pytest.approx(100.0)


def test_nothing_lost_is_said_plainly() -> None:
    result = simulate(six_sites(), Scenario("nothing", "Nothing", "Nothing happens.", ()))
    assert outcome.headline(result).startswith("No end use loses anything in 52 weeks")
    assert outcome.losses(result, NAMES, {}).rows == []


def test_the_spread_follows_the_sites_of_each_box() -> None:
    network = six_sites()
    ledger, shown = view(network)
    result = simulate(network, stop_metal())
    frames = outcome.frames(ledger, shown, result)
    assert set(frames) == set(shown.boxes)
    assert frames["metal_alloy|VNM"][0] == pytest.approx(0.0)
    assert frames["mine|CHN"][0] == pytest.approx(1.0)
    assert len(frames["mine|AUS"]) == 52
    assert "metal" in outcome.spread_sentence(frames, shown, result)
    rows = outcome.spread_table(frames, shown, 0).rows
    metal = next(row for row in rows if row["Stage"] == "Metal & alloy")
    assert (metal["Lost in week 0"], metal["Worst week"]) == (100.0, 0)
    quiet = {id: [1.0, 1.0] for id in frames}
    assert outcome.spread_sentence(quiet, shown, result).startswith("No country loses")


def test_two_runs_stand_side_by_side() -> None:
    network = six_sites()
    long = simulate(network, stop_metal())
    short = simulate(
        network,
        Scenario("short", "Short", "x", (Outage(name="s", sites=("metal_vn",), end_week=30),)),
    )
    said = outcome.comparison(long, short, ("Long", "Short"))
    assert "“Short” costs" in said
    assert said.endswith("less.")
    rows = outcome.differences(long, short, ("Long", "Short"), NAMES).rows
    assert rows[0]["Difference, units"] < 0
    lines = outcome.value_lines([("Long", long), ("Short", short)], network)
    assert [len(values) for _, values in lines.series] == [52, 52]
    assert len(value_chart(lines, theme.INK_DARK).data) == 2
    bars = outcome.bars([("Long", long), ("Short", short)])
    assert bars.spans == ()
    assert bars.names == ("Ev Us",)
    assert [len(series) for _, series in bars.series] == [1, 1]


def one_lever(network: Network | None = None, **state: object) -> Lever:
    made = own_scenario(UrlState(**state), "x", network or six_sites())  # type: ignore[arg-type]
    (lever,) = made.levers
    return lever


def test_own_measures_become_levers() -> None:
    outage = own_scenario(
        UrlState(lever="outage", target="CHN|mine", size=40, start=2, end=10), "x", six_sites()
    )
    (lever,) = outage.levers
    assert isinstance(lever, Outage)
    assert (lever.countries, lever.stage) == (("CHN",), Stage.MINE)
    assert (lever.remaining, lever.start_week, lever.end_week) == (pytest.approx(0.6), 2, 10)
    licence = one_lever(lever="licence", target="all", size=100)
    assert isinstance(licence, ExportLicence)
    assert "NdPr" in licence.elements
    assert {share for _, share in licence.approval} == {0.0}
    duty = one_lever(lever="tariff", target="USA", size=25)
    assert isinstance(duty, Tariff)
    assert (duty.rate, duty.buyers) == (0.25, Who(countries=("USA",)))
    rule = one_lever(lever="content", target="defence", size=0)
    assert isinstance(rule, ContentRule)
    assert (rule.threshold, rule.refused) == (0.001, ("defence",))
    stock = one_lever(lever="stockpile", target="USA", size=60, end=9)
    assert isinstance(stock, Stockpile)
    assert (stock.days, stock.end_week) == (60.0, 9)


def test_new_plants_are_sized_by_what_their_buyers_take() -> None:
    """A tenth of 100 t a year; what component makers sell on does not count again."""
    network = Network.of(
        [
            site("magnet", Stage.MAGNET, "CHN"),
            site("motor", Stage.COMPONENT, "USA", sector="EV"),
            site("ev", Stage.END_USE, "USA", sector="EV", units=100.0, unit="vehicles"),
        ],
        [flow("magnet", "motor", "ndfeb", 100.0, 30.0), flow("motor", "ev", "ndfeb", 100.0, 30.0)],
        snapshot="test",
        year=2025,
    )
    plant = one_lever(network, lever="capacity", target="USA", size=10)
    assert isinstance(plant, NewCapacity)
    assert plant.tonnes_per_year == pytest.approx(10.0)


def test_a_measure_stands_on_top_of_a_scenario_and_is_lifted_with_it() -> None:
    state = UrlState(lever="stockpile", target="USA", size=60, end=20)
    made = own_scenario(state, "United States", six_sites(), stop_metal())
    assert [lever.name for lever in made.levers] == ["stop", "own stockpile"]
    with pytest.raises(ScenarioError, match="no measure that an agreement could lift"):
        own_scenario(replace(state, relief=5), "x", six_sites(), stop_metal())
    taxed = replace(state, lever="tariff", relief=5)
    duty = own_scenario(taxed, "United States", six_sites(), stop_metal())
    assert [lever.name for lever in duty.levers] == ["stop", "own tariff", "relief in week 5"]
    assert duty.title == (
        "Tariff on magnets from China: United States, on top of “Metal stops”, lifted in week 5"
    )


@pytest.mark.parametrize("lever", list(measures.LEVER_WORDS))
def test_every_measure_finds_targets_that_run(lever: str) -> None:
    network = Network.of(
        [
            *six_sites().sites.values(),
            site("sep_cn", Stage.SEPARATION, "CHN"),
            site("magnet_cn", Stage.MAGNET, "CHN"),
        ],
        [
            *six_sites().flows,
            flow("mine_cn", "sep_cn", "concentrate", 10.0, 5.0, 1.0),
            flow("sep_cn", "metal_vn", "dy_oxide", 1.0, 0.0, 1.0),
            flow("magnet_cn", "motor_us", "ndfeb", 20.0, 5.0, 1.0),
            flow("metal_vn", "magnet_jp", "dy_metal", 1.0, 0.0, 1.0),
        ],
        snapshot="2025",
        year=2025,
    )
    found = measures.targets(network, lever, NAMES)
    assert found
    for target, words in found.items():
        size = measures.START_SIZES[lever]
        state = UrlState(lever=lever, target=target, size=size, end=20)
        scenario = own_scenario(state, words, network)
        assert simulate(network, scenario, weeks=4).scenario == OWN


def test_names_in_a_chart_are_never_markup() -> None:
    network = six_sites()
    sites = [replace(s, name="<a href='javascript:x'>" + s.name) for s in network.sites.values()]
    result = simulate(Network.of(sites, network.flows, snapshot="test", year=2025), stop_metal())
    figure = loss_bars(outcome.bars([("<b>title</b>", result)]), theme.INK_DARK)
    assert "<a" not in str(figure.to_plotly_json())
    assert "<b" not in str(figure.to_plotly_json())
