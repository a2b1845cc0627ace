"""Options that several commands share, and how all of them are parsed."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeAlias

from graph.errors import MagnetraceError

FORMATS = ("table", "csv", "json")
ANSWER_FORMATS = (*FORMATS, "graphml")
"""An answer of the store can hold nodes and relationships, too."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""
EXECUTORS = ("threads", "dask")
MOST_ROWS, MOST_SECONDS = 1_000_000, 3600
"""Of one answer of the store."""
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


def command(commands: Commands, name: str, summary: str, example: str, run: str) -> Parser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example:\n  {example}",
        formatter_class=Help,
    )
    parser.set_defaults(run=run)
    add_debug(parser)
    return parser


def add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show the whole traceback of an error",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
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


def add_snapshot(
    parser: argparse.ArgumentParser, default: str | None = "2025", also: str = "or a year"
) -> None:
    parser.add_argument(
        "--snapshot",
        metavar="NAME",
        default=default,
        help=f"state of the chain: pre-shock, 2025, latest, 2028-on-time or 2028-late, {also} "
        f"(default: {default or 'the one of the scenario'})",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="table",
        help="table for people (default), csv for sheets, json for programs",
    )


def add_asking(parser: argparse.ArgumentParser) -> None:
    """How the store is asked, and how its answers are printed."""
    parser.add_argument(
        "--limit", type=whole_number(1, MOST_ROWS), default=1000, help="rows at most (1000)"
    )
    parser.add_argument(
        "--timeout", type=whole_number(1, MOST_SECONDS), default=30, help="seconds at most (30)"
    )
    parser.add_argument(
        "--format",
        choices=ANSWER_FORMATS,
        default="table",
        help="table for people (default), csv for sheets, json for programs, graphml (nodes and "
        "relationships of the answer) for graph tools",
    )


def add_weeks(parser: argparse.ArgumentParser, what: str = "weeks to run") -> None:
    parser.add_argument(
        "--weeks", type=whole_number(1, 520), default=52, help=f"{what}, 1 to 520 (52)"
    )


def add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed",
        type=whole_number(0, 2**32 - 1),
        default=7,
        help="seed of what is drawn, such as places in a queue (7); the same seed, the same run",
    )


def add_many_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--runs",
        type=whole_number(1, 100_000),
        default=1,
        help="with more than one, every run draws its assumptions, and results carry bands (1)",
    )
    parser.add_argument(
        "--balances",
        type=whole_number(1, 200),
        default=10,
        help="alternative balances of the flows that many runs take in turn (10)",
    )
    parser.add_argument(
        "--threads", type=whole_number(1, 256), default=2, help="threads for many runs (2)"
    )
    parser.add_argument(
        "--executor",
        choices=EXECUTORS,
        default="threads",
        help="where many runs are made: threads of this machine (default) or a dask cluster",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of the dask cluster, as tcp://10.0.0.5:8786"
    )
    parser.add_argument(
        "--patience",
        metavar="SECONDS",
        type=whole_number(0, 86_400),
        default=60,
        help="how long a cluster may be without any worker (60)",
    )
    parser.add_argument(
        "--keep",
        metavar="FILE",
        type=Path,
        help="keep finished runs in a file; where it holds some of this study, only the missing "
        "ones are run",
    )


def check_many_runs(options: argparse.Namespace) -> None:
    """Raises UsageError where the options of many runs make no sense together."""
    dask, address = options.executor == "dask", options.scheduler
    if options.runs < 2 and (dask or address or options.keep):
        raise UsageError("--executor, --scheduler and --keep are for many runs; add --runs N")
    if address and not dask:
        raise UsageError("--scheduler is the address of a dask cluster; add --executor dask")
    if dask and not address:
        raise UsageError(
            "--executor dask needs the address of a scheduler: --scheduler tcp://HOST:PORT "
            "(start one with: dask scheduler)"
        )
    if address and not re.fullmatch(
        r"(tcp|tls)://[^\s/:]+:\d{1,5}|(tcp|tls)://\[.+\]:\d{1,5}", address
    ):
        raise UsageError(
            f"--scheduler: expected tcp://HOST:PORT or tls://HOST:PORT, got {address!r}"
        )


def add_figures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--figures",
        action="store_true",
        help="then lose every site in turn and add what that shows: criticality, time to survive, "
        "time to recover, systemic risk",
    )


def add_uri(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--uri",
        help="Bolt address of a Neo4j server (default: NEO4J_URI, else the embedded store)",
    )


def whole_number(low: int, high: int) -> Callable[[str], int]:
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
