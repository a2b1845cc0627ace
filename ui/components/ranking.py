"""A ranking of losses, with a bar and a way out while it is made."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from graph.critical import CriticalCase
from ui import tightness
from ui.services import Base

STOPPED = "ranking-stopped"


def ranking(base: Base, goal: str, kind: str, lens: str) -> tuple[CriticalCase, ...]:
    """The ranked cases; ends the page where the reader has cancelled this very ranking.

    A press of any button, or a change of any control, ends the work at its next step. Raises
    ScenarioError.
    """
    asked = (base.version, base.network.snapshot, goal, kind, lens)
    if st.session_state.get(STOPPED) == asked:
        st.info("Cancelled. Change what is asked above, or start again.")
        st.button("Rank", type="primary", on_click=_stop, args=(None,))
        st.stop()
    st.session_state[STOPPED] = None
    place = st.empty()
    bars: list[DeltaGenerator] = []

    def tell(said: str, part: float) -> None:
        if not bars:  # nothing flashes where all is known already
            with place.container():
                bars.append(st.progress(part, said))
                st.button("Cancel", on_click=_stop, args=(asked,))
        bars[0].progress(part, f"Losing one {kind} after the other: {said}")

    found = tightness.critical_of(base, goal, kind, lens, tell)
    place.empty()
    return found


def _stop(asked: tuple[str, ...] | None) -> None:
    st.session_state[STOPPED] = asked
