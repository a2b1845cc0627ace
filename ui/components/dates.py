"""When it happens: the measures beside the policy events, and what an event offers to run."""

from __future__ import annotations

import streamlit as st

from ui import playing, services, session, text
from ui.charts.dates import dates_chart
from ui.components.chart import clickable
from ui.components.choice import choice
from ui.components.onward import onward
from ui.components.own_scenarios import show_kept
from ui.components.table import show
from ui.state import UrlState
from ui.viewmodels import dates, events, told


def dates_section(base: services.Base, run: playing.Run, state: UrlState) -> None:
    """The calendar, its events to pick, its measures as a table."""
    view = dates.dates(run.scenario, run.result.weeks, services.events_of(base))
    st.header("When", anchor=False)
    st.markdown(text.plain(view.finding))
    choices = dates.choices(view)
    chosen = state.event if state.event in choices else ""
    drawn = f"{state.year}-{run.scenario.name}-{view.zero}-{chosen}"
    figure = dates_chart(view, chosen, session.ink())
    clickable("dates", figure, drawn, view.finding, lambda id: session.choose(event=id))
    st.caption(dates.READING)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        choice("Event", "event", choices)
        with st.expander("The measures as a table"):
            show(dates.table(view))
    picked = next((dot.event for dot in view.dots if dot.event.id == st.session_state.event), None)
    if picked:
        with right:
            _event(base, picked, state)


def _event(base: services.Base, event: events.Event, state: UrlState) -> None:
    """What happened, and the scenario that the data name with it."""
    known = playing.known_scenarios(base)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{text.plain(event.title)}**  \n{text.plain(event.summary)}")
        st.caption(text.plain(events.facts(event)))
        with st.container(horizontal=True):
            if event.scenario in known:
                title = text.plain(known[event.scenario].title)
                st.button(f"Run “{title}”", on_click=show_kept, args=(event.scenario,))
            if state.lever:
                day = event.start.isoformat()
                words = f"Week 0 on {told.when(event.start)}"
                st.button(words, on_click=session.choose, kwargs={"day": day})
        onward("sources", "Its sources", UrlState(tab="events", event=event.id))
