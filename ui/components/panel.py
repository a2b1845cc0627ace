"""The panel beside a graph. All text from data is shown without formatting."""

from __future__ import annotations

import streamlit as st

from graph.model import Source
from ui import terms, text
from ui.components.table import words
from ui.viewmodels.panel import Panel


def show_panel(panel: Panel) -> None:
    """Figures first, then partners, then who says so."""
    with st.container(gap="xsmall"):
        st.header(text.plain(panel.title), anchor=False)
        st.caption(text.plain(panel.subtitle))
    with st.container(gap="xsmall"):
        for figure in panel.figures:
            st.metric(text.plain(figure.label), figure.value, help=terms.help_of(figure.label))
            st.caption(text.plain(figure.detail))
    for heading, rows in (
        ("By element", panel.elements),
        ("Main suppliers", panel.suppliers),
        ("Main customers", panel.customers),
    ):
        if rows:
            st.markdown(f"**{heading}**")
            words(rows, f"{heading}: {panel.title}")
    if panel.facts:
        st.markdown("**As published**")
        facts = [{"Fact": label, "Value": value} for label, value in panel.facts]
        words(facts, f"Facts about {panel.title}", hide_header=True)
    with st.expander("Sources and confidence", expanded=False):
        st.markdown(text.plain(panel.confidence))
        if panel.note:
            st.markdown(text.plain(panel.note))
        st.markdown("\n".join(f"- {source_line(source)}" for source in panel.sources))


def source_line(source: Source) -> str:
    """A publication as Markdown, linked where it has a web address."""
    name = text.plain(", ".join(p for p in (source.title, source.publisher, source.date) if p))
    address = text.web_address(source.url)
    return f"[{name}]({address})" if address else name
