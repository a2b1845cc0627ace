"""`magnetrace report`: one to four scenarios as a report, HTML or PDF."""

from __future__ import annotations

import argparse
from dataclasses import replace

from graph.errors import UnknownName
from graph.spread import simulate
from loaders import tables
from loaders.countries import country_names
from loaders.kept import load_kept
from loaders.parameters import assumed_in
from loaders.templates import write
from ui.cli_data import as_typed, own_data
from ui.cli_options import UsageError
from ui.cli_scenario import find_scenario
from ui.output import line, say
from ui.report import FORMATS, SHIPPED, command_of, link_of, made_now
from ui.state import UrlState, to_params
from ui.text import web_address
from ui.viewmodels import compare
from ui.viewmodels.chokepoints import EVERYBODY
from ui.viewmodels.report import report


def run_report(options: argparse.Namespace) -> int:
    """Run the scenarios and write the report; a file that is there is not replaced."""
    kind = options.to.suffix.lower().removeprefix(".")
    _check(options, kind)
    scenarios = [find_scenario(name, options.data) for name in options.names]
    snapshot = options.snapshot or scenarios[0].snapshot
    own = own_data(options)
    network, known = load_kept(own, snapshot=snapshot), tables(own)
    same = [replace(scenario, snapshot=snapshot) for scenario in scenarios]
    ready = [(scenario, *assumed_in(known, scenario)) for scenario in same]
    compared = compare.sides(
        (scenario, simulate(network, moved, parameters=parameters))
        for scenario, parameters, moved in ready
    )
    end_uses = {loss.id: loss.name for loss in compared[0].result.end_uses}
    if options.goal and not compare.losses(compared[0], options.goal):
        sectors = {loss.sector for loss in compared[0].result.end_uses if loss.sector}
        raise UnknownName("end use or sector", options.goal, sorted({*end_uses, *sectors}))
    named = options.data or "MAGNETRACE_DATA"
    made = made_now(
        SHIPPED if own is None else f"own tables, {named}; the link needs the same",
        _link(options, snapshot),
        command_of(options.names, snapshot, options.goal, as_typed(options)),
    )
    goal = end_uses.get(options.goal, options.goal) or EVERYBODY
    names = country_names(known)
    made_report = report(compared, network, known, names, goal, options.goal, made)
    write({options.to.name: FORMATS[kind](made_report)}, options.to.parent)
    say(line(made_report.headline))
    say(f"Written to {line(str(options.to))}.")
    return 0


def _check(options: argparse.Namespace, kind: str) -> None:
    """Raises UsageError where the call makes no sense."""
    if kind not in FORMATS:
        raise UsageError(f"--to: expected a name that ends in .html or .pdf, got {options.to}")
    if len(options.names) > compare.MOST:
        raise UsageError(
            f"a report holds {compare.MOST} scenarios at most, got {len(options.names)}"
        )
    if not web_address(options.url):
        raise UsageError(f"--url: expected http://HOST:PORT, got {options.url!r}")


def _link(options: argparse.Namespace, snapshot: str) -> str:
    """The view in the explorer; none where a scenario comes from a file."""
    if any(name.endswith(".toml") for name in options.names):
        return ""
    if len(options.names) == 1:
        state = UrlState(year=snapshot, scenario=options.names[0])
        return link_of(options.url, "scenario", to_params(state))
    state = UrlState(year=snapshot, against=",".join(options.names), whose=options.goal)
    return link_of(options.url, "compare", to_params(state))
