"""The store against the real embedded server, over real Bolt."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError
from networks import flow, six_sites

from graph import store
from graph.errors import StoreError
from graph.model import Site
from graph.network import Network
from graph.store import embedded, runtime
from graph.store.bolt import Endpoint, Store, check_server
from graph.store.guard import refusal
from graph.store.rows import SUPPLIES, companies, graph_rows
from graph.store.trouble import one_clear_error
from graph.tracing import trace

Load = Callable[[Network], store.LoadReport]
ROOT = Path(__file__).resolve().parent.parent


def changed(network: Network, **sites: Site | None) -> Network:
    """`network` with sites replaced, or with None left out together with their flows."""
    kept = {**network.sites, **{site.id: site for site in sites.values() if site}}
    for id, site in sites.items():
        if site is None:
            del kept[id]
    return Network.of(
        kept.values(),
        [f for f in network.flows if f.origin in kept and f.target in kept],
        snapshot=network.snapshot,
        year=network.year,
        sources=network.sources.values(),
    )


def ask(cypher: str, **parameters: object) -> tuple[tuple[object, ...], ...]:
    with store.connect() as opened:
        return opened.run(cypher, parameters).rows


# Rows


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
    other = changed(network, mine_au=replace(network.site("mine_au"), note="checked"))
    assert store.data_hash(network, trace(network)) == store.data_hash(network, trace(network))
    assert store.data_hash(network, trace(network)) != store.data_hash(other, trace(other))


# Loading


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
    load(changed(network, mine_au=replace(network.site("mine_au"), owner="Lynas 60%; Iluka 40%")))
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
    report = load(changed(network, mine_au=None))
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
    load(changed(network, mine_au=replace(mine, note="old")))
    load(changed(network, mine_au=replace(mine, stage=network.site("sep_my").stage)))
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


# Asking


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Site {id: 'x'})",
        "MERGE (n:Site {id: 'x'})",
        "MATCH (s:Site) SET s.name = 'x'",
        "MATCH (s:Site) REMOVE s.name",
        "MATCH (s:Site) DETACH DELETE s",
        "MATCH ()-[f:SUPPLIES]->() DELETE f",
        "CREATE INDEX x FOR (s:Site) ON (s.name)",
        "DROP CONSTRAINT magnetrace_site",
        "CREATE USER x SET PASSWORD 'xxxxxxxx'",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
        "LOAD CSV FROM 'https://example.org/x.csv' AS line RETURN line",
        "LOAD CSV FROM 'http://127.0.0.1:1/x.csv' AS line RETURN line",
    ],
)
def test_the_server_refuses_all_but_reading(load: Load, opened: Store, cypher: str) -> None:
    load(six_sites())
    before = opened.run("MATCH (n) RETURN count(n), count(n.name)").rows
    with pytest.raises(StoreError, match="open for reading only"):
        opened.run(cypher)
    assert opened.run("MATCH (n) RETURN count(n), count(n.name)").rows == before


def test_the_limit_cuts_and_says_so(load: Load, opened: Store) -> None:
    load(six_sites())
    cut = opened.run("MATCH (s:Site) RETURN s.id AS id ORDER BY id", limit=3)
    assert (cut.columns, cut.rows, cut.more) == (
        ("id",),
        (("ev_us",), ("magnet_jp",), ("metal_vn",)),
        True,
    )
    assert not opened.run("MATCH (s:Site) RETURN s.id", limit=8).more
    assert len(opened.run("UNWIND range(1, 6000) AS n RETURN n", limit=10_000).rows) == 6000


def test_counts_are_whole_whatever_the_limit(opened: Store) -> None:
    assert opened.run("UNWIND range(1, 20000) AS n RETURN count(n)", limit=1).rows == ((20_000,),)


def test_a_query_that_takes_too_long_is_given_up(opened: Store) -> None:
    endless = (
        "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b "
        "WITH a, b WHERE a * b = -1 RETURN count(*)"
    )
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"did not finish in 0\.5 s"):
        opened.run(endless, timeout=0.5)
    assert time.monotonic() - started < 3
    assert opened.run("RETURN 1").rows == ((1,),)


@pytest.mark.usefixtures("empty_state")
def test_the_server_ends_long_queries_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "QUERY_LIMIT_S", 1)
    endless = (
        "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b "
        "WITH a, b WHERE a * b = -1 RETURN count(*)"
    )
    with store.connect() as opened, pytest.raises(StoreError, match="did not finish"):
        opened.run(endless, timeout=30)


@pytest.mark.parametrize(
    ("cypher", "said"),
    [
        ("MATCH (n RETURN n", "Syntax error at line 1"),
        ("RETURN nothing", "Variable 'nothing' not defined"),
        ("MATCH (s:Site {id: $id}) RETURN s", "id"),
    ],
)
def test_a_wrong_query_is_told_in_one_message(opened: Store, cypher: str, said: str) -> None:
    with pytest.raises(StoreError, match="not valid") as caught:
        opened.run(cypher)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("limit", "timeout"), [(0, 1.0), (1, 0.0)])
def test_limit_and_timeout_are_checked(opened: Store, limit: int, timeout: float) -> None:
    with pytest.raises(StoreError, match="at least 1 row"):
        opened.run("RETURN 1", limit=limit, timeout=timeout)


def test_values_become_plain(opened: Store) -> None:
    rows = opened.run(
        "RETURN 1 AS i, 2.5 AS f, 'x' AS t, true AS b, null AS n, [1, [2]] AS l, {a: {b: 1}} AS m, "
        "date('2025-04-04') AS d"
    ).rows
    assert rows == ((1, 2.5, "x", True, None, [1, [2]], {"a": {"b": 1}}, "2025-04-04"),)


def test_parameters_are_values_never_query_text(load: Load, opened: Store) -> None:
    load(six_sites())
    text = "x'}) DETACH DELETE s //"
    assert opened.run("RETURN $text AS text", {"text": text}).rows == ((text,),)
    assert opened.run("MATCH (s:Site {id: $id}) RETURN s", {"id": text}).rows == ()


@pytest.mark.parametrize(
    "returned",
    ["p", "a, f, b", "f, a, b", "[a, b], collect(f)", "{ends: [a, b], flow: f}"],
)
def test_nodes_and_edges_are_kept_for_drawing(load: Load, opened: Store, returned: str) -> None:
    load(six_sites())
    graph = opened.run(
        f"MATCH p = (a:Site {{id: 'mine_cn'}})-[f:SUPPLIES]->(b:Site) RETURN {returned}"
    ).graph
    nodes = {node.key: node for node in graph.nodes}
    assert sorted(str(node.properties["id"]) for node in graph.nodes) == ["mine_cn", "sep_my"]
    (edge,) = graph.edges
    assert (edge.type, edge.properties["tonnes"]) == ("SUPPLIES", 240.0)
    assert nodes[edge.start].properties["id"] == "mine_cn"
    assert nodes[edge.end].properties["id"] == "sep_my"
    assert nodes[edge.start].labels == ("Mine", "Site")


def test_the_schema_names_labels_types_and_properties(load: Load, opened: Store) -> None:
    load(six_sites())
    schema = opened.schema()
    assert set(schema.relationships) == {"SUPPLIES", "LOCATED_IN", "CITES"}
    assert schema.labels["Country"] == ("iso3",)
    assert "share_of_input" in schema.relationships["SUPPLIES"]


# The server


def test_status_tells_what_runs_and_what_is_loaded(load: Load) -> None:
    report = load(six_sites())
    status = store.status()
    assert (status.state, status.server) == ("running", "embedded")
    assert status.uri.startswith("bolt://127.0.0.1:")
    meta = status.meta
    assert meta is not None
    assert (meta.sites, meta.flows, meta.snapshot) == (8, 7, "test")
    assert (meta.schema_version, meta.data_hash) == (store.SCHEMA_VERSION, report.data_hash)


def test_the_server_is_private(load: Load, own_state: Path) -> None:
    load(six_sites())
    server = embedded.running()
    assert server is not None
    assert stat.S_IMODE((own_state / "store.json").stat().st_mode) == 0o600
    assert not (own_state / "store" / "root-password").exists()
    line = runtime.command_line(server.pid)
    assert server.root_password not in line
    assert server.reader_password not in line
    assert "-Xmx512m" in line
    for port in (server.bolt_port, server.http_port):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        # Another address of this very machine: a server bound to all of them would answer.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), timeout=2)


def test_a_wrong_password_is_refused(load: Load) -> None:
    load(six_sites())
    server = embedded.running()
    assert server is not None
    endpoint = replace(server.endpoint, reader=(runtime.READER, "guessed"))
    with pytest.raises(StoreError, match="refused the user name or password"):
        store.servers.open_store(endpoint).__enter__()


def test_a_killed_server_comes_back_with_its_data(load: Load) -> None:
    load(six_sites())
    first = embedded.running()
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while embedded.running() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert store.status().state == "not running"
    assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),)
    second = embedded.running()
    assert second is not None
    assert second.pid != first.pid
    assert second.reader_password != first.reader_password
    meta = store.status().meta
    assert meta is not None
    assert meta.flows == 7


def test_a_server_that_was_never_ready_is_started_anew(load: Load) -> None:
    load(six_sites())
    first = embedded.running()
    assert first is not None
    embedded._write_state(replace(first, ready=False))
    assert store.status().state == "not running"
    with embedded._lock():
        assert store.status().state == "starting"
    assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),)
    second = embedded.running()
    assert second is not None
    assert second.pid != first.pid
    assert not embedded._is_ours(first)


def test_a_stale_state_file_never_ends_a_stranger(empty_state: Path) -> None:
    stale = embedded.Server(os.getpid(), 1, 2, "x", "y", str(empty_state / "store"), ready=True)
    embedded._write_state(stale)
    assert store.status().state == "not running"
    assert store.stop() is False
    assert not (empty_state / "store.json").exists()
    embedded._write_state(stale)
    assert ask("RETURN 1") == ((1,),)
    server = embedded.running()
    assert server is not None
    assert server.pid != os.getpid()


FIELDS = (
    '"bolt_port": 1, "http_port": 2, "reader_password": "x", "root_password": "y", "ready": true'
)


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", '{"pid": 1}', "[" * 100_000),
        f'{{"pid": [1], "home": "/nowhere", {FIELDS}}}',
        f'{{"pid": "\\u0000", "home": "/nowhere", {FIELDS}}}',
        f'{{"pid": 1, "home": null, {FIELDS}}}',
    ],
)
def test_a_broken_state_file_counts_as_none(empty_state: Path, content: str) -> None:
    (empty_state / "store.json").write_text(content)
    assert store.status().state == "not running"
    assert store.stop() is False


def test_starting_in_the_background_and_stopping(empty_state: Path) -> None:
    started = time.monotonic()
    status = store.start(wait=False)
    assert time.monotonic() - started < 1
    assert status.state == "starting"
    deadline = time.monotonic() + 60
    while store.status().state == "starting" and time.monotonic() < deadline:
        time.sleep(0.1)
    running = store.status()
    assert (running.state, running.meta) == ("running", None)
    assert running.pid is not None
    assert store.stop() is True
    assert runtime.command_line(running.pid) == ""
    assert store.stop() is False
    assert list(empty_state.glob("store.json")) == []


@pytest.mark.usefixtures("empty_state")
def test_two_starts_at_once_share_one_server() -> None:
    program = "from graph import store; print(store.start().pid)"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    pids = {process.communicate(timeout=120)[0].strip() for process in both}
    server = embedded.running()
    assert server is not None
    assert pids == {str(server.pid)}


def test_data_that_cannot_be_opened_are_given_up(empty_state: Path) -> None:
    network = six_sites()
    with store.connect(read_only=False) as opened:
        opened.load(network, trace(network))
    store.stop()
    for file in (empty_state / "store" / "databases" / runtime.DATABASE).iterdir():
        file.write_bytes(b"broken")
    assert ask("MATCH (n) RETURN count(n)") == ((0,),)
    assert store.status().meta is None
    with store.connect(read_only=False) as opened:
        assert opened.load(network, trace(network)).sites == 8


def test_a_java_that_cannot_run_is_told_in_one_sentence(
    empty_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = empty_state / "java"
    java.write_text("#!/bin/sh\necho \"libc.so.6: version 'GLIBC_2.34' not found\" >&2\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setattr(runtime, "find_runtime", lambda: runtime.Runtime(java, empty_state))
    with pytest.raises(StoreError, match=r"GLIBC_2\.34' not found.*glibc 2\.34 or later") as caught:
        store.start()
    assert "\n" not in str(caught.value)
    store.start(wait=False)
    deadline = time.monotonic() + 10
    while store.status().state == "starting" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "GLIBC_2.34" in store.status().detail


def test_a_java_of_another_machine_is_told(
    empty_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = empty_state / "java"
    java.write_bytes(b"\x7fELF not for this machine")
    java.chmod(0o755)
    monkeypatch.setattr(runtime, "find_runtime", lambda: runtime.Runtime(java, empty_state))
    with pytest.raises(StoreError, match="cannot run here"):
        store.start()


def test_a_missing_wheel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "find_spec", lambda _name: None)
    with pytest.raises(StoreError, match="install the package arcadedb-embedded"):
        runtime.find_runtime()


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path / "file" / "state"))
    with pytest.raises(StoreError, match="MAGNETRACE_STATE"):
        store.status()


# Neo4j


def test_neo4j_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    with pytest.raises(StoreError, match="does not answer"), store.connect():
        pass
    status = store.status()
    assert (status.state, status.server) == ("not running", "neo4j")
    assert "does not answer" in status.detail


@pytest.mark.parametrize(
    "address", ["nowhere", "http://127.0.0.1:7474", "bolt+x://localhost", "bolt://["]
)
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(StoreError, match=r"not an address.*neo4j://localhost:7687"):
        store.connect(address).__enter__()


def test_an_unknown_database_is_told(load: Load) -> None:
    load(six_sites())
    server = embedded.running()
    assert server is not None
    with (
        store.servers.open_store(replace(server.endpoint, database="nowhere")) as opened,
        pytest.raises(StoreError, match=r"no database 'nowhere'.*NEO4J_DATABASE"),
    ):
        opened.run("RETURN 1")


def test_encryption_that_the_server_does_not_have_is_told(load: Load) -> None:
    load(six_sites())
    server = embedded.running()
    assert server is not None
    uri = server.endpoint.uri.replace("bolt://", "bolt+s://")
    with pytest.raises(StoreError, match=r"does not answer.*asks for encryption"):
        store.servers.open_store(replace(server.endpoint, uri=uri)).__enter__()


def test_an_address_with_routing_is_understood(load: Load) -> None:
    load(six_sites())
    server = embedded.running()
    assert server is not None
    uri = server.endpoint.uri.replace("bolt://", "neo4j://")
    with store.servers.open_store(replace(server.endpoint, uri=uri)) as opened:
        assert opened.run("MATCH (s:Site) RETURN count(s)").rows == ((8,),)


@pytest.mark.parametrize(
    ("code", "message", "writes", "said"),
    [
        ("ClientError.Database.DatabaseNotFound", "No d.", False, "NEO4J_DATABASE"),
        ("ClientError.Security.CredentialsExpired", "Expired.", False, "changed first"),
        ("ClientError.Security.Forbidden", "Create node denied.", True, "may not write"),
        ("ClientError.Security.Forbidden", "Create node denied.", False, "reading only"),
        ("ClientError.Security.Forbidden", "Access to 'neo4j' denied.", False, "that this user"),
        ("ClientError.Statement.SyntaxError", "Invalid 'X'.", False, "not valid: Invalid 'X'."),
        ("ClientError.Transaction.TransactionTimedOut", "Ended.", False, "did not finish in 3 s"),
        ("TransientError.General.DatabaseUnavailable", "Stopped.", False, "once it is online"),
        ("DatabaseError.General.UnknownError", "Odd.", False, "reports an error: Odd."),
    ],
)
def test_what_a_server_reports_is_told_with_what_to_do(
    code: str, message: str, writes: bool, said: str
) -> None:
    error = Neo4jError._hydrate_neo4j(code=f"Neo.{code}", message=message)
    with (
        pytest.raises(StoreError, match=said),
        one_clear_error("neo4j://db", "neo4j", 3.0, writes=writes),
    ):
        raise error


def test_only_neo4j_itself_is_taken_for_neo4j(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load(six_sites())
    server = embedded.running()
    assert server is not None
    monkeypatch.setenv("NEO4J_URI", server.endpoint.uri)
    monkeypatch.setenv("NEO4J_USERNAME", runtime.WRITER)
    monkeypatch.setenv("NEO4J_PASSWORD", server.root_password)
    monkeypatch.setenv("NEO4J_DATABASE", runtime.DATABASE)
    with pytest.raises(StoreError, match="Only Neo4j itself is supported"), store.connect():
        pass


UNBOUND = Endpoint("neo4j://db", "neo4j", ("neo4j", "x"), ("neo4j", "x"), reader_is_bound=False)


@pytest.mark.parametrize(
    "agent", ["Neo4j/5.22.0", "Neo4j/4.4.40", "Other/1.0", "Neo4j/5.26.0 compatible (X)"]
)
def test_servers_that_cannot_be_worked_with(agent: str) -> None:
    with pytest.raises(StoreError):
        check_server(agent, UNBOUND)


@pytest.mark.parametrize("agent", ["Neo4j/5.23.0", "Neo4j/5.26.1", "Neo4j/2025.10.1"])
def test_servers_that_can(agent: str) -> None:
    check_server(agent, UNBOUND)


def test_where_the_server_does_not_bind_the_reader_plans_are_looked_at(load: Load) -> None:
    """The examination itself, with the plan that the embedded server gives."""
    load(six_sites())
    server = embedded.running()
    assert server is not None
    endpoint = replace(server.endpoint, reader_is_bound=False)
    with GraphDatabase.driver(endpoint.uri, auth=endpoint.reader) as driver:
        rows = Store(endpoint, driver, None).run("PROFILE MATCH (s:Site) RETURN count(s)").rows
    assert rows == ((8,),)


def plan(operator: str, details: str = "", *children: dict[str, Any]) -> dict[str, Any]:
    """A plan as the driver gives Neo4j's: operators end in the database, details in `args`."""
    return {
        "operatorType": f"{operator}@neo4j",
        "args": {"Details": details},
        "children": list(children),
    }


def test_plans_with_load_csv_or_unlisted_procedures_are_refused() -> None:
    labels = plan("ProcedureCall", "db.labels() :: (label :: STRING)")
    files = plan("ProcedureCall", "apoc.load.json($autostring_0) :: (value :: MAP)")
    assert refusal(plan("ProduceResults", "n", plan("NodeByLabelScan", "n:Site"))) is None
    assert refusal(plan("ProduceResults", "label", labels)) is None
    assert "LOAD CSV" in str(refusal(plan("ProduceResults", "line", plan("LoadCSV", "line"))))
    assert "apoc.load.json" in str(
        refusal(plan("ProduceResults", "v", plan("Apply", "", labels, files)))
    )
    assert refusal(plan("ProcedureCall", "")) is not None
    assert refusal(None) is not None


def test_a_plan_is_seen_to_its_end_however_deep() -> None:
    """Of a query of many clauses it is as deep as the query is long."""
    found = plan("LoadCSV", "line")
    for _ in range(5000):
        found = plan("Projection", "a", found)
    assert "LOAD CSV" in str(refusal(found))


def test_the_state_file_says_no_more_than_needed(load: Load, own_state: Path) -> None:
    load(six_sites())
    assert set(json.loads((own_state / "store.json").read_text())) == {
        "pid",
        "bolt_port",
        "http_port",
        "reader_password",
        "root_password",
        "home",
        "ready",
    }
