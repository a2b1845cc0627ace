"""A chart to look at, or one whose marks can be picked: those carry their id as second value of
`customdata`."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go  # type: ignore[import-untyped]
import streamlit as st

QUIET = {"displayModeBar": False}
"""Without the bar of buttons that Plotly shows."""


def chart(figure: go.Figure, finding: str, key: str | None = None) -> None:
    """Show a chart; `finding` says what it shows to those who cannot see it."""
    st.plotly_chart(figure, alt=finding, config=QUIET, key=key)


def clickable(
    key: str, figure: go.Figure, view: str, finding: str, on_pick: Callable[[str], None]
) -> None:
    """Show a chart and call back with the id of the mark clicked.

    `view` changes with all that is drawn and with what is picked, so that the browser keeps no
    selection of its own beside the one that the figure shows.
    """
    widget = f"{key}-{view}"

    def picked() -> None:
        event = st.session_state.get(widget) or {}
        for point in event.get("selection", {}).get("points", [])[:1]:
            on_pick(str(point["customdata"][1]))

    st.plotly_chart(
        figure,
        key=widget,
        on_select=picked,
        selection_mode="points",
        alt=finding,
        config=QUIET,
    )
