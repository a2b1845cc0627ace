"""The page on the commands, as the parser has them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from generated import table

from ui.cli_parser import build_parser

HEAD = """# Commands

Every command explains itself with `--help`. Those that print rows take `--format` with `table`,
`csv` or `json`; [what the rows hold](printed.md). The exit code is 0 when done, 1 for a problem in
the data or in the run, 2 for wrong usage, 130 after Ctrl-C. Errors go to standard error, with the
traceback only on `--debug`, which every command takes.

This page is written from the commands themselves by `python tools/reference_docs.py`.
"""
EVERYWHERE = {"help", "debug"}


def page() -> str:
    """The whole page as text."""
    (group,) = (
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    summaries = {choice.dest: choice.help or "" for choice in group._choices_actions}
    lines = [HEAD]
    lines += table(
        ("command", "does"),
        [(f"[`{name}`](#magnetrace-{name})", summaries[name]) for name in group.choices],
    )
    for name, parser in group.choices.items():
        lines += _command(name, parser)
    return "\n".join(lines)


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## `magnetrace {name}`\n"
    yield f"{parser.description}\n"
    yield "```sh"
    yield from (line.strip() for line in (parser.epilog or "").splitlines()[1:])
    yield "```\n"
    shown = [action for action in parser._actions if action.dest not in EVERYWHERE]
    yield from table(
        ("argument", "value", "does"),
        [(_name(action), _value(action), _help(parser, action)) for action in shown],
    )


def _name(action: argparse.Action) -> str:
    return ", ".join(f"`{each}`" for each in action.option_strings or [action.metavar or ""])


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices and not action.metavar:
        return ", ".join(f"`{choice}`" for choice in action.choices)
    if not action.option_strings:
        return ""
    return f"`{action.metavar or action.dest.upper()}`"


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    return parser._get_formatter()._expand_help(action)
