"""The network as files for other tools: what is written can be read again and is whole."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from networks import six_sites

from graph.network import Network
from graph.store.exchange import FORMATS, gexf, graphml, json_ld, neo4j_csv
from graph.store.rows import GraphRows, graph_rows
from graph.tracing import trace
from ui.cli import main
from ui.cli_export import PICTURES
from ui.cli_parser_export import FILES


def rows_of(network: Network) -> GraphRows:
    return graph_rows(network, trace(network))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.fixture(scope="module")
def rows() -> GraphRows:
    return rows_of(six_sites())


def test_the_command_offers_what_there_is() -> None:
    assert (*FORMATS, *PICTURES) == FILES


def test_networkx_reads_graphml_back(rows: GraphRows) -> None:
    network = six_sites()
    (content,) = graphml(rows).values()
    g = nx.parse_graphml(content.decode(), force_multigraph=True)
    assert set(g.nodes) == set(network.sites)
    assert sorted((a, b, d["material"], d["tonnes"]) for a, b, d in g.edges(data=True)) == sorted(
        (f.origin, f.target, f.material, f.tonnes) for f in network.flows
    )
    shares = {id: site.china_share for id, site in trace(network).sites.items()}
    for id, node in g.nodes.items():
        assert node.get("china_share") == pytest.approx(shares[id])
    assert g.graph["snapshot"] == network.snapshot
    assert "t a year" in g.graph["units_of_figures"]


def test_networkx_reads_gexf_back(rows: GraphRows) -> None:
    (content,) = gexf(rows).values()
    g = nx.read_gexf(io.BytesIO(content))
    told = ET.fromstring(content).findtext(".//{*}meta/{*}description") or ""  # noqa: S314 - our own
    assert told.split("\n")[1] == "snapshot: test"
    assert "t a year" in told
    network = six_sites()
    assert {id: node["label"] for id, node in g.nodes.items()} == {
        id: site.name for id, site in network.sites.items()
    }
    assert g.number_of_edges() == len(network.flows)


def test_linked_data_name_every_end_of_a_relationship(rows: GraphRows) -> None:
    (content,) = json_ld(rows).values()
    document = json.loads(content)
    things = [each for each in document["@graph"] if "@id" in each]
    links = [each for each in document["@graph"] if "@id" not in each]
    ids = [each["@id"] for each in things]
    assert len(ids) == len(set(ids))
    assert {each[end]["@id"] for each in links for end in ("from", "to")} <= set(ids)
    supplies = [each for each in links if each["@type"] == "SUPPLIES"]
    assert len(supplies) == len(six_sites().flows)


def test_files_of_neo4j_admin_are_whole(rows: GraphRows) -> None:
    files = neo4j_csv(rows)
    ids = {
        kind.label: [row[f"{kind.key}:ID({kind.label})"] for row in table(files[name])]
        for kind, name in ((kind, f"{kind.label.lower()}.csv") for kind in rows.nodes)
    }
    assert all(len(found) == len(set(found)) for found in ids.values())
    for kind in rows.edges:
        found = table(files[f"{kind.type.lower()}.csv"])
        assert len(found) == len(rows.edges[kind])
        assert {row[f":START_ID({kind.start.label})"] for row in found} <= set(
            ids[kind.start.label]
        )
        assert {row[f":END_ID({kind.end.label})"] for row in found} <= set(ids[kind.end.label])
    (first, *_) = table(files["supplies.csv"])
    assert {"tonnes:double", "year:long", "sources:string[]", "material:string"} <= set(first)
    (meta,) = table(files["magnetrace.csv"])
    assert (meta["id:ID(Magnetrace)"], meta["sites:long"], meta["flows:long"]) == (
        "store",
        str(len(six_sites().sites)),
        str(len(six_sites().flows)),
    )
    script = files["import.sh"].decode()
    assert all(name in script for name in files if name.endswith(".csv"))
    assert files["constraints.cypher"].decode().count("CREATE CONSTRAINT") == len(rows.nodes)


def test_text_stays_text_in_every_format() -> None:
    network = six_sites()
    sites = list(network.sites.values())
    odd = '=1+1 <b>&"quoted"</b>, a;b\nnew\x07line'
    sites[0] = replace(sites[0], name=odd, elements=("Nd;Pr", "Dy"))
    changed = rows_of(Network.of(sites, network.flows, snapshot="2025", year=2025))
    for writing in FORMATS.values():
        assert all(writing(changed).values())
    (xml,) = graphml(changed).values()
    read = nx.parse_graphml(xml.decode(), force_multigraph=True)
    assert read.nodes[sites[0].id]["name"] == odd.replace("\x07", " ")
    (linked,) = json_ld(changed).values()
    assert odd in {each.get("name") for each in json.loads(linked)["@graph"]}
    (row,) = [
        row for row in table(neo4j_csv(changed)["site.csv"]) if row["id:ID(Site)"] == sites[0].id
    ]
    assert row["name:string"] == '=1+1 <b>&"quoted"</b>, a;b new\x07line'
    assert row["elements:string[]"] == "Nd;Pr\x1fDy"


def test_the_command_writes_once_and_never_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "chain.zip"
    assert main(["export", str(target), "--to", "neo4j-csv"]) == 0
    assert "import.sh" in capsys.readouterr().out
    before = target.read_bytes()
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert len(table(archive.read("site.csv"))) > 300
    assert main(["export", str(target), "--to", "graphml"]) == 1
    assert "there already" in capsys.readouterr().err
    assert target.read_bytes() == before
