"""Where is the chain tightest? What costs an end use most if it is lost, and for how long."""

import streamlit as st

from graph.contingency import SITE
from graph.errors import MagnetraceError
from ui import session, text, tightness
from ui.components.case_map import case_map
from ui.components.choice import choice, switch
from ui.components.cut import cut_section
from ui.components.losses import case_section, charts_section
from ui.components.portfolio import portfolio_section
from ui.components.ranking import ranking
from ui.components.table import pick, twin
from ui.components.trouble import stuck
from ui.components.unknown import unknown_note
from ui.components.year_control import balanced, year_control
from ui.state import WEEKS
from ui.viewmodels import chokepoints

USES = (
    "year",
    "whose",
    "lost",
    "china",
    "point",
    "element",
    "member",
    "drawn",
    "budget",
    "tiers",
    "threats",
    "region",
)


ADVICE = "Choose another year, or data in which an end use is supplied."


def case_picked(id: str) -> None:
    """A case of the ranks; where it is a site, the cut shows it too."""
    session.choose(point=id, member="")


def site_picked(id: str) -> None:
    """A site of the cut; where sites are ranked and it is among them, the ranks show it too."""
    ranked = {case.id for case in found or ()} if state.lost == SITE else set()
    session.choose(member=id, **({"point": id} if id in ranked else {}))


session.arrive("chokepoints", USES)
head, year = st.columns([4, 2], vertical_alignment="bottom")
head.title("Chokepoints", anchor=False)
with year:
    year_control()
base = balanced(USES)
try:
    end_uses = tightness.desk_of(base, st.session_state.lost).bench.end_uses
except MagnetraceError as error:
    stuck(error, ADVICE)
    st.stop()

whose, lost, china = st.columns([5, 4, 4], gap="medium")
with whose:
    choice("Whose loss", "whose", chokepoints.goals(end_uses, base.names))
with lost:
    switch("What is lost", "lost", chokepoints.KIND_WORDS)
with china:
    switch("China share counts", "china", chokepoints.LENS_WORDS)
state = session.current(USES)
session.keep(state)  # before the work: cancelling it keeps the address
try:
    found = ranking(base, state.whose, state.lost, state.china)
except MagnetraceError as error:
    stuck(error, ADVICE)
    st.stop()

goal = chokepoints.goal_name(state.whose, end_uses)
case = chokepoints.chosen(found or (), state.point)
if found is not None:
    answer = chokepoints.answer(found, state.lost, goal, WEEKS, base.names)
    st.header(text.plain(answer), anchor=False)
if found and case:
    unknown_note(
        session.missing("point", [each.id for each in found]),
        chokepoints.case_name(case, base.names),
    )
    view = f"{state.year}-{state.whose}-{state.lost}-{state.china}"
    rows = chokepoints.table(found, base.names, view, answer)
    twin("points", rows, case.id, lambda: case_picked(pick("points")))
    st.caption(text.plain(chokepoints.READING))
    case_section(base, case, goal, state.year)
    charts_section(base, found, case.id, view, case_picked)
    case_map(base, state, found, case.id)

cut_section(base, state, goal, case, site_picked)
portfolio_section(base)
