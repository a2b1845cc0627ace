"""`magnetrace check` and `magnetrace shares`: the data, held against what is published."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from graph.errors import DataError
from graph.indicators import ShareRow
from loaders import CheckReport, check
from ui.output import (
    Columns,
    amount,
    first_of,
    line,
    percent,
    points,
    progress,
    row,
    say,
    warn,
    write_json,
    write_rows,
)

SHARES: Columns = {
    "stage": line,
    "material": line,
    "country": line,
    "measure": line,
    "basis": line,
    "share": percent,
    "tonnes": amount,
    "year": line,
    "published_used_as_input": line,
    "coverage": percent,
    "sources": first_of,
}
LARGEST: Columns = {key: SHARES[key] for key in ("stage", "material", "country", "share", "tonnes")}
COMPARISONS: Columns = {
    "stage": line,
    "material": line,
    "computed": percent,
    "published": percent,
    "difference": points,
    "agrees": line,
    "published_used_as_input": line,
    "without_input": percent,
    "sources": first_of,
}
DISAGREEMENTS: Columns = {
    "stage": line,
    "material": line,
    "used": percent,
    "other": percent,
    "year": line,
    "sources": first_of,
    "note": line,
}
IMBALANCES: Columns = {
    "name": line,
    "role": line,
    "element": line,
    "tonnes": amount,
    "share_of_world": percent,
}
PROBLEMS: Columns = {
    "file": line,
    "line": line,
    "column": line,
    "what": line,
    "expected": line,
    "got": line,
    "advice": line,
}
PARTS = {
    "problems": PROBLEMS,
    "comparisons": COMPARISONS,
    "disagreements": DISAGREEMENTS,
    "imbalances": IMBALANCES,
}
TITLES = {
    "problems": "Problems in the data",
    "comparisons": "China's share, computed and published (difference in percentage points)",
    "disagreements": "Where sources say otherwise",
    "imbalances": "What does not close, t oxide equivalent a year (below 0: enters the chain)",
}


def run_check(options: argparse.Namespace) -> int:
    """Print every problem, and the comparisons where the network can be built; 1 if any problem."""
    report = _report(options)
    parts = _parts(report)
    if options.format == "csv":
        part = options.show or "comparisons"
        write_rows(parts[part], PARTS[part], "csv")
    elif options.format == "json":
        write_json({part: parts[part] for part in PARTS if options.show in (None, part)})
    else:
        if report.ready_made and not options.show:
            _print_ready_made(report.ready_made, report.shares)
        for part in PARTS:
            if options.show in (None, part):
                _print_part(part, parts[part], report)
    return 1 if report.problems else 0


def _report(options: argparse.Namespace) -> CheckReport:
    with progress("check") as advance:
        return check(options.data, snapshot=options.snapshot, progress=advance)


def _print_ready_made(counts: tuple[int, int], shares: Iterable[ShareRow]) -> None:
    """How large a network is whose flows were given, and who is largest in each of its stages."""
    sites, flows = counts
    say(f"A ready-made network: {sites:,} sites, {flows:,} flows")
    say("")
    largest: dict[tuple[str, str], dict[str, object]] = {}
    for share in shares:  # of each stage and material the largest country comes first
        largest.setdefault((share.stage.value, share.material), row(share))
    say("The largest country of each stage (all of them: magnetrace shares)")
    write_rows(list(largest.values()), LARGEST, "table")


def _parts(report: CheckReport) -> dict[str, list[dict[str, object]]]:
    return {
        "problems": [row(problem) for problem in report.problems],
        "comparisons": [
            row(each, difference=each.difference, agrees=each.agrees) for each in report.comparisons
        ],
        "disagreements": [
            {
                "stage": each.stage.value,
                "material": each.material,
                "used": each.published,
                "other": share,
                "year": year,
                "sources": list(sources),
                "note": note,
            }
            for each in report.comparisons
            for share, year, sources, note in each.others
        ],
        "imbalances": [row(imbalance) for imbalance in report.imbalances],
    }


def _print_part(part: str, rows: list[dict[str, object]], report: CheckReport) -> None:
    say(f"{TITLES[part]}: {len(rows) or 'none'}")
    if part == "problems":
        for problem in report.problems:
            say(f"  {line(problem)}")
        say("")
    elif rows:
        write_rows(rows, PARTS[part], "table")


def run_shares(options: argparse.Namespace) -> int:
    """Print the share rows of a snapshot. Flows that were given need not balance for that."""
    report = _report(options)
    if report.problems and not report.ready_made:
        raise DataError(report.problems)
    if report.problems:
        warn("the flows do not balance everywhere; magnetrace check shows where")
    write_rows([row(share) for share in report.shares], SHARES, options.format)
    return 0
