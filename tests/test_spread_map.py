"""The spread on a map, on a chain of six sites: frames, words, rows and the marks drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites

from graph.network import Network
from graph.scenario import Outage, Scenario
from graph.spread import Result, simulate
from graph.tracing import trace
from ui.charts.spread_map import signs, spread_drawing
from ui.viewmodels import spread_map
from ui.viewmodels.chain import chain
from ui.viewmodels.chain_map import Spot, spots
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.worldmap import Place

NB = "\u00a0"
NDPR = item("NdPr")
NAMES = {"VNM": "Vietnam", "AUS": "Australia"}
POINTS = {code: Place(10.0, 20.0, exact=False) for code in ("AUS", "CHN", "JPN", "USA", "VNM")}
COAST = (((0.0, 10.0), (1.0, 20.0)), ((-26.0, 70.0), (-28.0, 70.0)))


def played() -> tuple[Ledger, tuple[Spot, ...], Result]:
    """Metal stops for good in Vietnam; it has a place of its own, Malaysia has none at all."""
    network = six_sites()
    sites = [
        replace(each, lat=21.0, lon=105.0) if each.id == "metal_vn" else each
        for each in network.sites.values()
    ]
    network = Network.of(sites, network.flows, snapshot="2025", year=2025, sources=())
    ledger = Ledger.of(network, trace(network))
    stop = Scenario("s", "S", "S.", (Outage(name="stop", sites=("metal_vn",)),))
    return ledger, spots(ledger, chain(ledger, NDPR, NAMES), POINTS), simulate(network, stop)


def test_every_place_has_its_weeks() -> None:
    ledger, found, result = played()
    frames = spread_map.frames(ledger, NDPR, found, result)
    assert set(frames) == {spot.id for spot in found}
    assert frames["metal_vn"][:2] == [0.0, 0.0]
    assert frames["mine_au"][0] == 1.0
    assert {len(weeks) for weeks in frames.values()} == {52}


def test_the_worst_place_is_named() -> None:
    _, found, _ = played()
    frames = {spot.id: [1.0, 1.0, 1.0] for spot in found}
    quiet = spread_map.sentence(frames, found, NAMES, 3)
    assert quiet == f"No place loses more than 5{NB}% in any of 3 weeks."
    frames |= {"metal_vn": [1.0, 0.25, 0.5], "mine_au": [1.0, 0.9, 1.0], "sep_my": [0.0, 0.0, 0.0]}
    # Separation in Malaysia is on no map: it is in the table alone.
    assert spread_map.sentence(frames, found, NAMES, 3) == (
        f"2 of {len(found) - 1} places lose more than 5{NB}% in their worst week. Hardest hit: "
        f"Metal Vn (Vietnam, metal & alloy), down 75{NB}% in week{NB}1."
    )
    rows = spread_map.table(frames, found, NAMES, 2).rows
    assert [row["Site"] for row in rows[:3]] == ["Sep My", "Metal Vn", "Mine Au"]
    assert [row["Lost in week 2"] for row in rows[:3]] == [100.0, 50.0, 0.0]
    assert [row["Place"] for row in rows[:3]] == ["not on the map", "its own", "country's point"]
    assert (rows[1]["Lost in worst week"], rows[1]["Worst week"]) == (75.0, 1)


def test_marks_stand_where_the_sites_do_and_what_is_hit_lies_on_top() -> None:
    _, found, _ = played()
    frames = {spot.id: [1.0, 1.0] for spot in found} | {"metal_vn": [1.0, 0.2]}
    drawing = spread_drawing(found, frames, COAST, "world")
    assert "sep_my" not in {node["id"] for node in drawing.nodes}
    top = drawing.nodes[-1]
    assert (top["id"], top["shape"], top["x"], top["y"]) == ("metal_vn", "diamond", 315.0, -75.6)
    assert top["shapeProperties"] == {"borderDashes": False}
    by_id = {node["id"]: node for node in drawing.nodes}
    assert by_id["mine_au"]["shapeProperties"] == {"borderDashes": [3, 2]}
    assert by_id["mine_au"]["title"] == "Mine Au, Mine (country's point)"
    # 100 t at the largest, 40 t at the smallest mine: areas as the amounts.
    assert by_id["metal_vn"]["size"] == pytest.approx(23.4)
    assert by_id["mine_au"]["size"] == pytest.approx(23.4 * 0.4**0.5, abs=0.01)
    # The second coast is cut where the map begins, at 27 degrees west.
    assert drawing.ground == [
        [0.0, -36.0, 3.0, -72.0],
        [-78.0, -252.0],
        [996.0, -252.0],
    ]
    assert [round(side, 1) for side in drawing.window] == [-75.0, -270.0, 984.0, 172.8]


def test_marks_grow_less_than_the_part_of_the_world_that_is_seen() -> None:
    _, found, _ = played()
    frames = {spot.id: [1.0] for spot in found}
    world, asia = (spread_drawing(found, frames, COAST, part) for part in ("world", "asia"))
    assert world.revision != asia.revision
    # 90 degrees are seen where the world has 353; (90 / 353) ** 0.6 is 0.440.
    assert (world.nodes[0]["size"], asia.nodes[0]["size"]) == (23.4, 10.31)


def test_a_week_changes_nothing_that_is_drawn() -> None:
    _, found, _ = played()
    first = spread_drawing(found, {spot.id: [1.0, 0.5] for spot in found}, COAST, "world")
    other = spread_drawing(found, {spot.id: [0.5, 0.6] for spot in found}, COAST, "world")
    assert first.revision == other.revision


def test_shapes_are_told_in_words() -> None:
    _, found, _ = played()
    assert signs(found) == [
        *("▲ Mine", "■ Separation", "◆ Metal & alloy", "● Magnet", "⬢ Motor & component"),
        "★ End use",
    ]
