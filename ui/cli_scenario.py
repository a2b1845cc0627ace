"""`magnetrace scenarios` and `magnetrace simulate`: what a disruption does, week by week."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from graph.errors import UnknownName
from graph.ladder import climbed, relieved
from graph.losses import EndUseLoss
from graph.money import Bill
from graph.scenario import Scenario
from graph.spread import Result, simulate
from loaders import scenario_folder, tables
from loaders.compiled import is_compiled
from loaders.kept import load_kept
from loaders.own_scenarios import files, own_folder, own_scenarios
from loaders.parameters import assumed_in
from loaders.scenarios import read, scenarios
from ui import text as words
from ui.cli_bracket import run_bracket
from ui.cli_data import own_data
from ui.cli_ensemble import run_many
from ui.cli_options import UsageError, check_many_runs
from ui.cli_runs import run_name, store_run
from ui.output import Columns, line, money, percent, row, say, warn, write_json, write_rows
from ui.viewmodels.outcome import headline

SCENARIOS: Columns = {"name": line, "title": line, "snapshot": line, "levers": line, "own": line}
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
BILLS: Columns = {
    "imposer": line,
    "own_loss": money,
    "lost_exports": money,
    "duties_paid": money,
    "duties_collected": money,
    "own_end_uses": money,
    "loss_abroad": money,
    "leverage": line,
}
JSON_KEYS = (
    *("scenario", "snapshot", "weeks", "seed", "end_uses", "sites", "because"),
    *("bills", "prices", "notes"),
)
COMPARED: Columns = {
    "scenario": line,
    "end_uses_hit": line,
    "lost_usd": money,
    "first_week": line,
    "worst": line,
    "worst_lost_share": percent,
}
SHOWN_RISE = 1.05
"""Prices that rise less are not shown."""
SHOWN = 15
"""End uses in the table; csv and json carry all."""
SHOWN_CAUSES = 5


def run_scenarios(options: argparse.Namespace) -> int:
    """Print the scenarios of the data folder, else those that ship, and the user's own."""
    own = own_scenarios(own_folder())
    known = _known(options.data)
    rows = [
        row(scenario, levers=[lever.kind for lever in scenario.levers], own=name not in known)
        for name, scenario in (known | own.scenarios | known).items()
    ]
    for problem in own.problems:
        warn(str(problem))
    write_rows(rows, SCENARIOS, options.format)
    return 0


def run_simulate(options: argparse.Namespace) -> int:
    """Run one scenario, and others beside it, and print the losses."""
    check_many_runs(options)
    scenario = find_scenario(options.name, options.data)
    if options.steps is not None:
        scenario = climbed(scenario, options.steps)
    if options.relief is not None:
        scenario = relieved(scenario, options.relief)
    snapshot = options.snapshot or scenario.snapshot
    stored_as = run_name(options, scenario)
    if not is_compiled():
        warn("compiling the weekly model; this happens once and takes about half a minute")
    if options.runs > 1 or options.bracket:
        if options.compare or (options.runs > 1 and options.bracket):
            raise UsageError("--runs, --bracket and --compare each stand alone")
        run = run_bracket if options.bracket else run_many
        return run(options, replace(scenario, snapshot=snapshot))
    own = own_data(options)
    network, known = load_kept(own, snapshot=snapshot), tables(own)
    runs: list[tuple[Scenario, Result]] = []
    for item in (scenario, *(find_scenario(name, options.data) for name in options.compare)):
        parameters, moved = assumed_in(known, replace(item, snapshot=snapshot))
        result = simulate(
            network, moved, weeks=options.weeks, seed=options.seed, parameters=parameters
        )
        runs.append((item, result))
    if options.format == "json":
        first, *others = [_json(run) for _, run in runs]
        write_json(first | ({"compared": others} if others else {}))
    elif options.format == "csv":
        many = len(runs) > 1
        rows = [
            row(loss, **({"scenario": item.name} if many else {}))
            for item, run in runs
            for loss in run.end_uses
        ]
        write_rows(rows, {}, "csv")
    else:
        _print_losses(*runs[0])
        if len(runs) > 1:
            _print_compared(runs)
    if stored_as:
        store_run(options.uri, stored_as, network, *runs[0])
    return 0


def _json(result: Result) -> dict[str, object]:
    bills = [row(bill, own=bill.own, leverage=bill.leverage) for bill in result.bills]
    return {key: getattr(result, key) for key in JSON_KEYS} | {"bills": bills}


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
        for cause in [c for c in result.because if c.end_use == loss.id and c.site][:1]:
            say(
                f"because: {line(loss.name)} loses most through {line(names[cause.site])}, "
                f"held by {line(cause.lever)} ({percent(cause.share)} of its loss)"
            )
    if result.bills:
        write_rows([_bill(bill) for bill in result.bills], BILLS, "table")
    for path in result.prices:
        if max(path.multiple) > SHOWN_RISE:
            say(
                f"price: {path.element} oxide outside China up to {max(path.multiple):.1f} times "
                f"{path.usd_per_kg:g} USD/kg"
            )
    for note in result.notes:
        say(f"note: {line(note)}")


def _print_compared(runs: list[tuple[Scenario, Result]]) -> None:
    """The runs beside each other, one line each."""
    write_rows([_compared(item, run) for item, run in runs], COMPARED, "table")


def _compared(scenario: Scenario, result: Result) -> dict[str, object]:
    """How a run compares: what is lost in all, how many end uses, when the first."""
    hit = [loss for loss in result.end_uses if loss.first_loss_week is not None]
    return {
        "scenario": scenario.name,
        "end_uses_hit": len(hit),
        "lost_usd": sum(loss.lost_usd or 0.0 for loss in hit),
        "first_week": min((loss.first_loss_week or 0 for loss in hit), default=None),
        "worst": max(hit, key=lambda loss: loss.lost_share).name if hit else "",
        "worst_lost_share": max((loss.lost_share for loss in hit), default=0.0),
    }


def _bill(bill: Bill) -> dict[str, object]:
    return {
        "imposer": bill.imposer,
        "own_loss": bill.own,
        "lost_exports": bill.lost_exports,
        "duties_paid": bill.duties,
        "duties_collected": bill.duties_collected,
        "own_end_uses": bill.own_end_uses,
        "loss_abroad": bill.abroad,
        "leverage": "" if bill.leverage is None else f"{bill.leverage:,.1f}",
    }


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


def find_scenario(name: str, folder: Path | None) -> Scenario:
    """A scenario by name, ours or the user's own, or by path.

    Raises UnknownName, with the nearest, or ScenarioError.
    """
    if name.endswith(".toml"):
        return read(Path(name))
    known = _known(folder)
    if name in known:
        return known[name]
    own = {path.stem: path for path in files(own_folder())}
    if name not in own:
        raise UnknownName("scenario", name, (*known, *own))
    return read(own[name])
