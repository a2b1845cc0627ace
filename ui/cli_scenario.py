"""`magnetrace scenarios` and `magnetrace simulate`: what a disruption does, week by week."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from graph.bracket import Bracket, Bracketed, Three, bracket
from graph.errors import UnknownName
from graph.scenario import Scenario
from graph.spread import EndUseLoss, Result, simulate
from loaders import scenario_folder, tables
from loaders.kept import load_kept
from loaders.parameters import spread_parameters
from loaders.scenarios import read, scenarios
from ui import text as words
from ui.cli_data import own_data
from ui.output import Columns, line, money, percent, row, say, write_json, write_rows
from ui.viewmodels.bracket import OUTSIDE_WORDS, between
from ui.viewmodels.outcome import headline

SCENARIOS: Columns = {"name": line, "title": line, "snapshot": line, "levers": line}
LOSSES: Columns = {
    "end_use": line,
    "country": line,
    "lost_share": percent,
    "lost_units": line,
    "lost_usd": money,
    "first_week": line,
    "worst_week": line,
    "worst_share": percent,
    "recovered_week": line,
}
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
JSON_KEYS = ("scenario", "snapshot", "weeks", "seed", "end_uses", "sites", "because", "notes")
SHOWN = 15
"""End uses in the table; csv and json carry all."""
SHOWN_CAUSES = 5


def run_scenarios(options: argparse.Namespace) -> int:
    """Print the scenarios of the data folder, else those that ship."""
    rows = [
        row(scenario, levers=[lever.kind for lever in scenario.levers])
        for scenario in _known(options.data).values()
    ]
    write_rows(rows, SCENARIOS, options.format)
    return 0


def run_simulate(options: argparse.Namespace) -> int:
    """Run one scenario and print the losses."""
    scenario = _find(options.name, options.data)
    if options.snapshot is not None:
        scenario = replace(scenario, snapshot=options.snapshot)
    own = own_data(options)
    network = load_kept(own, snapshot=scenario.snapshot)
    parameters = spread_parameters(tables(own))
    run, seed = options.weeks, options.seed
    if options.bracket:
        found = bracket(network, scenario, weeks=run, seed=seed, parameters=parameters)
        _write_bracket(scenario, found, options.format)
        return 0
    result = simulate(network, scenario, weeks=run, seed=seed, parameters=parameters)
    if options.format == "json":
        write_json({key: getattr(result, key) for key in JSON_KEYS})
    elif options.format == "csv":
        write_rows([row(loss) for loss in result.end_uses], {}, "csv")
    else:
        _print_losses(scenario, result)
    return 0


def _print_losses(scenario: Scenario, result: Result) -> None:
    hit = sorted(
        (loss for loss in result.end_uses if loss.first_loss_week is not None),
        key=lambda loss: (-loss.lost_share, loss.id),
    )
    say(f"{line(scenario.title)} (snapshot {result.snapshot}, seed {result.seed})")
    say(line(headline(result)))
    if hit:
        write_rows([_shown(loss) for loss in hit[:SHOWN]], LOSSES, "table")
    if len(hit) > SHOWN:
        say(f"{words.plural(len(hit) - SHOWN, 'more end use')}: --format csv prints all.")
    names = {site.id: site.name for site in result.sites} | {loss.id: loss.name for loss in hit}
    for loss in hit[:SHOWN_CAUSES]:
        for cause in [cause for cause in result.because if cause.end_use == loss.id][:1]:
            say(
                f"because: {line(loss.name)} loses most through {line(names[cause.site])}, "
                f"held by {line(cause.lever)} ({percent(cause.share)} of its loss)"
            )
    for note in result.notes:
        say(f"note: {line(note)}")


def _write_bracket(scenario: Scenario, found: Bracket, fmt: str) -> None:
    if fmt == "json":
        write_json(found)
        return
    if fmt == "csv":
        write_rows([_flat(loss) for loss in found.end_uses], {}, "csv")
        return
    hit = [loss for loss in found.end_uses if any(row(loss.lost_share).values())]
    say(f"{line(scenario.title)} (snapshot {found.snapshot}, seed {found.seed})")
    say(line(between(found)))
    if hit:
        write_rows([_three(loss) for loss in hit[:SHOWN]], BRACKET, "table")
    if len(hit) > SHOWN:
        say(f"{words.plural(len(hit) - SHOWN, 'more end use')}: --format csv prints all.")
    for note in found.notes:
        say(f"note: {line(note)}")


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


def _shown(loss: EndUseLoss) -> dict[str, object]:
    return {
        "end_use": loss.name,
        "country": loss.country,
        "lost_share": loss.lost_share,
        "lost_units": words.quantity(loss.lost_units, loss.unit),
        "lost_usd": loss.lost_usd,
        "first_week": loss.first_loss_week,
        "worst_week": loss.worst_week,
        "worst_share": loss.worst_share,
        "recovered_week": loss.recovered_week,
    }


def _known(folder: Path | None) -> dict[str, Scenario]:
    return scenarios(scenario_folder(folder))


def _find(name: str, folder: Path | None) -> Scenario:
    if name.endswith(".toml"):
        return read(Path(name))
    known = _known(folder)
    if name not in known:
        raise UnknownName("scenario", name, known)
    return known[name]
