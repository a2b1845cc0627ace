"""Keeps the address and the widgets of a page in step: the address is the truth on arrival,
the widgets from then on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace

import streamlit as st

from graph.scenario import Scenario
from loaders.own_data import OwnData
from ui import theme
from ui.selection import SHARED, beside, carried, taken
from ui.state import DEFAULT, PARAMETER, UrlState, from_params, to_params

_NAMES = tuple(field.name for field in fields(UrlState) if field.name != "parameters")


def arrive(page: str, uses: tuple[str, ...]) -> UrlState:
    """Start a page that uses the named fields; widgets keyed by a field's name follow the address.

    Coming back to a page by its bare address shows it as it was left, with what was selected on
    other pages since.
    """
    session, params = st.session_state, st.query_params.to_dict()
    left, shared = session.setdefault("left", {}), session.setdefault("shared", {})
    is_link = bool(params)
    if session.get("page") != page and not params and page in left:
        params = left[page]
    is_new = (session.get("page"), session.get("address")) != (page, params)
    session["uses"], session["arrived"] = uses, is_new and is_link
    if is_new:
        session["missed"] = {}
        state = from_params(params)
        if is_link:
            shared |= {name: getattr(state, name) for name in SHARED if name in params}
        else:
            state = carried(state, shared, uses)
        session["entered"] = state
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
    session = st.session_state
    now = current(session["uses"])
    session["shared"] |= taken(session["entered"], now, session["uses"])
    session["entered"] = now
    params = to_params(state) | beside(session["shared"], now, state, session["uses"])
    session["left"][session["page"]] = session["address"] = params
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)


def choose(**values: object) -> None:
    """Set fields from a callback, before the page runs again."""
    for name, value in values.items():
        st.session_state[name] = value
        chosen(name)


def missing(name: str, known: Collection[str], asked: str | None = None) -> str:
    """What the link that was followed asks of a field and these data do not hold; it stays until
    something is chosen there or another link is followed. `asked` is the value where it does not
    stand in the field."""
    state = st.session_state
    told = str(state.get(name) or "") if asked is None else asked
    if state["arrived"] and told not in ("", getattr(DEFAULT, name, "")) and told not in known:
        state["missed"][name] = told
    found: str = state["missed"].get(name, "")
    return found


def chosen(name: str) -> None:
    """A choice takes the place of what a link asked in vain."""
    st.session_state.get("missed", {}).pop(name, None)


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


def ink() -> str:
    """Of charts on the ground of the page."""
    return theme.INKS[theme_type()]


def address() -> str:
    """Where the page is served, as the browser knows it."""
    return st.context.url or "http://127.0.0.1:8501"
