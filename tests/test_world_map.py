"""Maps as figures: coasts from a file, lines and marks on plain axes, words escaped."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from ui import atlas, theme
from ui.charts.worldmap import FAINT, LARGEST, SMALLEST, WINDOWS, bent, east, world_chart
from ui.state import REGIONS
from ui.viewmodels.worldmap import REGION_WORDS, Line, Mark, Place, World

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = "<img src=x onerror=alert(1)>"
INK = theme.INKS["light"]
HERE, THERE = Place(100.0, 30.0), Place(-100.0, 40.0, exact=False)


def mark(**more: object) -> Mark:
    made: dict[str, object] = {
        **{"id": "a", "stage": "Mine", "place": HERE, "size": 1.0, "share": 0.9},
        **{"label": "A", "chosen": False},
    }
    return Mark(**(made | more))  # type: ignore[arg-type]


def line(**more: object) -> Line:
    made: dict[str, object] = {
        **{"start": HERE, "end": THERE, "size": 1.0, "share": 0.9},
        **{"label": "L", "chosen": False},
    }
    return Line(**(made | more))  # type: ignore[arg-type]


def chart(*marks: Mark, lines: tuple[Line, ...] = (), mutes: bool = True) -> dict:
    world = World(marks, lines, "finding", "reading", mutes)
    coast = (((0.0, 50.0), (1.0, 51.0)), ((-26.0, 70.0), (-28.0, 70.0)))
    return world_chart(world, coast, "world", "legend", INK).to_dict()


def marks_in(figure: dict) -> dict[str, dict]:
    """By id: what is drawn of each mark."""
    found = {}
    for trace in figure["data"]:
        for n, (id, label) in enumerate(trace.get("customdata") or []):
            one = {"label": label, "x": trace["x"][n], "opacity": trace["marker"].get("opacity")}
            for name in ("symbol", "size", "color"):
                one[name] = trace["marker"][name][n] if name != "symbol" or id else ""
            found[id] = one
    return found


def test_the_tool_turns_land_into_coasts(tmp_path: Path) -> None:
    """A triangle over 180 degrees as two arcs with cuts, and one far in the south."""
    land = tmp_path / "land.json"
    land.write_text(
        json.dumps(
            {
                "type": "Topology",
                "transform": {"scale": [0.5, 0.25], "translate": [-180.0, -90.0]},
                "arcs": [
                    # 180 E: up the cut, out to the tip and back to the cut.
                    [[720, 400], [0, 40], [-20, -20], [20, -20]],
                    [[0, 400], [10, 4], [0, 0], [-10, 4]],
                    [[100, 4], [10, 4], [0, 8]],
                ],
                "objects": {"land": {"type": "GeometryCollection", "geometries": []}},
            }
        )
    )
    made = tmp_path / "coast.json"
    subprocess.run(
        [sys.executable, str(ROOT / "tools" / "coast.py"), str(land), str(made)], check=True
    )
    found = json.loads(made.read_text())
    assert found["lines"] == [
        [180.0, 20.0, 170.0, 15.0, 180.0, 10.0],
        [-180.0, 10.0, -175.0, 11.0, -180.0, 12.0],
    ]
    assert found["licence"] == "public domain"


def test_the_coasts_that_ship_are_land_and_no_cut() -> None:
    coast = atlas.coast()
    assert (len(coast.lines), sum(map(len, coast.lines))) == (120, 4457)
    assert coast.licence == "public domain"
    assert "Natural Earth 4.1.0" in coast.title
    for points in coast.lines:
        for (x1, _), (x2, _) in pairwise(points):
            assert not (abs(x1) == 180 and abs(x2) == 180)
    # The mouth of the Yangtze and the Cape of Good Hope lie on some coast.
    every = [point for points in coast.lines for point in points]
    for place in ((121.9, 31.7), (18.4, -34.0)):
        assert min(math.dist(place, point) for point in every) < 0.6


def test_their_source_is_listed() -> None:
    assert atlas.coast().title in (ROOT / "data" / "sources.csv").read_text(encoding="utf-8")


def test_degrees_count_on_from_the_atlantic() -> None:
    assert (east(-27.0), east(-28.0), east(0.0), east(-180.0), east(180.0)) == (
        *(-27.0, 332.0, 0.0),
        *(180.0, 180.0),
    )
    # What shows no part of the world twice, shows all regions.
    assert list(WINDOWS) == list(REGIONS) == list(REGION_WORDS)
    assert all(-27 <= low < high <= 333 for (low, high), _ in WINDOWS.values())


def test_a_coast_breaks_at_the_edge_of_the_map() -> None:
    coast = chart(mark())["data"][0]
    assert list(coast["x"]) == [0.0, 1.0, None, -26.0, None, 332.0, None]


def test_a_line_bends_to_the_right_of_its_way_across_the_pacific() -> None:
    points = list(bent(line()))
    assert points[0] == (100.0, 30.0)
    assert points[-1] == (260.0, 40.0)
    x, y = points[len(points) // 2]
    assert 100 < x < 260
    assert y < 35  # eastward, so right is south
    back = list(bent(line(start=THERE, end=HERE)))
    assert back[len(back) // 2][1] > 35


def test_area_follows_size_and_a_hollow_mark_stands_at_its_country() -> None:
    found = marks_in(chart(mark(), mark(id="b", size=0.25, place=THERE, stage="Magnet")))
    assert (found["a"]["symbol"], found["a"]["size"]) == ("triangle-up", LARGEST)
    assert (found["b"]["symbol"], found["b"]["size"]) == ("circle-open", LARGEST / 2)
    assert found["a"]["color"] == theme.CHINA_RAMP[4]
    assert found["b"]["color"] == theme.LINE_RAMP["light"][4]
    assert found["b"]["x"] == 260.0
    tiny = marks_in(chart(mark(size=0.0, share=math.nan)))["a"]
    assert tiny["size"] == SMALLEST
    assert tiny["color"] not in theme.CHINA_RAMP


@pytest.mark.parametrize(("mutes", "opacity"), [(True, FAINT), (False, 0.9)])
def test_what_is_chosen_has_a_ring_and_may_mute_the_rest(mutes: bool, opacity: float) -> None:
    figure = chart(mark(chosen=True), mark(id="b"), mutes=mutes)
    found = marks_in(figure)
    assert (found["a"]["opacity"], found["b"]["opacity"]) == (0.9, opacity)
    rings = [t for t in figure["data"] if t.get("marker", {}).get("color") == theme.ACTION["light"]]
    assert [list(ring["x"]) for ring in rings] == [[100.0]]
    assert list(rings[0]["marker"]["size"]) == [LARGEST + 9]


def test_a_line_with_an_id_can_be_chosen_by_its_head() -> None:
    figure = chart(mark(), lines=(line(id="CHN>USA:ndfeb", chosen=True),))
    found = marks_in(figure)
    assert found["CHN>USA:ndfeb"]["label"] == "L"
    rings = [t for t in figure["data"] if t.get("marker", {}).get("color") == theme.ACTION["light"]]
    assert len(rings[0]["x"]) == 1


def test_estimates_are_dashed() -> None:
    figure = chart(mark(), lines=(line(dashed=True, size=0.5), line(start=THERE, end=HERE)))
    lines = [t["line"]["dash"] for t in figure["data"] if t.get("line", {}).get("dash")]
    assert lines == ["dash", "solid"]


def test_words_of_the_data_never_become_markup() -> None:
    figure = chart(
        mark(label=HOSTILE, name=HOSTILE), lines=(line(label=HOSTILE, name=HOSTILE, id="x"),)
    )
    assert HOSTILE not in json.dumps(figure)
    assert "&lt;img" in json.dumps(figure)


def test_the_axes_are_plain_and_ask_for_no_map() -> None:
    figure = chart(mark())
    assert {trace["type"] for trace in figure["data"]} == {"scatter"}
    assert not {"geo", "map", "mapbox"} & set(figure["layout"])


def test_lines_have_the_colours_of_the_network_view() -> None:
    script = (ROOT / "ui/components/network_view/view.js").read_text(encoding="utf-8")
    for ramp in theme.LINE_RAMP.values():
        assert json.dumps(ramp) in script
