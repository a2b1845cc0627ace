"""The model judged by history: what a past case shows, as a picture, tables and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.backtest import CALIBRATION, CONSTANT_CUT, HOLDOUT, LATER, MODEL, ErrorRow, MonthRow
from graph.verdicts import FAIL, PASS, Verdict
from loaders.past import Backtest
from ui import text
from ui.viewmodels.tables import Cell, Table, percent

WINDOWS = {
    CALIBRATION: "fitted to",
    HOLDOUT: "held out",
    LATER: "held out, later",
}
VERDICTS = {PASS: "passes", FAIL: "fails", "input": "is an input", "": "says nothing"}


@dataclass(frozen=True, slots=True)
class History:
    """One flow by month, as shares of its baseline; None where there is nothing.

    `held_out` is the first month that nothing should have been fitted to, None where all are.
    """

    name: str
    months: tuple[str, ...]
    ticks: tuple[tuple[str, ...], ...]
    observed: tuple[float | None, ...]
    hovers: tuple[str, ...]
    model: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    cut: tuple[float | None, ...]
    held_out: str | None
    top: float
    finding: str


def histories(found: Backtest) -> tuple[History, ...]:
    """A picture for each flow that the case is about, all of one height."""
    flows: dict[str, list[MonthRow]] = {}
    for row in found.months:
        flows.setdefault(row.flow, []).append(row)
    top = max(
        value
        for row in found.months
        for value in (row.observed_share, row.model_high, row.constant_cut, 1.0)
        if value is not None
    )
    return tuple(_history(rows, top, found) for rows in flows.values())


def _history(rows: Sequence[MonthRow], top: float, found: Backtest) -> History:
    windows = [row.window for row in rows]
    mixed = CALIBRATION in windows
    return History(
        name=rows[0].name,
        months=tuple(_month(row.month) for row in rows),
        ticks=tuple(_tick(row.month, first=row is rows[0]) for row in rows),
        observed=tuple(row.observed_share for row in rows),
        hovers=tuple(_hover(row) for row in rows),
        model=tuple(row.model_share for row in rows),
        low=tuple(row.model_low for row in rows),
        high=tuple(row.model_high for row in rows),
        cut=tuple(row.constant_cut for row in rows),
        held_out=next((_month(row.month) for row in rows if row.window != CALIBRATION), None)
        if mixed
        else None,
        top=top,
        finding=_sentence(rows[0].name, [e for e in found.errors if e.flow == rows[0].flow]),
    )


def _month(month: str) -> str:
    return date.fromisoformat(f"{month}-01").strftime("%b %Y")


def _tick(month: str, *, first: bool) -> tuple[str, ...]:
    """Lines under the axis: the month, and the year where it begins."""
    day = date.fromisoformat(f"{month}-01")
    return (f"{day:%b}", f"{day:%Y}") if first or day.month == 1 else (f"{day:%b}",)


def _hover(row: MonthRow) -> str:
    if row.observed_share is None:
        return ""
    counted = "" if row.observed_t is None else f" ({text.tonnes(row.observed_t)})"
    return f"{_month(row.month)}, observed: {text.share(row.observed_share)}{counted}"


def _sentence(name: str, errors: Iterable[ErrorRow]) -> str:
    """How far model and rival are off, window by window, in points of the baseline."""
    by_window: dict[str, dict[str, ErrorRow]] = {}
    for error in errors:
        by_window.setdefault(error.window, {})[error.who] = error
    parts = []
    for window, who in by_window.items():
        if window in WINDOWS and MODEL in who:
            rival = (
                f", a constant cut by {_points(who[CONSTANT_CUT])}" if CONSTANT_CUT in who else ""
            )
            parts.append(
                f"{text.plural(who[MODEL].months, 'month')} ({WINDOWS[window]}) "
                f"off by {_points(who[MODEL])}{rival}"
            )
    return f"{name}: {'; '.join(parts)}." if parts else f"{name}: nothing to compare."


def _points(error: ErrorRow) -> str:
    return f"{text.whole(error.rmse * 100)}{text.NBSP}points"


def headline(found: Backtest) -> str:
    """What the targets say, and how little of it is a test."""
    judged = [verdict for verdict in found.targets if verdict.verdict in (PASS, FAIL)]
    passed = [verdict for verdict in judged if verdict.verdict == PASS]
    free = [verdict for verdict in judged if verdict.nature == "output"]
    in_all = sum(1 for verdict in judged if verdict.passed == verdict.runs)
    if len(free) == len(judged):
        worth = "All are free outputs: nothing was fitted to this case."
    elif free:
        worth = f"Free outputs among them: {', '.join(verdict.id for verdict in free)}."
    else:
        worth = (
            "None is a free output: each was set, in full or in part, or follows from how the "
            "model is built."
        )
        if any(row.window != CALIBRATION for row in found.months):
            worth += " What tests the model are the months held out."
    return (
        f"Targets passed: {len(passed)} of {len(judged)} in the run shown, {in_all} in all "
        f"{text.plural(len(found.seeds), 'run')}. {worth}"
    )


def targets_table(found: Backtest) -> Table:
    """Every target with its answer and what that is worth."""
    shown: list[dict[str, Cell]] = [
        {
            "": verdict.id,
            "Target": verdict.what,
            "Observed": _value(verdict.observed, verdict.unit),
            "Model": _value(verdict.model, verdict.unit),
            "Asked": _asked(verdict),
            "Result": VERDICTS[verdict.verdict],
            "Runs that pass": ""
            if verdict.passed is None
            else f"{verdict.passed} of {verdict.runs}",
            "Constant cut": VERDICTS[verdict.constant_cut],
            "What it is": verdict.nature,
            "Why": verdict.why,
        }
        for verdict in found.targets
    ]
    return Table("targets", shown, headline(found))


def _value(value: float | None, unit: str) -> str:
    match unit:
        case _ if value is None:
            return ""
        case "share":
            return text.share_tenths(value)
        case "t":
            return text.tonnes(value)
        case _:
            return f"{unit}{text.NBSP}{text.digits(value, 6)}"


def _asked(verdict: Verdict) -> str:
    low, high = (_value(bound, verdict.unit) for bound in (verdict.low, verdict.high))
    if low and high:
        return f"{low} to {high.removeprefix(f'{verdict.unit}{text.NBSP}')}"
    return f"at least {low}" if low else f"at most {high}" if high else ""


def months_table(rows: Sequence[MonthRow], name: str) -> Table:
    """Months side by side."""
    shown: list[dict[str, Cell]] = [
        {
            "Of": row.name,
            "Month": _month(row.month),
            "Months": WINDOWS[row.window],
            "Observed, t": row.observed_t,
            "Model, t": None if row.model_t is None else float(round(row.model_t)),
            "Observed": percent(row.observed_share),
            "Model": percent(row.model_share),
            "Lowest run": percent(row.model_low),
            "Highest run": percent(row.model_high),
            "Constant cut": percent(row.constant_cut),
            "As in 2010": percent(row.as_in_2010),
            "Share of": row.basis,
        }
        for row in rows
    ]
    kinds = dict.fromkeys(("Observed", "Model", "Lowest run", "Highest run"), "share")
    kinds |= dict.fromkeys(("Constant cut", "As in 2010"), "share")
    kinds |= dict.fromkeys(("Observed, t", "Model, t"), "number")
    return Table(name, shown, text.plural(len(shown), "month") + ".", kinds=kinds)


def errors_table(found: Backtest) -> Table:
    """Errors of the model and of its rivals."""
    names = {row.flow: row.name for row in (*found.months, *found.destinations)}
    shown: list[dict[str, Cell]] = [
        {
            "Of": names[error.flow],
            "Months": WINDOWS.get(error.window, "all"),
            "Forecaster": error.who,
            "How many": error.months,
            "Root mean square": percent(error.rmse),
            "Mean": percent(error.mae),
            "Tonnes a month": float(round(error.rmse_t)),
            "Model, same months": percent(error.model_rmse),
        }
        for error in found.errors
    ]
    kinds: Mapping[str, str] = dict.fromkeys(
        ("Root mean square", "Mean", "Model, same months"), "share"
    )
    return Table(
        "errors",
        shown,
        "Errors in points of the baseline; the rival is told the whole loss beforehand.",
        kinds={**kinds, "Tonnes a month": "number"},
    )


def calibration_table(found: Backtest) -> Table:
    """What was set, and whether only April to June were used for it."""
    broken = sum(1 for value in found.calibration if value.keeps_rule == "no")
    shown: list[dict[str, Cell]] = [
        {
            "Value": value.what,
            "Set to": f"{text.digits(value.value, 6)} {value.unit}",
            "Row": value.row,
            "Kind": value.kind,
            "Rests on": value.rests_on,
            "April to June only": value.keeps_rule,
        }
        for value in found.calibration
    ]
    said = (
        f"{text.plural(len(shown), 'value')}. The rule is that they rest on April to June 2025; "
        f"{broken} of them {'does' if broken == 1 else 'do'} not keep it, so the months after June "
        "are no clean test of those."
    )
    return Table("calibration", shown, said)
