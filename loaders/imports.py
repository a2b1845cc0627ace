"""From a public file to the tables: propose what would change, then write it, all or nothing."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from graph.errors import DataError, Problem, UnknownName
from loaders import baci, comtrade, data_folder, usgs_mcs, usgs_myb, usgs_occurrence
from loaders.changes import KEYS, Change, Compared
from loaders.checks import check_tables
from loaders.compare_figures import compositions, mine_output
from loaders.compare_places import coordinates
from loaders.compare_trade import flows
from loaders.public import Figure, Occurrence, Publication, Taken, Trade
from loaders.tables import SCHEMA, Tables, read_schema, read_tables

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
    tables = _checked(data_folder(folder))
    match kind:
        case "usgs-mcs":
            figures = usgs_mcs.transform(usgs_mcs.read(file))
            return _proposal(figures, mine_output(figures.rows, tables))
        case "usgs-myb":
            figures = usgs_myb.transform(usgs_myb.read(file))
            mines = mine_output(figures.rows, tables)
            return _proposal(figures, mines, compositions(figures.rows, tables))
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
    changes = proposal.applicable
    if not changes:
        return 0
    edits: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}
    for change in changes:
        edits.setdefault(change.table, {}).setdefault(change.key, {}).update(change.edits)
    listed = {row.text("id") for row in _checked(target)["sources"]}
    if proposal.publication.id not in listed:
        publication = asdict(proposal.publication)
        edits["sources"] = {(proposal.publication.id,): publication}
    texts = {
        f"{table}.csv": edited(
            (target / f"{table}.csv").read_text(encoding="utf-8-sig"), KEYS[table], rows
        )
        for table, rows in edits.items()
    }
    _check_beside(target, texts)
    replace_all(target, texts)
    return len(changes)


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


def replace_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Replace several files at once: all are written beside the old ones before any is moved.

    If a move fails, those already moved get their old content back.
    """
    fresh: dict[Path, Path] = {}
    old: dict[Path, bytes] = {}
    try:
        for name, text in texts.items():
            fresh[folder / name] = _written(folder, name, text.encode())
        for path, temporary in fresh.items():
            before = path.read_bytes()
            temporary.replace(path)
            old[path] = before
    except BaseException:
        for path, before in old.items():
            _written(folder, path.name, before).replace(path)
        raise
    finally:
        for temporary in fresh.values():
            temporary.unlink(missing_ok=True)


def _written(folder: Path, name: str, content: bytes) -> Path:
    """A new file in `folder` with `content`, safe on disk, readable like its neighbour `name`."""
    number, path = tempfile.mkstemp(prefix=f".{name}.", suffix=".new", dir=folder)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(folder / name, path)
    return Path(path)


def _check_beside(folder: Path, texts: Mapping[str, str]) -> None:
    """Check the tables as they would be, in a copy."""
    with tempfile.TemporaryDirectory() as copy:
        for name in (SCHEMA, *(f"{table}.csv" for table in read_schema(folder))):
            if (folder / name).is_file():
                shutil.copyfile(folder / name, Path(copy) / name)
        for name, text in texts.items():
            (Path(copy) / name).write_text(text, encoding="utf-8", newline="")
        _checked(Path(copy))


def _checked(folder: Path) -> Tables:
    tables, problems = read_tables(folder)
    _raise(problems)
    _raise(check_tables(tables))
    return tables


def _raise(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise DataError(found)
