"""A map to click: the same things as in the table below it, with the same one selected."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui import atlas, session, text
from ui.charts.worldmap import world_chart
from ui.components.chart import QUIET
from ui.components.choice import switch
from ui.viewmodels.worldmap import NO_BORDERS, REGION_WORDS, World


def world_map(
    world: World, *, key: str, view: str, legend: str, on_pick: Callable[[str], None]
) -> None:
    """Show a map and call back with the id of a mark that is clicked, "" where all are let go.

    `view` tells one map from another: what the browser remembers of a click ends with it.
    """
    region = st.session_state.region
    ground = atlas.coast()
    figure = world_chart(world, ground.lines, region, legend, session.ink())
    widget = f"{key}-{view}-{region}"

    def clicked() -> None:
        points = (st.session_state.get(widget) or {}).get("selection", {}).get("points", [])
        ids = [str(point["customdata"][0]) for point in points]
        if not ids or ids[0]:  # a line has no id
            on_pick(ids[0] if ids else "")

    with st.container(key="world-map"):
        st.plotly_chart(
            figure,
            key=widget,
            on_select=clicked,
            selection_mode="points",
            alt=world.finding,
            config=QUIET,
        )
    switch("Part of the world", "region", REGION_WORDS)
    st.caption(
        text.plain(f"{world.reading} Coasts: {ground.title}, {ground.licence}. {NO_BORDERS}")
    )
