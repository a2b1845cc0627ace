"""Charts of a run. Words from data are escaped: Plotly reads a little HTML in its texts."""

from __future__ import annotations

import html

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import text as words
from ui import theme
from ui.viewmodels.outcome import Bars, Lines

COLOURS = (theme.COMPARE_FIRST, theme.COMPARE_SECOND)
BAR_ROW = 30
LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom"}


def loss_bars(bars: Bars, ink: str) -> go.Figure:
    """Horizontal bars, hardest hit on top; one colour a scenario."""
    font = {"size": 13, "color": ink}
    rows = list(range(len(bars.names)))
    ends = [high for _, high in bars.spans]
    most = max((max(shares, default=0.0) for _, shares in (*bars.series, ("", ends))), default=0.0)
    layout = {
        "template": theme.BARE,
        "height": 70 + BAR_ROW * len(bars.names) * max(1, len(bars.series)),
        "margin": {"l": 0, "r": 8, "t": 28, "b": 0},
        "barmode": "group",
        "bargap": 0.25,
        "showlegend": len(bars.series) > 1,
        "legend": {**LEGEND, "font": font, "traceorder": "normal"},
        "xaxis": {
            "range": [0, max(most, 0.01) * (1.5 if bars.spans else 1.15)],
            "tickformat": ".0%",
            "fixedrange": True,
            "tickfont": font,
        },
        "yaxis": {
            "tickvals": rows,
            "ticktext": [html.escape(name) for name in bars.names],
            "autorange": "reversed",
            "automargin": True,
            "fixedrange": True,
            "tickfont": font,
        },
    }
    figure = go.Figure(layout=layout)  # update_layout would take six times as long
    for (title, shares), hover, colour in zip(bars.series, bars.labels, COLOURS, strict=False):
        figure.add_bar(
            x=shares,
            y=rows,
            name=html.escape(title),
            orientation="h",
            text=[] if bars.spans else [words.share(share) for share in shares],
            textposition="outside",
            textfont={"size": 13, "color": ink},
            cliponaxis=False,
            marker={"color": colour},
            customdata=[html.escape(label) for label in hover],
            hovertemplate="%{customdata}<extra></extra>",
        )
    if bars.spans:
        _spans(figure, bars, ink)
    return figure


def _spans(figure: go.Figure, bars: Bars, ink: str) -> None:
    """The band of each end use across its bar, with its words behind the end of both."""
    shares, rows = bars.series[0][1], list(range(len(bars.names)))
    middle = [(low + high) / 2 for low, high in bars.spans]
    figure.add_scatter(
        x=middle,
        y=rows,
        mode="markers",
        marker={"size": 1, "color": ink, "opacity": 0},
        error_x={
            "type": "data",
            "array": [(high - low) / 2 for low, high in bars.spans],
            "color": ink,
            "thickness": 2,
            "width": 6,
        },
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=[max(share, high) for share, (_, high) in zip(shares, bars.spans, strict=True)],
        y=rows,
        mode="text",
        text=[
            f"  {words.share(share)} ({words.share_range(low, high)})"
            for share, (low, high) in zip(shares, bars.spans, strict=True)
        ],
        textposition="middle right",
        textfont={"size": 13, "color": ink},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )


def value_chart(lines: Lines, ink: str) -> go.Figure:
    """Share of normal by week; dashes beside colour tell two scenarios apart."""
    font = {"size": 13, "color": ink}
    low = min((min(values) for _, values in lines.series if values), default=1.0)
    high = max((max(values) for _, values in lines.series if values), default=1.0)
    layout = {
        "template": theme.BARE,
        "height": 380,
        "margin": {"l": 0, "r": 8, "t": 28, "b": 0},
        "showlegend": len(lines.series) > 1,
        "legend": {**LEGEND, "font": font},
        "xaxis": {"title": {"text": "Week", "font": font}, "fixedrange": True, "tickfont": font},
        "yaxis": {
            "tickformat": ".0%",
            "range": [max(0.0, low - 0.05), high + 0.02],
            "fixedrange": True,
            "tickfont": font,
        },
    }
    figure = go.Figure(layout=layout)  # update_layout would take six times as long
    for (title, values), colour, dash in zip(
        lines.series, COLOURS, ("solid", "dash"), strict=False
    ):
        figure.add_scatter(
            x=list(range(len(values))),
            y=values,
            name=html.escape(title),
            mode="lines",
            line={"color": colour, "width": 3, "dash": dash},
            hovertemplate="week %{x}: %{y:.0%}<extra></extra>",
        )
    return figure
