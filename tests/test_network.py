"""The network: references checked at once, neighbours, and its networkx copy."""

from __future__ import annotations

import networkx as nx
import pytest
from networks import flow, site, six_sites

from graph.errors import DataError, UnknownName
from graph.model import Stage
from graph.network import Network


def test_the_networkx_copy_carries_sites_flows_and_content() -> None:
    g = six_sites().to_networkx()
    assert (g.number_of_nodes(), g.number_of_edges()) == (8, 7)
    assert g.nodes["metal_vn"]["controlling_country"] == "CHN"
    edge = g.edges["mine_cn", "sep_my", "concentrate"]
    assert (edge["tonnes"], edge["NdPr"], edge["other"]) == (240.0, 60.0, 180.0)
    assert nx.shortest_path_length(g, "mine_cn", "ev_us") == 5


def test_neighbours() -> None:
    network = six_sites()
    assert [f.origin for f in network.inputs("sep_my")] == ["mine_cn", "mine_au"]
    assert network.outputs("ev_us") == ()


def test_every_wrong_reference_is_named_at_once() -> None:
    sale = flow("a", "nowhere", "ndfeb", 1, 1.0)
    with pytest.raises(DataError) as caught:
        Network.of([site("a", Stage.MAGNET, "JPN")] * 2, [sale, sale], snapshot="test", year=2025)
    text = str(caught.value)
    assert "two sites are called 'a'" in text
    assert "names 'nowhere', which is no site" in text
    assert "a->nowhere:ndfeb stands twice" in text


def test_an_unknown_site_comes_with_suggestions() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean .*magnet_jp"):
        six_sites().site("magnet_jpn")
