"""The section of the Chokepoints page that shows the tightest cut."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graph.critical import CriticalCase
from graph.errors import MagnetraceError
from graph.model import ELEMENTS
from ui import services, session, text, tightness
from ui.charts.network import CUT_KEY, cut_drawing
from ui.components.choice import choice, switch
from ui.components.network_view import clicked, network_view
from ui.components.onward import onward
from ui.components.table import pick, twin
from ui.components.unknown import unknown_note
from ui.services import Base
from ui.state import DRAWN, UrlState
from ui.viewmodels import chokepoints, cut, cut_chain

Select = Callable[[str], None]


def cut_section(
    base: Base, state: UrlState, whose: str, case: CriticalCase | None, select: Select
) -> None:
    """The cut of an element on its way, what is left without China, and where a member stands.

    `case` is the one picked in the ranks; `select` is told which site is picked here.
    """
    head, element, drawn = st.columns([3, 2, 6], vertical_alignment="bottom")
    head.header("The tightest cut", anchor=False)
    with element:
        choice("Element", "element", {name: text.ELEMENT_NAMES[name] for name in ELEMENTS})
    with drawn:
        switch("Drawn", "drawn", cut.drawn_words(state.china))
    is_left = state.drawn == DRAWN[1]
    try:
        found = tightness.cuts_of(base, state.whose, state.element, state.china)
        view = tightness.cut_chain_of(
            base, state.whose, state.element, state.china, without=is_left
        )
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return
    if found is None or view is None:
        st.info(text.plain(f"No {text.ELEMENT_NAMES[state.element]} arrives at {whose}."))
        return
    shown = found.left.cut if is_left else found.whole
    on_picture = [each.site.id for each in view.sites]
    asked = state.member or (case.id if case else "")
    member = cut.chosen(shown, asked, on_picture)
    named = base.network.sites[member].name if member else "no single site"
    unknown_note(session.missing("member", base.network.sites), named)
    if view.sites:
        # What nobody picked, the largest of the cut or the first of the ranks, dims nothing.
        picked = state.member or state.point
        _picture(base, view, case, picked if picked in on_picture else "", select)
    else:
        st.info("Nothing is left to draw.")
    _tables(base, state, found, whose, member, select)
    st.caption(text.plain(cut.READING))


def _picture(
    base: Base, view: cut_chain.CutChain, case: CriticalCase | None, picked: str, select: Select
) -> None:
    found = tightness.marks_of(base, view, case.kind, case.id) if case else None
    network_view(
        cut_drawing(view),
        key="cut",
        label=cut_chain.sentence(view),
        legend=cut_chain.LEGEND,
        selected=picked,
        marked=(*found.sites, *found.links) if found else (),
        key_entries=CUT_KEY,
        on_click=lambda: select(clicked("cut")),
    )
    said = [cut_chain.sentence(view), cut_chain.hidden_sentence(view)]
    if case and found is not None:
        said.append(cut_chain.marked_sentence(found, chokepoints.case_name(case, base.names)))
    st.caption(text.plain(" ".join(said)))


def _tables(
    base: Base,
    state: UrlState,
    found: tightness.Cuts,
    whose: str,
    member: str,
    select: Select,
) -> None:
    """The cut with China beside that without it; the same site is picked in both."""
    view = f"{state.year}-{state.whose}-{state.element}-{state.china}"
    whole, without = cut.bound(found.whole, whose), cut.left(found.left, whose)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{text.plain(whole)}**")
        rows = cut.table(found.whole, base.names, view, whole)
        twin("members", rows, member, lambda: select(pick("members")))
        place = chokepoints.site_link(member, services.chain_of(base, state.element), state.year)
        if place:
            onward("chain", f"See {base.network.sites[member].name} in the chain", place)
    with right:
        st.markdown(f"**{text.plain(without)}**")
        if found.left.cut.members:
            rest = cut.table(found.left.cut, base.names, view, without)
            twin("left", rest, member, lambda: select(pick("left")))
