"""A view is its address: what is written into a link comes back, and a bad link never fails."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.indicators import LENSES
from graph.model import ELEMENTS
from ui.state import (
    COLOURINGS,
    DEFAULT,
    DRAWN,
    ITEMS,
    LENSES,
    LOST,
    MAX_TEXT,
    MAX_WEEK,
    MEASURES,
    PICTURES,
    REGIONS,
    STAGES,
    TABS,
    UrlState,
    from_params,
    to_params,
)

words = st.text(max_size=40)
weeks = st.integers(0, MAX_WEEK)
states = st.builds(
    UrlState,
    item=st.sampled_from(ITEMS),
    lens=st.sampled_from(COLOURINGS),
    picture=st.sampled_from(PICTURES),
    region=st.sampled_from(REGIONS),
    box=words,
    focus=st.booleans(),
    site=words,
    unfolded=words,
    stage=st.sampled_from(STAGES),
    country=words,
    owner=words,
    scenario=words,
    compare=words,
    week=weeks,
    cards=st.booleans(),
    lever=st.sampled_from(("", *MEASURES)),
    target=words,
    size=st.integers(0, 100),
    start=weeks,
    end=st.integers(1, MAX_WEEK),
    relief=weeks,
    day=st.dates().map(date.isoformat),
    steps=st.integers(0, 99),
    onto=words,
    plan=words,
    bands=st.booleans(),
    bracket=st.booleans(),
    question=words,
    cypher=words,
    tab=st.sampled_from(TABS),
    instrument=words,
    actor=words,
    event=words,
    source=words,
    term=words,
    quantity=words,
    material=words,
    case=words,
    measure=words,
    about=words,
    past=words,
    whose=words,
    lost=st.sampled_from(LOST),
    china=st.sampled_from(LENSES),
    point=words,
    element=st.sampled_from(ELEMENTS),
    member=words,
    drawn=st.sampled_from(DRAWN),
    budget=st.integers(1, 9999),
    tiers=st.integers(1, 5),
    threats=words,
    parameters=st.dictionaries(st.text(min_size=1, max_size=8), words, max_size=3).map(
        lambda found: tuple(sorted(found.items()))
    ),
)


@given(states)
def test_a_link_gives_the_same_state_again(state: UrlState) -> None:
    assert from_params(to_params(state)) == state


@given(st.dictionaries(st.text(max_size=12), words))
def test_no_address_fails(params: dict[str, str]) -> None:
    assert isinstance(from_params(params), UrlState)


@given(
    st.dictionaries(
        st.sampled_from([field.name for field in fields(UrlState)]), st.text(max_size=30)
    )
)
def test_wild_values_of_known_names_fall_back(params: dict[str, str]) -> None:
    state = from_params(params)
    assert state.item in ITEMS
    assert state.lens in COLOURINGS
    assert state.lever in ("", *MEASURES)
    assert state.tab in TABS
    assert 0 <= state.week <= MAX_WEEK
    assert 0 <= state.size <= 100


def test_the_default_view_has_a_bare_address() -> None:
    assert to_params(DEFAULT) == {}


def test_a_link_is_readable() -> None:
    state = UrlState(item="Dy", box="magnet|JPN", focus=True, parameters=(("site", "kuantan"),))
    assert to_params(state) == {
        "item": "Dy",
        "box": "magnet|JPN",
        "focus": "1",
        "p.site": "kuantan",
    }


@pytest.mark.parametrize(
    ("params", "field", "expected"),
    [
        ({"item": "gold"}, "item", "magnet"),
        ({"lens": "red"}, "lens", "own"),
        ({"picture": "globe"}, "picture", "graph"),
        ({"region": "moon"}, "region", "world"),
        ({"week": "-1"}, "week", 0),
        ({"week": "999"}, "week", 0),
        ({"week": "1e3"}, "week", 0),
        ({"week": "٣"}, "week", 0),
        ({"week": "9" * 5000}, "week", 0),
        ({"size": "101"}, "size", 100),
        ({"end": "0"}, "end", 52),
        ({"focus": "yes"}, "focus", False),
        ({"lost": "planet"}, "lost", "site"),
        ({"china": "own"}, "china", "located"),
        ({"element": "gold"}, "element", "NdPr"),
    ],
)
def test_unknown_values_fall_back(params: dict[str, str], field: str, expected: object) -> None:
    assert getattr(from_params(params), field) == expected


def test_long_text_is_cut() -> None:
    assert len(from_params({"cypher": "x" * 10_000}).cypher) == MAX_TEXT
