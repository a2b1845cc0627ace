"""The form of the Query page: a saved question with its parameters, or a text of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from graph.queries import Question
from ui import services
from ui.asking import Request
from ui.session import place
from ui.state import MAX_ROWS, MAX_SECONDS, MAX_TEXT, PARAMETER
from ui.viewmodels import cypher_text
from ui.viewmodels import query_fields as forms

RAN = "ran"
"""Key of the text that its writer asked to run; one that a link brings waits for that."""
USES = ("question", "cypher", "rows", "seconds")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to run. `shown` are the parameters as they stand in the address; `saved` is False for a
    text of one's own, `again` True where Run was pressed. Without a query, `missing` may say why.
    """

    title: str
    why: str
    request: Request
    units: Mapping[str, str]
    shown: tuple[tuple[str, str], ...] = ()
    saved: bool = True
    again: bool = False
    missing: str = ""

    @property
    def cypher(self) -> str:
        return self.request.cypher

    @property
    def uses(self) -> tuple[str, ...]:
        return USES


def query_form(base: services.Base) -> Asked:
    """Widgets for the question chosen; a question runs at once, a text of one's own on Run."""
    known = services.questions()
    session = st.session_state
    names = (*known, forms.OWN_CYPHER)
    if session.get("question") not in names:
        session.question = forms.OPENING
    st.selectbox(
        "Question",
        names,
        place(names, "question"),
        key="question",
        format_func=lambda name: known[name].title if name in known else "Write Cypher",
    )
    if session.question == forms.OWN_CYPHER:
        return _own()
    return _saved(base, known[session.question])


def _saved(base: services.Base, question: Question) -> Asked:
    session = st.session_state
    asked = dict(session.get("asked", ()))
    fields = forms.fields(question, services.choices_of(base))
    for field in fields:
        key = PARAMETER + field.name
        held = str(session[key]) if key in session else asked.get(field.name)
        session[key] = forms.value(question, field, held)
    with st.form("question-form", border=False):
        for field in fields:
            _widget(field)
        again = st.form_submit_button("Run", type="primary", width="stretch")
    rows, seconds = _bounds()
    with st.expander("Cypher", expanded=not fields):
        st.code(question.cypher, language="cypher", wrap_lines=True)
    values = {field.name: session[PARAMETER + field.name] for field in fields}
    return Asked(
        question.title,
        question.why,
        Request(question.cypher, question.bind(values), rows, seconds),
        {column.name: column.unit for column in question.columns},
        tuple(
            (field.name, str(values[field.name]))
            for field in fields
            if values[field.name] != field.default
        ),
        again=again,
    )


def _widget(field: forms.Field) -> None:
    key = PARAMETER + field.name
    value = st.session_state[key]
    if field.options:
        options = tuple(field.options)
        st.selectbox(
            field.label,
            options,
            place(options, key),
            key=key,
            format_func=field.options.__getitem__,
        )
    elif isinstance(field.default, str):
        st.text_input(field.label, value, key=key)
    elif isinstance(field.default, float):
        st.number_input(field.label, value=value, key=key, format="%g", step=field.default or 0.01)
    else:
        st.number_input(field.label, value=value, key=key, step=1)


def _bounds() -> tuple[int, int]:
    """Rows and seconds at most."""
    session = st.session_state
    left, right = st.columns(2)
    rows = left.number_input("Rows at most", 1, MAX_ROWS, session.rows, key="rows")
    seconds = right.number_input("Seconds at most", 1, MAX_SECONDS, session.seconds, key="seconds")
    st.caption(f"Read-only; at most {rows:,} rows and {seconds} seconds.")
    return rows, seconds


def _own() -> Asked:
    session = st.session_state
    with st.form("own-form", border=False):
        st.text_area(
            "Cypher",
            session.cypher,
            key="cypher",
            height=260,
            max_chars=MAX_TEXT,
            placeholder="MATCH (s:Site {country: 'AUS'})-[f:SUPPLIES]->(t:Site)\nRETURN s, f, t",
        )
        shown = _own_parameters(session.cypher)
        again = st.form_submit_button("Run", type="primary", width="stretch")
    if again:
        session[RAN] = session.cypher
    rows, seconds = _bounds()
    runs = session.cypher if session.get(RAN) == session.cypher else ""
    missing = [name for name, value in shown if not value]
    values = {name: cypher_text.value(value) for name, value in shown}
    return Asked(
        "Your own Cypher",
        "Sites supply each other: SUPPLIES.",
        Request("" if missing else runs, values, rows, seconds),
        {},
        shown,
        saved=False,
        again=again,
        missing=f"Give ${missing[0]} a value and press Run." if missing else "",
    )


def _own_parameters(text: str) -> tuple[tuple[str, str], ...]:
    """A field for each parameter that the text uses: its name and what stands in the field."""
    session, asked = st.session_state, dict(st.session_state.get("asked", ()))
    found = []
    for name in cypher_text.parameters(text):
        key = PARAMETER + name
        if key not in session:
            session[key] = asked.get(name, "")
        value = st.text_input(
            f"${name}", session[key], key=key, help="A number, list or true as in JSON, else text."
        )
        found.append((name, value))
    return tuple(found)
