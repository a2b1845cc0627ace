"""`magnetrace simulate --store` and `magnetrace runs`: runs kept in the graph store."""

from __future__ import annotations

import argparse

from graph.network import Network
from graph.scenario import Scenario
from graph.spread import Result
from graph.store import check_run_name, connect, data_hash, run_rows
from graph.tracing import trace
from ui import text as words
from ui.cli_options import UsageError
from ui.output import Columns, line, money, progress, row, say, warn, write_rows

RUNS: Columns = {
    "name": line,
    "scenario": line,
    "snapshot": line,
    "seed": line,
    "weeks": line,
    "stored": line,
    "measures": line,
    "sites_hit": line,
    "lost_usd": money,
}


def run_name(options: argparse.Namespace, scenario: Scenario) -> str:
    """Under which name the run is to be stored; empty where it is not.

    Raises UsageError where it cannot be stored, StoreError where the name cannot be.
    """
    if options.store is None:
        return ""
    if options.compare or options.bracket or options.runs > 1:
        raise UsageError("--store keeps one run: leave out --compare, --bracket and --runs")
    name = options.store or scenario.name
    check_run_name(name)
    return name


def store_run(
    uri: str | None, name: str, network: Network, scenario: Scenario, result: Result
) -> None:
    """Write a run into the store; a store that holds nothing yet is filled first."""
    traced = trace(network)
    rows = run_rows(scenario, result, name=name, data_hash=data_hash(network, traced))
    with connect(uri, read_only=False) as store:
        if not store.can_be_asked():
            with progress("load") as advance:
                store.load(network, traced, progress=advance)
        store.write_run(rows)
    sites = words.plural(len(rows.hits), "site")
    warn(f"stored as {name!r}: {sites} hit by {words.plural(len(rows.measures), 'measure')}")


def run_runs(options: argparse.Namespace) -> int:
    """Print the stored runs, or delete one."""
    if options.delete is not None:
        with connect(options.uri, read_only=False) as store:
            store.delete_run(options.delete)
        say(f"deleted {line(options.delete)}")
        return 0
    with connect(options.uri) as store:
        found = store.runs()
    write_rows([row(run) for run in found], RUNS, options.format)
    return 0
