"""Buttons that save what a page shows as a report; the files are made when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

import loaders
from ui.report import FORMATS, MIME, SHIPPED, command_of, link_of, made_now
from ui.services import Base
from ui.state import UrlState, to_params
from ui.viewmodels.compare import Side
from ui.viewmodels.report import Made, report

FILE = "magnetrace-report"


def report_buttons(
    base: Base,
    page: str,
    state: UrlState,
    compared: Sequence[Side],
    names: Sequence[str],
    goal: str,
) -> None:
    """One button a kind of file. `names` are those of the scenarios where all of them ship, else
    empty; `goal` names whose loss it is."""
    ships = not base.is_own and loaders.data_folder() == loaders.shipped_folder()
    made = made_now(
        SHIPPED if ships else "own tables; the link needs the same",
        link_of(st.context.url or "http://127.0.0.1:8501", page, to_params(state)),
        command_of(names, base.network.snapshot, state.whose) if names and ships else "",
    )
    with st.container(horizontal=True):
        for kind in FORMATS:
            st.download_button(
                f"Report as {kind.upper()}",
                partial(_file, kind, base, compared, goal, state.whose, made),
                f"{FILE}.{kind}",
                MIME[kind],
                key=f"report-{kind}",
                on_click="ignore",
                icon=":material/download:",
            )


def _file(
    kind: str, base: Base, compared: Sequence[Side], goal: str, whose: str, made: Made
) -> bytes:
    return FORMATS[kind](report(compared, base.network, base.tables, base.names, goal, whose, made))
