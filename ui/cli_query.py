"""`magnetrace queries` and `query`: saved questions, own ones and Cypher, asked of the store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import StoreError, UnknownName
from graph.queries import questions
from graph.queries.header import GRAPH
from graph.store import QueryResult, connect, names_figures
from ui import own_questions
from ui import text as words
from ui.cli_data import own_data
from ui.cli_options import UsageError
from ui.cli_store import fill
from ui.output import Columns, Row, amount, line, percent, row, warn, write_rows
from ui.viewmodels import answer_files, cypher_text

FORMATTERS = {"share": percent, "t/yr": amount, "t/yr oxide equivalent": amount}
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to run. `units` are those of its columns, where they are known."""

    cypher: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def _defaults(parameters: object) -> str:
    given = parameters if isinstance(parameters, list) else []
    return ", ".join(f"{line(each['name'])}={line(each['default'])}" for each in given)


QUESTIONS: Columns = {"theme": line, "name": line, "title": line, "parameters": _defaults}


def run_queries(options: argparse.Namespace) -> int:
    """Print the saved questions theme by theme, own ones behind the shipped."""
    write_rows(listed(), QUESTIONS, options.format)
    return 0


def listed() -> list[Row]:
    """The saved questions as rows; an own one has what a file of one's own tells."""
    shipped = [row(question) for question in questions().values()]
    own = [
        dict.fromkeys(shipped[0])
        | {
            **{"name": each.name, "title": each.title, "why": each.why, "cypher": each.cypher},
            "parameters": [
                {"name": name, "default": each.defaults.get(name)}
                for name in cypher_text.parameters(each.cypher)
            ],
            "columns": [{"name": name, "unit": unit} for name, unit in each.units.items()],
        }
        for each in own_questions.own_questions().values()
    ]
    return [*shipped, *own]


def run_query(options: argparse.Namespace) -> int:
    """Ask the store and print the answer; a store that holds nothing yet is filled first."""
    asked = _asked(options)
    fill_if_empty(options)
    with connect(options.uri) as store:
        if names_figures(asked.cypher) and not ((meta := store.meta()) and meta.figures):
            warn(
                "the store does not hold the figures this asks for; run: magnetrace load --figures"
            )
        result = store.run(
            asked.cypher, asked.parameters, limit=options.limit, timeout=options.timeout
        )
    write_answer(result, asked.units, options.format)
    if result.more:
        warn(f"only the first {words.plural(options.limit, 'row')}; --limit gives more")
    return 0


def fill_if_empty(options: argparse.Namespace) -> None:
    """See to it that the store holds a graph that this version can ask."""
    with connect(options.uri) as store:
        is_ready = store.can_be_asked()
    if not is_ready:
        fill(options.uri, own_data(options), "2025")


def write_answer(result: QueryResult, units: Mapping[str, str], fmt: str) -> None:
    """Print an answer in one of `cli_options.ANSWER_FORMATS`."""
    if fmt == "graphml":
        sys.stdout.write(answer_files.graphml(result))
        return
    # Columns that are drawn hold whole nodes and paths, for a picture and not for a row.
    shown = [name for name in result.columns if units.get(name) != GRAPH]
    rows = [{name: record[name] for name in shown} for record in result.records()]
    columns = {name: FORMATTERS.get(units.get(name, ""), line) for name in shown}
    write_rows(rows, columns, fmt)


def named(name: str, given: Mapping[str, str]) -> Asked:
    """A question by its name, shipped or own. Raises UnknownName and UsageError."""
    shipped, own = questions(), own_questions.own_questions()
    try:
        if name in shipped:
            question = shipped[name]
            units = {column.name: column.unit for column in question.columns}
            return Asked(question.cypher, question.bind(given), units)
        if name in own:
            return Asked(own[name].cypher, own[name].bind(given), own[name].units)
    except StoreError as error:
        raise UsageError(str(error)) from error
    raise UnknownName("question", name, (*shipped, *own))


def _asked(options: argparse.Namespace) -> Asked:
    if [options.name, options.cypher, options.file].count(None) != 2:
        raise UsageError(
            "expected the name of a saved question, --cypher TEXT or --file PATH, one of the three"
        )
    given = dict(split(text) for text in options.param)
    if options.name is not None:
        return named(options.name, given)
    if options.cypher is not None:
        return Asked(options.cypher, {name: cypher_text.value(t) for name, t in given.items()})
    read = _read(options.file)
    if cypher_text.is_blank(read.cypher):
        raise UsageError(f"{options.file} holds no query")
    try:
        return Asked(read.cypher, read.bind(given), read.units)
    except StoreError as error:
        raise UsageError(f"{error} Give it with --param NAME=VALUE.") from error


def _read(path: str) -> own_questions.OwnQuestion:
    """The query in a file or, for `-`, on standard input."""
    if path == STDIN:
        return own_questions.parse("the query", sys.stdin.read())
    try:
        return own_questions.read(Path(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None


def split(text: str) -> tuple[str, str]:
    """The two sides of NAME=VALUE. Raises UsageError."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise UsageError(f"--param expects NAME=VALUE, got {text!r}")
    return name, value
