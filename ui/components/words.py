"""The glossary, a section of the Data page."""

from __future__ import annotations

import streamlit as st

from ui import services, terms, text
from ui.components.panel import source_line
from ui.state import UrlState
from ui.viewmodels.glossary import KINDS, found


def glossary(base: services.Base, state: UrlState) -> None:
    """Every word by kind, or those that hold what is typed."""
    st.text_input(
        "Find a word", key="term", placeholder="such as oxide, control, licence", width=480
    )
    hits = found(terms.known(), st.session_state["term"])
    if not hits:
        st.info(
            f"No word holds “{text.plain(state.term)}”. Try a shorter one, or empty the field to "
            "see all."
        )
    for kind, heading in KINDS.items():
        shown = [term for term in hits if term.kind == kind]
        if shown:
            st.subheader(heading, anchor=False)
        for term in shown:
            source = base.network.sources.get(term.source)
            cited = f" Source: {source_line(source)}." if source else ""
            st.markdown(f"**{text.plain(term.word)}**: {text.plain(term.text)}{cited}")
