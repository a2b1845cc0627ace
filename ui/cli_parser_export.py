"""The command `export` and its options."""

from __future__ import annotations

from pathlib import Path

from ui.cli_options import Commands, add_data, add_snapshot, command
from ui.state import COLOURINGS, ITEMS

FILES = ("graphml", "gexf", "json-ld", "neo4j-csv", "html", "svg")
"""What `export` writes; the same words as in graph/store/exchange.py and ui/cli_export.py."""


def add_export(commands: Commands) -> None:
    parser = command(
        commands,
        "export",
        "write the network into a new folder or zip, for other tools",
        "magnetrace export chain-2025 --to neo4j-csv --snapshot 2025",
        "ui.cli_export:run_export",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a new folder, or a new .zip file")
    parser.add_argument(
        "--to",
        choices=FILES,
        default=FILES[0],
        help="graphml: sites and flows for yEd, igraph and networkx (default); gexf: for Gephi; "
        "json-ld: everything as linked data; neo4j-csv: everything for neo4j-admin; html: the "
        "chain by stage and country as one page that opens offline; svg: the same as a drawing",
    )
    parser.add_argument(
        "--item",
        choices=ITEMS,
        metavar="ITEM",
        default=ITEMS[0],
        help=f"what html and svg follow: {', '.join(ITEMS)} (default: {ITEMS[0]})",
    )
    parser.add_argument(
        "--lens",
        choices=COLOURINGS,
        default=COLOURINGS[0],
        help="what colours the boxes of html and svg: the country's own share of the stage "
        "(default), or what touched China by location or by control",
    )
    add_data(parser)
    add_snapshot(parser)
