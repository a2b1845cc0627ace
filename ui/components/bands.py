"""How sure is it? Many runs, drawn only when asked for."""

from __future__ import annotations

import streamlit as st

from graph.errors import MagnetraceError
from ui import bounds, session, text
from ui.components.table import show
from ui.components.work import working
from ui.playing import RUNS, Run
from ui.services import Base
from ui.viewmodels import bands

BAR_READING = "Whiskers and brackets: 5 to 95 % of the runs drawn below."


def bands_section(base: Base, run: Run) -> None:
    """A toggle and, where it is on, the bands of the losses and what moves them."""
    st.header("How sure is it?", anchor=False)
    st.caption(text.plain(bands.READING))
    # The value beside the key: a browser that has not yet drawn the toggle would show it off.
    if not st.toggle(f"Draw {RUNS} runs", st.session_state.bands, key="bands"):
        return
    found = bounds.known_ensemble(base, run)
    if found is None:
        try:
            with working("Drawing runs", _leave) as tell:
                bounds.draw_ensemble(base, run, tell)
        except MagnetraceError as error:
            st.error(text.plain(str(error)))
            return
        st.rerun()  # the charts above show the bands too
    said = {row.text("id"): row.text("applies_to") for row in base.tables["assumptions"]}
    st.markdown(text.plain(bands.sentence(found)))
    hit = bands.bands(found, base.names)
    if hit.rows:
        show(hit)
    if found.movers:
        show(bands.movers(found, said))


def _leave() -> None:
    session.choose(bands=False)
