"""Writes ui/assets/coast.json, the coast lines of the maps: `python tools/coast.py LAND.json`.

LAND.json is `land-110m.json` of the npm package world-atlas (`npm pack world-atlas@2.0.2`): the
land of Natural Earth as TopoJSON. Only coasts are taken; no border is in that file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "ui" / "assets" / "coast.json"
ORIGIN = {
    "title": "Natural Earth 4.1.0, land, 1:110m, as in world-atlas 2.0.2 (land-110m.json)",
    "publisher": "Natural Earth",
    "url": "https://www.naturalearthdata.com/downloads/110m-physical-vectors/",
    "licence": "public domain",
}
DIGITS = 1
"""Of a degree: a third of a pixel on a map a thousand pixels wide."""
SOUTHERNMOST = -60.0
"""Degrees; what lies wholly south of it has no site and would only flatten the rest."""

Point = tuple[float, float]


def arcs(topology: dict) -> Iterator[list[Point]]:
    """The arcs in degrees, longitude first; TopoJSON holds steps on a grid."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for steps in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        yield line


def coasts(line: list[Point]) -> Iterator[list[Point]]:
    """The parts of an arc that are coast: not the cuts along 180 degrees and along the pole."""

    def is_cut(step: tuple[Point, Point]) -> bool:
        (x1, y1), (x2, y2) = step
        return (abs(x1) > 179.9 and abs(x2) > 179.9) or (y1 < -85 and y2 < -85)

    for cut, steps in groupby(pairwise(line), is_cut):
        if not cut:
            found = list(steps)
            yield [found[0][0], *(end for _, end in found)]


def rounded(line: Iterable[Point]) -> list[Point]:
    """Without points that rounding makes the same."""
    return [point for point, _ in groupby((round(x, DIGITS), round(y, DIGITS)) for x, y in line)]


def main() -> None:
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = [rounded(coast) for arc in arcs(topology) for coast in coasts(arc)]
    lines = [
        [number for point in line for number in point]
        for line in found
        if len(line) > 1 and max(y for _, y in line) > SOUTHERNMOST
    ]
    head = json.dumps(ORIGIN, indent=1).removesuffix("\n}")
    rows = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else PAGE
    target.write_text(f'{head},\n "lines": [\n{rows}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
