"""Lines of a chart over time: what is in use as a line, other editions as marks beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ui import text

MOST = 10
"""Lines that a chart can still tell apart; the others stand in its table."""
STEEP = 20
"""From this ratio of the largest to the smallest line the axis counts in powers of ten."""
SHARE = "share"


@dataclass(frozen=True, slots=True)
class Mark:
    """One value at a year or a day; `known` is its confidence."""

    at: int | date
    value: float
    known: str
    hover: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series. `carried` is where its newest value is drawn on without a new one, or empty."""

    label: str
    used: tuple[Mark, ...]
    others: tuple[Mark, ...] = ()
    carried: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines shown, largest first; `hidden` more stand in the table alone."""

    lines: tuple[Line, ...]
    unit: str
    steep: bool
    finding: str
    hidden: int


def lines(every: Iterable[Line], units: Iterable[str], finding: str) -> Lines:
    """The largest lines by their newest value."""
    ordered = sorted(every, key=lambda line: (-line.used[-1].value, line.label))
    shown = tuple(ordered[:MOST])
    sizes = [mark.value for line in shown for mark in line.used if mark.value > 0]
    steep = bool(sizes) and max(sizes) > STEEP * min(sizes)
    unit = ", ".join(dict.fromkeys(units))
    return Lines(shown, unit, steep and unit != SHARE, finding, len(ordered) - len(shown))


def amount(value: float, unit: str) -> str:
    """A published figure as it was printed, with its unit; shares in percent."""
    if unit == SHARE:
        return text.share(value)
    if unit == "%":
        return f"{text.digits(value, 6)}{text.NBSP}%"
    return f"{text.digits(value)}{text.NBSP}{unit}"
