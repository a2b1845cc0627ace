"""What the form of the Query page asks for, and the bounds that every question has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from graph.queries import Question
from ui import text
from ui.asking import Request
from ui.state import RANGES

USES = ("question", "cypher", "rows", "seconds")
"""Fields of the address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to run. `shown` are the parameters as they stand in the address; `question` is None
    for a text of one's own, `again` True where Run was pressed. Without a query, `missing` may say
    why.
    """

    title: str
    why: str
    request: Request
    units: Mapping[str, str]
    shown: tuple[tuple[str, str], ...] = ()
    question: Question | None = None
    again: bool = False
    missing: str = ""

    @property
    def cypher(self) -> str:
        return self.request.cypher


def bounds() -> tuple[int, int]:
    """Fields for rows and seconds at most, and what stands in them."""
    session = st.session_state
    left, right = st.columns(2)
    rows = left.number_input("Rows at most", *RANGES["rows"], session.rows, key="rows")
    seconds = right.number_input(
        "Seconds at most", *RANGES["seconds"], session.seconds, key="seconds"
    )
    st.caption(f"Read-only; at most {text.whole(rows)} rows and {seconds} seconds.")
    return rows, seconds
