"""Chart of the Trade section: customs figures and computed flows, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui.charts.provenance import LEGEND
from ui.viewmodels.trade import Pair


def trade_chart(pairs: Sequence[Pair], ink: str) -> go.Figure:
    """A row a pair: what customs saw of NdPr with its range, and what the balance computes."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    labels = [pair.label for pair in pairs]
    figure.add_scatter(
        x=[pair.observed for pair in pairs],
        y=labels,
        mode="markers",
        name="customs, like NdPr",
        marker={"color": "#0B66A8", "symbol": "line-ns-open", "size": 14, "line": {"width": 3}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [pair.high - pair.observed for pair in pairs],
            "arrayminus": [pair.observed - pair.low for pair in pairs],
            "color": "#6CB6F0",
            "thickness": 4,
            "width": 0,
        },
        hovertemplate="%{y}: %{x:,.0f} t seen by customs<extra></extra>",
    )
    for is_input, name, symbol in (
        (False, "computed", "circle"),
        (True, "computed, this trade went in", "circle-open"),
    ):
        some = [pair for pair in pairs if pair.is_input is is_input]
        figure.add_scatter(
            x=[pair.computed for pair in some],
            y=[pair.label for pair in some],
            mode="markers",
            name=name,
            marker={"color": "#F08A4B", "symbol": symbol, "size": 10, "line": {"width": 2}},
            hovertemplate="%{y}: %{x:,.0f} t computed<extra></extra>",
        )
    figure.update_layout(
        height=90 + 24 * len(pairs),
        margin={"l": 0, "r": 16, "t": 28, "b": 32},
        legend={**LEGEND, "font": font},
        xaxis={"title": "t a year", "rangemode": "tozero", "tickfont": font, "fixedrange": True},
        yaxis={
            "categoryorder": "array",
            "categoryarray": labels[::-1],
            "automargin": True,
            "fixedrange": True,
            "tickfont": font,
        },
    )
    return figure
