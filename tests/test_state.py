"""A view is its address: what is written into a link comes back, and a bad link never fails."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.indicators import LENSES
from graph.model import ELEMENTS
from ui.state import (
    COLOURINGS,
    DEFAULT,
    DRAWN,
    ITEMS,
    LOST,
    MAX_ROWS,
    MAX_SECONDS,
    MAX_TEXT,
    MAX_WEEK,
    MEASURES,
    PICTURES,
    REGIONS,
    STAGES,
    TABS,
    WEEKS,
    UrlState,
    from_params,
    to_params,
)
from ui.viewmodels import chain, chokepoints, cut, measures, worldmap

EVERYTHING = (
    "year=2023&item=Dy&lens=located&picture=map&region=asia&box=magnet%7CJPN&focus=1&site=kuantan"
    "&unfolded=a%2Cb&stage=magnet&country=JPN&owner=Lynas&scenario=mine&compare=other&week=20&cards=1"
    "&lever=tariff&target=USA%7C&size=40&start=3&end=30&relief=9&day=2025-04-04&steps=2&onto=third"
    "&plan=x&assume=STK07%3D38&bands=1&bracket=1&stored=1&question=hhi-by-stage&cypher=RETURN+1"
    "&rows=9&seconds=8&tab=events&instrument=quota&actor=CHN&event=E1&source=S1&term=oxide"
    "&quantity=price&material=ndpr_oxide&case=2010_quota&measure=price%7CUSD%7Cmonth&about=C1"
    "&past=quota-2010&whose=EV&lost=firm&china=controlled&point=lynas&element=Tb&member=kuantan"
    "&drawn=without&budget=200&tiers=4&threats=a%3A2&against=a%2Cb&p.element=Dy"
)
"""A link with every field: those in the wild look so for good."""
words = st.text(max_size=40)
of_a_run = st.integers(0, WEEKS - 1)
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
    week=st.integers(0, MAX_WEEK),
    cards=st.booleans(),
    lever=st.sampled_from(("", *MEASURES)),
    target=words,
    size=st.integers(0, 100),
    start=of_a_run,
    end=st.integers(1, WEEKS),
    relief=of_a_run,
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat),
    steps=st.integers(0, 99),
    onto=words,
    plan=words,
    assume=words,
    bands=st.booleans(),
    bracket=st.booleans(),
    stored=st.booleans(),
    question=words,
    cypher=words,
    rows=st.integers(1, MAX_ROWS),
    seconds=st.integers(1, MAX_SECONDS),
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
    against=words,
    parameters=st.dictionaries(st.text(min_size=1, max_size=8), words, max_size=3).map(
        lambda found: tuple(sorted(found.items()))
    ),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # so many fields to draw
@given(states)
def test_a_link_gives_the_same_state_again(state: UrlState) -> None:
    assert from_params(to_params(state)) == state


def test_every_field_stands_in_a_link_under_its_name_and_in_its_place() -> None:
    state = from_params(dict(parse_qsl(EVERYTHING)))
    assert not [f for f in fields(UrlState) if getattr(state, f.name) == getattr(DEFAULT, f.name)]
    assert urlencode(to_params(state)) == EVERYTHING


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
        ({"day": "1899-12-31"}, "day", ""),
        ({"day": "2200-01-01"}, "day", ""),
        ({"end": "53"}, "end", 52),
        ({"start": "52"}, "start", 0),
        ({"relief": "52"}, "relief", 0),
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


def test_what_a_link_can_choose_has_words_in_the_same_order() -> None:
    assert tuple(chain.LENS_WORDS) == COLOURINGS
    assert tuple(chain.PICTURE_WORDS) == PICTURES
    assert tuple(chokepoints.KIND_WORDS) == LOST
    assert tuple(chokepoints.LENS_WORDS) == LENSES
    assert tuple(cut.drawn_words(LENSES[0])) == DRAWN
    assert tuple(worldmap.REGION_WORDS) == REGIONS
    assert tuple(measures.LEVER_WORDS) == MEASURES
