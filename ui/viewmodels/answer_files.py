"""The answer of a query as a file for programs: JSON, and GraphML for graph tools."""

from __future__ import annotations

import io
from collections.abc import Mapping

import networkx as nx

from graph.store import QueryResult
from graph.store.exchange import NOT_IN_XML
from ui.output import line, write_json


def json(result: QueryResult) -> str:
    """One object a row, values as the store gave them."""
    out = io.StringIO()
    write_json(result.records(), out)
    return out.getvalue()


def graphml(result: QueryResult) -> str:
    """All nodes and relationships of the answer, also those inside paths and lists.

    Labels of a node and the type of a relationship are attributes like their properties; lists
    become texts with commas, since GraphML has none.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in result.graph.nodes:
        graph.add_node(node.key, **_attributes(node.properties, labels=":".join(node.labels)))
    for edge in result.graph.edges:
        attributes = _attributes(edge.properties, type=edge.type)
        graph.add_edge(edge.start, edge.end, key=edge.key, **attributes)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def _attributes(properties: Mapping[str, object], **own: str) -> dict[str, str | int | float]:
    found = {name: value for name, value in properties.items() if value is not None}
    return {NOT_IN_XML.sub(" ", name): _attribute(value) for name, value in (found | own).items()}


def _attribute(value: object) -> str | int | float:
    return value if isinstance(value, bool | int | float) else NOT_IN_XML.sub(" ", line(value))
