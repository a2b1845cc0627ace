"""Axes and legends that several charts share; `font` is that of their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Style = dict[str, Any]


def titled(font: Style, title: str) -> Style:
    """An axis of numbers that stands still."""
    return {
        "title": {"text": title, "font": font},
        "tickfont": font,
        "fixedrange": True,
        "automargin": True,
        "zeroline": False,
    }


def rows(font: Style, names: Sequence[str], least: int = 0) -> Style:
    """One row a name from the top down, with room for at least so many; names may hold markup."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": [max(least, len(names)) - 0.5, -0.5],
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickfont": font,
    }


def legend_above(font: Style) -> Style:
    """A legend in a row over the chart."""
    return {"orientation": "h", "x": 0, "y": 1.04, "yanchor": "bottom", "font": font}
