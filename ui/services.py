"""The door from the pages to the network and the data; results are cached.

Its rooms: `ui.playing` (scenarios and their runs), `ui.bounds`, `ui.comparisons`, `ui.tightness`,
`ui.portfolios`, `ui.chains`, `ui.atlas`, `ui.asking` (the graph store), `ui.own_tables`. What is
computed is keyed by the version of the data: new files never show old figures.
"""

from __future__ import annotations

import gc
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

import loaders
from graph.indicators import (
    LOCATED,
    Chokepoint,
    ImbalanceRow,
    ShareRow,
    chokepoints,
    imbalances,
    stage_shares,
)
from graph.network import Network
from graph.tracing import Trace, trace
from loaders.backtest import backtest
from loaders.claims import ClaimGroup, read_claims
from loaders.countries import country_names
from loaders.kept import load_kept
from loaders.own_data import OwnData
from loaders.past import Backtest
from loaders.published import Comparison, compare_shares, published_rows
from loaders.snapshots import read_snapshots, refusal
from loaders.tables import Column, Tables, read_schema
from loaders.trade_check import TradeGap, trade_gaps
from ui import session
from ui.report import SHIPPED
from ui.viewmodels import snapshots
from ui.viewmodels.chain import Chain, chain
from ui.viewmodels.events import Event, events
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Base:
    """What all pages start from: one snapshot, traced, and the tables it was built from."""

    version: str
    network: Network
    trace: Trace
    ledger: Ledger
    names: dict[str, str]
    tables: Tables
    own: OwnData | None = None
    """what the reader of this session brought, where the network is of that"""


def cache_key(base: Base) -> tuple[str, str]:
    """What stands for a network in the caches."""
    return base.version, base.network.snapshot


per_network = st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={Base: cache_key})
"""Keeps what is worked out of a network, of the three that were looked at last."""


def version(own: OwnData | None = None) -> str:
    """Changes whenever a byte of own data does, or a file of the folders that are read."""
    shipped = loaders.shipped_folder()
    if own:
        return _hash((own.fingerprint, files_mark(shipped)))
    states = [files_mark(folder) for folder in dict.fromkeys((loaders.data_folder(), shipped))]
    return _hash((loaders.data_mode(), *states))


def files_mark(place: Path) -> str:
    """Changes whenever a file below a folder, or the one file, does."""
    # Every run of a page looks, more than once: strings take a quarter of the time of paths.
    below = [f"{root}/{name}" for root, _, names in os.walk(place) for name in names]
    files = sorted([str(place)] if place.is_file() else below)
    found = ((file, os.stat(file)) for file in files)  # noqa: PTH116
    return _hash([(file, each.st_size, each.st_mtime_ns) for file, each in found])


def _hash(state: object) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()[:32]


def base(snapshot: str = snapshots.DEFAULT) -> Base:
    """The network of a snapshot, from the data of this session where its reader brought some.

    Raises DataError where the data are wrong.
    """
    return base_on(session.own_data(), snapshot)


def base_on(own: OwnData | None, snapshot: str = snapshots.DEFAULT) -> Base:
    """The network of a snapshot, of these data or of those configured."""
    return _base(version(own), snapshot, own)


@st.cache_resource(max_entries=4, show_spinner="Building the network from the data …")
def _base(version: str, snapshot: str, _own: OwnData | None) -> Base:
    # The underscore keeps Streamlit from hashing it. What a reader brings is not kept on the disk.
    own = _own
    network = loaders.load(own, snapshot=snapshot) if own else load_kept(snapshot=snapshot)
    traced = trace(network)
    tables = loaders.tables(own)
    names = country_names(tables)
    ledger = Ledger.of(network, traced)
    set_aside()
    return Base(version, network, traced, ledger, names, tables, own)


def set_aside() -> None:
    """Spare what lives now from the search for cycles: Streamlit has one made after every run of a
    page, which took longer than the run. What is no longer referred to is freed all the same."""
    gc.freeze()


def whose_tables(base: Base) -> str:
    """Which tables a network was built from, in words."""
    ships = base.own is None and loaders.data_folder() == loaders.shipped_folder()
    return SHIPPED if ships else "own tables; the link needs the same"


@per_network
def years(base: Base) -> dict[str, str]:
    """Years and snapshots that can be asked for, by what a link carries."""
    return snapshots.choices(base.tables)


def refusal_of(base: Base, name: str) -> str:
    """Why a year cannot be balanced; empty for a snapshot that can."""
    return "" if name in read_snapshots(base.tables) else str(refusal(base.tables, int(name)))


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Base: cache_key})
def chain_of(base: Base, item_id: str, apart: tuple[str, ...] = ()) -> Chain:
    """The chain of an item; the countries in `apart` have boxes of their own."""
    return chain(base.ledger, item(item_id), base.names, apart)


@per_network
def shares_of(base: Base, lens: str = LOCATED) -> tuple[ShareRow, ...]:
    return stage_shares(base.network, lens)


@per_network
def comparisons_of(base: Base) -> tuple[Comparison, ...]:
    """China's computed shares beside the published ones."""
    return compare_shares(shares_of(base), base.tables)


@per_network
def published_of(base: Base) -> tuple[ShareRow, ...]:
    """Every published claim."""
    return published_rows(base.tables)


@per_network
def claims_of(base: Base) -> tuple[ClaimGroup, ...]:
    """Claims that disagree, by what they are about."""
    return read_claims(base.tables["claims"])


@per_network
def events_of(base: Base) -> tuple[Event, ...]:
    """Every policy event, oldest first."""
    return events(base.tables["events"])


@per_network
def trade_gaps_of(base: Base) -> tuple[TradeGap, ...]:
    """Computed flows between countries beside customs figures."""
    return trade_gaps(base.network, base.tables)


@st.cache_resource(max_entries=8, show_spinner="Running the past …", hash_funcs={Base: cache_key})
def backtest_of(base: Base, name: str) -> Backtest:
    """A past case held against what was observed. Raises HistoryError where it cannot be run."""
    return backtest(
        name,
        base.own,
        network=lambda snapshot: _base(base.version, snapshot, base.own).network,
    )


def schema() -> dict[str, tuple[Column, ...]]:
    """What the columns of the tables mean."""
    return read_schema(loaders.shipped_folder())


@per_network
def imbalances_of(base: Base) -> tuple[ImbalanceRow, ...]:
    return imbalances(base.network)


@per_network
def chokepoints_of(base: Base) -> tuple[Chokepoint, ...]:
    return chokepoints(base.network)
