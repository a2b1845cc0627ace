"""`magnetrace load`, `status`, `stop`, `queries` and `query`: the chain as a graph database."""

from __future__ import annotations

import argparse
import json

from graph.errors import StoreError
from graph.queries import question, questions
from graph.store import SCHEMA_VERSION, LoadReport, connect, names_figures, status, stop
from graph.tracing import trace
from loaders import Data
from loaders.kept import load_kept
from ui import text as words
from ui.cli_data import own_data
from ui.cli_options import UsageError
from ui.output import Columns, amount, line, percent, progress, row, say, warn, write_rows

FORMATTERS = {"share": percent, "t/yr": amount, "t/yr oxide equivalent": amount}


def _defaults(parameters: object) -> str:
    given = parameters if isinstance(parameters, list) else []
    return ", ".join(f"{line(each['name'])}={line(each['default'])}" for each in given)


QUESTIONS: Columns = {"theme": line, "name": line, "title": line, "parameters": _defaults}


def run_load(options: argparse.Namespace) -> int:
    """Build the network and write it into the store; what was there before is replaced."""
    data = own_data(options)
    report = fill(options.uri, data, options.snapshot)
    say(
        f"The store holds {report.sites:,} sites and {report.flows:,} flows "
        f"({report.nodes:,} nodes, {report.relationships:,} relationships), "
        f"written in {report.seconds:.1f} s."
    )
    if not options.figures:
        return 0
    from ui.cli_figures import add_figures  # `status` and `stop` need no model to be imported

    return add_figures(options.uri, data, options.snapshot, report.data_hash)


def fill(uri: str | None, data: Data | None, snapshot: str) -> LoadReport:
    """Make the store hold a snapshot, with a progress bar."""
    with progress("load") as advance:
        network = load_kept(data, snapshot=snapshot, progress=advance)
        with connect(uri, read_only=False) as store:
            report = store.load(network, trace(network), progress=advance)
    if report.removed_runs:
        warn(f"taken away, as made on another network: the runs {line(report.removed_runs)}")
    return report


def run_queries(options: argparse.Namespace) -> int:
    """Print the saved questions, theme by theme."""
    rows = [row(question) for question in questions().values()]
    write_rows(rows, QUESTIONS, options.format)
    return 0


def run_query(options: argparse.Namespace) -> int:
    """Ask the store and print the answer; a store that holds nothing yet is filled first."""
    cypher, parameters, units = _asked(options)
    with connect(options.uri) as store:
        meta = store.meta()
    if meta is None or meta.schema_version != SCHEMA_VERSION:
        fill(options.uri, own_data(options), "2025")
    with connect(options.uri) as store:
        meta = store.meta()
        result = store.run(cypher, parameters, limit=options.limit, timeout=options.timeout)
    if meta and not meta.figures and names_figures(cypher):
        warn("the store does not hold the figures this asks for; run: magnetrace load --figures")
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

    asked = question(options.name)
    try:
        parameters = asked.bind(given)
    except StoreError as error:
        raise UsageError(str(error)) from error
    return asked.cypher, parameters, {column.name: column.unit for column in asked.columns}


def run_status(_options: argparse.Namespace) -> int:
    """Print how the store stands; 1 where a Neo4j server that was named does not answer."""
    found = status()
    say(f"{found.server}: {found.state}{f' at {found.uri}' if found.uri else ''}")
    if found.meta:
        say(
            f"holds snapshot {line(found.meta.snapshot)}: {found.meta.sites:,} sites, "
            f"{found.meta.flows:,} flows, loaded {line(found.meta.loaded)}, "
            f"{'with' if found.meta.figures else 'without'} figures"
        )
    elif found.state == "running":
        say("holds nothing; run: magnetrace load")
    if found.detail:
        warn(found.detail)
    return 1 if found.detail else 0


def run_stop(_options: argparse.Namespace) -> int:
    """Stop the embedded store."""
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
