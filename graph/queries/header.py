"""How the file of a question is written, and the one parser that reads it.

The header is a block of `//` lines; a line that begins with two spaces goes on with the one
before:

    // title: What the question is called
    // why: What it is good for
    // parameter: name | text, number or integer | default | choices | meaning
    // column: name | unit | meaning
    // key: columns that together are another in every row, with commas
    // example: parameters of the example answer as name=value, with commas
    // row: a cell for each column of the example answer, but for those that are only drawn

`choices` is empty, a set of names (see `CHOICE_SETS`) or a list with commas. `example` is left out
where the defaults are asked; its rows are the answer on the small network that docs/questions.md
draws, written as by `cell`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from graph.errors import StoreError, UnknownName

CHOICE_SETS = (
    *("elements", "stages", "materials", "countries", "sectors"),
    *("sites", "end_uses", "companies", "scenarios"),
)
TYPES = ("text", "number", "integer")
ParameterType = Literal["text", "number", "integer"]
KEYS = ("title", "why", "parameter", "column", "key", "example", "row")
LARGEST = 2**53 - 1
"""Whole number that a browser holds exactly; Cypher holds larger ones."""
GRAPH = "graph"
"""Unit of a column that is drawn and not printed."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`choices_from` is one of CHOICE_SETS or empty; `choices` is a fixed list or empty."""

    name: str
    type: ParameterType
    default: str | float | int
    meaning: str
    choices_from: str = ""
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> str | float | int:
        """`text` as a value of this parameter. Raises StoreError."""
        if self.choices and text not in self.choices:
            raise StoreError(
                f"Parameter {self.name} must be one of {', '.join(self.choices)}; got {text!r}."
            )
        try:
            return _value(self.type, text)
        except ValueError:
            raise StoreError(
                f"Parameter {self.name} must be {_article(self.type)}; got {text!r}."
            ) from None


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is `share` for 0..1, GRAPH for what is drawn, not printed; empty for text."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Example:
    """What a question answers on the network of the examples; cells as written by `cell`."""

    given: Mapping[str, str]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """`key` names the columns that together are another in every row."""

    name: str
    theme: str
    title: str
    why: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    example: Example
    cypher: str
    """The file's text without its header."""

    @property
    def printed(self) -> tuple[Column, ...]:
        """Columns without those that are only drawn."""
        return tuple(column for column in self.columns if column.unit != GRAPH)

    def bind(self, given: Mapping[str, str | float | int] | None = None) -> dict[str, object]:
        """All parameters of the question: those given (texts are read), defaults otherwise.

        Raises UnknownName and StoreError.
        """
        given = given or {}
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise UnknownName(f"parameter of {self.name}", name, known)
        return {
            name: parameter.read(str(given[name])) if name in given else parameter.default
            for name, parameter in known.items()
        }


def cell(value: object) -> str:
    """A value of an answer as examples have it: numbers to six decimals, lists with commas."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".")
        case list() | tuple():
            return ", ".join(cell(item) for item in value)
        case _:
            return str(value)


def parse(theme: str, name: str, text: str) -> Question:
    """Read one file strictly. Raises StoreError that names the line."""
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    header = _header(name, lines[:end])
    cypher = "\n".join(lines[end:]).strip()

    def values(key: str) -> list[tuple[int, str]]:
        return [(number, value) for number, found, value in header if found == key]

    for key in ("title", "why", "key"):
        if len(values(key)) != 1:
            raise _wrong(name, 1, f"expected one {key}", str(len(values(key))))
    parameters = tuple(_parameter(name, n, value) for n, value in values("parameter"))
    columns = tuple(Column(*_cells(name, n, value, 3)) for n, value in values("column"))
    if not columns or not cypher:
        raise _wrong(name, end, "expected columns and a query", "none")
    used = set(re.findall(r"\$(\w+)", cypher))
    if used != {parameter.name for parameter in parameters}:
        raise _wrong(
            name,
            1,
            f"expected the parameters that the query uses ({', '.join(sorted(used)) or 'none'})",
            ", ".join(parameter.name for parameter in parameters) or "none",
        )
    printed = [column.name for column in columns if column.unit != GRAPH]
    number, listed = values("key")[0]
    key_columns = _listed(listed)
    if not set(key_columns) <= set(printed):
        raise _wrong(name, number, f"expected columns of {', '.join(printed)}", listed)
    rows = tuple(tuple(_cells(name, n, value, len(printed))) for n, value in values("row"))
    if not rows:
        raise _wrong(name, end, "expected rows of an example", "none")
    question = Question(
        name=name,
        theme=theme,
        title=values("title")[0][1],
        why=values("why")[0][1],
        parameters=parameters,
        columns=columns,
        key=key_columns,
        example=Example(_given(name, values("example")), rows),
        cypher=cypher,
    )
    question.bind(question.example.given)
    return question


def _header(question: str, lines: Iterable[str]) -> list[tuple[int, str, str]]:
    """Line, key and value of every entry, lines that go on joined to the one before."""
    header: list[tuple[int, str, str]] = []
    for number, line in enumerate(lines, start=1):
        if header and line.startswith("//   "):
            before, key, value = header[-1]
            header[-1] = (before, key, f"{value} {line[5:].strip()}")
            continue
        match = re.fullmatch(rf"// ({'|'.join(KEYS)}): (\S.*)", line)
        if not match:
            raise _wrong(question, number, f"expected one of {', '.join(KEYS)}", line)
        header.append((number, match[1], match[2].strip()))
    return header


def _parameter(question: str, line: int, text: str) -> Parameter:
    name, type_, default, choices, meaning = _cells(question, line, text, 5)
    if type_ not in TYPES:
        raise _wrong(question, line, f"expected a type of {', '.join(TYPES)}", type_)
    listed = _listed(choices) if "," in choices else ()
    if choices and not listed and choices not in CHOICE_SETS:
        raise _wrong(question, line, f"expected choices from {', '.join(CHOICE_SETS)}", choices)
    try:
        value = _value(type_, default)
    except ValueError:
        raise _wrong(
            question, line, f"expected a default that is {_article(type_)}", default
        ) from None
    return Parameter(
        name=name,
        type=cast(ParameterType, type_),
        default=value,
        meaning=meaning,
        choices_from="" if listed else choices,
        choices=listed,
    )


def _given(question: str, lines: list[tuple[int, str]]) -> dict[str, str]:
    if not lines:
        return {}
    number, text = lines[0]
    parts = [part.partition("=") for part in _listed(text)]
    if len(lines) > 1 or not all(name and equals and value for name, equals, value in parts):
        raise _wrong(question, number, "expected one example of name=value", text)
    return {name: value for name, _, value in parts}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _value(type_: str, text: str) -> str | float | int:
    match type_:
        case "number":
            number = float(text)
            if not math.isfinite(number):
                raise ValueError
            return number
        case "integer":
            whole = int(text)
            if abs(whole) > LARGEST:
                raise ValueError
            return whole
        case _:
            return text


def _article(type_: str) -> str:
    return {"number": "a number", "integer": "a whole number"}.get(type_, "a text")


def _cells(question: str, line: int, text: str, count: int) -> list[str]:
    cells = [cell.strip() for cell in text.split("|")]
    if len(cells) != count or not cells[0] or not cells[-1]:
        raise _wrong(question, line, f"expected {count} parts between |", text)
    return cells


def _wrong(question: str, line: int, expected: str, got: str) -> StoreError:
    return StoreError(f"{question}.cypher, line {line}: {expected}; got {got!r}.")
