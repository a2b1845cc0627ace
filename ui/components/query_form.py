"""The form of the Query page: a saved question with its parameters, or a text of one's own."""

from __future__ import annotations

import streamlit as st

from graph.queries import Question, questions
from graph.store.contents import Contents
from ui import asking, services
from ui.asking import Request
from ui.components.asked import Asked, bounds
from ui.components.own_cypher import own_cypher
from ui.components.table import words
from ui.components.unknown import unknown_note
from ui.session import chosen, missing, place
from ui.state import PARAMETER
from ui.viewmodels import query_fields as forms

THEME = "question-theme"


def query_form(base: services.Base, holds: Contents | None) -> Asked:
    """Widgets for the question chosen; a question runs at once, a text of one's own on Run. `holds`
    is what the store holds, None where it does not run."""
    known = questions()
    session = st.session_state
    missed = missing("question", (*known, forms.OWN_CYPHER))
    if session.get("question") not in (*known, forms.OWN_CYPHER):
        session.question = forms.OPENING
    themes = tuple(forms.THEMES_OFFERED)
    session[THEME] = forms.theme_of(session.question, known)
    st.selectbox(
        "Theme",
        themes,
        place(themes, THEME),
        key=THEME,
        format_func=forms.THEMES_OFFERED.__getitem__,
        on_change=_theme_picked,
    )
    if session.question == forms.OWN_CYPHER:
        return own_cypher(base, holds)
    names = forms.of_theme(session[THEME], known)
    st.selectbox(
        "Question",
        names,
        place(names, "question"),
        key="question",
        format_func=lambda name: known[name].title,
        on_change=chosen,
        args=("question",),
    )
    unknown_note(missed, known[forms.OPENING].title)
    return _saved(base, known[session.question], holds)


def _theme_picked() -> None:
    session = st.session_state
    session.question = forms.of_theme(session[THEME], questions())[0]
    chosen("question")


def _saved(base: services.Base, question: Question, holds: Contents | None) -> Asked:
    session = st.session_state
    asked = dict(session.get("asked", ()))
    known: forms.Choices = asking.choices_of(base)
    if holds and forms.asks_for_runs(question):
        known = forms.with_runs(known, asking.titles_of_runs(base))
    fields = forms.fields(question, known)
    for field in fields:
        key = PARAMETER + field.name
        held = str(session[key]) if key in session else asked.get(field.name)
        session[key] = forms.value(question, field, held)
        if field.options:
            missed = missing(key, field.options, held or "")
            unknown_note(missed, field.options[str(session[key])])
    with st.form("question-form", border=False):
        for field in fields:
            _widget(field)
        again = st.form_submit_button("Run", type="primary", width="stretch")
    rows, seconds = bounds()
    with st.expander("Cypher", expanded=not fields):
        st.code(question.cypher, language="cypher", wrap_lines=True)
    with st.expander("Columns"):
        words(forms.columns(question), "What the answer holds")
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
        question=question,
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
