"""A table for people: rows as shown, what kind of number stands in each column, and its finding."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """`ids` name the rows for selection; `kinds` marks number columns: share, tenths, number or
    usd.

    Shares stand in whole percent, tenths in tenths of one.
    """

    name: str
    rows: Sequence[Mapping[str, Cell]]
    finding: str
    ids: tuple[str, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    """pixels of text columns that would come out too narrow or too wide"""


def rounded(value: float) -> float:
    """Three significant digits: a figure never looks more exact than it is."""
    return float(f"{value:.3g}") if abs(value) >= 1e-6 else 0.0


def percent(share: float | None) -> float | None:
    """A share (0..1) in whole percent for a number column; nothing where it is not known."""
    return None if share is None or math.isnan(share) else float(round(share * 100))


def tenths(share: float | None) -> float | None:
    """A share (0..1), or a difference of two, in percent with one digit behind the point."""
    if share is None or math.isnan(share):
        return None
    return round(100 * share, 1) + 0.0  # no minus before a zero
