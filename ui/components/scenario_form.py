"""The form of the Scenario page: a scenario that is kept, or one measure of one's own.

What is typed is a draft: it is told in a sentence at once, and runs with the button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from ui import playing, services
from ui.components.own_scenarios import missing_note
from ui.session import choose, current, linked, place
from ui.state import DEFAULT, RANGES, WEEKS
from ui.text import plain
from ui.viewmodels import cards, measures, told

NO_COMPARISON = ""
KEPT, OWN = "kept", "own"
WAYS = {KEPT: "A scenario", OWN: "One measure"}
KEPT_FIELDS = ("scenario", "compare", "steps", "relief")
OWN_FIELDS = ("target", "size", "start", "end", "relief", "day", "onto")
DRAFT = "draft-"


def scenario_form(base: services.Base) -> None:
    """Widgets for drafts of the fields of the state; a run starts with its button."""
    session = st.session_state
    session.way = OWN if session.lever or session.cards else KEPT
    st.segmented_control(
        "What happens",
        list(WAYS),
        key="way",
        format_func=WAYS.__getitem__,
        required=True,
        on_change=_new_way,
        width="stretch",
    )
    if session.lever:
        _own(base)
        return
    titles, opening = _titles(base), playing.first_scenario(base)
    _known("scenario", titles, opening)
    _known("compare", titles, NO_COMPARISON)
    missing_note(titles[opening] if session.scenario == opening else "")
    if session.cards:
        st.markdown("Pick a measure from the cards. What it needs is asked for here.")
        return
    _draft(KEPT_FIELDS)
    _shipped_form(titles)


@st.fragment
def _shipped_form(titles: dict[str, str]) -> None:
    shipped, others = tuple(titles), (NO_COMPARISON, *titles)
    _select("Scenario", "scenario", shipped, titles)
    _select("Compare with", "compare", others, {NO_COMPARISON: "Nothing"} | titles)
    first, second = st.columns(2)
    with first:
        _number(
            "First steps only",
            "steps",
            "How many levers are pulled, by week: how far a ladder is climbed. 0: all",
        )
    with second:
        _number(
            "Lifted in week",
            "relief",
            "An agreement lifts every measure from this week on. 0: none",
        )
    asked = replace(DEFAULT, **_drafted(KEPT_FIELDS))
    beside = titles[asked.compare] if asked.compare else ""
    st.markdown(plain(told.kept(titles[asked.scenario], asked, beside, WEEKS)))
    _run(KEPT_FIELDS)
    if st.button("Compare the April licences with an agreement", width="stretch"):
        _april()
        st.rerun()


def _own(base: services.Base) -> None:
    session = st.session_state
    targets = playing.targets_of(base, session.lever)
    if session.get("target") not in targets:
        session.target = next(iter(targets))
    titles = _titles(base)
    _known("onto", titles, NO_COMPARISON)
    missing_note("")
    with st.container(border=True, gap="xsmall"):
        name, does = measures.LEVER_WORDS[session.lever], cards.DOES[session.lever]
        st.markdown(f"**{plain(name)}**  \n{plain(does)}")
        turned = {"cards": not session.cards}
        st.button("Another measure", type="tertiary", on_click=choose, kwargs=turned)
    starts = {name: each.start for name, each in playing.known_scenarios(base).items()}
    _draft(OWN_FIELDS)
    _own_form(session.lever, targets, titles, starts)


@st.fragment
def _own_form(
    lever: str, targets: dict[str, str], titles: dict[str, str], starts: dict[str, str]
) -> None:
    _select("Target", "target", tuple(targets), targets)
    size = f"{DRAFT}size"
    st.slider(measures.SIZE_WORDS[lever], *RANGES["size"], st.session_state[size], key=size)
    first, last = st.columns(2)
    with first:
        _number("From week", "start")
    with last:
        _number("To week", "end")
    more = st.session_state[f"{DRAFT}relief"] or st.session_state[f"{DRAFT}onto"]
    with st.expander("Date, agreement, base", expanded=bool(more)):
        _day()
        _number("Agreement in week (0: none)", "relief")
        bases = (NO_COMPARISON, *titles)
        _select("On top of", "onto", bases, {NO_COMPARISON: "Nothing else"} | titles)
    asked = replace(DEFAULT, lever=lever, **_drafted(OWN_FIELDS))
    onto = titles.get(asked.onto, "")
    day = asked.day or starts.get(asked.onto, "")
    st.markdown(plain(told.measure(asked, targets.get(asked.target, ""), day, onto)))
    _run(OWN_FIELDS)


def _select(label: str, name: str, options: tuple[str, ...], words: Mapping[str, str]) -> None:
    key = DRAFT + name
    st.selectbox(label, options, place(options, key), key=key, format_func=words.__getitem__)


def _number(label: str, name: str, help: str | None = None) -> None:
    key = DRAFT + name
    st.number_input(label, *RANGES[name], st.session_state[key], key=key, help=help)


def _day() -> None:
    """The draft is a text, as in a link; the widget has a date."""
    session = st.session_state
    session["day-picked"] = told.day_of(session[f"{DRAFT}day"], 0)
    st.date_input("Day of week 0", key="day-picked", format="YYYY-MM-DD", on_change=_day_picked)


def _day_picked() -> None:
    picked = st.session_state["day-picked"]
    st.session_state[f"{DRAFT}day"] = picked.isoformat() if picked else ""


def _draft(names: tuple[str, ...]) -> None:
    """Drafts follow what is shown whenever that changes."""
    session = st.session_state
    shown = current(names), session.lever
    if session.get("drafted") != shown or any(DRAFT + name not in session for name in names):
        for name in names:
            session[DRAFT + name] = session[name]
        session.drafted = shown


def _drafted(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: st.session_state[DRAFT + name] for name in names}


def _run(names: tuple[str, ...]) -> None:
    if st.button("Run", type="primary", width="stretch"):
        _asked()
        choose(**_drafted(names))
        st.rerun()


def _titles(base: services.Base) -> dict[str, str]:
    """What the pickers offer: the scenarios that ship, then the others, marked as such."""
    marks = dict.fromkeys(playing.scenarios(base), "") | dict.fromkeys(linked(), "From a link: ")
    return {
        name: f"{marks.get(name, 'Yours: ')}{scenario.title}"
        for name, scenario in playing.known_scenarios(base).items()
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


def _new_way() -> None:
    _asked()
    usual = {name: getattr(DEFAULT, name) for name in OWN_FIELDS}
    choose(**usual, lever="", cards=st.session_state.way == OWN, week=0)


def _april() -> None:
    _asked()
    session = st.session_state
    session.scenario, session.compare = "april-2025-licences", "agreement-relief"
    session.week = session.steps = session.relief = 0
