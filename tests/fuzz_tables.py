"""Parsers of tables, and of what somebody uploads or gives: CSV, zips, workbooks, Parquet."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import fuzz_inputs as inputs
from fuzz_feed import DATA, Parser, as_file, as_text
from made_files import workbook
from ready_made import FLOWS, SITES, as_parquet

import loaders
from graph.errors import DataError, Problem
from loaders.bulk import load_flows
from loaders.own_data import OVERLAY, _readings, from_files
from loaders.tables import TABLES, read_schema, read_table
from loaders.templates import zipped


@cache
def _schema() -> Any:
    return read_schema(DATA)


def _table(name: str, data: bytes) -> None:
    _raise(read_table(f"{name}.csv", data, _schema()[name]).problems)


def _raise(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise DataError(found)


def _head(name: str, lines: int = 30) -> bytes:
    return b"".join((DATA / f"{name}.csv").read_bytes().splitlines(keepends=True)[:lines])


def _read_alone(name: str, data: bytes) -> None:
    _raise(_readings(from_files([(name, data)], OVERLAY, name), _schema())[1])


def _one_changed(data: bytes) -> None:
    """The whole check, balance included. The first line names the table."""
    name, _, content = data.partition(b"\n")
    table = as_text(name) if as_text(name) in TABLES else "sites"
    report = loaders.check(from_files([(f"{table}.csv", content)], OVERLAY, "x"))
    _raise(report.problems)


def _each_table() -> list[bytes]:
    return [name.encode() + b"\n" + (DATA / f"{name}.csv").read_bytes() for name in TABLES]


def _in_named_csv(data: bytes, random: Random) -> bytes:
    name, line, content = data.partition(b"\n")
    return name + line + inputs.in_csv(content, random)


def _zips() -> list[bytes]:
    small = {f"{name}.csv": _head(name) for name in ("sites", "demand", "snapshots")}
    return [
        zipped(small),
        zipped({"sites.xlsx": _sheet("sites")}),
        zipped({"magnetrace.xlsx": _sheet("sources", "countries")}),
    ]


def _sheet(*names: str) -> bytes:
    return workbook(
        {name: list(csv.reader(_head(name, 8).decode().splitlines())) for name in names}
    )


def _ready_made(name: str, data: bytes) -> None:
    folder = as_file(f"ready/{name}", data).parent
    for other, text in (("sites.csv", SITES), ("flows.csv", FLOWS)):
        if other != name:
            as_file(f"ready/{other}", text.encode())
    load_flows(folder, DATA, "2025", lambda *_: None)


def _parquet(data: bytes) -> None:
    folder = as_file("columns/flows.parquet", data).parent
    as_file("columns/sites.csv", SITES.encode())
    load_flows(folder, DATA, "2025", lambda *_: None)


def _parquets() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "flows.csv").write_text(FLOWS)
        as_parquet(Path(folder))
        return [(Path(folder) / "flows.parquet").read_bytes()]


DATA_ONLY = (DataError,)
PARSERS = (
    Parser("table", partial(_table, "sites"), DATA_ONLY, lambda: [_head("sites")], inputs.in_csv),
    Parser(
        "table of trade",
        partial(_table, "trade"),
        DATA_ONLY,
        lambda: [_head("trade")],
        inputs.in_csv,
    ),
    Parser(
        "columns.csv",
        partial(_read_alone, "columns.csv"),
        DATA_ONLY,
        lambda: [_head("columns", 400)],
        inputs.in_csv,
    ),
    Parser("zip", partial(_read_alone, "x.zip"), DATA_ONLY, _zips, inputs.in_zip),
    Parser(
        "workbook of a table",
        partial(_read_alone, "sites.xlsx"),
        DATA_ONLY,
        lambda: [_sheet("sites")],
        inputs.in_zip,
    ),
    Parser(
        "workbook of tables",
        partial(_read_alone, "magnetrace.xlsx"),
        DATA_ONLY,
        lambda: [_sheet("sources", "countries")],
        inputs.in_zip,
    ),
    Parser(
        "own data, checked",
        _one_changed,
        DATA_ONLY,
        _each_table,
        _in_named_csv,
        60.0,
        guided=False,
    ),
    Parser(
        "given flows",
        partial(_ready_made, "flows.csv"),
        DATA_ONLY,
        lambda: [FLOWS.encode()],
        inputs.in_csv,
    ),
    Parser(
        "given sites",
        partial(_ready_made, "sites.csv"),
        DATA_ONLY,
        lambda: [SITES.encode()],
        inputs.in_csv,
    ),
    Parser("given flows, parquet", _parquet, DATA_ONLY, _parquets, inputs.in_bytes, guided=False),
)
