"""Published yearly values beside series.csv, where every edition has a row of its own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from graph.model import UNKNOWN_COUNTRY
from loaders.changes import Change, Compared, cell
from loaders.countries import WORLD
from loaders.overlay import NATURAL_KEYS
from loaders.public import Figure
from loaders.tables import Row, Tables

ORE = "REO"


def yearly(figures: Iterable[Figure], tables: Tables, quantities: Mapping[str, str]) -> Compared:
    """Figures of each measure beside the rows of its quantity; t REO.

    A figure of an edition that has no row yet becomes one. It is in use only where the year has
    no other; which of two editions is in use stays with whoever keeps the data.
    """
    countries = {row.text("iso3") for row in tables["countries"]} | {WORLD}
    ours: dict[tuple[str, str, int], list[Row]] = {}
    for row in tables["series"]:
        whole = not row.text("subject") or row.text("country") == UNKNOWN_COUNTRY
        if whole and row.text("material") == ORE:
            key = (row.text("quantity"), row.text("country"), int(row.number("year")))
            ours.setdefault(key, []).append(row)
    changes: list[Change] = []
    without: Counter[str] = Counter()
    for figure in figures:
        if figure.measure not in quantities:
            continue
        if figure.value is None:
            without["yearly figures without a value"] += 1
        elif figure.subject not in countries:
            without["yearly figures of places that are no country of ours"] += 1
        else:
            quantity = quantities[figure.measure]
            rows = ours.get((quantity, figure.subject, figure.year), [])
            if change := _change(figure, figure.value, quantity, rows):
                changes.append(change)
            else:
                without["yearly figures that agree"] += 1
    return Compared(tuple(changes), without)


def _change(figure: Figure, value: float, quantity: str, rows: Iterable[Row]) -> Change | None:
    name = f"{quantity.replace('_', ' ')}, {figure.subject}, {figure.year}"
    others = tuple(rows)
    same = [row for row in others if figure.source in row.names("sources")]
    if same:
        old = same[0].number("value")
        if math.isclose(old, value, abs_tol=0.5):
            return None
        reason = "ours is another figure of the same edition; one of them is mistaken"
        return Change("series", name, "value", old, value, "t REO", figure.source, reason)
    in_use = next((row for row in others if row.text("used") == "yes"), None)
    key = (quantity, "", figure.subject, ORE, str(figure.year), figure.source)
    edits = (
        *zip(NATURAL_KEYS["series"], key, strict=True),
        ("value", cell(value)),
        ("unit", "t REO"),
        ("used", "yes" if in_use is None else "no"),
        ("confidence", "estimated" if figure.estimated else "reported"),
    )
    old_value = None if in_use is None else in_use.number("value")
    return Change("series", name, "value", old_value, value, "t REO", figure.source, "", key, edits)
