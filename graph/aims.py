"""What a lever aims at, in one line of text: whom and which goods, without sizes and dates."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum

from graph.scenario import Lever, Pair, UnitCost
from graph.who import Who

NO_AIMS = frozenset({"name", "action", "mode", "general_licences", "approval"})
"""Texts and pairs that say how a lever works, or whom it spares."""


def aim_of(lever: Lever) -> str:
    """As `country CHN; materials ndfeb, smco`; sites, countries and goods by their ids."""
    return "; ".join(_aims(lever, ""))


def _aims(record: Lever | Who, whose: str) -> list[str]:
    found: list[str] = []
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in NO_AIMS:
            continue
        if isinstance(value, Who):
            found += _aims(value, f"{field.name}: ")
        elif words := _words(value):
            found.append(f"{whose}{field.name.replace('_', ' ')} {words}")
    return found


def _words(value: object) -> str:
    """Names that a value holds; empty for numbers and for what holds none."""
    match value:
        case Enum():
            return str(value.value)
        case str():
            return value
        case Pair(seller=seller, buyer=buyer):
            return f"{seller or 'anyone'} to {buyer or 'anyone'}"
        case UnitCost(site=site):
            return site
        case tuple():
            return ", ".join(words for item in value if (words := _words(item)))
    return ""
