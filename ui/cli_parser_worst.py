"""The options of `magnetrace worst` and `magnetrace portfolio`."""

from __future__ import annotations

import argparse
import math

from ui.cli_options import (
    Commands,
    add_data,
    add_format,
    add_seed,
    add_snapshot,
    command,
    whole_number,
)

LOSABLE = ("site", "firm", "country")
"""What can be lost; the same words as in graph/contingency.py."""


def add_worst(commands: Commands) -> None:
    parser = command(
        commands,
        "worst",
        "print which sites, firms or countries, lost together, cost the end uses most",
        "magnetrace worst --k 3 --for EV --by country --format json",
        "ui.cli_worst:run_worst",
    )
    parser.add_argument(
        "--k", type=whole_number(1, 20), default=2, help="how many are lost together (2)"
    )
    parser.add_argument(
        "--for",
        dest="target",
        metavar="END_USE",
        default="all",
        help="whose loss counts: an end use, a sector, or all (the default)",
    )
    parser.add_argument(
        "--by", choices=LOSABLE, default=LOSABLE[0], help="what is lost (site, the default)"
    )
    parser.add_argument(
        "--rounds",
        type=whole_number(0, 10_000),
        default=100,
        help="rounds of the proof at most, about a second each (100); what is left open is stated",
    )
    parser.add_argument(
        "--weeks", type=whole_number(1, 520), default=52, help="weeks of the outage, 1 to 520 (52)"
    )
    add_data(parser)
    add_snapshot(parser)
    add_format(parser)


def add_portfolio(commands: Commands) -> None:
    parser = command(
        commands,
        "portfolio",
        "print which measures keep most from being lost under a budget, over some scenarios",
        "magnetrace portfolio --budget 500e6 --scenarios full-export-stop,kuantan-outage=2",
        "ui.cli_portfolio:run_portfolio",
    )
    parser.add_argument(
        "--budget",
        type=_above_zero,
        default=500e6,
        metavar="USD",
        help="what may be spent (500e6); a quarter and half of it are shown too",
    )
    parser.add_argument(
        "--scenarios",
        type=_weighted,
        default=_weighted("full-export-stop"),
        metavar="NAME[=WEIGHT],...",
        help="scenarios to be ready for, with weights (full-export-stop); those whose limits "
        "change every week take minutes",
    )
    parser.add_argument(
        "--rounds",
        type=whole_number(1, 10_000),
        default=100,
        help="rounds of the proof at most (100); what is left open is stated",
    )
    parser.add_argument(
        "--weeks", type=whole_number(1, 520), default=52, help="weeks to run, 1 to 520 (52)"
    )
    add_seed(parser)
    add_data(parser)
    add_snapshot(parser)
    add_format(parser)


def _above_zero(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"expected a number above 0 such as 500e6, got {text!r}")
    return value


def _weighted(text: str) -> list[tuple[str, float]]:
    found = []
    for part in text.split(","):
        name, _, weight = part.strip().partition("=")
        if not name:
            raise argparse.ArgumentTypeError(f"expected names such as a,b or a=2,b=1, got {text!r}")
        found.append((name, _above_zero(weight) if weight else 1.0))
    return found
