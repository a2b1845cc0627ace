"""The page on the levers: what they do as the code says it, and docs/levers.csv on their fields."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from generated import DOCS, table

from graph.scenario import LEVERS, Destination, Pair, UnitCost
from graph.who import Who

HEAD = """# Levers

What a [scenario](scenarios.md) is made of: {count} kinds of lever, each a block `[[lever]]` of its
TOML file with its `kind` and the fields below. A field with a default can be left out. Shares are
0..1; countries are ISO 3166 alpha-3; sites, goods and elements are named as in [the
tables](data.md). A name that does not exist is answered with the nearest ones that do.

This page is written from the levers themselves by `python tools/reference_docs.py`.
"""
PARTS = {"destination": Destination, "pair": Pair, "unit_cost": UnitCost, "who": Who}
"""Tables that stand in a field, by the name of their rows."""
SHARED = "*"


def page() -> str:
    """The whole page as text. Raises ValueError where docs/levers.csv and the levers differ."""
    told = _told()
    kinds: dict[str, type] = {lever.kind: lever for lever in LEVERS} | PARTS
    common = [name for lever, name in told if lever == SHARED]
    known = {(kind, field.name) for kind, cls in kinds.items() for field in fields(cls)}
    wanted = {(kind, name) for kind, name in known if kind in PARTS or name not in common}
    wanted |= {(kind, "") for kind in kinds} | {(SHARED, name) for name in common}
    if wanted != set(told):
        raise ValueError(f"docs/levers.csv and the levers differ in {sorted(wanted ^ set(told))}")
    lines = [HEAD.format(count=len(LEVERS))]
    lines += table(
        ("lever", "what it is"),
        [(f"[`{lever.kind}`](#{lever.kind})", told[lever.kind, ""][1]) for lever in LEVERS],
    )
    lines += ["## Every lever\n"]
    lines += table(
        ("field", "unit", "meaning"), [(f"`{name}`", *told[SHARED, name]) for name in common]
    )
    lines += ["## The levers\n"]
    for kind, cls in kinds.items():
        if kind == "destination":
            lines += ["## Tables in a field\n"]
        lines += _lever(kind, cls, told)
    return "\n".join(lines)


def _told() -> dict[tuple[str, str], tuple[str, str]]:
    with (DOCS / "levers.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["lever"], row["field"]): (row["unit"], row["meaning"])
            for row in csv.DictReader(file)
        }


def _lever(
    kind: str, cls: type[Any], told: dict[tuple[str, str], tuple[str, str]]
) -> Iterator[str]:
    yield f'<a id="{kind}"></a>\n'
    title = told[kind, ""][1]
    yield f"### `{kind}`: {title}\n" if kind not in PARTS else f"### {title.capitalize()}\n"
    yield f"{prose(cls.__doc__ or '')}\n"
    own = [field for field in fields(cls) if (kind, field.name) in told]
    yield from table(
        ("field", "unit", "default", "meaning"),
        [
            (f"`{each.name}`", told[kind, each.name][0], _default(each), told[kind, each.name][1])
            for each in own
        ],
    )


def prose(docstring: str) -> str:
    """A docstring as paragraphs; `graph.x` names no page and stays as it is."""
    parts = re.split(r"\n\s*\n", docstring.strip())
    return "\n\n".join(" ".join(part.split()) for part in parts)


def _default(field: Field[Any]) -> str:
    value = field.default
    if value is MISSING:
        return "must be given"
    return f"`{shown}`" if (shown := _shown(value)) else ""


def _shown(value: object) -> str:
    """A default as a scenario file writes it; empty for nothing."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ", ".join(f"[{_shown(e)}]" if isinstance(e, tuple) else _shown(e) for e in value)
    if is_dataclass(value) and not isinstance(value, type):
        given = [(field.name, _shown(getattr(value, field.name))) for field in fields(value)]
        return ", ".join(f"{name} = {text}" for name, text in given if text)
    return "" if value is None else f"{value:g}"
