"""Charts of the Data page: how flows are known, and events over time."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date

import plotly.graph_objects as go  # type: ignore[import-untyped]

from graph.model import Confidence
from ui import text as words
from ui import theme
from ui.viewmodels import events
from ui.viewmodels.claims import Measured, OneFigure
from ui.viewmodels.coverage import Known

KNOWN_FILLS = {
    Confidence.REPORTED: ("#0B66A8", ""),
    Confidence.ESTIMATED: ("#6CB6F0", "/"),
    Confidence.ASSUMED: ("#F4A259", "x"),
    Confidence.MEMORY: ("#C4374B", "."),
}
STATE_MARKS = {
    events.IN_FORCE: ("#C4374B", "circle", "solid"),
    events.OVER: ("#7B8794", "square", "solid"),
    events.HELD: ("#0B66A8", "circle-open", "dot"),
    events.OPEN: ("#6A51A3", "diamond-open", "dot"),
    events.DOUBT: ("#C4500A", "x", "dot"),
}
DARK_STATES = {
    events.IN_FORCE: "#F4A259",
    events.OVER: "#9AA5B1",
    events.HELD: "#6CB6F0",
    events.OPEN: "#CBC9E2",
    events.DOUBT: "#FF8A65",
}
SHARE_MARKS: tuple[tuple[str, str, Callable[[Measured], float | None]], ...] = (
    ("output, computed", "circle", lambda stage: stage.computed),
    ("output, published", "diamond-open", lambda stage: stage.published),
    ("capacity, published", "square-open", lambda stage: stage.capacity),
)
LANE = 13
BY_STAGE = {"autorange": "reversed", "automargin": True, "fixedrange": True}
"""Axis of the stages, from the top down."""
LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}


def known_bars(known: Known, ink: str) -> go.Figure:
    """One bar a stage, parted by how its flows are known; patterns beside colours."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    for confidence, shares in known.shares:
        colour, pattern = KNOWN_FILLS[confidence]
        name = words.CONFIDENCE_WORDS[confidence.value]
        figure.add_bar(
            x=shares,
            y=known.stages,
            name=name,
            orientation="h",
            marker={
                "color": colour,
                "pattern": {"shape": pattern, "fillmode": "overlay", "size": 6, "fgopacity": 0.5},
            },
            customdata=[words.share(share) for share in shares],
            hovertemplate=f"%{{y}}: %{{customdata}} {name}<extra></extra>",
        )
    figure.update_layout(
        height=90 + 34 * len(known.stages),
        margin={"l": 0, "r": 24, "t": 28, "b": 0},
        barmode="stack",
        bargap=0.3,
        legend={**LEGEND, "font": font, "traceorder": "normal"},
        xaxis={"range": [0, 1], "tickformat": ".0%", "fixedrange": True, "tickfont": font},
        yaxis={**BY_STAGE, "tickfont": font},
    )
    return figure


def shares_chart(one: OneFigure, ink: str) -> go.Figure:
    """A row a stage: output computed and published, capacity; a line at the one figure."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    for name, symbol, pick in SHARE_MARKS:
        found = [(stage.name, share) for stage in one.stages if (share := pick(stage)) is not None]
        figure.add_scatter(
            x=[share for _, share in found],
            y=[name for name, _ in found],
            name=name,
            mode="markers",
            marker={"symbol": symbol, "size": 11, "color": ink, "line": {"width": 2, "color": ink}},
            customdata=[words.share(share) for _, share in found],
            hovertemplate=f"%{{y}}: %{{customdata}} {name}<extra></extra>",
        )
    figure.add_scatter(
        x=[one.claimed] * len(one.stages),
        y=[stage.name for stage in one.stages],
        name=f"the article: over {words.share(one.claimed)} of capacity",
        mode="lines",
        line={"color": ink, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.update_layout(
        height=100 + 32 * len(one.stages),
        margin={"l": 0, "r": 24, "t": 28, "b": 0},
        legend={**LEGEND, "font": font},
        xaxis={"range": [0.4, 1.01], "tickformat": ".0%", "fixedrange": True, "tickfont": font},
        yaxis={**BY_STAGE, "tickfont": font},
    )
    return figure


def timeline_chart(view: events.Timeline, ink: str) -> go.Figure:
    """A row an event, grouped by instrument; shape and line tell its state beside colour."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    for state, (colour, symbol, dash) in STATE_MARKS.items():
        rows = [(i, span) for i, span in enumerate(view.spans) if span.event.state == state]
        if not rows:
            continue
        colour = DARK_STATES[state] if theme.mode_of(ink) == "dark" else colour
        x: list[date | None] = []
        y: list[int | None] = []
        for i, span in rows:
            x += [span.event.start, span.drawn_to, None]
            y += [i, i, None]
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": colour, "width": 3, "dash": dash},
            legendgroup=state,
            showlegend=False,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[span.event.start for _, span in rows],
            y=[i for i, _ in rows],
            mode="markers",
            name=state,
            legendgroup=state,
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 9,
                "line": {"width": 2, "color": colour},
            },
            customdata=[html.escape(words.shorten(span.hover, 140)) for _, span in rows],
            hovertemplate="%{customdata}<extra></extra>",
        )
    lanes = _lanes(view)
    for start, _ in list(lanes.values())[1:]:
        figure.add_hline(start - 0.5, line={"color": ink, "width": 0.5}, opacity=0.3)
    figure.update_layout(
        height=110 + LANE * max(len(view.spans), 6),
        margin={"l": 0, "r": 8, "t": 28, "b": 0},
        dragmode="pan",
        hovermode="closest",
        legend={**LEGEND, "font": font},
        xaxis={"range": [view.opens, view.closes], "tickfont": font},
        yaxis={
            "tickvals": [(first + last) / 2 for first, last in lanes.values()],
            "ticktext": [html.escape(events.words(name)) for name in lanes],
            "range": [len(view.spans) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
            "tickfont": font,
        },
    )
    return figure


def _lanes(view: events.Timeline) -> dict[str, tuple[int, int]]:
    """First and last row of each instrument."""
    lanes: dict[str, tuple[int, int]] = {}
    for i, span in enumerate(view.spans):
        first, _ = lanes.get(span.event.instrument, (i, i))
        lanes[span.event.instrument] = (first, i)
    return lanes
