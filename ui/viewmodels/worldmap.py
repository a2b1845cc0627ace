"""What every map shows: marks at places, lines between them, and the words beside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.model import Site, Stage
from loaders.tables import Row
from ui.state import REGIONS

AROUND = 2.0
"""Degrees between a country's point and what stands around it, a place for each stage."""
REGION_WORDS = dict(zip(REGIONS, ("World", "Asia", "Europe", "North America"), strict=True))
COUNTRY_POINT = "country's point"
HOLLOW = "Hollow: no place of its own is known, so it stands around its country's point."
NO_BORDERS = "No borders are drawn, and no position on any is taken."


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees east and north; `exact` where it is the site's own and not its country's point."""

    lon: float
    lat: float
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """`size` is a part (0..1) of the largest, by area; `share` (0..1, nan unknown) its colour."""

    id: str
    stage: str
    place: Place
    size: float
    share: float
    label: str
    chosen: bool
    name: str = ""
    """written beside it"""


@dataclass(frozen=True, slots=True)
class Line:
    """From one place to another; `size` a part (0..1) of the widest, `share` as of a mark.

    One without an id cannot be chosen by a click.
    """

    start: Place
    end: Place
    size: float
    share: float
    label: str
    chosen: bool
    id: str = ""
    name: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """A map. `finding` says what it shows, `reading` how to read it and what it leaves out.

    Where something is chosen, `mutes` draws the rest faintly.
    """

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    finding: str
    reading: str
    mutes: bool = False


Points = Mapping[str, Place]
"""By country."""


def country_points(rows: Iterable[Row]) -> dict[str, Place]:
    """The points of countries.csv."""
    found = ((row.text("iso3"), row.optional("lon"), row.optional("lat")) for row in rows)
    return {
        country: Place(lon, lat, exact=False)
        for country, lon, lat in found
        if lon is not None and lat is not None and on_earth(lon, lat)
    }


def place_of(site: Site, points: Points) -> Place | None:
    """Where a site stands: its own place, else around its country's point, else nowhere."""
    if site.lat is not None and site.lon is not None and on_earth(site.lon, site.lat):
        return Place(site.lon, site.lat)
    point = points.get(site.country)
    return around(point, site.stage) if point else None


def place_words(place: Place | None) -> str:
    """Whose point stands for a place, in a table."""
    if place is None:
        return "not on the map"
    return "its own" if place.exact else COUNTRY_POINT


def on_earth(lon: float, lat: float) -> bool:
    return abs(lon) <= 180 and abs(lat) <= 90


def around(point: Place, stage: Stage | None) -> Place:
    """Beside a country's point, so that its stages do not hide each other."""
    if stage is None:
        return point
    turn = math.tau * stage.order / len(Stage)
    return replace(
        point,
        lon=round(point.lon + AROUND * math.sin(turn), 2),
        lat=round(point.lat + AROUND * math.cos(turn), 2),
    )
