"""What a user's own data hold: what is wrong with them, or what they give and change."""

from __future__ import annotations

from collections.abc import Iterable

from graph.errors import Problem
from graph.indicators import ShareRow
from loaders.checks import CheckReport
from loaders.overlay import TableChange
from loaders.own_data import OVERLAY, REPLACE, OwnData
from loaders.published import Comparison
from ui import text
from ui.viewmodels.brief import MATERIAL_WORDS
from ui.viewmodels.tables import Cell, Table, percent, rounded

MODE_WORDS = {OVERLAY: "Lay over the shipped data", REPLACE: "Replace the shipped data"}
MODE_CAPTIONS = {
    OVERLAY: "Your rows replace shipped rows of the same key or are added; bring only those.",
    REPLACE: "Your tables stand for themselves; every table must be there.",
}
_LABELS = {OVERLAY: "laid over the shipped data", REPLACE: "instead of the shipped data"}


def label(own: OwnData) -> str:
    """What stands on every page while these data are in use."""
    return f"Your data: {own.name}, {_LABELS[own.mode]}"


def verdict(report: CheckReport) -> str:
    """The finding in one sentence."""
    if report.problems:
        files = len({problem.file for problem in report.problems})
        found = text.plural(len(report.problems), "problem")
        return f"{found} in {text.plural(files, 'place')}. Nothing is built before all are mended."
    sites, flows = text.plural(report.sites, "site"), text.plural(report.flows, "flow")
    agree = sum(1 for each in report.comparisons if each.agrees)
    beside = f"{agree} of {text.plural(len(report.comparisons), 'published share')}"
    return f"No problems: {sites} and {flows} in balance; {beside} of China agree."


def problems(found: Iterable[Problem]) -> Table:
    """Every problem with its place, as the command line lists them."""
    rows: list[dict[str, Cell]] = [
        {
            "File": problem.file,
            "Line": problem.line,
            "Column": problem.column,
            "Problem": problem.what,
            "Expected": problem.expected,
            "Found": problem.got,
            "What to do": problem.advice,
        }
        for problem in found
    ]
    return Table("problems", rows, f"{text.plural(len(rows), 'problem')}, each with its place.")


def changed(found: Iterable[TableChange]) -> Table:
    """Rows by table against the shipped data."""
    rows: list[dict[str, Cell]] = [
        {
            "Table": change.table,
            "Replaced": change.changed,
            "Added": change.added,
            "Removed": change.removed,
            "As shipped": change.same,
        }
        for change in found
    ]
    count = text.plural(len(rows), "table differs", "tables differ")
    finding = f"{count} from the shipped data; counts are rows." if rows else "No row differs."
    return Table("changed", rows, finding)


def compared(found: Iterable[Comparison]) -> Table:
    """China's share, computed from these data beside what is published."""
    rows: list[dict[str, Cell]] = [
        {
            "Stage": each.stage.label,
            "What": MATERIAL_WORDS.get(each.material, each.material),
            "Computed": percent(each.computed),
            "Published": percent(each.published),
            "Agrees": "yes" if each.agrees else "no",
            "Published share went in": "yes" if each.published_used_as_input else "no",
        }
        for each in found
    ]
    kinds = {"Computed": "share", "Published": "share"}
    return Table(
        "compared", rows, "Computed from these tables, beside what is published.", kinds=kinds
    )


def shares(found: Iterable[ShareRow]) -> Table:
    """Who holds how much of each stage, as computed from these data."""
    rows: list[dict[str, Cell]] = [
        {
            "Stage": each.stage.label,
            "What": MATERIAL_WORDS.get(each.material, each.material),
            "Country": each.country,
            "Measure": each.measure,
            "Share": percent(each.share),
            "Tonnes a year": None if each.tonnes is None else rounded(each.tonnes),
        }
        for each in found
        if each.basis == "computed"
    ]
    kinds = {"Share": "share", "Tonnes a year": "number"}
    return Table("shares", rows, f"{text.plural(len(rows), 'computed share')}.", kinds=kinds)
