"""Anything else: saved questions with their parameters, or Cypher of one's own."""

import streamlit as st

from graph.errors import MagnetraceError
from ui import services, session, text
from ui.charts.network import answer_drawing
from ui.components.network_view import clicked, network_view
from ui.components.query_form import query_form
from ui.components.store_state import figures_state, store_state
from ui.components.table import show
from ui.viewmodels import answer, query_fields

USES = ("question", "cypher")
EXAMPLE = "What an answer looks like, on the small network of the guide:"


def node_clicked() -> None:
    session.choose(node=clicked("answer"))


def show_example() -> None:
    if asked.question:
        st.caption(EXAMPLE)
        show(query_fields.example(asked.question))


session.arrive("query", USES)
base = services.base()
form, result_side = st.columns([1, 2], gap="large")
with form:
    st.title("Query", anchor=False)
    running = store_state(base)
    asked = query_form(base)
session.keep(session.current(USES, asked.shown))

with result_side:
    st.header(text.plain(asked.title), anchor=False)
    st.caption(text.plain(asked.why))
    if not running:
        st.info("The answer appears here as soon as the graph store runs.")
        show_example()
        st.stop()
    if not asked.cypher:
        st.info("Write a query and press Run. The store is open for reading only.")
        st.stop()
    if services.names_figures(asked.cypher) and not figures_state(base):
        st.stop()
    try:
        result = services.ask(base, asked.cypher, asked.parameters)
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        st.stop()
    st.markdown(f"**{text.plain(answer.said(result))}**")
    if not result.rows:
        st.info(query_fields.no_rows(asked.question))
        show_example()
        st.stop()
    show(answer.table(result, asked.units))
    st.download_button(
        "Save as CSV", answer.csv(result), "magnetrace-answer.csv", "text/csv", on_click="ignore"
    )

drawn = answer.answer_graph(result)
if drawn:
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
