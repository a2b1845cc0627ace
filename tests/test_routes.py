"""Single routes: a chain with and without a bypass, and networkx as the second opinion."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from drawn import mixed
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import flow, site, six_sites

from graph.errors import UnknownName
from graph.model import Stage
from graph.network import Network
from graph.routes import articulation_points, dominators, joined, single_routes
from graph.structure import tightest_cut


def test_all_of_a_chain_but_its_two_mines_is_a_single_route() -> None:
    found = {route.site: (route.end_uses, route.splits) for route in single_routes(six_sites())}
    cars = ("ev_us",)
    assert found == {
        "magnet_jp": (cars, True),
        "metal_vn": (cars, True),
        "motor_us": (cars, True),
        "sep_my": (cars, True),
    }


def bypassed() -> Network:
    """six_sites with a second separator for the Australian mine: only what follows is single."""
    network = six_sites()
    return Network.of(
        (*network.sites.values(), site("sep_au", Stage.SEPARATION, "AUS")),
        (
            *network.flows,
            flow("mine_au", "sep_au", "concentrate", 1, 1.0),
            flow("sep_au", "metal_vn", "ndpr_oxide", 1, 1.0),
        ),
        snapshot="t",
        year=2025,
    )


def test_a_bypass_ends_a_single_route_however_thin_it_is() -> None:
    routes = {route.site: route for route in single_routes(bypassed())}
    assert [id for id, route in routes.items() if route.end_uses] == [
        "magnet_jp",
        "metal_vn",
        "motor_us",
    ]
    # The other uses of La and Ce still hang on it alone.
    assert (routes["sep_my"].end_uses, routes["sep_my"].splits) == ((), True)
    first = routes["magnet_jp"]
    assert (first.name, first.country, first.stage) == ("Magnet Jp", "JPN", Stage.MAGNET)


def test_an_element_goes_its_own_ways() -> None:
    network = bypassed()
    assert single_routes(network, "Dy") == ()
    assert {route.site for route in single_routes(network, "other")} == {"sep_my"}
    with pytest.raises(UnknownName, match="no element called 'Nd'"):
        single_routes(network, "Nd")


@settings(deadline=None)
@given(mixed())
def test_nothing_arrives_without_a_single_route(drawn: tuple[Network, np.ndarray]) -> None:
    network, _ = drawn
    for route in single_routes(network):
        if route.end_uses:
            assert tightest_cut(network, "end", "NdPr", without=(route.site,)).tonnes == 0.0


PLACES = st.integers(0, 9)


@settings(deadline=None)
@given(st.lists(st.tuples(PLACES, PLACES).filter(lambda link: link[0] != link[1]), min_size=1))
def test_networkx_finds_the_same(links: list[tuple[int, int]]) -> None:
    graph = joined(10, *np.array(links).T)
    other: nx.DiGraph[int] = nx.DiGraph(links)
    other.add_node(10)
    other.add_edges_from(
        (10, node) for node in tuple(other) if node != 10 and not other.in_degree(node)
    )
    expected = {k: v for k, v in nx.immediate_dominators(other, 10).items() if k != 10}
    assert dominators(graph) == expected
    points = set(nx.articulation_points(other.to_undirected()))
    assert articulation_points(graph) == points - {10}
