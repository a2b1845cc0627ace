"""The measures of a scenario on the calendar, events above them. Words are escaped."""

from __future__ import annotations

import html
from datetime import date, datetime, time, timedelta

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import text as words
from ui import theme
from ui.charts.provenance import DARK_STATES, STATE_MARKS
from ui.viewmodels.dates import LANES, MOST, Bar, Dates

LANE, ROW = 46, 24
"""Pixels of a lane of events, and of a measure."""
LEVEL = 0.2
"""Part of a lane by which a mark stands above another."""
FIRST_BAR = len(LANES) + 0.1
NAME = 36
"""Letters of a measure that are written."""
MARGIN = timedelta(days=20)
"""Behind the last day, for half a mark."""
MEASURE = {"light": "#C4374B", "dark": "#E07A86"}
RELIEF = {"light": "#00795A", "dark": "#4CC9A0"}


def dates_chart(view: Dates, chosen: str, ink: str) -> go.Figure:
    """Events in lanes, measures as bars below. A mark carries the id of its event."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    mode = theme.mode_of(ink)
    bars = view.bars[:MOST]
    rows = {bar: FIRST_BAR + place * ROW / LANE for place, bar in enumerate(bars)}
    _add_bars(figure, rows, mode)
    _add_events(figure, view, mode)
    picked = [dot for dot in view.dots if dot.event.id == chosen]
    figure.add_scatter(
        x=[dot.event.start for dot in picked],
        y=[dot.lane + LEVEL * (1 - dot.level) for dot in picked],
        mode="markers",
        marker={
            "symbol": "circle-open",
            "size": 20,
            "color": theme.ACTION[mode],
            "line": {"width": 3},
        },
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_vline(x=_moment(view.zero), line={"color": ink, "width": 1, "dash": "dot"})
    deep = max(rows.values(), default=FIRST_BAR) + ROW / LANE
    names = [*LANES, *(html.escape(words.shorten(bar.name, NAME)) for bar in bars)]
    figure.update_layout(
        height=70 + round(LANE * (deep + 0.5)),
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        hovermode="closest",
        dragmode=False,
        barmode="overlay",
        legend={"font": font, "orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        xaxis={
            "range": [_moment(view.opens), _moment(view.closes + MARGIN)],
            "type": "date",
            "fixedrange": True,
            "tickfont": font,
        },
        yaxis={
            "range": [deep, -0.65],
            "tickvals": [*range(len(LANES)), *rows.values()],
            "ticktext": names,
            "tickfont": font,
            "fixedrange": True,
            "zeroline": False,
            "showgrid": False,
            "automargin": True,
        },
    )
    return figure


def _add_bars(figure: go.Figure, rows: dict[Bar, float], mode: str) -> None:
    for bar, row in rows.items():
        colour = RELIEF[mode] if bar.is_relief else MEASURE[mode]
        figure.add_scatter(
            x=[bar.start] if bar.is_relief else [bar.start, bar.end],
            y=[row] if bar.is_relief else [row, row],
            mode="markers" if bar.is_relief else "lines",
            line={"color": colour, "width": 10},
            marker={"symbol": "diamond", "size": 13, "color": colour},
            hovertemplate=f"{html.escape(bar.name)}, {html.escape(bar.said)}<extra></extra>",
            showlegend=False,
        )


def _add_events(figure: go.Figure, view: Dates, mode: str) -> None:
    for state, (colour, symbol, _) in STATE_MARKS.items():
        dots = [dot for dot in view.dots if dot.event.state == state]
        if dots:
            figure.add_scatter(
                x=[dot.event.start for dot in dots],
                y=[dot.lane + LEVEL * (1 - dot.level) for dot in dots],
                mode="markers",
                name=state,
                marker={
                    "symbol": symbol,
                    "size": 10,
                    "color": DARK_STATES[state] if mode == "dark" else colour,
                    "line": {"width": 2},
                },
                unselected={"marker": {"opacity": 1}},
                customdata=[
                    [f"{dot.event.shown}: {html.escape(dot.event.title)}", dot.event.id]
                    for dot in dots
                ],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )


def _moment(day: date) -> str:
    return datetime.combine(day, time()).isoformat()
