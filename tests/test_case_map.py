"""Ranked losses on a map, on a chain of six sites: where they stand and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from networks import six_sites

from graph.contingency import cases_of
from graph.critical import Because, CriticalCase
from graph.network import Network
from ui.viewmodels import case_map as maps
from ui.viewmodels.worldmap import Place, World

NBSP = "\u00a0"
NAMES = {"CHN": "China", "MYS": "Malaysia", "VNM": "Vietnam", "JPN": "Japan"}
POINTS = {code: Place(10.0 * n, float(n), exact=False) for n, code in enumerate(NAMES)}
BECAUSE = Because((), 0.0, None, None, (), "")


def network() -> Network:
    """The separator has a place of its own."""
    made = six_sites()
    sites = [
        replace(each, lat=4.0, lon=103.4) if each.id == "sep_my" else each
        for each in made.sites.values()
    ]
    return Network.of(sites, made.flows, snapshot="test", year=2025, sources=())


def ranked(kind: str, *lost: tuple[str, float]) -> list[CriticalCase]:
    """Cases of the network by id, with the share of goods that each costs."""
    cases = {case.id: case for case in cases_of(network(), (kind,))}
    return [
        CriticalCase(
            rank=rank,
            kind=kind,
            id=id,
            name=cases[id].name,
            country=cases[id].country,
            stage=cases[id].stage,
            lost_usd=None,
            lost_share=share,
            first_loss_week=0,
            tts_days=0,
            ttr_days=None,
            china_share=0.6 if id != "MYS" else None,
            single_route=True,
            rank_stability=None,
            because=BECAUSE,
        )
        for rank, (id, share) in enumerate(lost, start=1)
    ]


def world(found: Sequence[CriticalCase], selected: str = "") -> World:
    kind = found[0].kind if found else "site"
    cases = {case.id: case for case in cases_of(network(), (kind,))}
    return maps.world(found, cases, network(), POINTS, selected, NAMES)


def plain(said: str) -> str:
    return said.replace(NBSP, " ")


def test_sites_stand_where_they_are_and_the_chosen_one_is_marked() -> None:
    made = world(ranked("site", ("sep_my", 0.4), ("metal_vn", 0.1)), "metal_vn")
    first, second = made.marks
    assert (first.id, first.place, first.size, first.share) == (
        *("sep_my", Place(103.4, 4.0, exact=True)),
        *(1.0, 0.6),
    )
    assert (second.place.exact, second.size, second.chosen) == (False, 0.25, True)
    assert (first.name, second.name) == ("1", "2")
    assert plain(first.label) == "1. Sep My: 40 % lost, 60 % China"
    assert made.finding == "Where the 2 costliest sites stand: 1 in Malaysia and 1 in Vietnam."
    assert "Hollow:" in made.reading
    assert not made.mutes


def test_a_country_stands_at_its_point() -> None:
    made = world(ranked("country", ("CHN", 0.5), ("MYS", 0.25)))
    assert [(mark.id, mark.place, mark.size) for mark in made.marks] == [
        ("CHN", POINTS["CHN"], 1.0),
        ("MYS", POINTS["MYS"], 0.5),
    ]
    assert plain(made.finding) == (
        "Costliest to lose, with the share of goods lost: China (50 %) and Malaysia (25 %)."
    )
    assert "A country stands at one point of it." in made.reading
    assert "Hollow:" not in made.reading


def test_a_corridor_is_a_line_that_can_be_chosen() -> None:
    good = "VNM>JPN:ndpr_metal"
    made = world(ranked("corridor", (good, 0.3), ("MYS>VNM:ndpr_oxide", 0.2)), good)
    assert made.marks == ()
    first = made.lines[0]
    assert (first.id, first.start, first.end, first.size, first.chosen, first.name) == (
        *(good, POINTS["VNM"], POINTS["JPN"]),
        *(1.0, True, "1"),
    )
    assert plain(first.label) == "1. NdPr metal from Vietnam to Japan: 30 % lost, 60 % China"
    assert made.finding == "Where the 2 costliest corridors begin: 1 in Malaysia and 1 in Vietnam."


def test_a_firm_stands_at_each_of_its_sites() -> None:
    made = network()
    sites = [
        replace(each, owner="Ours") if each.id in ("sep_my", "metal_vn", "motor_us") else each
        for each in made.sites.values()
    ]
    owned = Network.of(sites, made.flows, snapshot="test", year=2025, sources=())
    cases = {case.id: case for case in cases_of(owned, ("firm",))}
    (ours,) = [case for case in cases.values() if len(case.sites) == 3]
    (site,) = ranked("site", ("sep_my", 0.4))
    firm = replace(site, kind="firm", id=ours.id, name=ours.name, country="", stage=None)
    found = maps.world([firm], cases, owned, POINTS, ours.id, NAMES)
    # The motor maker's country has no point, so two of three sites are marked, one with its rank.
    assert [(mark.id, mark.chosen) for mark in found.marks] == [(ours.id, True)] * 2
    assert [mark.name for mark in found.marks] == ["1", ""]
    assert {mark.stage for mark in found.marks} == {"Several stages"}
    assert found.finding == "Where the costliest firm stands: 1 in several at once."
    assert "at each of its sites" in found.reading


def test_what_has_no_place_is_counted() -> None:
    made = world(ranked("site", ("mine_au", 0.4), ("sep_my", 0.2)))
    assert [mark.id for mark in made.marks] == ["sep_my"]
    assert made.reading.endswith("1 without a known country not on the map.")
    assert made.finding == "Where the 2 costliest sites stand: 1 in AUS and 1 in Malaysia."


def test_without_losses_the_map_is_empty() -> None:
    made = world([])
    assert (made.marks, made.lines, made.finding) == ((), (), "No loss is ranked.")
