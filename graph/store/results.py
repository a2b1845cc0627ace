"""What a query returns, in plain values, with every node and relationship kept for drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from neo4j.graph import Node, Path, Relationship


@dataclass(frozen=True, slots=True)
class GraphNode:
    key: str
    """The server's own id: good within one result only."""
    labels: tuple[str, ...]
    properties: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GraphEdge:
    key: str
    start: str
    end: str
    type: str
    properties: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ResultGraph:
    """Nodes and edges in the order in which the rows named them, each once."""

    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows of one query. `more` says that the limit cut the result off.

    The embedded server names no columns where there are no rows: take them from the question.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    more: bool
    seconds: float
    graph: ResultGraph = field(default_factory=ResultGraph)

    def records(self) -> list[dict[str, object]]:
        """One dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def plain(value: object) -> object:
    """`value` as None, bool, number, text, list or dict, whatever the server sent."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Node():
            return {"labels": sorted(value.labels), "properties": plain(dict(value))}
        case Relationship():
            return {"type": value.type, "properties": plain(dict(value))}
        case Path():
            return {
                "nodes": [plain(node) for node in value.nodes],
                "relationships": [plain(edge) for edge in value.relationships],
            }
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return str(value)


def collect_graph(rows: Iterable[Iterable[object]]) -> ResultGraph:
    """Every node and relationship in `rows`, also those inside paths, lists and maps."""
    nodes: dict[str, GraphNode] = {}
    edges: dict[str, GraphEdge] = {}

    def visit(value: object) -> None:
        match value:
            case Node():
                # An end known only through a relationship comes without labels and properties.
                if value.element_id not in nodes or value.labels:
                    nodes[value.element_id] = GraphNode(
                        value.element_id, tuple(sorted(value.labels)), _properties(value)
                    )
            case Relationship():
                for end in value.nodes:
                    if end is not None:
                        visit(end)
                start, end = value.nodes
                if start is not None and end is not None:
                    edges.setdefault(
                        value.element_id,
                        GraphEdge(
                            value.element_id,
                            start.element_id,
                            end.element_id,
                            value.type,
                            _properties(value),
                        ),
                    )
            case Path():
                for part in (*value.nodes, *value.relationships):
                    visit(part)
            case Mapping():
                for item in value.values():
                    visit(item)
            case list() | tuple():
                for item in value:
                    visit(item)

    for row in rows:
        for value in row:
            visit(value)
    return ResultGraph(tuple(nodes.values()), tuple(edges.values()))


def _properties(entity: Node | Relationship) -> dict[str, object]:
    return {name: plain(item) for name, item in entity.items()}
