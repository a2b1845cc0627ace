"""Numbers and days in a link that no widget takes."""

from __future__ import annotations

import pytest
from app_pages import page

from ui.keeper import StoreKeeper


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("scenario", {"lever": "tariff", "start": "100", "end": "500", "week": "300"}),
        ("scenario", {"lever": "tariff", "day": "9999-12-31"}),
        ("scenario", {"lever": "tariff", "day": "0001-01-01"}),
        ("scenario", {"scenario": "april-2025-licences", "relief": "300"}),
        ("chokepoints", {"threats": "april-2025-licences=0.01,full-export-stop=2"}),
        ("query", {"question": "who-is-hit", "p__minimum": "inf"}),
        ("query", {"question": "losses-in-week", "p__week": "9" * 20}),
    ],
)
def test_no_number_and_no_day_of_a_link_breaks_a_page(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, str]
) -> None:
    monkeypatch.setattr(StoreKeeper, "wake", lambda keeper: setattr(keeper, "state", "starting"))
    page(name, **params)
