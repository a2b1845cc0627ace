"""What can be typed after `magnetrace`: every command, its options and an example.

A command names the function that runs it, `module:function`. Only that module is imported, so that
help and wrong usage are answered at once.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeAlias

from graph.errors import MagnetraceError
from graph.indicators import LENSES

FORMATS = ("table", "csv", "json")
PUBLIC_FILES = ("usgs-mcs", "usgs-myb", "usgs-occurrence", "baci", "comtrade")
"""What `import` reads."""
# fmt: off
PARTS = (
    "problems", "changes", "comparisons", "disagreements", "imbalances", "trade", "claims",
)
# fmt: on
"""What `check` can show."""
MODES = ("replace", "overlay")
"""How `--data` is meant; `loaders.own_data` says more."""

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


class UsageError(MagnetraceError):
    """The command was called in a way that makes no sense; exit code 2."""


def check_mode(options: argparse.Namespace) -> None:
    """Raises UsageError where a mode is given and nobody has named tables."""
    if options.mode and options.data is None and not os.environ.get("MAGNETRACE_DATA"):
        raise UsageError("--mode says how your tables are meant; name them with --data PATH")


class Help(argparse.RawDescriptionHelpFormatter):
    """Keeps examples as written and every command on one line with its summary."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)
        # Measures forget the indent of commands; without room the longest would wrap.
        self._action_max_length = 14


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and where help is, instead of printing the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see: {self.prog} --help)")


def build_parser(version: str = "") -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="magnetrace",
        description="Explore the rare-earth magnet supply chain and what disrupts it.",
        epilog="example:\n  magnetrace shares --format json",
        formatter_class=Help,
    )
    parser.add_argument("--version", action="version", version=f"magnetrace {version}")
    _add_debug(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _explore(commands)
    _check(commands)
    _template(commands)
    _import(commands)
    _shares(commands)
    _scenarios(commands)
    _simulate(commands)
    _load(commands)
    _queries(commands)
    _query(commands)
    _status(commands)
    _stop(commands)
    return parser


def _explore(commands: Commands) -> None:
    parser = _command(
        commands,
        "explore",
        "serve the explorer on this machine and open it in the browser",
        "magnetrace explore --port 8600",
        "ui.cli_explore:explore",
    )
    parser.add_argument(
        "--port", type=_whole_number(1, 65_535), default=8501, help="port on 127.0.0.1 (8501)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    _add_data(parser)


def _check(commands: Commands) -> None:
    parser = _command(
        commands,
        "check",
        "check all tables and compare computed with published shares",
        "magnetrace check --data my-data.zip --mode overlay",
        "ui.cli_chain:run_check",
    )
    parser.add_argument(
        "--show",
        choices=PARTS,
        metavar="PART",
        help=f"only one of {', '.join(PARTS)} (csv prints one part: comparisons by default)",
    )
    _add_data(parser)
    _add_snapshot(parser)
    _add_format(parser)


def _template(commands: Commands) -> None:
    parser = _command(
        commands,
        "template",
        "write empty tables for data of your own, with an explanation of every column",
        "magnetrace template my-data",
        "ui.cli_data:run_template",
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="a new folder, or a new .zip file")
    parser.add_argument(
        "--filled", action="store_true", help="with the rows that ship instead of none"
    )


def _import(commands: Commands) -> None:
    parser = _command(
        commands,
        "import",
        "show what a public file would change in the tables, and write it on --apply",
        "magnetrace import baci BACI_HS92_Y2024_V202601.csv --data my-data",
        "ui.cli_import:run_import",
    )
    parser.add_argument("kind", metavar="KIND", choices=PUBLIC_FILES, help=", ".join(PUBLIC_FILES))
    parser.add_argument("file", metavar="FILE", type=Path, help="the file as published")
    parser.add_argument(
        "--apply", action="store_true", help="write the changes that need no judgement, all or none"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of CSV tables to change (default: MAGNETRACE_DATA, else the data that ship)",
    )
    _add_format(parser)


def _shares(commands: Commands) -> None:
    parser = _command(
        commands,
        "shares",
        "print who holds how much of each stage, computed and published",
        "magnetrace shares --snapshot pre-shock --format json",
        "ui.cli_chain:run_shares",
    )
    parser.add_argument(
        "--lens",
        choices=LENSES,
        default=LENSES[0],
        help="whose a site is: where it stands (located, the default, with published shares) or "
        "that of its controlling owner (controlled)",
    )
    _add_data(parser)
    _add_snapshot(parser)
    _add_format(parser)


def _scenarios(commands: Commands) -> None:
    parser = _command(
        commands,
        "scenarios",
        "list the scenarios that can be simulated",
        "magnetrace scenarios --format csv",
        "ui.cli_scenario:run_scenarios",
    )
    _add_data(parser)
    _add_format(parser)


def _simulate(commands: Commands) -> None:
    parser = _command(
        commands,
        "simulate",
        "run a scenario week by week and print what the end uses lose",
        "magnetrace simulate april-2025-licences --weeks 52 --seed 7 --format json",
        "ui.cli_scenario:run_simulate",
    )
    parser.add_argument("name", metavar="NAME", help="a scenario, or the path of a .toml file")
    parser.add_argument(
        "--weeks", type=_whole_number(1, 520), default=52, help="weeks to run, 1 to 520 (52)"
    )
    parser.add_argument(
        "--seed",
        type=_whole_number(0, 2**32 - 1),
        default=7,
        help="seed of what is drawn, such as places in a queue (7); the same seed, the same run",
    )
    parser.add_argument(
        "--bracket",
        action="store_true",
        help="print the losses beside those without any adaptation and those in the best case; "
        "the latter can take half a minute",
    )
    _add_snapshot(parser, default=None)
    _add_data(parser)
    _add_format(parser)


def _load(commands: Commands) -> None:
    parser = _command(
        commands,
        "load",
        "write the chain into the graph store",
        "magnetrace load --snapshot 2025",
        "ui.cli_store:run_load",
    )
    _add_uri(parser)
    _add_data(parser)
    _add_snapshot(parser)


def _queries(commands: Commands) -> None:
    parser = _command(
        commands,
        "queries",
        "list the saved questions with their parameters",
        "magnetrace queries --format json",
        "ui.cli_store:run_queries",
    )
    _add_format(parser)


def _query(commands: Commands) -> None:
    parser = _command(
        commands,
        "query",
        "ask the graph store a saved question, or Cypher of your own (read-only)",
        "magnetrace query top-sites-of-end-use --param end_use=eu_gm_ev --limit 10\n"
        '  magnetrace query --cypher "MATCH (s:Site {country: $c}) RETURN s.name" --param c=AUS',
        "ui.cli_store:run_query",
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
        "--limit", type=_whole_number(1, 1_000_000), default=1000, help="rows at most (1000)"
    )
    parser.add_argument(
        "--timeout", type=_whole_number(1, 3600), default=30, help="seconds at most (30)"
    )
    _add_uri(parser)
    _add_data(parser)
    _add_format(parser)


def _status(commands: Commands) -> None:
    _command(
        commands,
        "status",
        "say whether the graph store runs",
        "magnetrace status",
        "ui.cli_store:run_status",
    )


def _stop(commands: Commands) -> None:
    _command(
        commands,
        "stop",
        "stop the embedded graph store",
        "magnetrace stop",
        "ui.cli_store:run_stop",
    )


def _command(commands: Commands, name: str, summary: str, example: str, run: str) -> Parser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=Help,
    )
    parser.set_defaults(run=run)
    _add_debug(parser)
    return parser


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show the whole traceback of an error",
    )


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="folder or .zip with your tables, CSV or Excel (default: MAGNETRACE_DATA, else the "
        "data that ship)",
    )
    parser.add_argument(
        "--mode",
        choices=MODES,
        metavar="MODE",
        help="replace: your tables stand for themselves (default); overlay: your rows lie over "
        "those that ship",
    )


def _add_snapshot(parser: argparse.ArgumentParser, default: str | None = "2025") -> None:
    parser.add_argument(
        "--snapshot",
        metavar="NAME",
        default=default,
        help="state of the chain: pre-shock, 2025, latest, 2028-on-time or 2028-late, or a year "
        f"(default: {default or 'the one of the scenario'})",
    )


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="table",
        help="table for people (default), csv for sheets, json for programs",
    )


def _add_uri(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--uri",
        help="Bolt address of a Neo4j server (default: NEO4J_URI, else the embedded store)",
    )


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                f"expected a whole number from {low} to {high}, got {text!r}"
            )
        return value

    return parse
