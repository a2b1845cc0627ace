"""`magnetrace check` and `magnetrace shares`: the data, held against what is published."""

from __future__ import annotations

import argparse

from graph.errors import DataError
from graph.indicators import LOCATED
from loaders import CheckReport, against_shipped, check
from loaders.own_data import OwnData
from ui import text as words
from ui.cli_data import own_data
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
from ui.viewmodels.claim_groups import said

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
    "lens": line,
    "hhi": amount,
    "sources": first_of,
}
LARGEST: Columns = {key: SHARES[key] for key in ("stage", "material", "country", "share", "tonnes")}
COMPARISONS: Columns = {
    "stage": line,
    "material": line,
    "computed": percent,
    "published": percent,
    "year": line,
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
CLAIMS: Columns = {
    "about": line,
    "standing": line,
    "said": line,
    "quantity": line,
    "year": line,
    "reason": line,
    "sources": first_of,
}
TRADE: Columns = {
    "good": line,
    "exporter": line,
    "importer": line,
    "year": line,
    "gross_t": amount,
    "usd_per_kg": amount,
    "observed_t": amount,
    "computed_t": amount,
    "gap_t": amount,
    "is_input": line,
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
CHANGES: Columns = {
    "table": line,
    "added": line,
    "changed": line,
    "removed": line,
    "same": line,
}
PARTS = {
    "problems": PROBLEMS,
    "changes": CHANGES,
    "comparisons": COMPARISONS,
    "disagreements": DISAGREEMENTS,
    "imbalances": IMBALANCES,
    "trade": TRADE,
    "claims": CLAIMS,
}
TITLES = {
    "problems": "Problems in the data",
    "changes": "Tables that differ from the shipped ones, in rows",
    "comparisons": "China's share, computed and published (difference in percentage points)",
    "disagreements": "Where sources say otherwise",
    "imbalances": "What does not close, t oxide equivalent a year (below 0: enters the chain)",
    "trade": "Customs figures and computed flows between countries, t a year like NdPr",
    "claims": "Claims that disagree, the one in use first",
}


def run_check(options: argparse.Namespace) -> int:
    """Print every problem, and the comparisons where the network can be built; 1 if any problem."""
    own = own_data(options)
    with progress("check") as advance:
        report = check(own, snapshot=options.snapshot, progress=advance)
    parts = _parts(report)
    told = [part for part in PARTS if options.show in (None, part) and _concerns(part, report)]
    if isinstance(own, OwnData) and not report.problems:
        parts["changes"] = [row(change) for change in against_shipped(own)]
    elif "changes" in told:
        told.remove("changes")
    if options.format == "csv":
        part = options.show or "comparisons"
        write_rows(parts[part], PARTS[part], "csv")
    elif options.format == "json":
        write_json({part: parts[part] for part in PARTS if options.show in (None, part)})
    else:
        for part in told:
            if part == "claims" and options.show is None:
                # Some hundred lines that would bury the rest.
                say(f"{TITLES[part]}: {len(parts[part])}; magnetrace check --show {part}")
            else:
                _print_part(part, parts[part], report)
        if report.sites and options.show is None:
            _print_size(report)
    return 1 if report.problems else 0


def _parts(report: CheckReport) -> dict[str, list[dict[str, object]]]:
    return {
        "problems": [row(problem) for problem in report.problems],
        "changes": [],
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
        "trade": [row(gap, gap_t=gap.gap_t) for gap in report.trade],
        "claims": [
            row(claim, said=said(claim)) for group in report.claims for claim in group.claims
        ],
    }


def _concerns(part: str, report: CheckReport) -> bool:
    """Whether a part can say anything: flows that were given are held against nothing that is
    published."""
    return not report.is_ready_made or part in ("problems", "imbalances")


def _print_size(report: CheckReport) -> None:
    """How large the network is and, where its flows were given, who is largest in it."""
    if report.is_ready_made:
        largest: dict[tuple[str, str], dict[str, object]] = {}
        for share in report.shares:  # of each stage and material the largest country comes first
            if share.lens == LOCATED:
                largest.setdefault((share.stage.value, share.material), row(share))
        say("The largest country of each stage (all of them: magnetrace shares)")
        write_rows(list(largest.values()), LARGEST, "table")
    given = ", given and not balanced" if report.is_ready_made else ""
    flows = words.plural(report.flows, "flow")
    say(f"The network: {words.plural(report.sites, 'site')} and {flows}{given}.")


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
    with progress("check") as advance:
        report = check(own_data(options), snapshot=options.snapshot, progress=advance)
    if report.problems and not report.is_ready_made:
        raise DataError(report.problems)
    if report.problems:
        warn("the flows do not balance everywhere; magnetrace check shows where")
    shares = [each for each in report.shares if each.lens == options.lens]
    write_rows([row(share) for share in shares], SHARES, options.format)
    return 0
