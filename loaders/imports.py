"""From a public file to the tables: propose what would change, then write it, all or nothing."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from graph.errors import DataError, Problem, UnknownName
from loaders import baci, comtrade, data_folder, usgs_mcs, usgs_myb, usgs_occurrence
from loaders import tables as checked
from loaders.changes import Change, Compared
from loaders.claims import cells_in_use
from loaders.compare_figures import compositions, mine_output
from loaders.compare_places import coordinates
from loaders.compare_trade import flows
from loaders.compare_years import yearly
from loaders.overlay import key_columns
from loaders.public import Figure, Occurrence, Publication, Taken, Trade
from loaders.replacing import put_back, replace_all
from loaders.tables import TABLES, Tables

YEARLY = {usgs_mcs.MINED: "mine_output", usgs_mcs.RESERVES: "reserves"}
"""Measures of a public file that series.csv holds, and what it calls them."""
KINDS = ("usgs-mcs", "usgs-myb", "usgs-occurrence", "baci", "comtrade")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a public file would change in a data folder. Nothing is written yet."""

    publication: Publication
    changes: tuple[Change, ...]
    without: Mapping[str, int]
    """rows and figures that change nothing, by reason"""

    @property
    def applicable(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.applies)


def propose(kind: str, file: Path, folder: Path | None = None) -> Proposal:
    """Compare a file of one of KINDS with the tables.

    Raises DataError where the file or the tables are wrong, UnknownName for another kind.
    """
    if kind not in KINDS:
        raise UnknownName("public file", kind, KINDS)
    put_back(data_folder(folder))
    tables = checked(data_folder(folder))
    proposal = _compared(kind, file, tables)
    used = cells_in_use(tables["claims"])
    return replace(proposal, changes=tuple(_contested(c, used) for c in proposal.changes))


def _contested(change: Change, used: frozenset[str]) -> Change:
    """A figure that claims.csv names as the one in use needs a human: both change together."""
    if not change.applies or "/".join((change.table, *change.key, change.column)) not in used:
        return change
    return replace(change, why_not="a claim in claims.csv rests on the old figure")


def _compared(kind: str, file: Path, tables: Tables) -> Proposal:
    match kind:
        case "usgs-mcs":
            figures = usgs_mcs.transform(usgs_mcs.read(file))
            mines = mine_output(figures.rows, tables)
            return _proposal(figures, mines, yearly(figures.rows, tables, YEARLY))
        case "usgs-myb":
            figures = usgs_myb.transform(usgs_myb.read(file))
            mines = mine_output(figures.rows, tables)
            years = yearly(figures.rows, tables, YEARLY)
            return _proposal(figures, mines, years, compositions(figures.rows, tables))
        case "usgs-occurrence":
            places = usgs_occurrence.transform(usgs_occurrence.read(file))
            return _proposal(places, coordinates(places.rows, tables))
        case "baci":
            trades = baci.transform(baci.read(file))
        case _:
            trades = comtrade.transform(comtrade.read(file))
    return _proposal(trades, flows(trades.rows, tables))


def _proposal(
    taken: Taken[Figure] | Taken[Occurrence] | Taken[Trade], *parts: Compared
) -> Proposal:
    without = sum((part.without for part in parts), Counter(taken.left_out))
    changes = tuple(change for part in parts for change in part.changes)
    return Proposal(taken.publication, changes, dict(+without))


def apply(proposal: Proposal, folder: Path | None = None) -> int:
    """Write the changes that apply and return how many.

    The new tables are checked beside the old ones before any is replaced; if they have a
    problem or a file cannot be written, the folder stays as it was. Raises DataError.
    """
    target = data_folder(folder)
    put_back(target)
    changes = proposal.applicable
    if not changes:
        return 0
    edits: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}
    for change in changes:
        edits.setdefault(change.table, {}).setdefault(change.key, {}).update(change.edits)
    listed = {row.text("id") for row in checked(target)["sources"]}
    if proposal.publication.id not in listed:
        publication = asdict(proposal.publication)
        edits["sources"] = {(proposal.publication.id,): publication}
    texts = {f"{table}.csv": _edited_table(target, table, rows) for table, rows in edits.items()}
    _check_beside(target, texts)
    replace_all(target, texts)
    return len(changes)


def _edited_table(
    folder: Path, table: str, edits: Mapping[tuple[str, ...], Mapping[str, str]]
) -> str:
    path = folder / f"{table}.csv"
    if not path.is_file():
        advice = "Save the tables as CSV in a folder first."
        raise DataError([Problem("only CSV tables can be written", path.name, advice=advice)])
    text = path.read_text(encoding="utf-8-sig")
    header = next(csv.reader(io.StringIO(text, newline="")))
    return edited(text, key_columns(table, header), edits)


def edited(
    text: str, key: Sequence[str], edits: Mapping[tuple[str, ...], Mapping[str, str]]
) -> str:
    """A CSV text with cells of the rows named by `key` set; rows that are not there follow."""
    header, *lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    at = [header.index(column) for column in key]
    waiting = dict(edits)
    for line in lines:
        for column, cell in waiting.pop(tuple(line[i].strip() for i in at), {}).items():
            line[header.index(column)] = cell
    lines += [[cells.get(column, "") for column in header] for cells in waiting.values()]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *lines])
    return out.getvalue()


def _check_beside(folder: Path, texts: Mapping[str, str]) -> None:
    """Check the tables as they would be, in a copy."""
    with tempfile.TemporaryDirectory() as copy:
        for path in (folder / f"{table}.csv" for table in TABLES):
            if path.is_file():
                shutil.copyfile(path, Path(copy) / path.name)
        for name, text in texts.items():
            (Path(copy) / name).write_text(text, encoding="utf-8", newline="")
        checked(Path(copy))
