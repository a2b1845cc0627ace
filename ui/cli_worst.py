"""`magnetrace worst`: which k things, lost together, cost most, and how sure that is."""

from __future__ import annotations

import argparse

from graph.contingency import bench_of, cases_of
from graph.interdiction import Worst, WorstSet, worst
from loaders import tables
from loaders.kept import load_kept
from loaders.parameters import spread_parameters
from ui import text as words
from ui.cli_data import own_data
from ui.cli_options import UsageError
from ui.output import Columns, line, money, percent, progress, row, say, write_json, write_rows

SETS: Columns = {
    "best_case_rank": line,
    "names": line,
    "best_case_share": percent,
    "best_case_usd": money,
    "weekly_rank": line,
    "weekly_share": percent,
    "weekly_usd": money,
    "is_greedy": line,
}


def run_worst(options: argparse.Namespace) -> int:
    """Print the worst sets found, and the proof or the gap."""
    own = own_data(options)
    network, parameters = load_kept(own, snapshot=options.snapshot), spread_parameters(tables(own))
    cases = cases_of(network, (options.by,))
    if options.k > len(cases):
        raise UsageError(
            f"--k is {options.k}, but by {options.by} only {len(cases)} can be lost in this network"
        )
    bench = bench_of(network, parameters, options.weeks)
    with progress("The worst set") as advance:
        found = worst(
            bench,
            cases,
            options.k,
            target=options.target,
            rounds=options.rounds,
            progress=lambda best, bound, done: advance(
                f"{percent(best)} found, at most {percent(bound)}", done
            ),
        )
    if options.format == "json":
        write_json(
            row(found) | {"snapshot": network.snapshot, "sets": [_row(s) for s in found.sets]}
        )
        return 0
    write_rows([_row(each) for each in found.sets], SETS, options.format)
    if options.format == "table":
        say(_proof(found))
    return 0


def _row(each: WorstSet) -> dict[str, object]:
    told = {key: value for key, value in row(each).items() if key != "cases"}
    ids, names = ([getattr(case, key) for case in each.cases] for key in ("id", "name"))
    return {"ids": ids, "names": names, **told}


def _proof(found: Worst) -> str:
    of = "all end uses" if found.target == "all" else found.target
    share = found.sets[0].best_case_share if found.sets else 0.0
    proof = (
        "proven the worst in the best case"
        if found.is_proven
        else f"not proven: no set loses more than {percent(found.bound)} "
        f"(gap {percent(found.gap)}; --rounds {2 * max(1, found.rounds)} may close it)"
    )
    greedy = (
        "greedy finds as much"
        if found.greedy_share >= share - 1e-6
        else f"greedy finds {percent(found.greedy_share)}"
    )
    return (
        f"Lost for {words.plural(found.weeks, 'week')}, of {of}. The first set "
        f"(at most {found.k}) is {proof}; {greedy}. Sets after it are the worst "
        "that were looked at. In the best case all goods are shifted at once and without friction."
    )
