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
        if not self._hash:
            self._hash = data_hash(self.network, self.trace)
        meta = store.meta()
        return meta is not None and meta.data_hash == self._hash

    def _bring_up(self, replace: bool) -> None:
        try:
            with connect(read_only=False) as store:
                if not self.holds_ours(store):
                    if store.meta() and not (store.endpoint.reader_is_bound or replace):
                        self.lost("it holds another data set")
                        return
                    self.state = "loading"
                    store.load(self.network, self.trace)
        except MagnetraceError as error:
            self.lost(str(error))
        else:
            sites, flows = len(self.network.sites), len(self.network.flows)
            self.detail = f"{sites:,} sites and {flows:,} flows, {self.network.snapshot}"
            self.state = "running"
