"""What was asked in this session, and questions of one's own kept for the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from graph.errors import MagnetraceError
from graph.store import QueryResult
from ui import own_questions, session, text
from ui.components.asked import USES, Asked
from ui.components.own_cypher import RUN, Run
from ui.own_questions import OwnQuestion
from ui.state import MAX_TEXT, UrlState, to_params
from ui.viewmodels import cypher_text
from ui.viewmodels.query_fields import OWN_CYPHER

MOST = 20
SHOWN = 60
"""Characters of a question in the list."""
SAID = "own-question-said"


@dataclass(frozen=True, slots=True)
class Entry:
    """`label` is safe Markdown; `address` are the query parameters of the page that asked."""

    label: str
    said: str
    address: Mapping[str, str]
    run: Run


def remember(asked: Asked, found: QueryResult) -> None:
    """Put a question on top of the list; the same one stands there once."""
    given = ", ".join(f"{name}={value}" for name, value in asked.shown)
    given = f" ({given})" if given else ""
    entry = Entry(
        label=text.plain(_short(asked.title + given))
        if asked.question
        else f"`{_short(asked.cypher + given).replace('`', ' ')}`",
        said=f"{text.plural(len(found.rows), 'row')}{' and more' if found.more else ''}",
        address=to_params(session.current(USES, asked.shown)),
        run=Run(asked.cypher, asked.shown),
    )
    others = [each for each in _entries() if each.address != entry.address]
    st.session_state["query-history"] = [entry, *others][:MOST]


def history() -> None:
    """The list, newest first; a press asks again."""
    entries = _entries()
    with st.expander(f"Asked in this session ({len(entries)})"):
        if not entries:
            st.caption("Every question you ask is listed here.")
        for i, entry in enumerate(entries):
            st.button(
                f"{entry.label} · {entry.said}",
                key=f"history-{i}",
                on_click=partial(_open, entry.address, entry.run),
                type="tertiary",
            )


def own() -> None:
    """Questions of one's own: open and delete."""
    kept = own_questions.own_questions()
    with st.expander(f"Your questions ({len(kept)})"):
        if said := st.session_state.pop(SAID, ""):
            st.info(text.plain(said))
        if not kept:
            st.caption("Write Cypher, run it, and save it under its answer.")
        for name, question in kept.items():
            row = st.container(horizontal=True, vertical_alignment="center")
            row.button(
                text.plain(_short(question.title)),
                key=f"open-{name}",
                help=text.plain(question.why) or None,
                on_click=partial(_open, _address(question), _run(question)),
                type="tertiary",
            )
            with row.popover("Delete", key=f"ask-delete-{name}"):
                st.markdown(f"Delete **{text.plain(question.title)}** for good?")
                st.button("Yes, delete it", key=f"delete-{name}", on_click=partial(_delete, name))


def keep(asked: Asked, found: QueryResult) -> None:
    """A form that saves the question just answered."""
    with st.popover("Save this question"), st.form("keep-question", border=False):
        title = st.text_input("Title", key="keep-title", max_chars=120)
        why = st.text_input("Why one asks it", key="keep-why", max_chars=400)
        replace = st.checkbox("Replace a question of that name", key="keep-replace")
        if st.form_submit_button("Save", type="primary"):
            question = OwnQuestion(
                name=own_questions.suggested_name(title),
                title=title,
                why=why,
                cypher=asked.cypher,
                defaults=dict(asked.shown),
                units=dict.fromkeys(found.columns, ""),
            )
            if not question.name:
                st.error("A title needs letters a to z or digits: its file is called after it.")
                return
            try:
                path = own_questions.save(question, replace=replace)
            except MagnetraceError as error:
                st.error(text.plain(str(error)))
                return
            st.session_state[SAID] = f"Saved as {path.stem}."
            st.rerun()


def _entries() -> list[Entry]:
    found: list[Entry] = st.session_state.setdefault("query-history", [])
    return found


def _run(question: OwnQuestion) -> Run:
    """With its defaults, as the fields of the page show them: quoted where a text reads as more."""
    return Run(
        question.cypher,
        tuple(
            (name, cypher_text.written(question.defaults.get(name, ""), name in question.texts))
            for name in cypher_text.parameters(question.cypher)
        ),
    )


def _address(question: OwnQuestion) -> dict[str, str]:
    state = UrlState(
        question=OWN_CYPHER,
        cypher=question.cypher[:MAX_TEXT],
        parameters=tuple(sorted(_run(question).shown)),
    )
    return to_params(state)


def _open(address: Mapping[str, str], run: Run) -> None:
    st.query_params.from_dict(dict(address))
    st.session_state[RUN] = run  # who picks it asks it


def _delete(name: str) -> None:
    try:
        own_questions.delete(name)
        st.session_state[SAID] = f"{name} is deleted."
    except MagnetraceError as error:
        st.session_state[SAID] = str(error)


def _short(label: str) -> str:
    label = " ".join(label.split())
    return label if len(label) <= SHOWN else f"{label[: SHOWN - 1]}…"
