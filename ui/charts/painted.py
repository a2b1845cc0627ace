"""A drawing with its colours, as the pages show it, for pictures that no page draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui import theme
from ui.charts.network import Drawing
from ui.charts.sankey import GROUND
from ui.charts.shares import BORDER, PLAIN

FACE = (
    "Source Sans 3, Source Sans, Segoe UI, Helvetica Neue, Arial, Liberation Sans, "
    "DejaVu Sans Condensed, sans-serif"
)
"""Letters of a file: the machine that opens it may lack ours, so narrow ones follow."""
MUTED_INK = {"light": "#4A5560", "dark": "#AEB6C0"}
LINES = {
    "plain": PLAIN,
    "cut": {"light": "#8F6F00", "dark": "#F6D743"},
    "action": theme.ACTION,
}
"""Lines by the names that the view gives them."""


Part = Mapping[str, Any]
"""A node, an edge or a head of a drawing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with what stands around it on a page; the fields are as of `network_view`."""

    drawing: Drawing
    finding: str
    legend: str
    fills: bool = True
    key: Sequence[Mapping[str, object]] = ()

    @property
    def nodes(self) -> Sequence[Part]:
        return self.drawing.nodes

    @property
    def edges(self) -> Sequence[Part]:
        return self.drawing.edges

    @property
    def heads(self) -> Sequence[Part]:
        return self.drawing.heads

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the middles of all that is drawn."""
        xs = [each["x"] for each in (*self.nodes, *self.heads)] or [0.0]
        ys = [node["y"] for node in self.nodes] or [0.0]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: a box, a line or both; `fill` is empty for a hollow box."""

    label: str
    fill: str | None = None
    line: str | None = None
    dashed: bool = False
    round: bool = False


def fill_of(node: Part, mode: str) -> str:
    """Of a box; what has no share has the colour of the ground."""
    fill = str(node["color"]["background"])
    return fill if fill.startswith("#") else GROUND[mode]


def ink_of(node: Part, mode: str) -> str:
    fill = str(node["color"]["background"])
    return theme.ink_on(fill) if fill.startswith("#") else theme.INKS[mode]


def line_of(edge: Part, mode: str) -> str:
    """Of a flow: by what touched China, or whether it leaves a cut."""
    if edge.get("cut"):
        return LINES["cut"][mode]
    step = edge.get("step")
    return PLAIN[mode] if step is None else theme.LINE_RAMP[mode][step]


def frame_of(node: Part, mode: str) -> str:
    return theme.INKS[mode] if node.get("borderWidth", 1) > 1 else BORDER[mode]


def legend(picture: Picture, mode: str) -> Iterator[Entry]:
    """What the colours mean, without what only a selection shows."""
    if picture.key:
        for each in picture.key:
            if each.get("frame") or each.get("line") == "action":
                continue
            line = each.get("line")
            yield Entry(
                str(each["label"]),
                None if line else str(each.get("fill", "")),
                LINES[str(line)][mode] if line else None,
                bool(each.get("dashed")),
                bool(each.get("round")),
            )
        return
    ramp = zip(theme.CHINA_RAMP, theme.LINE_RAMP[mode], theme.CHINA_RAMP_WORDS, strict=True)
    for fill, line_colour, word in ramp:
        yield Entry(word, fill if picture.fills else None, line_colour)
    if picture.fills:
        yield Entry("not applicable", "")
    yield Entry("along known links", line=PLAIN[mode])
    yield Entry("assumed", line=PLAIN[mode], dashed=True)
