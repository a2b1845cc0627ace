"""What the command line prints: rows as a table for people, CSV for sheets, JSON for programs.

Text from data is never markup, never a control sequence of the terminal and never a formula of
a spreadsheet.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import IO, TypeGuard

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from graph.errors import joins
from ui import text as words

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDE = 10_000
"""Columns of a table that no terminal will break: output into a file or another program."""
SHOWN_ITEMS = 2

Row = Mapping[str, object]
Columns = Mapping[str, Callable[[object], str]]
"""The keys of a row that a table shows, in order, and how each value is written for people."""


def plain(value: object) -> object:
    """A value as JSON knows it: dataclasses become objects, numbers that are none become null."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return float(value) if math.isfinite(value) else None
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
    if callable(item := getattr(value, "item", None)):  # a number of numpy
        return plain(item())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return str(value)


def row(record: object, **more: object) -> dict[str, object]:
    """The fields of a dataclass instance as a plain row, with `more` keys behind them."""
    fields = plain(record)
    if not isinstance(fields, dict):
        raise TypeError(f"a row needs a dataclass instance, got {type(record).__name__}")
    return fields | {key: plain(value) for key, value in more.items()}


def line(value: object) -> str:
    """Any value as one printable line; empty where there is none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6g}"
        case list() | tuple():
            return ", ".join(line(item) for item in value)
        case Mapping():
            return line(json.dumps(plain(value), ensure_ascii=False))
    text = str(value)
    return "".join(c if c.isprintable() or joins(text, i) else " " for i, c in enumerate(text))


def percent(value: object) -> str:
    """A share (0..1) in percent with the one digit that comparisons need."""
    if not _is_number(value):
        return line(value)
    return "<0.1%" if 0 < value < 0.0005 else f"{value:.1%}"


def points(value: object) -> str:
    """A difference of two shares in percentage points."""
    return f"{value * 100:+.1f}" if _is_number(value) else line(value)


def first_of(value: object) -> str:
    """The first items of a list and how many follow; csv and json carry all."""
    items = value if isinstance(value, list | tuple) else []
    more = len(items) - SHOWN_ITEMS
    return line(items[:SHOWN_ITEMS]) + (f" +{more}" if more > 0 else "")


def amount(value: object) -> str:
    """Tonnes, units or money with three significant digits."""
    return words.number(value) if _is_number(value) else line(value)


def money(value: object) -> str:
    """US dollars in millions or billions."""
    return words.usd(value) if _is_number(value) else line(value)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def write_rows(rows: Sequence[Row], columns: Columns, fmt: str, out: IO[str] | None = None) -> None:
    """Rows as table, csv or json. A table shows `columns`; CSV and JSON carry every key."""
    out = out or sys.stdout
    if fmt == "json":
        write_json(rows, out)
    elif fmt == "csv":
        _write_csv(rows, columns, out)
    else:
        _write_table(rows, columns, out)


def write_json(value: object, out: IO[str] | None = None) -> None:
    """One JSON document, figures as computed."""
    out = out or sys.stdout
    json.dump(plain(value), out, ensure_ascii=False, indent=1, allow_nan=False)
    out.write("\n")


def _write_csv(rows: Sequence[Row], columns: Columns, out: IO[str]) -> None:
    header = list(rows[0]) if rows else list(columns)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(csv_cell(key) for key in header)
    for each in rows:
        writer.writerow(csv_cell(each[key]) for key in header)


def csv_cell(value: object) -> str:
    """A value as a cell that a spreadsheet shows and never computes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(float(value)) if math.isfinite(value) else ""
    if isinstance(value, list | tuple) and not any(isinstance(v, Mapping | list) for v in value):
        cell = ";".join(str(item) for item in value)
    elif isinstance(value, Mapping | list | tuple):
        cell = json.dumps(plain(value), ensure_ascii=False)
    else:
        cell = str(value)
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not _reads_as_number(cell) else cell


def _reads_as_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell)) and cell.isascii() and cell.strip() == cell
    except ValueError:
        return False


def _write_table(rows: Sequence[Row], columns: Columns, out: IO[str]) -> None:
    if not rows:
        out.write("(no rows)\n")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="bold")
    for key in columns:
        number = _holds_numbers(rows, key)
        table.add_column(
            # In a terminal room is short: figures stay whole, their heads and all texts wrap.
            Text(line(key).replace("_", "\n" if number and out.isatty() else " ")),
            justify="right" if number else "left",
            no_wrap=number,
        )
    for each in rows:
        table.add_row(*(Text(show(each[key])) for key, show in columns.items()))
    _console(out).print(table)


def _holds_numbers(rows: Sequence[Row], key: str) -> bool:
    return all(each[key] is None or _is_number(each[key]) for each in rows)


def _console(out: IO[str]) -> Console:
    if out.isatty():
        return Console(file=out, highlight=False)
    return Console(file=out, highlight=False, width=WIDE, no_color=True)


def say(message: str, out: IO[str] | None = None) -> None:
    """A sentence for people on standard output."""
    (out or sys.stdout).write(f"{message}\n")


def warn(message: str) -> None:
    """A sentence on standard error that is no error."""
    sys.stderr.write(f"magnetrace: {message}\n")


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error; where that is no terminal, one line for each step.

    Yields a function of the step's name and how much is done, 0 to 1.
    """
    if not sys.stderr.isatty():
        yield _step_lines(title)
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr, highlight=False),
        transient=True,
    )
    with bar:
        task: TaskID = bar.add_task(title, total=1.0)

        def advance(step: str, done: float) -> None:
            bar.update(task, description=f"{title}: {line(step)}", completed=done)

        yield advance


def _step_lines(title: str) -> Callable[[str, float], None]:
    seen = [""]

    def advance(step: str, _done: float) -> None:
        if step != seen[0]:
            seen[0] = step
            sys.stderr.write(f"{title}: {line(step)}\n")

    return advance
