"""A run held against what customs counted: month by month, beside rivals that know no chain.

Shares are of each side's own baseline: the question is how a disruption moves trade, while the
level of the baseline is an input. Months are written YYYY-MM.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.shipments import gaps

CALIBRATION = "calibration"
"""Months on which some value of the model was set."""
HOLDOUT = "holdout"
LATER = "later"
"""Holdout months after those that whoever set the values had read."""
ALL = "all"
MODEL = "model"
CONSTANT_CUT = "constant cut"
ANALOGUE = "as in 2010"
RIVALS = (CONSTANT_CUT, ANALOGUE)
YEAR_BEFORE = "the month a year before"


@dataclass(frozen=True, slots=True)
class Observed:
    """One flow as customs saw it.

    `baseline_t` is tonnes a month, `basis` says of what; `tonnes` by month; `shares` of months of
    which only the share of the month a year before is known. `windows` says what each month may
    be used for.
    """

    flow: str
    name: str
    baseline_t: float
    basis: str
    tonnes: Mapping[str, float]
    windows: Mapping[str, str]
    shares: Mapping[str, float]

    def share(self, month: str) -> float | None:
        """Share of the baseline or of the year before; None where nothing was observed."""
        if month in self.tonnes:
            return self.tonnes[month] / self.baseline_t
        return self.shares.get(month)


@dataclass(frozen=True, slots=True)
class Modelled:
    """The same flow in the model: tonnes a month of its baseline, and months of one run or more.

    The first run is the one that is shown; the others say how far chance moves it.
    """

    baseline_t: float
    runs: tuple[Mapping[str, float], ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of one flow. Shares are of the baseline, gaps are tonnes summed up since the first.

    `model_low` and `model_high` span all runs. What is not known is None.
    """

    flow: str
    name: str
    month: str
    window: str
    observed_t: float | None
    observed_share: float | None
    observed_gap_t: float | None
    basis: str
    model_t: float | None
    model_share: float | None
    model_gap_t: float | None
    model_low: float | None
    model_high: float | None
    constant_cut: float | None
    as_in_2010: float | None


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """How far one forecaster was off, over the months that it and customs both speak of.

    `rmse` and `mae` are shares of the baseline, `rmse_t` is tonnes a month; `model_rmse` is the
    model's over the very same months.
    """

    flow: str
    window: str
    who: str
    months: int
    rmse: float
    mae: float
    rmse_t: float
    model_rmse: float | None


def month_rows(
    observed: Observed,
    modelled: Modelled | None,
    rivals: Mapping[str, Mapping[str, float]],
    months: Sequence[str],
) -> tuple[MonthRow, ...]:
    """Observed, modelled and naive, side by side."""
    seen = [observed.share(month) for month in months]
    known = [share for share in seen if share is not None]
    unbroken = known if None not in seen[: len(known)] else seen[: seen.index(None)]
    observed_gaps = gaps([s for s in unbroken if s is not None], observed.baseline_t)
    shares = [modelled.runs[0][month] for month in months] if modelled else []
    model_gaps = gaps(shares, modelled.baseline_t) if modelled else []
    rows = []
    for i, month in enumerate(months):
        spread = [run[month] for run in modelled.runs] if modelled else []
        rows.append(
            MonthRow(
                flow=observed.flow,
                name=observed.name,
                month=month,
                window=observed.windows[month],
                observed_t=observed.tonnes.get(month),
                observed_share=seen[i],
                observed_gap_t=observed_gaps[i] if i < len(observed_gaps) else None,
                basis=_basis(observed, month),
                model_t=shares[i] * modelled.baseline_t if modelled else None,
                model_share=shares[i] if modelled else None,
                model_gap_t=model_gaps[i] if modelled else None,
                model_low=min(spread, default=None),
                model_high=max(spread, default=None),
                constant_cut=rivals.get(CONSTANT_CUT, {}).get(month),
                as_in_2010=rivals.get(ANALOGUE, {}).get(month),
            )
        )
    return tuple(rows)


def _basis(observed: Observed, month: str) -> str:
    """What the observed share of a month is a share of; empty where there is none."""
    if month in observed.tonnes:
        return observed.basis
    return YEAR_BEFORE if month in observed.shares else ""


def constant_cut(observed: Observed, months: Sequence[str]) -> dict[str, float]:
    """The first rival: the same loss, spread evenly over the months that lost, and none outside.

    It is told the whole loss, which no forecast knows. The months that lost are those below the
    baseline up to the one with the largest gap. Months without an observation are left out.
    """
    shares = {month: share for month in months if (share := observed.share(month)) is not None}
    summed = gaps(shares.values(), 1.0)
    deepest = summed.index(min(summed)) if summed else -1
    losing = [month for month in list(shares)[: deepest + 1] if shares[month] < 1.0]
    cut = sum(1.0 - shares[month] for month in losing) / len(losing) if losing else 0.0
    return {month: 1.0 - cut if month in losing else 1.0 for month in months}


def carried_over(earlier: Sequence[Mapping[int, float]], months: Sequence[str]) -> dict[str, float]:
    """The second rival: the mean of earlier disturbances, month after month since their start.

    Each gives shares by number of the month, from 1; months that none of them has are left out.
    """
    found = {}
    for number, month in enumerate(months, start=1):
        known = [one[number] for one in earlier if number in one]
        if known:
            found[month] = sum(known) / len(known)
    return found


def errors(rows: Iterable[MonthRow], baseline_t: Mapping[str, float]) -> tuple[ErrorRow, ...]:
    """Errors by flow, window and forecaster; all windows together last, where there are several."""
    listed = tuple(rows)
    found = []
    for flow in dict.fromkeys(row.flow for row in listed):
        own = [row for row in listed if row.flow == flow]
        windows = tuple(dict.fromkeys(row.window for row in own))
        for window in (*windows, ALL) if len(windows) > 1 else windows:
            part = own if window == ALL else [row for row in own if row.window == window]
            for who in (MODEL, *RIVALS):
                pairs = [(said, row) for row in part if (said := _said(row, who)) is not None]
                pairs = [(said, row) for said, row in pairs if row.observed_share is not None]
                if pairs:
                    found.append(_error(flow, window, who, pairs, baseline_t[flow]))
    return tuple(found)


def _said(row: MonthRow, who: str) -> float | None:
    return {MODEL: row.model_share, CONSTANT_CUT: row.constant_cut, ANALOGUE: row.as_in_2010}[who]


def _error(
    flow: str, window: str, who: str, pairs: list[tuple[float, MonthRow]], baseline_t: float
) -> ErrorRow:
    off = [said - row.observed_share for said, row in pairs if row.observed_share is not None]
    model = [
        row.model_share - row.observed_share
        for _, row in pairs
        if row.model_share is not None and row.observed_share is not None
    ]
    rmse = _rmse(off)
    return ErrorRow(
        flow=flow,
        window=window,
        who=who,
        months=len(off),
        rmse=rmse,
        mae=sum(abs(each) for each in off) / len(off),
        rmse_t=rmse * baseline_t,
        model_rmse=_rmse(model) if len(model) == len(off) else None,
    )


def _rmse(off: Sequence[float]) -> float:
    return math.sqrt(sum(each * each for each in off) / len(off))
