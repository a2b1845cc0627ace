"""The network and its trace as rows of a property graph, and the statements that write them.

Rows are plain dictionaries of plain values, so that any Bolt client can use what is stored. A
value that is not known is left out, never stored as zero.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum

from graph.model import ELEMENTS, MAGNET_ELEMENTS, MATERIALS, Flow, Site, Stage
from graph.network import Network
from graph.tracing import ChinaShare, Trace

SCHEMA_VERSION = 1
"""Raised whenever labels or properties change, so that an older store is loaded again."""

STAGE_NODE_LABELS = {
    Stage.MINE: "Mine",
    Stage.SEPARATION: "Processor",
    Stage.METAL: "MetalMaker",
    Stage.MAGNET: "MagnetMaker",
    Stage.COMPONENT: "ComponentMaker",
    Stage.END_USE: "EndUse",
}
"""Elements with properties of their own; the rest is in `tonnes` only."""

BATCH = 20_000
"""Rows sent at once: twice as fast as batches of 2,000 on the embedded server."""

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class NodeKind:
    """Nodes of one label, each known by the property `key`."""

    label: str
    key: str

    @property
    def constraint(self) -> str:
        return (
            f"CREATE CONSTRAINT magnetrace_{self.label.lower()} IF NOT EXISTS "
            f"FOR (n:{self.label}) REQUIRE n.{self.key} IS UNIQUE"
        )

    @property
    def existing(self) -> str:
        return f"MATCH (n:{self.label}) RETURN n.{self.key} AS key, labels(n) AS labels"

    @property
    def delete(self) -> str:
        return f"UNWIND $rows AS row MATCH (n:{self.label} {{{self.key}: row.key}}) DETACH DELETE n"

    @property
    def update(self) -> str:
        return (
            f"UNWIND $rows AS row MATCH (n:{self.label} {{{self.key}: row.{self.key}}}) SET n = row"
        )

    def create(self, labels: tuple[str, ...] = ()) -> str:
        """For nodes that are not there. MERGE on several labels finds no index to look in on the
        embedded server: it took minutes for 16,000 nodes."""
        return (
            f"UNWIND $rows AS row CREATE (n:{':'.join(labels or (self.label,))} "
            f"{{{self.key}: row.{self.key}}}) SET n = row"
        )

    def merge(self, labels: tuple[str, ...]) -> str:
        return (
            f"UNWIND $rows AS row MERGE (n:{':'.join(labels)} {{{self.key}: row.{self.key}}}) "
            "SET n = row"
        )


@dataclass(frozen=True, slots=True)
class EdgeKind:
    """Relationships of one type between two kinds of node.

    `key` names the property that tells apart several relationships between the same two nodes;
    without it there is at most one.
    """

    type: str
    start: NodeKind
    end: NodeKind
    key: str = ""

    @property
    def _pattern(self) -> str:
        return f"[r:{self.type} {{{self.key}: row[2]}}]" if self.key else f"[r:{self.type}]"

    @property
    def _ends(self) -> str:
        return (
            f"UNWIND $rows AS row MATCH (a:{self.start.label} {{{self.start.key}: row[0]}}) "
            f"MATCH (b:{self.end.label} {{{self.end.key}: row[1]}})"
        )

    @property
    def existing(self) -> str:
        """Of some of the nodes they start at: servers limit the time of one query."""
        key = f"r.{self.key}" if self.key else "''"
        return (
            f"UNWIND $starts AS start MATCH (a:{self.start.label} {{{self.start.key}: start}})"
            f"-[r:{self.type}]->(b:{self.end.label}) "
            f"RETURN start, {key} AS key, b.{self.end.key} AS end"
        )

    @property
    def delete(self) -> str:
        return f"{self._ends} MATCH (a)-{self._pattern}->(b) DELETE r"

    def create(self, columns: Sequence[str]) -> str:
        """For those that are not there yet. Rows are lists, since names that come again in every
        row cost as much as all that is written."""
        return f"{self._ends} CREATE (a)-[r:{self.type} {_map(columns)}]->(b)"

    def update(self, columns: Sequence[str]) -> str:
        """For those that are there."""
        return f"{self._ends} MATCH (a)-{self._pattern}->(b) SET r = {_map(columns)}"


def _map(columns: Sequence[str]) -> str:
    """The properties of a relationship out of a row of `EdgeRow.values`; null leaves one out."""
    return "{" + ", ".join(f"{name}: row[{i}]" for i, name in enumerate(columns, start=3)) + "}"


SITE = NodeKind("Site", "id")
COUNTRY = NodeKind("Country", "iso3")
COMPANY = NodeKind("Company", "name")
MATERIAL = NodeKind("Material", "id")
SOURCE = NodeKind("Source", "id")
META = NodeKind("Magnetrace", "id")
META_ID = "store"
NODE_KINDS = (SITE, COUNTRY, COMPANY, MATERIAL, SOURCE)

SUPPLIES = EdgeKind("SUPPLIES", SITE, SITE, key="material")
LOCATED_IN = EdgeKind("LOCATED_IN", SITE, COUNTRY)
OPERATED_BY = EdgeKind("OPERATED_BY", SITE, COMPANY)
OWNED_BY = EdgeKind("OWNED_BY", SITE, COMPANY)
CITES = EdgeKind("CITES", SITE, SOURCE)
EDGE_KINDS = (SUPPLIES, LOCATED_IN, OPERATED_BY, OWNED_BY, CITES)


@dataclass(frozen=True, slots=True)
class NodeRow:
    labels: tuple[str, ...]
    properties: Row


@dataclass(frozen=True, slots=True)
class EdgeRow:
    start: str
    end: str
    key: str
    properties: Row

    def values(self, columns: Sequence[str]) -> list[object]:
        """As the statements of its kind take it."""
        return [self.start, self.end, self.key, *map(self.properties.get, columns)]


def columns_of(edges: Iterable[EdgeRow]) -> tuple[str, ...]:
    """Names of all properties, in the order in which they first appear."""
    return tuple(dict.fromkeys(name for edge in edges for name in edge.properties))


@dataclass(frozen=True, slots=True)
class GraphRows:
    """Everything to be stored; `data_hash` changes whenever any of it does."""

    nodes: Mapping[NodeKind, tuple[NodeRow, ...]]
    edges: Mapping[EdgeKind, tuple[EdgeRow, ...]]
    snapshot: str
    data_hash: str


def graph_rows(network: Network, trace: Trace) -> GraphRows:
    """All nodes and relationships of `network`, with its `trace` on sites and flows."""
    sites = network.sites.values()
    owners = {site.id: companies(site.owner) for site in sites}
    operators = {site.id: companies(site.operator) for site in sites}
    named = {name for found in (owners, operators) for part in found.values() for name, _ in part}
    countries = {code for site in sites for code in (site.country, site.controlling_country)}
    nodes = {
        SITE: tuple(
            NodeRow(_site_labels(site), _site_properties(site, trace.sites[site.id]))
            for site in sites
        ),
        COUNTRY: _nodes(COUNTRY, ({"iso3": code} for code in sorted(countries))),
        COMPANY: _nodes(COMPANY, ({"name": name} for name in sorted(named))),
        MATERIAL: _nodes(MATERIAL, (_properties(material) for material in MATERIALS.values())),
        SOURCE: _nodes(SOURCE, (_properties(source) for source in network.sources.values())),
    }
    edges = {
        SUPPLIES: _supplies(network, trace),
        LOCATED_IN: tuple(EdgeRow(site.id, site.country, "", {}) for site in sites),
        OPERATED_BY: _company_edges(operators),
        OWNED_BY: _company_edges(owners),
        CITES: tuple(
            EdgeRow(site.id, source, "", {})
            for site in sites
            for source in dict.fromkeys(site.sources)
            if source in network.sources
        ),
    }
    return GraphRows(nodes, edges, network.snapshot, _hash(nodes, edges, network.snapshot))


def meta_row(rows: GraphRows, loaded: str) -> Row:
    """The one node that says what a store holds, and when it was `loaded`."""
    return {
        "id": META_ID,
        "snapshot": rows.snapshot,
        "schema_version": SCHEMA_VERSION,
        "data_hash": rows.data_hash,
        "loaded": loaded,
        "sites": len(rows.nodes[SITE]),
        "flows": len(rows.edges[SUPPLIES]),
    }


def data_hash(network: Network, trace: Trace) -> str:
    """What `graph_rows` would store under, to see whether a store is up to date."""
    return graph_rows(network, trace).data_hash


def companies(text: str) -> tuple[tuple[str, float | None], ...]:
    """Names and stakes (0..1, None where not stated) in a text such as `A 51% (2024); B 49%`.

    Remarks in brackets are dropped; `;`, ` / ` and the comma after a percentage part the names.
    """
    plain = re.sub(r"\s*\([^()]*\)", "", text)
    found: dict[str, float | None] = {}
    for part in re.split(r";|\s/\s|(?<=%),", plain):
        match = re.fullmatch(r"\s*(.*?)(?:\s+(\d+(?:\.\d+)?)\s*%)?\s*", part, flags=re.DOTALL)
        if match and match[1]:
            name = " ".join(match[1].split())
            found.setdefault(name, float(match[2]) / 100 if match[2] else None)
    return tuple(found.items())


def _nodes(kind: NodeKind, rows: Iterable[Row]) -> tuple[NodeRow, ...]:
    return tuple(NodeRow((kind.label,), row) for row in rows)


def _site_labels(site: Site) -> tuple[str, ...]:
    labels = ("Site", STAGE_NODE_LABELS[site.stage])
    return (*labels, "Boundary") if site.role.is_boundary else labels


def _site_properties(site: Site, share: ChinaShare) -> Row:
    return _properties(site) | {"stage_order": site.stage.order} | _china(share)


def _supplies(network: Network, trace: Trace) -> tuple[EdgeRow, ...]:
    into: dict[tuple[str, str], float] = defaultdict(float)
    out_of: dict[tuple[str, str], float] = defaultdict(float)
    content_into: dict[tuple[str, str], float] = defaultdict(float)
    for flow in network.flows:
        into[flow.target, flow.material] += flow.tonnes
        out_of[flow.origin, flow.material] += flow.tonnes
        for element, tonnes in zip(ELEMENTS, flow.content, strict=True):
            content_into[flow.target, element] += tonnes

    def properties(flow: Flow, share: ChinaShare) -> Row:
        content = dict(zip(ELEMENTS, flow.content, strict=True))
        row: Row = {
            "material": flow.material,
            "tonnes": float(flow.tonnes),
            "share_of_input": flow.tonnes / into[flow.target, flow.material],
            "share_of_output": flow.tonnes / out_of[flow.origin, flow.material],
            "confidence": flow.confidence.value,
            "sources": list(flow.sources),
            "year": flow.year,
        }
        for element in MAGNET_ELEMENTS:
            tonnes, total = content[element], content_into[flow.target, element]
            row[f"{element.lower()}_t"] = float(tonnes)
            row[f"share_of_input_{element.lower()}"] = tonnes / total if total > 0 else 0.0
        by_element = dict(zip(ELEMENTS, share.by_element, strict=True))
        located = {
            f"china_share_{element.lower()}": by_element[element] for element in MAGNET_ELEMENTS
        }
        return row | _china(share) | known(located)

    return tuple(
        EdgeRow(flow.origin, flow.target, flow.material, properties(flow, share))
        for flow, share in zip(network.flows, trace.flows, strict=True)
    )


def _china(share: ChinaShare) -> Row:
    return known(
        {
            "china_share": share.china_share,
            "china_share_element": share.china_share_element,
            "china_share_mean": share.china_share_mean,
            "china_share_possible": share.china_share_possible,
            "china_controlled_share": share.china_controlled_share,
        }
    )


def _company_edges(
    found: Mapping[str, tuple[tuple[str, float | None], ...]],
) -> tuple[EdgeRow, ...]:
    return tuple(
        EdgeRow(site, name, "", known({"stake": stake}))
        for site, parts in found.items()
        for name, stake in parts
    )


def _properties(record: object) -> Row:
    return known({f.name: getattr(record, f.name) for f in fields(record)})  # type: ignore[arg-type]


def known(row: Mapping[str, object]) -> Row:
    """`row` in plain values, without what is not known."""
    return {name: _plain(value) for name, value in row.items() if not _missing(value)}


def _missing(value: object) -> bool:
    return value is None or value in ("", ()) or (isinstance(value, float) and math.isnan(value))


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _hash(
    nodes: Mapping[NodeKind, tuple[NodeRow, ...]],
    edges: Mapping[EdgeKind, tuple[EdgeRow, ...]],
    snapshot: str,
) -> str:
    digest = hashlib.sha256(f"{SCHEMA_VERSION} {snapshot}".encode())
    for kind, found in nodes.items():
        for node in found:
            digest.update(json.dumps([kind.label, node.labels, node.properties]).encode())
    for edge_kind, rows in edges.items():
        for edge in rows:
            digest.update(
                json.dumps(
                    [edge_kind.type, edge.start, edge.end, edge.key, edge.properties]
                ).encode()
            )
    return digest.hexdigest()[:16]
