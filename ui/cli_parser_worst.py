"""The options of `magnetrace worst`."""

from __future__ import annotations

from ui.cli_options import Commands, add_data, add_format, add_snapshot, command, whole_number

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
        default=60,
        help="rounds of the proof at most, about a second each (60); what is left open is stated",
    )
    parser.add_argument(
        "--weeks", type=whole_number(1, 520), default=52, help="weeks of the outage, 1 to 520 (52)"
    )
    add_data(parser)
    add_snapshot(parser)
    add_format(parser)
