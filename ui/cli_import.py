"""`magnetrace import`: what a public file would change, and the change itself."""

from __future__ import annotations

import argparse

from loaders.imports import Proposal, apply, propose
from ui import text as words
from ui.output import Columns, line, row, say, write_json, write_rows


def exact(value: object) -> str:
    """A figure as it would stand in the table, with thousands apart."""
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else line(value)


CHANGES: Columns = {
    "table": line,
    "row": line,
    "column": line,
    "old": exact,
    "new": exact,
    "unit": line,
    "source": line,
    "applies": line,
    "why_not": line,
}
SHOWN = 40
"""Changes in a table for people; csv and json hold all."""


def run_import(options: argparse.Namespace) -> int:
    """Print the changes and, where asked, write those that apply."""
    proposal = propose(options.kind, options.file, options.data)
    written = apply(proposal, options.data) if options.apply else 0
    rows = _rows(proposal)
    if options.format == "json":
        write_json(
            {
                "source": proposal.publication.id,
                "changes": rows,
                "without": proposal.without,
                "written": written,
            }
        )
    elif options.format == "csv":
        write_rows(rows, CHANGES, "csv")
    else:
        _print(proposal, rows, written, options.apply)
    return 0


def _rows(proposal: Proposal) -> list[dict[str, object]]:
    values = (row(change, applies=change.applies) for change in proposal.changes)
    return [{column: value[column] for column in CHANGES} for value in values]


def _print(proposal: Proposal, rows: list[dict[str, object]], written: int, asked: bool) -> None:
    ready = len(proposal.applicable)
    say(
        f"{proposal.publication.id}: {words.plural(len(rows), 'change')}, {ready} without judgement"
    )
    if rows:
        write_rows(rows[:SHOWN], CHANGES, "table")
    if len(rows) > SHOWN:
        say(f"The first {SHOWN} of {len(rows):,}; csv and json hold all.")
    for reason, count in proposal.without.items():
        say(f"No change: {reason} ({count:,}).")
    if asked:
        say(f"Written: {words.plural(written, 'change')}.")
    elif ready:
        say(f"Nothing is written; --apply writes {words.plural(ready, 'change')}.")
    else:
        say("Nothing is written, and --apply would write nothing.")
