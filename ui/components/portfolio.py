"""The section of the Chokepoints page on what money buys: made when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from graph.errors import MagnetraceError
from graph.portfolio import Frontier, Measure
from loaders.portfolios import Question
from ui import playing, portfolios, session, text
from ui.charts.portfolio import frontier_chart
from ui.components.budgets import budgets_in
from ui.components.chart import chart
from ui.components.table import show, words
from ui.components.work import working
from ui.services import Base
from ui.viewmodels import portfolio

ASKED = "portfolio-asked"
NAMES, WEIGHT, TOLD = "portfolio-scenarios", "portfolio-weight-", "portfolio-told"
MOST_SCENARIOS = 4


def portfolio_section(base: Base) -> None:
    """Budgets and scenarios to choose, and the portfolios for them once the reader asks."""
    st.header("What money buys", anchor=False)
    st.markdown(
        "Stockpiles and plants that keep most from being lost, for all end uses together, under "
        "budgets that double up to the one given."
    )
    try:
        measures, missing = portfolios.offer_of(base)
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return
    asked = _question(base)
    try:
        found = _found(base, asked) if asked else None
    except MagnetraceError as error:
        _ask("")  # not again with every run of the page
        st.error(text.plain(str(error)))
        found = None
    if found:
        _show(base, found, measures)
    st.markdown("**What no row of assumptions.csv prices, and so cannot be bought here**")
    words(portfolio.not_offered(missing), "What is not offered")
    st.caption(text.plain(portfolio.LIMITS))


def _question(base: Base) -> Question | None:
    """What the widgets ask for; None without a scenario."""
    titles = {name: each.title for name, each in playing.scenarios(base).items()}
    state = st.session_state
    weights = portfolio.read_threats(state.threats, titles) or dict.fromkeys(
        [portfolio.OPENING if portfolio.OPENING in titles else next(iter(titles))], 1.0
    )
    budget, tiers, threats = st.columns([2, 2, 6])
    budgets = budgets_in(budget, tiers)
    if NAMES not in state or state.get(TOLD) != state.threats:  # a link has come in
        state[NAMES], state[TOLD] = list(weights), state.threats
        for name, weight in weights.items():
            state[WEIGHT + name] = weight
    threats.multiselect(
        "Scenarios to be ready for",
        list(titles),
        list(state[NAMES]),  # beside the key: a run that was cut short forgets the key's value
        key=NAMES,
        format_func=titles.__getitem__,
        max_selections=MOST_SCENARIOS,
        on_change=_tell,
        help="Those whose limits change every week take minutes.",
    )
    if not state[NAMES]:
        st.info("Choose at least one scenario.")
        return None
    if len(weights) > 1:
        for place, (name, weight) in zip(st.columns(MOST_SCENARIOS), weights.items(), strict=False):
            place.number_input(
                f"Weight: {text.plain(titles[name])}",
                *(portfolio.LEAST_WEIGHT, portfolio.MOST_WEIGHT, weight, 1.0),
                key=WEIGHT + name,
                on_change=_tell,
            )
    return portfolios.question(base, budgets, weights)


def _tell() -> None:
    """Scenarios and weights as the widgets stand, into the field that the address carries."""
    state = st.session_state
    before = portfolio.read_threats(state.threats, state[NAMES])  # one alone shows no weight
    weights = {
        name: float(state.get(WEIGHT + name, before.get(name, 1.0))) for name in state[NAMES]
    }
    state["threats"] = state[TOLD] = portfolio.told_threats(weights)


def _found(base: Base, asked: Question) -> Frontier | None:
    """The frontier where it is known or asked for; a button to ask for it where not."""
    found = portfolios.known(base, asked)
    if found:
        return found
    mark = repr(asked)
    if st.session_state.get(ASKED) != mark:
        st.button("Find portfolios", type="primary", on_click=_ask, args=(mark,))
        st.caption("Takes about half a minute for one scenario. Nothing runs until you ask.")
        return None
    with working("Looking for portfolios", partial(_ask, "")) as tell:
        return portfolios.make(base, asked, tell)


def _ask(mark: str) -> None:
    st.session_state[ASKED] = mark


def _show(base: Base, found: Frontier, measures: Sequence[Measure]) -> None:
    titles = {name: each.title for name, each in playing.scenarios(base).items()}
    finding = portfolio.finding(found, titles)
    st.markdown(f"**{text.plain(finding)}**")
    st.markdown(text.plain(portfolio.losses(found)))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        ink = session.ink()
        chart(frontier_chart(portfolio.curves(found), ink), finding)
        st.caption(text.plain(portfolio.READING_FRONTIER))
    with right:
        st.markdown("**In every good portfolio of a budget**")
        for said in portfolio.needed(found, measures):
            st.markdown(text.plain(said))
        st.caption("A good one avoids at least 95 % of what the best avoids in the best case.")
    show(portfolio.table(found, "portfolios"))
    st.caption(text.plain(portfolio.READING))
    show(portfolio.bought(found, measures, "measures"))
    st.download_button(
        "Save as CSV",
        portfolio.csv(found),
        "magnetrace-portfolios.csv",
        "text/csv",
        on_click="ignore",
    )
