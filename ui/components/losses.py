"""What stands below the ranks of the Chokepoints page: one case in words, all of them as charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from graph.critical import CriticalCase
from ui import services, session, text
from ui.charts.chokepoints import READING_SPANS, READING_SPOTS, spans_chart, spots_chart
from ui.components.chart import clickable
from ui.components.onward import onward
from ui.services import Base
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
            onward("chain", "See it in the chain", place)


def charts_section(
    base: Base,
    found: Sequence[CriticalCase],
    selected: str,
    view: str,
    select: Callable[[str], None],
) -> None:
    """China share against loss, time to survive against time to recover; a click on a mark tells
    `select` which case it is. `view` tells one ranking from another."""
    ink = session.ink()
    spots, spans = charts.spots(found, base.names), charts.spans(found, base.names, selected)
    view = f"{view}-{selected}"
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("China share and loss", anchor=False)
        st.markdown(text.plain(spots.finding))
        clickable("spots", spots_chart(spots, selected, ink), view, spots.finding, select)
        st.caption(text.plain(READING_SPOTS))
    with right:
        st.header("Time to survive against time to recover", anchor=False)
        st.markdown(text.plain(spans.finding))
        clickable("spans", spans_chart(spans, selected, ink), view, spans.finding, select)
        st.caption(text.plain(READING_SPANS))
