"""Loading the store: rows of a network, and what stands in the real embedded server afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, rebuilt, six_sites
from states import Load, ask

from graph import store
from graph.errors import StoreError
from graph.network import Network
from graph.store.bolt import Store
from graph.store.rows import SUPPLIES, companies, graph_rows
from graph.tracing import trace


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("Lynas", (("Lynas", None),)),
        ("A 51% (since 2023); B of C", (("A", 0.51), ("B of C", None))),
        ("A 92.5%, B 7.5%", (("A", 0.925), ("B", 0.075))),
        ("A 84% (2024), B 16%", (("A", 0.84), ("B", 0.16))),
        ("A, Inc. / B", (("A, Inc.", None), ("B", None))),
        ("A; A", (("A", None),)),
    ],
)
def test_companies_are_read_from_owner_texts(
    text: str, expected: tuple[tuple[str, float | None], ...]
) -> None:
    assert companies(text) == expected


def test_a_flow_row_holds_shares_and_leaves_out_what_is_not_known() -> None:
    network = six_sites()
    row = next(
        edge.properties
        for edge in graph_rows(network, trace(network)).edges[SUPPLIES]
        if edge.start == "mine_au"
    )
    assert row == {
        "material": "concentrate",
        "tonnes": 160.0,
        "share_of_input": 0.4,
        "share_of_output": 1.0,
        "confidence": "reported",
        "sources": ["usgs_mcs2026"],
        "year": 2025,
        "ndpr_t": 40.0,
        "share_of_input_ndpr": 0.4,
        "dy_t": 0.0,
        "share_of_input_dy": 0.0,
        "tb_t": 0.0,
        "share_of_input_tb": 0.0,
        "sm_t": 0.0,
        "share_of_input_sm": 0.0,
        "china_share": 0.0,
        "china_share_element": "NdPr",
        "china_share_mean": 0.0,
        "china_share_possible": 0.0,
        "china_controlled_share": 0.0,
        "china_share_ndpr": 0.0,
    }


def test_the_data_hash_changes_with_any_figure() -> None:
    network = six_sites()
    other = rebuilt(network, [replace(network.site("mine_au"), note="checked")])
    assert store.data_hash(network, trace(network)) == store.data_hash(network, trace(network))
    assert store.data_hash(network, trace(network)) != store.data_hash(other, trace(other))


def test_loading_twice_gives_the_same_graph(load: Load) -> None:
    first = load(six_sites())
    counted = ask("MATCH (n) RETURN labels(n) AS labels, count(*) AS n ORDER BY labels")
    second = load(six_sites())
    assert (first.sites, first.flows) == (second.sites, second.flows) == (8, 7)
    assert (second.removed_nodes, second.removed_relationships) == (0, 0)
    assert ask("MATCH (n) RETURN labels(n) AS labels, count(*) AS n ORDER BY labels") == counted
    assert ask("MATCH (:Site)-[f:SUPPLIES]->(:Site) RETURN count(f)") == ((7,),)
    assert ask("MATCH (s:Site) RETURN count(s), count(DISTINCT s.id)") == ((8, 8),)


def test_sites_carry_the_label_of_their_stage(load: Load) -> None:
    load(six_sites())
    assert ask("MATCH (s:Site) RETURN s.id, labels(s) ORDER BY s.id") == (
        ("ev_us", ["EndUse", "Site"]),
        ("magnet_jp", ["MagnetMaker", "Site"]),
        ("metal_vn", ["MetalMaker", "Site"]),
        ("mine_au", ["Mine", "Site"]),
        ("mine_cn", ["Mine", "Site"]),
        ("motor_us", ["ComponentMaker", "Site"]),
        ("sep_my", ["Processor", "Site"]),
        ("use_world", ["Boundary", "EndUse", "Site"]),
    )


def test_places_owners_and_sources_are_nodes(load: Load) -> None:
    network = six_sites()
    load(rebuilt(network, [replace(network.site("mine_au"), owner="Lynas 60%; Iluka 40%")]))
    assert ask(
        "MATCH (:Site {id: 'mine_au'})-[o:OWNED_BY]->(c:Company) RETURN c.name, o.stake "
        "ORDER BY c.name"
    ) == (("Iluka", 0.4), ("Lynas", 0.6))
    assert ask(
        "MATCH (s:Site)-[:LOCATED_IN]->(:Country {iso3: 'USA'}) RETURN s.id ORDER BY s.id"
    ) == (
        ("ev_us",),
        ("motor_us",),
    )
    assert ask("MATCH (:Site {id: 'sep_my'})-[:CITES]->(p:Source) RETURN p.publisher") == (
        ("U.S. Geological Survey",),
    )
    assert ask("MATCH (m:Material {id: 'ndpr_metal'}) RETURN m.basis, m.oxide_per_tonne") == (
        ("t metal", 1.1765),
    )


def test_what_has_gone_is_removed(load: Load) -> None:
    network = six_sites()
    load(network)
    sites = [site for site in network.sites.values() if site.id != "mine_au"]
    flows = [f for f in network.flows if f.origin != "mine_au"]
    report = load(
        Network.of(sites, flows, snapshot="test", year=2025, sources=network.sources.values())
    )
    assert (report.sites, report.flows) == (7, 6)
    assert (report.removed_nodes, report.removed_relationships) == (1, 0)
    assert ask("MATCH (s:Site {id: 'mine_au'}) RETURN s.id") == ()
    assert ask("MATCH ()-[f:SUPPLIES]->() RETURN count(f)") == ((6,),)


def test_a_flow_that_has_gone_is_removed_and_its_sites_stay(load: Load) -> None:
    network = six_sites()
    load(network)
    flows = [f for f in network.flows if f.target != "use_world"]
    report = load(Network.of(network.sites.values(), flows, snapshot="test", year=2025))
    assert report.removed_relationships == 1
    assert ask("MATCH (:Site)-[f:SUPPLIES]->(t:Site {id: 'use_world'}) RETURN count(f)") == ((0,),)
    assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),)


def test_a_property_that_has_gone_and_a_stage_that_changed_leave_no_trace(load: Load) -> None:
    network = six_sites()
    mine = network.site("mine_au")
    load(rebuilt(network, [replace(mine, note="old")]))
    load(rebuilt(network, [replace(mine, stage=network.site("sep_my").stage)]))
    assert ask("MATCH (s:Site {id: 'mine_au'}) RETURN labels(s), s.note") == (
        (["Processor", "Site"], None),
    )
    assert ask("MATCH (:Site {id: 'mine_au'})-[f:SUPPLIES]->() RETURN f.tonnes") == ((160.0,),)


def test_two_materials_between_the_same_sites_are_two_flows(load: Load) -> None:
    network = six_sites()
    both = (*network.flows, flow("sep_my", "metal_vn", "dy_oxide", 2.0, 0, 2.0))
    load(Network.of(network.sites.values(), both, snapshot="test", year=2025))
    assert ask(
        "MATCH (:Site {id: 'sep_my'})-[f:SUPPLIES]->(:Site {id: 'metal_vn'}) "
        "RETURN f.material, f.share_of_input ORDER BY f.material"
    ) == (("dy_oxide", 1.0), ("ndpr_oxide", 1.0))


def test_loading_reports_progress_up_to_the_end(load: Load) -> None:
    load(six_sites())
    seen: list[tuple[str, float]] = []
    with store.connect(read_only=False) as opened:
        opened.load(six_sites(), trace(six_sites()), lambda step, done: seen.append((step, done)))
    parts = [done for _, done in seen]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)


def test_a_connection_for_reading_does_not_load(opened: Store) -> None:
    with pytest.raises(StoreError, match="read_only=False"):
        opened.load(six_sites(), trace(six_sites()))
