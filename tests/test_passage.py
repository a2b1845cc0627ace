"""What passed through a site: splits, loops, and the question asked forwards."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import mixed, plain
from hypothesis import given, settings
from networks import flow, site, six_sites

from graph.errors import DataError, UnknownName
from graph.mixing import Flows, Mixing, in_order
from graph.model import Stage
from graph.network import Network
from graph.passage import passages


def shares(network: Network, element: str = "NdPr", *ends: str) -> dict[str, float]:
    return {row.site: row.share for row in passages(network, element, ends or None)}


def test_a_split_divides_what_passes() -> None:
    assert shares(six_sites()) == pytest.approx(
        {"mine_cn": 0.6, "mine_au": 0.4}
        | dict.fromkeys(("sep_my", "metal_vn", "magnet_jp", "motor_us"), 1.0)
    )
    first, *_ = passages(six_sites(), "NdPr", "ev_us")
    assert (first.site, first.name, first.country) == ("magnet_jp", "Magnet Jp", "JPN")
    assert (first.stage, first.element, first.tonnes) == (Stage.MAGNET, "NdPr", pytest.approx(100))


def looped() -> Network:
    """The maker gets 90 t from the mine and 10 t back from its own swarf."""
    return Network.of(
        (
            site("mine", Stage.MINE, "AUS"),
            site("old", Stage.MINE, "USA"),
            site("maker", Stage.MAGNET, "DEU"),
            site("recycler", Stage.SEPARATION, "DEU"),
            site("car", Stage.END_USE, "DEU", sector="EV"),
            site("wind", Stage.END_USE, "DEU", sector="wind"),
        ),
        (
            flow("mine", "maker", "concentrate", 90, 90.0),
            flow("maker", "recycler", "swarf", 10, 10.0),
            flow("old", "recycler", "swarf", 10, 10.0),
            flow("recycler", "maker", "ndpr_oxide", 20, 20.0),
            flow("maker", "car", "ndfeb", 300, 60.0),
            flow("maker", "wind", "ndfeb", 200, 40.0),
        ),
        snapshot="t",
        year=2025,
    )


def test_what_goes_round_twice_has_passed_once() -> None:
    """Of 110 t at the maker 20 come from the recycler, and half of those stood at the maker before:
    2/11 of all have been recycled, old scrap is 1 in 10 and the mine gave the rest."""
    assert shares(looped()) == pytest.approx(
        {"maker": 1.0, "recycler": 2 / 11, "old": 0.1, "mine": 0.9}
    )
    by_car = {row.site: row.tonnes for row in passages(looped(), "NdPr", "car")}
    assert by_car == pytest.approx({"maker": 60.0, "recycler": 120 / 11, "old": 6.0, "mine": 54.0})


def test_what_does_not_exist_is_an_error() -> None:
    with pytest.raises(UnknownName, match="no element called 'Nd'"):
        passages(six_sites(), "Nd")
    with pytest.raises(UnknownName, match="no site called 'ev_uk'"):
        passages(six_sites(), "NdPr", "ev_uk")
    with pytest.raises(DataError, match="no Dy arrives at ev_us"):
        passages(six_sites(), "Dy")


@settings(deadline=None)
@given(plain())
def test_where_it_entered_adds_up_to_all(drawn: tuple[Network, np.ndarray]) -> None:
    network, _ = drawn
    try:
        found = shares(network)
    except DataError:  # a loop that hardly anything comes into
        return
    entries = [share for id, share in found.items() if not network.inputs(id)]
    assert sum(entries) == pytest.approx(1.0)


@settings(deadline=None)
@given(mixed())
def test_the_question_asked_forwards_has_the_same_answer(
    drawn: tuple[Network, np.ndarray],
) -> None:
    """q = 1 at the site and mixed onwards: what of the end use has been there."""
    network, _ = drawn
    try:
        found = shares(network)
    except DataError:
        return
    flows = Flows.of(network)
    sites = list(network.sites.values())
    stage = np.array([each.stage.order for each in sites])
    chain = in_order(flows.origin, flows.target, stage)
    for place, each in enumerate(sites[:-1]):
        asked = np.arange(len(sites)) == place
        carried = ~asked[chain.sites][chain.target]
        touched = Mixing(chain, flows.content[:, 0], carried).downstream(asked.astype(float))
        assert found.get(each.id, 0.0) == pytest.approx(touched[-1], abs=1e-9)
