"""The section of the Chokepoints page that shows the tightest cut."""

from __future__ import annotations

import streamlit as st

from graph.errors import MagnetraceError
from graph.model import ELEMENTS
from ui import services, session, text, tightness
from ui.components.choice import choice
from ui.components.table import pick, show, twin
from ui.services import Base
from ui.state import UrlState, to_params
from ui.viewmodels import chokepoints, cut


def cut_section(base: Base, state: UrlState, whose: str) -> None:
    """The cut of an element, what is left without China, and where a member stands."""
    head, element, _ = st.columns([2, 2, 6], vertical_alignment="bottom")
    head.header("The tightest cut", anchor=False)
    with element:
        choice("Element", "element", {name: text.ELEMENT_NAMES[name] for name in ELEMENTS})
    try:
        found = tightness.cuts_of(base, state.whose, state.element, state.china)
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return
    if found is None:
        st.info(text.plain(f"No {text.ELEMENT_NAMES[state.element]} arrives at {whose}."))
        return
    view = f"{state.year}-{state.whose}-{state.element}-{state.china}"
    whole, without = cut.bound(found.whole, whose), cut.left(found.left, whose)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{text.plain(whole)}**")
        member = cut.chosen(found.whole, state.member)
        twin("members", cut.table(found.whole, base.names, view, whole), member, _member_picked)
        place = chokepoints.site_link(member, services.chain_of(base, state.element), state.year)
        if place:
            st.page_link(
                "views/chain.py",
                label=text.plain(f"See {base.network.sites[member].name} in the chain"),
                icon=":material/arrow_forward:",
                query_params=to_params(place),
            )
    with right:
        st.markdown(f"**{text.plain(without)}**")
        if found.left.cut.members:
            show(cut.table(found.left.cut, base.names, view, without))
    st.caption(text.plain(cut.READING))


def _member_picked() -> None:
    session.choose(member=pick("members"))
