"""One selection, one lens and one year on all pages: what a walk through them carries along."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from graph.indicators import LENSES
from graph.model import ELEMENTS
from ui.state import LOST, UrlState, to_params

SHARED = ("year", "item", "lens", "box", "site", "whose")
ALIASES = {"item": "element", "lens": "china", "site": "point"}
"""What the Chokepoints page calls the same."""
KNOWN = {"element": ELEMENTS, "china": LENSES}
"""What an alias can take of the values of its namesake."""


def field_of(name: str, uses: Collection[str]) -> str:
    """The field in which a page holds what is shared; empty where it has none."""
    return next((each for each in (name, ALIASES.get(name, "")) if each and each in uses), "")


def carried(state: UrlState, shared: Mapping[str, str], uses: Collection[str]) -> UrlState:
    """The state of a page that is entered without a link, with what was chosen on other pages."""
    found = {}
    for name, value in shared.items():
        field = field_of(name, uses)
        if field and _fits(field, value, state):
            found[field] = value
    return replace(state, **found)  # type: ignore[arg-type]


def taken(before: UrlState, now: UrlState, uses: Collection[str]) -> dict[str, str]:
    """What was chosen on a page since it was entered, under the names shared by all."""
    fields = {name: field for name in SHARED if (field := field_of(name, uses))}
    return {
        name: getattr(now, field)
        for name, field in fields.items()
        if getattr(now, field) != getattr(before, field) and _fits(field, "", now, leaving=True)
    }


def _fits(field: str, value: str, state: UrlState, *, leaving: bool = False) -> bool:
    if field == "point":  # a firm or a country that is lost is no site
        return state.lost == LOST[0]
    return leaving or value in KNOWN.get(field, (value,))


def beside(
    shared: Mapping[str, str], now: UrlState, told: UrlState, uses: Collection[str]
) -> dict[str, str]:
    """What a link carries for other pages: shared, and not told by this page, which may hold (in
    `now`) what the part of it that is shown does not tell."""

    def is_told(field: str) -> bool:
        return bool(field) and getattr(now, field) == getattr(told, field)

    others = {name: each for name, each in shared.items() if not is_told(field_of(name, uses))}
    return to_params(replace(UrlState(), **others))  # type: ignore[arg-type]
