"""Chart of an answer of two columns. Words from data are escaped: Plotly reads a little HTML."""

from __future__ import annotations

import html

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import theme
from ui.viewmodels.answer_chart import Pairs

BAR_ROW = 26
NAME_WIDTH = 40


def pairs_chart(pairs: Pairs, ink: str) -> go.Figure:
    """A line over steps, else a bar a row in the order of the answer."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    colour = theme.ACTION[theme.mode_of(ink)]
    unit = " %" if pairs.is_share else ""
    second = html.escape(pairs.second)
    value_axis = {"title": second, "tickfont": font, "fixedrange": True, "ticksuffix": unit}
    if pairs.steps:
        figure.add_scatter(
            x=pairs.names,
            y=pairs.values,
            mode="lines+markers",
            line={"color": colour, "width": 3},
            hovertemplate=f"%{{x}}: %{{y:,.4~g}}{unit}<extra></extra>",
        )
        axes = {
            "xaxis": {"title": html.escape(pairs.first), "tickfont": font, "fixedrange": True},
            "yaxis": {**value_axis, "rangemode": "tozero"},
            "height": 360,
        }
    else:
        rows = list(range(len(pairs.names)))  # names may be equal
        figure.add_bar(
            x=pairs.values,
            y=rows,
            orientation="h",
            marker={"color": colour},
            customdata=[html.escape(str(name)) for name in pairs.names],
            hovertemplate=f"%{{customdata}}: %{{x:,.4~g}}{unit}<extra></extra>",
        )
        axes = {
            "xaxis": value_axis,
            "yaxis": {
                "tickvals": rows,
                "ticktext": [html.escape(_short(str(name))) for name in pairs.names],
                "autorange": "reversed",
                "automargin": True,
                "fixedrange": True,
                "tickfont": font,
            },
            "height": 90 + BAR_ROW * len(rows),
        }
    figure.update_layout(margin={"l": 0, "r": 8, "t": 8, "b": 0}, showlegend=False, **axes)
    return figure


def _short(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"
