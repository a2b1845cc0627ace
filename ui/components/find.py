"""A box to find a site, a company or a country by name, and go there."""

from __future__ import annotations

import streamlit as st

from ui import chains, session, text
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels.search import Entry, matches

FIELDS = ("item", "box", "site", "focus", "unfolded", "stage", "country", "owner")


def find_box(base: Base, state: UrlState) -> None:
    """Suggestions come while typing; words that were not among them are looked up without
    regard to accents."""
    entries = chains.index_of(base).entries
    st.selectbox(
        "Find",
        list(entries),
        index=None,
        key="find",
        format_func=lambda key: entries[key].label if key in entries else key,
        placeholder="a site, company or country",
        accept_new_options=True,
        filter_mode="contains",
        on_change=_found,
        args=(base, state),
        help="Type part of a name and press Enter. A site opens among its trading partners, a "
        "company or a country by itself.",
    )


def suggestions(base: Base, state: UrlState) -> None:
    """What the words last typed may mean, where that is not one thing."""
    sought = st.session_state.get("sought", "")
    if not sought:
        return
    hits = matches(chains.index_of(base), sought)
    with st.container(border=True, gap="xsmall"):
        if hits:
            st.markdown(f"“{text.plain(sought)}” may be:")
        else:
            st.markdown(
                f"Nothing is called “{text.plain(sought)}”. Try a shorter part of the name, or "
                "the country."
            )
        for entry in hits:
            st.button(
                text.plain(f"{entry.name} ({entry.detail})"),
                key=f"found-{entry.key}",
                type="tertiary",
                on_click=_go,
                args=(base, state, entry),
            )
        st.button("Close", key="found-none", on_click=_forget)


def _found(base: Base, state: UrlState) -> None:
    chosen = st.session_state["find"]
    st.session_state["find"] = None
    if not chosen:
        return
    known = chains.index_of(base)
    hits = (known.entries[chosen],) if chosen in known.entries else matches(known, chosen)
    if len(hits) == 1:
        _go(base, state, hits[0])
    else:
        st.session_state["sought"] = chosen


def _go(base: Base, state: UrlState, entry: Entry) -> None:
    _forget()
    view = chains.view_of(base, state, entry)
    session.choose(**{name: getattr(view, name) for name in FIELDS})


def _forget() -> None:
    st.session_state["sought"] = ""
