"""The rows of a store as files that other tools read: GraphML, GEXF, JSON-LD, neo4j-admin's CSV.

Sites and flows alone go into GraphML and GEXF, everything into the others. Units, snapshot and the
hash of the data travel along.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from xml.sax.saxutils import escape

import networkx as nx

from graph.store.rows import META, SITE, SUPPLIES, GraphRows, NodeKind, NodeRow, Row, meta_row

UNITS = (
    "tonnes: t a year, in the basis of the material; ndpr_t, dy_t, tb_t, sm_t: t a year of oxide "
    "equivalent; shares: 0 to 1; capacity and output: in capacity_unit and output_unit, a year; "
    "units: of unit, a year; usd_per_unit: US dollars; what is not known is left out"
)
ARRAYS = "\x1f"
"""Parts the items of a list for neo4j-admin: the unit separator, which no text holds."""
NAMESPACE = "urn:magnetrace:"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Files = Mapping[str, bytes]


def as_networkx(rows: GraphRows) -> nx.MultiDiGraph[str]:
    """Sites and flows with all their properties as plain values; an edge's key is unique."""
    g: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    g.graph.update(_about(rows))
    for node in rows.nodes[SITE]:
        g.add_node(str(node.properties["id"]), **_flat(node.properties))
    for edge in rows.edges[SUPPLIES]:
        key = f"{edge.start}>{edge.key}>{edge.end}"
        g.add_edge(edge.start, edge.end, key=key, **_flat(edge.properties))
    return g


def graphml(rows: GraphRows) -> Files:
    """For yEd, Gephi, igraph and networkx."""
    return {"magnetrace.graphml": _text(nx.generate_graphml(as_networkx(rows), named_key_ids=True))}


def gexf(rows: GraphRows) -> Files:
    """For Gephi; the label of a site is its name. What the graph is of stands in its description,
    for GEXF knows no attributes of graphs."""
    g = as_networkx(rows)
    nx.set_node_attributes(g, {id: node["name"] for id, node in g.nodes.items()}, "label")
    about = "\n".join(f"{key}: {said}" for key, said in _about(rows).items())
    described = f"<description>{escape(about)}</description>\n  </meta>"
    content = "\n".join(nx.generate_gexf(g)).replace("</meta>", described, 1)
    return {"magnetrace.gexf": f"{content}\n".encode()}


def json_ld(rows: GraphRows) -> Files:
    """Nodes and relationships as linked data; a relationship is an object of its own."""
    nodes = [
        {
            "@id": _name(kind, str(node.properties[kind.key])),
            "@type": list(node.labels),
            **node.properties,
        }
        for kind, found in rows.nodes.items()
        for node in found
    ]
    edges = [
        {
            "@type": kind.type,
            "from": {"@id": _name(kind.start, edge.start)},
            "to": {"@id": _name(kind.end, edge.end)},
            **edge.properties,
        }
        for kind, found in rows.edges.items()
        for edge in found
    ]
    context = {
        "@vocab": NAMESPACE,
        "name": "http://schema.org/name",
        "url": "http://schema.org/url",
    }
    document = {"@context": context, **_about(rows), "@graph": [*nodes, *edges]}
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return {"magnetrace.jsonld": text.encode()}


def neo4j_csv(rows: GraphRows) -> Files:
    """A file for each kind of node and relationship, and the call of `neo4j-admin` that reads them.

    Made for that program alone: texts stand as they are, but for line ends, also where a
    spreadsheet would take one for a formula. The node that says what is loaded is among them.
    """
    files: dict[str, bytes] = {}
    call = [
        "neo4j-admin database import full neo4j --overwrite-destination --id-type=string",
        "--array-delimiter=U+001F",
    ]
    meta = NodeRow((META.label,), meta_row(rows, loaded="by neo4j-admin"))
    for kind, nodes in {**rows.nodes, META: (meta,)}.items():
        name, keyed = f"{kind.label.lower()}.csv", f"{kind.key}:ID({kind.label})"
        types = _types(node.properties for node in nodes)
        types.pop(kind.key, None)
        head = [keyed, ":LABEL", *(f"{key}:{type}" for key, type in types.items())]
        files[name] = _csv(
            head,
            (
                [node.properties[kind.key], list(node.labels), *_cells(node.properties, types)]
                for node in nodes
            ),
        )
        call.append(f"--nodes={name}")
    for edge_kind, edges in rows.edges.items():
        name = f"{edge_kind.type.lower()}.csv"
        types = _types(edge.properties for edge in edges)
        head = [
            f":START_ID({edge_kind.start.label})",
            f":END_ID({edge_kind.end.label})",
            *(f"{key}:{type}" for key, type in types.items()),
        ]
        files[name] = _csv(
            head, ([edge.start, edge.end, *_cells(edge.properties, types)] for edge in edges)
        )
        call.append(f"--relationships={edge_kind.type}={name}")
    constraints = "".join(f"{kind.constraint};\n" for kind in rows.nodes)
    files["import.sh"] = f"#!/bin/sh\n# {UNITS}\n{_continued(call)}\n".encode()
    files["constraints.cypher"] = constraints.encode()
    return files


FORMATS: Mapping[str, Callable[[GraphRows], Files]] = MappingProxyType(
    {"graphml": graphml, "gexf": gexf, "json-ld": json_ld, "neo4j-csv": neo4j_csv}
)


def _about(rows: GraphRows) -> dict[str, str]:
    return {
        "title": "magnetrace: the rare-earth magnet supply chain",
        "snapshot": rows.snapshot,
        "data_hash": rows.data_hash,
        "units_of_figures": UNITS,
    }


def _flat(properties: Row) -> dict[str, object]:
    """Properties as XML can hold them: lists joined, without control characters."""
    return {key: _printable(value) for key, value in properties.items()}


def _printable(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(str(_printable(item)) for item in value)
    if isinstance(value, str):
        return NOT_IN_XML.sub(" ", value)
    return value


def _text(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _name(kind: NodeKind, key: str) -> str:
    return f"{NAMESPACE}{kind.label.lower()}:{key}"


def _types(found: Iterable[Row]) -> dict[str, str]:
    """neo4j-admin's type of every property, in the order in which they first appear."""
    kinds: dict[str, set[str]] = {}
    for properties in found:
        for key, value in properties.items():
            kinds.setdefault(key, set()).add(_type(value))
    return {key: _common(types) for key, types in kinds.items()}


def _common(types: set[str]) -> str:
    """One type for values of several."""
    if len(types) == 1:
        return next(iter(types))
    return "double" if types == {"long", "double"} else "string"


def _type(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "long"
        case float():
            return "double"
        case list():
            return "string[]"
    return "string"


def _cells(properties: Row, types: Mapping[str, str]) -> list[object]:
    return [properties.get(key) for key in types]


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ARRAYS.join(str(_cell(item)) for item in value)
    return " ".join(value.splitlines()) if isinstance(value, str) else value


def _continued(call: Sequence[str]) -> str:
    return " \\\n  ".join(call)
