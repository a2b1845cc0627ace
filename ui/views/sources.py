"""Can I trust it? What is covered, tested, claimed, owned, cited, not known, and what happened."""

import streamlit as st

from ui import offers, services, session, text
from ui.components import history, own_data, provenance, words, years
from ui.components.choice import switch
from ui.components.year_control import balanced, year_control
from ui.state import TABS

USES = (
    *("year", "tab", "instrument", "actor", "event", "site", "source", "about", "past", "term"),
    *years.FIELDS,
)
FIELDS = {
    "claims": ("about",),
    "events": ("instrument", "actor", "event"),
    "glossary": ("term",),
    "ownership": ("site",),
    "sources": ("source",),
    "validation": ("past",),
    "years": years.FIELDS,
}
# Sections that change with the year; the others hold for all years.
YEARLY = ("coverage", "claims", "trade", "ownership", "unknowns")
SECTIONS = {
    "coverage": ("Coverage", provenance.coverage),
    "validation": ("Judged by history", history.validation),
    "claims": ("Claims that disagree", provenance.claims),
    "events": ("Events", provenance.events),
    "trade": ("Trade", provenance.trade),
    "ownership": ("Ownership", provenance.ownership),
    "sources": ("Sources", provenance.sources),
    "unknowns": ("What we do not know", provenance.unknowns),
    "years": ("Years", years.years),
    "glossary": ("Words", words.glossary),
    "upload": ("Your data", own_data.upload),
}

session.arrive("data", USES)
head, year = st.columns([4, 2], vertical_alignment="bottom")
head.title("Data: can I trust it?", anchor=False)
switch("Show", "tab", {tab: SECTIONS[tab][0] for tab in TABS}, label_visibility="collapsed")
state = session.current(USES)
yearly = state.tab in YEARLY
if yearly:
    with year:
        year_control()
base = balanced(USES) if yearly else services.base()
offers.of(base, network=True)
title, section = SECTIONS[state.tab]
st.header(text.plain(title), anchor=False)
section(base, state)
session.keep(session.current(("year", "tab", *FIELDS.get(state.tab, ()))))
