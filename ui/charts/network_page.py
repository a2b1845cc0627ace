"""A drawing as one page that opens from the disk and asks no other machine.

pyvis writes it with vis-network inside. Its page would still ask for Bootstrap, put a heading
raw, and show every tooltip as HTML as soon as one holds "href": so the tags go, the heading stays
empty, and tooltips travel under another name until the page hands them to vis-network as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from pyvis.network import Network as PyvisNetwork  # type: ignore[import-untyped]

from graph.model import Source
from ui import text, theme
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

OUTSIDE = re.compile(
    r"""<link\s[^>]*?href="https?:[^>]*>|<script\s+src="https?:[^>]*></script>"""
    r"""|<center>\s*<h1>\s*</h1>\s*</center>|<!--.{0,300}?-->""",
    re.DOTALL,
)
"""What of pyvis' page asks other machines or is empty."""
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
AFTER = """<script>
for (const drawn of [nodes, edges]) {
  drawn.update(drawn.map(each => ({ id: each.id, title: each.hint })));
}
const fill = () => {
  const spots = Object.values(network.getPositions()), box = document.getElementById("mynetwork");
  const span = (axis, room) => {
    const found = spots.map(spot => spot[axis]);
    const low = Math.min(...found), high = Math.max(...found);
    return { middle: (low + high) / 2, long: high - low + room };
  };
  const across = span("x", 170), down = span("y", 80);
  const scale = Math.min(1.3, box.clientWidth / across.long, box.clientHeight / down.long);
  network.moveTo({ position: { x: across.middle, y: down.middle }, scale });
};
network.once("afterDrawing", fill);
network.on("resize", fill);
</script>"""
"""Hands tooltips over as text, and lets the picture fill its frame."""
WIDE = 1200.0
"""Pixels of a page, for the height of the picture in it."""
STYLE = """
body { font: 16px/1.45 FACE; color: INK;
  background: GROUND; max-width: 1400px; margin: 0 auto; padding: 16px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 12px; }
#mynetwork { float: none; box-sizing: border-box; border: 1px solid BORDER; border-radius: 6px; }
div.vis-tooltip { font: inherit; font-size: 14px; white-space: pre; color: #1F2933;
  background: #FFFFFF; border: 1px solid #7B8794; border-radius: 6px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 14px; margin: 8px 0 16px; }
.legend b { flex-basis: 100%; font-weight: 400; }
.legend span { display: inline-flex; align-items: center; gap: 6px; }
.legend i { width: 18px; height: 14px; border: 1px solid BORDER; border-radius: 3px; }
.legend i.none { border-style: dashed; } .legend i.round { border-radius: 7px; }
.legend u { width: 22px; border-top: 4px solid; }
.legend u.dashed { border-top: 2px dashed; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; font-size: 14px; }
dt { color: SOFT; } dd { margin: 0; overflow-wrap: anywhere; }
li, p { font-size: 14px; } summary { cursor: pointer; } a { color: ACTION; }
"""

Data = dict[str, Any]


def page(
    picture: Picture, facts: Sequence[tuple[str, str]], sources: Iterable[Source], mode: str
) -> str:
    """The page: finding, picture, legend, `facts` and publications. `mode` is light or dark."""
    drawn = OUTSIDE.sub("", _pyvis(picture, mode)).strip()
    title = escape(picture.finding)
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} | magnetrace</title>\n"
    )
    drawn = re.sub(r"^<html>\s*<head>\s*", lambda _: head, drawn)
    drawn = _before(drawn, "</head>", f"<style>{_style(mode)}</style>\n")
    drawn = _before(drawn, '<div class="card"', f"<main>\n<h1>{title}</h1>\n")
    told = [AFTER, _legend(picture, mode), _facts(facts), _sources(sources), "</main>\n"]
    return _before(drawn, "</body>", "\n".join(told)) + "\n"


def _pyvis(picture: Picture, mode: str) -> str:
    net = PyvisNetwork(
        height=f"{_height(picture):.0f}px",
        width="100%",
        directed=True,
        cdn_resources="in_line",
        bgcolor=GROUND[mode],
    )
    net.nodes = [*(_node(node, mode) for node in picture.nodes), *_heads(picture, mode)]
    net.edges = [_edge(edge, mode) for edge in picture.edges]
    options: Data = picture.drawing.options
    net.options = options | {
        "physics": {"enabled": False},
        "interaction": options["interaction"] | {"zoomView": True},
        "nodes": {"font": {"size": 12, "face": FACE}},
    }
    return str(net.generate_html())


def _node(node: Part, mode: str) -> Data:
    fill, frame = fill_of(node, mode), frame_of(node, mode)
    same = {"background": fill, "border": frame}
    chosen = same | {"border": theme.ACTION[mode]}
    return _hinted(node) | {
        "color": same | {"highlight": chosen, "hover": chosen},
        "font": {"color": ink_of(node, mode)},
    }


def _edge(edge: Part, mode: str) -> Data:
    colour = line_of(edge, mode)
    painted = {"color": colour, "highlight": colour, "hover": colour, "opacity": 0.75}
    return _hinted(edge) | {"color": painted}


def _hinted(each: Part) -> Data:
    """Its tooltip under a name that pyvis does not look at."""
    return {("hint" if key == "title" else key): value for key, value in each.items()}


def _heads(picture: Picture, mode: str) -> list[Data]:
    """The names of the columns, as texts above them."""
    top = picture.frame[1]
    return [
        {
            "id": f"head {number}",
            "label": head["label"],
            "x": head["x"],
            "y": top - 44,
            "shape": "text",
            "physics": False,
            "font": {"size": 16, "face": FACE, "color": theme.INKS[mode]},
        }
        for number, head in enumerate(picture.heads)
    ]


def _height(picture: Picture) -> float:
    """As high as what is drawn, where it fills the width."""
    left, top, right, bottom = picture.frame
    return max(240.0, (bottom - top + 130) * min(1.3, WIDE / (right - left + 170)))


def _legend(picture: Picture, mode: str) -> str:
    entries = "".join(map(_entry, legend(picture, mode)))
    return f'<div class="legend"><b>{escape(picture.legend)}</b>{entries}</div>'


def _entry(entry: Entry) -> str:
    marks = ""
    if entry.fill is not None:
        kind = " ".join(("none",) * (not entry.fill) + ("round",) * entry.round)
        ground = f' style="background:{entry.fill}"' if entry.fill else ""
        marks += f'<i class="{kind}"{ground}></i>'
    if entry.line is not None:
        kind = "dashed" if entry.dashed else ""
        marks += f'<u class="{kind}" style="border-top-color:{entry.line}"></u>'
    return f"<span>{marks}{escape(entry.label)}</span>"


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = (f"<dt>{escape(head)}</dt><dd>{escape(said)}</dd>" for head, said in facts)
    return f"<dl>{''.join(rows)}</dl>"


def _sources(sources: Iterable[Source]) -> str:
    items = [f"<li>{escape(_citation(source))}{_address(source.url)}</li>" for source in sources]
    count = text.plural(len(items), "publication")
    return (
        f"<details><summary>The {count} behind the network</summary>"
        f"<ol>{''.join(items)}</ol></details>"
    )


def _citation(source: Source) -> str:
    return ", ".join(filter(None, (source.title, source.publisher, source.date)))


def _address(url: str) -> str:
    """A link for people to follow, where it is an ordinary address."""
    known = text.web_address(url)
    return f', <a href="{escape(known)}" rel="noreferrer">{escape(known)}</a>' if known else ""


def _style(mode: str) -> str:
    names = {
        "FACE": FACE,
        "INK": theme.INKS[mode],
        "GROUND": GROUND[mode],
        "BORDER": BORDER[mode],
        "SOFT": MUTED_INK[mode],
        "ACTION": theme.ACTION[mode],
    }
    return re.sub("|".join(names), lambda found: names[found[0]], STYLE)


def _before(page: str, mark: str, content: str) -> str:
    """Put in before the last place of a mark; what is inlined above may hold the same letters."""
    at = page.rindex(mark)
    return page[:at] + content + page[at:]
