"""Computed shares of China beside the published ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.indicators import ShareRow, china_share
from graph.model import CHINA, Stage
from loaders.tables import Row, Tables

AGREEMENT = 0.03
"""Computed and published shares agree within this, in shares (3 percentage points)."""
SAME_TIME = 1
"""Years between a claim and a computed share up to which they can be held against each other."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A computed share of China beside the published ones."""

    stage: Stage
    material: str
    computed: float
    published: float
    low: float | None
    high: float | None
    published_used_as_input: bool
    without_input: float | None
    """what an independent table gives, where the published figure went in"""
    year: int
    """the claim is about"""
    computed_year: int
    sources: tuple[str, ...]
    others: tuple[tuple[float, int, tuple[str, ...], str], ...]
    """other published claims: share, year, sources, note"""

    @property
    def difference(self) -> float:
        """Computed less published; 0 inside a published range."""
        low = self.published if self.low is None else self.low
        high = self.published if self.high is None else self.high
        if self.computed < low:
            return self.computed - low
        return max(0.0, self.computed - high)

    @property
    def agrees(self) -> bool | None:
        """None where the claim is about a time too far off to be held against the figure."""
        if abs(self.computed_year - self.year) > SAME_TIME:
            return None
        return abs(self.difference) <= AGREEMENT


def compare_shares(shares: Iterable[ShareRow], tables: Tables) -> tuple[Comparison, ...]:
    """China's computed shares beside the published ones, the claim in use first."""
    computed = tuple(shares)
    claims: dict[tuple[str, str], list[Row]] = {}
    for row in tables["shares"]:
        if row.text("country") == CHINA and row.text("measure") == "output":
            claims.setdefault((row.text("stage"), row.text("material")), []).append(row)
    found = []
    for (stage, material), rows in claims.items():
        used = [row for row in rows if row.text("used") == "yes"]
        mine = china_share(computed, Stage(stage), material)
        if not used or mine is None:
            continue
        claim = _of_its_time(used[0], rows, mine.year)
        rest = [row for row in rows if row is not claim]
        found.append(
            Comparison(
                stage=Stage(stage),
                material=material,
                computed=mine.share,
                published=claim.number("share"),
                low=claim.optional("share_low"),
                high=claim.optional("share_high"),
                published_used_as_input=mine.published_used_as_input,
                without_input=_independent(rest) if mine.published_used_as_input else None,
                year=int(claim.number("year")),
                computed_year=mine.year,
                sources=claim.names("sources"),
                others=tuple(
                    (
                        row.number("share"),
                        int(row.number("year")),
                        row.names("sources"),
                        row.text("note"),
                    )
                    for row in rest
                ),
            )
        )
    return tuple(found)


def _of_its_time(used: Row, rows: Iterable[Row], year: int) -> Row:
    """The claim in use, unless it is of another time and one of the year's own time exists."""
    nearest = min((used, *rows), key=lambda row: abs(row.number("year") - year))
    far = abs(used.number("year") - year) > SAME_TIME
    return nearest if far and abs(nearest.number("year") - year) <= SAME_TIME else used


def _independent(rows: Iterable[Row]) -> float | None:
    """The newest published share that rests on another table than the one that went in."""
    others = [row for row in rows if not any(s.startswith("usgs") for s in row.names("sources"))]
    newest = max(others, key=lambda row: row.number("year"), default=None)
    return None if newest is None else newest.number("share")


def published_rows(tables: Tables) -> tuple[ShareRow, ...]:
    """The published claims as share rows."""
    return tuple(
        ShareRow(
            stage=Stage(row.text("stage")),
            material=row.text("material"),
            country=row.text("country"),
            measure=row.text("measure"),
            basis="published",
            share=row.number("share"),
            tonnes=None,
            year=int(row.number("year")),
            published_used_as_input=row.text("used") == "yes"
            and (row.text("stage"), row.text("material")) == ("mine", "REO"),
            coverage=None,
            sources=row.names("sources"),
            note=row.text("note"),
        )
        for row in tables["shares"]
    )
