"""What stands in the place of a page that cannot be shown: what happened and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from graph.errors import DataError, MagnetraceError
from ui import session, text
from ui.components.table import show
from ui.viewmodels import own_data as view


@contextmanager
def told() -> Iterator[None]:
    """Around a page: what it raises on purpose and did not tell itself is told in its place."""
    try:
        yield
    except DataError as error:
        _wrong_data(error)
    except MagnetraceError as error:
        stuck(error)


def stuck(error: MagnetraceError, advice: str = "") -> None:
    """What is wrong, what to do, and the way to the page that always has an answer."""
    st.error(text.plain(str(error)))
    if advice:
        st.markdown(advice)
    st.page_link("views/brief.py", label="Back to the Brief", icon=":material/arrow_back:")


def _wrong_data(error: DataError) -> None:
    table = view.problems(error.problems)
    st.header("These data cannot be shown", anchor=False)
    st.error(text.plain(f"{table.finding} Nothing is built before all are mended."))
    show(table)
    if session.own_data():
        st.markdown("Mend your tables and bring them again, or go back to the shipped data.")
    else:
        st.markdown(
            "Mend the tables that magnetrace was started with (`--data` or `MAGNETRACE_DATA`) and "
            "reload this page. `magnetrace check` lists the same problems; without that option the "
            "shipped data are shown."
        )
