"""The controls above the picture of the Chain page, each in the link."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from ui import chains, session, terms, text
from ui.components.choice import choice, switch
from ui.components.find import find_box
from ui.services import Base
from ui.state import ITEMS, STAGES, UrlState
from ui.viewmodels import chain as chain_words
from ui.viewmodels import items
from ui.viewmodels.search import COMPANY, COUNTRY, Entry, narrowed_words

ALL = {"stage": "", "country": "", "owner": ""}
STAGE_WORDS = dict(zip(STAGES, ("All stages", *chain_words.HEADS), strict=True))


def controls(base: Base, state: UrlState) -> None:
    """What is followed, found, coloured, drawn and left out."""
    entries = chains.index_of(base).entries
    if f"{COMPANY}:{state.owner}" not in entries:  # a link may name anything
        session.choose(owner="")
    title, find, follow = st.columns([85, 330, 330], vertical_alignment="bottom")
    title.title("Chain", anchor=False)
    with find:
        find_box(base, state)
    follow.selectbox(
        "Follow",
        ITEMS,
        session.place(ITEMS, "item"),
        key="item",
        format_func=items.CHOICES.__getitem__,
        help=terms.help_of("Follow"),
    )
    colour, picture, filters = st.columns([430, 215, 110], vertical_alignment="bottom")
    focused = st.session_state.focus and st.session_state.picture != "sankey"
    if focused:
        colour.button(
            "Back to countries",
            on_click=session.choose,
            kwargs={"focus": False, "site": "", "unfolded": ""},
        )
    else:
        said = [f"**{word}**: {terms.meaning(word)}" for word in chain_words.LENS_WORDS.values()]
        with colour:
            switch("Colour by", "lens", chain_words.LENS_WORDS, help="\n\n".join(said))
    with picture:
        switch("Show as", "picture", chain_words.PICTURE_WORDS)
    with filters.popover("Filter", width="stretch", disabled=focused):
        choice("Stage", "stage", STAGE_WORDS)
        choice("Country", "country", {"": "All countries"} | _countries(entries.values()))


def _countries(entries: Iterable[Entry]) -> dict[str, str]:
    return {entry.id: entry.name for entry in entries if entry.kind == COUNTRY}


def filtered(base: Base, state: UrlState, found: chains.Narrowed) -> None:
    """Say what filters leave, and how to lift them."""
    if found.hits is None:
        return
    words = STAGE_WORDS[state.stage] if state.stage else ""
    country = base.names.get(state.country, state.country)
    said, lift = st.columns([5, 1], vertical_alignment="center")
    said.markdown(text.plain(narrowed_words(words, country, state.owner, found.hits)))
    lift.button("Show all", on_click=session.choose, kwargs=ALL, width="stretch")
    if not found.meant:
        st.info(
            text.plain(
                f"{found.whole.item.name} passes none of these sites. Follow something else, "
                "or show all."
            )
        )
