"""Scenarios in a link: what is put in comes out, and nothing else does harm."""

from __future__ import annotations

import base64
import string
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ScenarioError
from graph.scenario import Agreement, Outage, Quota, Scenario, Tariff
from graph.who import Who
from loaders.plans import MOST_CHARS, decode, encode
from loaders.scenarios import MOST_BYTES, scenarios

SHIPPED = scenarios(Path(__file__).resolve().parents[1] / "data")
STOP = Scenario("s", "Stop", "It stops.", (Outage(name="out", sites=("s_kuantan",)),))

# What a file may hold: no half of a pair, which UTF-8 cannot write.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip)
shares = st.floats(0, 1)
weeks = st.integers(0, 51)
outages = st.builds(Outage, name=st.just("out"), sites=st.tuples(texts), remaining=shares)
quotas = st.builds(
    Quota, name=st.just("quota"), scope=st.just("mining"), kept=shares, start_week=weeks
)
tariffs = st.builds(
    Tariff,
    name=st.just("duty"),
    rate=shares,
    sellers=st.just(Who(countries=("CHN",))),
    buyers=st.builds(Who, countries=st.tuples(texts)),
)
lifting = st.builds(
    Agreement, name=st.just("peace"), start_week=weeks, lifts=st.just(("quota", "duty"))
)
names = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=60)
plans = st.dictionaries(
    names,
    st.builds(
        Scenario,
        name=st.just(""),
        title=texts,
        summary=texts,
        levers=st.tuples(outages, quotas, tariffs, lifting),
        events=st.lists(texts, max_size=2).map(tuple),
        start=st.sampled_from(("", "2025-04-04")),
        assumptions=st.dictionaries(texts, st.floats(-1e6, 1e6), max_size=3).map(
            lambda found: tuple(sorted(found.items()))
        ),
    ),
    min_size=1,
    max_size=3,
).map(lambda found: {name: replace(each, name=name) for name, each in found.items()})


@given(plans)
def test_what_is_put_into_a_link_comes_out_of_it(found: dict[str, Scenario]) -> None:
    plan = encode(found)
    assert 0 < len(plan) <= MOST_CHARS
    assert set(plan) <= set(string.ascii_letters + string.digits + "-_")
    assert decode(plan) == found


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_shipped_scenario_fits_into_a_link(name: str) -> None:
    assert decode(encode({name: SHIPPED[name]})) == {name: SHIPPED[name]}


@given(st.text(max_size=200))
def test_no_text_in_a_link_does_more_than_say_what_is_wrong(plan: str) -> None:
    with pytest.raises(ScenarioError):
        decode(plan)


def packed(told: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(told, 9)).decode().rstrip("=")


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ("", "the link is cut short"),
        ("!!!", "damaged or cut short"),
        ("AAAA", "damaged or cut short"),
        ("x" * (MOST_CHARS + 1), "more than 6,000 characters"),
        (packed(b"\xff"), "damaged or cut short"),
        (packed(b"title = 'T'"), "no scenario that can be read"),
        (packed(b"title = 'T'\n#: a\n"), "no scenario that can be read"),
        (packed(b"#: A name\ntitle = 'T'"), "no scenario that can be read"),
        (
            packed(b"#: a\ntitle = 'T'\nsummary = 'S'\nlevers = 1"),
            "a, line 3: unknown key 'levers'",
        ),
        (packed(b"#: a\ntitle = 'T'\nsummary = 'S'\n[assumptions]\nx = 'y'"), "x is a number"),
        (packed(b" " * (MOST_BYTES + 1)), "more than 65,536 bytes"),
    ],
)
def test_a_bad_link_says_what_is_wrong(plan: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        decode(plan)


def test_a_link_that_unpacks_without_end_is_left_off() -> None:
    # Four million letters fit into few characters; no more than a file may have is unpacked.
    deflate = zlib.compressobj(9)
    bomb = b"".join(deflate.compress(b"a" * 1_000_000) for _ in range(4)) + deflate.flush()
    plan = base64.urlsafe_b64encode(bomb).decode().rstrip("=")
    assert len(plan) <= MOST_CHARS
    with pytest.raises(ScenarioError, match="more than 65,536 bytes"):
        decode(plan)


def test_a_link_cut_short_says_so() -> None:
    plan = encode({"s": STOP})
    for length in (len(plan) // 2, len(plan) - 4):
        with pytest.raises(ScenarioError, match="cut short"):
            decode(plan[:length])


def test_what_is_too_long_is_not_put_into_a_link() -> None:
    digits = [str(n * 7919 % 100_003) for n in range(6000)]
    long = replace(STOP, levers=(Outage(name="out", sites=tuple(digits)),))
    assert encode({"s": long}) == ""
    assert encode({}) == ""
