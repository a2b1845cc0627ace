"""The answer on the Query page: asked with a way out, then as table, files and chart."""

from __future__ import annotations

import streamlit as st

from graph.errors import StoreError
from graph.store import QueryResult
from ui import asking, services, session, text
from ui.charts.answer import pairs_chart
from ui.components import query_history
from ui.components.asked import Asked
from ui.components.chart import chart
from ui.components.table import show
from ui.components.work import working
from ui.viewmodels import answer, answer_files
from ui.viewmodels.answer_chart import pairs

HALTED = "query-halted"


def ask(base: services.Base, asked: Asked) -> QueryResult | None:
    """The answer, or None after saying why there is none. Cancel, a change of any control and
    leaving the page end the query on the server."""
    request = asked.request
    state, name = st.session_state, repr(request)
    if asked.again:
        asking.forget(base, request)
        state.pop(HALTED, None)
    if state.get(HALTED) == name:
        st.info("Cancelled: the store was told to stop. Press Run to ask again.")
        return None
    is_new = not asking.is_known(base, request)
    try:
        with working("Asking the store", lambda: state.update({HALTED: name})) as tell:
            found = asking.answer(base, request, tell)
    except StoreError as error:
        st.error(text.plain(str(error)))
        return None
    if is_new:
        query_history.remember(asked, found)
    return found


def show_answer(found: QueryResult, asked: Asked) -> None:
    """How much came back, the rows, the files and, for two columns, the chart."""
    st.markdown(f"**{text.plain(answer.said(found))}**")
    table = answer.table(found, asked.units)
    show(table)
    _files(found)
    if drawn := pairs(table):
        chart(pairs_chart(drawn, session.ink()), drawn.finding, "answer-chart")
        hidden = f" {text.plural(drawn.hidden, 'more row')} in the table only." * bool(drawn.hidden)
        st.caption(text.plain(drawn.finding + hidden))


def _files(found: QueryResult) -> None:
    files = {
        "CSV": (answer.csv(found), "csv", "text/csv"),
        "JSON": (answer_files.json(found), "json", "application/json"),
    }
    if found.graph.nodes:
        files["GraphML"] = (answer_files.graphml(found), "graphml", "application/xml")
    row = st.container(horizontal=True)
    for name, (content, ending, mime) in files.items():
        row.download_button(
            f"Save as {name}", content, f"magnetrace-answer.{ending}", mime, on_click="ignore"
        )
