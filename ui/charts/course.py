"""A site over the weeks of a run; words from data are escaped."""

from __future__ import annotations

import html
from collections.abc import Sequence

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import theme
from ui.charts.years import COLOURS
from ui.viewmodels.course import Trend

DASHES = ("solid", "dash")
WIDTHS = (3.0, 2.0)
DIGITS = 4
"""More than can be seen, and half of what travels otherwise."""


def course_chart(
    trends: Sequence[Trend], ink: str, *, is_share: bool, unit: str, week: int
) -> go.Figure:
    """Lines by week, with a rule at the week that is played."""
    font = {"size": 13, "color": ink}
    most = max((max(trend.values) for trend in trends), default=1.0)
    layout = {
        "template": theme.BARE,
        "height": 340,
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "showlegend": True,
        "legend": {"font": font, "orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"},
        "xaxis": {"title": {"text": "Week", "font": font}, "fixedrange": True, "tickfont": font},
        "yaxis": {
            "title": {"text": unit, "font": font},
            "tickformat": ".0%" if is_share else "~r",
            "range": [0, max(most, 0.1) * 1.06],
            "fixedrange": True,
            "tickfont": font,
            "automargin": True,
        },
    }
    figure = go.Figure(layout=layout)  # update_layout would take six times as long
    colours = COLOURS[theme.mode_of(ink)]
    number = ".0%" if is_share else ".1f"
    for place, trend in enumerate(trends):
        name = html.escape(trend.name)
        figure.add_scatter(
            x=list(range(len(trend.values))),
            y=[round(value, DIGITS) for value in trend.values],
            name=name,
            mode="lines",
            line={
                "color": colours[place % len(colours)],
                "width": WIDTHS[trend.dash],
                "dash": DASHES[trend.dash],
            },
            hovertemplate=f"week %{{x}}, {name}: %{{y:{number}}}<extra></extra>",
        )
    if week:
        figure.add_vline(x=week, line={"color": ink, "width": 1, "dash": "dot"})
    return figure
