"""Losses of several scenarios by week. Letter and dash stand beside colour; words are escaped."""

from __future__ import annotations

import html

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import text, theme
from ui.charts.plot import ticks
from ui.viewmodels.compare import WeekLines, said, short

COLOURS = {
    "light": ("#C4374B", "#0B66A8", "#00795A", "#6B4E00"),
    "dark": ("#F2798A", "#6CB6F0", "#4CC9A0", "#D9B44A"),
}
DASHES = ("solid", "dash", "dot", "dashdot")
LETTERS_AT = {"A": "top left", "B": "top right", "C": "middle left", "D": "middle right"}
"""Beside the highest week, each on a side of its own: peaks often meet."""
HEIGHT = 380


def weeks_chart(weeks: WeekLines, ink: str) -> go.Figure:
    """One line a scenario; its letter stands at the highest week."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    mode = "dark" if ink == theme.INKS["dark"] else "light"
    for line, colour, dash in zip(weeks.lines, COLOURS[mode], DASHES, strict=False):
        peak = line.values.index(max(line.values))
        figure.add_scatter(
            x=list(range(len(line.values))),
            y=line.values,
            name=f"{line.letter}: {html.escape(text.shorten(line.title, 48))}",
            mode="lines+text",
            text=[line.letter if week == peak else "" for week in range(len(line.values))],
            textposition=LETTERS_AT[line.letter],
            textfont={"size": 14, "color": colour},
            cliponaxis=False,
            line={"color": colour, "width": 3, "dash": dash},
            customdata=[
                f"{line.letter}, {text.week(week)}: {html.escape(said(value, weeks.unit))}"
                for week, value in enumerate(line.values)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    values = [0.0, *(value for line in weeks.lines for value in line.values)]
    marks = ticks(min(values), max(values))
    axis = {"fixedrange": True, "tickfont": font, "automargin": True}
    unit = html.escape(weeks.unit)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 28, "b": 0},
        showlegend=True,
        legend={
            **{"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            **{"font": font, "itemwidth": 40},
        },
        xaxis={**axis, "title": {"text": "Week", "font": font}},
        yaxis={
            **axis,
            "title": {"text": f"Loss a week, {unit}", "font": font},
            "tickvals": marks,
            "ticktext": [html.escape(short(mark, weeks.unit)) for mark in marks],
            "zeroline": True,
            "zerolinecolor": ink,
            "zerolinewidth": 1,
        },
    )
    return figure
