"""The answer of a query: as a table, as a file for a spreadsheet, and as a graph."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

from graph.model import MATERIALS, Stage
from graph.queries.header import GRAPH
from graph.store import QueryResult
from graph.store.results import GraphEdge, GraphNode
from ui import text
from ui.output import line, write_rows
from ui.viewmodels.tables import Cell, Table, rounded, tenths

WORDS = {
    **{stage.value: stage.label for stage in Stage},
    **{material.id: material.name for material in MATERIALS.values()},
}
"""Codes of the store that read better as words in a table."""
CAP = 120
"""Nodes drawn of an answer; more are counted, and all are in the table."""
OTHER_HEADS = ("Country", "Company", "Material", "Source", "Scenario")


@dataclass(frozen=True, slots=True)
class AnswerGraph:
    """Nodes in columns (head, ids) with the edges between those drawn."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    nodes: Mapping[str, GraphNode]
    edges: tuple[GraphEdge, ...]
    hidden: int


def table(result: QueryResult, units: Mapping[str, str]) -> Table:
    """The rows as a table; heads carry the unit of their column, shares become percent."""
    printed = [name for name in result.columns if units.get(name) != GRAPH]
    heads = {name: _head(name, units.get(name, "")) for name in printed}
    kinds = {
        heads[name]: "share" if units.get(name) == "share" else "number"
        for i, name in enumerate(result.columns)
        if name in heads and _all_numbers([row[i] for row in result.rows])
    }
    return Table(
        name="answer",
        rows=[
            {
                heads[name]: _cell(value, units.get(name, ""))
                for name, value in zip(result.columns, row, strict=True)
                if name in heads
            }
            for row in result.rows
        ],
        kinds=kinds,
        finding=said(result),
    )


def said(result: QueryResult) -> str:
    """How much came back, how fast, and whether there is more."""
    more = "; there are more, raise the limit to see them" if result.more else ""
    return f"{text.plural(len(result.rows), 'row')} in {text.tenths(result.seconds)} s{more}."


def csv(result: QueryResult) -> str:
    """The rows for a spreadsheet; no cell can become a formula there."""
    out = io.StringIO()
    write_rows(result.records(), dict.fromkeys(result.columns, line), "csv", out)
    return out.getvalue()


def answer_graph(result: QueryResult) -> AnswerGraph | None:
    """The nodes and relationships of an answer; None where it has none."""
    nodes = {node.key: node for node in result.graph.nodes[:CAP]}
    if not nodes:
        return None
    edges = tuple(e for e in result.graph.edges if e.start in nodes and e.end in nodes)
    columns: dict[str, list[str]] = {}
    for head in (*(stage.label for stage in Stage), *OTHER_HEADS, ""):
        ids = [key for key, node in nodes.items() if _column(node) == head]
        if ids:
            columns[head or "Other"] = ids
    return AnswerGraph(
        tuple((head, tuple(ids)) for head, ids in columns.items()),
        nodes,
        edges,
        len(result.graph.nodes) - len(nodes),
    )


def node_name(node: GraphNode) -> str:
    """What to write on a node."""
    found = node.properties
    for key in ("name", "title", "iso3", "id"):
        if found.get(key):
            return str(found[key])
    return ", ".join(node.labels) or "node"


def node_table(node: GraphNode) -> Table:
    """What the store holds of one node."""
    return Table(
        name="node",
        rows=[{"Property": key, "Value": line(value)} for key, value in node.properties.items()],
        finding=f"Properties of {node_name(node)}",
    )


def graph_sentence(graph: AnswerGraph) -> str:
    hidden = f"; {text.whole(graph.hidden)} more are in the table only" if graph.hidden else ""
    nodes, edges = len(graph.nodes), len(graph.edges)
    return f"{text.plural(nodes, 'node')} and {text.plural(edges, 'relationship')}{hidden}."


def _column(node: GraphNode) -> str:
    stage = node.properties.get("stage")
    if stage in set(Stage):
        return Stage(str(stage)).label
    return next((head for head in OTHER_HEADS if head in node.labels), "")


def _head(name: str, unit: str) -> str:
    words = name.replace("_", " ").replace("china", "China").replace("usd", "USD")
    words = words[:1].upper() + words[1:]
    said = unit in ("", "text", "share", "count") or words.endswith(unit)
    return words if said else f"{words}, {unit}"


def _all_numbers(values: list[object]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in known
    )


def _cell(value: object, unit: str) -> Cell:
    if isinstance(value, bool) or value is None:
        return None if value is None else ("yes" if value else "no")
    if isinstance(value, int | float):
        if unit == "share":
            return tenths(value)
        return value if isinstance(value, int) else rounded(value)
    return WORDS.get(str(value)) or line(value)
