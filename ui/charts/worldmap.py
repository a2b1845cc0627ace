"""World maps: coasts as lines on plain axes, so that nothing is fetched. Words are escaped."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from itertools import groupby

import plotly.graph_objects as go  # type: ignore[import-untyped]

from graph.model import Stage
from ui import theme
from ui.charts.chokepoints import SYMBOLS as CASE_SYMBOLS
from ui.charts.shares import BORDER, add_entry, add_steps, legend_below, line_colour
from ui.viewmodels.worldmap import Line, Mark, World

SYMBOLS = {**CASE_SYMBOLS, Stage.END_USE.label: "star"}
WEST = -27.0
"""Where the map begins: in the Atlantic, since most of the trade crosses Asia and the Pacific."""
WINDOWS = {
    "world": ((-25.0, 328.0), (-48.0, 75.0)),
    "asia": ((66.0, 156.0), (-12.0, 52.0)),
    "europe": ((-24.0, 48.0), (34.0, 70.0)),
    "america": ((228.0, 310.0), (16.0, 62.0)),
}
"""Degrees east and north that each region shows, counted on from `WEST`."""
STRETCH = 1.2
"""Length of a degree north in degrees east: true to shape at 34 degrees."""
COAST = {"light": "#B4BCC6", "dark": "#4A5560"}
SMALLEST, LARGEST = 7.0, 36.0
"""Pixels across."""
FAINT = 0.3
BEND, STEPS = 0.16, 16
HEIGHT = 560
"""Pixels, legends included."""

Points = Sequence[tuple[float, float]]


def world_chart(
    world: World, coast: Sequence[Points], region: str, legend: str, ink: str
) -> go.Figure:
    """Lines under marks, the chosen above the others. A mark carries its id and its label."""
    figure, mode = go.Figure(), theme.mode_of(ink)
    _add_coast(figure, coast, mode)
    faint = world.mutes and any(mark.chosen for mark in world.marks)
    ranked_lines = sorted(world.lines, key=lambda line: (line.chosen, line.size))
    for line in ranked_lines:
        _add_line(figure, line, FAINT if faint and not line.chosen else 0.8, mode)
    _add_arrows(figure, ranked_lines, ink, mode)
    ranked = sorted(world.marks, key=lambda mark: (mark.chosen, -mark.size))
    # Order of drawing matters and symbols may differ in one series: two series do.
    for is_chosen, marks in groupby(ranked, key=lambda mark: mark.chosen):
        _add_marks(figure, list(marks), FAINT if faint and not is_chosen else 0.9, ink, mode)
    _add_rings(figure, world, mode)
    _add_legend(figure, world, ink, mode)
    _lay_out(figure, region, legend, ink)
    return figure


def _add_coast(figure: go.Figure, coast: Sequence[Points], mode: str) -> None:
    """All coasts as one line with gaps."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for line in coast_lines(coast):
        xs += [*(x for x, _ in line), None]
        ys += [*(y for _, y in line), None]
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": COAST[mode], "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )


def coast_lines(coast: Sequence[Points]) -> Iterator[list[tuple[float, float]]]:
    """Coasts in degrees of the map, cut where its edge cuts one."""
    for line in coast:
        part: list[tuple[float, float]] = []
        for x, y in ((east(lon), lat) for lon, lat in line):
            if part and abs(x - part[-1][0]) > 180:
                yield part
                part = []
            part.append((x, y))
        yield part


def _add_line(figure: go.Figure, line: Line, opacity: float, mode: str) -> None:
    points = list(bent(line))
    figure.add_scatter(
        x=[x for x, _ in points],
        y=[y for _, y in points],
        mode="lines",
        line={
            "color": line_colour(line.share, mode),
            "width": _width(line),
            "dash": "dash" if line.dashed else "solid",
        },
        opacity=opacity,
        hoverinfo="skip",
        showlegend=False,
    )


def _add_arrows(figure: go.Figure, lines: Sequence[Line], ink: str, mode: str) -> None:
    """A head in the middle of each line, where it also answers to the pointer."""
    middles = [middle(line) for line in lines]
    figure.add_scatter(
        x=[x for x, _ in middles],
        y=[y for _, y in middles],
        mode="markers+text",
        text=[html.escape(line.name) for line in lines],
        textposition="middle right",
        textfont={"size": 13, "color": ink},
        marker={
            "symbol": "arrow",
            "angle": [_bearing(line) for line in lines],
            "size": [_head(line) for line in lines],
            "color": [line_colour(line.share, mode) for line in lines],
            "line": {"width": 1, "color": COAST[mode]},
        },
        customdata=[[line.id, html.escape(line.label)] for line in lines],
        hovertemplate="%{customdata[1]}<extra></extra>",
        showlegend=False,
    )


def _add_marks(
    figure: go.Figure, marks: Sequence[Mark], opacity: float, ink: str, mode: str
) -> None:
    figure.add_scatter(
        x=[east(mark.place.lon) for mark in marks],
        y=[mark.place.lat for mark in marks],
        mode="markers+text",
        text=[html.escape(mark.name) for mark in marks],
        # Turn by turn, so that two in one place do not write over each other.
        textposition=[f"middle {('right', 'left')[n % 2]}" for n in range(len(marks))],
        textfont={"size": 13, "color": ink},
        marker={
            "symbol": [
                SYMBOLS[mark.stage] + ("" if mark.place.exact else "-open") for mark in marks
            ],
            "size": [size_of(mark.size) for mark in marks],
            "color": [_fill(mark, mode) for mark in marks],
            "opacity": opacity,
            "line": {
                "width": [1 if m.place.exact else min(3, size_of(m.size) / 5) for m in marks],
                "color": [BORDER[mode] if m.place.exact else _fill(m, mode) for m in marks],
            },
        },
        # A click must not fade what was not clicked: what is chosen is drawn anew.
        unselected={"marker": {"opacity": opacity}},
        customdata=[[mark.id, html.escape(mark.label)] for mark in marks],
        hovertemplate="%{customdata[1]}<extra></extra>",
        showlegend=False,
    )


def _add_rings(figure: go.Figure, world: World, mode: str) -> None:
    """Around what is chosen; thin where that is much."""
    rings = [
        *((east(m.place.lon), m.place.lat, size_of(m.size)) for m in world.marks if m.chosen),
        *((*middle(line), _head(line)) for line in world.lines if line.chosen and line.id),
    ]
    figure.add_scatter(
        x=[x for x, _, _ in rings],
        y=[y for _, y, _ in rings],
        mode="markers",
        marker={
            "symbol": "circle-open",
            "size": [size + 9 for _, _, size in rings],
            "color": theme.ACTION[mode],
            "line": {"width": 3 if len(rings) == 1 else 1.5},
        },
        hoverinfo="skip",
        showlegend=False,
    )


def _add_legend(figure: go.Figure, world: World, ink: str, mode: str) -> None:
    """Shapes of the stages shown above, steps of the share below."""
    shown = {mark.stage for mark in world.marks}
    for stage, symbol in SYMBOLS.items():
        if stage in shown:
            marker = {"symbol": symbol, "size": 11, "color": ink}
            add_entry(figure, html.escape(stage), marker, "legend")
    if any(not mark.place.exact for mark in world.marks):
        ring = {"symbol": "circle-open", "size": 11, "color": ink, "line": {"width": 3}}
        add_entry(figure, "hollow: at its country's point", ring, "legend")
    add_steps(figure, mode, "legend2")


def _lay_out(figure: go.Figure, region: str, title: str, ink: str) -> None:
    font = {"size": 13, "color": ink}
    legend = {
        "orientation": "h",
        "x": 0,
        "font": font,
        "itemclick": False,
        "itemdoubleclick": False,
    }
    (west, east), (south, north) = WINDOWS[region]
    axis = {
        "visible": False,
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
    }
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        dragmode=False,
        hovermode="closest",
        legend={**legend, "y": 1.01, "yanchor": "bottom"},
        legend2=legend_below(title, ink),
        xaxis={**axis, "range": [west, east]},
        yaxis={**axis, "range": [south, north], "scaleanchor": "x", "scaleratio": STRETCH},
    )


def east(lon: float) -> float:
    """Degrees east, counted on from the edge of the map."""
    return lon if lon >= WEST else lon + 360


def bent(line: Line) -> Iterator[tuple[float, float]]:
    """Points of a curve that bends to the right of its way, so that two ways do not meet."""
    x1, y1, x2, y2 = east(line.start.lon), line.start.lat, east(line.end.lon), line.end.lat
    aside_x = (x1 + x2) / 2 + BEND * (y2 - y1) * STRETCH
    aside_y = (y1 + y2) / 2 - BEND * (x2 - x1) / STRETCH
    for step in range(STEPS + 1):
        t = step / STEPS
        yield (
            (1 - t) ** 2 * x1 + 2 * t * (1 - t) * aside_x + t**2 * x2,
            (1 - t) ** 2 * y1 + 2 * t * (1 - t) * aside_y + t**2 * y2,
        )


def middle(line: Line) -> tuple[float, float]:
    """Half-way along the curve."""
    return list(bent(line))[STEPS // 2]


def _bearing(line: Line) -> float:
    """Degrees clockwise from up; half-way the curve runs as its ends lie."""
    right, up = east(line.end.lon) - east(line.start.lon), line.end.lat - line.start.lat
    return math.degrees(math.atan2(right, up * STRETCH))


def _width(line: Line) -> float:
    return 1.0 + 8.0 * math.sqrt(line.size)


def _head(line: Line) -> float:
    return 9.0 + _width(line)


def size_of(part: float) -> float:
    """Pixels across a mark: its area goes by the part (0..1) it is of the largest."""
    return max(SMALLEST, LARGEST * math.sqrt(part))


def _fill(mark: Mark, mode: str) -> str:
    """A hollow mark is drawn as a line is, without a border."""
    if math.isnan(mark.share) or not mark.place.exact:
        return line_colour(mark.share, mode)
    return theme.ramp(mark.share)
