"""The section Years of the Data page: values by year and observations by month."""

from __future__ import annotations

import streamlit as st

from loaders.series import values
from ui import services, session, text
from ui.charts.years import READING, READING_MONTHS, line_chart
from ui.components.chart import chart
from ui.components.choice import choice
from ui.components.table import show
from ui.state import UrlState
from ui.viewmodels import months as observed
from ui.viewmodels import years as published
from ui.viewmodels.lines import Lines

FIELDS = ("quantity", "material", "case", "measure")


def years(base: services.Base, _state: UrlState) -> None:
    """A quantity over the years, then a case over its months."""
    _by_year(base)
    st.subheader("By month, around the shocks", anchor=False)
    _by_month(base)


def _by_year(base: services.Base) -> None:
    quantities = published.quantities(base.tables["series"])
    if not quantities:
        st.info("These data hold no values by year: the table series.csv is empty.")
        return
    left, right, _ = st.columns([2, 2, 3])
    with left:
        choice("Quantity", "quantity", quantities)
    every = values(base.tables, session.current(FIELDS).quantity)
    with right:
        choice("Of what", "material", published.materials(every))
    found = published.of_material(every, session.current(FIELDS).material)
    year, names, sources = base.network.year, base.names, base.network.sources
    _chart(published.chart(found, names, year), READING)
    with st.expander("All values with their publications"):
        show(published.table(found, names, sources))
    newest = published.newest(found, names, year)
    with st.expander(f"What each line says for {year}"):
        st.caption(text.plain(newest.finding))
        show(newest)


def _by_month(base: services.Base) -> None:
    rows = base.tables["observations"]
    cases = observed.cases(rows)
    if not cases:
        st.info("These data hold no observations: the table observations.csv is empty.")
        return
    left, right, _ = st.columns([2, 2, 3])
    with left:
        choice("Case", "case", cases)
    of_case = observed.of_case(rows, session.current(FIELDS).case)
    measures = observed.measures(of_case)
    if measures:
        with right:
            choice("Measure", "measure", measures)
        found = observed.of_measure(of_case, session.current(FIELDS).measure)
        _chart(observed.chart(found, base.names), READING_MONTHS)
    with st.expander("All observations of the case"):
        show(observed.table(of_case, base.names, base.network.sources))


def _chart(view: Lines, reading: str) -> None:
    st.markdown(text.plain(view.finding))
    figure = line_chart(view, session.ink())
    chart(figure, view.finding)
    more = f" {text.plural(view.hidden, 'smaller line')} only in the table." if view.hidden else ""
    st.caption(text.plain(reading + more))
