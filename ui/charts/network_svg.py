"""A drawing as one SVG file, from the positions it holds: no browser and no library.

Texts become text nodes; nothing in the file is markup that came from data.
"""

from __future__ import annotations

import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence

from graph.store.exchange import NOT_IN_XML
from ui import theme
from ui.charts.painted import (
    FACE,
    MUTED_INK,
    Entry,
    Part,
    Picture,
    fill_of,
    frame_of,
    ink_of,
    legend,
    line_of,
)
from ui.charts.sankey import GROUND
from ui.charts.shares import BORDER

LETTER, BOLD = 0.52, 0.6
"""Mean width of a letter, where its size is 1."""
EDGE = 16.0
NARROWEST = 760.0
LINE = 18.0
BOX_LINE = 15.0
OPACITY = "0.75"


def svg(picture: Picture, caption: Sequence[str], mode: str) -> str:
    """The picture with its finding above, its legend and the lines of `caption` below.

    `mode` is light or dark.
    """
    first_x, first_y, last_x, last_y = picture.frame
    half = max((_width(node) for node in picture.nodes), default=0.0) / 2
    width = max(NARROWEST, last_x - first_x + 2 * (half + EDGE))
    finding = _lines(picture.finding, width - 2 * EDGE, 17, BOLD)
    title_end = EDGE + len(finding) * 22 + 10
    left = (width - (last_x - first_x)) / 2 - first_x
    top = title_end + 24 + 26 - first_y
    below = top + last_y + 26 + 14

    root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg")
    ET.SubElement(root, "title").text = _clean(picture.finding)
    ET.SubElement(root, "desc").text = _clean("\n".join((picture.legend, *caption)))
    ground = ET.SubElement(root, "rect", width="100%", height="100%", fill=GROUND[mode])
    texts = ET.SubElement(root, "g", {"fill": theme.INKS[mode], "font-family": FACE})
    for i, line in enumerate(finding):
        _text(texts, line, EDGE, EDGE + 17 + 22 * i, size=17, bold=True)
    place = {"transform": f"translate({left:g} {top:g})", "font-family": FACE}
    graph = ET.SubElement(root, "g", place)
    for head in picture.heads:
        at = first_y - 34
        label = _text(graph, head["label"], head["x"], at, size=14, bold=True, middle=True)
        label.set("fill", theme.INKS[mode])
    places = {node["id"]: node for node in picture.nodes}
    for edge in picture.edges:
        _edge(graph, edge, places, mode)
    for node in picture.nodes:
        _node(graph, node, mode)
    end = _legend(texts, picture.legend, legend(picture, mode), below, width, mode)
    for line in (part for text in caption for part in _lines(text, width - 2 * EDGE, 12)):
        end += LINE
        _text(texts, line, EDGE, end, size=12).set("fill", MUTED_INK[mode])
    height = end + EDGE
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    root.set("role", "img")
    ground.set("width", f"{width:g}")
    ground.set("height", f"{height:g}")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _node(graph: ET.Element, node: Part, mode: str) -> None:
    width, rows = _width(node), _rows(node)
    height = max(26.0, len(rows) * BOX_LINE + 10)
    x, y = node["x"] - width / 2, node["y"] - height / 2
    group = _titled(graph, str(node.get("title", "")))
    look = node.get("shapeProperties", {})
    box = ET.SubElement(group, "rect", x=f"{x:g}", y=f"{y:g}", width=f"{width:g}")
    box.set("height", f"{height:g}")
    box.set("rx", f"{look.get('borderRadius', 0):g}")
    box.set("fill", fill_of(node, mode))
    box.set("stroke", frame_of(node, mode))
    box.set("stroke-width", str(node.get("borderWidth", 1)))
    if dashes := look.get("borderDashes"):
        box.set("stroke-dasharray", " ".join(map(str, dashes)))
    first = node["y"] - (len(rows) - 1) * BOX_LINE / 2 + 4.5
    for i, row in enumerate(rows):
        label = _text(group, row, node["x"], first + i * BOX_LINE, size=12, middle=True)
        label.set("fill", ink_of(node, mode))


def _edge(graph: ET.Element, edge: Part, places: Mapping[str, Part], mode: str) -> None:
    """From the right side of one box to the left side of the other, or back."""
    origin, target = places[edge["from"]], places[edge["to"]]
    turn = (target["x"] > origin["x"]) - (target["x"] < origin["x"])
    x1, x2 = origin["x"] + turn * _width(origin) / 2, target["x"] - turn * _width(target) / 2
    y1, y2, middle = origin["y"], target["y"], (x1 + x2) / 2
    colour = line_of(edge, mode)
    group = _titled(graph, str(edge.get("title", "")))
    path = ET.SubElement(
        group,
        "path",
        d=f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}",
        fill="none",
        stroke=colour,
        opacity=OPACITY,
    )
    path.set("stroke-width", f"{edge['width']:.3g}")
    if dashes := edge.get("dashes"):
        path.set("stroke-dasharray", " ".join(map(str, dashes if dashes is not True else (5, 5))))
    if edge.get("arrows", {}).get("middle", {}).get("enabled"):
        _arrow(group, (middle, (y1 + y2) / 2), (x2 - x1, 2 * (y2 - y1)), edge["width"], colour)


def _arrow(
    group: ET.Element,
    at: tuple[float, float],
    way: tuple[float, float],
    width: float,
    colour: str,
) -> None:
    long = max(1e-9, (way[0] ** 2 + way[1] ** 2) ** 0.5)
    dx, dy, size = way[0] / long, way[1] / long, 3 + 0.6 * width
    corners = (
        (at[0] + dx * size, at[1] + dy * size),
        (at[0] - dx * size - dy * size, at[1] - dy * size + dx * size),
        (at[0] - dx * size + dy * size, at[1] - dy * size - dx * size),
    )
    ET.SubElement(
        group, "polygon", points=" ".join(f"{x:.4g},{y:.4g}" for x, y in corners), fill=colour
    )


def _legend(
    texts: ET.Element,
    title: str,
    entries: Iterable[Entry],
    top: float,
    width: float,
    mode: str,
) -> float:
    """Entries in rows under their title; the height at which they end."""
    at = top
    for line in _lines(title, width - 2 * EDGE, 13):
        at += LINE
        _text(texts, line, EDGE, at, size=13)
    x, at = EDGE, at + LINE + 6
    for entry in entries:
        marks = 26.0 * (entry.fill is not None) + 30.0 * (entry.line is not None)
        wide = marks + len(entry.label) * 13 * LETTER + 18
        if x + wide > width - EDGE and x > EDGE:
            x, at = EDGE, at + LINE + 6
        _mark(texts, entry, x, at, mode)
        _text(texts, entry.label, x + marks, at, size=13)
        x += wide
    return at + 8


def _mark(texts: ET.Element, entry: Entry, x: float, at: float, mode: str) -> None:
    if entry.fill is not None:
        box = ET.SubElement(texts, "rect", x=f"{x:g}", y=f"{at - 11:g}", width="18", height="14")
        box.set("rx", "7" if entry.round else "3")
        box.set("fill", entry.fill or GROUND[mode])
        box.set("stroke", BORDER[mode])
        if not entry.fill:
            box.set("stroke-dasharray", "4 3")
        x += 26
    if entry.line is not None:
        line = ET.SubElement(texts, "path", d=f"M{x:g} {at - 4:g}h22", stroke=entry.line)
        line.set("stroke-width", "2" if entry.dashed else "4")
        if entry.dashed:
            line.set("stroke-dasharray", "6 4")


def _titled(parent: ET.Element, title: str) -> ET.Element:
    group = ET.SubElement(parent, "g")
    if title:
        ET.SubElement(group, "title").text = _clean(title)
    return group


def _text(
    parent: ET.Element,
    content: str,
    x: float,
    y: float,
    *,
    size: int,
    bold: bool = False,
    middle: bool = False,
) -> ET.Element:
    made = ET.SubElement(parent, "text", x=f"{x:g}", y=f"{y:g}")
    made.set("font-size", str(size))
    if bold:
        made.set("font-weight", "600")
    if middle:
        made.set("text-anchor", "middle")
    made.text = _clean(content)
    return made


def _rows(node: Part) -> list[str]:
    """Lines of a box, as wide as it is."""
    parts = str(node["label"]).split("\n")
    return [row for part in parts for row in _lines(part, _width(node) - 8, 12)]


def _lines(content: str, width: float, size: int, letter: float = LETTER) -> list[str]:
    return textwrap.wrap(content, max(8, int(width / (size * letter))), break_on_hyphens=False)


def _width(node: Part) -> float:
    return float(node["widthConstraint"]["minimum"])


def _clean(content: str) -> str:
    return NOT_IN_XML.sub(" ", content)
