"""From tables to a network: read, check, balance, build."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from graph.errors import DataError, Problem, listed
from graph.indicators import CONTROLLED, imbalances, stage_shares
from graph.network import Network
from loaders.balance import balance
from loaders.checks import CheckReport, check_for_open_balance, check_tables
from loaders.claims import check_for_cells_in_use, read_claims
from loaders.clearing import BlockMiss
from loaders.demand_side import count_units
from loaders.facts import read_facts
from loaders.overlay import TableChange, differences
from loaders.own_data import REPLACE, OwnData, from_path, read
from loaders.published import compare_shares, published_rows
from loaders.ready_made import is_ready_made, read_beside
from loaders.snapshots import find_snapshot, read_snapshots
from loaders.tables import Tables
from loaders.trade_check import trade_gaps

# fmt: off
__all__ = [
    "CheckReport",
    "Data",
    "Progress",
    "against_shipped",
    "brought",
    "check",
    "data_folder",
    "data_mode",
    "flows_given",
    "load",
    "scenario_folder",
    "shipped_folder",
    "snapshots",
    "tables",
]
# fmt: on

Progress = Callable[[str, float], None]
Data = Path | OwnData
"""A folder or file with every table, a folder with flows of its own (loaders/ready_made.py), or
what a user brings in one of the modes."""


def shipped_folder() -> Path:
    """The tables that magnetrace ships: in the package, or in the checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "_data"
    return packaged if packaged.is_dir() else here.parent / "data"


def data_folder(explicit: Path | None = None) -> Path:
    """Where the tables are: the folder or file asked for, `MAGNETRACE_DATA`, those that ship."""
    named = os.environ.get("MAGNETRACE_DATA")
    if explicit is not None:
        return explicit
    return Path(named) if named else shipped_folder()


def data_mode() -> str:
    """How the tables of `MAGNETRACE_DATA` are meant: `MAGNETRACE_MODE`, else `replace`."""
    return os.environ.get("MAGNETRACE_MODE") or REPLACE


def scenario_folder(data: Path | None = None) -> Path:
    """The data folder whose scenarios count: the one asked for where it has any, else ours."""
    folder = data_folder(data)
    return folder if (folder / "scenarios").is_dir() else shipped_folder()


def brought(data: Data | None = None) -> OwnData:
    """Data in memory; without an argument those of `data_folder`, in their mode."""
    if isinstance(data, OwnData):
        return data
    return from_path(data_folder(data), data_mode() if data is None else REPLACE)


def flows_given(data: Data | None = None) -> Path | None:
    """The folder whose flows are given; None where they are balanced from facts."""
    if isinstance(data, OwnData):
        return None
    folder = data_folder(data)
    return folder if is_ready_made(folder) else None


def tables(data: Data | None = None) -> Tables:
    """All tables, checked. Raises DataError with every problem found.

    Where flows are given these are the few beside them; all others are empty.
    """
    found, problems = _read(data)
    if problems:
        raise DataError(problems)
    return found


def snapshots(data: Data | None = None) -> dict[str, str]:
    """Names and titles of the snapshots that can be loaded."""
    return {id: found.title for id, found in read_snapshots(tables(data)).items()}


def against_shipped(data: Data) -> tuple[TableChange, ...]:
    """What differs from the shipped tables. Raises DataError with every problem found."""
    return differences(tables(shipped_folder()), tables(data))


def load(
    data: Data | None = None,
    *,
    snapshot: str = "2025",
    seed: int | None = None,
    progress: Progress | None = None,
) -> Network:
    """The network of a snapshot (a row of `snapshots.csv`, or a year), balanced and checked.

    A folder with flows of its own is taken as it is: for every snapshot the same, and whether it
    balances is left to `check`. Elsewhere `seed` draws another balance that fits the same
    margins, links and trade. `progress` is told each step and how much of the work is done
    (0..1). Raises DataError with every problem found, or with what is missing to balance a year;
    UnknownName for a snapshot that does not exist.
    """
    tell = progress or _silent
    if (folder := flows_given(data)) is not None:
        return _given(folder, snapshot, tell)
    tell("Reading the tables", 0.0)
    found = tables(data)
    tell("Balancing the flows", 0.4)
    network, _ = _build(found, snapshot, seed)
    tell("Checking the balance", 0.9)
    if problems := check_for_open_balance(network):
        raise DataError(problems)
    tell("Ready", 1.0)
    return network


def check(
    data: Data | None = None, *, snapshot: str = "2025", progress: Progress | None = None
) -> CheckReport:
    """Every problem of the data at once and, where the network can be built, its figures.

    `progress` is told the steps where flows are given, for there may be many.
    """
    if (folder := flows_given(data)) is not None:
        return _check_given(folder, snapshot, progress or _silent)
    found, problems = _read(data)
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
        sites=len(network.sites),
        flows=len(network.flows),
    )


def _given(folder: Path, snapshot: str, tell: Progress) -> Network:
    # Imported when asked for: Arrow takes a while to start, and most runs do without.
    from loaders.bulk import load_flows

    return load_flows(folder, shipped_folder(), snapshot, tell)


def _check_given(folder: Path, snapshot: str, tell: Progress) -> CheckReport:
    try:
        network = _given(folder, snapshot, lambda step, done: tell(step, 0.6 * done))
    except DataError as error:
        return CheckReport(error.problems)
    tell("Checking the balance", 0.6)
    problems = tuple(check_for_open_balance(network))
    tell("Adding up the stages", 0.8)
    return CheckReport(
        problems=problems,
        shares=(*stage_shares(network), *stage_shares(network, CONTROLLED)),
        imbalances=imbalances(network),
        sites=len(network.sites),
        flows=len(network.flows),
        is_ready_made=True,
    )


def _read(data: Data | None) -> tuple[Tables, list[Problem]]:
    """The tables, and every problem in and between them."""
    if (folder := flows_given(data)) is not None:
        beside, problems = read_beside(folder, shipped_folder())
        return beside, listed(problems)
    found, problems = read(brought(data), shipped_folder())
    problems += check_tables(found)
    return found, listed(problems)


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
    except (ArithmeticError, ValueError, IndexError) as error:
        # Rows that are each sound can still leave nothing to divide by, or ask for endless tonnes.
        what = "no balance can be made of these figures"
        advice = "Look for zeros among capacities, recoveries and yields."
        raise DataError([Problem(what, got=str(error), advice=advice)]) from error
    network = Network.of(
        count_units(facts.sites, balanced.flows).values(),
        balanced.flows,
        snapshot=snapshot.id,
        year=snapshot.year,
        sources=facts.sources,
        recovery=balanced.recovery,
    )
    return network, balanced.missed
