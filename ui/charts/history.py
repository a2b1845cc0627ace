"""What customs counted as points, the model as a line, its rival dashed, by month."""

from __future__ import annotations

import html

import plotly.graph_objects as go  # type: ignore[import-untyped]

from ui import theme
from ui.viewmodels.history import History

MODEL = {"light": "#0B66A8", "dark": "#6CB6F0"}
SPAN = {"light": "rgba(11,102,168,.16)", "dark": "rgba(108,182,240,.22)"}
RIVAL = {"light": "#C4500A", "dark": "#F4A259"}
READING = (
    "Points: what customs counted. Line: the model, with the span of all runs. Dashes: a constant "
    "cut of the same loss, which is told that loss beforehand. All as shares of a normal month. "
    "Errors are root mean squares, in points of a normal month."
)


def history_chart(view: History, ink: str) -> go.Figure:
    """One flow; a rule marks where the months begin that are held out."""
    figure, font = go.Figure(), {"size": 13, "color": ink}
    mode = theme.mode_of(ink)
    for values, fill in ((view.low, None), (view.high, "tonexty")):
        figure.add_scatter(
            x=view.months,
            y=values,
            mode="lines",
            line={"width": 0},
            fill=fill,
            fillcolor=SPAN[mode],
            hoverinfo="skip",
            showlegend=False,
        )
    if any(value is not None for value in view.cut):
        figure.add_scatter(
            x=view.months,
            y=view.cut,
            mode="lines",
            name="Constant cut",
            line={"color": RIVAL[mode], "width": 2, "dash": "dash", "shape": "hvh"},
            hovertemplate="%{x}, constant cut: %{y:.0%}<extra></extra>",
        )
    figure.add_scatter(
        x=view.months,
        y=view.model,
        mode="lines+markers",
        name="Model",
        line={"color": MODEL[mode], "width": 3},
        marker={"size": 5, "color": MODEL[mode]},
        hovertemplate="%{x}, model: %{y:.0%}<extra></extra>",
    )
    figure.add_scatter(
        x=view.months,
        y=view.observed,
        mode="markers",
        name="Observed",
        marker={"size": 11, "color": ink, "symbol": "circle"},
        customdata=[html.escape(hover) for hover in view.hovers],
        hovertemplate="%{customdata}<extra></extra>",
    )
    if view.held_out is not None:
        figure.add_vline(
            x=view.months.index(view.held_out) - 0.5,
            line={"color": ink, "width": 1, "dash": "dot"},
        )
        figure.add_annotation(
            x=view.months.index(view.held_out) - 0.45,
            y=0.02,
            yref="paper",
            text="held out",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font=font,
        )
    figure.update_layout(
        height=400,
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        hovermode="closest",
        legend={"font": font, "orientation": "h", "x": 0, "y": -0.16, "yanchor": "top"},
        xaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(view.months),
            "tickvals": list(view.months),
            "ticktext": ["<br>".join(lines) for lines in view.ticks],
            "tickangle": 0,
            "tickfont": font,
            "fixedrange": True,
            "showgrid": False,
        },
        yaxis={
            "tickformat": ".0%",
            "range": [0, view.top * 1.05],
            "tickfont": font,
            "fixedrange": True,
            "automargin": True,
        },
    )
    return figure
