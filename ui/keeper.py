"""Brings the graph store up behind the pages: started, filled with the network shown, watched."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

from graph.errors import MagnetraceError
from graph.network import Network
from graph.store import Store, connect, data_hash
from graph.tracing import Trace

State = Literal["starting", "loading", "running", "not running"]

WORDS: dict[State, str] = {
    "starting": "The graph store is starting …",
    "loading": "The graph store is being filled …",
    "running": "The graph store is running",
    "not running": "The graph store is not running",
}


@dataclass(slots=True)
class StoreKeeper:
    """One store for one network. `wake` returns at once; `state` and `detail` tell the rest."""

    network: Network
    trace: Trace
    state: State = "not running"
    detail: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wake(self) -> None:
        """Start the store in the background unless it runs or is on its way."""
        with self._lock:
            if self.state != "not running":
                return
            self.state, self.detail = "starting", ""
        threading.Thread(target=self._bring_up, name="store-keeper", daemon=True).start()

    def lost(self, why: str) -> None:
        """Say that the store no longer answers; `wake` starts it anew."""
        self.state, self.detail = "not running", why

    def _bring_up(self) -> None:
        try:
            with connect(read_only=False) as store:
                self._fill(store)
        except MagnetraceError as error:
            self.lost(str(error))
        else:
            self.state = "running"

    def _fill(self, store: Store) -> None:
        wanted = data_hash(self.network, self.trace)
        meta = store.meta()
        if meta is None or meta.data_hash != wanted:
            self.state = "loading"
            store.load(self.network, self.trace)
        found = store.meta()
        if found is not None:
            self.detail = f"{found.sites:,} sites and {found.flows:,} flows, {found.snapshot}"
