"""Where boxes and sites stand: same input, same picture, computed before anything is drawn."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

COLUMN = 172.0
ROW = 48.0
SITE_COLUMN = 168.0
SITE_GAP = 56.0
SITE_ROW = 40.0
SITE_ROWS = 16
"""Sites standing under each other before a stage takes another column."""
SWEEPS = 24

Point = tuple[float, float]
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Points by id and column heads, in pixels at scale 1."""

    points: Mapping[str, Point]
    heads: tuple[tuple[str, float], ...]


def grid(places: Mapping[str, tuple[int, int]], heads: Sequence[str]) -> Layout:
    """Boxes on a grid of (column, row); every head keeps its column, empty or not."""
    points = {id: (column * COLUMN, row * ROW) for id, (column, row) in places.items()}
    return Layout(points, tuple((head, i * COLUMN) for i, head in enumerate(heads)))


def layered(columns: Sequence[tuple[str, Sequence[str]]], edges: Iterable[Edge]) -> Layout:
    """Sites in columns (head, ids): ordered by barycentre sweeps, long columns wrapped.

    The order with the fewest crossings of all sweeps is kept.
    """
    links = tuple(edges)
    order = _fewest_crossings([list(ids) for _, ids in columns], links)
    points: dict[str, Point] = {}
    heads = []
    x = 0.0
    tallest = max((min(len(ids), SITE_ROWS) for ids in order), default=0)
    for (head, _), ids in zip(columns, order, strict=True):
        wraps = max(1, -(-len(ids) // SITE_ROWS))
        rows = -(-len(ids) // wraps)
        for i, id in enumerate(ids):
            top = (tallest - min(rows, len(ids))) / 2
            points[id] = (x + (i // rows) * SITE_COLUMN, (top + i % rows) * SITE_ROW)
        heads.append((head, x + (wraps - 1) * SITE_COLUMN / 2))
        x += wraps * SITE_COLUMN + SITE_GAP
    return Layout(points, tuple(heads))


def _fewest_crossings(columns: list[list[str]], edges: tuple[Edge, ...]) -> list[list[str]]:
    near: dict[str, list[str]] = {}
    for origin, target in edges:
        near.setdefault(origin, []).append(target)
        near.setdefault(target, []).append(origin)
    best, fewest = [list(ids) for ids in columns], crossings(columns, edges)
    for sweep in range(SWEEPS):
        place = _places(columns)
        forward = range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1)
        for c in forward:
            columns[c].sort(key=lambda id: (_mean([place[n] for n in near.get(id, ())]), id))
            place |= _places([columns[c]])
        count = crossings(columns, edges)
        if count < fewest:
            best, fewest = [list(ids) for ids in columns], count
    return best


def _places(columns: Sequence[Sequence[str]]) -> dict[str, float]:
    return {id: i / max(1, len(ids) - 1) for ids in columns for i, id in enumerate(ids)}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.5


def crossings(columns: Sequence[Sequence[str]], edges: Iterable[Edge]) -> int:
    """Crossings between edges that join the same two columns."""
    column = {id: c for c, ids in enumerate(columns) for id in ids}
    place = {id: i for ids in columns for i, id in enumerate(ids)}
    bundles: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for a, b in edges:
        if column[a] != column[b]:
            first, last = sorted((a, b), key=lambda id: column[id])
            pair = column[first], column[last]
            bundles.setdefault(pair, []).append((place[first], place[last]))
    return sum(_inversions(sorted(bundle)) for bundle in bundles.values())


def _inversions(pairs: list[tuple[int, int]]) -> int:
    total, seen, i = 0, list[int](), 0
    while i < len(pairs):
        j = i
        while j < len(pairs) and pairs[j][0] == pairs[i][0]:
            total += len(seen) - bisect.bisect_right(seen, pairs[j][1])
            j += 1
        for k in range(i, j):
            bisect.insort(seen, pairs[k][1])
        i = j
    return total
