"""What stands below the ranks of the Chokepoints page: one case in words, all of them as charts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.critical import CriticalCase
from ui import services, session, text, theme
from ui.charts.chokepoints import READING_SPANS, READING_SPOTS, spans_chart, spots_chart
from ui.services import Base
from ui.state import to_params
from ui.viewmodels import chokepoint_charts as charts
from ui.viewmodels import chokepoints


def case_section(base: Base, case: CriticalCase, whose: str, year: str) -> None:
    """What a case costs, through whom and for how long, and where it stands in the chain."""
    with st.container(gap="xsmall"):
        st.header(text.plain(chokepoints.case_name(case, base.names)), anchor=False)
        for sentence in chokepoints.story(case, whose):
            st.markdown(text.plain(sentence))
        place = chokepoints.link(case, services.chain_of(base, "magnet"), year)
        if place:
            st.page_link(
                "views/chain.py",
                label="See it in the chain",
                icon=":material/arrow_forward:",
                query_params=to_params(place),
            )


def charts_section(base: Base, found: Sequence[CriticalCase], selected: str) -> None:
    """China share against loss, time to survive against time to recover."""
    ink = theme.INKS[session.theme_type()]
    spots, spans = charts.spots(found, base.names), charts.spans(found, base.names)
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("China share and loss", anchor=False)
        st.markdown(text.plain(spots.finding))
        st.plotly_chart(
            spots_chart(spots, selected, ink), alt=spots.finding, config={"displayModeBar": False}
        )
        st.caption(text.plain(READING_SPOTS))
    with right:
        st.header("Time to survive against time to recover", anchor=False)
        st.markdown(text.plain(spans.finding))
        st.plotly_chart(
            spans_chart(spans, ink), alt=spans.finding, config={"displayModeBar": False}
        )
        st.caption(text.plain(READING_SPANS))
