"""Tightest cuts: literal tonnes on networks small enough to cut by hand, and laws beside them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import mixed, plain
from hypothesis import given, settings
from networks import flow, site, six_sites

from graph.bound import Supply, supply_of
from graph.errors import DataError, ScenarioError, UnknownName
from graph.indicators import CONTROLLED
from graph.model import Stage
from graph.network import Network
from graph.structure import (
    ABROAD,
    EVERYBODY,
    Cut,
    groups_of,
    material_cut,
    of_china,
    tightest_cut,
    without_china,
)


def diamond(**recovery: float) -> Network:
    """Two mines (60 and 40 t), one separator, two makers of metal (half each), cars."""
    kept = {(id, material): 1.0 for id in recovery for material in ("concentrate", "ndpr_oxide")}
    kept |= {(id, material): recovery[id] for id, material in kept}
    neck = 100 * recovery.get("neck", 1.0) / 2
    return Network.of(
        (
            site("m1", Stage.MINE, "AUS"),
            site("m2", Stage.MINE, "CHN"),
            site("neck", Stage.SEPARATION, "MYS", controlling_country="CHN"),
            site("left", Stage.METAL, "VNM"),
            site("right", Stage.METAL, "JPN"),
            site("car", Stage.END_USE, "USA", sector="EV"),
        ),
        (
            flow("m1", "neck", "concentrate", 60, 60.0),
            flow("m2", "neck", "concentrate", 40, 40.0),
            flow("neck", "left", "ndpr_oxide", neck, neck),
            flow("neck", "right", "ndpr_oxide", neck, neck),
            flow("left", "car", "ndpr_metal", 40, neck * recovery.get("left", 1.0)),
            flow("right", "car", "ndpr_metal", 40, neck * recovery.get("right", 1.0)),
        ),
        snapshot="t",
        year=2025,
        recovery=kept,
    )


def with_rooms(network: Network, **room: float) -> Supply:
    return supply_of(network, np.array([room.get(id, 1.0) for id in network.sites]))


def tonnes(cut: Cut) -> dict[str, float]:
    return {member.site: pytest.approx(member.tonnes, abs=1e-6) for member in cut.members}


def magnet_of_two(**countries: str) -> Network:
    """97 t NdPr and 3 t Dy in one magnet."""
    return Network.of(
        (
            site("nd", Stage.METAL, "AUS"),
            site("dy", Stage.METAL, countries.get("dy", "MYS")),
            site("magnet", Stage.MAGNET, "DEU"),
            site("car", Stage.END_USE, "DEU", sector="EV"),
        ),
        (
            flow("nd", "magnet", "ndpr_metal", 82, 97.0),
            flow("dy", "magnet", "dy_metal", 3, 0, 3.0),
            flow("magnet", "car", "ndfeb", 330, 97.0, 3.0),
        ),
        snapshot="t",
        year=2025,
    )


def test_the_narrow_middle_of_a_diamond_is_the_cut() -> None:
    network = diamond()
    supply = with_rooms(network, m1=3, m2=3, neck=1.2, left=2, right=2)
    for cut in (
        tightest_cut(network, "car", "NdPr", supply=supply),
        material_cut(network, "car", "NdPr", supply=supply),
    ):
        assert (cut.tonnes, cut.need, cut.share) == pytest.approx((120.0, 100.0, 1.2))
        (neck,) = cut.members
        assert (neck.site, neck.name, neck.country, neck.stage) == (
            "neck",
            "Neck",
            "MYS",
            Stage.SEPARATION,
        )
        assert (neck.tonnes, neck.share) == pytest.approx((120.0, 1.0))
        assert (neck.in_china, neck.from_china) == (False, True)


def test_a_wide_middle_leaves_the_cut_to_what_comes_after() -> None:
    network = diamond()
    supply = with_rooms(network, m1=3, m2=3, neck=2.5, left=2, right=2)
    for cut in (
        tightest_cut(network, "car", "NdPr", supply=supply),
        material_cut(network, "car", "NdPr", supply=supply),
    ):
        assert cut.tonnes == pytest.approx(200.0)
        assert tonnes(cut) == {"left": 100.0, "right": 100.0}


def test_one_stage_alone_tells_how_wide_it_is() -> None:
    network = diamond()
    supply = with_rooms(network, m1=3, m2=3, neck=1.2, left=2, right=2)
    wide = {
        stage: tightest_cut(network, "car", "NdPr", stages=(stage,), supply=supply).tonnes
        for stage in (Stage.MINE, Stage.SEPARATION, Stage.METAL)
    }
    assert wide == pytest.approx({"mine": 300.0, "separation": 120.0, "metal_alloy": 200.0})


def test_a_cut_is_told_in_what_arrives_after_losses() -> None:
    network = diamond(neck=0.9)
    supply = with_rooms(network, m1=3, m2=3, neck=1.2, left=2, right=2)
    cut = tightest_cut(network, "car", "NdPr", supply=supply)
    assert (cut.tonnes, cut.need) == pytest.approx((108.0, 90.0))
    assert tonnes(cut) == {"neck": 108.0}


def test_losses_on_one_side_spread_the_cut_over_two_stages() -> None:
    """right keeps all and takes 80 of the 100 t; left gets 20 and keeps half: 90 arrive. A tonne
    more at the neck would bring half a tonne through left; one more at right half a tonne more."""
    network = diamond(left=0.5)
    supply = with_rooms(network, right=1.6, m1=3, m2=3)
    cut = tightest_cut(network, "car", "NdPr", supply=supply)
    assert (cut.tonnes, cut.need) == pytest.approx((90.0, 75.0))
    assert tonnes(cut) == {"neck": 50.0, "right": 40.0}
    assert [member.share for member in cut.members] == pytest.approx([5 / 9, 4 / 9])


def test_a_magnet_needs_all_its_elements() -> None:
    network = magnet_of_two()
    supply = with_rooms(network, nd=2, dy=1.5, magnet=3)
    cut = tightest_cut(network, "car", "NdPr", supply=supply)
    assert cut.tonnes == pytest.approx(145.5)
    assert tonnes(cut) == {"dy": 145.5}
    assert tightest_cut(network, "car", "Dy", supply=supply).tonnes == pytest.approx(4.5)
    assert material_cut(network, "car", "NdPr", supply=supply).tonnes == pytest.approx(194.0)


def test_a_cut_of_a_material_is_in_its_own_tonnes() -> None:
    cut = material_cut(six_sites(), "ev_us", "ndfeb")
    assert (cut.what, cut.tonnes, cut.need) == ("ndfeb", pytest.approx(300.0), 300.0)
    assert tonnes(cut) == {"magnet_jp": 300.0}


def test_several_end_uses_are_taken_as_one() -> None:
    cut = tightest_cut(six_sites(), ("ev_us", "use_world"), "other")
    assert (cut.tonnes, cut.need) == pytest.approx((300.0, 300.0))


def test_lost_sites_bring_nothing() -> None:
    network = six_sites()
    assert tightest_cut(network, "ev_us", "NdPr", without=("mine_cn",)).tonnes == pytest.approx(40)
    nothing = tightest_cut(network, "ev_us", "NdPr", without=("sep_my",))
    assert (nothing.tonnes, nothing.share, nothing.members) == (0.0, 0.0, ())


def test_without_china_by_place_the_mine_is_missing_and_by_control_the_metal() -> None:
    (alone, *together) = without_china(six_sites(), elements=("NdPr",))
    assert (alone.end_use, alone.name, alone.country) == ("ev_us", "Ev Us", "USA")
    assert (alone.cut.tonnes, alone.share, alone.breaks_at) == (
        pytest.approx(40.0),
        pytest.approx(0.4),
        Stage.MINE,
    )
    assert tonnes(alone.cut) == {"mine_au": 40.0}
    assert [(row.end_use, row.share) for row in together] == [
        (EVERYBODY, pytest.approx(0.4)),
        (ABROAD, pytest.approx(0.4)),
    ]
    by_control = without_china(six_sites(), CONTROLLED, elements=("NdPr",))[0]
    assert (by_control.cut.tonnes, by_control.breaks_at) == (0.0, Stage.METAL)


def test_without_chinese_dy_the_magnet_is_not_made_though_its_ndpr_is_there() -> None:
    by_element = {
        row.cut.what: (row.share, row.breaks_at)
        for row in without_china(magnet_of_two(dy="CHN"))
        if row.end_use == "car"
    }
    assert by_element == {"NdPr": (0.0, Stage.MAGNET), "Dy": (0.0, Stage.METAL)}
    assert {row.breaks_at for row in without_china(magnet_of_two())} == {None}


def two_buyers() -> Network:
    return Network.of(
        (
            site("cn", Stage.MINE, "CHN"),
            site("au", Stage.MINE, "AUS"),
            site("maker", Stage.MAGNET, "JPN"),
            site("car", Stage.END_USE, "CHN", sector="EV"),
            site("wind", Stage.END_USE, "DEU", sector="wind"),
        ),
        (
            flow("cn", "maker", "concentrate", 60, 60.0),
            flow("au", "maker", "concentrate", 40, 40.0),
            flow("maker", "car", "ndfeb", 150, 50.0),
            flow("maker", "wind", "ndfeb", 150, 50.0),
        ),
        snapshot="t",
        year=2025,
    )


def test_end_uses_share_what_is_left() -> None:
    """40 t are left of 100; each end use alone would have them for its 50."""
    shares = {row.end_use: row.share for row in without_china(two_buyers())}
    assert shares == pytest.approx({"car": 0.8, "wind": 0.8, EVERYBODY: 0.4, ABROAD: 0.8})
    some = without_china(two_buyers(), end_uses=("wind", EVERYBODY))
    assert {row.end_use: row.share for row in some} == pytest.approx({"wind": 0.8, EVERYBODY: 0.4})


def test_a_sector_can_be_asked_for_and_shares_what_is_left() -> None:
    (car,) = without_china(two_buyers(), end_uses=("EV",))
    assert (car.end_use, car.name, car.country) == ("EV", "All of EV together", "")
    assert (car.cut.end_uses, car.share) == (("car",), pytest.approx(0.8))
    network = two_buyers()
    wind = replace(network.sites["wind"], sector="EV")
    sites = (network.sites | {"wind": wind}).values()
    (both,) = without_china(
        Network.of(sites, network.flows, snapshot="t", year=2025), end_uses=("EV",)
    )
    assert (both.cut.end_uses, both.share) == (("car", "wind"), pytest.approx(0.4))


def test_names_of_end_uses_and_what_is_chinese() -> None:
    assert groups_of(two_buyers()) == {
        "car": ("car",),
        "wind": ("wind",),
        EVERYBODY: ("car", "wind"),
        ABROAD: ("wind",),
    }
    assert (of_china(two_buyers()), of_china(diamond())) == (("cn",), ("m2",))
    assert of_china(diamond(), CONTROLLED) == ("m2", "neck")


def test_makers_of_components_have_no_limit_unless_asked_for() -> None:
    supply = with_rooms(six_sites(), mine_cn=3, mine_au=3, sep_my=3, metal_vn=2, magnet_jp=2)
    assert tightest_cut(six_sites(), "ev_us", "NdPr", supply=supply).share == pytest.approx(2.0)
    components = (Stage.COMPONENT,)
    cut = tightest_cut(six_sites(), "ev_us", "NdPr", stages=components, supply=supply)
    assert (cut.share, tonnes(cut)) == (pytest.approx(1.0), {"motor_us": 100.0})


def test_what_does_not_exist_is_an_error_that_says_so() -> None:
    network = six_sites()
    with pytest.raises(UnknownName, match="no site called 'ev_use'"):
        tightest_cut(network, "ev_use", "NdPr")
    with pytest.raises(UnknownName, match="no element called 'Nd'"):
        tightest_cut(network, "ev_us", "Nd")
    with pytest.raises(DataError, match="no Dy arrives at ev_us"):
        tightest_cut(network, "ev_us", "Dy")
    with pytest.raises(UnknownName, match="no element or material called 'iron'"):
        material_cut(network, "ev_us", "iron")
    with pytest.raises(DataError, match="no swarf arrives at ev_us"):
        material_cut(network, "ev_us", "swarf")
    with pytest.raises(UnknownName, match="no end use called 'sep_my'"):
        without_china(network, end_uses=("sep_my",))
    with pytest.raises(ScenarioError, match="unknown lens 'owned'"):
        without_china(network, "owned")


def test_a_loop_that_returns_more_than_it_takes_is_an_error() -> None:
    network = Network.of(
        (
            site("m", Stage.MINE, "AUS"),
            site("a", Stage.MAGNET, "DEU"),
            site("b", Stage.SEPARATION, "DEU"),
            site("car", Stage.END_USE, "DEU"),
        ),
        (
            flow("m", "a", "concentrate", 1, 1.0),
            flow("a", "b", "swarf", 1, 1.0),
            flow("b", "a", "ndpr_oxide", 1, 1.0),
            flow("a", "car", "ndfeb", 3, 1.0),
        ),
        snapshot="t",
        year=2025,
        recovery={("b", "swarf"): 1.5},
    )
    with pytest.raises(DataError, match="nothing bounds the NdPr that can reach car"):
        tightest_cut(network, "car", "NdPr", stages=())


@settings(deadline=None)
@given(plain())
def test_without_loss_and_recipe_the_program_is_the_maximum_flow(
    drawn: tuple[Network, np.ndarray],
) -> None:
    network, room = drawn
    supply = supply_of(network, room)
    program = tightest_cut(network, "end", "NdPr", supply=supply)
    flows = material_cut(network, "end", "NdPr", supply=supply)
    assert program.tonnes == pytest.approx(flows.tonnes, abs=0.01)
    limits = sum(supply.limit[supply.place[member.site]] for member in flows.members)
    assert flows.tonnes == pytest.approx(limits, abs=0.01)
    cut = [member.site for member in flows.members]
    assert tightest_cut(network, "end", "NdPr", without=cut, supply=supply).tonnes == 0.0


@settings(deadline=None)
@given(mixed())
def test_the_parts_of_a_cut_add_up_to_the_most(drawn: tuple[Network, np.ndarray]) -> None:
    network, room = drawn
    cut = tightest_cut(network, "end", "NdPr", supply=supply_of(network, room))
    assert sum(member.tonnes for member in cut.members) == pytest.approx(cut.tonnes, abs=1e-6)
    whole = 1.0 if cut.tonnes else 0.0
    assert sum(member.share for member in cut.members) == pytest.approx(whole)


@settings(deadline=None)
@given(mixed())
def test_a_lost_site_never_helps(drawn: tuple[Network, np.ndarray]) -> None:
    network, room = drawn
    supply = supply_of(network, room)
    whole = tightest_cut(network, "end", "NdPr", supply=supply).tonnes
    for id in network.sites:
        less = tightest_cut(network, "end", "NdPr", without=(id,), supply=supply).tonnes
        assert less <= whole * (1 + 1e-7)


@settings(deadline=None)
@given(mixed())
def test_there_is_never_more_without_china(drawn: tuple[Network, np.ndarray]) -> None:
    network, room = drawn
    supply = supply_of(network, room)
    for row in without_china(network, supply=supply):
        whole = tightest_cut(network, "end", row.cut.what, supply=supply)
        assert row.cut.tonnes <= whole.tonnes * (1 + 1e-7)
        assert (row.breaks_at is None) == (row.share >= 1 - 1e-9)
