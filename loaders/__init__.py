"""From a folder of tables to a network: read, check, balance, build."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from graph.errors import DataError, Problem
from graph.indicators import CONTROLLED, imbalances, stage_shares
from graph.network import Network
from loaders.balance import balance
from loaders.checks import CheckReport, check_for_open_balance, check_tables
from loaders.claims import check_for_cells_in_use, read_claims
from loaders.clearing import BlockMiss
from loaders.demand_side import count_units
from loaders.facts import read_facts
from loaders.published import compare_shares, published_rows
from loaders.snapshots import find_snapshot, read_snapshots
from loaders.tables import Tables, read_tables
from loaders.trade_check import trade_gaps

__all__ = ["CheckReport", "check", "data_folder", "load", "snapshots", "tables"]

Progress = Callable[[str, float], None]


def data_folder(explicit: Path | None = None) -> Path:
    """Where the tables are: the folder asked for, `MAGNETRACE_DATA`, the package, the checkout."""
    here = Path(__file__).resolve().parent
    named = os.environ.get("MAGNETRACE_DATA")
    if explicit is not None:
        return explicit
    if named:
        return Path(named)
    packaged = here / "_data"
    return packaged if packaged.is_dir() else here.parent / "data"


def tables(folder: Path | None = None) -> Tables:
    """All tables, checked. Raises DataError with every problem found."""
    found, problems = read_tables(data_folder(folder))
    problems += check_tables(found)
    if problems:
        raise DataError(problems)
    return found


def snapshots(folder: Path | None = None) -> dict[str, str]:
    """Names and titles of the snapshots that can be loaded."""
    return {id: found.title for id, found in read_snapshots(tables(folder)).items()}


def load(
    folder: Path | None = None,
    *,
    snapshot: str = "2025",
    seed: int | None = None,
    progress: Progress | None = None,
) -> Network:
    """The network of a snapshot (a row of `snapshots.csv`, or a year), balanced and checked.

    `seed` draws another balance that fits the same margins, links and trade. `progress` is told
    each step and how much of the work is done (0..1). Raises DataError with every problem
    found, or with what is missing to balance a year; UnknownName for a snapshot that does not
    exist.
    """
    tell = progress or _silent
    tell("Reading the tables", 0.0)
    found = tables(folder)
    tell("Balancing the flows", 0.4)
    network, _ = _build(found, snapshot, seed)
    tell("Checking the balance", 0.9)
    if problems := check_for_open_balance(network):
        raise DataError(problems)
    tell("Ready", 1.0)
    return network


def check(folder: Path | None = None, *, snapshot: str = "2025") -> CheckReport:
    """Every problem of a data folder at once and, where the network can be built, its figures."""
    found, problems = read_tables(data_folder(folder))
    problems += check_tables(found)
    claimed = tuple(check_for_cells_in_use(found))
    if problems:
        return CheckReport((*problems, *claimed))
    try:
        network, missed = _build(found, snapshot, None)
    except DataError as error:
        return CheckReport((*error.problems, *claimed))
    shares = stage_shares(network)
    return CheckReport(
        problems=(*check_for_open_balance(network), *claimed),
        shares=(*shares, *stage_shares(network, CONTROLLED), *published_rows(found)),
        comparisons=compare_shares(shares, found),
        imbalances=imbalances(network),
        missed=missed,
        trade=trade_gaps(network, found),
        claims=read_claims(found["claims"]),
    )


def _silent(_step: str, _done: float) -> None:
    """Where nobody asked for progress."""


def _build(found: Tables, name: str, seed: int | None) -> tuple[Network, tuple[BlockMiss, ...]]:
    snapshot = find_snapshot(found, name)
    try:
        facts = read_facts(found, snapshot)
        balanced = balance(facts, seed)
    except KeyError as error:
        advice = "Add the row; docs/data.md lists what the balance needs."
        raise DataError([Problem(f"the balance needs {error.args[0]}", advice=advice)]) from error
    network = Network.of(
        count_units(facts.sites, balanced.flows).values(),
        balanced.flows,
        snapshot=snapshot.id,
        year=snapshot.year,
        sources=facts.sources,
        recovery=balanced.recovery,
    )
    return network, balanced.missed
