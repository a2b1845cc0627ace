"""Tracing: literal shares on networks one can mix by hand, and what must always hold."""

from __future__ import annotations

import math
from unittest import mock

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import flow, site, six_sites

from graph import mixing
from graph.errors import DataError
from graph.indicators import CONTROLLED
from graph.model import Flow, Role, Stage
from graph.network import Network
from graph.tracing import shipped_share, trace


def share_of(network: Network, key: str) -> float:
    traced = trace(network)
    return {f.key: s for f, s in zip(network.flows, traced.flows, strict=True)}[key].china_share


def test_mixing_is_proportional() -> None:
    network = six_sites()
    assert share_of(network, "mine_cn->sep_my:concentrate") == 1.0
    assert share_of(network, "mine_au->sep_my:concentrate") == 0.0
    assert share_of(network, "motor_us->ev_us:ndfeb") == pytest.approx(0.6, abs=1e-12)


def test_what_flows_carry_together_mixes_by_tonnes() -> None:
    """60 t of NdPr out of China and 40 t from elsewhere; metal_vn is controlled from China."""
    network = six_sites()
    traced = trace(network)
    ore = {"mine_cn->sep_my:concentrate", "mine_au->sep_my:concentrate"}
    assert shipped_share(network, traced, ore) == pytest.approx(0.6)
    assert shipped_share(network, traced, {"mine_au->sep_my:concentrate"}) == 0.0
    assert shipped_share(network, traced, {"metal_vn->magnet_jp:ndpr_metal"}) == pytest.approx(0.6)
    assert shipped_share(
        network, traced, {"metal_vn->magnet_jp:ndpr_metal"}, CONTROLLED
    ) == pytest.approx(1.0)
    assert shipped_share(network, traced, set()) is None


def test_what_flows_carry_together_is_headed_by_the_highest_element() -> None:
    """Dysprosium from China only, NdPr a quarter: what is shipped of both counts as dysprosium."""
    sites = (
        site("cn", Stage.SEPARATION, "CHN"),
        site("au", Stage.SEPARATION, "AUS"),
        site("metal", Stage.METAL, "JPN"),
    )
    flows = (
        flow("cn", "metal", "ndpr_oxide", 25.0, 25.0),
        flow("cn", "metal", "dy_oxide", 1.0, 0, 1.0),
        flow("au", "metal", "ndpr_oxide", 75.0, 75.0),
    )
    network = Network.of(sites, flows, snapshot="test", year=2025)
    traced = trace(network)
    keys = {flow.key for flow in network.flows}
    assert shipped_share(network, traced, keys) == pytest.approx(1.0)
    oxides = {key for key in keys if "ndpr" in key}
    assert shipped_share(network, traced, oxides) == pytest.approx(0.25)


def test_control_differs_from_location() -> None:
    """metal_vn stands in Viet Nam and is controlled from China: all that passes it is touched."""
    traced = trace(six_sites())
    assert traced.sites["ev_us"].china_share == pytest.approx(0.6)
    assert traced.sites["ev_us"].china_controlled_share == pytest.approx(1.0)


def test_a_site_in_china_is_touched_whatever_it_buys() -> None:
    network = Network.of(
        (
            site("m", Stage.MINE, "AUS"),
            site("s", Stage.SEPARATION, "CHN"),
            site("u", Stage.END_USE, "USA"),
        ),
        (flow("m", "s", "concentrate", 10, 10.0), flow("s", "u", "ndpr_oxide", 10, 10.0)),
        snapshot="t",
        year=2025,
    )
    assert share_of(network, "m->s:concentrate") == 0.0
    assert share_of(network, "s->u:ndpr_oxide") == 1.0


def magnet_with_chinese_dy() -> Network:
    """97 t Australian NdPr and 3 t Chinese Dy in one magnet."""
    return Network.of(
        (
            site("au", Stage.METAL, "AUS"),
            site("cn", Stage.METAL, "CHN"),
            site("mag", Stage.MAGNET, "JPN"),
            site("car", Stage.END_USE, "JPN"),
        ),
        (
            flow("au", "mag", "ndpr_metal", 97 / 1.1765, 97.0),
            flow("cn", "mag", "dy_metal", 3 / 1.148, 0.0, 3.0),
            flow("mag", "car", "ndfeb", 300, 97.0, 3.0),
        ),
        snapshot="t",
        year=2025,
    )


def test_the_headline_is_the_highest_element_and_names_it() -> None:
    share = trace(magnet_with_chinese_dy()).sites["car"]
    assert share.china_share == 1.0
    assert share.china_share_element == "Dy"
    assert share.china_share_mean == pytest.approx(0.03)
    assert share.by_element[:2] == (0.0, 1.0)
    assert math.isnan(share.by_element[3])


def test_unknown_origin_is_neither() -> None:
    network = Network.of(
        (
            site("stock", Stage.SEPARATION, "ZZZ", role=Role.STOCK),
            site("cn", Stage.SEPARATION, "CHN"),
            site("alloy", Stage.METAL, "GBR"),
            site("mag", Stage.MAGNET, "USA"),
        ),
        (
            flow("stock", "alloy", "sm_oxide", 60, 0, 0, 0, 60.0),
            flow("cn", "alloy", "sm_oxide", 40, 0, 0, 0, 40.0),
            flow("alloy", "mag", "sm_metal", 80, 0, 0, 0, 100.0),
        ),
        snapshot="t",
        year=2025,
    )
    share = trace(network).sites["mag"]
    assert share.china_share == pytest.approx(0.4)
    assert share.unknown_by_element[3] == pytest.approx(0.6)
    assert share.china_share_possible == pytest.approx(1.0)


def test_recycling_loop() -> None:
    """A magnet maker buys 80 abroad and 10 in China and gets 10 of its swarf back.

    q = (80 * 0 + 10 * 1 + 10 q) / 100, so q = 10/90.
    """
    network = Network.of(
        (
            site("au", Stage.METAL, "AUS"),
            site("cn", Stage.METAL, "CHN"),
            site("mag", Stage.MAGNET, "JPN"),
            site("rec", Stage.SEPARATION, "JPN", role=Role.RECYCLER),
            site("car", Stage.END_USE, "JPN"),
        ),
        (
            flow("au", "mag", "ndpr_metal", 80, 80.0),
            flow("cn", "mag", "dy_metal", 10, 10.0),
            flow("rec", "mag", "ndpr_oxide", 10, 10.0),
            flow("mag", "rec", "swarf", 10, 10.0),
            flow("mag", "car", "ndfeb", 300, 90.0),
        ),
        snapshot="t",
        year=2025,
    )
    assert trace(network).sites["car"].china_share == pytest.approx(10 / 90, abs=1e-12)


def in_rings(edges: list[tuple[int, int, float]]) -> Network:
    """Magnet makers that pass NdPr on among themselves, each also supplied by a mine of its own;
    every second mine is in China."""
    makers = range(6)
    return Network.of(
        (
            *(site(f"m{i}", Stage.MINE, "AUS" if i % 2 else "CHN") for i in makers),
            *(site(f"s{i}", list(Stage)[1 + i % 3], "JPN") for i in makers),
        ),
        (
            *(flow(f"m{i}", f"s{i}", "concentrate", 10, 1.0) for i in makers),
            *(flow(f"s{i}", f"s{j}", "swarf", 1e5, t) for i, j, t in edges if i != j),
        ),
        snapshot="t",
        year=2025,
    )


EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(0.1, 100)),
    max_size=20,
    unique_by=lambda edge: edge[:2],
)


@given(EDGES)
def test_shares_are_those_of_the_plain_system(edges: list[tuple[int, int, float]]) -> None:
    """The same equations, written out and solved as they stand, for loops solved at once and for
    loops that are gone round."""
    network = in_rings(edges)
    system, answer = np.eye(6), np.zeros(6)
    for j in range(6):
        arriving = sum(f.content[0] for f in network.inputs(f"s{j}"))
        answer[j] = (1.0 if j % 2 == 0 else 0.0) / arriving
        for f in network.inputs(f"s{j}"):
            if f.origin.startswith("s"):
                system[j, int(f.origin[1:])] -= f.content[0] / arriving
    expected = np.linalg.solve(system, answer)
    for largest in (mixing.LARGEST_LOOP, 1):
        with mock.patch.object(mixing, "LARGEST_LOOP", largest):
            traced = trace(network)
        found = [traced.sites[f"s{j}"].china_share for j in range(6)]
        assert found == pytest.approx(expected, abs=1e-12)


@given(EDGES)
def test_flows_lead_on_unless_they_close_a_large_loop(edges: list[tuple[int, int, float]]) -> None:
    """Without this order a million flows would take for ever."""
    pairs = [(i, j) for i, j, _ in edges if i != j]
    origin = np.array([i for i, _ in pairs], dtype=np.intp)
    target = np.array([j for _, j in pairs], dtype=np.intp)
    with mock.patch.object(mixing, "LARGEST_LOOP", 1):
        chain = mixing.in_order(origin, target, np.zeros(6, dtype=np.int_))
    assert (chain.sites[chain.origin] == origin).all()
    assert (chain.sites[chain.target] == target).all()
    assert ((chain.origin < chain.target) | chain.returns).all()
    reaches = nx.transitive_closure(nx.DiGraph(pairs))
    assert all(
        reaches.has_edge(target[i], origin[i]) for i in np.flatnonzero(chain.returns).tolist()
    )


@pytest.mark.parametrize("largest", [200, 1])
def test_what_goes_round_and_never_comes_in_has_no_origin(
    largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixing, "LARGEST_LOOP", largest)
    monkeypatch.setattr(mixing, "MOST_ROUNDS", 50)
    network = Network.of(
        (site("a", Stage.SEPARATION, "JPN"), site("b", Stage.METAL, "JPN")),
        (flow("a", "b", "ndpr_oxide", 1, 1.0), flow("b", "a", "swarf", 1, 1.0)),
        snapshot="t",
        year=2025,
    )
    with pytest.raises(DataError, match="goes round in a loop of sites"):
        trace(network)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0.1, 1e4)),
        min_size=1,
        max_size=12,
        unique_by=lambda e: e[:2],
    ),
    st.lists(st.sampled_from(["CHN", "AUS"]), min_size=3, max_size=3),
)
def test_shares_stay_between_the_extremes(
    edges: list[tuple[int, int, float]], places: list[str]
) -> None:
    """A mix never leaves the range of what was mixed, and China plus not-China is everything."""
    mines = [site(f"m{i}", Stage.MINE, c) for i, c in enumerate(places)]
    plants = [site(f"s{i}", Stage.SEPARATION, "MYS") for i in range(3)]
    flows: list[Flow] = [flow(f"m{i}", f"s{j}", "concentrate", t, t) for i, j, t in edges]
    network = Network.of((*mines, *plants), flows, snapshot="t", year=2025)
    traced = trace(network)
    for plant in plants:
        inputs = network.inputs(plant.id)
        if inputs:
            chinese = sum(f.tonnes for f in inputs if network.sites[f.origin].country == "CHN")
            expected = chinese / sum(f.tonnes for f in inputs)
            assert traced.sites[plant.id].china_share == pytest.approx(expected, abs=1e-9)
