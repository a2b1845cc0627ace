"""Which years can be shown, and what is known of a year that cannot be balanced."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import Source, Stage
from loaders.snapshots import read_snapshots
from loaders.tables import Tables
from ui.viewmodels.brief import MATERIAL_WORDS
from ui.viewmodels.claims import titles
from ui.viewmodels.tables import Cell, Table, percent, rounded

DEFAULT = "2025"
FIRST_YEAR = 2019


def choices(tables: Tables) -> dict[str, str]:
    """Snapshots and the years without one, in order, by what a link carries."""
    snapshots = read_snapshots(tables).values()
    balanced = {snapshot.year for snapshot in snapshots}
    others = {
        year
        for row in tables["series"]
        if (year := int(row.number("year"))) not in balanced and year >= FIRST_YEAR
    }
    found = [(s.year, s.id, _title(s.year, s.title)) for s in snapshots]
    found += [(year, str(year), f"{year} (not balanced)") for year in others]
    return {id: title for _, id, title in sorted(found, key=lambda choice: choice[0])}


def _title(year: int, title: str) -> str:
    return title if title.startswith(str(year)) else f"{year}: {title}"


def known(
    tables: Tables, year: int, names: Mapping[str, str], sources: Mapping[str, Source]
) -> Table:
    """Shares and mine outputs published for a year."""
    rows: list[dict[str, Cell]] = [
        {
            "What": f"{Stage(row.text('stage')).label}, share of {row.text('measure')}",
            "Of": MATERIAL_WORDS.get(row.text("material"), row.text("material")),
            "Country": names.get(row.text("country"), row.text("country")),
            "Share": percent(row.number("share")),
            "t REO a year": None,
            "Source": titles(row.names("sources"), sources),
        }
        for row in tables["shares"]
        if int(row.number("year")) == year
    ]
    rows += [
        {
            "What": "Mine output",
            "Of": MATERIAL_WORDS["REO"],
            "Country": names.get(row.text("country"), row.text("country")),
            "Share": None,
            "t REO a year": rounded(row.number("value")),
            "Source": titles(row.names("sources"), sources),
        }
        for row in tables["series"]
        if (row.text("quantity"), row.text("used"), row.text("subject"))
        == ("mine_output", "yes", "")
        and int(row.number("year")) == year
    ]
    finding = f"{len(rows)} published figures of {year}; none of them says who sold to whom."
    return Table("known", rows, finding, kinds={"Share": "share", "t REO a year": "number"})
