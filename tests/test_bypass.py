"""Single routes of firms, countries and corridors by hand, and of sites against dominators."""

from __future__ import annotations

import pytest
from drawn import mixed
from hypothesis import given
from networks import flow, site, six_sites

from graph.bypass import without_bypass
from graph.contingency import CORRIDOR, COUNTRY, SITE, cases_of
from graph.model import Stage
from graph.network import Network
from graph.routes import ONE_SITE, single_routes


def ids(network: Network, *ends: str, element: str | None = None) -> set[str]:
    found = without_bypass(network, ends, cases_of(network), element)
    return {case.id for case in found}


def test_in_one_chain_all_but_the_two_mines_are_single_routes() -> None:
    found = ids(six_sites(), "ev_us")
    assert found == {
        *("sep_my", "metal_vn", "magnet_jp", "motor_us"),
        *("MYS", "VNM", "JPN", "USA"),
        *("MYS>VNM:ndpr_oxide", "VNM>JPN:ndpr_metal", "JPN>USA:ndfeb"),
    }


def dysprosium() -> Network:
    """Two makers in Japan share one buyer; NdPr comes from two countries, dysprosium from one."""
    sites = (
        site("cn", Stage.METAL, "CHN"),
        site("au", Stage.METAL, "AUS"),
        site("one", Stage.MAGNET, "JPN", owner="A"),
        site("two", Stage.MAGNET, "JPN", owner="B"),
        site("motor", Stage.COMPONENT, "DEU"),
        site("cars", Stage.END_USE, "DEU"),
    )
    flows = (
        flow("cn", "one", "ndpr_metal", 5.0, 5.0),
        flow("au", "two", "ndpr_metal", 5.0, 5.0),
        flow("cn", "one", "dy_metal", 1.0, 0, 1.0),
        flow("cn", "two", "dy_metal", 1.0, 0, 1.0),
        flow("one", "motor", "ndfeb", 15.0, 5.0, 1.0),
        flow("two", "motor", "ndfeb", 15.0, 5.0, 1.0),
        flow("motor", "cars", "ndfeb", 30.0, 10.0, 2.0),
    )
    return Network.of(sites, flows, snapshot="test", year=2025)


def test_a_country_can_be_one_where_none_of_its_plants_is() -> None:
    found = ids(dysprosium(), "cars")
    assert "JPN" in found
    assert not found & {"one", "two", "A", "B"}


def test_one_element_without_another_way_is_enough() -> None:
    assert {"cn", "CHN", "CHN>JPN:dy_metal"} <= ids(dysprosium(), "cars")
    assert not {"cn", "CHN", "CHN>JPN:dy_metal"} & ids(dysprosium(), "cars", element="NdPr")
    assert {"au", "AUS", "AUS>JPN:ndpr_metal"}.isdisjoint(ids(dysprosium(), "cars"))


def test_a_site_that_the_end_use_gets_nothing_from_is_none() -> None:
    assert without_bypass(six_sites(), ("use_world",), cases_of(six_sites(), (COUNTRY,))) == set()
    assert without_bypass(six_sites(), (), cases_of(six_sites(), (CORRIDOR,))) == set()


@pytest.mark.parametrize("element", ["NdPr", "Dy"])
@given(drawn=mixed())
def test_for_a_site_it_is_dominance(element: str, drawn: tuple[Network, object]) -> None:
    network, _ = drawn
    ends = [s.id for s in network.sites.values() if s.stage is Stage.END_USE]
    cases = [c for c in cases_of(network, (SITE,)) if network.site(c.id).role in ONE_SITE]
    dominators = {route.site for route in single_routes(network, element) if route.end_uses}
    found = {case.id for case in without_bypass(network, ends, cases, element)}
    assert found == dominators & {case.id for case in cases}
