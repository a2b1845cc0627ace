"""`magnetrace load`, `status` and `stop`: the chain as a graph database."""

from __future__ import annotations

import argparse

from graph.store import LoadReport, connect, status, stop
from graph.tracing import trace
from loaders import Data
from loaders.kept import load_kept
from ui.cli_data import own_data
from ui.output import line, progress, say, warn


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
    if report.went_on:
        warn("an earlier load was broken off; this one went on where it had ended")
    return report


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
    elif found.is_part:
        say(
            "holds a part of the chain: a load is under way or was broken off; run the same "
            "again: magnetrace load"
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
