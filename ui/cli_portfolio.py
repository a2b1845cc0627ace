"""`magnetrace portfolio`: which measures a budget is best spent on, and what that leaves."""

from __future__ import annotations

import argparse
from dataclasses import replace

from graph.contingency import SITE
from graph.portfolio import Frontier, Measure
from loaders import tables
from loaders.chokepoints import desk_of
from loaders.measures import NotOffered, measures_of
from loaders.portfolios import Question, frontier_of
from ui import text as words
from ui.cli_data import own_data
from ui.cli_scenario import find_scenario
from ui.output import Columns, line, money, percent, progress, row, say, write_json, write_rows
from ui.viewmodels.portfolio import budgets_to, records

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
    desk = desk_of(own, snapshot=options.snapshot, kind=SITE, weeks=options.weeks)
    measures, missing = measures_of(tables(own), desk.network, options.weeks)
    asked = Question(
        budgets=budgets_to(options.budget),
        scenarios=tuple(
            (replace(each, snapshot=options.snapshot), weight) for each, weight in chosen
        ),
        seed=options.seed,
        rounds=options.rounds,
    )
    with progress("Portfolios") as advance:
        result = frontier_of(desk, measures, asked, progress=advance)
    if options.format == "json":
        write_json(
            row(result)
            | {
                "measures": [_measure(each) for each in measures],
                "not_offered": [row(each) for each in missing],
                "snapshot": desk.network.snapshot,
            }
        )
        return 0
    write_rows(records(result), PORTFOLIOS, options.format)
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
