"""The answer of a query as table, file and graph."""

from __future__ import annotations

from graph.queries.header import GRAPH
from graph.store import GraphEdge, GraphNode, QueryResult, ResultGraph
from ui.charts.network import answer_drawing
from ui.viewmodels import answer


def result(*rows: tuple[object, ...], columns: tuple[str, ...], more: bool = False) -> QueryResult:
    return QueryResult(columns, rows, more, 0.25)


def test_heads_carry_units_and_shares_become_percent() -> None:
    found = result(
        ("s_kuantan", "metal_alloy", 1234.567, 0.9749, None),
        ("x", "ndfeb", 2.0, 0.5, True),
        columns=("site", "stage", "tonnes", "china_share", "known"),
    )
    table = answer.table(found, {"tonnes": "t/yr", "china_share": "share"})
    first, second = table.rows
    assert first == {
        "Site": "s_kuantan",
        "Stage": "Metal & alloy",
        "Tonnes, t/yr": 1230.0,
        "China share": 97.5,
        "Known": None,
    }
    assert (second["Stage"], second["Known"]) == ("NdFeB magnets", "yes")
    assert table.kinds == {"Tonnes, t/yr": "number", "China share": "share"}


def test_what_is_drawn_is_not_printed() -> None:
    found = result(("a", {"nodes": []}), columns=("name", "route"))
    assert answer.table(found, {"route": GRAPH}).rows == [{"Name": "a"}]


def test_the_answer_says_how_much_and_whether_there_is_more() -> None:
    assert answer.said(result((1,), columns=("n",))) == "1 row in 0.2 s."
    more = answer.said(result((1,), (2,), columns=("n",), more=True))
    assert more == "2 rows in 0.2 s; there are more, raise the limit to see them."


def test_no_cell_of_the_file_is_a_formula() -> None:
    found = result(("=1+1", -3.5), ("@cmd", 2.0), columns=("name", "x"))
    lines = answer.csv(found).splitlines()
    assert lines[0] == "name,x"
    assert not any(line.startswith(("=", "@", "+")) for line in lines[1:])
    assert "-3.5" in lines[1]


def graph(count: int) -> ResultGraph:
    nodes = [
        GraphNode("n0", ("Mine", "Site"), {"name": "Pit", "stage": "mine"}),
        GraphNode("n1", ("Country",), {"iso3": "AUS"}),
        *(
            GraphNode(f"n{i}", ("Site",), {"name": f"Works {i}", "stage": "magnet"})
            for i in range(2, count)
        ),
    ]
    edges = [
        GraphEdge("e0", "n0", "n2", "SUPPLIES", {"china_share": 0.9, "confidence": "assumed"}),
        GraphEdge("e1", "n0", "n1", "LOCATED_IN", {}),
    ]
    return ResultGraph(tuple(nodes), tuple(edges))


def test_nodes_stand_in_the_order_of_the_chain() -> None:
    found = answer.answer_graph(QueryResult(("x",), (), False, 0.1, graph(4)))
    assert found is not None
    assert found.columns == (("Mine", ("n0",)), ("Magnet", ("n2", "n3")), ("Country", ("n1",)))
    assert answer.graph_sentence(found) == "4 nodes and 2 relationships."
    drawing = answer_drawing(found)
    assert {node["label"] for node in drawing.nodes} == {"Pit", "AUS", "Works 2", "Works 3"}
    steps = {edge["id"]: (edge["step"], edge["dashes"]) for edge in drawing.edges}
    assert steps == {"e0": (4, True), "e1": (None, False)}
    table = answer.node_table(found.nodes["n0"])
    assert {"Property": "name", "Value": "Pit"} in list(table.rows)


def test_a_large_answer_is_cut_and_says_so() -> None:
    found = answer.answer_graph(QueryResult(("x",), (), False, 0.1, graph(answer.CAP + 30)))
    assert found is not None
    assert len(found.nodes) == answer.CAP
    assert "30 more are in the table only" in answer.graph_sentence(found)


def test_an_answer_without_nodes_has_no_graph() -> None:
    assert answer.answer_graph(result((1,), columns=("n",))) is None
