"""Copy the link of what is shown, and save its charts: on every page, in the browser alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent


def share() -> None:
    """Two buttons in the head of the page; nothing goes back to Python."""
    with st.container(key="share"):
        _component()(key="share-buttons")


@cache
def _component() -> Callable[..., object]:
    html, css, js = ((HERE / f"share.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("magnetrace_share", html=html, css=css, js=js)
