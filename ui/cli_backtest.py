"""`magnetrace backtest`: the model held against what customs counted."""

from __future__ import annotations

import argparse

from loaders.backtest import CASES, backtest
from loaders.past import Backtest
from ui.cli_data import own_data
from ui.output import Columns, amount, line, percent, row, say, write_json, write_rows

LISTED: Columns = {"name": line, "title": line, "against": line}
MONTHS: Columns = {
    "name": line,
    "month": line,
    "window": line,
    "observed_t": amount,
    "model_t": amount,
    "observed_share": percent,
    "model_share": percent,
    "model_low": percent,
    "model_high": percent,
    "observed_gap_t": amount,
    "model_gap_t": amount,
    "constant_cut": percent,
    "as_in_2010": percent,
}
DESTINATIONS: Columns = {
    "name": line,
    "month": line,
    "window": line,
    "observed_t": amount,
    "observed_share": percent,
    "basis": line,
    "model_share": percent,
    "model_low": percent,
    "model_high": percent,
    "constant_cut": percent,
}
TARGETS: Columns = {
    "id": line,
    "what": line,
    "unit": line,
    "observed": amount,
    "model": amount,
    "low": amount,
    "high": amount,
    "verdict": line,
    "passed": line,
    "runs": line,
    "constant_cut": line,
    "nature": line,
}
ERRORS: Columns = {
    "flow": line,
    "window": line,
    "who": line,
    "months": line,
    "rmse": percent,
    "mae": percent,
    "rmse_t": amount,
    "model_rmse": percent,
}
CALIBRATION: Columns = {
    "what": line,
    "value": amount,
    "unit": line,
    "row": line,
    "kind": line,
    "rests_on": line,
    "keeps_rule": line,
}
PARTS = {
    "months": MONTHS,
    "destinations": DESTINATIONS,
    "targets": TARGETS,
    "errors": ERRORS,
    "calibration": CALIBRATION,
}
TITLES = {
    "months": "Month by month, as shares of each side's own baseline; gaps are summed up since the "
    "first month",
    "destinations": "Destinations of which single months are known",
    "targets": "Targets; passed is how many of the runs pass",
    "errors": "Errors, as shares of the baseline; model_rmse is the model's over the same months",
    "calibration": "What was set, and whether it rests on April to June 2025 and nothing later",
}


def run_backtest(options: argparse.Namespace) -> int:
    """Run one past case and print it, or list the cases."""
    if options.case is None:
        rows = [
            {"name": name, "title": case.title, "against": case.against}
            for name, case in CASES.items()
        ]
        write_rows(rows, LISTED, options.format)
        return 0
    found = backtest(options.case, own_data(options), seed=options.seed, runs=options.runs)
    part = options.show or "months"
    if options.format == "json":
        write_json({part: getattr(found, part)} if options.show else row(found))
    elif options.format == "csv":
        write_rows(_rows(found, part), PARTS[part], "csv")
    else:
        _print(found, options.show)
    return 0


def _rows(found: Backtest, part: str) -> list[dict[str, object]]:
    return [row(each) for each in getattr(found, part)]


def _print(found: Backtest, only: str | None) -> None:
    if only is None:
        shown, others = found.seeds[0], len(found.seeds) - 1
        say(f"{line(found.title)} (snapshot {found.snapshot}, from {found.start})")
        say(f"{line(found.reason)} The run of seed {shown}; {others} more for low and high.")
    for part, columns in PARTS.items():
        rows = _rows(found, part)
        if rows and only in (None, part):
            say(f"\n{TITLES[part]}")
            write_rows(rows, columns, "table")
    if only is None:
        for verdict in found.targets:
            say(f"{verdict.id}: {line(verdict.why)}")
        for note in found.notes:
            say(f"note: {line(note)}")
