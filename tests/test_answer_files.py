"""The answer of a query as a file for programs."""

from __future__ import annotations

import io
import json

import networkx as nx

from graph.store import GraphEdge, GraphNode, QueryResult, ResultGraph
from ui.viewmodels import answer_files

GRAPH = ResultGraph(
    (
        GraphNode("#1:0", ("Site", "Mine"), {"id": "a", "name": "<b>&\x00\ud800", "n": 1}),
        GraphNode("#1:1", ("Site",), {"id": "c", "tags": ["x", "y"], "half": 0.5, "n": "many"}),
    ),
    (
        GraphEdge("#2:0", "#1:0", "#1:1", "SUPPLIES", {"tonnes": 2.5, "sure": True}),
        GraphEdge("#2:1", "#1:0", "#1:1", "SUPPLIES", {"tonnes": 1.0, "sure": False}),
    ),
)


def test_graphml_reads_back_as_the_same_graph() -> None:
    text = answer_files.graphml(QueryResult(("x",), (), False, 0.1, GRAPH))
    read = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
    assert read.is_directed()
    assert read.nodes["#1:0"] == {"id": "a", "name": "<b>&  ", "n": 1, "labels": "Site:Mine"}
    assert read.nodes["#1:1"] == {
        **{"id": "c", "tags": "x, y", "half": 0.5, "n": "many", "labels": "Site"},
    }
    assert read.get_edge_data("#1:0", "#1:1", "#2:0") == {
        **{"tonnes": 2.5, "sure": True, "type": "SUPPLIES"},
    }
    assert read.number_of_edges() == 2


def test_json_has_the_values_as_they_came() -> None:
    result = QueryResult(("n", "list"), ((1.25, ["=1", None]), (None, [])), False, 0.1)
    assert json.loads(answer_files.json(result)) == [
        {"n": 1.25, "list": ["=1", None]},
        {"n": None, "list": []},
    ]
