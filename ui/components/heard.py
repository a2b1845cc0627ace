"""What our own components report: anything a browser may send, taken for what it should be or left.

A reader can only disturb the own session with it; still a word of another kind is no click.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

LONGEST_ID, LARGEST = 300, 1e15


def heard(key: str) -> Mapping[str, object]:
    """The last words of the component `key`; empty where it has said nothing."""
    return as_map(st.session_state.get(key))


def as_map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def as_id(value: object) -> str:
    """An id; empty for anything else."""
    return value if isinstance(value, str) and len(value) <= LONGEST_ID else ""


def as_text(value: object) -> str | None:
    """A text that can be kept and sent on: lone surrogates are no text."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def as_number(value: object) -> float:
    """A number; 0 for anything else, as what is endless or too large to count with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if abs(value) < LARGEST else 0.0
