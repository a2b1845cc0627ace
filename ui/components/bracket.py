"""Between no adaptation and the best case: computed only when asked for, it can take a while."""

from __future__ import annotations

import streamlit as st

from graph.errors import MagnetraceError
from ui import bounds, session, text
from ui.charts.bracket import bracket_chart
from ui.components.chart import chart
from ui.components.table import show
from ui.playing import Run
from ui.services import Base
from ui.viewmodels import bracket


def bracket_section(base: Base, run: Run) -> None:
    """A toggle and, where it is on, the three losses of a scenario side by side."""
    st.header("Between no adaptation and the best case", anchor=False)
    st.caption(text.plain(bracket.READING))
    if not st.toggle("Compute both bounds", st.session_state.bracket, key="bracket"):
        return
    try:
        found = bounds.bracket_of(base, run.scenario)
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return
    spans = bracket.spans(found)
    st.markdown(text.plain(spans.finding))
    chart(bracket_chart(spans, session.ink()), spans.finding)
    with st.expander("The same as a table"):
        show(bracket.table(found, base.names))
    st.caption(text.plain(" ".join(found.notes)))
