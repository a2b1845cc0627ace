"""Keeps the address and the widgets of a page in step: the address is the truth on arrival,
the widgets from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import streamlit as st

from graph.scenario import Scenario
from loaders.own_data import OwnData
from ui.state import PARAMETER, UrlState, from_params, to_params

_NAMES = tuple(field.name for field in fields(UrlState) if field.name != "parameters")


def arrive(page: str, uses: tuple[str, ...]) -> UrlState:
    """Start a page that uses the named fields; widgets keyed by a field's name follow the address.

    Coming back to a page by its bare address shows it as it was left.
    """
    session, params = st.session_state, st.query_params.to_dict()
    left = session.setdefault("left", {})
    if session.get("page") != page and not params and page in left:
        params = left[page]
    if (session.get("page"), session.get("address")) != (page, params):
        state = from_params(params)
        for name in _NAMES:
            session[name] = getattr(state, name)
        for name in [key for key in session if str(key).startswith(PARAMETER)]:
            del session[name]
        for name, value in state.parameters:
            session[PARAMETER + name] = value
        session["asked"] = state.parameters
    else:
        _refill(from_params(params))
    session["page"], session["address"] = page, params
    return current(uses)


def _refill(state: UrlState) -> None:
    """Streamlit forgets the value of a widget that a run did not show; the address did not."""
    session = st.session_state
    for name in _NAMES:
        if session.get(name) is None:
            session[name] = getattr(state, name)


def current(uses: tuple[str, ...], parameters: tuple[tuple[str, str], ...] = ()) -> UrlState:
    """The state as the widgets stand now; fields a page does not use stay at their defaults."""
    session = st.session_state
    values = {name: session[name] for name in uses if name in session}
    return replace(UrlState(), **values, parameters=tuple(sorted(parameters)))


def keep(state: UrlState) -> None:
    """Write what is shown into the address."""
    session, params = st.session_state, to_params(state)
    session["left"][session["page"]] = session["address"] = params
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)


def choose(**values: object) -> None:
    """Set fields from a callback, before the page runs again."""
    for name, value in values.items():
        st.session_state[name] = value


def place(options: Sequence[str], name: str) -> int:
    """Where the value of a field stands among the options of its widget.

    Given to a widget beside its key: one that the browser has not yet drawn when the page runs
    again would otherwise show its first option.
    """
    value = st.session_state[name]
    return options.index(value) if value in options else 0


def own_data() -> OwnData | None:
    """The data that the reader of this session brought and put to use; no other session's."""
    found: OwnData | None = st.session_state.get("own-data")
    return found


def use_data(own: OwnData | None) -> None:
    """Put data to use on all pages of this session; nothing goes back to those configured."""
    st.session_state["own-data"] = own


def linked() -> dict[str, Scenario]:
    """The scenarios that came with a link in this session, by name."""
    found: dict[str, Scenario] = st.session_state.setdefault("linked", {})
    return found


def theme_type() -> str:
    """ "light" or "dark", as the browser shows the page."""
    return st.context.theme.type or "light"
