"""Brings the graph store up behind the pages: started, filled with the network shown, watched.

The figures of its sites follow once it can be asked, so that nobody waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from graph.errors import MagnetraceError
from graph.figures import SiteFigures
from graph.network import Network
from graph.store import Store, connect, data_hash
from graph.tracing import Trace

State = Literal["starting", "loading", "running", "not running"]
Figures = Literal["none", "worked out", "stored"]

WORDS: dict[State, str] = {
    "starting": "The graph store is starting …",
    "loading": "The graph store is being filled …",
    "running": "The graph store is running",
    "not running": "The graph store is not running",
}
FIGURES: dict[Figures, str] = {
    "none": "The graph store holds no figures on losing sites",
    "worked out": "Figures on losing sites (criticality, time to survive) are being worked out …",
    "stored": "The graph store holds figures on losing sites",
}


def no_figures() -> None:
    """For a store that only holds the network."""


@dataclass(slots=True)
class StoreKeeper:
    """One store for one network. `wake` returns at once; `state` and `detail` tell the rest.

    `work_out` gives the figures of all sites, or None where there are none to be had; `figures` and
    `figures_detail` tell what became of that.
    """

    network: Network
    trace: Trace
    work_out: Callable[[], tuple[SiteFigures, ...] | None] = no_figures
    state: State = "not running"
    detail: str = ""
    figures: Figures = "none"
    figures_detail: str = ""
    _hash: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wake(self, *, replace: bool = False) -> None:
        """Start the store in the background unless it runs or is on its way.

        A Neo4j server that holds another data set of ours is filled anew only with `replace`.
        """
        with self._lock:
            if self.state != "not running":
                return
            self.state, self.detail = "starting", ""
        bring_up = threading.Thread(
            target=self._bring_up, args=(replace,), name="store-keeper", daemon=True
        )
        bring_up.start()

    def lost(self, why: str) -> None:
        """Say why the store cannot be asked; `wake` tries again."""
        self.state, self.detail = "not running", why

    def holds_ours(self, store: Store) -> bool:
        """Whether the store holds the network shown, complete."""
        meta = store.meta()
        return meta is not None and meta.data_hash == self.data_hash

    @property
    def data_hash(self) -> str:
        """Of the network shown."""
        if not self._hash:
            self._hash = data_hash(self.network, self.trace)
        return self._hash

    def _bring_up(self, replace: bool) -> None:
        gone: tuple[str, ...] = ()
        try:
            with connect(read_only=False) as store:
                if not self.holds_ours(store):
                    if store.meta() and not (store.endpoint.reader_is_bound or replace):
                        self.lost("it holds another data set")
                        return
                    self.state = "loading"
                    gone = store.load(self.network, self.trace).removed_runs
                sites, flows = len(self.network.sites), len(self.network.flows)
                self.detail = f"{sites:,} sites and {flows:,} flows, {self.network.snapshot}"
                if gone:
                    self.detail += f"; runs made on another network are gone: {', '.join(gone)}"
                self.figures, self.figures_detail = "worked out", ""
                self.state = "running"
                self._add_figures(store)
        except MagnetraceError as error:
            self.lost(str(error))

    def _add_figures(self, store: Store) -> None:
        """A store without them can be asked all the same."""
        try:
            found = self.work_out()
            if found is not None:
                store.write_figures(found, self.data_hash)
        except MagnetraceError as error:
            found, self.figures_detail = None, str(error)
        self.figures = "none" if found is None else "stored"
