"""What the command line prints, byte by byte."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Stage
from ui.output import (
    FORMULA_STARTS,
    Columns,
    amount,
    csv_cell,
    line,
    percent,
    plain,
    row,
    write_json,
    write_rows,
)


@dataclass(frozen=True, slots=True)
class Share:
    stage: Stage
    share: float
    tonnes: float | None
    sources: tuple[str, ...]


COLUMNS: Columns = {"stage": line, "share": percent, "tonnes": amount}
ROWS = [
    row(Share(Stage.MINE, 0.6912, 390_000.0, ("usgs", "iea"))),
    row(Share(Stage.METAL, 0.9, None, ())),
]


def written(fmt: str, rows: list[dict[str, object]] = ROWS) -> str:
    out = io.StringIO()
    write_rows(rows, COLUMNS, fmt, out)
    return out.getvalue()


def test_json_is_exact() -> None:
    assert json.loads(written("json")) == [
        {"stage": "mine", "share": 0.6912, "tonnes": 390000.0, "sources": ["usgs", "iea"]},
        {"stage": "metal_alloy", "share": 0.9, "tonnes": None, "sources": []},
    ]


def test_json_knows_no_nan() -> None:
    out = io.StringIO()
    write_json({"a": math.nan, "b": [math.inf, 1.5]}, out)
    assert json.loads(out.getvalue()) == {"a": None, "b": [None, 1.5]}


def test_csv_carries_every_key() -> None:
    assert written("csv") == (
        "stage,share,tonnes,sources\nmine,0.6912,390000.0,usgs;iea\nmetal_alloy,0.9,,\n"
    )


def test_table_is_for_people() -> None:
    lines = [text.rstrip() for text in written("table").splitlines()]
    assert lines[1].split() == ["stage", "share", "tonnes"]
    assert lines[3].split() == ["mine", "69.1%", "390,000"]
    assert lines[4].split() == ["metal_alloy", "90.0%"]


def test_no_rows_are_said_or_headed() -> None:
    assert written("table", []) == "(no rows)\n"
    assert written("csv", []) == "stage,share,tonnes\n"
    assert written("json", []) == "[]\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-5", "-5"),
        (-5.25, "-5.25"),
        ("+1e3", "+1e3"),
        ("-inf", "'-inf"),
        (["=a", "b"], "'=a;b"),
        (True, "true"),
        (None, ""),
        (math.nan, ""),
        ({"a": [1]}, '{"a": [1]}'),
    ],
)
def test_csv_cells_are_never_formulas(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = csv_cell(text)
    if cell.startswith(FORMULA_STARTS):
        assert math.isfinite(float(cell))
    assert cell in (text, f"'{text}")


def test_headers_are_cells_too() -> None:
    out = io.StringIO()
    write_rows([{"=1+1": 2}], {"=1+1": line}, "csv", out)
    assert next(csv.reader(io.StringIO(out.getvalue()))) == ["'=1+1"]


def test_text_neither_marks_up_nor_steers_the_terminal() -> None:
    hostile = [{"stage": "[red]\x1b[2Jgone\u202e", "share": 1, "tonnes": 1}]
    shown = written("table", hostile)
    assert "[red] [2Jgone " in shown
    assert "\x1b" not in shown


def test_numbers_of_numpy_are_numbers() -> None:
    values = {"a": np.float64(0.5), "b": np.bool_(True), "c": np.int64(3)}
    assert json.dumps(plain(values)) == '{"a": 0.5, "b": true, "c": 3}'
    assert csv_cell(np.float64(0.5)) == "0.5"


def test_plain_reaches_into_values() -> None:
    share = Share(Stage.MAGNET, math.nan, None, ("x",))
    assert plain({"rows": (share,)}) == {
        "rows": [{"stage": "magnet", "share": None, "tonnes": None, "sources": ["x"]}]
    }
