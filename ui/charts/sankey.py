"""The chain by mass, on plain axes.

Plotly's own Sankey puts a box where the flows allow and not in the column of its stage, draws its
words with a halo that cannot be read on a full colour, and reports no selection to the page.
"""

from __future__ import annotations

import html
import math

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import theme
from ui.charts.shares import BORDER, PLAIN, add_steps, legend_below, line_colour
from ui.viewmodels.chain import HEADS
from ui.viewmodels.sankey import Bar, Ribbon, Sankey

GROUND = {"light": "#FFFFFF", "dark": "#11161C"}
WIDTH = 0.13
"""Of a bar, where a column is 1."""
HEIGHT = 560
"""Pixels, heads and legend included."""
SHOWN, ASSUMED, MUTED = 0.62, 0.34, 0.09
"""How opaque a ribbon is."""


def sankey_chart(picture: Sankey, legend: str, ink: str) -> go.Figure:
    """Bars over ribbons; a bar and its words carry the id of the box to the click."""
    figure, mode = go.Figure(), theme.mode_of(ink)
    for ribbon in picture.ribbons:
        figure.add_shape(**_shape(ribbon, mode))
    _add_hover(figure, picture)
    _add_bars(figure, picture, mode)
    _add_words(figure, picture, ink, mode)
    add_steps(figure, mode, "legend")
    axis = {"visible": False, "fixedrange": True, "zeroline": False, "showgrid": False}
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 28, "b": 0},
        dragmode=False,
        hovermode="closest",
        barmode="overlay",
        legend=legend_below(legend, ink),
        xaxis={**axis, "range": [-0.02, len(HEADS) + 0.1]},
        yaxis={**axis, "range": [1.02, -0.02]},
    )
    return figure


def _shape(ribbon: Ribbon, mode: str) -> dict[str, object]:
    left, right = ribbon.first + WIDTH, float(ribbon.last)
    middle = (left + right) / 2
    start, end = ribbon.start, ribbon.end
    below, under = start + ribbon.height, end + ribbon.height
    colour = line_colour(ribbon.share, mode)
    opacity = MUTED if ribbon.muted else ASSUMED if ribbon.assumed else SHOWN
    return {
        "type": "path",
        "path": f"M {left:.3f},{start:.4f} C {middle:.3f},{start:.4f} {middle:.3f},{end:.4f} "
        f"{right:.3f},{end:.4f} L {right:.3f},{under:.4f} C {middle:.3f},{under:.4f} "
        f"{middle:.3f},{below:.4f} {left:.3f},{below:.4f} Z",
        "fillcolor": colour,
        "opacity": opacity,
        "layer": "below",
        "line": {
            "color": colour,
            "width": 1.5 if ribbon.assumed else 0.5,
            "dash": "dash" if ribbon.assumed else "solid",
        },
    }


def _add_hover(figure: go.Figure, picture: Sankey) -> None:
    """A point before the end of each ribbon, where ribbons lie apart, answers to the pointer; it
    is seen by nobody."""
    ribbons = picture.ribbons
    figure.add_scatter(
        x=[ribbon.last - WIDTH for ribbon in ribbons],
        y=[ribbon.end + ribbon.height / 2 for ribbon in ribbons],
        mode="markers",
        marker={"size": 14, "opacity": 0},
        unselected={"marker": {"opacity": 0}},
        selected={"marker": {"opacity": 0}},
        customdata=[[html.escape(ribbon.label), ""] for ribbon in ribbons],
        hovertemplate="%{customdata[0]}<extra></extra>",
        showlegend=False,
    )


def _add_bars(figure: go.Figure, picture: Sankey, mode: str) -> None:
    bars = picture.bars
    figure.add_bar(
        x=[bar.column + WIDTH / 2 for bar in bars],
        base=[bar.top for bar in bars],
        y=[bar.height for bar in bars],
        width=WIDTH,
        marker={
            "color": [_fill(bar, mode) for bar in bars],
            "line": {
                "color": [theme.ACTION[mode] if bar.chosen else BORDER[mode] for bar in bars],
                "width": [3 if bar.chosen else 1 for bar in bars],
            },
        },
        # A click must not fade what was not clicked: what is chosen is drawn anew.
        unselected={"marker": {"opacity": 1}},
        customdata=[[html.escape(bar.label), bar.id] for bar in bars],
        hovertemplate="%{customdata[0]}<extra></extra>",
        showlegend=False,
    )


def _add_words(figure: go.Figure, picture: Sankey, ink: str, mode: str) -> None:
    """Words on the colour of the ground, with a point under them that can be clicked."""
    bars = picture.bars
    for column, head in enumerate(HEADS):
        figure.add_annotation(
            x=column,
            y=1,
            yref="paper",
            text=f"<b>{html.escape(head)}</b>",
            **{"xanchor": "left", "yanchor": "bottom", "showarrow": False},
            font={"size": 14, "color": ink},
        )
    for bar in bars:
        figure.add_annotation(
            x=bar.column + WIDTH + 0.02,
            y=bar.label_at,
            text=f"<b>{html.escape(bar.name)}</b>" if bar.chosen else html.escape(bar.name),
            **{"xanchor": "left", "yanchor": "middle", "showarrow": False, "borderpad": 1},
            font={"size": 13, "color": ink},
            bgcolor=GROUND[mode],
            opacity=0.9,
        )
    figure.add_scatter(
        x=[bar.column + WIDTH + 0.2 for bar in bars],
        y=[bar.label_at for bar in bars],
        mode="markers",
        marker={"size": 16, "opacity": 0},
        unselected={"marker": {"opacity": 0}},
        selected={"marker": {"opacity": 0}},
        customdata=[[html.escape(bar.label), bar.id] for bar in bars],
        hovertemplate="%{customdata[0]}<extra></extra>",
        showlegend=False,
    )


def _fill(bar: Bar, mode: str) -> str:
    return PLAIN[mode] if math.isnan(bar.share) else theme.ramp(bar.share)
