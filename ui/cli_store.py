"""`magnetrace load`, `status`, `stop`, `queries` and `query`: the chain as a graph database."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import StoreError
from graph.tracing import trace
from loaders.kept import load_kept
from ui import text as words
from ui.cli_options import (
    Commands,
    UsageError,
    add_data,
    add_format,
    add_snapshot,
    command,
    whole_number,
)
from ui.output import Columns, amount, line, percent, progress, row, say, warn, write_rows

if TYPE_CHECKING:
    from graph.store import LoadReport

# The driver takes a second to import: only the commands that ask the store wait for it.

FORMATTERS = {"share": percent, "t/yr": amount, "t/yr oxide equivalent": amount}


def _defaults(parameters: object) -> str:
    given = parameters if isinstance(parameters, list) else []
    return ", ".join(f"{line(each['name'])}={line(each['default'])}" for each in given)


QUESTIONS: Columns = {"name": line, "title": line, "parameters": _defaults}


def declare(commands: Commands) -> None:
    parser = command(
        commands,
        "load",
        "write the chain into the graph store",
        "magnetrace load --snapshot 2025",
        run_load,
    )
    add_uri(parser)
    add_data(parser)
    add_snapshot(parser)

    parser = command(
        commands,
        "queries",
        "list the saved questions with their parameters",
        "magnetrace queries --format json",
        run_queries,
    )
    add_format(parser)

    parser = command(
        commands,
        "query",
        "ask the graph store a saved question, or Cypher of your own (read-only)",
        "magnetrace query top-sites-of-end-use --param end_use=eu_gm_ev --limit 10\n"
        '  magnetrace query --cypher "MATCH (s:Site {country: $c}) RETURN s.name" --param c=AUS',
        run_query,
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="a saved question")
    parser.add_argument("--cypher", metavar="TEXT", help="Cypher to run instead")
    parser.add_argument(
        "--param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter of the question; may be given several times",
    )
    parser.add_argument(
        "--limit", type=whole_number(1, 1_000_000), default=1000, help="rows at most (1000)"
    )
    parser.add_argument(
        "--timeout", type=whole_number(1, 3600), default=30, help="seconds at most (30)"
    )
    add_uri(parser)
    add_data(parser)
    add_format(parser)

    command(commands, "status", "say whether the graph store runs", "magnetrace status", run_status)
    command(commands, "stop", "stop the embedded graph store", "magnetrace stop", run_stop)


def add_uri(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--uri",
        help="Bolt address of a Neo4j server (default: NEO4J_URI, else the embedded store)",
    )


def run_load(options: argparse.Namespace) -> int:
    """Build the network and write it into the store; what was there before is replaced."""
    report = fill(options.uri, options.data, options.snapshot)
    say(
        f"The store holds {report.sites:,} sites and {report.flows:,} flows "
        f"({report.nodes:,} nodes, {report.relationships:,} relationships), "
        f"written in {report.seconds:.1f} s."
    )
    return 0


def fill(uri: str | None, data: Path | None, snapshot: str) -> LoadReport:
    """Make the store hold a snapshot, with a progress bar."""
    from graph.store import connect

    with progress("load") as advance:
        network = load_kept(data, snapshot=snapshot)
        with connect(uri, read_only=False) as store:
            return store.load(network, trace(network), progress=advance)


def run_queries(options: argparse.Namespace) -> int:
    """Print the saved questions."""
    from graph.queries import questions

    rows = [row(question) for question in questions().values()]
    write_rows(rows, QUESTIONS, options.format)
    return 0


def run_query(options: argparse.Namespace) -> int:
    """Ask the store and print the answer; a store that holds nothing yet is filled first."""
    from graph.store import SCHEMA_VERSION, connect

    cypher, parameters, units = _asked(options)
    with connect(options.uri) as store:
        meta = store.meta()
    if meta is None or meta.schema_version != SCHEMA_VERSION:
        fill(options.uri, options.data, "2025")
    with connect(options.uri) as store:
        result = store.run(cypher, parameters, limit=options.limit, timeout=options.timeout)
    # Columns of the unit graph hold whole nodes and paths, for a picture and not for a row.
    shown = [name for name in result.columns if units.get(name) != "graph"]
    rows = [{name: record[name] for name in shown} for record in result.records()]
    columns = {name: FORMATTERS.get(units.get(name, ""), line) for name in shown}
    write_rows(rows, columns, options.format)
    if result.more:
        warn(f"only the first {words.plural(options.limit, 'row')}; --limit gives more")
    return 0


def _asked(options: argparse.Namespace) -> tuple[str, dict[str, object], dict[str, str]]:
    """The Cypher to run, its parameters, and the units of its columns where they are known."""
    if (options.name is None) == (options.cypher is None):
        raise UsageError("expected the name of a saved question or --cypher TEXT, one of the two")
    given = dict(_split(text) for text in options.param)
    if options.cypher is not None:
        return options.cypher, {name: _guess(value) for name, value in given.items()}, {}

    from graph.queries import question

    asked = question(options.name)
    try:
        parameters = asked.bind(given)
    except StoreError as error:
        raise UsageError(str(error)) from error
    return asked.cypher, parameters, {column.name: column.unit for column in asked.columns}


def run_status(_options: argparse.Namespace) -> int:
    """Print how the store stands; 1 where a Neo4j server that was named does not answer."""
    from graph.store import status

    found = status()
    say(f"{found.server}: {found.state}{f' at {found.uri}' if found.uri else ''}")
    if found.meta:
        say(
            f"holds snapshot {line(found.meta.snapshot)}: {found.meta.sites:,} sites, "
            f"{found.meta.flows:,} flows, loaded {line(found.meta.loaded)}"
        )
    elif found.state == "running":
        say("holds nothing; run: magnetrace load")
    if found.detail:
        warn(found.detail)
    return 1 if found.detail else 0


def run_stop(_options: argparse.Namespace) -> int:
    """Stop the embedded store."""
    from graph.store import stop

    say("stopped" if stop() else "the embedded store was not running")
    return 0


def _split(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise UsageError(f"--param expects NAME=VALUE, got {text!r}")
    return name, value


def _guess(value: str) -> object:
    """A number, list or truth value where the text is one in JSON, else the text itself."""
    try:
        return json.loads(value)
    except ValueError:
        return value
