"""Lines over years or months. Shape and dash stand beside colour; words from data are escaped."""

from __future__ import annotations

import html

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import text as words
from ui import theme
from ui.viewmodels.lines import SHARE, Line, Lines, Mark

COLOURS = {
    "light": ("#0B66A8", "#C4374B", "#2E7D32", "#C4500A", "#6A51A3"),
    "dark": ("#6CB6F0", "#FF8A80", "#81C784", "#F4A259", "#CBC9E2"),
}
DASHES = ("solid", "dash")
"""One dash for each round through the colours."""
SYMBOLS = {"reported": "circle", "estimated": "diamond", "assumed": "square", "memory": "x"}
READING = (
    "Circles: reported. Diamonds: estimated. Squares: assumed. Crosses: from memory. "
    "Open rings: other editions of the same year. Dots: the newest value carried forward. "
    "Lines only join marks."
)
READING_MONTHS = (
    "Circles: reported. Diamonds: worked out from other figures. Lines only join marks."
)
NAME_WIDTH = 64
STEPS = (1, 2, 5, 10, 20)


def line_chart(view: Lines, ink: str) -> go.Figure:
    """What is in use as lines, other editions as open rings of the same colour."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    colours = COLOURS[theme.mode_of(ink)]
    for i, line in enumerate(view.lines):
        _draw(figure, line, colours[i % len(colours)], DASHES[i // len(colours) % len(DASHES)])
    years = {mark.at for line in view.lines for mark in line.used if isinstance(mark.at, int)}
    figure.update_layout(
        height=520,
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        hovermode="closest",
        legend={"font": font, "orientation": "h", "x": 0, "y": -0.1, "yanchor": "top"},
        xaxis={
            "tickfont": font,
            "fixedrange": True,
            "showgrid": False,
            **({"tickformat": "d", "tick0": 0, "dtick": _step(years)} if years else {}),
        },
        yaxis={
            "title": {"text": html.escape(_axis(view)), "font": font},
            "type": "log" if view.steep else "linear",
            "rangemode": "tozero",
            "tickformat": ".0%" if view.unit == SHARE else "~s" if view.steep else ",~r",
            "tickfont": font,
            "fixedrange": True,
            "automargin": True,
            **({"dtick": 1} if view.steep else {}),
        },
    )
    return figure


def _draw(figure: go.Figure, line: Line, colour: str, dash: str) -> None:
    group = line.label
    if line.carried:
        figure.add_scatter(
            x=line.carried,
            y=[line.used[-1].value] * len(line.carried),
            mode="lines",
            line={"color": colour, "width": 2, "dash": "dot"},
            legendgroup=group,
            showlegend=False,
            hoverinfo="skip",
        )
    figure.add_scatter(
        **_points(line.used),
        mode="lines+markers",
        name=html.escape(words.shorten(line.label, NAME_WIDTH)),
        legendgroup=group,
        line={"color": colour, "width": 2, "dash": dash},
        marker={"color": colour, "size": 8, "symbol": [SYMBOLS[m.known] for m in line.used]},
    )
    if line.others:
        figure.add_scatter(
            **_points(line.others),
            mode="markers",
            legendgroup=group,
            showlegend=False,
            marker={
                "color": colour,
                "size": 10,
                "symbol": "circle-open",
                "line": {"width": 2, "color": colour},
            },
        )


def _points(marks: tuple[Mark, ...]) -> dict[str, object]:
    return {
        "x": [mark.at for mark in marks],
        "y": [mark.value for mark in marks],
        "customdata": [html.escape(mark.hover) for mark in marks],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _axis(view: Lines) -> str:
    if view.unit == SHARE:
        return ""
    return f"{view.unit} (each step ten times)" if view.steep else view.unit


def _step(years: set[int]) -> int:
    """Years between two ticks: at most eleven ticks."""
    span = max(years) - min(years)
    return next((step for step in STEPS if span <= 10 * step), STEPS[-1])
