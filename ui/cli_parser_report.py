"""What can be typed after `magnetrace report`."""

from __future__ import annotations

from pathlib import Path

from ui.cli_options import Commands, add_data, add_snapshot, command


def add_report(commands: Commands) -> None:
    """`magnetrace report`."""
    parser = command(
        commands,
        "report",
        "write one scenario, or up to four side by side, as a report for people",
        "magnetrace report answer-none answer-stockpile --to report.pdf",
        "ui.cli_report:run_report",
    )
    parser.add_argument(
        "names", metavar="NAME", nargs="+", help="a scenario, or the path of a .toml file"
    )
    parser.add_argument(
        "--to", metavar="FILE", type=Path, required=True, help="a new file, .html or .pdf"
    )
    parser.add_argument(
        "--for",
        dest="goal",
        metavar="END_USE",
        default="",
        help="whose loss counts: an end use (id) or a sector (all end uses)",
    )
    parser.add_argument(
        "--url",
        default="http://127.0.0.1:8501",
        help="where the explorer is served that the link in the report leads to "
        "(http://127.0.0.1:8501)",
    )
    add_snapshot(parser, default=None)
    add_data(parser)
