"""The ranked losses of the Chokepoints page on a map, with the same one selected."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.critical import CriticalCase
from ui import atlas, session, text, tightness
from ui.components.world_map import world_map
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels import case_map as maps


def case_map(base: Base, state: UrlState, found: Sequence[CriticalCase], selected: str) -> None:
    """Where the ranked cases stand; `selected` is the id of the one shown. Raises ScenarioError."""
    cases = {case.id: case for case in tightness.desk_of(base, state.lost).cases}
    points = atlas.points_of(base)
    world = maps.world(found, cases, base.network, points, selected, base.names)
    st.header("On the map", anchor=False)
    st.markdown(text.plain(world.finding))
    view = f"{state.year}-{state.whose}-{state.lost}-{state.china}-{selected}"
    world_map(world, key="cases", view=view, legend=maps.LEGEND, on_pick=_case_picked)


def _case_picked(id: str) -> None:
    session.choose(point=id)
