"""Runs that may take long: after a while a bar shows how far they are, and a way out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from time import monotonic

import streamlit as st

from graph.scenario import Scenario
from graph.spread import Result
from loaders.compiled import is_compiled
from ui import playing, services, text
from ui.components.work import working
from ui.state import UrlState

PATIENCE, STEP = 2.0, 0.25
"""Seconds without a bar, and between two looks at the work."""
LEFT = "run-left"

Work = Future[tuple[Scenario, Result]]


def runs_or_stop(base: services.Base, state: UrlState) -> list[playing.Run]:
    """As `playing.runs_of`; ends the page where its reader has left these runs.

    What has begun goes on beside the page and is kept, so that asking again does not begin anew.
    """
    asked = playing.asked_of(base, state)
    mark = repr(asked)
    if st.session_state.get(LEFT) == mark:
        st.info("This run was left.")
        st.button("Run it", on_click=_leave, args=("",), type="primary")
        st.stop()
    pool = ThreadPoolExecutor(1)
    try:
        works = [pool.submit(playing.played, base, scenario) for scenario, _ in asked]
        wait(works, PATIENCE)
        if not all(work.done() for work in works):
            _show(works, mark)
        pairs = zip(works, asked, strict=True)
        return [playing.Run(*work.result(), given) for work, (_, given) in pairs]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _show(works: Sequence[Work], mark: str) -> None:
    """How many runs are done, and since when they are at it."""
    begun = monotonic() - PATIENCE
    said = "Running" if is_compiled() else "Compiling the weekly model, this once, and running"
    with working(said, partial(_leave, mark)) as tell:
        while waiting := [work for work in works if not work.done()]:
            done = len(works) - len(waiting)
            seconds = f"{text.whole(monotonic() - begun)}{text.NBSP}s"
            tell(f"{done} of {text.plural(len(works), 'run')}, {seconds}", done / len(works))
            wait(waiting, STEP, FIRST_COMPLETED)


def _leave(mark: str) -> None:
    st.session_state[LEFT] = mark
