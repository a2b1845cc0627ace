"""Asking the store, over real Bolt: only reading, within bounds, in plain values."""

from __future__ import annotations

import time

import pytest
from networks import six_sites
from states import ENDLESS, Load

from graph import store
from graph.errors import StoreError
from graph.store import runtime
from graph.store.bolt import Store


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
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"did not finish in 0\.5 s"):
        opened.run(ENDLESS, timeout=0.5)
    assert time.monotonic() - started < 3
    assert opened.run("RETURN 1").rows == ((1,),)


@pytest.mark.usefixtures("empty_state")
def test_the_server_ends_long_queries_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "QUERY_LIMIT_S", 1)
    with store.connect() as opened, pytest.raises(StoreError, match="did not finish"):
        opened.run(ENDLESS, timeout=30)


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
