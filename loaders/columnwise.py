"""Large tables column by column: each different text is judged once, by the rule for every cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray

from graph.errors import MOST_PROBLEMS, DataError, Problem, not_listed
from loaders.cells import LARGEST_NUMBER, NUMBER, NUMBERS, Fault, typed
from loaders.column_files import is_number, lines_of, read_csv, read_parquet
from loaders.lines import shown
from loaders.ready_made import files_of
from loaders.tables import Column

WHOLE_NUMBER = f"(?i)^({NUMBER})$"
"""A cell that Arrow reads as a number."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Finding:
    """The same fault in several rows: the first MOST_PROBLEMS of them, and how many in all.

    `got` is aligned with `rows`, or empty. Where `first` is given, it names for each row the one
    that says the same.
    """

    fault: Fault
    column: str
    rows: tuple[int, ...]
    count: int
    got: tuple[str, ...]
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read. Text is never null; numbers are nan where the cell is empty.

    `wrong` marks rows with a cell that does not hold what it should.
    """

    path: Path
    texts: Mapping[str, Any]
    numbers: Mapping[str, Floats]
    wrong: Bools

    def __len__(self) -> int:
        return len(self.wrong)

    def text(self, column: str) -> Any:
        """Cells of a text column as an Arrow array; empty texts where the file has no such."""
        found = self.texts.get(column)
        return pa.repeat("", len(self)) if found is None else found

    def number(self, column: str) -> Floats:
        """Cells of a column of numbers; nan where a cell or the whole column is missing."""
        found = self.numbers.get(column)
        return np.full(len(self), np.nan) if found is None else found

    def coded(self, column: str) -> tuple[NDArray[np.intp], list[str]]:
        """The different texts of a column, and for each row which of them it holds."""
        coded = pc.dictionary_encode(self.text(column))
        codes: NDArray[np.intp] = coded.indices.to_numpy().astype(np.intp)
        return codes, coded.dictionary.to_pylist()

    def places(self, column: str, known: Any) -> NDArray[np.intp]:
        """Where each cell of a text column stands in `known` (an Arrow array); -1 for nowhere."""
        found = pc.fill_null(pc.index_in(self.text(column), value_set=known), -1)
        places: NDArray[np.intp] = found.to_numpy().astype(np.intp)
        return places

    def find(
        self,
        bad: Bools,
        fault: Fault,
        column: str,
        *,
        got: Any = None,
        first: NDArray[np.intp] | None = None,
    ) -> list[Finding]:
        """A finding for the `bad` rows, if any, that are not `wrong` already.

        `got` and `first` have a value for every row of the sheet.
        """
        return _find(bad & ~self.wrong, fault, column, got, first)

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with the lines of the file they stand on."""
        found = tuple(findings)
        try:
            lines = lines_of(self.path, {r for f in found for r in (*f.rows, *f.first)})
        except DataError as error:
            return list(error.problems)
        name = self.path.name
        problems: list[Problem] = []
        for finding in found:
            what, expected, advice = finding.fault
            gots = finding.got or tuple(f"the same on line {lines[row]}" for row in finding.first)
            for i, row in enumerate(finding.rows):
                got = gots[i] if gots else ""
                problems.append(
                    Problem(what, name, lines[row], finding.column, expected, got, advice)
                )
            if more := finding.count - len(finding.rows):
                problems.append(not_listed(more, name, finding.column, what))
        return problems


def firsts(keys: NDArray[np.int64]) -> NDArray[np.intp]:
    """For each key the place where the same key stands first."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.ones(len(keys), dtype=np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    found = np.empty(len(keys), dtype=np.intp)
    found[order] = order[np.maximum.accumulate(np.where(begins, np.arange(len(keys)), 0))]
    return found


def read_sheet(
    folder: Path, table: str, columns: Sequence[Column], needed: Collection[str]
) -> tuple[Sheet | None, list[Problem], list[Finding]]:
    """Read `table`.csv or `table`.parquet; only the columns `needed` must be there and filled.

    Without a sheet the file is missing or cannot be read, and the problems say why. The findings
    are cells that do not hold what their column should.
    """
    paths = files_of(folder, table)
    if len(paths) != 1:
        return None, [_not_one(table, paths)], []
    (path,) = paths
    read = read_csv if path.suffix == ".csv" else read_parquet
    arrays, problems = read(path, columns, needed)
    if problems:
        return None, problems, []
    texts, numbers, findings = {}, {}, []
    wrong = np.zeros(len(next(iter(arrays.values()))), dtype=np.bool_)
    for column in columns:
        if column.name not in arrays:
            continue
        cells, must = arrays.pop(column.name), column.name in needed
        if column.type in NUMBERS:
            values, doubtful = _numbers(cells, column.type, must)
            numbers[column.name] = values
        else:
            texts[column.name] = cells
            doubtful = np.ones(len(wrong), dtype=np.bool_)
        for fault, bad in _faults(cells, doubtful, column.type, must).items():
            findings += _find(bad, fault, column.name, cells, None)
            wrong |= bad
            if column.type in NUMBERS:
                values[bad] = np.nan
    return Sheet(path, texts, numbers, wrong), [], findings


def _not_one(table: str, paths: Sequence[Path]) -> Problem:
    if not paths:
        advice = f"Add it, or {table}.parquet."
        return Problem("the table is missing", f"{table}.csv", advice=advice)
    got = " and ".join(path.name for path in paths)
    return Problem(f"the table {table} stands twice", got=got, advice="Remove one of the files.")


def _find(
    bad: Bools, fault: Fault, column: str, got: Any, first: NDArray[np.intp] | None
) -> list[Finding]:
    rows = [int(row) for row in np.flatnonzero(bad)[:MOST_PROBLEMS]]
    if not rows:
        return []
    return [
        Finding(
            fault,
            column,
            tuple(rows),
            int(np.count_nonzero(bad)),
            () if got is None else tuple(_shown(got[row]) for row in rows),
            () if first is None else tuple(int(first[row]) for row in rows),
        )
    ]


def _shown(cell: Any) -> str:
    value = cell.as_py() if isinstance(cell, pa.Scalar) else cell
    return shown(value or "") if value is None or isinstance(value, str) else f"{value:g}"


def _numbers(cells: Any, kind: str, needed: bool) -> tuple[Floats, Bools]:
    """The numbers of a column, nan where there is none, and the cells that may be wrong."""
    empty = _bools(pc.is_null(cells) if is_number(cells.type) else pc.equal(cells, ""))
    if not is_number(cells.type):
        cells = pc.if_else(pa.array(empty), None, cells)
        try:
            cells = pc.cast(cells, pa.float64())
        except pa.ArrowInvalid:
            good = pc.match_substring_regex(cells, WHOLE_NUMBER)
            cells = pc.cast(pc.if_else(good, cells, None), pa.float64())
    values: Floats = np.array(cells.to_numpy(zero_copy_only=False))
    sound = abs(values) <= LARGEST_NUMBER
    if kind == "integer":
        sound &= values == np.floor(values)
    if kind == "share":
        sound &= (values >= 0) & (values <= 1)
    return values, ~sound & (needed | ~empty)


def _faults(cells: Any, doubtful: Bools, kind: str, needed: bool) -> dict[Fault, Bools]:
    """What is wrong with the `doubtful` cells, and in which rows."""
    if not doubtful.any():
        return {}
    rows = np.flatnonzero(doubtful)
    coded = pc.dictionary_encode(cells.filter(pa.array(doubtful)), null_encoding="encode")
    texts = ["" if cell is None else str(cell) for cell in coded.dictionary.to_pylist()]
    wrong = [typed(kind, needed, text)[1] for text in texts]
    codes = coded.indices.to_numpy()
    found: dict[Fault, Bools] = {}
    for fault in dict.fromkeys(fault for fault in wrong if fault):
        bad = found[fault] = np.zeros(len(doubtful), dtype=np.bool_)
        bad[rows[np.array([each == fault for each in wrong])[codes]]] = True
    return found


def _bools(array: Any) -> Bools:
    found: Bools = array.to_numpy(zero_copy_only=False)
    return found
