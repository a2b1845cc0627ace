"""The chain on a map, on a chain of six sites: marks, flows between countries, words."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from networks import flow, site, six_sites

from graph.model import Confidence, Stage
from graph.network import Network
from graph.tracing import trace
from loaders.tables import Row
from ui.viewmodels import chain_map as maps
from ui.viewmodels.chain import chain
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.worldmap import Place, World, around, country_points, place_of

NBSP = "\u00a0"
NDPR = item("NdPr")
NAMES = {
    "AUS": "Australia",
    "CHN": "China",
    "JPN": "Japan",
    "MYS": "Malaysia",
    "USA": "United States",
    "VNM": "Vietnam",
}
POINTS = {code: Place(10.0 * n, float(n), exact=False) for n, code in enumerate(NAMES)}


def ledger_of(network: Network) -> Ledger:
    return Ledger.of(network, trace(network))


def spots_of(network: Network, id: str = "NdPr") -> tuple[maps.Spot, ...]:
    ledger = ledger_of(network)
    return maps.spots(ledger, chain(ledger, item(id), NAMES), POINTS)


def placed() -> Network:
    """The separator has a place of its own, and a second nameless one stands beside it."""
    network = six_sites()
    sites = [
        replace(each, lat=4.0, lon=103.4) if each.id == "sep_my" else each
        for each in network.sites.values()
    ]
    rest = [site(f"rest_{n}", Stage.SEPARATION, "MYS") for n in (1, 2)]
    more = [flow(each.id, "metal_vn", "ndpr_oxide", 10.0, 10.0) for each in rest]
    feed = [flow("mine_au", each.id, "concentrate", 40.0, 10.0) for each in rest]
    return Network.of(
        [*sites, *rest], [*network.flows, *more, *feed], snapshot="test", year=2025, sources=()
    )


def world_of(network: Network, box: str = "", site: str = "", lens: str = "own") -> World:
    found = spots_of(network)
    picked = maps.chosen(found, box, site)
    ends = {id for spot in found if spot.id in picked for id in spot.sites} or None
    flows = maps.crossings(ledger_of(network), NDPR, POINTS, ends)
    who = maps.named(found, picked, NAMES)
    return maps.world(NDPR, 2025, found, flows, picked, who, lens, POINTS, NAMES)


def plain(said: str) -> str:
    return said.replace(NBSP, " ")


def test_a_site_stands_at_its_own_place_else_around_its_countrys_point() -> None:
    own = site("here", Stage.MINE, "CHN", lat=41.8, lon=110.0)
    assert place_of(own, POINTS) == Place(110.0, 41.8, exact=True)
    # The first stage stands north of the point, the fourth south of it.
    assert place_of(site("a", Stage.MINE, "CHN"), POINTS) == Place(10.0, 3.0, exact=False)
    assert place_of(site("b", Stage.MAGNET, "CHN"), POINTS) == Place(10.0, -1.0, exact=False)
    assert place_of(site("c", Stage.MINE, "ZZZ"), POINTS) is None
    beyond = site("d", Stage.MINE, "CHN", lat=95.0, lon=10.0)
    assert place_of(beyond, POINTS) == Place(10.0, 3.0, exact=False)
    assert around(POINTS["CHN"], None) == POINTS["CHN"]


def test_the_points_of_countries_are_those_of_the_table() -> None:
    rows = [
        Row("countries", 2, {"iso3": "CHN", "lat": 35.9, "lon": 104.2}),
        Row("countries", 3, {"iso3": "ZZZ", "lat": None, "lon": None}),
        Row("countries", 4, {"iso3": "XXX", "lat": 35.9, "lon": 999.0}),
    ]
    assert country_points(rows) == {"CHN": Place(104.2, 35.9, exact=False)}


def test_sites_without_a_place_share_one_mark_and_others_keep_their_own() -> None:
    separators = [spot for spot in spots_of(placed()) if spot.stage is Stage.SEPARATION]
    own, rest = separators
    assert (own.id, own.site, own.name, own.place) == (
        *("sep_my", "sep_my", "Sep My"),
        Place(103.4, 4.0, exact=True),
    )
    assert (rest.id, rest.site, rest.sites, rest.name) == (
        *("separation|MYS@MYS", "", ("rest_1", "rest_2")),
        "2 sites without a place",
    )
    assert rest.place is not None
    assert not rest.place.exact
    assert (own.amount, rest.amount) == (100.0, 20.0)
    assert (own.own, rest.own) == (100 / 120, 20 / 120)


def test_a_box_means_all_its_marks_and_a_site_its_own() -> None:
    found = spots_of(placed())
    assert maps.chosen(found, "separation|MYS", "") == {"sep_my", "separation|MYS@MYS"}
    assert maps.chosen(found, "separation|MYS", "sep_my") == {"sep_my"}
    assert maps.chosen(found, "separation|MYS", "rest_2") == {"separation|MYS@MYS"}
    assert maps.chosen(found, "", "") == frozenset()
    assert maps.named(found, {"sep_my"}, NAMES) == "separation in Malaysia"


def test_flows_between_countries_are_summed_and_ranked() -> None:
    flows = maps.crossings(ledger_of(six_sites()), NDPR, POINTS)
    assert [(link.id, link.amount) for link in flows.drawn] == [
        ("JPN>USA", 100.0),
        ("MYS>VNM", 100.0),
        ("VNM>JPN", 100.0),
        ("CHN>MYS", 60.0),
        ("AUS>MYS", 40.0),
    ]
    assert (flows.hidden, flows.nowhere) == ((), ())
    of_site = maps.crossings(ledger_of(six_sites()), NDPR, POINTS, {"sep_my"})
    assert [link.id for link in of_site.drawn] == ["MYS>VNM", "CHN>MYS", "AUS>MYS"]


def test_what_is_too_small_or_has_no_place_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "DRAWN", 2)
    ledger, every = ledger_of(six_sites()), item("all")
    flows = maps.crossings(ledger, every, POINTS)
    # 240 and 160 t of ore, 100 t three times, 300 t to other uses in no country.
    assert [link.id for link in flows.drawn] == ["CHN>MYS", "AUS>MYS"]
    assert [link.id for link in flows.nowhere] == ["MYS>ZZZ"]
    said = plain(maps.reading(spots_of(six_sites(), "all"), flows))
    assert "the 2 largest flows are drawn, 40 % of the tonnes that cross a border; " in said
    assert "3 smaller ones not." in said
    assert "for want of a country: 1 site and 1 flow (30 % of the tonnes)." in said


def test_the_map_says_its_finding() -> None:
    assert plain(world_of(six_sites()).finding) == (
        "NdPr, 2025. Largest flows between countries, in t oxide equivalent a year: Japan to "
        "United States (100 t), Malaysia to Vietnam (100 t) and Vietnam to Japan (100 t). China "
        "is at one end of 15 % of the tonnes that cross a border."
    )
    assert plain(world_of(six_sites(), box="mine|AUS").finding) == (
        "NdPr, 2025, mine in Australia. Largest flow between countries, in t oxide equivalent a "
        "year: Australia to Malaysia (40.0 t). China is at one end of 0 % of the tonnes that "
        "cross a border to or from there."
    )
    home = world_of(six_sites(), box="end_use|USA")
    assert home.finding == (
        "NdPr, 2025, end use in United States: nothing crosses a border between known places."
    )
    assert home.lines == ()


def test_marks_are_sized_by_amount_and_coloured_by_the_lens() -> None:
    own = {mark.id: mark for mark in world_of(six_sites()).marks}
    assert (own["mine_cn"].size, own["mine_cn"].share) == (0.6, 0.6)
    assert (own["sep_my"].size, own["sep_my"].share) == (1.0, 1.0)
    located = {mark.id: mark for mark in world_of(six_sites(), lens="located").marks}
    assert (located["mine_cn"].share, located["mine_au"].share) == (1.0, 0.0)
    assert math.isclose(located["metal_vn"].share, 0.6)
    controlled = {mark.id: mark for mark in world_of(six_sites(), lens="controlled").marks}
    assert math.isclose(controlled["metal_vn"].share, 1.0)
    assert plain(own["mine_cn"].label) == (
        "Mine Cn, Mine, China (country's point): 60.0 t oxide equivalent a year, 60 % of the stage"
    )


def test_a_selection_is_marked_and_keeps_its_own_flows() -> None:
    found = world_of(six_sites(), site="mine_au")
    assert [mark.id for mark in found.marks if mark.chosen] == ["mine_au"]
    assert [(line.chosen, line.size) for line in found.lines] == [(True, 1.0)]
    assert not any(each.chosen for each in (*world_of(six_sites()).marks,))


def test_flows_that_no_source_knows_are_dashed() -> None:
    network = six_sites()
    flows = [
        replace(each, confidence=Confidence.ASSUMED) if each.origin == "mine_au" else each
        for each in network.flows
    ]
    found = world_of(
        Network.of(network.sites.values(), flows, snapshot="test", year=2025, sources=())
    )
    dashed = [plain(line.label) for line in found.lines if line.dashed]
    assert dashed == [
        "Australia to Malaysia: 40.0 t oxide equivalent a year, assumed, 0 % touched China"
    ]


def test_the_table_has_every_mark_and_says_where_it_stands() -> None:
    found = spots_of(placed())
    rows = maps.table(NDPR, found, NAMES, "view", "finding")
    assert rows.ids == tuple(spot.id for spot in found)
    assert (rows.name, rows.finding) == ("view", "finding")
    assert rows.rows[2] == {
        "Site": "Sep My",
        "Stage": "Separation",
        "Country": "Malaysia",
        "t oxide eq. a year": 100.0,
        "Share of stage": 83.0,
        "Touched China": 60.0,
        "Controlled": 60.0,
        "Place": "its own",
    }
    assert rows.rows[3]["Place"] == "country's point"
    (use,) = [row for row in _all_rows() if row["Site"] == "Other uses of La, Ce"]
    assert use["Place"] == "not on the map"


def _all_rows() -> list[dict[str, object]]:
    found = spots_of(six_sites(), "all")
    return [dict(row) for row in maps.table(item("all"), found, NAMES, "", "").rows]


def test_nothing_breaks_where_nothing_is_handled() -> None:
    ledger = ledger_of(six_sites())
    smco = item("smco")
    found = maps.spots(ledger, chain(ledger, smco, NAMES), POINTS)
    flows = maps.crossings(ledger, smco, POINTS)
    made = maps.world(smco, 2025, found, flows, (), "", "own", POINTS, NAMES)
    assert (made.marks, made.lines) == ((), ())
    assert "nothing crosses a border" in made.finding
