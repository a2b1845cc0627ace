"""The section of the Data page that holds the model against past cases."""

from __future__ import annotations

import streamlit as st

from graph.errors import HistoryError
from loaders.backtest import CASES
from ui import services, session, text
from ui.charts.history import READING, history_chart
from ui.components.chart import chart
from ui.components.choice import choice
from ui.components.table import show, words
from ui.state import UrlState
from ui.viewmodels import history as told


def validation(base: services.Base, _state: UrlState) -> None:
    """Picture, targets, errors and what was set, for one past case."""
    left, _ = st.columns([3, 4])
    with left:
        choice("Past case", "past", {name: case.title for name, case in CASES.items()})
    name = session.current(("past",)).past
    try:
        found = services.backtest_of(base, name)
    except HistoryError as error:
        st.info(text.plain(f"{error.what}:"))
        st.markdown("\n".join(f"- {text.plain(item)}" for item in error.missing))
        st.caption(text.plain(error.advice))
        return
    st.markdown(text.plain(told.headline(found)))
    ink = session.ink()
    views = told.histories(found)
    for view, column in zip(views, st.columns(len(views), gap="medium"), strict=True):
        with column:
            st.subheader(text.plain(view.name), anchor=False)
            chart(history_chart(view, ink), view.finding)
            st.caption(text.plain(view.finding))
    st.caption(text.plain(READING))
    st.subheader("Targets", anchor=False)
    targets = told.targets_table(found)
    words(targets.rows, targets.finding)
    if found.destinations:
        st.subheader("Single destinations: nothing was fitted to any of them", anchor=False)
        show(told.months_table(found.destinations, "destinations"))
    if found.calibration:
        st.subheader("What was set", anchor=False)
        set_values = told.calibration_table(found)
        st.caption(text.plain(set_values.finding))
        show(set_values)
    with st.expander("Errors of the model and of its rivals"):
        show(told.errors_table(found))
    with st.expander("All months"):
        show(told.months_table(found.months, "months"))
    st.caption(text.plain(" ".join((found.reason, *found.notes))))
