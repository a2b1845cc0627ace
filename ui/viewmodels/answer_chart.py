"""An answer of two columns as a chart: names or steps, and a figure for each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ui import text
from ui.viewmodels.tables import Table

MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class Pairs:
    """`steps` says whether the first column is a rising number, which a line joins. Shares stand in
    percent, as in the table."""

    first: str
    second: str
    names: tuple[str | float, ...]
    values: tuple[float, ...]
    steps: bool
    is_share: bool
    finding: str
    hidden: int = 0


def pairs(table: Table) -> Pairs | None:
    """The chart of a table as `answer.table` makes it; None where it is no pair of columns with
    figures in the second, or has a single row."""
    heads = tuple(table.rows[0]) if table.rows else ()
    if len(heads) != 2 or heads[1] not in table.kinds or len(table.rows) < 2:
        return None
    first, second = heads
    known = [
        (row[first], row[second]) for row in table.rows if None not in (row[first], row[second])
    ]
    numbers = [name for name, _ in known if isinstance(name, int | float)]
    steps = len(numbers) == len(known) and all(a < b for a, b in pairwise(numbers))
    shown = known if steps else known[:MOST_BARS]
    if len(shown) < 2:
        return None
    is_share = table.kinds[second] == "share"
    names = tuple(name if steps else str(name) for name, _ in shown)
    values = tuple(float(value or 0) for _, value in shown)
    return Pairs(
        *(first, second, names, values, steps, is_share),  # type: ignore[arg-type]
        finding=_finding(second, names, values, is_share),
        hidden=len(known) - len(shown),
    )


def _finding(second: str, names: tuple[object, ...], values: tuple[float, ...], share: bool) -> str:
    top = values.index(max(values))
    figure = text.digits(values[top], 6) + f"{text.NBSP}%" * share
    return f"{second}, {text.plural(len(values), 'row')}: largest {figure} ({names[top]})."
