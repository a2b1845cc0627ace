"""A graph that answers to clicks: built by pyvis, drawn with the vis-network file pyvis ships.

Nothing is asked from outside. The library travels once a session in a component of its own, whose
message never changes; after that the browser tells which drawing it holds, and only what changed
is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pyvis  # type: ignore[import-untyped]
import streamlit as st

from ui import theme
from ui.charts.network import Drawing

HERE = Path(__file__).parent
LIBRARY_READY = """
export default function () { globalThis.dispatchEvent(new Event("network-library")); }
"""
RAMP = {"colours": list(theme.CHINA_RAMP), "words": list(theme.CHINA_RAMP_WORDS)}
DAMAGE = {
    "colours": list(theme.DAMAGE),
    "words": list(theme.DAMAGE_LEGEND),
    "limits": list(theme.DAMAGE_LIMITS),
}


def network_view(
    drawing: Drawing,
    *,
    key: str,
    label: str,
    legend: str,
    selected: str = "",
    marked: Sequence[str] = (),
    way: Mapping[str, float] | None = None,
    key_entries: Sequence[Mapping[str, object]] = (),
    signs: Sequence[str] = (),
    frames: Mapping[str, Sequence[float]] | None = None,
    week: int = 0,
    fills: bool = True,
    on_click: Callable[[], None] = lambda: None,
    on_week: Callable[[], None] = lambda: None,
) -> None:
    """Draw, and call back on a click on a box and on a week chosen.

    `label` says the finding to those who cannot see it. `frames` holds, by node, the activity of
    each week (1 is normal) and turns the share colours into damage colours. `fills` says whether
    boxes carry a share beside the lines. `marked` nodes and edges get a dashed frame or the colour
    of a selection. `way` holds, by edge, the share (0..1) of what the selected box receives or
    sends: how strongly an edge stays that does not touch it. `key_entries` explain the picture in
    place of the usual legend: each has a `label` and either a `line` (name of a colour in view.js,
    may be `dashed`) or a box (`fill`, `round`, `thick`, `frame`). `signs` are words at the
    end of the legend. Callbacks read `clicked(key)` and `week_of(key)`.
    """
    library, view = _components()
    library(key=f"{key}-library", height=1)
    held = (st.session_state.get(key) or {}).get("have")
    content = {
        "nodes": drawing.nodes,
        "edges": drawing.edges,
        "heads": drawing.heads,
        "options": drawing.options,
        "ground": drawing.ground,
        "window": list(drawing.window),
    }
    view(
        key=key,
        data={
            "view": key,
            "revision": drawing.revision,
            "drawing": None if held == drawing.revision else content,
            "label": label,
            "legend": legend,
            "selected": selected,
            "marked": list(marked),
            "way": way,
            "key": list(key_entries) or None,
            "signs": list(signs),
            "frames": frames,
            "week": week,
            "fills": fills,
            "ramp": RAMP,
            "damage": DAMAGE,
        },
        on_clicked_change=on_click,
        on_week_change=on_week,
        on_have_change=lambda: None,
    )


def clicked(key: str) -> str:
    """The id of the node just clicked; empty for a click on the ground."""
    event = (st.session_state.get(key) or {}).get("clicked") or {}
    return str(event.get("id") or "")


def week_of(key: str) -> int:
    """The week last chosen in the player."""
    return int((st.session_state.get(key) or {}).get("week") or 0)


@cache
def _components() -> tuple[Callable[..., object], Callable[..., object]]:
    folder = Path(pyvis.__file__).parent / "templates" / "lib"
    source = max(folder.glob("vis-*/vis-network.min.js")).read_text("utf-8")
    library = st.components.v2.component(
        "magnetrace_network_library", html="<span hidden></span>", js=source + LIBRARY_READY
    )
    view = st.components.v2.component(
        "magnetrace_network_view",
        html=(HERE / "view.html").read_text("utf-8"),
        css=(HERE / "view.css").read_text("utf-8"),
        js=(HERE / "view.js").read_text("utf-8"),
    )
    return library, view
