"""Large tables column by column: what is in the cells of each is checked by the schema at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from numpy.typing import NDArray

from graph.errors import MOST, Problem, and_more
from loaders.column_files import NUMBERS, capped, is_number, lines_of, read_csv, read_parquet
from loaders.tables import (
    EMPTY,
    NO_CHOICE,
    NO_NAME,
    NO_NUMBER,
    NO_SHARE,
    NOT_FINITE,
    NOT_WHOLE,
    SHARE_TOLERANCE,
    Column,
    files_of,
)

# What Arrow reads as a number; the signs of NaN and infinity are refused later by what they are.
NUMBER = r"(?i)^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?(nan|inf|infinity)$"
NAME = r"^[\p{L}\p{N}_]*[\p{L}\p{N}][\p{L}\p{N}_]*$"

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Fault = tuple[Bools, tuple[str, str], Any]
"""Rows whose cell is wrong, what is wrong and what was expected, and the cells."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The same thing wrong in several rows: the first MOST of them, and how many in all.

    `got` is aligned with `rows`, or empty. Where `first` is given, it names for each row the one
    that says the same.
    """

    what: str
    column: str
    rows: tuple[int, ...]
    count: int
    expected: str
    got: tuple[str, ...]
    first: tuple[int, ...]
    advice: str


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
        what: str,
        column: str,
        *,
        expected: str = "",
        got: Any = None,
        first: NDArray[np.intp] | None = None,
        advice: str = "",
    ) -> list[Finding]:
        """A finding for the `bad` rows, if any, that are not `wrong` already.

        `got` and `first` have a value for every row of the sheet.
        """
        return _find(bad & ~self.wrong, what, column, expected, got, first, advice)

    def problems(self, findings: Iterable[Finding]) -> list[Problem]:
        """The findings with the lines of the file they stand on."""
        found = tuple(findings)
        wanted = {row for finding in found for row in (*finding.rows, *finding.first)}
        if not wanted:
            return []
        problems: list[Problem] = []
        lines = lines_of(self.path, wanted, problems)
        if problems:
            return capped(problems)
        for finding in found:
            gots = finding.got or tuple(f"the same on line {lines[row]}" for row in finding.first)
            for i, row in enumerate(finding.rows):
                problems.append(
                    Problem(
                        finding.what,
                        self.path.name,
                        lines[row],
                        finding.column,
                        finding.expected,
                        gots[i] if gots else "",
                        finding.advice,
                    )
                )
            if more := finding.count - len(finding.rows):
                problems.append(and_more(finding.what, more, self.path.name, finding.column))
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
            numbers[column.name], faults = _number(cells, column.type, must)
        else:
            texts[column.name] = cells
            faults = _text(cells, column, must)
        for bad, (what, expected), got in faults:
            findings += _find(bad, what, column.name, expected, got, None, "")
            wrong |= bad
    return Sheet(path, texts, numbers, wrong), [], findings


def _not_one(table: str, paths: Sequence[Path]) -> Problem:
    if not paths:
        advice = f"Add it, or {table}.parquet."
        return Problem("the table is missing", f"{table}.csv", advice=advice)
    got = " and ".join(path.name for path in paths)
    return Problem(f"the table {table} stands twice", got=got, advice="Remove one of the files.")


def _find(
    bad: Bools,
    what: str,
    column: str,
    expected: str,
    got: Any,
    first: NDArray[np.intp] | None,
    advice: str,
) -> list[Finding]:
    rows = [int(row) for row in np.flatnonzero(bad)[:MOST]]
    if not rows:
        return []
    return [
        Finding(
            what,
            column,
            tuple(rows),
            int(np.count_nonzero(bad)),
            expected,
            () if got is None else tuple(_shown(got[row]) for row in rows),
            () if first is None else tuple(int(first[row]) for row in rows),
            advice,
        )
    ]


def _shown(cell: Any) -> str:
    value = cell.as_py() if isinstance(cell, pa.Scalar) else cell
    return repr(value) if isinstance(value, str) else f"{value:g}"


def _number(cells: Any, kind: str, needed: bool) -> tuple[Floats, list[Fault]]:
    """The numbers of a column, nan where a cell is empty or wrong, and what is wrong with it."""
    texts = cells
    if not is_number(cells.type):
        cells = pc.if_else(pc.equal(cells, ""), None, cells)
    empty = _bools(pc.is_null(cells))
    faults: list[Fault] = [(empty, EMPTY, None)] if needed else []
    try:
        cells = pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        good = pc.match_substring_regex(texts, NUMBER)
        faults.append((~empty & ~_bools(good), NO_NUMBER, texts))
        cells = pc.cast(pc.if_else(good, cells, None), pa.float64())
    values = cells.to_numpy(zero_copy_only=False)
    finite = np.isfinite(values)
    faults.append((_bools(pc.is_valid(cells)) & ~finite, NOT_FINITE, values))
    if kind == "integer":
        faults.append((finite & (values != np.floor(values)), NOT_WHOLE, values))
    if kind == "share":
        outside = (values < -SHARE_TOLERANCE) | (values > 1 + SHARE_TOLERANCE)
        faults.append((finite & outside, NO_SHARE, values))
    return np.where(finite, values, np.nan), faults


def _text(cells: Any, column: Column, needed: bool) -> list[Fault]:
    """What is wrong with the cells of a text column."""
    empty = _bools(pc.equal(cells, ""))
    faults: list[Fault] = [(empty, EMPTY, None)] if needed else []
    if column.choices:
        good = _bools(pc.is_in(cells, value_set=pa.array(column.choices)))
        faults.append((~good & ~empty, (NO_CHOICE, ", ".join(column.choices)), cells))
    elif column.type == "id":
        good = _bools(pc.match_substring_regex(cells, NAME))
        faults.append((~good & ~empty, NO_NAME, cells))
    return faults


def _bools(array: Any) -> Bools:
    found: Bools = array.to_numpy(zero_copy_only=False)
    return found
