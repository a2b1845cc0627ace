"""Losses of several scenarios by week. Letter and dash stand beside colour; words are escaped."""

from __future__ import annotations

import html

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import text, theme
from ui.charts.plot import ticks
from ui.viewmodels.compare import WeekLine, WeekLines, said, short

COLOURS = {
    "light": ("#C4374B", "#0B66A8", "#00795A", "#6B4E00"),
    "dark": ("#F2798A", "#6CB6F0", "#4CC9A0", "#D9B44A"),
}
DASHES = ("solid", "dash", "dot", "dashdot")
LETTERS_AT = {"A": "top left", "B": "top right", "C": "middle left", "D": "middle right"}
"""Beside the highest week, each on a side of its own: peaks often meet."""
HEIGHT = 380
BAND_ALPHA = "1C"
"""Two hex digits: four bands may lie on each other."""


def weeks_chart(weeks: WeekLines, ink: str) -> go.Figure:
    """One line a scenario, its letter at the highest week, its band behind it where it has one."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    mode = theme.mode_of(ink)
    for line, colour in zip(weeks.lines, COLOURS[mode], strict=False):
        if line.band:
            _band(figure, line, colour)
    for line, colour, dash in zip(weeks.lines, COLOURS[mode], DASHES, strict=False):
        figure.add_scatter(
            x=list(range(len(line.values))),
            y=line.values,
            name=f"{line.letter}: {html.escape(text.shorten(line.title, 48))}",
            mode="lines+text",
            text=[line.letter if week == line.peak else "" for week in range(len(line.values))],
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
    values += [value for line in weeks.lines for span in line.band for value in span]
    marks = ticks(min(values), max(values))
    axis = {"fixedrange": True, "tickfont": font, "automargin": True}
    unit = html.escape(weeks.unit)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 28, "b": 0},
        showlegend=True,
        legend={
            **{"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            **{"font": font, "itemwidth": 40, "traceorder": "normal"},
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


def _band(figure: go.Figure, line: WeekLine, colour: str) -> None:
    """From 5 to 95 % of the runs, in a faint shade of the line."""
    for place, fill in ((0, None), (1, "tonexty")):
        figure.add_scatter(
            x=list(range(len(line.band))),
            y=[span[place] for span in line.band],
            mode="lines",
            line={"color": colour, "width": 0.5},
            fill=fill,
            fillcolor=f"{colour}{BAND_ALPHA}",
            hoverinfo="skip",
            showlegend=False,
        )
