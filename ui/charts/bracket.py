"""Three marks a row: the best case, the weekly model, no adaptation; shape stands beside colour."""

from __future__ import annotations

import html

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import theme
from ui.charts import axes
from ui.viewmodels.bracket import WORDS, Spans

ROW = 32
SYMBOLS = {"best_case": "circle", "weekly": "diamond", "no_adaptation": "square"}
COLOURS = {
    "light": {"best_case": "#2E7D32", "weekly": "#0B66A8", "no_adaptation": "#C4374B"},
    "dark": {"best_case": "#81C784", "weekly": "#6CB6F0", "no_adaptation": "#FF8A80"},
}
RAIL = {"light": "#B8C0CA", "dark": "#66707D"}


def bracket_chart(spans: Spans, ink: str) -> go.Figure:
    """Rows from the whole down to the end uses; a rail joins the two bounds of each."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    mode = theme.mode_of(ink)
    rows = list(range(len(spans.names)))
    rails: list[float | None] = []
    for share in spans.shares:
        rails += [share.best_case, share.no_adaptation, None]
    figure.add_scatter(
        x=rails,
        y=[place for row in rows for place in (row, row, None)],
        mode="lines",
        line={"color": RAIL[mode], "width": 5},
        showlegend=False,
        hoverinfo="skip",
    )
    for way, word in WORDS.items():
        figure.add_scatter(
            x=[getattr(share, way) for share in spans.shares],
            y=rows,
            mode="markers",
            name=word,
            marker={"symbol": SYMBOLS[way], "size": 12, "color": COLOURS[mode][way]},
            cliponaxis=False,
            customdata=[html.escape(label) for label in spans.labels],
            hovertemplate="%{customdata}<extra></extra>",
        )
    most = max(max(share.no_adaptation, share.weekly, share.best_case) for share in spans.shares)
    names = [html.escape(name) for name in spans.names]
    figure.update_layout(
        height=90 + ROW * len(rows),
        margin={"l": 0, "r": 12, "t": 30, "b": 0},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": font},
        xaxis={
            "range": [0, max(most, 0.01) * 1.05],
            "tickformat": ".0%",
            "fixedrange": True,
            "tickfont": font,
        },
        yaxis=axes.rows(font, [f"<b>{names[0]}</b>", *names[1:]]),
    )
    return figure
