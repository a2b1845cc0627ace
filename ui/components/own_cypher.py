"""Cypher of one's own: editor, a field for each parameter, Run.

What is typed starts only this part of the page again, so that an answer stays while the next
question is written. Only what somebody asked to run is run: a text that a link brings waits.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from graph.store.contents import Contents
from ui import asking, services
from ui.asking import Request
from ui.components.asked import Asked, bounds
from ui.components.cypher_editor import HINT, cypher_editor, sent
from ui.state import MAX_TEXT, PARAMETER
from ui.viewmodels import cypher_text

EDITOR, PLAIN, RUN = "cypher-editor", "cypher-plain", "own-run"
TITLE = "Your own Cypher"
WHY = "Sites supply each other: SUPPLIES. Ctrl-Enter runs, Ctrl-Space completes."
CHANGED = "This answers the query before your last changes; press Run to ask the new one."


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked: a text, and what stood in the fields of its parameters."""

    cypher: str
    shown: tuple[tuple[str, str], ...]


def own_cypher(base: services.Base, known: Contents | None) -> Asked:
    """The form, and the query that was last asked to run."""
    session = st.session_state
    run: Run | None = session.get(RUN)
    if session.get("editor-text") != session.cypher:  # a link, a saved question, the history
        session["editor-text"] = session.cypher
        session["editor-revision"] = session.get("editor-revision", 0) + 1
        if run and run.cypher != session.cypher:
            run = session[RUN] = None
    _form(base, known)
    rows, seconds = bounds()
    shown = _shown(session.cypher)
    asked = run or Run("", ())
    missing = [name for name, value in asked.shown if not value]
    values = {name: cypher_text.value(value) for name, value in asked.shown}
    return Asked(
        TITLE,
        CHANGED if run and run != Run(session.cypher, shown) else WHY,
        Request("" if missing else asked.cypher, values, rows, seconds),
        {},
        shown,
        again=bool(session.pop("own-again", False)),
        missing=f"Give ${missing[0]} a value and press Run." if missing else "",
    )


@st.fragment
def _form(base: services.Base, known: Contents | None) -> None:
    session = st.session_state
    if session.pop("own-pressed", False):
        st.rerun()
    text = session.cypher
    if session.get("plain-editor"):
        st.text_area(
            "Cypher",
            text,
            key=PLAIN,
            height=260,
            max_chars=MAX_TEXT,
            placeholder=HINT,
            on_change=_take_plain,
        )
    else:
        cypher_editor(
            key=EDITOR,
            text=text,
            revision=session["editor-revision"],
            most=MAX_TEXT,
            contents=known,
            parameters=cypher_text.parameters(text),
            marks=asking.marks_of(base, text, known),
            on_sent=_take,
        )
    for name, value in _shown(text):
        key = PARAMETER + name
        session[key] = value
        st.text_input(
            f"${name}", value, key=key, help="A number, list or true as in JSON, else a text."
        )
    # While the page waits for the store it starts itself again, and a press could be lost.
    waits = known is None
    st.button("Run", type="primary", width="stretch", on_click=_press, disabled=waits)
    st.toggle("Plain text field", key="plain-editor")


def _take() -> None:
    """What the editor sent, once."""
    session, given = st.session_state, sent(EDITOR)
    if given and given["at"] != session.get("editor-sent"):
        session["editor-sent"] = given["at"]
        session.cypher = session["editor-text"] = given["text"][:MAX_TEXT]
        if given["run"]:
            _ask()


def _take_plain() -> None:
    session = st.session_state
    session.cypher = session[PLAIN]  # the editor has to hear of it when it comes back


def _press() -> None:
    _take()  # Streamlit may bring the last words and the press in one message
    _ask()


def _ask() -> None:
    session = st.session_state
    session[RUN] = Run(session.cypher, _shown(session.cypher))
    session["own-again"] = session["own-pressed"] = True


def _shown(text: str) -> tuple[tuple[str, str], ...]:
    session = st.session_state
    asked = dict(session.get("asked", ()))
    return tuple(
        (name, str(session.get(PARAMETER + name, asked.get(name, ""))))
        for name in cypher_text.parameters(text)
    )
