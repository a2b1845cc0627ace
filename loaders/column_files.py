"""Files to columns: CSV cells as trimmed text, Parquet columns as text or numbers.

The files are read a whole column at a time. Only where something is wrong is a CSV file read once
more, row by row, to say on which line. In Parquet a line is a row, counted from 1.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.csv as pacsv  # type: ignore[import-untyped]
import pyarrow.parquet as parquet  # type: ignore[import-untyped]

from graph.errors import MOST, Problem, and_more
from loaders.tables import Column, csv_lines, header_problems

BLOCK = 1 << 24
"""Bytes read at once; no row of a CSV file may be longer."""
NUMBERS = {"number", "share", "integer"}
"""Types of columns that hold numbers."""


def lines_of(path: Path, wanted: Collection[int], problems: list[Problem]) -> dict[int, int]:
    """The lines that rows stand on; what is no CSV after all is added to `problems`."""
    if path.suffix != ".csv":
        return {row: row + 1 for row in wanted}
    lines = csv_lines(path, problems)
    next(lines, None)
    return {row: line for row, (line, _) in enumerate(lines) if row in wanted}


def read_csv(
    path: Path, columns: Sequence[Column], needed: Collection[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Every cell as trimmed text, blank rows left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file, strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        return {}, _why_not(path, str(error))
    if problems := header_problems(path.name, header, columns, needed):
        return {}, problems
    data = path.read_bytes()

    def judge(row: Any) -> str:
        """A row of another length is an error, unless it is blank."""
        return "error" if any(cell.strip() for cell in row.text.split(",")) else "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(block_size=BLOCK),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=judge),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
        arrays = {name: pc.utf8_trim_whitespace(table[name].combine_chunks()) for name in header}
    except pa.ArrowException as error:
        return {}, _why_not(path, str(error))
    # A quote that is never closed swallows the rest of the file, and Arrow lets it.
    if data.count(b'"') % 2 and (problems := _row_by_row(path)):
        return {}, problems
    return _without_blank_rows(arrays), []


def _without_blank_rows(arrays: dict[str, Any]) -> dict[str, Any]:
    blank: Any = True
    for array in arrays.values():
        blank = blank & pc.equal(array, "").to_numpy(zero_copy_only=False)
        if not blank.any():
            return arrays
    return {name: array.filter(pa.array(~blank)) for name, array in arrays.items()}


def _why_not(path: Path, error: str) -> list[Problem]:
    """Why a CSV file cannot be read, line by line where that can be said."""
    advice = "Save it as CSV in UTF-8, or as Parquet."
    unknown = Problem(f"the file cannot be read as CSV ({error})", path.name, advice=advice)
    return _row_by_row(path) or [unknown]


def _row_by_row(path: Path) -> list[Problem]:
    """Every problem of a CSV file that a strict reader has with it."""
    problems: list[Problem] = []
    for _ in csv_lines(path, problems):
        pass
    return capped(problems)


def capped(problems: list[Problem]) -> list[Problem]:
    shown, rest = problems[:MOST], problems[MOST:]
    return [*shown, and_more(rest[0].what, len(rest), rest[0].file)] if rest else shown


def read_parquet(
    path: Path, columns: Sequence[Column], needed: Collection[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Columns as trimmed text or as numbers, whichever the file holds; null is an empty cell."""
    try:
        schema = parquet.read_schema(path)
        problems = [
            replace(problem, line=None)
            for problem in header_problems(path.name, schema.names, columns, needed)
        ] or _type_problems(path.name, schema, columns)
        if problems:
            return {}, problems
        table = parquet.read_table(path)
        return {name: _plain(table[name].combine_chunks()) for name in schema.names}, []
    except (pa.ArrowException, OSError) as error:
        advice = "Save it as Parquet, or as CSV with a name that ends in .csv."
        what = f"the file cannot be read as Parquet ({error})"
        return {}, [Problem(what, path.name, advice=advice)]


def _type_problems(name: str, schema: Any, columns: Sequence[Column]) -> list[Problem]:
    numbers = {column.name for column in columns if column.type in NUMBERS}
    return [
        Problem(
            "the column is of the wrong type",
            name,
            column=field.name,
            expected="numbers" if field.name in numbers else "text",
            got=str(field.type),
            advice="Convert it before it is saved.",
        )
        for field in schema
        if not (_is_text(field.type) or (field.name in numbers and is_number(field.type)))
    ]


def _is_text(kind: Any) -> bool:
    types = pa.types
    kind = kind.value_type if types.is_dictionary(kind) else kind
    return any(
        is_a(kind)
        for is_a in (
            *(types.is_string, types.is_large_string, types.is_string_view),
            types.is_null,  # a column without any value has no type of its own
        )
    )


def is_number(kind: Any) -> bool:
    types = pa.types
    return any(is_a(kind) for is_a in (types.is_integer, types.is_floating, types.is_decimal))


def _plain(array: Any) -> Any:
    if is_number(array.type):
        return pc.cast(array, pa.float64(), safe=False)
    return pc.utf8_trim_whitespace(pc.fill_null(pc.cast(array, pa.string()), ""))
