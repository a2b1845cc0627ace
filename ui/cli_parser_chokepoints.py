"""The options of the commands on chokepoints: how few, how wide, and what if they are lost."""

from __future__ import annotations

import argparse
import math

from graph.indicators import LENSES
from graph.model import ELEMENTS
from ui.cli_options import (
    Commands,
    add_data,
    add_format,
    add_seed,
    add_snapshot,
    add_weeks,
    command,
    whole_number,
)

GROUPS, LEVELS = ("country", "owner", "site"), ("tier", "embodied")
DEMANDS = ("regions", "countries", "sectors", "end-uses")
"""What `concentration` counts, and of what; the same words as in graph/concentration.py."""
KINDS = ("site", "firm", "country", "corridor")
LOSABLE = KINDS[:3]
"""What can be lost, alone and together; the same words as in graph/contingency.py."""
LOSS, SYNERGY = "loss", "synergy"
EVERY = "all"
"""Stands for every state of the chain where one can be named."""


def add_concentration(commands: Commands) -> None:
    parser = command(
        commands,
        "concentration",
        "print how few countries, owners or sites each stage rests on, and how sure that is",
        "magnetrace concentration --level embodied --element Dy --balances 20",
        "ui.cli_concentration:run_concentration",
    )
    parser.add_argument(
        "--by", choices=GROUPS, default=GROUPS[0], help="who counts as a supplier (country)"
    )
    parser.add_argument(
        "--level",
        choices=LEVELS,
        help="tier: the output of each stage; embodied: through whom what the end uses hold has "
        "passed (default: both)",
    )
    parser.add_argument(
        "--lens",
        choices=LENSES,
        help="whose country a site counts for: where it stands (located, the default) or that of "
        "its controlling owner (controlled)",
    )
    parser.add_argument(
        "--demand",
        choices=DEMANDS,
        help="whose end uses the embodied level looks at: the world and the EU (regions, the "
        "default), or each country, sector or end use",
    )
    parser.add_argument("--element", choices=ELEMENTS, help="only rows of one element (all)")
    parser.add_argument(
        "--balances",
        type=whole_number(1, 200),
        default=1,
        help="with more than one, alternative balances of the flows give bands, and how often each "
        "rank holds (1)",
    )
    add_seed(parser)
    add_data(parser)
    add_snapshot(parser, also=f"a year, or {EVERY} of them side by side")
    add_format(parser)


def add_structure(commands: Commands) -> None:
    parser = command(
        commands,
        "structure",
        "print which capacity bounds what can reach an end use, and what is left without China",
        "magnetrace structure --for eu_tesla --element Dy",
        "ui.cli_structure:run_structure",
    )
    parser.add_argument(
        "--for",
        dest="end_use",
        metavar="END_USE",
        action="append",
        help="an end use (id), a sector, all (together) or outside_china; repeat for more (the "
        "last two)",
    )
    parser.add_argument("--element", choices=ELEMENTS, help="only rows of one element (all)")
    parser.add_argument(
        "--show",
        choices=("cut", "stages", "passages"),
        default="cut",
        help="cut: what bounds the supply (default); stages: how wide each stage is by itself; "
        "passages: which share of the supply passes each site (betweenness by flow)",
    )
    parser.add_argument(
        "--top",
        type=whole_number(1, 100_000),
        default=10,
        metavar="N",
        help="sites of --show passages (10)",
    )
    parser.add_argument(
        "--lens",
        choices=LENSES,
        default=LENSES[0],
        help="what is lost with China: what stands there (located, the default) or what is "
        "controlled from there (controlled)",
    )
    parser.add_argument(
        "--without-china", action="store_true", help="only what is left without China"
    )
    add_data(parser)
    add_snapshot(parser)
    add_format(parser)


def add_chokepoints(commands: Commands) -> None:
    parser = command(
        commands,
        "chokepoints",
        "lose one site, firm, country or corridor after the other and rank what that costs",
        "magnetrace chokepoints --for EV --by country --top 10",
        "ui.cli_chokepoints:run_chokepoints",
    )
    parser.description = (
        f"{parser.description} Each is lost from the first week to the end of a run of the weekly "
        "model. That moves in steps of a week: times in days are right to +/-7 days."
    )
    parser.add_argument(
        "--for",
        dest="goal",
        metavar="END_USE",
        default="",
        help="whose loss counts: an end use (id) or a sector (all end uses)",
    )
    parser.add_argument("--by", choices=KINDS, default=KINDS[0], help="what is lost (site)")
    parser.add_argument("--top", type=whole_number(1, 10_000), default=20, help="rows at most (20)")
    parser.add_argument(
        "--draws",
        type=whole_number(0, 10_000),
        default=0,
        help="say how often each is among the first five where assumptions and balance are drawn "
        "so many times (0)",
    )
    parser.add_argument(
        "--balances",
        type=whole_number(1, 200),
        default=10,
        help="alternative balances of the flows that draws take in turn (10)",
    )
    parser.add_argument(
        "--pairs",
        nargs="?",
        choices=(LOSS, SYNERGY),
        const=LOSS,
        help="lose two at once instead, ranked by loss (default) or by synergy: what that costs "
        "beyond the sum of both",
    )
    parser.add_argument(
        "--among",
        type=whole_number(2, 500),
        default=20,
        help="how many of the costliest single losses make the pairs (20); beyond those that cost "
        "anything, the ones with the heaviest paths",
    )
    parser.add_argument(
        "--case",
        metavar="ID",
        help="only the one of that id, and what it costs each sector and end use, in units too",
    )
    parser.add_argument(
        "--lens",
        choices=LENSES,
        default=LENSES[0],
        help="what the China share of a case counts: where sites stand (located, the default) or "
        "who controls them (controlled)",
    )
    add_weeks(parser)
    parser.add_argument(
        "--threads", type=whole_number(1, 256), default=2, help="threads for the runs (2)"
    )
    add_seed(parser)
    add_snapshot(parser)
    add_data(parser)
    add_format(parser)


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
    add_weeks(parser, "weeks of the outage")
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
    add_weeks(parser)
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
