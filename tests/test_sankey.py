"""The chain by mass and the way through it, on a chain of six sites."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import flow, site, six_sites

from graph.model import Confidence, Stage
from graph.network import Network
from graph.tracing import trace
from ui import theme
from ui.charts.sankey import ASSUMED, SHOWN, sankey_chart
from ui.charts.shares import PLAIN
from ui.viewmodels.chain import Chain, chain, orders
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.sankey import LABEL, Sankey, sankey, spread
from ui.viewmodels.way import NO_WAY, main_way, way

NBSP = "\u00a0"
NAMES = {"AUS": "Australia", "CHN": "China", "JPN": "Japan", "MYS": "Malaysia", "VNM": "Vietnam"}
MINE_CN, MINE_AU, SEPARATION = (
    "mine|CHN>separation|MYS",
    "mine|AUS>separation|MYS",
    "separation|MYS",
)


def chain_of(network: Network, id: str = "NdPr") -> Chain:
    return chain(Ledger.of(network, trace(network)), item(id), NAMES)


def drawn(found: Chain, chosen: str = "", lens: str = "own") -> Sankey:
    return sankey(found, lens, chosen, {box.id: 1 for box in found.boxes.values()})


def with_a_loop() -> Network:
    """Beside the six sites: 10 t of swarf go back from the magnet maker to the separator."""
    network = six_sites()
    return Network.of(
        list(network.sites.values()),
        [*network.flows, flow("magnet_jp", "sep_my", "swarf", 12.0, 10.0)],
        snapshot="test",
        year=2025,
    )


def two_ways() -> Network:
    """The magnets go to motors in the USA (300 t, 100 t NdPr) and in Germany (100 t NdPr)."""
    network = six_sites()
    more = [
        site("motor_de", Stage.COMPONENT, "DEU", sector="EV"),
        site("ev_de", Stage.END_USE, "DEU", sector="EV"),
    ]
    flows = [
        flow("magnet_jp", "motor_de", "ndfeb", 300.0, 100.0),
        flow("motor_de", "ev_de", "ndfeb", 300.0, 100.0),
    ]
    return Network.of(
        [*network.sites.values(), *more], [*network.flows, *flows], snapshot="test", year=2025
    )


def test_bars_stand_in_the_column_of_their_stage_as_high_as_their_mass() -> None:
    bars = {bar.id: bar for bar in drawn(chain_of(six_sites())).bars}
    assert [bars[id].column for id in ("mine|CHN", SEPARATION, "end_use|USA")] == [0, 1, 5]
    whole = 100 + 3.5  # both mines, and the gap between them
    assert bars["mine|CHN"].top == 0
    assert bars["mine|CHN"].height == pytest.approx(60 / whole)
    assert bars["mine|AUS"].top == pytest.approx(63.5 / whole)
    assert bars["mine|AUS"].height == pytest.approx(40 / whole)
    assert bars[SEPARATION].height == pytest.approx(100 / whole)
    assert bars["mine|CHN"].name == f"China 60{NBSP}%"


def test_ribbons_fill_the_bar_they_reach_in_the_order_of_the_bars_they_leave() -> None:
    ribbons = {ribbon.id: ribbon for ribbon in drawn(chain_of(six_sites())).ribbons}
    assert len(ribbons) == 6
    first, second = ribbons[MINE_CN], ribbons[MINE_AU]
    assert (first.start, first.end) == (0, 0)
    assert second.end == pytest.approx(first.height)
    assert second.start == pytest.approx(63.5 / 103.5)
    assert (first.share, second.share) == (1.0, 0.0)
    assert (first.first, first.last, first.muted) == (0, 1, False)


def test_what_goes_back_is_not_drawn_and_said() -> None:
    picture = drawn(chain_of(with_a_loop()))
    assert "magnet|JPN>separation|MYS" not in {ribbon.id for ribbon in picture.ribbons}
    assert f"Not drawn either: 10.0{NBSP}t oxide equivalent a year" in picture.reading
    assert "Not drawn either" not in drawn(chain_of(six_sites())).reading


def test_only_the_way_of_a_chosen_bar_stays_strong() -> None:
    muted = {r.id: r.muted for r in drawn(chain_of(two_ways()), "component|DEU").ribbons}
    assert not muted[MINE_CN]
    assert not muted["component|DEU>end_use|DEU"]
    assert muted["component|USA>end_use|USA"]
    assert muted["magnet|JPN>component|USA"]


def test_the_finding_says_where_a_chosen_bar_comes_from_and_ends() -> None:
    assert drawn(chain_of(two_ways()), "magnet|JPN").finding == (
        f"NdPr, 2025: magnet in Japan. Comes from mine in China (60{NBSP}%) and mine in Australia "
        f"(40{NBSP}%). Ends in end use in DEU (50{NBSP}%) and end use in USA (50{NBSP}%)."
    )


def test_an_item_that_nothing_carries_is_said_to_be_empty() -> None:
    picture = drawn(chain_of(six_sites(), "smco"))
    assert (picture.bars, picture.ribbons) == ((), ())
    assert picture.finding == "No flow of SmCo magnets only to draw."


def test_a_way_shares_out_as_the_mix_has_it() -> None:
    found = chain_of(two_ways())
    upward = way(orders(found), found.links, "component|USA")
    assert upward.up[MINE_CN] == pytest.approx(0.6)
    assert upward.up["magnet|JPN>component|USA"] == 1
    assert upward.firsts == {"mine|CHN": pytest.approx(0.6), "mine|AUS": pytest.approx(0.4)}
    assert upward.lasts == {"end_use|USA": 1.0}
    downward = way(orders(found), found.links, "mine|AUS")
    assert downward.down["magnet|JPN>component|DEU"] == pytest.approx(0.5)
    assert main_way(orders(found), found.links, "mine|AUS") == downward.down
    assert downward.up == {}


def test_a_loop_is_no_part_of_a_way() -> None:
    found = chain_of(with_a_loop())
    assert way(orders(found), found.links, SEPARATION).firsts == {
        "mine|CHN": pytest.approx(0.6),
        "mine|AUS": pytest.approx(0.4),
    }


def test_nothing_chosen_has_no_way() -> None:
    found = chain_of(six_sites())
    assert way(orders(found), found.links, "nowhere") == NO_WAY


@given(st.lists(st.floats(0, 1), max_size=20).map(sorted))
def test_words_stand_apart_and_in_the_picture(middles: list[float]) -> None:
    places = spread(middles, LABEL)
    assert all(b - a >= LABEL - 1e-9 for a, b in pairwise(places))
    assert all(LABEL / 2 - 1e-9 <= place <= 1 - LABEL / 2 + 1e-9 for place in places)


def test_words_that_have_room_stay_where_they_are() -> None:
    assert spread([0.2, 0.5], 0.1) == [0.2, 0.5]
    assert spread([0.5, 0.52], 0.1) == [0.5, 0.6]


def test_the_chart_answers_with_the_box_and_writes_nothing_as_html() -> None:
    names = dict(NAMES, MYS="<b>Malaysia</b>")
    network = six_sites()
    found = chain(Ledger.of(network, trace(network)), item("NdPr"), names)
    picture = sankey(found, "located", "mine|CHN", {box.id: 1 for box in found.boxes.values()})
    figure = sankey_chart(picture, "legend", theme.INKS["light"])
    (bars,) = (trace for trace in figure.data if trace.type == "bar")
    ids = [each[1] for each in bars.customdata]
    assert ids == [bar.id for bar in picture.bars]
    assert bars.marker.line.width[ids.index("mine|CHN")] == 3
    assert len(figure.layout.shapes) == 6
    assert "<b>Malaysia" not in str(figure.to_json())
    hover = figure.data[0]
    assert {each[1] for each in hover.customdata} == {""}


def test_an_assumed_flow_is_dashed_and_pale() -> None:
    network = six_sites()
    flows = [
        replace(each, confidence=Confidence.ASSUMED) if each.origin == "magnet_jp" else each
        for each in network.flows
    ]
    sites = list(network.sites.values())
    found = chain_of(Network.of(sites, flows, snapshot="test", year=2025))
    figure = sankey_chart(drawn(found), "legend", theme.INKS["dark"])
    edges = {shape.path.split(" ")[1]: shape.line.dash for shape in figure.layout.shapes}
    assert edges["3.130,0.0000"] == "dash"
    assert edges["2.130,0.0000"] == "solid"
    assert sorted({shape.opacity for shape in figure.layout.shapes}) == [ASSUMED, SHOWN]


def test_what_stands_outside_the_chain_has_no_share_and_is_grey() -> None:
    picture = drawn(chain_of(six_sites(), "all"))
    assert [bar.id for bar in picture.bars if math.isnan(bar.share)] == ["end_use|outside"]
    figure = sankey_chart(picture, "legend", theme.INKS["dark"])
    bars = next(trace for trace in figure.data if trace.type == "bar")
    colours = {each[1]: fill for each, fill in zip(bars.customdata, bars.marker.color, strict=True)}
    assert colours["end_use|outside"] == PLAIN["dark"]
    assert colours["separation|MYS"] == theme.CHINA_RAMP[4]
