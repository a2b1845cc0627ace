"""`magnetrace simulate --bracket`: a scenario between no adaptation and the best case."""

from __future__ import annotations

import argparse

from graph.bracket import Bracketed, Three, bracket
from graph.scenario import Scenario
from loaders import tables
from loaders.kept import load_kept
from loaders.parameters import assumed_in
from ui import text as words
from ui.cli_data import own_data
from ui.output import Columns, line, money, percent, row, say, write_json, write_rows
from ui.viewmodels.bracket import OUTSIDE_WORDS, between

BRACKET: Columns = {
    "end_use": line,
    "country": line,
    "no_adaptation": percent,
    "weekly": percent,
    "best_case": percent,
    "usd_no_adaptation": money,
    "usd_weekly": money,
    "usd_best_case": money,
    "weekly_is": line,
}
SHOWN = 15
"""End uses in the table; csv and json carry all."""


def run_bracket(options: argparse.Namespace, scenario: Scenario) -> int:
    """Print the three losses of a scenario."""
    own = own_data(options)
    parameters, moved = assumed_in(tables(own), scenario)
    found = bracket(
        load_kept(own, snapshot=scenario.snapshot),
        moved,
        weeks=options.weeks,
        seed=options.seed,
        parameters=parameters,
    )
    if options.format == "json":
        write_json(found)
        return 0
    if options.format == "csv":
        write_rows([_flat(loss) for loss in found.end_uses], {}, "csv")
        return 0
    hit = [loss for loss in found.end_uses if any(row(loss.lost_share).values())]
    say(f"{line(scenario.title)} (snapshot {found.snapshot}, seed {found.seed})")
    say(line(between(found)))
    if hit:
        write_rows([_three(loss) for loss in hit[:SHOWN]], BRACKET, "table")
    if len(hit) > SHOWN:
        say(f"{words.plural(len(hit) - SHOWN, 'more end use')}: --format csv prints all.")
    for note in found.notes:
        say(f"note: {line(note)}")
    return 0


def _three(loss: Bracketed) -> dict[str, object]:
    shares, usd = row(loss.lost_share), row(loss.lost_usd) if loss.lost_usd else {}
    return {
        "end_use": loss.name,
        "country": loss.country,
        **shares,
        **{f"usd_{way}": usd.get(way) for way in shares},
        "weekly_is": OUTSIDE_WORDS[loss.outside],
    }


def _flat(loss: Bracketed) -> dict[str, object]:
    """A row for sheets: three columns for each measure."""
    flat: dict[str, object] = {}
    for key, value in row(loss).items():
        if key in ("lost_units", "lost_share", "lost_usd"):
            three: Three | None = getattr(loss, key)
            flat |= {f"{key}_{way}": getattr(three, way, None) for way in Three.__slots__}
        else:
            flat[key] = value
    return flat
