"""How sure is it? Many runs, drawn only when asked for."""

from __future__ import annotations

import streamlit as st

from graph.errors import MagnetraceError
from ui import bounds, text
from ui.components.table import show
from ui.services import Base, Run
from ui.viewmodels import bands


def bands_section(base: Base, run: Run) -> None:
    """A toggle and, where it is on, the bands of the losses and what moves them."""
    st.header("How sure is it?", anchor=False)
    st.caption(text.plain(bands.READING))
    # The value beside the key: a browser that has not yet drawn the toggle would show it off.
    if not st.toggle(f"Draw {bounds.RUNS} runs", st.session_state.bands, key="bands"):
        return
    try:
        found = bounds.ensemble_of(base, run.scenario, run.held)
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return
    said = {row.text("id"): row.text("applies_to") for row in base.tables["assumptions"]}
    st.markdown(text.plain(bands.sentence(found)))
    hit = bands.bands(found, base.names)
    if hit.rows:
        show(hit)
    if found.movers:
        show(bands.movers(found, said))
