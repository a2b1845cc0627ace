"""`magnetrace export`: the network as files for other tools, and the chain as a picture."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping

from graph.network import Network
from graph.store.exchange import FORMATS, Files
from graph.store.rows import graph_rows
from graph.tracing import trace
from loaders import Data, tables
from loaders.countries import country_names
from loaders.kept import load_kept
from loaders.templates import write
from ui import text as words
from ui.charts.network import chain_drawing
from ui.charts.network_page import page
from ui.charts.network_svg import svg
from ui.charts.painted import Picture
from ui.cli_data import as_typed, own_data
from ui.output import line, say
from ui.report import SHIPPED, made_now
from ui.viewmodels.about import About, caption, facts, publications
from ui.viewmodels.chain import LENS_LEGENDS, chain, sentence
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger

PICTURES: Mapping[str, Callable[[Picture, About], str]] = {
    "html": lambda picture, about: page(
        picture, facts(about), publications(about.network), "light"
    ),
    "svg": lambda picture, about: svg(picture, caption(about), "light"),
}


def run_export(options: argparse.Namespace) -> int:
    """Write the network into a new folder or zip; nothing that is there is replaced."""
    own = own_data(options)
    network = load_kept(own, snapshot=options.snapshot)
    files = (
        _picture(options, network, own)
        if options.to in PICTURES
        else FORMATS[options.to](graph_rows(network, trace(network)))
    )
    write(files, options.path)
    say(f"{words.plural(len(files), 'file')} in {line(options.path)}: {', '.join(files)}.")
    return 0


def _picture(options: argparse.Namespace, network: Network, own: Data | None) -> Files:
    names = country_names(tables(own))
    view = chain(Ledger.of(network, trace(network)), item(options.item), names)
    drawing = chain_drawing(view, options.lens)
    picture = Picture(drawing, sentence(view), LENS_LEGENDS[options.lens])
    data = SHIPPED if own is None else f"own tables, {options.data or 'MAGNETRACE_DATA'}"
    about = About(network, "", made_now(data, "", _command(options)))
    return {f"magnetrace-chain.{options.to}": PICTURES[options.to](picture, about).encode()}


def _command(options: argparse.Namespace) -> str:
    """What to type for the same again."""
    parts = ["magnetrace", "export", str(options.path), "--to", options.to]
    parts += ["--snapshot", options.snapshot, "--item", options.item, "--lens", options.lens]
    return shlex.join([*parts, *as_typed(options)])
