"""What `ui.services` is to the other views, for the maps: coasts, country points, placed sites."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from ui.services import Base, cache_key, chain_of, per_network
from ui.viewmodels.chain_map import Spot, spots
from ui.viewmodels.worldmap import Place, country_points

FILE = Path(__file__).parent / "assets" / "coast.json"


@dataclass(frozen=True, slots=True)
class Coast:
    """Lines of (longitude, latitude) in degrees, and where they come from."""

    title: str
    licence: str
    lines: tuple[tuple[tuple[float, float], ...], ...]


@cache
def coast() -> Coast:
    """The coasts of the world, from the file that ships; `tools/coast.py` makes it."""
    found = json.loads(FILE.read_text("utf-8"))
    lines = tuple(tuple(zip(line[::2], line[1::2], strict=True)) for line in found["lines"])
    return Coast(found["title"], found["licence"], lines)


@per_network
def points_of(base: Base) -> dict[str, Place]:
    """Where a map shows each country that has a point."""
    return country_points(base.tables["countries"])


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Base: cache_key})
def spots_of(base: Base, item_id: str, apart: tuple[str, ...] = ()) -> tuple[Spot, ...]:
    """The sites that `chain_of` shows, as a map places them."""
    return spots(base.ledger, chain_of(base, item_id, apart), points_of(base))
