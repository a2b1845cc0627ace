"""The way of some mass through the chain: what leads to a place, and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

ON_WAY = 0.02


class Edge(Protocol):
    """A flow between two places; `amount` in any one unit."""

    @property
    def id(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def amount(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Way:
    """Shares (0..1) of what a place receives (`up`) and sends (`down`), by id of the edge it runs
    over. `firsts` and `lasts` are the places where the ways up and down end, by share."""

    up: Mapping[str, float]
    down: Mapping[str, float]
    firsts: Mapping[str, float]
    lasts: Mapping[str, float]


NO_WAY = Way({}, {}, {}, {})


def way(order: Mapping[str, int], edges: Iterable[Edge], chosen: str) -> Way:
    """Follow `chosen` up and down over the edges that lead on, as the mix at each place has it.

    `order` is the stage of each place. Edges within a stage or back up the chain are left out, so
    no mass goes in circles.
    """
    if chosen not in order:
        return NO_WAY
    into: dict[str, list[Edge]] = defaultdict(list)
    out_of: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.amount > 0 and order[edge.origin] < order[edge.target]:
            into[edge.target].append(edge)
            out_of[edge.origin].append(edge)
    places = sorted(order, key=lambda place: (order[place], place))
    up, firsts = _follow(list(reversed(places)), into, chosen, towards_origin=True)
    down, lasts = _follow(places, out_of, chosen, towards_origin=False)
    return Way(up, down, firsts, lasts)


def main_way(order: Mapping[str, int], edges: Iterable[Edge], chosen: str) -> dict[str, float]:
    """Edges, either way, over which at least ON_WAY of what `chosen` receives or sends runs."""
    found = way(order, edges, chosen)
    shares = sorted((*found.up.items(), *found.down.items()))
    return {id: share for id, share in shares if share >= ON_WAY}


def _follow(
    places: list[str], edges: Mapping[str, list[Edge]], chosen: str, *, towards_origin: bool
) -> tuple[dict[str, float], dict[str, float]]:
    share_at: dict[str, float] = defaultdict(float)
    share_at[chosen] = 1.0
    over: dict[str, float] = {}
    ends: dict[str, float] = {}
    for place in places:
        share = share_at.get(place, 0.0)
        if share <= 0:
            continue
        found = edges.get(place, [])
        if not found and place != chosen:
            ends[place] = share
        total = sum(edge.amount for edge in found)
        for edge in found:
            over[edge.id] = share * edge.amount / total
            share_at[edge.origin if towards_origin else edge.target] += over[edge.id]
    return over, ends
