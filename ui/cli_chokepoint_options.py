"""What can be typed after `magnetrace chokepoints`."""

from __future__ import annotations

from graph.indicators import LENSES
from ui.cli_options import (
    Commands,
    add_data,
    add_format,
    add_seed,
    add_snapshot,
    command,
    whole_number,
)

KINDS = ("site", "firm", "country", "corridor")
"""What can be lost; the same words as in graph/contingency.py."""
LOSS, SYNERGY = "loss", "synergy"


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
    parser.add_argument(
        "--weeks", type=whole_number(1, 520), default=52, help="weeks to run, 1 to 520 (52)"
    )
    parser.add_argument(
        "--threads", type=whole_number(1, 256), default=2, help="threads for the runs (2)"
    )
    add_seed(parser)
    add_snapshot(parser)
    add_data(parser)
    add_format(parser)
