"""What a public file would change in the tables: old, new, source, and whether that needs a human.

A change applies by itself only where one row of ours says the same as the figure. All others
are shown and left to whoever keeps the data.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from graph.model import Confidence, weakest
from loaders.tables import Row

Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of ours beside the published one."""

    table: str
    row: str
    column: str
    old: float | str | None
    new: float | str | None
    unit: str
    source: str
    why_not: str = ""
    """why it is only shown; empty where it applies"""
    key: tuple[str, ...] = ()
    """the row by the columns that name it (`loaders.overlay`)"""
    edits: Edits = ()
    """columns and the cells to write"""

    @property
    def applies(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Compared:
    """Changes, and how many figures gave none, by reason."""

    changes: tuple[Change, ...]
    without: Counter[str]


def other_origin(row: Row, source: str) -> str:
    """Why a row must keep its figure: it comes from elsewhere, or from a newer edition."""
    family, year = edition(source)
    cited = cites(row, source)
    if not cited:
        return f"ours comes from {row.names('sources')[0]}"
    if max(cited) > year:
        return f"ours comes from the newer edition {family}{max(cited)}"
    return ""


def cites(row: Row, source: str) -> tuple[int, ...]:
    """The editions of a publication that a row cites."""
    family, _ = edition(source)
    return tuple(year for name, year in map(edition, row.names("sources")) if name == family)


def edition(source: str) -> tuple[str, int]:
    """Family and year of a publication: usgs_mcs2026 is usgs_mcs of 2026."""
    found = re.fullmatch(r"(.*?)_?(\d{4})", source)
    return (found[1], int(found[2])) if found else (source, 0)


def evidence(row: Row, source: str, confidence: str) -> Edits:
    """Sources and confidence of a row once a figure of it comes from `source`."""
    found = weakest(Confidence(each) for each in (row.text("confidence"), confidence))
    return ("sources", cited(row, source)), ("confidence", found.value)


def cited(row: Row, source: str) -> str:
    return ";".join(dict.fromkeys((*row.names("sources"), source)))


def cell(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def plain(text: str) -> str:
    """Letters and digits without accents, in lower case, words apart."""
    bare = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"[^\W_]+", letters))


def holds(name: str, words: str) -> bool:
    return bool(words) and f" {words} " in f" {plain(name)} "
