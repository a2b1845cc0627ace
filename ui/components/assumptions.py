"""What a run assumes: the rows it read, sliders to set them, and what moves the loss most."""

from __future__ import annotations

from functools import partial

import streamlit as st

from graph.errors import MagnetraceError
from graph.swings import Swing
from ui import bounds, session, text
from ui.components.table import show
from ui.components.work import working
from ui.playing import Run
from ui.services import Base
from ui.viewmodels import assumptions as view

ASKED = "swings-asked"
MORE, SLIDER = "assume-more", "assume-row-"


def changed_note(base: Base, run: Run) -> None:
    """Beside the headline: which assumptions are not at their base, and the way back."""
    if not run.held:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="assumed"):
        said = view.sentence(run.held, bounds.rows_of(base))
        st.markdown(f":material/tune: {text.plain(said)}", width="stretch")
        st.button("Back to the base values", on_click=_reset, args=(run.given,))


def assumptions_section(base: Base, run: Run) -> None:
    """Sliders for the assumptions that count, and every row that the run read."""
    rows, ranges = bounds.rows_of(base), bounds.ranges_of(base)
    st.header("What it assumes", anchor=False)
    found = _swings(base, run)
    if finding := view.finding(found, rows):
        st.markdown(text.plain(finding))
    first = view.first_choice(run.bare, ranges, (*run.held, *run.given), found)
    others = [row for row in view.movable(run.bare, ranges) if row not in first]
    more = st.multiselect(
        "Set another assumption",
        others,
        key=MORE,
        format_func=lambda row: rows[row].text("applies_to"),
        placeholder="Choose, or let the page find which ones count",
    )
    columns = st.columns(3, gap="medium")
    for place, row in enumerate((*first, *more)):
        with columns[place % len(columns)]:
            _slider(base, run, view.slider(rows[row], ranges[row], run.held))
    with st.expander("Every assumption of this run, with its sources"):
        show(view.table(run.bare, rows, ranges, run.held, found))
        st.caption(
            "Sources are named as on the page Data. An assumption moves between its low and high "
            "value only; what holds for several sites moves for all of them."
        )


def _slider(base: Base, run: Run, found: view.Slider) -> None:
    st.session_state[SLIDER + found.row] = found.value
    st.slider(
        text.plain(found.label),
        found.low,
        found.high,
        step=found.step,
        format="%g",
        key=SLIDER + found.row,
        help=text.plain(found.help),
        on_change=_set,
        args=(base, run, found.row),
    )


def _set(base: Base, run: Run, row: str) -> None:
    """One slider moved: what is held, with its new value."""
    moved = view.write([*run.held, (row, st.session_state[SLIDER + row])])
    session.choose(assume=view.asked(view.read(moved, bounds.ranges_of(base)), run.given))


def _reset(given: view.Held) -> None:
    session.choose(assume=view.asked((), given))


def _swings(base: Base, run: Run) -> tuple[Swing, ...]:
    """What was found before, or what is found now that it was asked for."""
    found, mark = bounds.known_swings(base, run.bare), repr(run.bare)
    if found:
        return found
    if st.session_state.get(ASKED) != mark:
        runs = 2 * len(view.movable(run.bare, bounds.ranges_of(base)))
        st.button("Find which assumptions count most", on_click=_ask, args=(mark,))
        st.caption(f"Runs the scenario {runs} times, each assumption at its low and high value.")
        return ()
    try:
        with working("Trying assumptions", partial(_ask, "")) as tell:
            return bounds.find_swings(base, run.bare, tell)
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return ()


def _ask(mark: str) -> None:
    st.session_state[ASKED] = mark
