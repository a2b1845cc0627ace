"""Charts of ranked losses. Shape and word stand beside colour; words from data are escaped."""

from __future__ import annotations

import html
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]

from graph.model import Stage
from ui import theme
from ui.charts import axes
from ui.charts.axes import legend_above, titled
from ui.viewmodels.chokepoint_charts import SEVERAL, Span, Spans, Spot, Spots

SYMBOLS = {
    Stage.MINE.label: "triangle-up",
    Stage.SEPARATION.label: "square",
    Stage.METAL.label: "diamond",
    Stage.MAGNET.label: "circle",
    Stage.COMPONENT.label: "hexagon",
    SEVERAL: "pentagon",
}
COLOURS = {
    "light": ("#6B4E00", "#C4500A", "#A83A7F", "#0B66A8", "#00795A", "#4A5560"),
    "dark": ("#D9B44A", "#F08A4B", "#E59AC8", "#6CB6F0", "#4CC9A0", "#B8C2CC"),
}
"""By stage, in the order of `SYMBOLS`."""
SURVIVED = {"light": "#00795A", "dark": "#4CC9A0"}
GAP = {"light": "#F4A259", "dark": "#C4702B"}
NAMED = 5
"""Marks with their rank beside them."""
SMALLEST, LARGEST, UNKNOWN = 9.0, 30.0, 10.0
"""Pixels across."""
OPACITY = 0.75
ROW, LEAST_ROWS = 30, 3
READING_SPOTS = (
    "Size: gap between time to survive and to recover; open marks: not known. Numbers: rank. "
    "Ring and name: what is picked. A click on a mark picks it."
)
READING_SPANS = (
    "First bar: days survived. Second bar: the gap until recovery; whiskers: low and high of "
    "recovery. Without a second bar recovery is not known, or there is no gap. Bold on a band: "
    "what is picked. A click on a row picks it."
)


def spots_chart(view: Spots, selected: str, ink: str) -> go.Figure:
    """China share across, loss upwards, one series a stage."""
    figure, font, mode = go.Figure(), {"size": 13, "color": ink}, theme.mode_of(ink)
    most = max((spot.gap or 0.0 for spot in view.spots), default=0.0)
    for (stage, symbol), colour in zip(SYMBOLS.items(), COLOURS[mode], strict=True):
        spots = [spot for spot in view.spots if spot.stage == stage]
        if not spots:
            continue
        figure.add_scatter(
            x=[spot.china for spot in spots],
            y=[spot.lost for spot in spots],
            name=html.escape(stage),
            mode="markers+text",
            # The wide space keeps the number clear of the mark.
            text=[f"{spot.rank}\u2003" if spot.rank <= NAMED else "" for spot in spots],
            textposition="middle left",
            textfont=font,
            cliponaxis=False,
            marker={
                "symbol": [symbol if spot.gap is not None else f"{symbol}-open" for spot in spots],
                "size": [_size(spot, most) for spot in spots],
                "color": colour,
                "opacity": OPACITY,
                "line": {"width": 2, "color": colour},
            },
            **_even(OPACITY),
            customdata=[[html.escape(spot.label), spot.id] for spot in spots],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    ringed = [spot for spot in view.spots if spot.id == selected]
    figure.add_scatter(
        x=[spot.china for spot in ringed],
        y=[spot.lost for spot in ringed],
        mode="markers",
        cliponaxis=False,
        marker={
            "symbol": "circle-open",
            "size": [_size(spot, most) + 12 for spot in ringed],
            "color": theme.ACTION[mode],
            "line": {"width": 3},
        },
        showlegend=False,
        hoverinfo="skip",
    )
    for spot in ringed:
        figure.add_annotation(
            x=spot.china,
            y=spot.lost,
            text=f"<b>{html.escape(spot.name)}</b>",
            showarrow=False,
            xanchor="right",
            yshift=_size(spot, most) / 2 + 16,
            font=font,
        )
    low = min((spot.china for spot in view.spots), default=0.0)
    top = max((spot.lost for spot in view.spots), default=0.0)
    figure.update_layout(
        height=90 + ROW * 10,
        margin={"l": 0, "r": 32, "t": 44, "b": 0},
        legend={**legend_above(font), "itemsizing": "constant"},
        xaxis={
            **titled(font, "China share of what it ships"),
            "range": [max(0.0, low - 0.1), 1.0],
            "tickformat": ".0%",
        },
        yaxis={
            **titled(font, "Share of goods lost"),
            "range": [-0.06 * max(top, 0.01), 1.15 * max(top, 0.01)],
            "tickformat": ".1~%",
        },
    )
    return figure


def spans_chart(view: Spans, selected: str, ink: str) -> go.Figure:
    """A row a case: a bar survived, a bar of the gap, whiskers from low to high."""
    figure, font, mode = go.Figure(), {"size": 13, "color": ink}, theme.mode_of(ink)
    rows = list(range(len(view.spans)))
    labels = [[html.escape(span.label), span.id] for span in view.spans]
    common: dict[str, Any] = {
        "y": rows,
        "orientation": "h",
        "customdata": labels,
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "cliponaxis": False,
        **_even(1.0),
    }
    survived = [span.survived or 0 for span in view.spans]
    ends = [
        max(span.recovery.base, days) if span.recovery else days
        for span, days in zip(view.spans, survived, strict=True)
    ]
    furthest = [max(s.survived or 0, s.recovery.high if s.recovery else 0) for s in view.spans]
    most = 1.05 * max([1.0, *furthest])
    figure.add_bar(  # as wide as the chart, so that rows without bars can be clicked too
        x=[most] * len(rows),
        width=1,
        showlegend=False,
        marker={"color": [_band(span.id == selected, mode) for span in view.spans]},
        **common,
    )
    figure.add_bar(
        x=survived,
        name="Survived",
        marker={"color": SURVIVED[mode]},
        **common,
    )
    figure.add_bar(
        x=[end - days for end, days in zip(ends, survived, strict=True)],
        base=survived,
        name="Gap until recovery",
        marker={"color": GAP[mode]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [s.recovery.high - s.recovery.base if s.recovery else 0 for s in view.spans],
            "arrayminus": [
                s.recovery.base - s.recovery.low if s.recovery else 0 for s in view.spans
            ],
            "color": ink,
            "thickness": 1.5,
            "width": 5,
        },
        **common,
    )
    for row, span in enumerate(view.spans):
        if span.recovery is None:
            figure.add_annotation(
                x=span.survived or 0,
                y=row,
                text="recovery not known",
                showarrow=False,
                xanchor="left",
                xshift=6,
                font=font,
            )
    figure.update_layout(
        height=90 + ROW * max(LEAST_ROWS, len(rows)),
        margin={"l": 0, "r": 16, "t": 44, "b": 0},
        barmode="overlay",
        bargap=0.35,
        legend={**legend_above(font), "traceorder": "normal"},
        xaxis={**titled(font, "Days"), "range": [0, most], "tickformat": ",d"},
        yaxis=axes.rows(font, [_row_name(span, selected) for span in view.spans], LEAST_ROWS),
    )
    return figure


def _row_name(span: Span, selected: str) -> str:
    name = html.escape(span.name)
    return f"<b>{name}</b>" if span.id == selected else name


def _band(is_selected: bool, mode: str) -> str:
    red, green, blue = (int(theme.ACTION[mode][i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.18 if is_selected else 0.0})"


def _even(opacity: float) -> dict[str, Any]:
    """Marks look the same before and after a click: rings and bands say what is picked."""
    return {part: {"marker": {"opacity": opacity}} for part in ("selected", "unselected")}


def _size(spot: Spot, most: float) -> float:
    """Area by gap."""
    if spot.gap is None or most <= 0:
        return UNKNOWN
    return float(SMALLEST + (LARGEST - SMALLEST) * (max(spot.gap, 0.0) / most) ** 0.5)
