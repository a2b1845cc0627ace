"""Parsers of what others publish: USGS, BACI, UN Comtrade."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import fuzz_inputs as inputs
from fuzz_feed import Parser, as_file
from made_files import workbook
from test_baci import HEADER as BACI
from test_comtrade import RECORD, as_csv, as_json
from test_usgs_mcs import KIND, LONG, WIDE, long_line
from test_usgs_myb import CONTENTS, MINES
from test_usgs_occurrence import HEADER as PLACES

from graph.errors import DataError
from loaders import baci, comtrade, usgs_mcs, usgs_myb, usgs_occurrence


def _public(module: Any, name: str, data: bytes) -> None:
    module.transform(module.read(as_file(name, data)))


def _summaries() -> list[bytes]:
    lines = long_line("China", "2025", "270,000", "Estimated."), long_line("Chile", "2021–24", ">5")
    wide = f'{WIDE}MCS2024,China,{KIND},"210,000",240000,,44000000,,,,\r\n'
    return [(LONG + "\r\n".join(lines) + "\r\n").encode("cp1252"), wide.encode()]


def _yearbooks() -> list[bytes]:
    return [workbook({"T8": MINES, "T2": CONTENTS})]


def _occurrences() -> list[bytes]:
    row = [1, 5029, "Bayan Obo", "Baotou, Baiyunebo", "China ", 41.8, 109.97, "Producer"]
    return [workbook({"places": [PLACES, row]})]


def _trades() -> list[bytes]:
    lines = "2024,104,156,284690,817835.388,44365.512\n2024,842,699,280530,12.5,\n"
    return [(BACI + lines).encode()]


def _records(written: Callable[..., Path]) -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        other = RECORD | {"partnerCode": 842, "isNetWgtEstimated": True, "netWgt": None}
        return [written(Path(folder), RECORD, other).read_bytes()]


PARSERS = (
    Parser(
        "USGS summaries",
        partial(_public, usgs_mcs, "mcs.csv"),
        (DataError,),
        _summaries,
        inputs.in_csv,
    ),
    Parser(
        "USGS yearbook",
        partial(_public, usgs_myb, "myb.xlsx"),
        (DataError,),
        _yearbooks,
        inputs.in_zip,
    ),
    Parser(
        "USGS occurrences",
        partial(_public, usgs_occurrence, "places.xlsx"),
        (DataError,),
        _occurrences,
        inputs.in_zip,
    ),
    Parser("BACI", partial(_public, baci, "baci.csv"), (DataError,), _trades, inputs.in_csv),
    Parser(
        "Comtrade CSV",
        partial(_public, comtrade, "answer.csv"),
        (DataError,),
        lambda: _records(as_csv),
        inputs.in_csv,
    ),
    Parser(
        "Comtrade JSON",
        partial(_public, comtrade, "answer.json"),
        (DataError,),
        lambda: _records(as_json),
        inputs.in_json,
    ),
)
