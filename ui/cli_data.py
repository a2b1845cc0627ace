"""The data that `--data` and `--mode` name, and `magnetrace template` to start one's own from."""

from __future__ import annotations

import argparse
import os

from loaders import Data, data_folder, data_mode, flows_given, shipped_folder
from loaders.own_data import REPLACE, from_path
from loaders.templates import empty_tables, shipped_tables, write
from ui import text as words
from ui.cli_options import check_mode
from ui.output import line, say


def own_data(options: argparse.Namespace) -> Data | None:
    """What the user names, in memory, or the folder where it holds flows of its own; None where
    the shipped tables are meant."""
    check_mode(options)
    if options.data is None and not os.environ.get("MAGNETRACE_DATA"):
        return None
    if (folder := flows_given(options.data)) is not None:
        return folder
    mode = data_mode() if options.data is None else REPLACE
    return from_path(data_folder(options.data), options.mode or mode)


def as_typed(options: argparse.Namespace) -> list[str]:
    """The options that name the user's data, as they are typed again."""
    data = ["--data", str(options.data)] if options.data else []
    return [*data, *(["--mode", options.mode] if options.mode else [])]


def run_template(options: argparse.Namespace) -> int:
    """Write empty tables, or those that ship, to start from."""
    tables = shipped_tables if options.filled else empty_tables
    files = tables(shipped_folder())
    write(files, options.path)
    say(f"{words.plural(len(files), 'file')} in {line(options.path)}. README.txt explains them.")
    return 0
