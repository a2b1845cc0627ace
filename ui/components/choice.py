"""A field of the state as a list to choose from, or as a row of words of which one is on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from ui import session
from ui.components.unknown import unknown_note


def choice(label: str, name: str, words: dict[str, str]) -> None:
    """Show the choices of a field; what is not among them counts as the first of them, and is
    told where a link brought it."""
    options = tuple(words)
    missed = session.missing(name, words)
    if st.session_state.get(name) not in words:
        st.session_state[name] = options[0]
    st.selectbox(
        label,
        options,
        session.place(options, name),
        key=name,
        format_func=words.__getitem__,
        on_change=session.chosen,
        args=(name,),
    )
    unknown_note(missed, words[options[0]])


def switch(
    label: str,
    name: str,
    words: Mapping[str, str],
    help: str | None = None,
    label_visibility: Literal["visible", "collapsed"] = "visible",
) -> None:
    """Show the values of a field side by side; a link has brought one of them, or the default."""
    st.segmented_control(
        label,
        tuple(words),
        default=st.session_state[name],
        key=name,
        format_func=words.__getitem__,
        required=True,
        help=help,
        label_visibility=label_visibility,
    )
