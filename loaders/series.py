"""Values by year, editions side by side with one of them in use; and observations by month."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from graph.errors import Problem
from loaders.countries import WORLD
from loaders.tables import Row, Tables

Key = tuple[str, str, str, str]

EARLIEST, LATEST = 1900, 2100
AREAS = (WORLD, "EUR", "EU27", "ORIGINS18")
"""Areas of observations.csv that are no country."""
_MONTH = r"[12]\d{3}-(0[1-9]|1[0-2])"
_YEAR = r"[12]\d{3}"
PERIODS = {
    "month": _MONTH,
    "quarter": r"([12]\d{3})-(01\.\.\1-03|04\.\.\1-06|07\.\.\1-09|10\.\.\1-12)",
    "year": _YEAR,
    "year_end": _YEAR,
    "point": rf"{_YEAR}|{_MONTH}(-(0[1-9]|[12]\d|3[01]))?",
    "ytd": r"([12]\d{3})-01\.\.\1-(0[1-9]|1[0-2])",
    "sum": rf"{_MONTH}(\.\.{_MONTH}|(\+([12]\d{{3}}-)?(0[1-9]|1[0-2]))+)",
}
"""How a period is written, by its type."""
_EXAMPLES = {
    "month": "2025-04",
    "quarter": "2025-01..2025-03",
    "year": "2025",
    "year_end": "2025",
    "point": "2025, 2025-04 or 2025-04-30",
    "ytd": "2025-01..2025-06, from January",
    "sum": "2025-04..2025-09 or 2025-01+03",
}
CHANGE_UNIT = "%"
"""Only a change in percent may be negative."""


@dataclass(frozen=True, slots=True)
class YearValue:
    """One publication's value of a year, in `unit`; shares are 0..1."""

    quantity: str
    subject: str
    country: str
    material: str
    year: int
    value: float
    low: float | None
    high: float | None
    unit: str
    used: bool
    sources: tuple[str, ...]
    confidence: str
    note: str

    @property
    def key(self) -> Key:
        """What names its series: quantity, subject, country and material."""
        return self.quantity, self.subject, self.country, self.material


def values(tables: Tables, quantity: str) -> tuple[YearValue, ...]:
    """All values of a quantity, series by series, oldest first and the one in use before others."""
    found = (_value(row) for row in tables["series"] if row.text("quantity") == quantity)
    return tuple(sorted(found, key=lambda v: (*v.key, v.year, not v.used, v.sources)))


def used_value(
    tables: Tables, quantity: str, country: str, material: str, year: int, subject: str = ""
) -> YearValue | None:
    """The value in use for that very year; None where there is none."""
    newest = newest_until(tables, quantity, country, material, year, subject)
    return None if newest is None or newest[1] else newest[0]


def newest_until(
    tables: Tables, quantity: str, country: str, material: str, year: int, subject: str = ""
) -> tuple[YearValue, bool] | None:
    """The newest value in use not after `year`, and whether it is carried forward to it.

    None where nothing is published up to then.
    """
    series = values(tables, quantity)
    key = (quantity, subject, country, material)
    return newest_of((v for v in series if v.key == key), year)


def newest_of(series: Iterable[YearValue], year: int) -> tuple[YearValue, bool] | None:
    """The same among the values of one series."""
    found = [v for v in series if v.used and v.year <= year]
    newest = max(found, key=lambda v: v.year, default=None)
    return None if newest is None else (newest, newest.year < year)


def _value(row: Row) -> YearValue:
    return YearValue(
        quantity=row.text("quantity"),
        subject=row.text("subject"),
        country=row.text("country"),
        material=row.text("material"),
        year=int(row.number("year")),
        value=row.number("value"),
        low=row.optional("low"),
        high=row.optional("high"),
        unit=row.text("unit"),
        used=row.text("used") == "yes",
        sources=row.names("sources"),
        confidence=row.text("confidence"),
        note=row.text("note"),
    )


def check_series(rows: Iterable[Row], countries: Collection[str]) -> list[Problem]:
    """Unknown countries, years that cannot be, doubles, units that change, and which is used."""
    rows = tuple(rows)
    problems = _not_known(rows, "country", countries, (WORLD,))
    problems += [
        row.problem(
            "the year cannot be",
            "year",
            expected=f"{EARLIEST} to {LATEST}",
            got=row.text("year"),
            advice="Correct the year.",
        )
        for row in rows
        if not EARLIEST <= row.number("year") <= LATEST
    ]
    problems += _doubles(rows)
    problems += _changing_units(rows)
    return problems + _not_one_used(rows)


def check_observations(rows: Iterable[Row], countries: Collection[str]) -> list[Problem]:
    """Unknown areas, periods written otherwise than their type asks, figures below zero."""
    rows = tuple(rows)
    problems = [
        problem
        for column in ("reporter", "partner")
        for problem in _not_known(rows, column, countries, AREAS)
    ]
    problems += [
        row.problem(
            f"the period is not written as {row.text('period_type')} asks",
            "period",
            expected=_EXAMPLES[row.text("period_type")],
            got=repr(row.text("period")),
            advice="Correct the period or its type.",
        )
        for row in rows
        if not re.fullmatch(PERIODS[row.text("period_type")], row.text("period"))
    ]
    problems += [
        row.problem(
            "the figure is negative",
            "value",
            expected=f"at least 0, or a change in {CHANGE_UNIT}",
            got=f"{row.number('value'):g}",
            advice="Correct the figure or its unit.",
        )
        for row in rows
        if row.number("value") < 0 and row.text("unit") != CHANGE_UNIT
    ]
    return problems


def _not_known(
    rows: Iterable[Row], column: str, countries: Collection[str], areas: Collection[str]
) -> list[Problem]:
    return [
        row.problem(
            "the area is not known",
            column,
            expected=f"a country of countries.csv, or {', '.join(areas)}",
            got=repr(row.text(column)),
            advice="Correct the code or add the country.",
        )
        for row in rows
        if row.text(column) not in ("", *countries, *areas)
    ]


def _grouped(rows: Iterable[Row], key: Callable[[Row], object]) -> list[list[Row]]:
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.values())


def _series(row: Row) -> Key:
    return _value(row).key


def _year(row: Row) -> tuple[Key, str]:
    return _series(row), row.text("year")


def _publication(row: Row) -> tuple[Key, str, tuple[str, ...]]:
    return _series(row), row.text("year"), row.names("sources")


def _doubles(rows: Iterable[Row]) -> list[Problem]:
    return [
        row.problem(
            "the publication gives the year twice",
            "sources",
            got=f"{';'.join(row.names('sources'))}, first on line {group[0].line}",
            advice="Remove one of the rows, or name the two publications.",
        )
        for group in _grouped(rows, _publication)
        for row in group[1:]
    ]


def _changing_units(rows: Iterable[Row]) -> list[Problem]:
    return [
        row.problem(
            "the unit changes within the series",
            "unit",
            expected=f"{group[0].text('unit')}, as on line {group[0].line}",
            got=row.text("unit"),
            advice="Convert the value, or name another material or subject.",
        )
        for group in _grouped(rows, _series)
        for row in group[1:]
        if row.text("unit") != group[0].text("unit")
    ]


def _not_one_used(rows: Iterable[Row]) -> list[Problem]:
    problems = []
    for group in _grouped(rows, _year):
        used = [row for row in group if row.text("used") == "yes"]
        if len(used) != 1:
            first, *_ = used or group
            lines = ", ".join(str(row.line) for row in group)
            problems.append(
                first.problem(
                    "not exactly one publication of the year is in use",
                    "used",
                    expected="one yes",
                    got=f"{len(used)} of {len(group)} (lines {lines})",
                    advice="Mark the one that counts with yes, the others with no.",
                )
            )
    return problems
