"""Reading tables: typed rows, and one clear problem for each thing that is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import loaders
from graph.errors import DataError
from loaders.tables import Column, Row, read_schema, read_table

COLUMNS = (
    Column("things", "id", "id", "", True, "name"),
    Column("things", "stage", "choice:mine|magnet", "", True, "step"),
    Column("things", "tonnes", "number", "t a year", False, "size"),
    Column("things", "share", "share", "share", False, "part"),
    Column("things", "year", "integer", "year", False, "when"),
    Column("things", "sources", "sources", "", True, "publications"),
)
HEADER = "id,stage,tonnes,share,year,sources\n"


def read(text: str | bytes) -> tuple[tuple[Row, ...], list[str]]:
    content = text if isinstance(text, bytes) else text.encode()
    found = read_table("things.csv", content, COLUMNS)
    return found.rows, [str(problem) for problem in found.problems]


def test_values_are_typed_and_lines_kept() -> None:
    rows, problems = read(HEADER + '\n"a_1",mine,1.5,0.25,2024,"x; y"\nb,magnet,,,,z\n')
    assert problems == []
    first, second = rows
    assert first.line == 3
    assert first.number("tonnes") == 1.5
    assert first.integer("year") == 2024
    assert first.names("sources") == ("x", "y")
    assert second.optional("tonnes") is None


def test_a_cell_over_several_lines_keeps_the_line_it_starts_on() -> None:
    rows, problems = read(HEADER + 'a,mine,1,,,"x;\ny"\nb,mine,2,,,z\n')
    assert problems == []
    assert [row.line for row in rows] == [2, 4]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a,mine,much,,,x", "things.csv, line 2, column tonnes: the cell holds no number"),
        ("a,mine,nan,,,x", "things.csv, line 2, column tonnes: the number is not finite"),
        ("a,mine,,1.2,,x", "column share: the share lies outside its range; expected 0 to 1"),
        ("a,mine,,,2024.5,x", "column year: the number is not whole"),
        ("a,sea,,,,x", "column stage: the word is not one of the choices; expected mine, magnet"),
        (",mine,,,,x", "column id: the cell is empty; expected a value"),
        ("a b,mine,,,,x", "column id: the name has signs that a name cannot have"),
        ("a,mine,1,2", "line 2: the line has the wrong number of cells; expected 6; got 4"),
        ('a,mine,1,,,"x', "line 2: the line is not CSV"),
    ],
)
def test_each_problem_says_what_where_and_what_was_expected(line: str, message: str) -> None:
    rows, problems = read(HEADER + line)
    assert rows == ()
    assert len(problems) == 1
    assert message in problems[0]


def test_all_problems_of_a_file_come_at_once_and_good_rows_stay() -> None:
    rows, problems = read(HEADER + "a,sea,x,,,s\nb,mine,1,,,s\nc,mine,,9,,s\n")
    assert [row.text("id") for row in rows] == ["b"]
    assert len(problems) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"id;stage;tonnes\n", "the cells are not separated by commas"),
        (b"id,stage\n", "column tonnes: the column is missing"),
        (HEADER.replace("year", "yaer").encode(), "column yaer: the column is not known"),
        (HEADER.encode() + b"a,mine,,,,\xff", "the file is not UTF-8 text"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: bytes, message: str) -> None:
    _, problems = read(text)
    assert any(message in problem for problem in problems)


def test_a_byte_order_mark_is_no_problem() -> None:
    rows, problems = read(b"\xef\xbb\xbf" + HEADER.encode() + b"a,mine,1,,,x\n")
    assert problems == []
    assert len(rows) == 1


def test_a_folder_without_schema_is_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a data folder"):
        read_schema(tmp_path)


def test_a_folder_of_an_older_shape_says_which_tables_it_lacks(tmp_path: Path) -> None:
    folder = shutil.copytree(loaders.data_folder(), tmp_path / "data")
    schema = folder / "columns.csv"
    lines = schema.read_text("utf-8").splitlines(keepends=True)
    schema.write_text("".join(x for x in lines if not x.startswith("trade,")), "utf-8")
    (problem,) = loaders.check(folder).problems
    assert "columns.csv: the table trade is not described" in str(problem)
