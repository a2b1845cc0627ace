"""The year shown, chosen once for the pages that follow it. A year that cannot be balanced says
why, shows what is known of it, and ends the page there."""

from __future__ import annotations

import streamlit as st

from ui import offers, services, session, text
from ui.components.onward import onward
from ui.components.table import show
from ui.components.unknown import unknown_note
from ui.state import UrlState
from ui.viewmodels import snapshots


def year_control() -> None:
    """The widget behind the field `year` of the state."""
    options = services.years(services.base())
    missed = session.missing("year", options)
    if st.session_state.get("year") not in options:
        st.session_state["year"] = snapshots.DEFAULT
    years = tuple(options)
    st.selectbox(
        "Year",
        years,
        session.place(years, "year"),
        key="year",
        format_func=options.__getitem__,
        help="Figures older than the year are carried forward and say so. Outlooks run announced "
        "plants, ramped up, with Chinese ore as in 2025.",
        on_change=session.chosen,
        args=("year",),
    )
    unknown_note(missed, options[snapshots.DEFAULT])


def balanced(uses: tuple[str, ...]) -> services.Base:
    """The network of the year chosen; the page uses the named fields of the state."""
    first, chosen = services.base(), st.session_state["year"]
    offers.of(first)
    if why := services.refusal_of(first, chosen):
        session.keep(session.current(uses))
        st.warning(text.plain(why))
        table = snapshots.known(first.tables, int(chosen), first.names, first.network.sources)
        st.caption(text.plain(table.finding))
        show(table)
        onward("sources", "All yearly values", UrlState(tab="years"))
        st.stop()
    base = services.base(chosen)
    offers.of(base)
    return base
