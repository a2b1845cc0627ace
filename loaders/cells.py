"""Text of a cell to a typed value, or what is wrong with it. One rule for CSV and workbooks."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

Value = str | float | int | tuple[str, ...] | None

NUMBERS = ("number", "share", "integer")
"""Types of columns that hold numbers."""
SHARE_TOLERANCE = 1e-9
LONGEST_CELL = 32_767
"""Characters; spreadsheets cut what is longer without a word."""
LARGEST_NUMBER = 1e15
"""Above it figures of a balance lose their digits; nothing in the chain comes near."""
FORMULA_STARTS = ("=", "+", "-", "@")
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
"""What a spreadsheet leaves where a formula fails."""
# Signs that steer a terminal or turn the direction of text; line breaks and tabs may stand.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NUMBER = r"[+-]?((\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|nan|inf|infinity)"
"""What counts as a number, digits being those of ASCII and letters large or small."""
_NUMBER = re.compile(NUMBER, re.IGNORECASE | re.ASCII)


class Fault(NamedTuple):
    """What is wrong with a cell, what was expected, and what to do."""

    what: str
    expected: str
    advice: str


EMPTY = Fault("the cell is empty", "a value", "Fill it, or remove the row.")
TOO_LONG = Fault(
    "the cell is too long",
    f"at most {LONGEST_CELL:,} characters",
    "Shorten the text, or close the quote that opens it.",
)


def typed(kind: str, required: bool, cell: str) -> tuple[Value, Fault | None]:
    """The value of a cell in a column of type `kind`, as columns.csv names types."""
    if not cell:
        if required:
            return None, EMPTY
        return (() if kind in {"sources", "list"} else None), None
    if fault := _unfit(cell):
        return None, fault
    if kind in NUMBERS:
        return _number(kind, cell)
    if kind in {"sources", "list"}:
        parts = names_in(cell)
        return (None, EMPTY) if required and not parts else (parts, None)
    name, _, choices = kind.partition(":")
    if name == "choice" and cell not in choices.split("|"):
        expected = choices.replace("|", ", ")
        return None, Fault("the word is not one of the choices", expected, "Use one of them.")
    if kind == "id" and not cell.replace("_", "").isalnum():
        advice = "Replace spaces and other signs by _."
        what = "the name has signs that a name cannot have"
        return None, Fault(what, "letters, digits and _", advice)
    return cell, None


def names_in(cell: str) -> tuple[str, ...]:
    """The names of a list in one cell, parted by semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _unfit(cell: str) -> Fault | None:
    """What no cell may hold, whatever its column."""
    if len(cell) > LONGEST_CELL:
        return TOO_LONG
    if not cell.isprintable() and _CONTROL.search(cell):
        return Fault("the cell holds control characters", "plain text", "Remove them.")
    if cell.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(cell):
        advice = "Write its value instead; no text begins with = + - or @."
        return Fault("the cell begins like a formula", "a value", advice)
    if cell in ERRORS:
        advice = "Mend the formula and write its value."
        return Fault("the cell holds an error of a spreadsheet", "a value", advice)
    return None


def _number(kind: str, cell: str) -> tuple[Value, Fault | None]:
    if not _NUMBER.fullmatch(cell):
        expected = "digits with a point, no thousands sign"
        return None, Fault("the cell holds no number", expected, "Correct or empty the cell.")
    number = float(cell)
    if not math.isfinite(number):
        advice = "Leave the cell empty where a figure is not known."
        return None, Fault("the number is not finite", "a finite number", advice)
    if abs(number) > LARGEST_NUMBER:
        expected = f"at most {LARGEST_NUMBER:g}"
        return None, Fault("the number is too large", expected, "Check its unit.")
    if kind == "share" and not -SHARE_TOLERANCE <= number <= 1 + SHARE_TOLERANCE:
        what = "the share lies outside its range"
        return None, Fault(what, "0 to 1", "Divide a percentage by 100.")
    if kind == "integer":
        if not number.is_integer():
            return None, Fault("the number is not whole", "a whole number", "Round it.")
        return int(number), None
    return number, None
