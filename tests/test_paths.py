"""Heaviest paths by hand: six sites in a row, two ways round, and material gone in a circle."""

from __future__ import annotations

import pytest
from networks import flow, site, six_sites

from graph.contingency import CORRIDOR, COUNTRY, SITE, Case, cases_of
from graph.model import Stage
from graph.network import Network
from graph.paths import Path, heaviest_paths


def paths(network: Network, *ends: str) -> dict[str, Path]:
    found = heaviest_paths(network, ends, cases_of(network))
    return {case.id: path for case, path in found.items()}


def test_a_chain_has_one_path_and_a_mine_its_part_of_it() -> None:
    found = paths(six_sites(), "ev_us")
    tail = ("sep_my", "metal_vn", "magnet_jp", "motor_us", "ev_us")
    assert found["mine_cn"] == Path(("mine_cn", *tail), pytest.approx(60))
    assert found["AUS"] == Path(("mine_au", *tail), pytest.approx(40))
    assert found["sep_my"] == Path(tail, pytest.approx(100))
    assert found["AUS>MYS:concentrate"] == found["AUS"]
    assert found["MYS>VNM:ndpr_oxide"] == found["sep_my"]


def two_ways() -> Network:
    """A mine sells 30 t straight to makers and 20 t to two alloyers of 12 and 8 t. Of the makers
    small (28 t) and large (22 t), large alone feeds cars; all of the alloy goes there."""
    sites = (
        site("mine", Stage.MINE, "AUS"),
        site("alloy", Stage.METAL, "JPN"),
        site("other_alloy", Stage.METAL, "JPN"),
        site("small", Stage.MAGNET, "DEU"),
        site("large", Stage.MAGNET, "USA"),
        site("robots", Stage.END_USE, "DEU", sector="industrial"),
        site("cars", Stage.END_USE, "USA", sector="EV"),
    )
    flows = (
        flow("mine", "small", "ndpr_metal", 28.0, 28.0),
        flow("mine", "large", "ndpr_metal", 2.0, 2.0),
        flow("mine", "alloy", "ndpr_oxide", 12.0, 12.0),
        flow("mine", "other_alloy", "ndpr_oxide", 8.0, 8.0),
        flow("alloy", "large", "ndpr_metal", 10.0, 10.0),
        flow("alloy", "large", "dy_metal", 2.0, 2.0),
        flow("other_alloy", "large", "ndpr_metal", 8.0, 8.0),
        flow("small", "robots", "ndfeb", 84.0, 28.0),
        flow("large", "cars", "ndfeb", 66.0, 22.0),
    )
    return Network.of(sites, flows, snapshot="test", year=2025)


def test_the_way_that_brought_most_wins_over_the_shorter_one() -> None:
    """Two goods between the same sites count as one way: 12 t over alloy, not 10 and 2."""
    assert paths(two_ways(), "cars")["mine"] == Path(
        ("mine", "alloy", "large", "cars"), pytest.approx(12)
    )
    assert paths(two_ways(), "robots")["mine"] == Path(
        ("mine", "small", "robots"), pytest.approx(28)
    )


def test_of_several_ends_the_one_that_holds_most_along_the_path() -> None:
    assert paths(two_ways(), "cars", "robots")["mine"].sites == ("mine", "small", "robots")
    assert paths(two_ways(), "cars", "robots")["JPN"] == Path(
        ("alloy", "large", "cars"), pytest.approx(12)
    )


def test_a_case_that_an_end_use_holds_nothing_from_has_no_path() -> None:
    found = paths(two_ways(), "robots")
    assert "alloy" not in found
    assert "JPN>USA:ndpr_metal" not in found
    assert heaviest_paths(two_ways(), ("robots",), ()) == {}


def test_an_end_use_without_content_has_no_paths() -> None:
    sites = (site("motor", Stage.COMPONENT, "CHN"), site("ev", Stage.END_USE, "CHN"))
    network = Network.of(sites, (flow("motor", "ev", "ndfeb", 1.0),), snapshot="test", year=2025)
    assert paths(network, "ev") == {}


def test_a_circle_is_gone_round_once() -> None:
    """Of 125 t that arrive at the maker 25 t are swarf, which a recycler sends back."""
    sites = (
        site("metal", Stage.METAL, "JPN"),
        site("maker", Stage.MAGNET, "JPN"),
        site("again", Stage.SEPARATION, "KOR"),
        site("cars", Stage.END_USE, "JPN", sector="EV"),
    )
    flows = (
        flow("metal", "maker", "ndpr_metal", 100.0, 100.0),
        flow("maker", "again", "swarf", 25.0, 25.0),
        flow("again", "maker", "ndpr_oxide", 25.0, 25.0),
        flow("maker", "cars", "ndfeb", 300.0, 100.0),
    )
    network = Network.of(sites, flows, snapshot="test", year=2025)
    found = paths(network, "cars")
    assert found["metal"] == Path(("metal", "maker", "cars"), pytest.approx(80))
    assert found["again"] == Path(("again", "maker", "cars"), pytest.approx(20))


def test_cases_of_flows_that_are_not_there_have_no_path() -> None:
    gone = Case(CORRIDOR, "x", "x", "", None, flows=frozenset({"nobody->nowhere:ndfeb"}))
    empty = Case(COUNTRY, "XXX", "XXX", "XXX", None)
    plant = next(case for case in cases_of(six_sites(), (SITE,)) if case.id == "sep_my")
    assert list(heaviest_paths(six_sites(), ("ev_us",), (gone, empty, plant))) == [plant]
