"""`magnetrace simulate --runs`: many runs of a scenario, printed as bands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping

from graph.ensemble import (
    BALANCE,
    Band,
    EndUseBand,
    Ensemble,
    Outcome,
    Study,
    gather,
    on_threads,
)
from graph.errors import MagnetraceError
from graph.runs.finished import resumed
from graph.scenario import Scenario
from loaders import tables
from loaders.studies import study
from ui import text as words
from ui.cli_data import own_data
from ui.cli_options import INTERRUPTED, UsageError
from ui.interrupts import until_interrupted
from ui.output import Columns, line, percent, progress, row, say, warn, write_json, write_rows

BANDS: Columns = {
    "end_use": line,
    "country": line,
    "risk": percent,
    "lost_low": percent,
    "lost_median": percent,
    "lost_high": percent,
    "units": line,
    "touched_china": line,
}
MOVERS: Columns = {"correlation": line, "assumption": line, "stands_for": line}
SHOWN, SHOWN_MOVERS = 15, 8


def run_many(options: argparse.Namespace, scenario: Scenario) -> int:
    """Draw the runs and print medians with 5% and 95%.

    Where the runs end early, by Ctrl-C or because a cluster is lost, those finished are printed.
    """
    own = own_data(options)
    execute = _executor(options)
    with progress("Building alternative balances") as tell:
        planned = study(
            own,
            scenario,
            weeks=options.weeks,
            seed=options.seed,
            balances=options.balances,
            progress=tell,
        )
    found: list[Outcome] = []
    failed: MagnetraceError | OSError | None = None
    with until_interrupted() as is_interrupted, progress("Running") as tell:
        try:
            for outcome in _outcomes(options, planned, execute, is_interrupted):
                found.append(outcome)
                done, of = len(found), options.runs
                tell(f"{10 * (10 * done // of)}% of {of} runs", done / of)
        except (MagnetraceError, OSError) as error:
            if not found:
                raise
            failed = error
    early = len(found) < options.runs
    if early:
        kept = f", and kept in {line(options.keep)}" if options.keep else ""
        warn(f"{len(found)} of {options.runs} runs were finished{kept}")
    if found:
        _write(options, scenario, gather(planned, found, options.runs))
    if failed:
        raise failed
    return INTERRUPTED if early else 0


Execute = Callable[[Study, Iterable[int], Callable[[], bool]], Iterator[Outcome]]


def _executor(options: argparse.Namespace) -> Execute:
    """How runs are made. Raises UsageError where the package for it is missing."""
    if options.executor == "threads":
        return lambda planned, runs, stop: on_threads(planned, runs, options.threads, stop)
    try:
        from graph.runs.cluster import on_cluster
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--executor dask needs a package that is missing ({error.name}); install it with: "
            "pip install 'magnetrace[dask]'"
        ) from error
    return lambda planned, runs, stop: on_cluster(
        planned, runs, options.scheduler, stop, patience=options.patience
    )


def _outcomes(
    options: argparse.Namespace, planned: Study, execute: Execute, is_cancelled: Callable[[], bool]
) -> Iterator[Outcome]:
    numbers = range(options.runs)
    if options.keep is None:
        return execute(planned, numbers, is_cancelled)
    return resumed(
        options.keep, planned, numbers, lambda missing: execute(planned, missing, is_cancelled)
    )


def _write(options: argparse.Namespace, scenario: Scenario, result: Ensemble) -> None:
    if options.format == "json":
        write_json(row(result))
    elif options.format == "csv":
        write_rows([_csv(band) for band in result.end_uses], {}, "csv")
    else:
        said = {
            item.text("id"): item.text("applies_to")
            for item in tables(own_data(options))["assumptions"]
        }
        _print(scenario, result, said)


def _print(scenario: Scenario, result: Ensemble, said: Mapping[str, str]) -> None:
    say(f"{line(scenario.title)} (snapshot {result.snapshot}, seed {result.seed})")
    say(
        f"{result.runs} runs of {result.weeks} weeks on "
        f"{words.plural(result.balances, 'balance')}: end uses lose "
        f"{words.usd(result.lost_usd.median)} where a value is known, "
        f"{words.usd(result.lost_usd.low)} to "
        f"{words.usd(result.lost_usd.high)} in nine runs of ten; the run with every assumption "
        f"at its base {words.usd(result.at_base_usd)}."
    )
    hit = [band for band in result.end_uses if band.risk > 0]
    if hit:
        write_rows([_shown(band) for band in hit[:SHOWN]], BANDS, "table")
    if len(hit) > SHOWN:
        say(f"{words.plural(len(hit) - SHOWN, 'more end use')}: --format csv prints all.")
    if result.movers:
        say("What moves the loss most (rank correlation):")
        write_rows(
            [
                {
                    "correlation": f"{mover.correlation:+.2f}",
                    "assumption": mover.assumption,
                    "stands_for": "which balance of the flows"
                    if mover.assumption == BALANCE
                    else said.get(mover.assumption, ""),
                }
                for mover in result.movers[:SHOWN_MOVERS]
            ],
            MOVERS,
            "table",
        )


def _shown(band: EndUseBand) -> dict[str, object]:
    units = band.lost_units
    return {
        "end_use": band.name,
        "country": band.country,
        "risk": band.risk,
        "lost_low": band.lost_share.low,
        "lost_median": band.lost_share.median,
        "lost_high": band.lost_share.high,
        "units": f"{words.number(units.low)} to {words.quantity(units.high, band.unit)}",
        "touched_china": words.share_range(band.china_share.low, band.china_share.high),
    }


def _csv(band: EndUseBand) -> dict[str, object]:
    def spelled(name: str, values: Band | None) -> dict[str, object]:
        parts = ("low", "median", "high")
        return {f"{name}_{part}": getattr(values, part) if values else None for part in parts}

    return {
        **{key: getattr(band, key) for key in ("id", "name", "country", "unit", "risk")},
        **spelled("china_share", band.china_share),
        **spelled("lost_share", band.lost_share),
        **spelled("lost_units", band.lost_units),
        **spelled("lost_usd", band.lost_usd),
    }
