"""`magnetrace load --figures`: what losing each site shows, added to the chain in the store."""

from __future__ import annotations

from graph.contingency import SITE
from graph.store import connect
from loaders import Data
from loaders.chokepoints import desk_of
from loaders.figures import figures_at
from ui.cli_options import INTERRUPTED
from ui.interrupts import until_interrupted
from ui.output import progress, say, warn


def add_figures(uri: str | None, data: Data | None, snapshot: str, data_hash: str) -> int:
    """Work out the figures of the network just loaded and write them; after Ctrl-C none are."""
    with until_interrupted() as stop, progress("figures") as tell:
        desk = desk_of(data, snapshot=snapshot, kind=SITE)
        found = figures_at(desk, progress=tell, is_cancelled=stop)
    if found is None:
        warn("interrupted: the store holds the chain without figures")
        return INTERRUPTED
    with connect(uri, read_only=False) as store:
        store.write_figures(found, data_hash)
    say(f"It holds the figures of {len(found):,} sites too.")
    return 0
