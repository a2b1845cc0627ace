"""Files to columns: CSV cells as trimmed text, Parquet columns as text or numbers.

The files are read a whole column at a time. Only where something is wrong is a CSV file read once
more, row by row, to say on which line. In Parquet a line is a row, counted from 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.csv as pacsv  # type: ignore[import-untyped]
import pyarrow.parquet as parquet  # type: ignore[import-untyped]

from graph.errors import MOST_PROBLEMS, DataError, Problem, not_listed
from loaders.cells import NUMBERS
from loaders.lines import SAVE_AS, Line, csv_lines
from loaders.tables import Column, header_problems, wrong_length

BLOCK = 1 << 24
"""Bytes read at once."""


def lines_of(path: Path, wanted: Collection[int]) -> dict[int, int]:
    """The lines that rows stand on. Raises DataError where a file is no strict CSV after all."""
    if path.suffix != ".csv" or not wanted:
        return {row: row + 1 for row in wanted}
    lines = _filled(csv_lines(path.name, path.read_bytes()))
    next(lines, None)
    return {row: line for row, (line, _) in enumerate(lines) if row in wanted}


def read_csv(
    path: Path, columns: Sequence[Column], needed: Collection[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Every cell as trimmed text, blank rows left out."""
    try:
        data = path.read_bytes()
        line, raw = next(_filled(csv_lines(path.name, data)), (1, []))
    except OSError as error:
        return {}, [_unreadable(path, "CSV", error)]
    except DataError as error:
        return {}, list(error.problems)
    header = [name.strip() for name in raw]
    if problems := header_problems(path.name, line, header, columns, needed):
        return {}, problems

    def judge(row: Any) -> str:
        """A row of another length is an error, unless it is blank."""
        return "error" if any(cell.strip() for cell in row.text.split(",")) else "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(block_size=BLOCK, skip_rows=line - 1),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=judge),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(raw, pa.string()), strings_can_be_null=False
            ),
        )
        arrays = [pc.utf8_trim_whitespace(column.combine_chunks()) for column in table.columns]
    except pa.ArrowException as error:
        return {}, _row_by_row(path.name, data) or [_unreadable(path, "CSV", error)]
    # A quote that is never closed swallows the rest of the file, and Arrow lets it.
    if data.count(b'"') % 2 and (problems := _row_by_row(path.name, data)):
        return {}, problems
    return _without_blank_rows(dict(zip(header, arrays, strict=True))), []


def _filled(lines: Iterator[Line]) -> Iterator[Line]:
    """Lines with something in them."""
    return ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells))


def _without_blank_rows(arrays: dict[str, Any]) -> dict[str, Any]:
    blank: Any = True
    for array in arrays.values():
        blank = blank & pc.equal(array, "").to_numpy(zero_copy_only=False)
        if not blank.any():
            return arrays
    return {name: array.filter(pa.array(~blank)) for name, array in arrays.items()}


def _row_by_row(name: str, data: bytes) -> list[Problem]:
    """Every problem of a CSV file that a strict reader has with its lines."""
    problems: list[Problem] = []
    count = 0
    try:
        lines = _filled(csv_lines(name, data))
        _, header = next(lines, (1, []))
        for line, cells in lines:
            if len(cells) != len(header):
                count += 1
                if count <= MOST_PROBLEMS:
                    problems.append(wrong_length(name, line, header, cells))
    except DataError as error:
        problems += error.problems
    if count > MOST_PROBLEMS:
        problems.append(not_listed(count - MOST_PROBLEMS, name))
    return problems


def _unreadable(path: Path, kind: str, error: Exception) -> Problem:
    advice = SAVE_AS if kind == "CSV" else "Save it as Parquet, or as CSV and named .csv."
    why = str(error).partition("\n")[0]
    return Problem(f"the file cannot be read as {kind} ({why})", path.name, advice=advice)


def read_parquet(
    path: Path, columns: Sequence[Column], needed: Collection[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Columns as trimmed text or as numbers, whichever the file holds; null is an empty cell."""
    try:
        schema = parquet.read_schema(path)
        problems = header_problems(
            path.name, None, schema.names, columns, needed
        ) or _type_problems(path.name, schema, columns)
        if problems:
            return {}, problems
        table = parquet.read_table(path)
        return {name: _plain(table[name].combine_chunks()) for name in schema.names}, []
    except (pa.ArrowException, OSError) as error:
        return {}, [_unreadable(path, "Parquet", error)]


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
