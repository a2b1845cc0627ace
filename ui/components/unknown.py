"""What a link names and these data do not hold, and what is shown instead."""

from __future__ import annotations

import streamlit as st

from ui import text


def unknown_note(asked: str, instead: str) -> None:
    """Nothing where `asked` is empty; see `session.missing`."""
    if asked:
        st.info(
            f"The link asks for “{text.plain(text.shorten(asked, 60))}”, which these data do not "
            f"hold. Shown instead: {text.plain(instead)}."
        )
