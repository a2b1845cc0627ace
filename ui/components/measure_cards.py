"""The measures as cards to pick from; each card is a button with words beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st

from ui import services, session, text
from ui.viewmodels import cards, measures
from ui.viewmodels.cards import Card

ACROSS = 3


def measure_cards(base: services.Base, chosen: str) -> None:
    """All measures under their heads; the one chosen stands out."""
    st.header("Pick a measure", anchor=False)
    for row in _rows(cards.groups(services.events_of(base), base.names)):
        places = st.columns([min(ACROSS, len(group)) for group in row.values()])
        for place, (head, group) in zip(places, row.items(), strict=True):
            with place:
                st.subheader(head, anchor=False)
                _grid(group, chosen)


def _rows(
    groups: Mapping[str, tuple[Card, ...]],
) -> Iterator[dict[str, tuple[Card, ...]]]:
    """Groups beside each other as long as their cards fit."""
    row: dict[str, tuple[Card, ...]] = {}
    for head, group in groups.items():
        if row and sum(map(len, row.values())) + len(group) > ACROSS:
            yield row
            row = {}
        row[head] = group
    yield row


def _grid(group: tuple[Card, ...], chosen: str) -> None:
    for first in range(0, len(group), ACROSS):
        line = group[first : first + ACROSS]
        for place, card in zip(st.columns(len(line), gap="small"), line, strict=True):
            with place:
                _card(card, is_chosen=card.lever == chosen)


def _card(card: Card, *, is_chosen: bool) -> None:
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card-{card.lever}"):
        st.button(
            text.plain(card.name),
            key=f"pick-{card.lever}",
            type="primary" if is_chosen else "secondary",
            width="stretch",
            on_click=pick,
            args=(card.lever,),
        )
        st.markdown(text.plain(card.does))
        st.caption(text.plain(card.used))


def pick(lever: str) -> None:
    """A measure with its usual size, aimed at the first of its targets; week 0 is shown."""
    session.choose(
        lever=lever,
        cards=False,
        size=measures.START_SIZES[lever],
        target="",
        week=0,
    )
