"""`magnetrace portfolio`: which measures a budget is best spent on, and what that leaves."""

from __future__ import annotations

import argparse
from dataclasses import replace

from graph.contingency import bench_of
from graph.portfolio import Frontier, Measure, Portfolio, frontier
from loaders import tables
from loaders.kept import load_kept
from loaders.measures import NotOffered, measures_of
from loaders.parameters import spread_parameters
from ui import text as words
from ui.cli_data import own_data
from ui.cli_scenario import find_scenario
from ui.output import Columns, line, money, percent, progress, row, say, write_json, write_rows

PARTS = (0.25, 0.5, 1.0)
"""Parts of the budget at which the frontier is drawn."""
PORTFOLIOS: Columns = {
    "budget": money,
    "method": line,
    "measures": line,
    "cost_usd": money,
    "best_case_avoided": percent,
    "best_case_rank": line,
    "weekly_avoided": percent,
    "weekly_rank": line,
    "proof": line,
    "in_every_good": line,
}


def run_portfolio(options: argparse.Namespace) -> int:
    """Print the greedy and the optimal portfolio of several budgets up to the one given."""
    chosen = [(find_scenario(name, options.data), weight) for name, weight in options.scenarios]
    own = own_data(options)
    rows = tables(own)
    network = load_kept(own, snapshot=options.snapshot)
    measures, missing = measures_of(rows, network, options.weeks)
    with progress("Portfolios") as advance:
        result = frontier(
            network,
            bench_of(network, spread_parameters(rows), options.weeks),
            measures,
            [(replace(each, snapshot=options.snapshot), weight) for each, weight in chosen],
            [part * options.budget for part in PARTS],
            seed=options.seed,
            rounds=options.rounds,
            progress=advance,
        )
    if options.format == "json":
        write_json(
            row(result)
            | {
                "measures": [_measure(each) for each in measures],
                "not_offered": [row(each) for each in missing],
                "snapshot": network.snapshot,
            }
        )
        return 0
    write_rows([_row(result, each) for each in result.portfolios], PORTFOLIOS, options.format)
    if options.format == "table":
        _explain(result, measures, missing)
    return 0


def _measure(each: Measure) -> dict[str, object]:
    low, base, high = each.cost
    return {
        "id": each.id,
        "title": each.title,
        "cost_low_usd": low,
        "cost_usd": base,
        "cost_high_usd": high,
        "rows": each.rows,
        "after": each.after,
    }


def _row(result: Frontier, each: Portfolio) -> dict[str, object]:
    low, base, high = each.cost
    told = {key: value for key, value in row(each).items() if key != "cost"}
    return {
        **told,
        "cost_low_usd": low,
        "cost_usd": base,
        "cost_high_usd": high,
        "best_case_avoided": _avoided(each.best_case_usd, result.nothing_best_case_usd),
        "weekly_avoided": _avoided(each.weekly_usd, result.nothing_weekly_usd),
        "proof": _proof(each),
    }


def _avoided(left: float, before: float) -> float | None:
    return 1 - left / before if before > 0 else None


def _proof(each: Portfolio) -> str:
    if each.gap_usd is None:
        return ""
    return "optimal" if each.is_proven else f"gap {money(each.gap_usd)}"


def _explain(
    result: Frontier, measures: tuple[Measure, ...], missing: tuple[NotOffered, ...]
) -> None:
    say(
        f"With nothing bought {money(result.nothing_weekly_usd)} are lost in "
        f"{words.plural(result.weeks, 'week')} of the weekly model, "
        f"{money(result.nothing_best_case_usd)} in the best case, expected over "
        f"{', '.join(result.scenarios)}. {words.plural(len(measures), 'measure')} could be bought; "
        "greedy is judged by the weekly model, optimal by the best case."
    )
    say("Not offered, since no row prices them:")
    for each in missing:
        say(f"  {each.title}: {each.reason}.")
