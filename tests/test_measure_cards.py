"""Cards of measures, and the sentence that tells what a form is about to run."""

from __future__ import annotations

from datetime import date

import pytest

from ui.state import MEASURES, UrlState
from ui.viewmodels import cards, told
from ui.viewmodels.events import Event

NB = "\u00a0"
NAMES = {"CHN": "China", "MYS": "Malaysia", "USA": "United States", "JPN": "Japan", "AUS": "Oz"}


def event(id: str, start: str, lever: str, title: str, *actors: str) -> Event:
    return Event(
        id=id,
        start=date.fromisoformat(start),
        end=None,
        shown=start,
        actors=actors,
        instrument="x",
        title=title,
        summary="",
        status="in force",
        state="in force",
        lever=lever,
        scenario="",
        sources=(),
        confidence="high",
        note="",
    )


EVENTS = (
    event("E1", "2010-09-21", "quota", "Ships stop", "CHN"),
    event("E2", "2023-09-01", "quota", "Ore stays", "MYS"),
    event("E3", "2025-06-01", "quota", "Secret quota", "CHN"),
    event("E4", "2026-02-01", "stockpile", "Vault", "USA"),
    event("E5", "2026-03-01", "stockpile", "Both", "USA", "JPN"),
    event("E6", "2026-01-01", "stockpile", "Reserve", "AUS"),
    event("E7", "2025-04-04", "export_licence", "Announcement 18", "CHN"),
    event("E8", "2022-01-01", "price", "One price for all", "CHN"),
)


def test_every_measure_has_one_card() -> None:
    found = cards.groups(EVENTS, NAMES)
    assert sorted(card.lever for group in found.values() for card in group) == sorted(MEASURES)
    assert [card.name for card in found["Answers"]] == [
        "Magnets from a stockpile",
        "New magnet plants",
        "Magnets with less Dy and Tb",
    ]


def test_a_card_says_who_used_it_and_when_last() -> None:
    used = {
        card.lever: card.used for group in cards.groups(EVENTS, NAMES).values() for card in group
    }
    # What Malaysia does with its ore is no quota of China.
    assert used["quota"] == "China: 2 events since 2010. Newest: Secret quota, 2025-06-01."
    assert used["stockpile"] == (
        "United States, Japan and others: 3 events since 2026. Newest: Both, 2026-03-01."
    )
    assert used["licence"] == "China: 1 event. Newest: Announcement 18, 2025-04-04."
    assert used["price"] == "China: 1 event. Newest: One price for all, 2022-01-01."
    assert used["thrift"] == used["tariff"] == "No event in the data."


@pytest.mark.parametrize(
    ("state", "target", "start", "onto", "expected"),
    [
        (
            UrlState(lever="tariff", size=25, start=4, end=30),
            "United States",
            "",
            "",
            f"United States puts a duty of 25{NB}% on magnets from China, from week{NB}4 to "
            f"week{NB}30.",
        ),
        (
            UrlState(lever="outage", end=2),
            "Kuantan",
            "2025-04-04",
            "April",
            f"Kuantan stands still, from week{NB}0 to week{NB}2 (4{NB}April{NB}2025 to "
            f"18{NB}April{NB}2025), on top of “April”.",
        ),
        (
            UrlState(lever="licence", size=3, relief=12),
            "Goods listed",
            "",
            "",
            f"China puts goods listed under licence and never approves 3{NB}% of the buyers, from "
            f"week{NB}0 to week{NB}52; an agreement lifts it in week{NB}12.",
        ),
        (
            UrlState(lever="blacklist", size=0),
            "Germany: all buyers",
            "",
            "",
            f"Chinese sellers no longer supply all buyers in Germany, from week{NB}0 to "
            f"week{NB}52.",
        ),
        (
            UrlState(lever="procurement", size=10),
            "Germany: EV",
            "",
            "",
            f"In Germany, EV buyers turn away goods with more than 10{NB}% Chinese content, from "
            f"week{NB}0 to week{NB}52.",
        ),
    ],
)
def test_a_measure_is_told_in_a_sentence(
    state: UrlState, target: str, start: str, onto: str, expected: str
) -> None:
    assert told.measure(state, target, start, onto) == expected


def test_every_measure_is_told() -> None:
    said = [told.measure(UrlState(lever=lever), "A: b", "", "") for lever in MEASURES]
    assert len(set(said)) == len(MEASURES)


def test_a_kept_scenario_is_told_in_a_sentence() -> None:
    state = UrlState(steps=2, relief=30)
    assert told.kept("Ladder", state, "Nothing done", 52) == (
        f"Runs “Ladder” over 52 weeks, the first 2 steps only, lifted in week{NB}30, beside "
        "“Nothing done”."
    )
    assert told.kept("Ladder", UrlState(), "", 52) == "Runs “Ladder” over 52 weeks."


def test_a_day_that_cannot_be_is_none() -> None:
    assert told.day_of("2025-02-30", 0) is None
    assert told.day_of("9999-12-30", 9) is None
    assert told.day_of("2025-12-26", 1) == date(2026, 1, 2)
