"""What is not known: figures from memory, sites without a size, states after an end date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from graph.model import Confidence, Site, Stage
from graph.network import Network
from loaders.tables import Tables
from ui import text
from ui.viewmodels.events import Event
from ui.viewmodels.tables import Cell, Table

NAMES = ("name", "id", "parameter", "site", "origin", "owner", "quantity")


def from_memory(tables: Tables) -> Table:
    """Rows of any table that rest on memory."""
    rows: list[dict[str, Cell]] = []
    for table in tables:
        for row in tables[table]:
            if row.values.get("confidence") == Confidence.MEMORY.value:
                named = (row.text(c) for c in NAMES if c in row.values and row.text(c))
                stage = row.text("stage") if "stage" in row.values else ""
                rows.append(
                    {
                        "Table": table,
                        "Stage": Stage(stage).label if stage else "",
                        "Row": next(named, f"line {row.line}"),
                        "Note": row.text("note") if "note" in row.values else "",
                    }
                )
    by_stage = Counter(row["Stage"] for row in rows if row["Stage"])
    parts = [
        f"{by_stage[stage.label]} {text.lower_first(stage.label)}"
        for stage in Stage
        if by_stage[stage.label]
    ]
    finding = f"{text.plural(len(rows), 'row')} from memory, no source seen"
    finding += f"; among them sites: {text.join(parts)}." if parts else "."
    return Table("memory", rows, finding)


def without_size(network: Network) -> Table:
    """Sites with neither capacity nor output nor units; what flows there is computed alone."""
    sites = [site for site in network.sites.values() if not site.role.is_boundary]
    bare = [site for site in sites if not _sized(site)]
    rows: list[dict[str, Cell]] = []
    for stage in Stage:
        of_stage = [site for site in bare if site.stage is stage]
        if of_stage:
            plants = [site for site in of_stage if site.role.value != "residual"]
            rows.append(
                {
                    "Stage": stage.label,
                    "Sites": sum(1 for site in sites if site.stage is stage),
                    "Without a published size": len(of_stage),
                    "Of them named": len(plants),
                    "Names": "; ".join(sorted(site.name for site in plants)),
                }
            )
    finding = (
        f"{text.whole(len(bare))} of {text.plural(len(sites), 'site')} have no published "
        "size: neither capacity nor output nor units. Their tonnes come from the balance alone."
    )
    return Table("sizes", rows, finding)


def _sized(site: Site) -> bool:
    return any(size is not None for size in (site.capacity, site.output, site.units))


def open_states(found: Iterable[Event]) -> Table:
    """Measures whose state after a passed end date no source tells."""
    rows: list[dict[str, Cell]] = [
        {"Date": event.shown, "Event": event.title, "Status": event.status} for event in found
    ]
    finding = f"{text.plural(len(rows), 'event')} whose end date has passed, state not verified."
    return Table("states", rows, finding)
