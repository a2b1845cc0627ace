"""The controls of the Compare page: which scenarios, and whose loss."""

from __future__ import annotations

import streamlit as st

from graph.model import Site
from ui import comparisons, playing, text
from ui.components.choice import choice
from ui.components.unknown import unknown_note
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels import chokepoints
from ui.viewmodels.compare import FEWEST, MOST

NAMES, TOLD, LOST = "compared-scenarios", "compared-told", "compared-lost"


def compare_form(base: Base, state: UrlState) -> list[str]:
    """The scenarios chosen, in order, by the names that a link carries. Raises ScenarioError."""
    titles = comparisons.titles_of(base, state)
    session = st.session_state
    if NAMES not in session or session.get(TOLD) != session.against:  # a link has come in
        found = comparisons.read_against(session.against, titles)
        lost = [name for name in session.against.split(",") if name and name not in titles]
        if len(found) < FEWEST:
            found = comparisons.opening(playing.scenarios(base))
        session[NAMES] = found
        session[TOLD] = session.against
        session[LOST] = ", ".join(lost)
    session[NAMES] = [name for name in session[NAMES] if name in titles]
    left, right = st.columns([8, 2], gap="medium")
    left.multiselect(
        f"Scenarios, {FEWEST} to {MOST}; the others are held against the first",
        list(titles),
        key=NAMES,
        format_func=lambda name: text.shorten(titles[name], 40),
        max_selections=MOST,
        on_change=_tell,
    )
    unknown_note(session.get(LOST, ""), text.join([titles[name] for name in session[NAMES]]))
    with right:
        choice("Whose loss", "whose", chokepoints.goals(end_uses(base), base.names))
    chosen: list[str] = session[NAMES]
    return chosen


def end_uses(base: Base) -> list[Site]:
    """End uses proper."""
    return [site for site in base.network.sites.values() if site.is_end_use]


def _tell() -> None:
    """The choice into the field that the address carries."""
    session = st.session_state
    session[LOST] = ""
    session["against"] = session[TOLD] = comparisons.told_against(session[NAMES])
