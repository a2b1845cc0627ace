"""Lines on axes as numbers alone: what a drawing of any kind needs, and no more."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
LABEL = 12.0
"""Least distance of two letters, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in units of the drawing, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing `width` x `height`, its origin at the upper left.

    `frame` is left, top, right and bottom of the axes; `letters` stand at the highest point of
    each line, moved apart where they would meet.
    """

    width: float
    height: float
    frame: tuple[float, float, float, float]
    lines: tuple[tuple[Point, ...], ...]
    letters: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    zero: float


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, both within, about as many as wanted."""
    if not high > low:
        return [low]
    rough = (high - low) / most
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * each for each in STEPS if scale * each >= rough * (1 - 1e-9))
    return [step * i for i in range(math.floor(low / step), math.ceil(high / step) + 1)]


def plot(
    series: Sequence[Sequence[float]],
    width: float,
    height: float,
    say: Callable[[float], str],
    margin: tuple[float, float, float, float] = (62.0, 16.0, 10.0, 24.0),
) -> Plot:
    """Values by week on axes; `say` writes a value, `margin` is left, top, right and bottom.

    The axis upwards holds zero.
    """
    values = [0.0, *(value for line in series for value in line)]
    marks = ticks(min(values), max(max(values), min(values) + 1e-9))
    low, high = marks[0], marks[-1]
    weeks = max((len(line) for line in series), default=1)
    left, top, right, bottom = margin[0], margin[1], width - margin[2], height - margin[3]

    def x(week: float) -> float:
        return left + (right - left) * week / max(1, weeks - 1)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    lines = tuple(tuple((x(week), y(v)) for week, v in enumerate(line)) for line in series)
    return Plot(
        width,
        height,
        (left, top, right, bottom),
        lines,
        _apart([min(line, key=lambda point: point[1]) for line in lines if line]),
        tuple(Tick(x(week), f"{week:g}") for week in ticks(0, weeks - 1) if week <= weeks - 1),
        tuple(Tick(y(mark), say(mark)) for mark in marks),
        y(0.0),
    )


def _apart(places: Sequence[Point]) -> tuple[Point, ...]:
    """Each place a little above its point, to the right of those it would lie on."""
    found: list[Point] = []
    for across, up in places:
        spot = across, up - LABEL / 3
        while any(abs(spot[0] - a) < LABEL and abs(spot[1] - b) < LABEL for a, b in found):
            spot = spot[0] + LABEL, spot[1]
        found.append(spot)
    return tuple(found)
