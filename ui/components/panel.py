"""The panel beside a graph. All text from data is shown without formatting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from graph.model import Source
from ui import text
from ui.viewmodels.panel import Panel


def show_panel(panel: Panel) -> None:
    """Figures first, then partners, then who says so."""
    with st.container(gap="xsmall"):
        st.header(text.plain(panel.title), anchor=False)
        st.caption(text.plain(panel.subtitle))
    with st.container(gap="xsmall"):
        for figure in panel.figures:
            st.metric(text.plain(figure.label), figure.value)
            st.caption(text.plain(figure.detail))
    for heading, rows in (
        ("By element", panel.elements),
        ("Main suppliers", panel.suppliers),
        ("Main customers", panel.customers),
    ):
        if rows:
            st.markdown(f"**{heading}**")
            _rows(rows, f"{heading}: {panel.title}")
    if panel.facts:
        st.markdown("**As published**")
        facts = [{"Fact": label, "Value": value} for label, value in panel.facts]
        _rows(facts, f"Facts about {panel.title}", hide_header=True)
    with st.expander("Sources and confidence", expanded=False):
        st.markdown(text.plain(panel.confidence))
        if panel.note:
            st.markdown(text.plain(panel.note))
        st.markdown("\n".join(f"- {source_line(source)}" for source in panel.sources))


def _rows(rows: Sequence[Mapping[str, str]], finding: str, *, hide_header: bool = False) -> None:
    """A small table that wraps; its cells are Markdown to Streamlit, so they are made plain."""
    st.table(
        [{head: text.plain(cell) for head, cell in row.items()} for row in rows],
        border="horizontal",
        hide_index=True,
        hide_header=hide_header,
        alt=finding,
    )


def source_line(source: Source) -> str:
    """A publication as Markdown, linked where it has a web address."""
    name = text.plain(", ".join(p for p in (source.title, source.publisher, source.date) if p))
    address = text.web_address(source.url)
    return f"[{name}]({address})" if address else name
