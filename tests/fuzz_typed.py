"""Parsers of what somebody types: Cypher and its parameters, questions, commands."""

from __future__ import annotations

import argparse
import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache
from typing import Any

import fuzz_inputs as inputs
from fuzz_feed import ROOT, Parser, as_file, as_text

from graph.errors import StoreError, UnknownName
from graph.queries import header, questions
from graph.store import bounds, guard, hits, trouble
from ui import own_questions
from ui.cli_options import UsageError
from ui.cli_parser import build_parser
from ui.shell import Shell
from ui.viewmodels import cypher_text


def _cypher(data: bytes) -> None:
    text = as_text(data)
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
    text = as_text(data)
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
    header.parse("theme", "asked", as_text(data))


def _question_files() -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "graph/queries").rglob("*.cypher"))]


def _own_question(data: bytes) -> None:
    """A question of one's own; what can be written is read back."""
    found = own_questions.read(as_file("asked.cypher", data))
    own_questions.suggested_name(found.title)
    with suppress(StoreError, UnknownName):
        found.bind({})
    written = own_questions.write(found)
    assert own_questions.parse("asked", written).cypher == found.cypher


def _address(data: bytes) -> None:
    trouble.check_address(as_text(data))


class NotAsked(Exception):  # noqa: N818 - ends what would go to a store
    """Instead of an answer."""


class _NoStore:
    def run(self, cypher: str, parameters: Any, **_: object) -> Any:
        bounds.check_request(cypher, parameters)
        raise NotAsked


def _shell(data: bytes) -> None:
    """Lines typed into the shell; the first that is refused ends it."""
    typed = Shell(_NoStore())  # type: ignore[arg-type]
    for line in as_text(data).splitlines():
        if re.match(r"\s*:(help|schema|params|questions)", line):
            continue  # these print
        with suppress(NotAsked):
            typed.take(line)


def _command(data: bytes) -> None:
    """A command line; what argparse refuses ends the program with 2."""
    arguments = [part for part in as_text(data).split("\n") if part]
    with redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()), suppress(SystemExit):
        _arguments().parse_args(arguments)


@cache
def _arguments() -> argparse.ArgumentParser:
    return build_parser()


def _lines(*lines: str) -> list[bytes]:
    return ["\n".join(line.split()).encode() for line in lines]


PARSERS = (
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
        (StoreError, UsageError, UnknownName),
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
)
