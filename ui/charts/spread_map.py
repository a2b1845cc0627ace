"""The map that the player colours: marks where sites stand, over coasts, in the network view."""

from __future__ import annotations

from collections.abc import Sequence

from graph.model import Stage
from ui.charts.network import CLEAR, NO_DATA_BORDER, Data, Drawing, options_of
from ui.charts.worldmap import STRETCH, WINDOWS, Points, coast_lines, east, size_of
from ui.viewmodels.chain_map import Spot
from ui.viewmodels.spread_map import HIT, Frames
from ui.viewmodels.worldmap import COUNTRY_POINT, Place

UNITS = 3.0
"""Of the drawing to a degree east: about a pixel each where the whole world is seen."""
WORLD = WINDOWS["world"][0][1] - WINDOWS["world"][0][0]
RADIUS = 0.65
"""Of the width that other maps give a mark: here most lie over others."""
SHRINK = 0.6
"""At 1 a mark has as many pixels wherever one looks, at 0 it grows with the map."""
SHAPES = {
    Stage.MINE: ("triangle", "▲"),
    Stage.SEPARATION: ("square", "■"),
    Stage.METAL: ("diamond", "◆"),
    Stage.MAGNET: ("dot", "●"),
    Stage.COMPONENT: ("hexagon", "⬢"),
    Stage.END_USE: ("star", "★"),
}


def spread_drawing(
    spots: Sequence[Spot], frames: Frames, coast: Sequence[Points], region: str
) -> Drawing:
    """The spots of `frames` that have a place; `region` is seen at first.

    What ever loses lies above what never does, small above large: nothing moves in a week.
    """
    placed = [(spot, spot.place) for spot in spots if spot.id in frames and spot.place]
    largest = max((spot.amount for spot, _ in placed), default=0.0) or 1.0
    ranked = sorted(
        placed, key=lambda pair: (min(frames[pair[0].id]) < 1 - HIT, -pair[0].amount, pair[0].id)
    )
    (west, right), (south, north) = WINDOWS[region]
    zoom = ((right - west) / WORLD) ** SHRINK
    return Drawing(
        nodes=[
            _mark(spot, place, zoom * RADIUS * size_of(spot.amount / largest))
            for spot, place in ranked
        ],
        edges=[],
        heads=[],
        options=options_of(13),
        ground=[
            [round(value, 1) for lon, lat in line for value in _point(lon, lat)]
            for line in coast_lines(coast)
        ],
        window=(*_point(west, north), *_point(right, south)),
    )


def signs(spots: Sequence[Spot]) -> list[str]:
    """What the shapes mean."""
    stages = {spot.stage for spot in spots}
    return [f"{sign} {stage.label}" for stage, (_, sign) in SHAPES.items() if stage in stages]


def _mark(spot: Spot, place: Place, radius: float) -> Data:
    x, y = _point(east(place.lon), place.lat)
    where = "" if place.exact else f" ({COUNTRY_POINT})"
    return {
        "id": spot.id,
        "title": f"{spot.name}, {spot.stage.label}{where}",
        "x": round(x, 1),
        "y": round(y, 1),
        "shape": SHAPES[spot.stage][0],
        "size": round(radius, 2),
        "physics": False,
        "color": {"background": CLEAR, "border": NO_DATA_BORDER},
        "borderWidth": 1,
        "shapeProperties": {"borderDashes": False if place.exact else [3, 2]},
    }


def _point(x: float, lat: float) -> tuple[float, float]:
    """Degrees of the map as units of the drawing, which counts downwards."""
    return UNITS * x, -UNITS * STRETCH * lat
