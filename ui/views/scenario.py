"""What if? A measure, its target, size and dates; then the loss and the spread, week by week."""

import streamlit as st

from graph.errors import MagnetraceError
from loaders.backtest import case_of
from ui import bounds, comparisons, linked, offers, playing, services, session, text
from ui.charts.losses import loss_bars, value_chart
from ui.components.assumptions import assumptions_section, changed_note
from ui.components.bands import BAR_READING, bands_section
from ui.components.because import because_section
from ui.components.bracket import bracket_section
from ui.components.chart import chart
from ui.components.course import course_section
from ui.components.dates import dates_section
from ui.components.measure_cards import measure_cards
from ui.components.onward import onward
from ui.components.own_scenarios import own_scenarios
from ui.components.report_buttons import report_buttons
from ui.components.running import runs_or_stop
from ui.components.scenario_form import scenario_form
from ui.components.spread import spread_section
from ui.components.stored_runs import stored_section
from ui.components.table import pick, show, twin
from ui.components.year_control import balanced, year_control
from ui.state import UrlState
from ui.viewmodels import bills, chokepoints, compare, outcome

USES = (
    *("year", "scenario", "compare", "week", "cards", "lever", "target", "size", "start", "end"),
    *("relief", "day", "steps", "onto", "assume", "bands", "bracket", "stored", "box", "site"),
    *("picture", "region", "event"),
)


def loss_picked() -> None:
    session.choose(site=pick("losses"), box="")


session.arrive("scenario", USES)
controls, result_side = st.columns([1, 3], gap="medium")
with controls:
    st.title("Scenario", anchor=False)
    year_control()
base = balanced(USES)
linked.take(base)
with controls:
    scenario_form(base)
state = linked.carrying(base, session.current(USES))
session.keep(state)  # before the graph: what it sends back carries the address it knows
if state.cards:
    with result_side:
        measure_cards(base, state.lever)
try:
    with result_side:
        runs = runs_or_stop(base, state)
except MagnetraceError as error:
    result_side.error(text.plain(str(error)))
    result_side.markdown(
        "Choose another scenario or year at the left, or a measure of your own under Measure."
    )
    with controls:
        kept = None if state.lever else playing.known_scenarios(base)[state.scenario]
        own_scenarios(base, kept, state)
    st.stop()

titles = [run.title for run in runs]
results = [(run.title, run.result) for run in runs]
offers.of(base, " against ".join(titles))
first = runs[0].result
chain = services.chain_of(base, "magnet")
with controls:
    st.caption(text.plain(runs[0].scenario.summary))
    if past := case_of(runs[0].scenario.name):
        onward(
            "sources", "Held against what customs counted", UrlState(tab="validation", past=past)
        )
    onward("compare", "Compare it with others", comparisons.link(base, state))
    own_scenarios(base, runs[0].scenario, state)
with result_side:
    st.header(text.plain(titles[0]), anchor=False)
    changed_note(base, runs[0])
    st.markdown(text.plain(outcome.headline(first)))
    if len(runs) > 1:
        st.markdown(text.plain(outcome.comparison(first, runs[1].result, (titles[0], titles[1]))))
    spread_section(base, state, chain, first)

dates_section(base, runs[0], state)
drawn = bounds.known_ensemble(base, runs[0]) if state.bands else None
bars, lines = outcome.bars(results, drawn), outcome.value_lines(results, base.network)
ink = session.ink()
left, right = st.columns(2, gap="medium")
with left:
    st.header("Loss by end use", anchor=False)
    if bars.names:
        chart(loss_bars(bars, ink), bars.finding)
        if bars.spans:
            st.caption(BAR_READING)
    else:
        st.info("No end use loses anything.")
with right:
    st.header("Value made, week by week", anchor=False)
    chart(value_chart(lines, ink), lines.finding)
if len(runs) > 1:
    st.header("Side by side", anchor=False)
    show(outcome.differences(first, runs[1].result, (titles[0], titles[1]), base.names))
course_section(base, runs[0], state, chain)
because_section(base, runs[0], state.site)
if first.bills:
    st.header("The bill of each side", anchor=False)
    show(bills.bills(first, base.names))
    st.caption(text.plain(bills.CAPTION))
prices = bills.price_sentence(first)
if prices:
    st.markdown(text.plain(prices))
if first.because:
    st.header("All end uses that lose", anchor=False)
    lost = outcome.losses(first, base.names, bounds.empty_of(base, runs[0].scenario))
    twin("losses", lost, state.site, loss_picked)
    st.caption(outcome.READING)
st.caption(text.plain(outcome.facts(runs[0].scenario, first)))
assumptions_section(base, runs[0])
bands_section(base, runs[0])
bracket_section(base, runs[0])
report_buttons(
    base,
    "scenario",
    state,
    compare.sides((run.scenario, run.result) for run in runs),
    comparisons.shipped_names(base, state),
    chokepoints.EVERYBODY,
)
stored_section(base, runs[0])
