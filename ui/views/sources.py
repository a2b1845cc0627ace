"""Can I trust it? What is covered, claimed, owned, cited and not known, and what happened when."""

import streamlit as st

from ui import services, session, text
from ui.components import own_data, provenance
from ui.state import TABS

USES = ("tab", "instrument", "actor", "event", "site", "source")
FIELDS = {
    "events": ("instrument", "actor", "event"),
    "ownership": ("site",),
    "sources": ("source",),
}
SECTIONS = {
    "coverage": ("Coverage", provenance.coverage),
    "claims": ("Claims that disagree", provenance.claims),
    "events": ("Events", provenance.events),
    "ownership": ("Ownership", provenance.ownership),
    "sources": ("Sources", provenance.sources),
    "unknowns": ("What we do not know", provenance.unknowns),
    "upload": ("Your data", own_data.upload),
}

session.arrive("data", USES)
base = services.base()
st.title("Data: can I trust it?", anchor=False)
st.segmented_control(
    "Show",
    TABS,
    default=st.session_state.tab,
    key="tab",
    format_func=lambda tab: SECTIONS[tab][0],
    required=True,
    label_visibility="collapsed",
)
state = session.current(USES)
title, section = SECTIONS[state.tab]
st.header(text.plain(title), anchor=False)
section(base, state)
session.keep(session.current(("tab", *FIELDS.get(state.tab, ()))))
