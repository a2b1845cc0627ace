"""Scenarios as TOML files: one file each, named after the scenario.

title = "..."            what the reader sees
summary = "..."
snapshot = "2025"
start = 2025-04-04       day 0; with it, levers may give dates instead of weeks
sources = ["..."]        ids of sources.csv
events = ["..."]         the real events it follows, in words

[assumptions]            rows of assumptions.csv at another value than their base
STK07 = 90

[[lever]]
kind = "export_licence"  then the fields of the lever of that kind, see docs/scenarios.md
start = 2025-04-04       or start_week = 0; `end` or `end_week` likewise
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from graph.errors import Problem, ScenarioError
from graph.model import Stage
from graph.scenario import (
    FIRST_DAY,
    LAST_DAY,
    LEVERS,
    Destination,
    Lever,
    Pair,
    Scenario,
    UnitCost,
)
from graph.who import Who
from loaders.toml_lines import Block, blocks

Table = TypeVar("Table", Destination, Pair, UnitCost, Who)
Value = TypeVar("Value")
Raw = dict[str, Any]

KINDS = {lever.kind: lever for lever in LEVERS}
HEAD = ("title", "summary", "snapshot", "start", "sources", "events", "assumptions", "lever")
TABLES: dict[str, Any] = {
    f"tuple[{table.__name__}, ...]": table for table in (Destination, Pair, UnitCost)
}
PLAIN: dict[str, tuple[Any, str, float]] = {
    "str": (str, "a text", 0),
    "bool": (bool, "true or false", 0),
    "int": (int, "a whole number up to 10,000", 1e4),
    "float": (int | float, "a number up to a million million", 1e12),
}
"""By declared type: what TOML may give, how to say it, and the largest size; 0 is none."""
MOST_BYTES = 65_536
MOST_LEVERS = MOST_SET = 100


def scenarios(folder: Path) -> dict[str, Scenario]:
    """All scenarios of a data folder by name. Raises ScenarioError at the first bad file."""
    return {path.stem: read(path) for path in sorted((folder / "scenarios").glob("*.toml"))}


def read(path: Path) -> Scenario:
    """One scenario. Raises ScenarioError with every problem of the file and its line."""
    return _whole(reading_of(path))


def parse(text: str, name: str) -> Scenario:
    """A scenario from TOML text. Raises ScenarioError with every problem and its line."""
    return _whole(check(text.encode(), name))


@dataclass(frozen=True, slots=True)
class Reading:
    """A scenario, or every problem why there is none."""

    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()


def reading_of(path: Path) -> Reading:
    """A file read and checked; one that cannot be read is a problem as well."""
    try:
        with path.open("rb") as file:
            return check(file.read(MOST_BYTES + 1), path.stem, path.name)
    except OSError as error:
        what = f"cannot read the scenario {path}: {error.strerror}"
        return Reading(None, (Problem(what, path.name),))


def check(content: bytes, name: str, file: str = "") -> Reading:
    """The scenario `name` from the bytes of a TOML file, or all that is wrong with them.

    `file` is what problems call it. A file is at most MOST_BYTES long.
    """
    file = file or name
    if len(content) > MOST_BYTES:
        return _refused(file, f"is larger than the {MOST_BYTES:,} bytes a scenario may have")
    try:
        text = content.decode()
        raw = tomllib.loads(text)
    except UnicodeDecodeError:
        return _refused(file, "is not UTF-8 text")
    except RecursionError:
        return _refused(file, "no valid TOML: too many brackets inside each other")
    except ValueError as error:
        place = re.search(r"at line (\d+)", str(error))
        return _refused(file, f"no valid TOML: {error}", int(place[1]) if place else None)
    desk = _Desk(file, [])
    head, tables = blocks(text, "lever")
    scenario = _scenario(desk, name, raw, head, tables)
    return Reading(None if desk.problems else scenario, tuple(desk.problems))


def _whole(reading: Reading) -> Scenario:
    if reading.scenario is None:
        raise ScenarioError("\n".join(str(problem) for problem in reading.problems))
    return reading.scenario


def _refused(file: str, what: str, line: int | None = None) -> Reading:
    return Reading(None, (Problem(what, file, line),))


def to_toml(scenario: Scenario) -> str:
    """The scenario as TOML text that `parse` reads back unchanged; spans are given in weeks."""
    lines = [
        f"{key} = {_write(getattr(scenario, key))}" for key in ("title", "summary", "snapshot")
    ]
    if scenario.start:
        lines.append(f"start = {scenario.start}")
    lines += [f"{key} = {_write(getattr(scenario, key))}" for key in ("sources", "events")]
    if scenario.assumptions:
        lines += ["", "[assumptions]"]
        lines += [f"{_quote(row)} = {_write(value)}" for row, value in scenario.assumptions]
    for lever in scenario.levers:
        lines += ["", "[[lever]]", f"kind = {_write(lever.kind)}"]
        for item in fields(lever):
            value = getattr(lever, item.name)
            if item.name == "name" or value != item.default:
                lines.append(f"{item.name} = {_write(value)}")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Desk:
    """The problems of a file as they are found."""

    file: str
    problems: list[Problem]

    def attempt(self, line: int, read: Callable[[], Value]) -> Value | None:
        """What `read` gives; where it finds something wrong, that is noted and reading goes on."""
        try:
            return read()
        except ScenarioError as error:
            self.problems.append(Problem(str(error), self.file, line))
            return None

    def known_keys(self, where: str, raw: Raw, known: tuple[str, ...], block: Block) -> None:
        for key in raw:
            self.attempt(block.of(key), partial(_known, where, key, known))


def _scenario(
    desk: _Desk, name: str, raw: Raw, head: Block, tables: tuple[Block, ...]
) -> Scenario | None:
    """Reads the whole file; None where something is wrong."""
    desk.known_keys("", raw, HEAD, head)
    start = desk.attempt(head.of("start"), lambda: _start(raw.get("start")))
    title, summary = (
        desk.attempt(head.of(key), partial(_text, raw, key)) for key in ("title", "summary")
    )
    sources, events = (
        desk.attempt(head.of(key), partial(_texts, key, raw.get(key, [])))
        for key in ("sources", "events")
    )
    given = raw.get("assumptions", {})
    assumptions = desk.attempt(head.of("assumptions"), lambda: _assumptions(given))
    rows = desk.attempt(head.of("lever"), lambda: _levers(raw.get("lever", [])))
    levers = [
        _lever(desk, item, start, tables[i] if i < len(tables) else Block(head.of("lever")))
        for i, item in enumerate(rows or [])
    ]
    if desk.problems or title is None or summary is None:
        return None
    try:
        return Scenario(
            name=name,
            title=title,
            summary=summary,
            levers=tuple(lever for lever in levers if lever),
            sources=sources or (),
            events=events or (),
            snapshot=str(raw.get("snapshot", "2025")),
            start="" if start is None else start.isoformat(),
            assumptions=assumptions or (),
        )
    except ScenarioError as error:
        desk.problems.append(Problem(str(error).removeprefix(f"{name}: "), desk.file))
        return None


def _assumptions(given: Any) -> tuple[tuple[str, float], ...]:
    if not isinstance(given, dict):
        raise ScenarioError(f"assumptions stand in a table [assumptions], got {given!r}")
    if len(given) > MOST_SET:
        raise ScenarioError(f"a scenario sets at most {MOST_SET} assumptions, got {len(given)}")
    return tuple(
        (row, float(_plain(f"assumptions: {row}", "float", value)))
        for row, value in sorted(given.items())
    )


def _levers(rows: Any) -> list[Raw]:
    if not isinstance(rows, list) or not all(isinstance(item, dict) for item in rows):
        raise ScenarioError("levers stand in [[lever]] tables")
    if len(rows) > MOST_LEVERS:
        raise ScenarioError(f"a scenario has at most {MOST_LEVERS} levers, got {len(rows)}")
    return rows


def _lever(desk: _Desk, raw: Raw, start: date | None, block: Block) -> Lever | None:
    """One lever; None where something is wrong with it."""
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        what = f"no lever of kind {kind!r}; the kinds are {', '.join(KINDS)}"
        desk.problems.append(Problem(what, desk.file, block.of("kind")))
        return None
    found, where = len(desk.problems), str(raw.get("name", kind))
    lever = KINDS[kind]
    declared = {item.name: item for item in fields(lever)}
    desk.known_keys(where, raw, ("kind", "start", "end", *declared), block)
    values: dict[str, Any] = {"name": kind.replace("_", " ")}
    for key, value in raw.items():
        if key in ("start", "end"):
            week = desk.attempt(block.of(key), partial(_week, f"{where}: {key}", value, start))
            values[f"{key}_week"] = week
        elif key in declared:
            kind_of = str(declared[key].type)
            read = partial(_value, f"{where}: {key}", kind_of, value)
            values[key] = desk.attempt(block.of(key), read)
    for key, item in declared.items():
        if key not in values and item.default is MISSING:
            desk.problems.append(Problem(f"{where}: {key} is missing", desk.file, block.line))
    if len(desk.problems) > found:
        return None
    return desk.attempt(block.line, lambda: lever(**values))


def _value(where: str, kind: str, value: Any) -> Any:
    """A value of the type that a field declares."""
    match kind.removesuffix(" | None"):
        case "tuple[str, ...]":
            return _texts(where, value)
        case "tuple[tuple[float, float], ...]":
            return _path(where, value)
        case "Who":
            return _table(where, Who, value)
        case "Stage":
            if value not in list(Stage):
                raise ScenarioError(f"{where} is one of {', '.join(Stage)}, got {value!r}")
            return Stage(value)
        case plain if plain in PLAIN:
            return _plain(where, plain, value)
        case listed:
            if not isinstance(value, list):
                raise ScenarioError(f"{where} is a list of tables, got {value!r}")
            table = TABLES[listed]
            return tuple(
                _table(f"{where}: table {i}", table, item) for i, item in enumerate(value, 1)
            )


def _plain(where: str, kind: str, value: Any) -> Any:
    types, words, most = PLAIN[kind]
    fits = isinstance(value, types) and (kind == "bool" or not isinstance(value, bool))
    if not fits or (most and not abs(value) <= most):  # nan is not within any bound
        raise ScenarioError(f"{where} is {words}, got {value!r}")
    return value


def _path(where: str, value: Any) -> tuple[tuple[float, float], ...]:
    try:
        return tuple(
            (_plain(where, "float", day), _plain(where, "float", share)) for day, share in value
        )
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"{where} is a list of [day, share]") from error


def _table(where: str, kind: type[Table], raw: Any) -> Table:
    """An inline table, its values by the types that its fields declare."""
    declared = {item.name: item for item in fields(kind)}
    if not isinstance(raw, dict):
        example = "{" + f"{next(iter(declared))} = ..." + "}"
        raise ScenarioError(f"{where} is a table such as {example}, got {raw!r}")
    for key in raw:
        _known(where, key, tuple(declared))
    for key, item in declared.items():
        if key not in raw and item.default is MISSING:
            raise ScenarioError(f"{where}: {key} is missing")
    return kind(
        **{k: _value(f"{where}: {k}", str(declared[k].type), item) for k, item in raw.items()}
    )


def _week(where: str, value: Any, start: date | None) -> int:
    day = _day(where, value)
    if day is None or start is None:
        raise ScenarioError(f"{where}: dates need a `start` at the top of the scenario")
    if day < start:
        raise ScenarioError(f"{where}: {day} lies before the start of the scenario, {start}")
    return (day - start).days // 7


def _start(value: Any) -> date | None:
    day = _day("start", value)
    if day and not FIRST_DAY <= day.isoformat() <= LAST_DAY:
        raise ScenarioError(f"start is a day from {FIRST_DAY} to {LAST_DAY}, got {day}")
    return day


def _day(where: str, value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ScenarioError(f"{where}: {value!r} is no date such as 2025-04-04") from None


def _text(raw: Raw, key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ScenarioError(f"{key} must be a text, got {value!r}")
    return value


def _texts(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ScenarioError(f"{where} is a list of texts, got {value!r}")
    return tuple(value)


def _known(where: str, key: str, known: tuple[str, ...]) -> None:
    if key not in known:
        close = get_close_matches(key, known, n=1)
        expected = close[0] if close else f"one of {', '.join(known)}"
        at = f"{where}: " if where else ""
        raise ScenarioError(f"{at}unknown key {key!r}; expected {expected}")


def _write(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quote(value)
        case int() | float():
            return repr(value)
        case tuple() | list():
            return "[" + ", ".join(_write(item) for item in value) + "]"
        case Destination() | Pair() | UnitCost() | Who():
            inner = ", ".join(
                f"{item.name} = {_write(getattr(value, item.name))}"
                for item in fields(value)
                if getattr(value, item.name) not in (None, ())
            )
            return "{" + inner + "}"
    raise ScenarioError(f"{value!r} cannot be written to a scenario file")


def _quote(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(
            escapes.get(c, f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c) for c in text
        )
        + '"'
    )
