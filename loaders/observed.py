"""Observations as figures: what customs counted by month, and what a span of months adds up to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from loaders.tables import Row

JOINED = {"month", "quarter", "ytd", "sum"}
"""Types of period that stand for whole months one after the other."""


def select(rows: Iterable[Row], **wanted: str) -> tuple[Row, ...]:
    """Rows whose columns hold these very texts."""
    return tuple(
        row for row in rows if all(row.text(column) == text for column, text in wanted.items())
    )


def by_month(rows: Iterable[Row]) -> dict[str, float]:
    """Value by month (YYYY-MM), oldest first, of the rows that stand for one month."""
    found = {
        row.text("period"): row.number("value")
        for row in rows
        if row.text("period_type") == "month"
    }
    return dict(sorted(found.items()))


def of_year(rows: Iterable[Row], year: int) -> float | None:
    """The value of a whole year; None where there is none."""
    found = select(rows, period=str(year), period_type="year")
    return found[0].number("value") if found else None


def months_between(first: str, last: str) -> tuple[str, ...]:
    """All months (YYYY-MM) from one to another, both with them."""
    start, end = _count(first), _count(last)
    return tuple(f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1))


def total(rows: Sequence[Row], months: Sequence[str]) -> float | None:
    """What the months add up to, from single months and, where one is missing, from spans.

    None where the rows do not cover them without gap or overlap.
    """
    spans = {span: row.number("value") for row in rows if (span := _span(row))}
    summed, place = 0.0, 0
    while place < len(months):
        fitting = [
            span
            for span in spans
            if span[0] == months[place] and tuple(months[place : place + len(span)]) == span
        ]
        if not fitting:
            return None
        span = min(fitting, key=len)
        summed += spans[span]
        place += len(span)
    return summed


def _span(row: Row) -> tuple[str, ...]:
    """The months a row stands for; empty where it names no whole months in a row."""
    if row.text("period_type") not in JOINED:
        return ()
    ends = row.text("period").split("..")
    if not all(re.fullmatch(r"\d{4}-\d{2}", end) for end in ends):
        return ()
    return months_between(ends[0], ends[-1])


def _count(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1
