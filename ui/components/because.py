"""Why end uses lose: ways to read for one of them, and the causes of all in a table."""

from __future__ import annotations

import streamlit as st

from ui import text
from ui.components.table import show
from ui.playing import Run
from ui.services import Base
from ui.viewmodels import outcome
from ui.viewmodels.ways import Way, ways


def because_section(base: Base, run: Run, site: str) -> None:
    """The ways of the end use selected, or of the one hit hardest."""
    result = run.result
    if not result.because:
        return
    hit = {cause.end_use for cause in result.because}
    end_use = site if site in hit else result.because[0].end_use
    st.header(f"Why it loses: {text.plain(base.network.sites[end_use].name)}", anchor=False)
    found = ways(result, base.network, end_use)
    if found:
        st.markdown("\n".join(f"- {_line(way)}" for way in found))
        st.caption(
            "Each way is the one by which most of what the measure holds back comes here as a "
            "rule; the tonnes are what comes by it. Pick another end use in the tables."
        )
    else:
        st.info("Its loss cannot be followed to a place.")
    with st.expander("Causes of all end uses that lose most"):
        show(outcome.causes(result, base.network))


def _line(way: Way) -> str:
    """A cause as Markdown; what stands in it from data is plain."""
    held, sites, tonnes = (text.plain(part) for part in (way.held, way.sites, way.tonnes))
    return f"**{way.share} of its loss:** {held}. {sites}" + (f" ({tonnes})" if tonnes else "")
