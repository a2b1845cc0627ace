"""The head of every page: copy the link of what is shown, and export it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import session

HERE = Path(__file__).parent


def share() -> DeltaGenerator:
    """Copy link, in the browser alone; gives the place beside it, filled when the page is done."""
    with st.container(key="share", horizontal=True):
        _component()(
            key="share-buttons",
            data={"theme": session.theme_type()},
            width="content",
            on_theme_change=lambda: None,
        )
        return st.empty()


@cache
def _component() -> Callable[..., object]:
    html, css, js = ((HERE / f"share.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("magnetrace_share", html=html, css=css, js=js)
