"""What can be typed after `magnetrace`: every command, its options and an example.

A command names the function that runs it, `module:function`. Only that module is imported, so that
help and wrong usage are answered at once.
"""

from __future__ import annotations

from pathlib import Path

from graph.indicators import LENSES
from ui.cli_options import (
    Commands,
    Help,
    Parser,
    add_asking,
    add_data,
    add_debug,
    add_figures,
    add_format,
    add_many_runs,
    add_seed,
    add_snapshot,
    add_uri,
    add_weeks,
    command,
    whole_number,
)
from ui.cli_parser_chokepoints import (
    add_chokepoints,
    add_concentration,
    add_portfolio,
    add_structure,
    add_worst,
)
from ui.cli_parser_export import add_export
from ui.cli_parser_report import add_report

PUBLIC_FILES = ("usgs-mcs", "usgs-myb", "usgs-occurrence", "baci", "comtrade")
"""What `import` reads."""
# fmt: off
PARTS = (
    "problems", "changes", "comparisons", "disagreements", "imbalances", "trade", "claims",
)
# fmt: on
"""What `check` can show."""
PAST = ("months", "destinations", "targets", "errors", "calibration")
"""What `backtest` can show."""


def build_parser(version: str = "") -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="magnetrace",
        description="Explore the rare-earth magnet supply chain and what disrupts it.",
        epilog="example:\n  magnetrace shares --format json",
        formatter_class=Help,
    )
    parser.add_argument("--version", action="version", version=f"magnetrace {version}")
    add_debug(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _explore(commands)
    _check(commands)
    _template(commands)
    _import(commands)
    add_export(commands)
    _shares(commands)
    add_concentration(commands)
    add_structure(commands)
    add_chokepoints(commands)
    add_worst(commands)
    add_portfolio(commands)
    add_report(commands)
    _scenarios(commands)
    _simulate(commands)
    _runs(commands)
    _backtest(commands)
    _load(commands)
    _queries(commands)
    _query(commands)
    _shell(commands)
    _status(commands)
    _stop(commands)
    return parser


def _explore(commands: Commands) -> None:
    parser = command(
        commands,
        "explore",
        "serve the explorer on this machine and open it in the browser",
        "magnetrace explore --port 8600",
        "ui.cli_explore:explore",
    )
    parser.add_argument(
        "--port", type=whole_number(1, 65_535), default=8501, help="port on 127.0.0.1 (8501)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    add_data(parser)


def _check(commands: Commands) -> None:
    parser = command(
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
    add_data(parser)
    add_snapshot(parser)
    add_format(parser)


def _template(commands: Commands) -> None:
    parser = command(
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
    parser = command(
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
    add_format(parser)


def _shares(commands: Commands) -> None:
    parser = command(
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
    add_data(parser)
    add_snapshot(parser)
    add_format(parser)


def _scenarios(commands: Commands) -> None:
    parser = command(
        commands,
        "scenarios",
        "list the scenarios that can be simulated",
        "magnetrace scenarios --format csv",
        "ui.cli_scenario:run_scenarios",
    )
    add_data(parser)
    add_format(parser)


def _simulate(commands: Commands) -> None:
    parser = command(
        commands,
        "simulate",
        "run a scenario week by week and print what the end uses lose",
        "magnetrace simulate answer-none --compare answer-stockpile --weeks 78",
        "ui.cli_scenario:run_simulate",
    )
    parser.add_argument("name", metavar="NAME", help="a scenario, or the path of a .toml file")
    parser.add_argument(
        "--compare",
        metavar="OTHER",
        action="append",
        default=[],
        help="a scenario to run beside it; repeat for more",
    )
    parser.add_argument(
        "--steps",
        type=whole_number(1, 1000),
        help="how many levers to pull, by week; on a ladder, how far to climb (all)",
    )
    parser.add_argument(
        "--relief",
        metavar="WEEK",
        type=whole_number(0, 520),
        help="week of an agreement that lifts every measure (none)",
    )
    add_many_runs(parser)
    parser.add_argument(
        "--bracket",
        action="store_true",
        help="print the losses beside those without any adaptation and those in the best case; "
        "the latter can take half a minute",
    )
    add_weeks(parser)
    parser.add_argument(
        "--store",
        metavar="RUN_NAME",
        nargs="?",
        const="",
        help="keep the run in the graph store too, in place of one of that name (the scenario's)",
    )
    add_uri(parser)
    add_seed(parser)
    add_snapshot(parser, default=None)
    add_data(parser)
    add_format(parser)


def _runs(commands: Commands) -> None:
    parser = command(
        commands,
        "runs",
        "list the runs in the graph store, or delete one",
        "magnetrace runs --delete april-2025-licences",
        "ui.cli_runs:run_runs",
    )
    parser.add_argument("--delete", metavar="NAME", help="delete the run of that name")
    add_uri(parser)
    add_format(parser)


def _backtest(commands: Commands) -> None:
    parser = command(
        commands,
        "backtest",
        "hold the model against a past case, month by month",
        "magnetrace backtest april-2025 --format json",
        "ui.cli_backtest:run_backtest",
    )
    parser.add_argument(
        "case",
        metavar="CASE",
        nargs="?",
        help="april-2025, japan-2010, price-2021 or quota-2011; left out, they are listed",
    )
    parser.add_argument(
        "--show",
        choices=PAST,
        metavar="PART",
        help=f"only one of {', '.join(PAST)} (csv prints one part: months by default)",
    )
    parser.add_argument(
        "--runs",
        type=whole_number(1, 1000),
        default=20,
        help="runs with seeds one after the other (20): the first is shown, all are judged",
    )
    add_seed(parser)
    add_data(parser)
    add_format(parser)


def _load(commands: Commands) -> None:
    parser = command(
        commands,
        "load",
        "write the chain into the graph store",
        "magnetrace load --snapshot 2025",
        "ui.cli_store:run_load",
    )
    add_figures(parser)
    add_uri(parser)
    add_data(parser)
    add_snapshot(parser)


def _queries(commands: Commands) -> None:
    parser = command(
        commands,
        "queries",
        "list the saved questions with their parameters",
        "magnetrace queries --format json",
        "ui.cli_query:run_queries",
    )
    add_format(parser)


def _query(commands: Commands) -> None:
    parser = command(
        commands,
        "query",
        "ask the graph store a saved question, or Cypher of your own (read-only)",
        "magnetrace query top-sites-of-end-use --param end_use=eu_gm_ev --limit 10\n"
        "  magnetrace query --cypher 'MATCH (s:Site {country: $c}) RETURN s.name' --param c=AUS\n"
        "  magnetrace query --file q.cypher --format graphml > answer.graphml",
        "ui.cli_query:run_query",
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="a saved question")
    parser.add_argument("--cypher", metavar="TEXT", help="Cypher to run instead")
    parser.add_argument(
        "--file", metavar="PATH", help="a file with Cypher to run instead; - reads standard input"
    )
    parser.add_argument(
        "--param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter of the question; may be given several times",
    )
    add_asking(parser)
    add_uri(parser)
    add_data(parser)


def _shell(commands: Commands) -> None:
    parser = command(
        commands,
        "shell",
        "ask the graph store one question after the other (read-only)",
        "magnetrace shell --limit 50",
        "ui.cli_shell:run_shell",
    )
    add_asking(parser)
    add_uri(parser)
    add_data(parser)


def _status(commands: Commands) -> None:
    command(
        commands,
        "status",
        "say whether the graph store runs",
        "magnetrace status",
        "ui.cli_store:run_status",
    )


def _stop(commands: Commands) -> None:
    command(
        commands,
        "stop",
        "stop the embedded graph store",
        "magnetrace stop",
        "ui.cli_store:run_stop",
    )
