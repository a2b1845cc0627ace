"""How sure is a comparison? Many runs of every scenario, drawn only when asked for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.errors import MagnetraceError
from ui import comparisons, session, text
from ui.components.table import show
from ui.components.work import working
from ui.playing import RUNS
from ui.services import Base
from ui.viewmodels import bands, compare_bands
from ui.viewmodels.compare import Side


def drawn_of(base: Base, compared: Sequence[Side]) -> compare_bands.Drawn | None:
    """The runs of every scenario, where they are asked for and were drawn."""
    scenarios = [side.scenario for side in compared]
    return comparisons.known_outcomes(base, scenarios) if st.session_state.bands else None


def compare_bands_section(base: Base, compared: Sequence[Side], whose: str) -> None:
    """A toggle and, where it is on, the band of every scenario and how they stand run by run."""
    st.header("How sure is it?", anchor=False)
    st.caption(text.plain(f"{bands.READING} {compare_bands.READING}"))
    # The value beside the key: a browser that has not yet drawn the toggle would show it off.
    if not st.toggle(f"Draw {RUNS} runs of each", st.session_state.bands, key="bands"):
        return
    drawn = drawn_of(base, compared)
    if drawn is None:
        try:
            with working("Drawing runs", _leave) as tell:
                comparisons.draw_outcomes(base, [side.scenario for side in compared], tell)
        except MagnetraceError as error:
            st.error(text.plain(str(error)))
            return
        st.rerun()  # the chart above shows the bands too
    table = compare_bands.table(compared, drawn, whose)
    st.markdown(f"**{text.plain(table.finding)}**")
    if table.rows:
        show(table)
    for sentence in compare_bands.sentences(compared, drawn, whose):
        st.markdown(text.plain(sentence))


def _leave() -> None:
    session.choose(bands=False)
