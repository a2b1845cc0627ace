"""Graphs for the network view: pyvis builds nodes and edges, positions come from the layout.

Labels and tooltips are plain text; the view draws them on a canvas and never as HTML.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyvis.network import Network as PyvisNetwork  # type: ignore[import-untyped]

from graph.model import Confidence
from ui import text, theme
from ui.viewmodels.answer import AnswerGraph, node_name
from ui.viewmodels.chain import HEADS, Box, Chain, Link, lens_value
from ui.viewmodels.cut_chain import CutChain, CutSite
from ui.viewmodels.layout import Layout, grid, layered
from ui.viewmodels.plants import Plants

BOX_WIDTH = 128
BOX_LETTERS = 20
"""Of a name that stay on one line of a box."""
SITE_WIDTH = 146
CUT_RADIUS = 20
"""Round ends for the sites of a cut, which differ in shape, not only in colour."""
CUT_LETTERS = 20
MUCH = 0.05
"""Share of a cut from which a site has a thick frame."""
CUT_KEY: tuple[Mapping[str, object], ...] = (
    {"label": "site of the cut", "fill": theme.CUT, "round": True},
    {"label": "5 % of the cut or more", "fill": theme.CUT, "round": True, "thick": True},
    {"label": "other site"},
    {"label": "flow from the cut", "line": "cut"},
    {"label": "other flow", "line": "plain"},
    {"label": "assumed", "line": "plain", "dashed": True},
    {"label": "picked here", "frame": "solid"},
    {"label": "picked in the ranks", "frame": "dashed"},
    {"label": "corridor picked in the ranks", "line": "action"},
)
"""What the shapes and lines of `cut_drawing` mean."""
CLEAR = "rgba(0,0,0,0)"
NO_DATA_BORDER = "#7B8794"

Data = dict[str, object]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the view needs to draw once; `revision` changes when any of it does.

    `ground` are lines below all else, x and y in turn; `window` (left, top, right, bottom) is what
    is seen at first, all nodes where it is empty.
    """

    nodes: list[Data]
    edges: list[Data]
    heads: list[Data]
    options: Data
    ground: list[list[float]] = field(default_factory=list)
    window: tuple[float, ...] = ()
    revision: str = field(default="")

    def __post_init__(self) -> None:
        content = json.dumps(
            [self.nodes, self.edges, self.heads, self.options, self.ground, self.window]
        )
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        object.__setattr__(self, "revision", digest)


def chain_drawing(chain: Chain, lens: str) -> Drawing:
    """Stage x country boxes with the links large enough to draw."""
    layout = grid({b.id: (b.stage.order, b.row) for b in chain.boxes.values()}, HEADS)
    net = PyvisNetwork(directed=True)
    for box in chain.boxes.values():
        value = lens_value(box, lens)
        _add_box(net, box.id, _box_label(box, value), layout, value, BOX_WIDTH, _box_title(box))
    names = {box.id: f"{box.name}, {box.stage.label}" for box in chain.boxes.values()}
    drawn = [link for link in chain.links if link.drawn]
    _add_links(net, drawn, layout, names, chain.item.unit)
    return _drawing(net, layout, font=14)


def plants_drawing(plants: Plants, unit: str) -> Drawing:
    """The sites of one box between those that supply them and those they supply."""
    layout = layered(
        plants.columns(), ((link.origin, link.target) for link in plants.links if link.drawn)
    )
    net = PyvisNetwork(directed=True)
    for plant in plants.plants:
        id, name = plant.site.id, plant.site.name
        title = f"{name}\n{text.tonnes(plant.amount)} {unit.removeprefix('t ')} a year"
        label = text.shorten(text.abbreviate(name), 38)
        _add_box(net, id, label, layout, plant.touch.highest, SITE_WIDTH, title, plant.in_focus)
    names = {plant.site.id: plant.site.name for plant in plants.plants}
    _add_links(net, [link for link in plants.links if link.drawn], layout, names, unit)
    return _drawing(net, layout, font=13)


def answer_drawing(graph: AnswerGraph) -> Drawing:
    """The nodes and relationships of a query's answer."""
    ends = [(edge.start, edge.end) for edge in graph.edges]
    layout = layered(graph.columns, ends)
    net = PyvisNetwork(directed=True)
    names = {key: node_name(node) for key, node in graph.nodes.items()}
    for key, name in names.items():
        label = text.shorten(name, 38)
        _add_box(net, key, label, layout, math.nan, SITE_WIDTH, name, dashed=False)
    for edge in graph.edges:
        share = edge.properties.get("china_share")
        net.add_edge(
            edge.start,
            edge.end,
            id=edge.key,
            width=2,
            step=theme.ramp_class(share) if isinstance(share, float) else None,
            dashes=edge.properties.get("confidence") == Confidence.ASSUMED.value,
            arrows=_heads(layout, edge.start, edge.end),
            title=f"{names[edge.start]} {edge.type} {names[edge.end]}",
        )
    return _drawing(net, layout, font=13)


def cut_drawing(view: CutChain) -> Drawing:
    """The way to some end uses; the sites of the cut, and the flows that leave them, stand out."""
    drawn = [link for link in view.links if link.drawn]
    layout = layered(view.columns(), ((link.origin, link.target) for link in drawn))
    net = PyvisNetwork(directed=True)
    for each in view.sites:
        id, title = each.site.id, _cut_title(each, view.element)
        label = text.shorten(text.abbreviate(each.site.name), 38)
        _add_box(net, id, label, layout, math.nan, SITE_WIDTH, title, dashed=False)
        if each.share is not None:
            net.get_node(id).update(
                label=f"{text.shorten(text.abbreviate(each.site.name), CUT_LETTERS)}\n"
                f"{text.share(each.share)} of the cut",
                color={"background": theme.CUT, "border": NO_DATA_BORDER},
                borderWidth=3 if each.share >= MUCH else 1,
                shapeProperties={"borderRadius": CUT_RADIUS, "borderDashes": False},
            )
    names = {each.site.id: each.site.name for each in view.sites}
    _add_links(net, drawn, layout, names, f"t {view.element}")
    cut = {each.site.id for each in view.sites if each.share is not None}
    for edge in net.edges:
        edge.update(cut=edge["from"] in cut, step=None)
    return _drawing(net, layout, font=13)


def _cut_title(each: CutSite, element: str) -> str:
    lines = [f"{each.site.name}, {each.site.stage.label}, {each.site.country}"]
    lines.append(f"{text.tonnes(each.tonnes)} {text.ELEMENT_NAMES[element]} a year on this way")
    if each.share is not None:
        lines.append(f"{text.share(each.share)} of the cut")
    return "\n".join(lines)


def _box_label(box: Box, value: float) -> str:
    below = text.tonnes(box.amount) if box.outside else text.share(value)
    return f"{text.shorten(box.name, BOX_LETTERS)}\n{below}"


def _box_title(box: Box) -> str:
    lines = [f"{box.name}, {box.stage.label}: {text.plural(len(box.sites), 'site')}"]
    if not box.outside:
        lines.append(f"{text.share(box.share)} of this stage")
    if box.touch.element:
        element = text.ELEMENT_NAMES[box.touch.element]
        lines.append(f"{text.share(box.touch.highest)} touched China ({element})")
    return "\n".join(lines)


def _add_box(
    net: PyvisNetwork,
    id: str,
    label: str,
    layout: Layout,
    value: float,
    width: int,
    title: str,
    strong: bool = False,
    dashed: bool = True,
) -> None:
    known = not math.isnan(value)
    fill = theme.ramp(value) if known else CLEAR
    x, y = layout.points[id]
    net.add_node(
        id,
        label=label,
        title=title,
        x=x,
        y=y,
        shape="box",
        physics=False,
        color={"background": fill, "border": NO_DATA_BORDER},
        borderWidth=2 if strong else 1,
        shapeProperties={
            "borderRadius": 5,
            "borderDashes": [4, 3] if dashed and not known else False,
        },
        widthConstraint={"minimum": width, "maximum": width},
        margin=5,
    )


def _add_links(
    net: PyvisNetwork,
    links: Iterable[Link],
    layout: Layout,
    names: Mapping[str, str],
    unit: str,
) -> None:
    links = sorted(links, key=lambda link: link.amount)
    largest = max((link.amount for link in links), default=1.0)
    for link in links:
        share = link.touch.highest
        known = not math.isnan(share)
        net.add_edge(
            link.origin,
            link.target,
            id=link.id,
            width=1.0 + 9.0 * math.sqrt(link.amount / largest),
            step=theme.ramp_class(share) if known else None,
            dashes=[7, 4] if link.assumed else False,
            arrows=_heads(layout, link.origin, link.target),
            title=f"{names[link.origin]} to {names[link.target]}\n"
            f"{text.tonnes(link.amount)} {unit.removeprefix('t ')} a year, "
            f"{'assumed' if link.assumed else 'along known links'}\n"
            + (
                f"{text.share(share)} touched China ({text.ELEMENT_NAMES[link.touch.element]})"
                if known
                else "no content followed"
            ),
        )


def _heads(layout: Layout, origin: str, target: str) -> Data:
    """An arrowhead half-way, where no other box can stand in its place."""
    columns = sorted({x for x, _ in layout.points.values()})
    steps = columns.index(layout.points[target][0]) - columns.index(layout.points[origin][0])
    return {"middle": {"enabled": abs(steps) == 1, "scaleFactor": 0.35}}


def _drawing(net: PyvisNetwork, layout: Layout, font: int) -> Drawing:
    nodes, edges, *_ = net.get_network_data()
    return Drawing(
        nodes=nodes,
        edges=edges,
        heads=[{"label": label, "x": x} for label, x in layout.heads],
        options=options_of(font),
    )


def options_of(font: int) -> Data:
    """Of every drawing: it stands still, and answers to pointer and keys."""
    return {
        "physics": False,
        "layout": {"improvedLayout": False},
        "interaction": {
            "hover": True,
            "dragNodes": False,
            "zoomView": False,
            "tooltipDelay": 150,
            "multiselect": False,
            "selectConnectedEdges": False,
            "keyboard": {"enabled": True, "bindToWindow": False, "autoFocus": False},
        },
        "nodes": {"font": {"size": font, "face": "Source Sans, sans-serif"}},
        "edges": {
            "smooth": {
                "type": "cubicBezier",
                "forceDirection": "horizontal",
                "roundness": 0.5,
            },
        },
    }
