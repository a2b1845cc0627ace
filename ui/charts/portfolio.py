"""Cost against expected loss. Symbol and dash stand beside colour; words of data are escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence

import plotly.graph_objects as go  # type: ignore[import-untyped]

from graph.portfolio import GREEDY, OPTIMAL
from ui import theme
from ui.charts.axes import legend_above, titled
from ui.viewmodels.portfolio import METHODS, Curve

COLOURS = {
    OPTIMAL: {"light": "#0B66A8", "dark": "#6CB6F0"},
    GREEDY: {"light": "#C4500A", "dark": "#F08A4B"},
}
SYMBOLS = {OPTIMAL: "circle", GREEDY: "diamond-open"}


def frontier_chart(curves: Sequence[Curve], ink: str) -> go.Figure:
    """Money across, what is still lost upwards: one line a method and model."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    mode = theme.mode_of(ink)
    for curve in curves:
        cost = [point.cost for point in curve.points]
        figure.add_scatter(
            x=[base for _, base, _ in cost],
            y=[point.left for point in curve.points],
            name=f"{METHODS[curve.method]}, {'weekly model' if curve.is_weekly else 'best case'}",
            mode="lines+markers",
            line={
                "color": COLOURS[curve.method][mode],
                "width": 2,
                "dash": "solid" if curve.is_weekly else "dash",
            },
            marker={"symbol": SYMBOLS[curve.method], "size": 10, "line": {"width": 2}},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - base for _, base, high in cost],
                "arrayminus": [base - low for low, base, _ in cost],
                "thickness": 1,
                "width": 4,
            },
            cliponaxis=False,
            customdata=[html.escape(point.label) for point in curve.points],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.update_layout(
        height=400,
        margin={"l": 0, "r": 24, "t": 44, "b": 0},
        legend={
            **legend_above(font),
            "itemwidth": 44,  # room for dashes on both sides of the symbol
        },
        xaxis={
            **titled(font, "Cost, USD"),
            "rangemode": "tozero",
            "tickformat": "~s",
        },
        yaxis={**titled(font, "Loss left, of that with nothing bought"), "tickformat": ".0%"},
    )
    return figure
