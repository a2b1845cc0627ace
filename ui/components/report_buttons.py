"""Buttons that save what a page shows as a report; the files are made when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ui import offers, services, session
from ui.offers import File
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
    data = services.whose_tables(base)
    made = made_now(
        data,
        link_of(session.address(), page, to_params(state)),
        command_of(names, base.network.snapshot, state.whose) if names and data == SHIPPED else "",
    )
    with st.container(horizontal=True):
        for kind in FORMATS:
            make = partial(_file, kind, base, compared, goal, state.whose, made)
            name = f"{FILE}.{kind}"
            offers.report(File(kind.upper(), name, MIME[kind], make))
            st.download_button(
                f"Report as {kind.upper()}",
                make,
                name,
                MIME[kind],
                key=f"report-{kind}",
                on_click="ignore",
                icon=":material/download:",
            )


def _file(
    kind: str, base: Base, compared: Sequence[Side], goal: str, whose: str, made: Made
) -> bytes:
    return FORMATS[kind](report(compared, base.network, base.tables, base.names, goal, whose, made))
