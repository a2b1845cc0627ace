"""How sure is a comparison? Many runs of every scenario, drawn only when asked for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.errors import MagnetraceError
from ui import comparisons, text
from ui.components.table import show
from ui.services import RUNS, Base
from ui.viewmodels import bands, compare_bands
from ui.viewmodels.compare import Side


def compare_bands_section(base: Base, compared: Sequence[Side], whose: str) -> None:
    """A toggle and, where it is on, the band of every scenario and how they stand run by run."""
    st.header("How sure is it?", anchor=False)
    st.caption(text.plain(f"{bands.READING} {compare_bands.READING}"))
    # The value beside the key: a browser that has not yet drawn the toggle would show it off.
    if not st.toggle(f"Draw {RUNS} runs of each", st.session_state.bands, key="bands"):
        return
    try:
        drawn = [comparisons.outcomes_of(base, side.scenario) for side in compared]
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return
    table = compare_bands.table(compared, drawn, whose)
    st.markdown(f"**{text.plain(table.finding)}**")
    if table.rows:
        show(table)
    for sentence in compare_bands.sentences(compared, drawn, whose):
        st.markdown(text.plain(sentence))
