"""The sections of the Data page, one function each. Text from data is shown without formatting."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from graph.indicators import LENSES
from graph.model import Source
from loaders.claims import ClaimGroup
from ui import playing, services, session, text
from ui.charts.provenance import known_bars, shares_chart, timeline_chart
from ui.charts.trade import trade_chart
from ui.components.chart import chart
from ui.components.choice import choice
from ui.components.onward import onward
from ui.components.panel import source_line
from ui.components.table import pick, show, twin, words
from ui.components.unknown import unknown_note
from ui.state import UrlState
from ui.viewmodels import citations
from ui.viewmodels import claim_groups as grouped
from ui.viewmodels import claims as claimed
from ui.viewmodels import coverage as covered
from ui.viewmodels import events as happened
from ui.viewmodels import stakes as owned
from ui.viewmodels import trade as borders
from ui.viewmodels import unknowns as open_questions
from ui.viewmodels.tables import Table


def coverage(base: services.Base, _state: UrlState) -> None:
    """How much is named, reported and recent, and what does not close."""
    known = covered.known(base.network)
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("How flows are known", anchor=False)
        st.caption(text.plain(known.finding))
        figure = known_bars(known, session.ink())
        chart(figure, known.finding)
        with st.expander("The same as a table"):
            show(covered.known_table(known))
    with right:
        _found("Tonnes from named plants", covered.named(services.shares_of(base)))
    _found("Age of the figures", covered.ages(base.network))
    _found("What does not close", covered.open_ends(services.imbalances_of(base)))


def claims(base: services.Base, _state: UrlState) -> None:
    """One figure against the stages, claims that disagree, and every published share."""
    known = base.network.sources
    published, comparisons = services.published_of(base), services.comparisons_of(base)
    groups = services.claims_of(base)
    if one := claimed.one_figure(groups, comparisons, published):
        _one_figure(one)
    st.subheader("Figures and statements", anchor=False)
    _claim_groups(groups, known)
    for found in claimed.disagreements(comparisons, known):
        st.subheader(text.plain(f"China's share: {text.lower_first(found.title)}"), anchor=False)
        st.caption(text.plain(found.said))
        show(found.claims)
    _found("Of capacity, not of output", claimed.by_capacity(published, known))


def _one_figure(one: claimed.OneFigure) -> None:
    st.subheader("One figure for the whole chain", anchor=False)
    st.caption(text.plain(one.said))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        figure = shares_chart(one, session.ink())
        chart(figure, one.said)
    with right:
        show(claimed.one_figure_table(one))


def _claim_groups(groups: tuple[ClaimGroup, ...], known: Mapping[str, Source]) -> None:
    """All groups as a table, or the one chosen with every claim in it."""
    linked = grouped.group_of(groups, st.session_state["about"])
    missed = session.missing("about", () if linked is None else (st.session_state["about"],))
    st.session_state["about"] = linked.used.id if linked else ""
    left, _ = st.columns([3, 4])
    with left:
        choice("About", "about", {"": "All"} | {group.used.id: group.about for group in groups})
    group = grouped.group_of(groups, session.current(("about",)).about)
    if group is None:
        unknown_note(missed, "all claims that disagree")
        table = grouped.overview(groups)
        st.caption(text.plain(f"{table.finding} Pick a row to read why they differ."))
        twin("about", table, "", lambda: session.choose(about=pick("about")))
        return
    st.markdown(text.plain(grouped.sentence(group)))
    words(grouped.detail(group, known).rows, grouped.sentence(group))
    _publications(grouped.cited(group, known))


def events(base: services.Base, state: UrlState) -> None:
    """Timeline and table of the policy events, filtered."""
    every = services.events_of(base)
    instruments, actors = happened.instruments(every), happened.actors(every, base.names)
    left, right, _ = st.columns([2, 2, 3])
    with left:
        choice("Instrument", "instrument", instruments)
    with right:
        choice("Actor", "actor", actors)
    now = session.current(("instrument", "actor", "event"))
    found = happened.chosen(every, now.instrument, now.actor)
    if not found:
        st.info(
            "No event fits this choice. Choose All in one of the two fields."
            if every
            else "These data hold no events: the table events.csv is empty."
        )
        return
    view = happened.timeline(found, happened.newest(every))
    st.markdown(text.plain(view.finding))
    figure = timeline_chart(view, session.ink())
    chart(figure, view.finding)
    st.caption(text.plain(happened.reading(view)))
    titles = {name: shipped.title for name, shipped in playing.scenarios(base).items()}
    table = happened.table(found, base.names, titles, base.network.sources)
    twin("events", table, state.event, lambda: session.choose(event=pick("events")))
    unknown_note(session.missing("event", [event.id for event in every]), "all events")
    picked = next((event for event in found if event.id == now.event), None)
    if picked:
        _event(picked, base)
    else:
        st.caption("Pick a row to read the event and its sources.")
    links = happened.informed([picked] if picked else found, titles)
    if links:
        st.subheader("Scenarios they inform", anchor=False)
    for name, label in links:
        onward("scenario", label, UrlState(scenario=name))


def _event(event: happened.Event, base: services.Base) -> None:
    st.subheader(text.plain(event.title), anchor=False)
    st.caption(text.plain(happened.facts(event)))
    st.markdown(text.plain(event.summary))
    if event.note:
        st.markdown(text.plain(event.note))
    _publications([base.network.sources[id] for id in event.sources])


def trade(base: services.Base, _state: UrlState) -> None:
    """Computed flows between countries beside what customs saw."""
    found = borders.gaps(services.trade_gaps_of(base), base.names, base.network.sources)
    st.markdown(text.plain(found.finding))
    if found.pairs:
        figure = trade_chart(found.pairs, session.ink())
        chart(figure, found.finding)
        st.caption(
            "Customs codes hold all rare earths together. What is like NdPr follows from the unit "
            "value, between the price of lanthanum and cerium and that of NdPr; heavy rare earths "
            "raise it. Concentrate is compared by gross weight."
        )
    show(found.table)


def ownership(base: services.Base, state: UrlState) -> None:
    """Sites controlled from abroad, and the stakes of one thing owned."""
    rows = base.tables["stakes"]
    abroad = owned.abroad(base.network, base.names)
    st.caption(text.plain(abroad.finding))
    twin("abroad", abroad, state.site, lambda: session.choose(site=pick("abroad")))
    located, controlled = (services.shares_of(base, lens) for lens in LENSES)
    _found("Location and control", owned.two_lenses(located, controlled, base.names))
    st.subheader("Stakes in one site or firm", anchor=False)
    choices = owned.choices(rows, base.network)
    options = {"": f"Choose one of {len(choices)}"} | choices
    if state.site not in choices and state.site in base.network.sites:
        st.info("The stakes hold no row for this site; its control comes from the site's own row.")
        options[state.site] = base.network.sites[state.site].name
    choice("Owned", "site", options)
    site = session.current(("site",)).site
    if site in choices:
        table = owned.stakes(rows, site, choices[site], base.names)
        st.caption(text.plain(table.finding))
        show(table)
    else:
        st.caption(text.plain(owned.sentence(rows)))


def sources(base: services.Base, state: UrlState) -> None:
    """All publications, and the figures taken from one."""
    tables, known = base.tables, base.network.sources
    table = citations.publications(known.values(), tables)
    st.caption(text.plain(table.finding))
    twin("sources", table, state.source, lambda: session.choose(source=pick("sources")))
    source = known.get(state.source)
    unknown_note(session.missing("source", known), "all publications")
    if source is None:
        st.caption("Pick a row to see the figures taken from it.")
        return
    st.subheader(text.plain(source.title), anchor=False)
    _publications([source])
    figures = citations.figures(tables, services.schema(), source)
    st.caption(text.plain(f"{figures.finding} Licence: {source.licence}."))
    show(figures)


def unknowns(base: services.Base, _state: UrlState) -> None:
    """Figures from memory, sites without a size, states after a passed end date."""
    passed = happened.unverified(services.events_of(base))
    _found("States after an end date that has passed", open_questions.open_states(passed))
    _found("Figures from memory", open_questions.from_memory(base.tables))
    _found("Sites without a published size", open_questions.without_size(base.network))


def _found(heading: str, table: Table) -> None:
    st.subheader(heading, anchor=False)
    st.caption(text.plain(table.finding))
    show(table)


def _publications(found: list[Source]) -> None:
    st.markdown("\n".join(f"- {source_line(source)}" for source in found))
