"""Why an end use lost, as ways to read: from a measure over the sites it struck to the end use."""

from __future__ import annotations

from graph.causes import Cause
from graph.contingency import CORRIDOR, SITE, Case
from graph.model import MATERIALS
from graph.network import Network
from graph.paths import heaviest_paths
from graph.spread import Result
from ui import text
from ui.viewmodels.tables import Cell, Table


def ways(result: Result, network: Network, end_use: str) -> Table:
    """The largest causes of the loss of one end use, each with the way most of it came by.

    Without rows where nothing is lost, or nothing can be followed to a place.
    """
    found = {
        _case(cause): cause for cause in result.because if cause.end_use == end_use and cause.site
    }
    paths = heaviest_paths(network, [end_use], found)
    rows: list[dict[str, Cell]] = []
    for case, cause in found.items():
        path = paths.get(case)
        sites = path.sites if path else (cause.site, end_use)
        rows.append(
            {
                "Part of its loss": text.share(cause.share),
                "Measure": cause.lever,
                "Holds back": MATERIALS[cause.material].name if cause.material else "all output",
                "Way to the end use": " → ".join(network.sites[id].name for id in sites),
                "Magnet elements, a year": text.tonnes(path.tonnes) if path else text.NO_VALUE,
            }
        )
    return Table("ways", rows, f"From the measures to {network.sites[end_use].name}")


def _case(cause: Cause) -> Case:
    """The flow that a lever held back, or the site that it struck."""
    if cause.flow:
        return Case(
            CORRIDOR, f"{cause.lever} {cause.flow}", "", "", None, flows=frozenset({cause.flow})
        )
    return Case(SITE, f"{cause.lever} {cause.site}", "", "", None, sites=frozenset({cause.site}))
