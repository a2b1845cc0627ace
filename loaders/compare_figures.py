"""Published figures beside ours: mine output by country, and what ores hold."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from loaders.changes import Change, Compared, cell, cites, evidence, holds, other_origin, plain
from loaders.countries import WORLD
from loaders.public import Figure
from loaders.tables import Row, Tables
from loaders.usgs_mcs import MINED
from loaders.usgs_myb import LEDGER


def mine_output(figures: Iterable[Figure], tables: Tables) -> Compared:
    """Mine output by country beside the sum of our mines; t REO a year."""
    mines: defaultdict[str, list[Row]] = defaultdict(list)
    for site in tables["sites"]:
        if site.text("stage") == "mine" and site.text("role") in ("plant", "residual"):
            mines[site.text("country")].append(site)
    changes: list[Change] = []
    without: Counter[str] = Counter()
    for figure in figures:
        if figure.measure != MINED:
            continue
        if figure.subject == WORLD:
            without["world totals"] += 1
        elif figure.value is None:
            without["figures without a value"] += 1
        elif change := _output_change(figure, figure.value, mines[figure.subject], without):
            changes.append(change)
    return Compared(tuple(changes), without)


def _output_change(
    figure: Figure, value: float, mines: Sequence[Row], without: Counter[str]
) -> Change | None:
    producing = [row for row in mines if row.optional("output") and row.integer("output_year")]
    name = f"mines in {figure.subject}, {figure.year}"
    if not producing:
        if value == 0:
            without["figures that agree"] += 1
            return None
        reason = "no mine of ours has an output there"
        return Change("sites", name, "output", None, value, "t REO", figure.source, reason)
    newest = max(row.integer("output_year") or 0 for row in producing)
    if figure.year < newest:
        without["figures older than ours"] += 1
        return None
    old = sum(row.number("output") for row in producing)
    if newest == figure.year and math.isclose(old, value, abs_tol=0.5):
        without["figures that agree"] += 1
        return None
    row = producing[0]
    edits = (
        ("output", cell(value)),
        ("output_year", str(figure.year)),
        *evidence(row, figure.source, "estimated" if figure.estimated else "reported"),
    )
    return Change(
        "sites",
        f"{name} ({row.text('id')})" if len(producing) == 1 else name,
        "output",
        old,
        value,
        "t REO",
        figure.source,
        _why_not(figure, producing),
        (row.text("id"),),
        edits,
    )


def _why_not(figure: Figure, producing: Sequence[Row]) -> str:
    if len(producing) > 1:
        years = sorted({str(row.integer("output_year")) for row in producing})
        return (
            f"a country total, ours is spread over {len(producing)} rows of {' and '.join(years)}"
        )
    row = producing[0]
    if row.text("output_unit") != "t REO":
        return f"ours counts {row.text('output_unit')}"
    return other_origin(row, figure.source)


def compositions(figures: Iterable[Figure], tables: Tables) -> Compared:
    """What ores hold beside compositions.csv; shares of the REO (0..1)."""
    published = [figure for figure in figures if figure.measure in LEDGER]
    places = dict.fromkeys(figure.subject for figure in published)
    rows = {
        figure.subject: _ore(figure.subject, places, tables["compositions"], figure.source)
        for figure in published
    }
    changes: list[Change] = []
    without: Counter[str] = Counter()
    for figure in published:
        row, new = rows[figure.subject], figure.value
        if row is None:
            without["deposits that compositions.csv does not list"] += 1
            continue
        old = row.number(figure.measure)
        if new is None:
            without["figures without a value"] += 1
            continue
        if _as_printed(old, new):
            without["figures that agree"] += 1
            continue
        reason = other_origin(row, figure.source)
        if row.text("confidence") != "reported":
            reason = "ours is not the table's figure on purpose; see its note"
        changes.append(
            Change(
                "compositions",
                row.text("id"),
                figure.measure,
                old,
                new,
                figure.unit,
                figure.source,
                reason,
                (row.text("id"),),
                ((figure.measure, cell(new)), *evidence(row, figure.source, "reported")),
            )
        )
    return Compared(tuple(changes), without)


def _ore(place: str, places: Iterable[str], rows: Iterable[Row], source: str) -> Row | None:
    """Our row of a deposit: one that names it, else the one its mineral was taken for."""
    deposit, _, mineral = place.removesuffix(")").rpartition(" (")
    name = plain(deposit.split(",")[0])
    rows = tuple(rows)
    by_name = [row for row in rows if holds(row.text("name"), name)]
    if len(by_name) == 1:
        return by_name[0]
    alone = sum(other.endswith(f"({mineral})") for other in places) == 1
    by_mineral = [
        row for row in rows if holds(row.text("name"), plain(mineral)) and cites(row, source)
    ]
    return by_mineral[0] if alone and not by_name and len(by_mineral) == 1 else None


def _as_printed(old: float, new: float) -> bool:
    """Whether `new` is `old` once rounded like it."""
    digits = max(3, len(f"{old:.6f}".rstrip("0").split(".")[1]))
    # Half a unit of the last digit is rounded up by some and to the even digit by others.
    return abs(old - new) <= 0.5 / 10.0**digits + 1e-9
