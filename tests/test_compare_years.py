"""Yearly values of a public file beside series.csv: every edition has its own row."""

from __future__ import annotations

import pytest
from samples import MCS_2026, sample

from loaders.compare_years import yearly
from loaders.imports import propose
from loaders.public import Figure
from loaders.tables import Row, Tables
from loaders.usgs_mcs import MINED

QUANTITIES = {MINED: "mine_output"}


def figure(value: float | None, country: str = "MMR", source: str = "usgs_mcs2026") -> Figure:
    return Figure(country, MINED, 2024, value, "t REO", source, estimated=True)


def ours(value: float, source: str, used: str = "yes") -> Row:
    values = {"quantity": "mine_output", "subject": "", "country": "MMR", "material": "REO"}
    more = {"year": 2024, "value": value, "used": used, "sources": (source,)}
    return Row("series", 2, values | more)


def tables(*rows: Row) -> Tables:
    return Tables({"series": rows, "countries": (Row("countries", 2, {"iso3": "MMR"}),)})


def test_a_new_edition_becomes_a_row_that_is_not_in_use() -> None:
    found = yearly([figure(27_000)], tables(ours(31_000, "usgs_mcs2025")), QUANTITIES)
    (change,) = found.changes
    assert (change.old, change.new, change.applies) == (31_000, 27_000, True)
    assert dict(change.edits) == {
        "quantity": "mine_output",
        "subject": "",
        "country": "MMR",
        "material": "REO",
        "year": "2024",
        "sources": "usgs_mcs2026",
        "value": "27000",
        "unit": "t REO",
        "used": "no",
        "confidence": "estimated",
    }


def test_the_first_value_of_a_year_is_in_use() -> None:
    (change,) = yearly([figure(27_000)], tables(), QUANTITIES).changes
    assert dict(change.edits)["used"] == "yes"


def test_another_figure_of_the_same_edition_needs_a_human() -> None:
    (change,) = yearly([figure(9.0)], tables(ours(8.0, "usgs_mcs2026")), QUANTITIES).changes
    assert not change.applies
    assert "one of them is mistaken" in change.why_not


def test_what_changes_nothing_is_counted() -> None:
    rows = [figure(8.2), figure(None), figure(1.0, "Atlantis")]
    found = yearly(rows, tables(ours(8.0, "usgs_mcs2026")), QUANTITIES)
    assert found.changes == ()
    assert found.without == {
        "yearly figures that agree": 1,
        "yearly figures without a value": 1,
        "yearly figures of places that are no country of ours": 1,
    }


def test_the_real_release_agrees_with_the_shipped_values() -> None:
    proposal = propose("usgs-mcs", sample(MCS_2026))
    assert proposal.without["yearly figures that agree"] >= 37
    changed = [c for c in proposal.changes if c.table == "series" and c.new != pytest.approx(0.0)]
    assert changed == []
