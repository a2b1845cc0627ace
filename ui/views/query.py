"""Anything else: saved questions with their parameters, or Cypher of one's own."""

import streamlit as st

from graph.store import QueryResult, names_figures
from ui import offers, services, session, text
from ui.charts.network import answer_drawing
from ui.components import query_history
from ui.components.asked import USES
from ui.components.network_view import clicked, network_view
from ui.components.query_answer import ask, show_answer
from ui.components.query_form import query_form
from ui.components.schema_browser import contents_of, schema_browser
from ui.components.store_state import figures_state, store_state
from ui.components.table import show
from ui.viewmodels import answer, query_fields

EXAMPLE = "What an answer looks like, on the small network of the guide:"


def node_clicked() -> None:
    session.choose(node=clicked("answer"))


def show_example() -> None:
    if asked.question:
        st.caption(EXAMPLE)
        show(query_fields.example(asked.question))


def show_graph(found: QueryResult) -> None:
    """What of the answer can be drawn, and the node picked in it."""
    drawn = answer.answer_graph(found)
    if not drawn:
        return
    network_view(
        answer_drawing(drawn),
        key="answer",
        label=answer.graph_sentence(drawn),
        legend="Nodes and relationships of the answer. Lines: share that touched China",
        fills=False,
        selected=st.session_state.get("node", ""),
        on_click=node_clicked,
    )
    st.caption(answer.graph_sentence(drawn))
    node = drawn.nodes.get(st.session_state.get("node", ""))
    if node:
        show(answer.node_table(node))


session.arrive("query", USES)
base = services.base()
offers.of(base)
form, result_side = st.columns([1, 2], gap="large")
with form:
    st.title("Query", anchor=False)
    running = store_state(base)
    known = contents_of(base) if running else None
    asked = query_form(base, known)
    schema_browser(known)
    query_history.own()
    past = st.empty()
session.keep(session.current(USES, asked.shown))

with result_side:
    st.header(text.plain(asked.title), anchor=False)
    st.caption(text.plain(asked.why))
    result = None
    if not running:
        st.info("The answer appears here as soon as the graph store runs.")
        show_example()
    elif not asked.cypher:
        st.info(
            text.plain(asked.missing)
            or "Write a query and press Run. The store is open for reading only."
        )
    elif not names_figures(asked.cypher) or figures_state(base):
        result = ask(base, asked)
    if result:
        show_answer(result, asked)
        if not result.rows:
            st.info(query_fields.no_rows(asked.question))
            show_example()
        show_graph(result)
        if not asked.question:
            query_history.keep(asked, result)
with past.container():  # the answer just shown is on the list
    query_history.history()
