"""What the commands share: how one is declared, its options, and the error of wrong usage."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeAlias

from graph.errors import MagnetraceError
from loaders import SNAPSHOTS
from ui.output import FORMATS

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
Run = Callable[[argparse.Namespace], int]
"""A command: options in, exit code out (0, or 1 for a problem in the data or the run)."""


class UsageError(MagnetraceError):
    """The command was called in a way that makes no sense; exit code 2."""


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


def command(commands: Commands, name: str, summary: str, example: str, run: Run) -> Parser:
    """Declare a command: its line in the list, its help with an example, and what it does."""
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
        metavar="DIR",
        help="folder with the tables (default: MAGNETRACE_DATA, else the data that ship)",
    )


def add_snapshot(parser: argparse.ArgumentParser, default: str | None = "2025") -> None:
    parser.add_argument(
        "--snapshot",
        choices=SNAPSHOTS,
        default=default,
        help=f"state of the chain (default: {default or 'the one of the scenario'})",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="table",
        help="table for people (default), csv for sheets, json for programs",
    )


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers within limits, for `type=`."""

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
