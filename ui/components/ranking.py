"""A ranking of losses, with a bar and a way out while it is made."""

from __future__ import annotations

from functools import partial

import streamlit as st

from graph.critical import CriticalCase
from ui import tightness
from ui.components.work import working
from ui.services import Base

HALTED = "ranking-halted"


def ranking(base: Base, goal: str, kind: str, lens: str) -> tuple[CriticalCase, ...] | None:
    """The ranked cases. Once the reader has cancelled a ranking, None for all that is not known
    already, whatever else changes, until they ask again. Raises ScenarioError."""
    if st.session_state.get(HALTED) and not tightness.is_ranked(base, goal, kind, lens):
        st.info("Cancelled. Nothing is ranked until you ask for it.")
        st.button("Rank", type="primary", on_click=_halt, args=(False,))
        return None
    with working(f"Losing one {kind} after the other", partial(_halt, True)) as tell:
        return tightness.critical_of(base, goal, kind, lens, tell)


def _halt(is_halted: bool) -> None:
    st.session_state[HALTED] = is_halted
