"""Which is worse, which answer helps? Two to four scenarios on the same axes."""

from dataclasses import replace

import streamlit as st

from graph.errors import MagnetraceError
from ui import comparisons, linked, offers, playing, session, text
from ui.charts.compare import weeks_chart
from ui.components.assumptions import changed_note
from ui.components.chart import chart
from ui.components.compare_bands import compare_bands_section, drawn_of
from ui.components.compare_form import compare_form, end_uses
from ui.components.compare_frontier import compare_frontier_section
from ui.components.onward import onward
from ui.components.report_buttons import report_buttons
from ui.components.table import pick, show, twin
from ui.components.trouble import stuck
from ui.components.year_control import balanced, year_control
from ui.state import UrlState
from ui.viewmodels import bills, chokepoints, compare, compare_bands, gains

USES = (
    *("year", "against", "whose", "bands", "budget", "tiers"),
    *("scenario", "steps", "relief", "lever", "target", "size", "start", "end", "onto"),
    *("day", "plan", "assume"),
)


def end_use_picked() -> None:
    session.choose(whose=pick("differences"))


session.arrive("compare", USES)
head, year = st.columns([4, 2], vertical_alignment="bottom")
head.title("Compare", anchor=False)
with year:
    year_control()
base = balanced(USES)
linked.take(base)
try:
    chosen = compare_form(base, session.current(USES))
    state = linked.carrying(base, session.current(USES))
    session.keep(state)
    if len(chosen) < compare.FEWEST:
        st.info("Choose at least two scenarios above; those that ship stand in the list.")
        st.stop()
    runs = [comparisons.run_of(base, state, name) for name in chosen]
except MagnetraceError as error:
    stuck(error, "Choose other scenarios above, or another year: each must fit the network.")
    st.stop()

offers.of(base, " against ".join(run.title for run in runs))
compared = compare.sides((run.scenario, run.result) for run in runs)
goal = chokepoints.goal_name(state.whose, end_uses(base))
answer = compare.headline(compared, goal, base.names, state.whose)
drawn = drawn_of(base, compared)
spans = compare_bands.spans(compared, drawn, state.whose) if drawn else [""] * len(compared)
st.header(text.plain(answer), anchor=False)
if state.assume:
    changed_note(base, runs[0])
for column, tile, span in zip(
    st.columns(len(compared)), compare.tiles(compared, state.whose), spans, strict=True
):
    with (
        column,
        st.container(border=True, gap="xsmall", height="stretch", vertical_alignment="distribute"),
    ):
        st.markdown(f"**{text.plain(tile.head)}**")
        st.metric("Lost", tile.value, label_visibility="collapsed")
        if span:
            st.caption(text.plain(span))
        st.caption(text.plain(tile.against))
        st.caption(text.plain(tile.detail))

ships = comparisons.shipped_of(chosen, playing.scenarios(base))
shipped = [] if state.assume or ships != chosen else chosen
named = replace(state, against=comparisons.told_against(chosen))  # also where it is the opening
report_buttons(base, "compare", named, compared, shipped, goal)

weeks = compare.week_lines(compared, base.network, goal, state.whose)
st.header("Loss, week by week", anchor=False)
if weeks:
    if drawn:
        weeks = compare_bands.over_weeks(weeks, compared, drawn, base.network, state.whose)
    ink = session.ink()
    chart(weeks_chart(weeks, ink), weeks.finding)
    st.caption(text.plain(f"{weeks.finding} {compare.READING_WEEKS}"))
else:
    st.markdown("These end uses have no unit in common; choose one of them under Whose loss.")

scope = "" if state.whose in base.network.sites else state.whose
every = compare.compared_losses(compared, base.names, scope)
view = f"{state.year}-{scope}-{'-'.join(chosen)}"
st.header("Difference by end use", anchor=False)
if every:
    twin(
        "differences",
        compare.differences(compared, every, view, answer),
        state.whose,
        end_use_picked,
    )
    st.caption(text.plain(compare.READING_DIFFERENCES))
else:
    st.markdown("No end use runs short in any of them.")

left, right = st.columns(2, gap="large")
with left:
    st.header("Who gains", anchor=False)
    for sentence in gains.sentences(every, compared):
        st.markdown(text.plain(sentence))
    if every:
        show(gains.countries(every, compared))
    floors = gains.floors(compared, base.network, base.names)
    if floors.rows:
        st.markdown(f"**{floors.finding}**")
        show(floors)
    makers = gains.makers(compared, base.network, base.names)
    st.markdown(f"**{text.plain(makers.finding)}**")
    if makers.rows:
        show(makers)
        st.caption(gains.READING_MAKERS)
with right:
    st.header("Week of first loss", anchor=False)
    first = compare.first_weeks(every, compared)
    st.markdown(text.plain(first.finding))
    if every:
        show(first)
    st.header("What it costs who imposes it", anchor=False)
    bill = gains.bills(compared, base.names)
    if bill.rows:
        show(bill)
        st.caption(text.plain(bills.CAPTION))
    else:
        st.markdown("Nobody imposes anything in these scenarios.")
compare_bands_section(base, compared, state.whose)
compare_frontier_section(base, compared)
onward(
    "chokepoints",
    "What money buys against several at once, with weights and proofs",
    UrlState(
        year=state.year,
        whose=state.whose,
        threats=comparisons.told_against(ships),
        budget=state.budget,
        tiers=state.tiers,
    ),
)
