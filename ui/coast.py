"""The coast lines under every map; `tools/coast.py` makes the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "assets" / "coast.json"


@dataclass(frozen=True, slots=True)
class Coast:
    """Lines of (longitude, latitude) in degrees, and where they come from."""

    title: str
    licence: str
    lines: tuple[tuple[tuple[float, float], ...], ...]


@cache
def coast() -> Coast:
    """The coasts of the world, from the file that ships."""
    found = json.loads(FILE.read_text("utf-8"))
    lines = tuple(tuple(zip(line[::2], line[1::2], strict=True)) for line in found["lines"])
    return Coast(found["title"], found["licence"], lines)
