"""One line that says how the graph store stands; it never holds up the page."""

from __future__ import annotations

import streamlit as st

from ui import asking, services, text
from ui.keeper import FIGURES, WORDS, StoreKeeper


def store_state(base: services.Base) -> bool:
    """Show the state and wake the store; True where it runs. While it starts, the line renews
    itself and runs the page again at the end."""
    keeper = asking.keeper_of(base)
    if base.own and keeper.state == "not running" and not keeper.detail:
        st.warning(
            "The graph store is shared by all sessions and the command line, so your data are not "
            "in it yet. Filling it replaces what it holds."
        )
        st.button("Fill it with your data", on_click=keeper.wake, kwargs={"replace": True})
        return False
    if keeper.state == "not running" and keeper.detail:
        st.error(f"{WORDS[keeper.state]}: {text.plain(keeper.detail)}")
        st.caption("All other pages work without it.")
        st.button("Start and fill it", on_click=keeper.wake, kwargs={"replace": True})
        return False
    keeper.wake()
    if keeper.state == "running":
        st.caption(f"{WORDS[keeper.state]}: {text.plain(keeper.detail)}")
        return True
    _watch(keeper)
    return False


@st.fragment(run_every=1.0)
def _watch(keeper: StoreKeeper) -> None:
    if keeper.state in ("running", "not running"):
        st.rerun()
    st.caption(WORDS[keeper.state])


def figures_state(base: services.Base) -> bool:
    """Whether a question on figures can be asked; else say why not. While they are worked out, the
    line renews itself and runs the page again at the end."""
    keeper = asking.keeper_of(base)
    if keeper.figures == "worked out":
        _watch_figures(keeper)
    elif keeper.figures == "none":
        why = f": {text.plain(keeper.figures_detail)}" if keeper.figures_detail else ""
        st.info(f"{FIGURES[keeper.figures]}{why}.")
    return keeper.figures == "stored"


@st.fragment(run_every=1.0)
def _watch_figures(keeper: StoreKeeper) -> None:
    if keeper.figures != "worked out":
        st.rerun()
    st.info(FIGURES[keeper.figures])
