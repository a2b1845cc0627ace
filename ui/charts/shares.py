"""Colours and legend of China's share, the same in every chart."""

from __future__ import annotations

import html
import math
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import theme

PLAIN = {"light": "#9AA5B1", "dark": "#66707C"}
"""What has no share."""
BORDER = {"light": "#7B8794", "dark": "#9AA5B1"}
"""Around marks, so that both ends of the ramp stand out from the ground."""


def line_colour(share: float, mode: str) -> str:
    """Of a line or ribbon, by the share (0..1, nan for none) that touched China."""
    return PLAIN[mode] if math.isnan(share) else theme.LINE_RAMP[mode][theme.ramp_class(share)]


def add_entry(figure: go.Figure, name: str, marker: dict[str, Any], legend: str) -> None:
    """A line of a legend that stands for no series."""
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=name,
        marker=marker,
        legend=legend,
        hoverinfo="skip",
    )


def add_steps(figure: go.Figure, mode: str, legend: str) -> None:
    """The five steps of the share."""
    for fill, word in zip(theme.CHINA_RAMP, theme.CHINA_RAMP_WORDS, strict=True):
        border = {"width": 1, "color": BORDER[mode]}
        add_entry(
            figure, word, {"symbol": "square", "size": 13, "color": fill, "line": border}, legend
        )


def legend_below(title: str, ink: str) -> dict[str, Any]:
    """A legend in a row under the chart, without clicks; `title` is escaped."""
    font = {"size": 13, "color": ink}
    return {
        "orientation": "h",
        "x": 0,
        "y": -0.01,
        "yanchor": "top",
        "font": font,
        "itemclick": False,
        "itemdoubleclick": False,
        "title": {"text": html.escape(title), "side": "top", "font": font},
    }
