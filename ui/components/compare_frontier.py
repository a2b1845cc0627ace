"""What money buys against each scenario compared: looked for when asked, on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from graph.errors import MagnetraceError
from graph.portfolio import Frontier
from loaders.portfolios import Question
from ui import portfolios, session, text
from ui.charts.compare_frontier import answers_chart
from ui.components.budgets import budgets_in
from ui.components.chart import chart
from ui.components.table import show
from ui.components.work import working
from ui.services import Base
from ui.viewmodels import compare_frontier, portfolio
from ui.viewmodels.compare import Side

ASKED = "answers-asked"


def compare_frontier_section(base: Base, compared: Sequence[Side]) -> None:
    """A budget to choose, and for each scenario the frontier of answers once the reader asks."""
    st.header("What money buys", anchor=False)
    st.markdown(
        "Stockpiles and plants bought beforehand against each scenario, under budgets that double "
        "up to the one given."
    )
    budget, tiers, _ = st.columns([2, 2, 6])
    budgets = budgets_in(budget, tiers)
    questions = [portfolios.question_on(budgets, side.scenario) for side in compared]
    try:
        found = _found(base, questions)
    except MagnetraceError as error:
        _ask("")  # not again with every run of the page
        st.error(text.plain(str(error)))
        return
    if found:
        _show(compared, found)


def _found(base: Base, questions: Sequence[Question]) -> list[Frontier] | None:
    """All frontiers where they are known or asked for; a button to ask for them where not."""
    known = [portfolios.known(base, each) for each in questions]
    if all(known):
        return [each for each in known if each]
    mark = repr(questions)
    if st.session_state.get(ASKED) != mark:
        st.button("Find answers to each", type="primary", on_click=_ask, args=(mark,))
        st.caption(
            "Takes about half a minute a scenario, longer where its limits change every week. "
            "Nothing runs until you ask."
        )
        return None
    with working("Looking for answers", partial(_ask, "")) as tell:
        made = []
        for place, question in enumerate(questions):

            def so_far(said: str, part: float, place: int = place) -> None:
                tell(
                    f"scenario {place + 1} of {len(questions)}, {said}",
                    (place + part) / len(questions),
                )

            made.append(known[place] or portfolios.make(base, question, so_far))
    return made


def _ask(mark: str) -> None:
    st.session_state[ASKED] = mark


def _show(compared: Sequence[Side], found: Sequence[Frontier]) -> None:
    finding = compare_frontier.finding(compared, found)
    st.markdown(f"**{text.plain(finding)}**")
    left, right = st.columns(2, gap="large")
    with left:
        ink = session.ink()
        chart(answers_chart(compare_frontier.lines(compared, found), ink), finding)
    with right:
        show(compare_frontier.table(compared, found))
    st.caption(text.plain(f"{compare_frontier.READING} {portfolio.LIMITS}"))
