"""A site over time and the ways of a loss, as they read."""

from __future__ import annotations

import math

from networks import six_sites

from graph.course import Course, Input
from graph.scenario import NOTHING, Outage, Scenario
from graph.spread import simulate
from ui.viewmodels import course as view
from ui.viewmodels.ways import Way, ways

NETWORK = six_sites()
STRIKE = Scenario("s", "", "", (Outage(name="strike", sites=("sep_my",)),), snapshot="test")
METAL = Input("NdPr", False, 2.0, 2.5, (2.5, 1.0, 0.0), (1.0, 0.5, 0.0), 2, 2)
COURSE = Course("magnet_jp", (1.0, 1.0, 0.25), (), (0.0, 0.5, 1.25), (METAL,), (0.6, 0.7, math.nan))


def test_the_sentence_tells_output_stock_and_what_touched_china() -> None:
    assert view.finding(COURSE, NETWORK.sites["magnet_jp"]).replace("\u00a0", " ") == (
        "Magnet Jp falls to 25 % of normal in week 2. NdPr in stock: 2.5 weeks as a rule, gone in "
        "week 2. Orders that wait: up to 1.2 weeks of output, in week 2. "
        "Of what arrives 60 % touched China as a rule, 70 % at the most."
    )


def test_what_is_drawn_stands_in_the_table_too() -> None:
    site = NETWORK.sites["magnet_jp"]
    shown = view.view(COURSE, site)
    assert [(line.name, line.values) for line in shown.pace] == [
        ("Made", (1.0, 1.0, 0.25)),
        ("NdPr arriving", (1.0, 0.5, 0.0)),
    ]
    assert [(line.name, line.values) for line in shown.stocks] == [
        ("NdPr in stock", (2.5, 1.0, 0.0)),
        ("Orders that wait", (0.0, 0.5, 1.25)),
    ]
    assert [said.replace("\u00a0", " ") for said in (shown.pace_said, shown.stocks_said)] == [
        "Magnet Jp falls to 25 % of normal in week 2. "
        "Of what arrives 60 % touched China as a rule, 70 % at the most.",
        "Stocks of Magnet Jp. NdPr in stock: 2.5 weeks as a rule, gone in week 2. "
        "Orders that wait: up to 1.2 weeks of output, in week 2.",
    ]
    assert view.table(COURSE, site).rows[1:] == [
        {
            "Week": 1,
            "Made": 100.0,
            "NdPr arriving": 50.0,
            "NdPr in stock, weeks": 1.0,
            "Orders that wait, weeks": 0.5,
            "Touched China, of what arrives": 70.0,
        },
        {
            "Week": 2,
            "Made": 25.0,
            "NdPr arriving": 0.0,
            "NdPr in stock, weeks": 0.0,
            "Orders that wait, weeks": 1.25,
            "Touched China, of what arrives": None,
        },
    ]


def test_an_end_use_shows_what_it_owes_and_the_stock_of_its_makers() -> None:
    own = Input("ndfeb", False, 5.0, 0.0, (0.0, 0.0), (1.0, 0.5), None, None)
    makers = Input("ndfeb", True, 5.0, 3.0, (3.0, 1.0), (1.0, 0.0), 0, None)
    found = Course("ev_us", (1.0, 0.5), (0.0, 0.5), (), (own, makers), (0.6, 0.6))
    shown = view.view(found, NETWORK.sites["ev_us"])
    assert [line.name for line in shown.pace] == ["Made", "NdFeB magnets in components arriving"]
    assert [line.name for line in shown.stocks] == [
        "NdFeB magnets in stock at component makers",
        "Still to be made up",
    ]
    assert "the first of it gone in week\u00a00." in shown.finding


def test_sites_to_choose_begin_with_the_hardest_hit_and_leave_out_the_outside() -> None:
    names = {"MYS": "Malaysia"}
    offered = view.choices(simulate(NETWORK, STRIKE, weeks=20), NETWORK, names)
    assert offered[view.HARDEST] == "Hardest hit: Sep My (Malaysia, separation)"
    assert list(offered)[1] == "sep_my"
    assert "use_world" not in offered
    only = view.choices(simulate(NETWORK, NOTHING, weeks=3), NETWORK, names, ("ev_us",))
    assert list(only) == [view.HARDEST, "ev_us"]
    assert only[view.HARDEST] == "No site loses; one of them: Ev Us (USA, end use)"


def test_a_way_leads_from_the_measure_to_the_end_use_with_its_tonnes() -> None:
    found = ways(simulate(NETWORK, STRIKE, weeks=40), NETWORK, "ev_us")
    assert found == (
        Way(
            share="100\u00a0%",
            held="strike holds back all output",
            sites="Sep My → Metal Vn → Magnet Jp → Motor Us → Ev Us",
            tonnes="100\u00a0t of magnet elements a year",
        ),
    )
    assert ways(simulate(NETWORK, NOTHING, weeks=3), NETWORK, "ev_us") == ()
