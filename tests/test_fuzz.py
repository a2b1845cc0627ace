"""Bad inputs for every parser, a few of each and always the same; `make fuzz` tries many more."""

from __future__ import annotations

import ast
import random
import re
from functools import cache
from pathlib import Path

import pytest
from fuzz_feed import Hang, Parser, UnclearError, told
from fuzz_inputs import changed
from fuzz_parsers import PARSERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import DataError, Problem, StoreError

ROOT = Path(__file__).resolve().parent.parent
READERS = re.compile(
    r"(json\.loads?|tomllib\.loads?|csv\.(reader|DictReader)|load_workbook|(zipfile\.)?ZipFile"
    r"|base64\.\w*b64decode|np\.load|pacsv\.read_csv|parquet\.read_\w+|zlib\.decompress\w*"
    r"|from_params|parse_args|shlex\.split|urlsplit)$"
)
"""Calls that read what somebody else may have written."""
FED = {
    "graph/runs/finished.py": "kept runs",
    "graph/store/embedded.py": "state of the store",
    "graph/store/trouble.py": "address of a store",
    "loaders/archive.py": "zip",
    "loaders/cache.py": "kept arrays",
    "loaders/column_files.py": "given flows",
    "loaders/comtrade.py": "Comtrade JSON",
    "loaders/kept.py": "kept network",
    "loaders/lines.py": "table",
    "loaders/plans.py": "scenario in a link",
    "loaders/portfolios.py": "kept frontier",
    "loaders/public.py": "USGS yearbook",
    "loaders/scenarios.py": "scenario",
    "ui/cli.py": "command line",
    "ui/components/own_scenarios.py": "link",
    "ui/session.py": "link",
    "ui/shell.py": "shell",
    "ui/viewmodels/cypher_text.py": "Cypher parameter",
}
"""The parser that feeds what stands in a module."""
NOT_FED = {
    "loaders/imports.py": "tables of ours, which were checked before",
    "loaders/templates.py": "only writes",
    "ui/atlas.py": "ships",
    "ui/viewmodels/glossary.py": "ships",
}


@cache
def valid(parser: Parser) -> list[bytes]:
    return list(parser.valid())


def parser_of(**more: object) -> Parser:
    plain = {"name": "x", "errors": (StoreError, DataError), "valid": list, "change": changed}
    return Parser(**(plain | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_bad_inputs_have_a_clear_error(parser: Parser) -> None:
    for data in valid(parser)[: 3 if parser.guided else 1]:
        assert told(parser, data) == ()

    @settings(
        max_examples=12 if parser.guided else 1,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32))
    def fed(seed: int) -> None:
        drawn = random.Random(seed)  # noqa: S311 - no secret
        told(parser, changed(drawn.choice(valid(parser)), parser.change, drawn))

    fed()


def test_every_module_that_reads_is_fed() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("graph", "loaders", "ui")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and READERS.search(ast.unparse(node.func))
    }
    assert found == FED.keys() | NOT_FED.keys()
    assert set(FED.values()) <= {parser.name for parser in PARSERS}


def test_a_crash_is_no_error_of_ours() -> None:
    with pytest.raises(UnicodeDecodeError):
        told(parser_of(feed=lambda data: data.decode()), b"\xff")


def test_an_input_that_takes_too_long_is_told() -> None:
    def endless(_: bytes) -> None:
        while True:
            pass

    with pytest.raises(Hang, match=r"more than 0\.05 s"):
        told(parser_of(feed=endless, seconds=0.05), b"")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (DataError([]), "0 problems"),
        (DataError([Problem("it is wrong", advice="Mend it.")]), "no place"),
        (DataError([Problem("it is wrong", "a.csv", 1)]), "nothing to do"),
        (DataError([Problem("x", "a.csv", 1, advice="y")] * 1003), "1003 problems"),
        (StoreError(""), "0 characters"),
    ],
)
def test_an_error_that_helps_nobody_is_told(error: Exception, why: str) -> None:
    def refuse(_: bytes) -> None:
        raise error

    with pytest.raises(UnclearError, match=why):
        told(parser_of(feed=refuse), b"")


def test_figures_and_names_do_not_make_another_error() -> None:
    def refuse(data: bytes) -> None:
        raise StoreError(f"Line {len(data)}: {data!r} is wrong.")

    assert told(parser_of(feed=refuse), b"a") == told(parser_of(feed=refuse), b"bc\"'")
