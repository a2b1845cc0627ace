"""From a folder of tables to a network: read, check, balance, build."""

from __future__ import annotations

import os
from pathlib import Path

from graph.errors import DataError, Problem, UnknownName
from graph.indicators import imbalances, stage_shares
from graph.network import Network
from loaders.balance import balance
from loaders.checks import (
    CheckReport,
    check_for_open_balance,
    check_tables,
    compare_shares,
    published_rows,
)
from loaders.clearing import BlockMiss
from loaders.demand_side import count_units
from loaders.facts import SNAPSHOT_YEARS, read_facts
from loaders.tables import (
    Progress,
    Tables,
    is_ready_made,
    read_beside,
    read_tables,
    shipped_folder,
)

__all__ = ["SNAPSHOTS", "CheckReport", "Progress", "check", "data_folder", "load", "tables"]

SNAPSHOTS = tuple(SNAPSHOT_YEARS)


def data_folder(explicit: Path | None = None) -> Path:
    """Where the tables are: the folder asked for, `MAGNETRACE_DATA`, the package, the checkout."""
    named = os.environ.get("MAGNETRACE_DATA")
    if explicit is not None:
        return explicit
    return Path(named) if named else shipped_folder()


def tables(folder: Path | None = None) -> Tables:
    """All tables, checked. Raises DataError with every problem found.

    Of a ready-made network these are sources, countries and assumptions; all others are empty.
    """
    place = data_folder(folder)
    found, problems = (read_beside if is_ready_made(place) else read_tables)(place)
    problems += check_tables(found)
    if problems:
        raise DataError(problems)
    return found


def load(
    folder: Path | None = None,
    *,
    snapshot: str = "2025",
    seed: int | None = None,
    progress: Progress | None = None,
) -> Network:
    """The network of a snapshot (see SNAPSHOTS), balanced and checked.

    A folder that holds flows of its own (flows.csv or flows.parquet) is read as they are: for
    every snapshot the same, and whether they balance is left to `check`. Elsewhere `seed` draws
    another balance that fits the same margins, links and trade. `progress` is told each step and
    how much of the work is done (0..1). Raises DataError with every problem found, UnknownName
    for a snapshot that does not exist.
    """
    _known(snapshot)
    tell = progress or _silent
    if is_ready_made(data_folder(folder)):
        return _ready_made(data_folder(folder), snapshot, tell)
    tell("Reading the tables", 0.0)
    found = tables(folder)
    tell("Balancing the flows", 0.4)
    network, _ = _build(found, snapshot, seed)
    tell("Checking the balance", 0.9)
    if problems := check_for_open_balance(network):
        raise DataError(problems)
    tell("Ready", 1.0)
    return network


def check(
    folder: Path | None = None, *, snapshot: str = "2025", progress: Progress | None = None
) -> CheckReport:
    """Every problem of a data folder at once and, where the network can be built, its figures.

    `progress` is told the steps of a ready-made network, which may be large.
    """
    _known(snapshot)
    if is_ready_made(data_folder(folder)):
        return _check_ready_made(data_folder(folder), snapshot, progress or _silent)
    found, problems = read_tables(data_folder(folder))
    problems += check_tables(found)
    if problems:
        return CheckReport(tuple(problems))
    try:
        network, missed = _build(found, snapshot, None)
    except DataError as error:
        return CheckReport(error.problems)
    shares = stage_shares(network)
    return CheckReport(
        problems=tuple(check_for_open_balance(network)),
        shares=(*shares, *published_rows(found)),
        comparisons=compare_shares(shares, found),
        imbalances=imbalances(network),
        missed=missed,
    )


def _ready_made(folder: Path, snapshot: str, tell: Progress) -> Network:
    # Imported when asked for: Arrow takes a while to start, and most runs do without.
    from loaders.bulk import load_flows

    return load_flows(folder, snapshot=snapshot, progress=tell)


def _check_ready_made(folder: Path, snapshot: str, tell: Progress) -> CheckReport:
    try:
        network = _ready_made(folder, snapshot, lambda step, done: tell(step, 0.6 * done))
    except DataError as error:
        return CheckReport(error.problems)
    tell("Checking the balance", 0.6)
    problems = tuple(check_for_open_balance(network))
    tell("Adding up the stages", 0.8)
    return CheckReport(
        problems=problems,
        shares=stage_shares(network),
        imbalances=imbalances(network),
        ready_made=(len(network.sites), len(network.flows)),
    )


def _silent(_step: str, _done: float) -> None:
    """Where nobody asked for progress."""


def _known(snapshot: str) -> None:
    if snapshot not in SNAPSHOTS:
        raise UnknownName("snapshot", snapshot, SNAPSHOTS)


def _build(found: Tables, snapshot: str, seed: int | None) -> tuple[Network, tuple[BlockMiss, ...]]:
    try:
        facts = read_facts(found, snapshot)
        balanced = balance(facts, seed)
    except KeyError as error:
        advice = "Add the row; docs/data.md lists what the balance needs."
        raise DataError([Problem(f"the balance needs {error.args[0]}", advice=advice)]) from error
    network = Network.of(
        count_units(facts.sites, balanced.flows).values(),
        balanced.flows,
        snapshot=snapshot,
        year=facts.year,
        sources=facts.sources,
        recovery=balanced.recovery,
    )
    return network, balanced.missed
