"""What one run of a page shows that can be saved. Tables, graphs and files enter themselves where
they are drawn; the Export menu in the head lists them when the page is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from ui.charts.painted import Picture
from ui.services import Base
from ui.viewmodels.tables import Table

KEY = "offers"


@dataclass(frozen=True, slots=True)
class File:
    """A file made when it is asked for."""

    label: str
    name: str
    mime: str
    make: Callable[[], bytes | str]


@dataclass(slots=True)
class Offers:
    """In the order in which the page shows them."""

    base: Base | None = None
    scenario: str = ""
    network: bool = False
    tables: list[Table] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    reports: list[File] = field(default_factory=list)


def begin() -> None:
    """A page starts to run: nothing is on offer yet."""
    st.session_state[KEY] = Offers()


def current() -> Offers:
    """Of the run that goes on, or went last in this session."""
    offers: Offers = st.session_state.setdefault(KEY, Offers())
    return offers


def of(base: Base, scenario: str = "", network: bool = False) -> None:
    """Say what the figures of the page are of, and whether its whole network is on offer."""
    offers = current()
    offers.base = base
    offers.scenario = scenario or offers.scenario
    offers.network = network or offers.network


def table(shown: Table) -> None:
    """A table that the page shows; empty ones hold nothing to save."""
    if shown.rows:
        current().tables.append(shown)


def picture(drawn: Picture) -> None:
    """A graph that the page shows."""
    current().pictures.append(drawn)


def report(made: File) -> None:
    """The report of the page in one of its forms."""
    current().reports.append(made)
