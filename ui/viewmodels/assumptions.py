"""What a run assumes, for people: rows with their ranges, which move the loss most, what is set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.draws import LEVER_ASSUMPTIONS, Range, used
from graph.parameters import ASSUMPTIONS
from graph.scenario import Scenario
from graph.swings import Swing
from loaders.tables import Row
from ui import text
from ui.viewmodels.tables import Cell, Table, rounded

Held = tuple[tuple[str, float], ...]
"""Assumptions set to a value other than their base, by row of assumptions.csv."""
FIRST = 6
"""Sliders for what moves the loss most."""
SAME = 1e-9
AT_BASE = "base"
"""What `read` reads as nothing set."""


def read(asked: str, ranges: Mapping[str, Range]) -> Held:
    """What a link sets, as "STK07:90,LIC13:150"; never beyond a range, and what is unknown goes."""
    found: dict[str, float] = {}
    for part in asked.split(","):
        row, _, said = part.partition(":")
        try:
            value = float(said)
        except ValueError:
            continue
        if row in ranges and math.isfinite(value):
            room = ranges[row]
            found[row] = min(room.high, max(room.low, value))
    return tuple(sorted((row, v) for row, v in found.items() if not _same(v, ranges[row].base)))


def write(held: Iterable[tuple[str, float]]) -> str:
    """What `read` reads back."""
    return ",".join(f"{row}:{value:.6g}" for row, value in held)


def asked(held: Held, given: Held) -> str:
    """What a link says of assumptions: nothing where they are as the file of the scenario has
    them, a word where they are at their base in spite of it."""
    if held == given:
        return ""
    return write(held) or AT_BASE


def _same(value: float, base: float) -> bool:
    return abs(value - base) <= SAME * max(1.0, abs(base))


def sentence(held: Held, rows: Mapping[str, Row]) -> str:
    """Which assumptions are not at their base."""
    said = [
        f"{rows[row].text('applies_to')}: {value:,.4g} instead of "
        f"{_amount(rows[row].number('base'), rows[row])}"
        for row, value in held
    ]
    return f"{text.plural(len(held), 'assumption')} changed. {'; '.join(said)}."


def _amount(value: float, row: Row) -> str:
    return f"{value:,.4g}{text.NBSP}{row.text('unit')}"


@dataclass(frozen=True, slots=True)
class Slider:
    """One assumption to move between its low and its high value, all in the unit of its row."""

    row: str
    label: str
    low: float
    high: float
    value: float
    step: float
    help: str


def movable(scenario: Scenario, ranges: Mapping[str, Range]) -> tuple[str, ...]:
    """The rows with room that bear on a scenario, those of its own levers first."""
    rows = used(ranges, scenario)
    return tuple(sorted(rows, key=lambda row: row not in LEVER_ASSUMPTIONS))


def first_choice(
    scenario: Scenario, ranges: Mapping[str, Range], held: Held, found: Sequence[Swing]
) -> tuple[str, ...]:
    """What to show sliders for: what is set, rows of the levers used, and what moves most."""
    rows = movable(scenario, ranges)
    wanted = {row for row, _ in held} | {swing.assumption for swing in found[:FIRST]}
    wanted |= set(rows) & set(LEVER_ASSUMPTIONS)
    order = {swing.assumption: place for place, swing in enumerate(found)}
    return tuple(sorted(wanted & set(rows), key=lambda row: order.get(row, len(order))))


def slider(row: Row, room: Range, held: Held) -> Slider:
    """A slider of about a hundred round steps."""
    unit = row.text("unit")
    base = f"Base {room.base:,.4g}, from {room.low:,.4g}"
    return Slider(
        row=row.text("id"),
        label=f"{row.text('applies_to')}, {unit}",
        low=room.low,
        high=room.high,
        value=dict(held).get(row.text("id"), room.base),
        step=10.0 ** math.floor(math.log10((room.high - room.low) / 40)),
        help=f"{base} to {room.high:,.4g} {unit}. {row.text('note')}",
    )


def table(
    scenario: Scenario,
    rows: Mapping[str, Row],
    ranges: Mapping[str, Range],
    held: Held,
    found: Sequence[Swing],
) -> Table:
    """Every row of the table of assumptions that a run of the scenario reads."""
    moved = {swing.assumption: swing for swing in found}
    read_by_all = {row for row, _ in ASSUMPTIONS.values()}
    wanted = (set(movable(scenario, ranges)) | read_by_all) & set(rows)
    order = {row: place for place, row in enumerate(moved)}
    ids = sorted(wanted, key=lambda row: (order.get(row, len(order)), row))
    set_to = dict(held)
    shown: list[dict[str, Cell]] = []
    for id in ids:
        row = rows[id]
        cells: dict[str, Cell] = {
            "Stands for": row.text("applies_to"),
            "In this run": rounded(set_to.get(id, row.number("base"))),
            "Low": row.optional("low"),
            "Base": row.number("base"),
            "High": row.optional("high"),
            "Unit": row.text("unit"),
        }
        if found:
            swing = moved.get(id)
            cells["Loss at low, USD"] = rounded(swing.at_low_usd) if swing else None
            cells["Loss at high, USD"] = rounded(swing.at_high_usd) if swing else None
        cells |= {
            "Known": row.text("confidence"),
            "Sources": ", ".join(row.names("sources")),
            "Row": id,
        }
        shown.append(cells)
    return Table(
        name="assumptions",
        rows=shown,
        ids=tuple(ids),
        kinds=dict.fromkeys(("In this run", "Low", "Base", "High"), "number")
        | dict.fromkeys(("Loss at low, USD", "Loss at high, USD"), "usd"),
        finding=finding(found, rows) or f"{text.plural(len(ids), 'assumption')} of this run.",
        widths={"Stands for": 360},
    )


def finding(found: Sequence[Swing], rows: Mapping[str, Row]) -> str:
    """What moves the loss most, alone; empty where nobody looked."""
    if not found:
        return ""
    most = found[0]
    row = rows[most.assumption]
    low, high = (_amount(row.number(side), row) for side in ("low", "high"))
    return (
        f"Most depends on this: {text.lower_first(row.text('applies_to'))}. At {low} end uses lose "
        f"{text.usd(most.at_low_usd)}, at {high} {text.usd(most.at_high_usd)}, all else at its "
        "base."
    )
