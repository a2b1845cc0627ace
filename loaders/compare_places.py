"""Published places beside the coordinates of our mines."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

from loaders.changes import Change, Compared, cited, holds, plain
from loaders.public import Occurrence
from loaders.tables import Tables

FROM_DATABASE = "USGS REE database"
REPLACEABLE = ("", "memory", "centroid", FROM_DATABASE)
"""Where coordinates came from that the database may replace."""
SAME_PLACE_KM = 50.0
EARTH_KM = 6371.0
SHORTEST_NAME = 5


def coordinates(occurrences: Iterable[Occurrence], tables: Tables) -> Compared:
    """Places by name beside the coordinates of our mines; degrees."""
    known: defaultdict[str, list[Occurrence]] = defaultdict(list)
    for each in occurrences:
        known[each.country].append(each)
    changes: list[Change] = []
    without: Counter[str] = Counter()
    for row in tables["sites"]:
        if row.text("stage") != "mine" or row.text("role") != "plant":
            continue
        found = [p for p in known[row.text("country")] if _is_named(row.text("name"), p)]
        if not found:
            without["mines of ours that the database does not name"] += 1
            continue
        lat, lon = row.optional("lat"), row.optional("lon")
        here = None if lat is None or lon is None else (lat, lon)
        place = min(found, key=lambda p: 0.0 if here is None else distance(here, (p.lat, p.lon)))
        new = (place.lat, place.lon)
        if here and all(_rounded(a, b) for a, b in zip(here, new, strict=True)):
            without["mines at the same place"] += 1
            continue
        km = None if here is None else distance(here, new)
        reason = ""
        if len(found) > 1:
            reason = f"{len(found)} places have the name; the nearest is shown"
        elif not _is_called(row.text("name"), place):
            reason = "the names agree in part: perhaps another place"
        elif row.text("coordinates_from") not in REPLACEABLE:
            reason = f"ours comes from {row.text('coordinates_from')}"
        elif km is not None and km > SAME_PLACE_KM:
            reason = f"{km:,.0f} km apart: perhaps another place"
        cells = (f"{new[0]:.4f}", f"{new[1]:.4f}")
        changes.append(
            Change(
                "sites",
                f"{row.text('id')} ({place.names[0]}, no. {place.number})",
                "lat lon",
                None if here is None else f"{here[0]:g} {here[1]:g}",
                " ".join(cells),
                "degrees" if km is None else f"degrees, {km:,.1f} km apart",
                place.source,
                reason,
                (row.text("id"),),
                (
                    ("lat", cells[0]),
                    ("lon", cells[1]),
                    ("coordinates_from", FROM_DATABASE),
                    ("sources", cited(row, place.source)),
                ),
            )
        )
    return Compared(tuple(changes), without)


def _is_named(name: str, place: Occurrence) -> bool:
    return any(len(p := plain(n)) >= SHORTEST_NAME and holds(name, p) for n in place.names)


def _is_called(name: str, place: Occurrence) -> bool:
    """Whether a name before its brackets is one of the names of a place, whole."""
    return plain(name.split("(")[0]) in map(plain, place.names)


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two places in degrees, km."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, place)) for place in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def _rounded(old: float, new: float) -> bool:
    return abs(old - new) <= 0.005 + 1e-9
