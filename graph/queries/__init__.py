"""The named questions: one `.cypher` file each, with a header that says what it asks and returns.

The header is a block of `//` lines; a line that begins with two spaces goes on with the one
before:

    // title: What the question is called
    // why: What it is good for
    // parameter: name | text, number or integer | default | choices | meaning
    // column: name | unit | meaning

`choices` is empty, a set of names (see `CHOICE_SETS`) or a list with commas. The name of a
question is the name of its file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from graph.errors import StoreError, UnknownName

CHOICE_SETS = ("elements", "stages", "materials", "countries", "sites", "end_uses")
TYPES = ("text", "number", "integer")
ParameterType = Literal["text", "number", "integer"]


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
    """`unit` is `share` for 0..1, `graph` for what is drawn, not printed; empty for text."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    title: str
    why: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    cypher: str
    """The file's text without its header."""

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


@cache
def questions() -> Mapping[str, Question]:
    """Every shipped question by its name, in order of their names."""
    found = sorted(
        (entry for entry in files(__name__).iterdir() if entry.name.endswith(".cypher")),
        key=lambda entry: entry.name,
    )
    return {
        question.name: question
        for question in (
            parse(entry.name.removesuffix(".cypher"), entry.read_text(encoding="utf-8"))
            for entry in found
        )
    }


def question(name: str) -> Question:
    """The question called `name`. Raises UnknownName with suggestions."""
    try:
        return questions()[name]
    except KeyError:
        raise UnknownName("question", name, questions()) from None


def parse(name: str, text: str) -> Question:
    """Read one file strictly. Raises StoreError that names the line."""
    header: list[tuple[int, str, str]] = []
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    for number, line in enumerate(lines[:end], start=1):
        if header and line.startswith("//   "):
            before, key, value = header[-1]
            header[-1] = (before, key, f"{value} {line[5:].strip()}")
            continue
        match = re.fullmatch(r"// (title|why|parameter|column): (\S.*)", line)
        if not match:
            raise _wrong(name, number, "expected title, why, parameter or column", line)
        header.append((number, match[1], match[2].strip()))
    cypher = "\n".join(lines[end:]).strip()
    once = {key: [value for _, k, value in header if k == key] for key in ("title", "why")}
    for key, values in once.items():
        if len(values) != 1:
            raise _wrong(name, 1, f"expected one {key}", str(len(values)))
    parameters = tuple(_parameter(name, n, value) for n, key, value in header if key == "parameter")
    columns = tuple(
        Column(*_cells(name, n, value, 3)) for n, key, value in header if key == "column"
    )
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
    return Question(name, once["title"][0], once["why"][0], parameters, columns, cypher)


def _parameter(question: str, line: int, text: str) -> Parameter:
    name, type_, default, choices, meaning = _cells(question, line, text, 5)
    if type_ not in TYPES:
        raise _wrong(question, line, f"expected a type of {', '.join(TYPES)}", type_)
    listed = tuple(part.strip() for part in choices.split(",")) if "," in choices else ()
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


def _value(type_: str, text: str) -> str | float | int:
    match type_:
        case "number":
            return float(text)
        case "integer":
            return int(text)
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
