"""The form of the Scenario page: a scenario that is kept, or one measure of one's own."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui import services
from ui.components.own_scenarios import missing_note
from ui.session import place
from ui.state import LEVERS
from ui.viewmodels import measures

NO_COMPARISON = ""
MEASURES = ("", *LEVERS)


def scenario_form(base: services.Base) -> None:
    """Widgets keyed by the fields of the state; a run starts with its button."""
    st.selectbox(
        "Measure",
        MEASURES,
        place(MEASURES, "lever"),
        key="lever",
        format_func=lambda lever: measures.LEVER_WORDS.get(lever, "A scenario as it is kept"),
        on_change=_new_lever,
    )
    if st.session_state.lever:
        _own(base)
    else:
        _shipped(base)


def _shipped(base: services.Base) -> None:
    titles, session = _titles(base), st.session_state
    opening = services.first_scenario(base)
    _known("scenario", titles, opening)
    _known("compare", titles, NO_COMPARISON)
    missing_note(titles[opening] if session.scenario == opening else "")
    shipped, others = tuple(titles), (NO_COMPARISON, *titles)
    with st.form("shipped", border=False):
        st.selectbox(
            "Scenario",
            shipped,
            place(shipped, "scenario"),
            key="scenario",
            format_func=titles.__getitem__,
        )
        st.selectbox(
            "Compare with",
            others,
            place(others, "compare"),
            key="compare",
            format_func=lambda name: titles.get(name, "Nothing"),
        )
        first, second = st.columns(2)
        first.number_input(
            "First steps only",
            *(0, 99, session.get("steps", 0)),
            key="steps",
            help="How many levers are pulled, by week: how far a ladder is climbed. 0: all",
        )
        second.number_input(
            "Lifted in week",
            *(0, 51, session.get("relief", 0)),
            key="relief",
            help="An agreement lifts every measure from this week on. 0: none",
        )
        st.form_submit_button("Run", type="primary", width="stretch", on_click=_asked)
    st.button(
        "Compare the April licences with an agreement",
        on_click=_april,
        width="stretch",
    )


def _own(base: services.Base) -> None:
    session = st.session_state
    lever = session.lever
    targets = services.targets_of(base, lever)
    if session.get("target") not in targets:
        session.target = next(iter(targets))
    known = tuple(targets)
    titles = _titles(base)
    _known("onto", titles, NO_COMPARISON)
    missing_note("")
    bases = (NO_COMPARISON, *titles)
    with st.form("own", border=False):
        st.selectbox(
            "Target",
            known,
            place(known, "target"),
            key="target",
            format_func=targets.__getitem__,
        )
        st.slider(measures.SIZE_WORDS[lever], 0, 100, session.size, key="size")
        first, last = st.columns(2)
        first.number_input("From week", 0, 51, session.start, key="start")
        last.number_input("To week", 1, 52, session.end, key="end")
        st.number_input("Agreement in week (0: none)", 0, 51, session.relief, key="relief")
        st.selectbox(
            "On top of",
            bases,
            place(bases, "onto"),
            key="onto",
            format_func=lambda name: titles.get(name, "Nothing else"),
        )
        st.form_submit_button("Run", type="primary", width="stretch", on_click=_asked)


def _titles(base: services.Base) -> dict[str, str]:
    """What the pickers offer: the scenarios that ship, then the user's own, marked as such."""
    shipped = services.scenarios(base)
    return {
        name: scenario.title if name in shipped else f"Yours: {scenario.title}"
        for name, scenario in services.known_scenarios(base).items()
    }


def _known(field: str, titles: Mapping[str, str], otherwise: str) -> None:
    """Put what is there in the place of a scenario that is not, and remember its name.

    Until the form is sent: whatever else runs the page again must not wipe the word about it.
    """
    session = st.session_state
    asked = session.get(field)
    if asked not in titles:
        if asked:
            session.missing = (*session.get("missing", ()), asked)
        session[field] = otherwise


def _asked() -> None:
    st.session_state.pop("missing", None)


def _new_lever() -> None:
    _asked()
    session = st.session_state
    session.size = measures.START_SIZES.get(session.lever, 100)
    session.target, session.week = "", 0


def _april() -> None:
    _asked()
    session = st.session_state
    session.scenario, session.compare = "april-2025-licences", "agreement-relief"
    session.week = session.steps = session.relief = 0
