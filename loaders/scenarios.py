"""Scenarios as TOML files: one file each, named after the scenario.

title = "..."            what the reader sees
summary = "..."
snapshot = "2025"
start = 2025-04-04       day 0; with it, levers may give dates instead of weeks
sources = ["..."]        ids of sources.csv
events = ["..."]         the real events it follows, in words

[[lever]]
kind = "export_licence"  then the fields of the lever of that kind in graph/scenario.py
start = 2025-04-04       or start_week = 0; `end` or `end_week` likewise
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from graph.errors import ScenarioError
from graph.model import Stage
from graph.scenario import LEVERS, Destination, Lever, Pair, Scenario, UnitCost
from graph.who import Who

Table = TypeVar("Table", Destination, Pair, UnitCost, Who)

KINDS = {lever.kind: lever for lever in LEVERS}
HEAD = ("title", "summary", "snapshot", "start", "sources", "events", "lever")


def scenarios(folder: Path) -> dict[str, Scenario]:
    """All scenarios of a data folder by name. Raises ScenarioError at the first bad file."""
    return {path.stem: read(path) for path in sorted((folder / "scenarios").glob("*.toml"))}


def read(path: Path) -> Scenario:
    """One scenario. Raises ScenarioError with file, lever and field."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.stem)
    except OSError as error:
        raise ScenarioError(f"cannot read the scenario {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path.name} is not UTF-8 text") from error


def parse(text: str, name: str) -> Scenario:
    """A scenario from TOML text. Raises ScenarioError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{name}: no valid TOML: {error}") from error
    _known_keys(name, raw, HEAD)
    start = _day(name, raw.get("start"))
    levers = raw.get("lever", [])
    if not isinstance(levers, list) or not all(isinstance(item, dict) for item in levers):
        raise ScenarioError(f"{name}: levers stand in [[lever]] tables")
    return Scenario(
        name=name,
        title=_text(name, raw, "title"),
        summary=_text(name, raw, "summary"),
        levers=tuple(_lever(name, item, start) for item in levers),
        sources=_texts(f"{name}: sources", raw.get("sources", [])),
        events=_texts(f"{name}: events", raw.get("events", [])),
        snapshot=str(raw.get("snapshot", "2025")),
        start="" if start is None else start.isoformat(),
    )


def to_toml(scenario: Scenario) -> str:
    """The scenario as TOML text that `parse` reads back unchanged; spans are given in weeks."""
    lines = [
        f"{key} = {_write(getattr(scenario, key))}" for key in ("title", "summary", "snapshot")
    ]
    if scenario.start:
        lines.append(f"start = {scenario.start}")
    lines += [f"{key} = {_write(getattr(scenario, key))}" for key in ("sources", "events")]
    for lever in scenario.levers:
        lines += ["", "[[lever]]", f"kind = {_write(lever.kind)}"]
        for item in fields(lever):
            value = getattr(lever, item.name)
            if item.name == "name" or value != item.default:
                lines.append(f"{item.name} = {_write(value)}")
    return "\n".join(lines) + "\n"


def _lever(scenario: str, raw: dict[str, Any], start: date | None) -> Lever:
    kind = raw.get("kind")
    if kind not in KINDS:
        raise ScenarioError(
            f"{scenario}: no lever of kind {kind!r}; the kinds are {', '.join(KINDS)}"
        )
    where = f"{scenario}: {raw.get('name', kind)}"
    lever = KINDS[kind]
    declared = {item.name: item for item in fields(lever)}
    _known_keys(where, raw, ("kind", "start", "end", *declared))
    values = {key: value for key, value in raw.items() if key in declared}
    values.setdefault("name", kind.replace("_", " "))
    for key in ("start", "end"):
        if key in raw:
            values[f"{key}_week"] = _week(where, _day(where, raw[key]), start)
    for key, item in declared.items():
        if key not in values and item.default is MISSING:
            raise ScenarioError(f"{where}: {key} is missing")
    ready: dict[str, Any] = {
        key: _texts(f"{where}: {key}", value)
        if str(declared[key].type) == "tuple[str, ...]"
        else _value(f"{where}: {key}", key, value)
        for key, value in values.items()
    }
    try:
        return lever(**ready)
    except TypeError as error:
        raise ScenarioError(f"{where}: a value has the wrong type: {error}") from error


def _value(where: str, key: str, value: Any) -> Any:
    match key:
        case "approval":
            try:
                return tuple((float(day), float(share)) for day, share in value)
            except (TypeError, ValueError) as error:
                raise ScenarioError(f"{where} is a list of [day, share]") from error
        case "destinations":
            return tuple(_table(where, Destination, item) for item in value)
        case "pairs" | "general_licences":
            return tuple(_table(where, Pair, item) for item in value)
        case "costs":
            return tuple(_table(where, UnitCost, item) for item in value)
        case "sellers" | "buyers" | "hosts":
            return _who(where, value)
        case "stage":
            if value not in list(Stage):
                raise ScenarioError(f"{where} is one of {', '.join(Stage)}, got {value!r}")
            return Stage(value)
        case _:
            return value


def _table(where: str, kind: type[Table], raw: Any) -> Table:
    if not isinstance(raw, dict):
        raise ScenarioError(f"{where} is a list of tables, got {raw!r}")
    _known_keys(where, raw, tuple(item.name for item in fields(kind)))
    return kind(**raw)


def _who(where: str, raw: Any) -> Who:
    """A table of lists of names."""
    if not isinstance(raw, dict):
        raise ScenarioError(f'{where} is a table such as {{countries = ["USA"]}}, got {raw!r}')
    _known_keys(where, raw, tuple(item.name for item in fields(Who)))
    return Who(**{key: _texts(f"{where}: {key}", value) for key, value in raw.items()})


def _week(where: str, day: date | None, start: date | None) -> int:
    if day is None or start is None:
        raise ScenarioError(f"{where}: dates need a `start` at the top of the scenario")
    if day < start:
        raise ScenarioError(f"{where}: {day} lies before the start of the scenario, {start}")
    return (day - start).days // 7


def _day(where: str, value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ScenarioError(f"{where}: {value!r} is no date such as 2025-04-04") from None


def _text(where: str, raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ScenarioError(f"{where}: {key} must be a text, got {value!r}")
    return value


def _texts(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ScenarioError(f"{where} is a list of texts, got {value!r}")
    return tuple(value)


def _known_keys(where: str, raw: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in raw:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f" Did you mean {close[0]}?" if close else f" Known are {', '.join(known)}."
            raise ScenarioError(f"{where}: unknown key {key!r}.{hint}")


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
