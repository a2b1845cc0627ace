"""A field of the state as a list to choose from."""

from __future__ import annotations

import streamlit as st

from ui import session


def choice(label: str, name: str, words: dict[str, str]) -> None:
    """Show the choices of a field; what is not among them counts as the first of them."""
    options = tuple(words)
    if st.session_state.get(name) not in words:
        st.session_state[name] = options[0]
    st.selectbox(
        label, options, session.place(options, name), key=name, format_func=words.__getitem__
    )
