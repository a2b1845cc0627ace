"""Claims that disagree, by what they are about: the one in use, the others, and why.

A group is every row of claims.csv with the same `about`. Shares of a stage stand in shares.csv.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.errors import Problem
from graph.model import Confidence
from loaders.overlay import key_of
from loaders.tables import Row, Tables

USED = "used"
SAME = 0.005
"""A cell holds the figure of a claim if both agree within this, relative to the claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says: a figure with its unit, or a statement."""

    id: str
    about: str
    quantity: str
    """what is counted: the basis, where claims differ by it"""
    year: int | None
    value: float | None
    """in `unit`; the middle where a range is claimed"""
    low: float | None
    high: float | None
    unit: str
    statement: str
    standing: str
    """used, other, disputed or refuted"""
    reason: str
    used_at: str
    """the cell that holds the figure in use: table/row/column"""
    sources: tuple[str, ...]
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """All claims about one thing."""

    about: str
    used: Claim
    others: tuple[Claim, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The one in use first, then the others in the order of the table."""
        return (self.used, *self.others)


def read_claims(rows: Iterable[Row]) -> tuple[ClaimGroup, ...]:
    """The groups of checked rows of claims.csv, in the order of the table."""
    groups = []
    for about, members in _by_about(rows).items():
        claims = [_claim(row) for row in members]
        used = next(claim for claim in claims if claim.standing == USED)
        groups.append(ClaimGroup(about, used, tuple(c for c in claims if c is not used)))
    return tuple(groups)


def cells_in_use(rows: Iterable[Row]) -> frozenset[str]:
    """The cells, table/row/column, that a claim names as the figure in use."""
    return frozenset(row.text("used_at") for row in rows) - {""}


def check_claims(tables: Tables) -> list[Problem]:
    """All problems within claims.csv that the types of its columns do not tell."""
    rows = tables["claims"]
    groups = _by_about(rows)
    return [
        *check_for_empty_claims(rows),
        *check_for_one_used(groups),
        *check_for_mixed_units(groups),
    ]


def check_for_empty_claims(rows: Iterable[Row]) -> list[Problem]:
    """Rows that claim nothing or two things, and figures without a unit."""
    problems = []
    for row in rows:
        figure, statement = row.optional("value") is not None, bool(row.text("statement"))
        if figure == statement:
            problems.append(
                row.problem(
                    "the row must hold a value or a statement, one of the two",
                    "value",
                    got="both" if figure else "neither",
                    advice="Split the row, or fill in what is claimed.",
                )
            )
        if figure != bool(row.text("unit")):
            problems.append(
                row.problem(
                    "a value needs a unit, and a statement has none",
                    "unit",
                    got=repr(row.text("unit")),
                    advice="Say what the value counts, or empty the cell.",
                )
            )
    return problems


def check_for_one_used(groups: Mapping[str, list[Row]]) -> list[Problem]:
    """Groups with none or several claims in use, and claims that stand alone."""
    problems = []
    for about, rows in groups.items():
        used = [row for row in rows if row.text("standing") == USED]
        if len(used) != 1:
            problems.append(
                (used or rows)[-1].problem(
                    f"the claims about {about!r} have not one in use",
                    "standing",
                    expected="one row with used",
                    got=str(len(used)),
                    advice="Mark the claim that the data rest on, and no other.",
                )
            )
        if len(rows) == 1:
            problems.append(
                rows[0].problem(
                    f"the claim about {about!r} stands alone",
                    "about",
                    expected="at least 2 rows with the same text",
                    got="1",
                    advice="Add the claim that disagrees, or correct the text.",
                )
            )
    return problems


def check_for_mixed_units(groups: Mapping[str, list[Row]]) -> list[Problem]:
    """Values that cannot be compared and do not say so in their reason."""
    problems = []
    for rows in groups.values():
        figures = sorted(
            (row for row in rows if row.text("unit")), key=lambda row: row.text("standing") != USED
        )
        for row in figures[1:]:
            unit, first = row.text("unit"), figures[0].text("unit")
            if unit != first and not _names(row.text("reason"), unit):
                problems.append(
                    row.problem(
                        "the unit differs within the group and the reason does not say so",
                        "unit",
                        expected=f"{first}, or {unit} named in the reason",
                        got=unit,
                        advice="Convert the value, or say in the reason what it counts.",
                    )
                )
    return problems


def check_for_cells_in_use(tables: Tables) -> list[Problem]:
    """Pointers of claims that are not in use, lead nowhere, or to another figure.

    `magnetrace check` tells them; they stop no run, so that a figure can be changed to see what
    follows.
    """
    problems = []
    for row in tables["claims"]:
        pointer, value = row.text("used_at"), row.optional("value")
        if not pointer:
            continue
        if row.text("standing") != USED or value is None:
            problems.append(
                row.problem(
                    "only a figure in use can stand in another table",
                    "used_at",
                    expected="an empty cell",
                    got=repr(pointer),
                    advice="Empty the cell, or mark the figure as used.",
                )
            )
            continue
        found = _cell(pointer, tables)
        if found is None:
            problems.append(
                row.problem(
                    "the pointer leads to no figure",
                    "used_at",
                    expected="table/row/column, such as sites/m_mt_weld/output",
                    got=repr(pointer),
                    advice="Correct the pointer; columns that name a row are joined by colons.",
                )
            )
        elif not math.isclose(found, value, rel_tol=0, abs_tol=SAME * abs(value)):
            problems.append(
                row.problem(
                    "the claim marked as used is not the figure in use",
                    "used_at",
                    expected=f"{value:.12g}",
                    got=f"{found:.12g} at {pointer}",
                    advice="Mark the claim that is used, or correct one of the two figures.",
                )
            )
    return problems


def _by_about(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.text("about"), []).append(row)
    return groups


def _names(reason: str, unit: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", reason) is not None


def _cell(pointer: str, tables: Tables) -> float | None:
    """The number a pointer leads to; what is left out at the end of a row's name is empty."""
    table, _, rest = pointer.partition("/")
    name, _, column = rest.rpartition("/")
    if table not in tables.rows:
        return None
    named = tuple(name.split(":"))
    for row in tables[table]:
        key = key_of(row)
        wanted = (*named, *("",) * (len(key) - len(named)))
        if column in row.values and key == wanted:
            value = row.values[column]
            return float(value) if isinstance(value, int | float) else None
    return None


def _claim(row: Row) -> Claim:
    return Claim(
        id=row.text("id"),
        about=row.text("about"),
        quantity=row.text("quantity"),
        year=row.integer("year"),
        value=row.optional("value"),
        low=row.optional("low"),
        high=row.optional("high"),
        unit=row.text("unit"),
        statement=row.text("statement"),
        standing=row.text("standing"),
        reason=row.text("reason"),
        used_at=row.text("used_at"),
        sources=row.names("sources"),
        confidence=Confidence(row.text("confidence")),
        note=row.text("note"),
    )
