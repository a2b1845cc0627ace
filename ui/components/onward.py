"""A link from what a page shows to a view of another page."""

from __future__ import annotations

import streamlit as st

from ui import text
from ui.state import UrlState, to_params


def onward(page: str, label: str, view: UrlState) -> None:
    """Show the link; `page` is the name of a file in `ui/views`."""
    st.page_link(
        f"views/{page}.py",
        label=text.plain(label),
        icon=":material/arrow_forward:",
        query_params=to_params(view),
    )
