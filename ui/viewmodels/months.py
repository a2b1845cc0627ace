"""Observations around the shocks: one measure of a case over its months, quarters or years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from graph.model import Source
from loaders.tables import Row
from ui import text
from ui.viewmodels.claims import titles
from ui.viewmodels.events import day, words
from ui.viewmodels.lines import Line, Lines, Mark, amount, lines
from ui.viewmodels.tables import Cell, Table

CASES = {
    "2010_embargo": "2010: shipments to Japan stop",
    "2021_22_price": "2021 and 2022: prices rise, volumes do not fall",
    "2025_licensing": "2025: export licences for magnets",
    "reference": "Prices between the shocks",
    "quarters": "Quarters of companies and customs",
}
SPANS = {
    "month": "month",
    "point": "month",
    "quarter": "quarter",
    "year": "year",
    "year_end": "year",
}
"""What periods can share a line; running sums and several months together only make rows."""
AREAS = {"WLD": "World", "EUR": "Europe", "EU27": "EU", "ORIGINS18": "18 origins"}
KNOWN = {"reported": "reported", "derived": "estimated"}


def cases(rows: Iterable[Row]) -> dict[str, str]:
    """Choices of the case, with how many observations each has."""
    counts = Counter(row.text("case") for row in rows)
    listed = (*(name for name in CASES if name in counts), *(c for c in counts if c not in CASES))
    return {name: f"{CASES.get(name, words(name))} ({counts[name]})" for name in listed}


def of_case(rows: Iterable[Row], case: str) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.text("case") == case)


def measures(rows: Iterable[Row]) -> dict[str, str]:
    """Choices of what is drawn: metric, unit and length of the period; the fullest first."""
    counts = Counter(_measure(row) for row in rows if row.text("period_type") in SPANS)
    return {measure: _words(measure) for measure, _ in counts.most_common()}


def _measure(row: Row) -> str:
    return "|".join((row.text("metric"), row.text("unit"), SPANS[row.text("period_type")]))


def _words(measure: str) -> str:
    metric, unit, span = measure.split("|")
    return f"{words(metric)}, {unit}, by {span}"


def of_measure(rows: Iterable[Row], measure: str) -> tuple[Row, ...]:
    """The observations of one measure, oldest first."""
    found = (row for row in rows if row.text("period_type") in SPANS and _measure(row) == measure)
    return tuple(sorted(found, key=lambda row: (_at(row), row.text("product"))))


def _at(row: Row) -> date:
    """Where a period is drawn: its first day, the end of the year for what is said of it."""
    return day(row.text("period").split("..")[0], last=row.text("period_type") == "year_end")


def chart(found: Sequence[Row], names: Mapping[str, str]) -> Lines:
    """One line a product and pair of countries."""
    every: dict[str, list[Row]] = {}
    for row in found:
        every.setdefault(_label(row, names), []).append(row)
    drawn = [
        Line(label, tuple(_mark(label, row) for row in of if row.number("value") >= 0))
        for label, of in every.items()
    ]
    units = (row.text("unit") for row in found)
    return lines([line for line in drawn if line.used], units, _sentence(every))


def _mark(label: str, row: Row) -> Mark:
    said = f"{label}, {_when(row)}: {_amount(row)}, {row.text('status')}"
    return Mark(_at(row), row.number("value"), KNOWN[row.text("status")], said)


def _when(row: Row) -> str:
    return row.text("period").replace("..", " to ").replace("+", " + ")


def _amount(row: Row) -> str:
    return amount(row.number("value"), row.text("unit"))


def _label(row: Row, names: Mapping[str, str]) -> str:
    """The product and from where to where it goes."""
    here, there = (_area(row.text(column), names) for column in ("reporter", "partner"))
    if row.text("metric").startswith("import"):
        here, there = there, here
    way = " to ".join(part for part in (here, there) if part)
    return ", ".join(part for part in (row.text("product"), way) if part)


def _area(code: str, names: Mapping[str, str]) -> str:
    return AREAS.get(code) or names.get(code, code)


def _sentence(every: Mapping[str, Sequence[Row]]) -> str:
    """The fullest line: its highest, lowest and newest value."""
    if not every:
        return "Nothing was observed for this choice."
    label, of = max(every.items(), key=lambda item: len(item[1]))
    if len(of) == 1:
        return f"{label}: {_amount(of[0])} in {_when(of[0])}."
    high = max(of, key=lambda row: row.number("value"))
    low = min(of, key=lambda row: row.number("value"))
    parts = [
        f"{word} {_amount(row)} in {_when(row)}"
        for word, row in (("highest", high), ("lowest", low), ("newest", of[-1]))
    ]
    return f"{label}, {len(of)} values: {', '.join(parts)}."


def table(rows: Iterable[Row], names: Mapping[str, str], sources: Mapping[str, Source]) -> Table:
    """Every observation of a case, newest first, running sums too."""
    listed = sorted(rows, key=lambda row: (row.text("metric"), row.text("period")), reverse=True)
    shown: list[dict[str, Cell]] = [
        {
            "Measure": words(row.text("metric")),
            "Of": _label(row, names),
            "Period": _when(row),
            "Value": row.number("value"),
            "Unit": row.text("unit"),
            "Known": row.text("status"),
            "Documented": row.text("confidence"),
            "Source": titles(row.names("sources"), sources),
            "Note": row.text("note"),
        }
        for row in listed
    ]
    said = text.plural(len(shown), "observation") + "."
    return Table("observations", shown, said, kinds={"Value": "number"})
