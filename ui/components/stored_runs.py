"""Keep this run? Stored in the graph, listed and deleted, only when asked for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graph.errors import MagnetraceError
from graph.store import run_rows
from ui import asking, playing, services, text
from ui.components.onward import onward
from ui.components.store_state import store_state
from ui.components.table import show
from ui.state import UrlState
from ui.viewmodels import snapshots, stored
from ui.viewmodels.query_fields import OWN_CYPHER

SAID = "stored-said"
NARROW = 480
"""Pixels that a name needs; on a phone all there are."""


def stored_section(base: services.Base, run: playing.Run) -> None:
    """A toggle and, where it is on, the stored runs with what can be done to them."""
    st.header("Kept in the graph", anchor=False)
    st.caption(text.plain(stored.READING))
    # The value beside the key, as for the bands.
    if not st.toggle("Show stored runs", st.session_state.stored, key="stored"):
        return
    if not store_state(base):
        return
    # A form, and the name by its key: what is typed and not yet sent is in no argument.
    key = f"stored-name-{run.scenario.name}"
    with st.form("stored-form", border=False, width=NARROW):
        st.text_input("Name of the run", run.scenario.name, max_chars=60, key=key)
        st.form_submit_button(
            "Store this run", type="primary", on_click=_store, args=(base, run, key)
        )
    try:
        with asking.store_of(base) as store:
            runs = store.runs()
    except MagnetraceError as error:
        st.error(text.plain(str(error)))
        return
    succeeded, said = st.session_state.pop(SAID, (True, ""))
    if said:
        (st.success if succeeded else st.error)(text.plain(said))
    if not runs:
        st.info("The graph store holds no run yet.")
        return
    show(stored.stored(runs))
    with st.container(horizontal=True, vertical_alignment="bottom", width=NARROW):
        chosen = st.selectbox("Stored run", [item.name for item in runs])
        st.button("Delete it", on_click=_delete, args=(base, chosen))
    if base.network.snapshot != snapshots.DEFAULT:
        st.caption(text.plain(stored.OTHER_STATE))
        return
    onward(
        "query",
        "Ask which end uses lose, and through which plants",
        UrlState(question=OWN_CYPHER, cypher=stored.ASK),
    )


def _store(base: services.Base, run: playing.Run, key: str) -> None:
    name = st.session_state[key].strip()

    def work() -> None:
        data_hash = asking.keeper_of(base).data_hash
        rows = run_rows(run.scenario, run.result, name=name, data_hash=data_hash)
        with asking.store_of(base, read_only=False) as store:
            store.write_run(rows)

    _say(work, f"Stored as “{name}”.")


def _delete(base: services.Base, name: str) -> None:
    def work() -> None:
        with asking.store_of(base, read_only=False) as store:
            store.delete_run(name)

    _say(work, f"Deleted “{name}”.")


def _say(work: Callable[[], None], done: str) -> None:
    """Do `work` and keep what is to be said of it for the page, which runs next."""
    try:
        work()
    except MagnetraceError as error:
        st.session_state[SAID] = (False, str(error))
    else:
        st.session_state[SAID] = (True, done)
