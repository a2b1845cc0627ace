"""Cost against what is still lost, one line a scenario, in the colours of the Compare page."""

from __future__ import annotations

import html
from collections.abc import Sequence

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import text, theme
from ui.charts.compare import COLOURS, DASHES, HEIGHT
from ui.charts.plot import ticks
from ui.viewmodels.compare import USD, short
from ui.viewmodels.compare_frontier import Answers


def answers_chart(lines: Sequence[Answers], ink: str) -> go.Figure:
    """Money across, what is still lost upwards; the letter stands at the last portfolio."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    mode = theme.mode_of(ink)
    for line, colour, dash in zip(lines, COLOURS[mode], DASHES, strict=False):
        low, base, high = zip(*(spot.cost for spot in line.spots), strict=True)
        last = len(line.spots) - 1
        figure.add_scatter(
            x=base,
            y=[spot.left for spot in line.spots],
            name=f"{line.letter}: {html.escape(text.shorten(line.title, 34))}",
            mode="lines+markers+text",
            text=[line.letter if place == last else "" for place in range(last + 1)],
            textposition="top right",
            textfont={"size": 14, "color": colour},
            line={"color": colour, "width": 3, "dash": dash},
            marker={"size": 9},
            error_x={
                **{"type": "data", "symmetric": False, "thickness": 1, "width": 4},
                "array": [most - at for most, at in zip(high, base, strict=True)],
                "arrayminus": [at - least for least, at in zip(low, base, strict=True)],
            },
            cliponaxis=False,
            customdata=[html.escape(spot.label) for spot in line.spots],
            hovertemplate="%{customdata}<extra></extra>",
        )
    cost = ticks(0.0, max(spot.cost[2] for line in lines for spot in line.spots))
    left = ticks(0.0, max(spot.left for line in lines for spot in line.spots))
    axis = {"tickfont": font, "fixedrange": True, "automargin": True, "rangemode": "tozero"}
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 24, "t": 28, "b": 0},
        showlegend=True,
        legend={
            **{"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            **{"font": font, "itemwidth": 40},
        },
        xaxis={**axis, "title": {"text": "Cost, USD", "font": font}, **_marks(cost)},
        yaxis={**axis, "title": {"text": "Still lost, USD", "font": font}, **_marks(left)},
    )
    return figure


def _marks(values: Sequence[float]) -> dict[str, list[float] | list[str]]:
    return {"tickvals": list(values), "ticktext": [short(value, USD) for value in values]}
