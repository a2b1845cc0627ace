"""`magnetrace export`: the network as files for other tools."""

from __future__ import annotations

import argparse

from graph.store.exchange import FORMATS
from graph.store.rows import graph_rows
from graph.tracing import trace
from loaders.kept import load_kept
from loaders.templates import write
from ui import text as words
from ui.cli_data import own_data
from ui.output import line, say


def run_export(options: argparse.Namespace) -> int:
    """Write the network into a new folder or zip; nothing that is there is replaced."""
    network = load_kept(own_data(options), snapshot=options.snapshot)
    files = FORMATS[options.to](graph_rows(network, trace(network)))
    write(files, options.path)
    say(f"{words.plural(len(files), 'file')} in {line(options.path)}: {', '.join(files)}.")
    return 0
