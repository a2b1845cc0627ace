"""Every parser of what comes from outside: how it is fed, and which errors it may raise.

`magnetrace` reads nothing else that somebody else wrote. What a parser raises beside its errors, or
says unclearly, is a fault of ours; `tools/fuzz.py` and `tests/test_fuzz.py` look for both.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import fuzz_inputs as inputs
from networks import six_sites
from openpyxl import Workbook
from test_baci import HEADER as BACI
from test_bulk import FLOWS, SITES, as_parquet
from test_comtrade import RECORD, as_csv, as_json
from test_finished import study_of
from test_usgs_mcs import KIND, LONG, WIDE, long_line
from test_usgs_myb import CONTENTS, MINES
from test_usgs_occurrence import HEADER as PLACES

import loaders
from graph.ensemble import run_one
from graph.errors import (
    MOST_PROBLEMS,
    DataError,
    KeptRunsError,
    MagnetraceError,
    Problem,
    ScenarioError,
    StoreError,
    UnknownName,
    readable,
)
from graph.portfolio import Frontier, Portfolio
from graph.queries import header, questions
from graph.runs import finished
from graph.scenario import Scenario
from graph.store import bounds, embedded, guard, hits, trouble
from loaders import (
    baci,
    comtrade,
    kept,
    own_scenarios,
    plans,
    portfolios,
    usgs_mcs,
    usgs_myb,
    usgs_occurrence,
)
from loaders import cache as kept_arrays
from loaders import scenarios as scenario_files
from loaders.bulk import load_flows
from loaders.own_data import OVERLAY, _readings, from_files
from loaders.parameters import ranges
from loaders.tables import TABLES, read_schema, read_table
from loaders.templates import zipped
from ui import own_questions, state
from ui.cli_options import UsageError
from ui.cli_parser import build_parser
from ui.shell import Shell
from ui.viewmodels import assumptions, cypher_text, portfolio, query_fields

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
LONGEST = 1_500
"""Characters of a message about one thing that is wrong."""
_HOME = tempfile.TemporaryDirectory(prefix="magnetrace-fuzz-")
FOLDER = Path(_HOME.name)
"""For files that are read by their path; gone when the process ends."""
Feed = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Parser:
    """`valid` makes inputs that are read without error, which `change` then changes. `seconds` is
    what one input may take at most. Parsers that are not `guided` run no code of ours that could
    guide (another program, or compiled code), or too slowly for it."""

    name: str
    feed: Feed
    errors: tuple[type[MagnetraceError], ...]
    valid: Callable[[], Sequence[bytes]]
    change: inputs.Change
    seconds: float = 5.0
    guided: bool = True


class UnclearError(AssertionError):
    """An error of ours that a reader could not use."""


class Hang(BaseException):
    """An input that took too long; no parser may catch it."""


def told(parser: Parser, data: bytes) -> tuple[str, ...]:
    """The errors that an input gives, without names and figures; none where it is read.

    Whatever else it raises is a fault of the parser.
    """
    with at_most(parser.seconds):
        try:
            parser.feed(data)
        except parser.errors as error:
            return tuple(dict.fromkeys(_shape(text) for text in _judged(error)))
    return ()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises Hang in what takes longer."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _judged(error: MagnetraceError) -> Iterable[str]:
    """What an error says, thing by thing. Raises UnclearError where a reader could not use it."""
    texts = [str(error)]
    if isinstance(error, DataError):
        texts = [str(problem) for problem in error.problems]
        by_file: dict[str, int] = {}
        for problem in error.problems:
            by_file[problem.file] = by_file.get(problem.file, 0) + 1
            _judge_problem(problem)
        if not texts or max(by_file.values()) > MOST_PROBLEMS + 2:
            raise UnclearError(f"{len(texts)} problems")
    elif isinstance(error, ScenarioError):
        texts = str(error).splitlines()
    for text in texts:
        if not text.strip() or len(text) > LONGEST:
            raise UnclearError(f"{len(text)} characters: {text[:200]}")
        if readable(text, len(text)) != text:
            raise UnclearError(f"signs that steer a terminal: {text!r}")
    return texts


def _judge_problem(problem: Problem) -> None:
    named = problem.file or problem.column or re.search("'.+'|[.]csv|balance", problem.what)
    if not (problem.what and named):
        raise UnclearError(f"no place: {problem}")
    if not (problem.advice or problem.expected or "more problems" in problem.what):
        raise UnclearError(f"nothing to do: {problem}")


def _shape(text: str) -> str:
    plain = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "…", text)
    return re.sub(r"\d+", "0", plain.split("; got")[0])[:160]


def _raise(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise DataError(found)


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _file(name: str, data: bytes) -> Path:
    path = FOLDER / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    return path


# Tables and what somebody uploads


@cache
def _schema() -> Any:
    return read_schema(DATA)


def _table(name: str, data: bytes) -> None:
    _raise(read_table(f"{name}.csv", data, _schema()[name]).problems)


def _head(name: str, lines: int = 30) -> bytes:
    return b"".join((DATA / f"{name}.csv").read_bytes().splitlines(keepends=True)[:lines])


def _read_alone(name: str, data: bytes) -> None:
    _raise(_readings(from_files([(name, data)], OVERLAY, name), _schema())[1])


def _one_changed(data: bytes) -> None:
    """The whole check, balance included. The first line names the table."""
    name, _, content = data.partition(b"\n")
    table = _text(name) if _text(name) in TABLES else "sites"
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
        zipped({"magnetrace.xlsx": _book()}),
    ]


def _sheet(*names: str) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name in names:
        sheet = book.create_sheet(name)
        for row in csv.reader(_head(name, 8).decode().splitlines()):
            sheet.append(row)
    return _saved(book)


def _book() -> bytes:
    return _sheet("sources", "countries")


def _saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _ready_made(name: str, data: bytes) -> None:
    folder = _file(f"ready/{name}", data).parent
    for other, text in (("sites.csv", SITES), ("flows.csv", FLOWS)):
        if other != name:
            _file(f"ready/{other}", text.encode())
    load_flows(folder, DATA, "2025", lambda *_: None)


def _parquet(data: bytes) -> None:
    folder = _file("columns/flows.parquet", data).parent
    _file("columns/sites.csv", SITES.encode())
    load_flows(folder, DATA, "2025", lambda *_: None)


def _parquets() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "flows.csv").write_text(FLOWS)
        as_parquet(Path(folder))
        return [(Path(folder) / "flows.parquet").read_bytes()]


# Public files


def _public(module: Any, name: str, data: bytes) -> None:
    module.transform(module.read(_file(name, data)))


def _rows(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return _saved(book)


def _summaries() -> list[bytes]:
    lines = long_line("China", "2025", "270,000", "Estimated."), long_line("Chile", "2021–24", ">5")
    wide = f'{WIDE}MCS2024,China,{KIND},"210,000",240000,,44000000,,,,\r\n'
    return [(LONG + "\r\n".join(lines) + "\r\n").encode("cp1252"), wide.encode()]


def _yearbooks() -> list[bytes]:
    return [_rows(("T8", MINES), ("T2", CONTENTS))]


def _occurrences() -> list[bytes]:
    row = [1, 5029, "Bayan Obo", "Baotou, Baiyunebo", "China ", 41.8, 109.97, "Producer"]
    return [_rows(("places", [PLACES, row]))]


def _trades() -> list[bytes]:
    lines = "2024,104,156,284690,817835.388,44365.512\n2024,842,699,280530,12.5,\n"
    return [(BACI + lines).encode()]


def _records(written: Callable[..., Path]) -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        other = RECORD | {"partnerCode": 842, "isNetWgtEstimated": True, "netWgt": None}
        return [written(Path(folder), RECORD, other).read_bytes()]


# Scenarios and links


def _scenario(data: bytes) -> None:
    """Read, written and read again: the same."""
    found = _sound(scenario_files.check(data, "asked", "asked.toml"))
    assert scenario_files.parse(scenario_files.to_toml(found), "asked") == found


def _sound(reading: scenario_files.Reading) -> Scenario:
    if reading.scenario is None:
        raise ScenarioError("\n".join(str(problem) for problem in reading.problems))
    return reading.scenario


def _brought(data: bytes) -> None:
    """The first line is the name of the file."""
    name, _, content = data.partition(b"\n")
    folder = FOLDER / "scenarios"
    try:
        _sound(own_scenarios.bring(folder, content, _text(name), ()))
        assert len(own_scenarios.own_scenarios(folder).scenarios) == 1
    finally:
        for path in folder.glob("*.toml"):
            path.unlink()


def _toml_files() -> list[bytes]:
    return [path.read_bytes() for path in sorted((DATA / "scenarios").glob("*.toml"))]


def _plan(data: bytes) -> None:
    plans.decode(_text(data))


def _plans() -> list[bytes]:
    shipped = scenario_files.scenarios(DATA)
    return [plans.encode({name: each}).encode() for name, each in list(shipped.items())[:4]]


@cache
def _ranges() -> Any:
    return ranges(loaders.tables(DATA))


def _link(data: bytes) -> None:
    """An address never fails, and what it asks is kept by the next one."""
    found = state.from_params(dict(parse_qsl(_text(data), keep_blank_values=True)))
    assert state.from_params(state.to_params(found)) == found
    assumptions.read(found.assume, _ranges())
    portfolio.read_threats(found.threats, ("a", "b"))
    with suppress(ScenarioError):
        plans.decode(found.plan)
    for question in questions().values():
        given = dict(found.parameters)
        for field in query_fields.fields(question, _choices()):
            query_fields.value(question, field, given.get(field.name))


@cache
def _choices() -> Any:
    return query_fields.choices(six_sites(), {}, {"april-2025-licences": "Licences"})


def _links() -> list[bytes]:
    return [
        b"year=2025&item=Dy&lens=located&box=mine%7CCHN&week=3&size=40&day=2025-04-04",
        b"scenario=a&compare=b,c&assume=STK07:90,LIC13:150&threats=a,b=2&budget=500&tiers=3",
        b"question=own&cypher=RETURN+1&rows=5&seconds=9&p.country=CHN&p.share=0.5&p.weeks=4",
    ]


# Cypher


def _cypher(data: bytes) -> None:
    text = _text(data)
    assert "".join(token.text for token in cypher_text.tokens(text)) == text
    cypher_text.parameters(text)
    cypher_text.statement_end(text)
    cypher_text.is_blank(text)
    hits.named_in(text)
    bounds.check_request(text, {"x": text})


def _queries() -> list[bytes]:
    return [each.cypher.encode() for each in questions().values()]


def _value(data: bytes) -> None:
    """A parameter as typed, up to the bounds of what is sent."""
    text = _text(data)
    bounds.check_request("RETURN $x", {"x": cypher_text.value(text)})
    assert cypher_text.value(cypher_text.written(text, is_text=True)) == text
    for question in questions().values():
        for parameter in question.parameters:
            with suppress(StoreError):
                parameter.read(text)


def _guard(data: bytes) -> None:
    """The plan of a query, as a driver gives it."""
    try:
        plan = json.loads(data)
    except (ValueError, RecursionError):
        return
    guard.refusal(_as_driven(plan))


def _as_driven(plan: Any) -> dict[str, Any]:
    """A driver gives maps with lists of maps in them, whatever these hold."""
    found = plan if isinstance(plan, dict) else {}
    children, arguments = found.get("children"), found.get("args")
    return found | {
        "children": [_as_driven(each) for each in children] if isinstance(children, list) else [],
        "args": arguments if isinstance(arguments, dict) else {},
    }


def _plan_of_a_query() -> list[bytes]:
    call = {"operatorType": "ProcedureCall@neo4j", "args": {"Details": "db.labels() :: x"}}
    return [json.dumps({"operatorType": "ProduceResults", "children": [call]}).encode()]


def _question(data: bytes) -> None:
    header.parse("theme", "asked", _text(data))


def _question_files() -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "graph/queries").rglob("*.cypher"))]


def _own_question(data: bytes) -> None:
    """A question of one's own; what can be written is read back."""
    found = own_questions.read(_file("asked.cypher", data))
    own_questions.suggested_name(found.title)
    with suppress(StoreError, UnknownName):
        found.bind({})
    written = own_questions.write(found)
    assert own_questions.parse("asked", written).cypher == found.cypher


def _address(data: bytes) -> None:
    trouble.check_address(_text(data))


class NotAsked(Exception):  # noqa: N818 - ends what would go to a store
    """Instead of an answer."""


class _NoStore:
    def run(self, cypher: str, parameters: Any, **_: object) -> Any:
        bounds.check_request(cypher, parameters)
        raise NotAsked


def _shell(data: bytes) -> None:
    """Lines typed into the shell; the first that is refused ends it."""
    typed = Shell(_NoStore())  # type: ignore[arg-type]
    for line in _text(data).splitlines():
        if re.match(r"\s*:(help|schema|params|questions)", line):
            continue  # these print
        with suppress(NotAsked):
            typed.take(line)


def _command(data: bytes) -> None:
    """A command line; what argparse refuses ends the program with 2."""
    arguments = [part for part in _text(data).split("\n") if part]
    with redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()), suppress(SystemExit):
        _arguments().parse_args(arguments)


@cache
def _arguments() -> argparse.ArgumentParser:
    return build_parser()


# What was kept


def _runs(data: bytes) -> None:
    path = _file("runs", data)
    finished._opened(path, _study())


@cache
def _study() -> Any:
    return study_of()


def _finished() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs"
        list(
            finished.resumed(
                path, _study(), range(3), lambda _: (run_one(_study(), i) for i in range(3))
            )
        )
        return [path.read_bytes()]


def _network(data: bytes) -> None:
    kept._read(_file("network.json", data))


def _frontier(data: bytes) -> None:
    portfolios._read(_file("frontier.json", data))


def _frontiers() -> list[bytes]:
    nothing = (0.0, 0, 0.0, 0, None, None, False, ())
    bought = Portfolio(1.0, "greedy", ("a",), (1.0, 2.0, 3.0), *nothing)
    found = Frontier(("s",), (1.0,), 52, 9.0, 9.0, (bought,), 0)
    return [json.dumps(asdict(found)).encode()]


def _arrays(data: bytes) -> None:
    kept_arrays.read_arrays(_file("arrays.npz", data))


def _packed() -> list[bytes]:
    import numpy as np

    return [kept_arrays.packed({"a": np.arange(9.0), "b": np.zeros((2, 3), dtype=np.int32)})]


def _server(data: bytes) -> None:
    _file("state/store.json", data)
    # Never the state of a store that runs: its file would be lost.
    with patch.dict(os.environ, {"MAGNETRACE_STATE": str(FOLDER / "state")}):
        assert embedded.running() is None
        assert not embedded.stop()


def _servers() -> list[bytes]:
    server = embedded.Server(1, 7687, 2480, "x", "y", "/nowhere", True)
    return [json.dumps(asdict(server)).encode()]


def _lines(*lines: str) -> list[bytes]:
    return ["\n".join(line.split()).encode() for line in lines]


DATA_ONLY = (DataError,)
ASKED = (StoreError, UsageError, UnknownName)
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
        lambda: [_book()],
        inputs.in_zip,
    ),
    Parser(
        "own data, checked", _one_changed, DATA_ONLY, _each_table, _in_named_csv, 60.0, guided=False
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
    Parser(
        "USGS summaries",
        partial(_public, usgs_mcs, "mcs.csv"),
        DATA_ONLY,
        _summaries,
        inputs.in_csv,
    ),
    Parser(
        "USGS yearbook",
        partial(_public, usgs_myb, "myb.xlsx"),
        DATA_ONLY,
        _yearbooks,
        inputs.in_zip,
    ),
    Parser(
        "USGS occurrences",
        partial(_public, usgs_occurrence, "places.xlsx"),
        DATA_ONLY,
        _occurrences,
        inputs.in_zip,
    ),
    Parser("BACI", partial(_public, baci, "baci.csv"), DATA_ONLY, _trades, inputs.in_csv),
    Parser(
        "Comtrade CSV",
        partial(_public, comtrade, "answer.csv"),
        DATA_ONLY,
        lambda: _records(as_csv),
        inputs.in_csv,
    ),
    Parser(
        "Comtrade JSON",
        partial(_public, comtrade, "answer.json"),
        DATA_ONLY,
        lambda: _records(as_json),
        inputs.in_json,
    ),
    Parser("scenario", _scenario, (ScenarioError,), _toml_files, inputs.in_toml),
    Parser(
        "scenario upload",
        _brought,
        (ScenarioError,),
        lambda: [b"x.toml\n" + each for each in _toml_files()],
        inputs.in_toml,
    ),
    Parser("scenario in a link", _plan, (ScenarioError,), _plans, inputs.in_plan),
    Parser("link", _link, (), _links, inputs.in_query),
    Parser("Cypher text", _cypher, (StoreError,), _queries, inputs.in_text),
    Parser(
        "Cypher parameter",
        _value,
        (StoreError,),
        lambda: [b"1", b"[1, 2]", b'{"a": [null]}', b"CHN"],
        inputs.in_json,
    ),
    Parser("plan of a query", _guard, (), _plan_of_a_query, inputs.in_json),
    Parser("question", _question, (StoreError, UnknownName), _question_files, inputs.in_text),
    Parser("own question", _own_question, (StoreError,), _question_files, inputs.in_text),
    Parser(
        "address of a store",
        _address,
        (StoreError,),
        lambda: [b"neo4j://localhost:7687"],
        inputs.in_text,
    ),
    Parser(
        "shell",
        _shell,
        ASKED,
        lambda: [b":param x 1\nRETURN\n$x;", b":limit 5", b":ask who-is-hit site=x"],
        inputs.in_text,
    ),
    Parser(
        "command line",
        _command,
        (UsageError,),
        lambda: _lines(
            "simulate april-2025-licences --runs 10 --seed 3",
            "query who-is-hit --param site=x",
            "portfolio --scenarios a=2,b --budget 5e8",
        ),
        inputs.in_text,
    ),
    Parser("kept runs", _runs, (KeptRunsError,), _finished, inputs.in_signed),
    Parser(
        "kept network", _network, (), lambda: [kept.to_json(six_sites()).encode()], inputs.in_json
    ),
    Parser("kept frontier", _frontier, (), _frontiers, inputs.in_json),
    Parser("kept arrays", _arrays, (), _packed, inputs.in_zip),
    Parser("state of the store", _server, (StoreError,), _servers, inputs.in_json),
)
BY_NAME = {parser.name: parser for parser in PARSERS}
