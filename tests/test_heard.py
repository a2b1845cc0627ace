"""What a browser sends in the place of a click, a week or a query; it may be anything."""

from __future__ import annotations

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as draw

from ui.components.cypher_editor import sent
from ui.components.heard import as_id, as_number
from ui.components.network_view import clicked, week_of
from ui.state import MAX_WEEK

NAMES = ("clicked", "week", "lost", "sent", "id", "text", "at", "run")
anything = draw.recursive(
    draw.none() | draw.booleans() | draw.integers() | draw.floats() | draw.text(max_size=20),
    lambda inner: (
        draw.lists(inner, max_size=3)
        | draw.dictionaries(draw.sampled_from(NAMES) | draw.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(said=anything)
def test_anything_is_a_click_a_week_and_a_text_or_nothing(said: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "session_state", {"view": said})
        assert isinstance(clicked("view"), str)
        assert 0 <= week_of("view") <= MAX_WEEK
        found = sent("view")
        assert found is None or found["text"].encode()


@pytest.mark.parametrize(
    ("said", "click", "week"),
    [
        (None, "", 0),
        ({"clicked": {"id": "mine|CHN"}, "week": 12}, "mine|CHN", 12),
        ({"clicked": None, "week": 3.0}, "", 3),
        ({"clicked": {"id": 7}, "week": "9"}, "", 0),
        ({"clicked": ["mine|CHN"], "week": [1]}, "", 0),
        ({"clicked": {"id": "x" * 301}, "week": -4}, "", 0),
        ({"clicked": "mine|CHN", "week": float("inf")}, "", 0),
        ({"week": 10**400}, "", 0),
        ({"week": True}, "", 0),
        ({"week": 1e6}, "", MAX_WEEK),
        ("clicked", "", 0),
    ],
)
def test_what_is_no_click_and_no_week_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, said: object, click: str, week: int
) -> None:
    monkeypatch.setattr(st, "session_state", {"view": said})
    assert (clicked("view"), week_of("view")) == (click, week)


def test_a_text_is_kept_and_a_moment_that_is_none_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"view": {"sent": {"text": "RETURN 1\ud800"}}})
    assert sent("view") == {"text": "RETURN 1?", "at": 0.0, "run": False}
    assert as_number(float("nan")) == 0
    assert as_id("x" * 300) == "x" * 300
