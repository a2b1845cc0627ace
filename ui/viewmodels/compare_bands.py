"""How sure a comparison is: the loss of every scenario over many runs, and run against run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graph.ensemble import QUANTILES, Outcome, band
from graph.network import Network
from graph.plan import Floats
from graph.ranking import EVERYTHING
from ui import text
from ui.viewmodels.compare import (
    LETTERS,
    USD,
    Side,
    WeekLine,
    WeekLines,
    a_week,
    amount,
    losses,
    said,
    signed,
)
from ui.viewmodels.tables import Cell, Table, rounded

Drawn = Sequence[Sequence[Outcome]]
"""The runs of every scenario, in the order of their numbers."""
READING = (
    "Bands overlap where the same assumptions move all scenarios alike. Run against run is told "
    "where both scenarios rest on the same assumptions, so that a pair of runs shares its draws."
)


def totals(runs: Sequence[Outcome], ids: Sequence[str], unit: str) -> Floats:
    """Loss of some end uses in every run, in US dollars or in goods."""
    kept = [place for place, id in enumerate(runs[0].ids) if id in set(ids)]
    figures = [run.lost_usd if unit == USD else run.lost_units for run in runs]
    summed: Floats = np.nansum(np.stack(figures)[:, kept], axis=1)
    return summed


def table(compared: Sequence[Side], drawn: Drawn, whose: str = EVERYTHING) -> Table:
    """A line a scenario: 5 %, median and 95 % of the runs, and the run at base values."""
    base = amount(compared[0], whose)
    if base is None:
        return Table("drawn", [], "These end uses have no unit in common")
    rows: list[dict[str, Cell]] = []
    for side, values in zip(compared, _values(compared, drawn, whose, base.unit), strict=True):
        found, at_base = band(values), amount(side, whose)
        rows.append(
            {
                "Scenario": f"{side.letter}: {side.title}",
                "5 %": rounded(found.low),
                "Median": rounded(found.median),
                "95 %": rounded(found.high),
                "At base values": None if at_base is None else rounded(at_base.value),
                "Unit": base.unit,
            }
        )
    heads = ("5 %", "Median", "95 %", "At base values")
    kinds = dict.fromkeys(heads, "usd" if base.unit == USD else "number")
    return Table("drawn", rows, f"Loss over {len(drawn[0])} runs of each", kinds=kinds)


def spans(compared: Sequence[Side], drawn: Drawn, whose: str = EVERYTHING) -> list[str]:
    """In words, between what the loss of each scenario lies in nine runs of ten."""
    base = amount(compared[0], whose)
    if base is None:
        return ["" for _ in compared]
    bands = [band(values) for values in _values(compared, drawn, whose, base.unit)]
    return [f"{_span(each.low, each.high, base.unit)} in nine runs of ten" for each in bands]


def over_weeks(
    weeks: WeekLines,
    compared: Sequence[Side],
    drawn: Drawn,
    network: Network,
    whose: str = EVERYTHING,
) -> WeekLines:
    """The lines of `compare.week_lines` with the band of the runs around each."""
    lines = tuple(
        replace(line, band=_weekly(runs, a_week(side, network, whose, weeks.unit)))
        for line, side, runs in zip(weeks.lines, compared, drawn, strict=True)
    )
    told = text.join([f"{line.letter} {_at_peak(line, weeks.unit)}" for line in lines])
    return replace(
        weeks,
        lines=lines,
        finding=f"{weeks.finding} Bands: 5 to 95 % of {text.plural(len(drawn[0]), 'run')}; in the "
        f"highest week of its line {told}.",
    )


def _at_peak(line: WeekLine, unit: str) -> str:
    return _span(*line.band[line.peak], unit)


def _span(low: float, high: float, unit: str) -> str:
    return f"{said(low, unit)} to {said(high, unit)}"


def _weekly(runs: Sequence[Outcome], worth: Mapping[str, float]) -> tuple[tuple[float, float], ...]:
    """5 and 95 % of the loss of each week; `worth` is what an end use makes in a normal one."""
    value = np.array([worth.get(id, 0.0) for id in runs[0].ids])
    lost = np.stack([(1.0 - run.made) @ value for run in runs])
    low, _, high = np.quantile(lost, QUANTILES, axis=0)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def sentences(compared: Sequence[Side], drawn: Drawn, whose: str = EVERYTHING) -> list[str]:
    """In how many runs a scenario costs less than the first; only where they share their draws."""
    base = amount(compared[0], whose)
    if base is None:
        return []
    first, *others = _values(compared, drawn, whose, base.unit)
    told = []
    for side, runs, values in zip(compared[1:], drawn[1:], others, strict=True):
        if share_draws(drawn[0], runs):
            less = int((values < first).sum())
            middle = signed(float(np.median(values - first)), base.unit)
            told.append(
                f"{side.letter} costs less than {LETTERS[0]} in {less} of "
                f"{text.plural(len(values), 'run')}; the median difference is {middle}."
            )
    return told


def share_draws(first: Sequence[Outcome], other: Sequence[Outcome]) -> bool:
    """Whether run after run drew the same values."""
    return len(first) == len(other) and all(
        a.values == b.values for a, b in zip(first, other, strict=True)
    )


def _values(compared: Sequence[Side], drawn: Drawn, whose: str, unit: str) -> list[Floats]:
    ids = [loss.id for loss in losses(compared[0], whose)]
    return [totals(runs, ids, unit) for runs in drawn]
