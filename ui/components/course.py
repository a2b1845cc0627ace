"""One site over time: its stocks and flows in the run, picked here, on the graph or in a table."""

from __future__ import annotations

import streamlit as st

from graph.spread import Result
from ui import bounds, session, text
from ui.charts.course import course_chart
from ui.components.chart import chart
from ui.components.onward import onward
from ui.components.table import show
from ui.playing import Run
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels import course
from ui.viewmodels.chain import Box, Chain


def course_section(base: Base, run: Run, state: UrlState, chain: Chain) -> None:
    """A site to choose, and its weeks."""
    box = chain.boxes.get(state.box)
    offered = _offered(base, run.result, box)
    if not offered:
        return
    st.header("One site over time", anchor=False)
    pick, leave = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    if st.session_state.site not in offered:
        st.session_state.site = course.HARDEST
    known = tuple(offered)
    with pick:
        st.selectbox(
            f"Site in {box.name}, {text.lower_first(box.stage.label)}" if box else "Site",
            known,
            session.place(known, "site"),
            key="site",
            format_func=offered.__getitem__,
        )
    id = st.session_state.site or known[1]
    site = base.network.sites[id]
    home = next((each for each in chain.boxes.values() if id in each.sites), None)
    with leave, st.container(horizontal=True, vertical_alignment="center"):
        if box:
            st.button("All sites", on_click=session.choose, kwargs={"box": "", "site": ""})
        if home:
            shared = UrlState(year=state.year, box=home.id, focus=True, site=id)
            onward("chain", "See it in the chain", shared)
    found = bounds.course(base, run, id)
    view, ink = course.view(found, site), session.ink()
    st.markdown(text.plain(view.finding))
    left, right = st.columns(2, gap="medium")
    with left:
        figure = course_chart(view.pace, ink, is_share=True, unit="of normal", week=state.week)
        chart(figure, view.pace_said, "pace")
    with right:
        if view.stocks:
            figure = course_chart(view.stocks, ink, is_share=False, unit="weeks", week=state.week)
            chart(figure, view.stocks_said, "stocks")
        else:
            st.info("This site keeps no stock of what it uses.")
    with st.expander("Its weeks as a table"):
        show(course.table(found, site))
    st.caption(course.READING)


def _offered(base: Base, result: Result, box: Box | None) -> dict[str, str]:
    return course.choices(result, base.network, base.names, box.sites if box else ())
