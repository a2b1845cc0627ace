"""A graph that answers to clicks: built by pyvis, drawn with the vis-network file pyvis ships.

Nothing is asked from outside. The library and our code travel once a session in a component of its
own, whose message never changes. A drawing and its weeks are sent once as well, until they change
or the browser says that it has lost them; telling what it holds would cost a run of the page each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pyvis  # type: ignore[import-untyped]
import streamlit as st

from ui import offers, theme
from ui.charts.network import Drawing
from ui.charts.painted import Picture
from ui.components.heard import as_id, as_map, as_number, heard
from ui.state import MAX_WEEK

HERE = Path(__file__).parent
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
    if not frames:  # the colours of a week are the browser's
        offers.picture(Picture(drawing, label, legend, fills, key_entries))
    _, view = _components()
    weeks = _revision(frames) if frames else ""
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
            "drawing": content if _is_new(key, "drawing", drawing.revision) else None,
            "label": label,
            "legend": legend,
            "selected": selected,
            "marked": list(marked),
            "way": way,
            "key": list(key_entries) or None,
            "weeks": weeks,
            "frames": frames if _is_new(key, "weeks", weeks) else None,
            "signs": list(signs),
            "week": week,
            "fills": fills,
            "ramp": RAMP,
            "damage": DAMAGE,
        },
        on_clicked_change=on_click,
        on_week_change=on_week,
        on_lost_change=lambda: None,
    )


def network_library() -> None:
    """What draws, at the foot of every page: it comes with the first one and never again."""
    library, _ = _components()
    library(key="network-library", height=1)


def _revision(frames: Mapping[str, Sequence[float]]) -> str:
    return hashlib.sha256(repr(sorted(frames.items())).encode()).hexdigest()[:16]


def _is_new(key: str, part: str, revision: str) -> bool:
    """Whether the browser does not hold a part of a picture yet, as far as can be known here."""
    session = st.session_state
    # Streamlit forgets a component that the last run of the page did not show.
    sent = None if session.get(key) is None else session.get(f"{key}-{part}")
    session[f"{key}-{part}"] = now = (revision, heard(key).get("lost"))
    return sent != now


def clicked(key: str) -> str:
    """The id of the node just clicked; empty for a click on the ground."""
    return as_id(as_map(heard(key).get("clicked")).get("id"))


def week_of(key: str) -> int:
    """The week last chosen in the player, 0 to MAX_WEEK."""
    return int(min(max(as_number(heard(key).get("week")), 0), MAX_WEEK))


@cache
def _components() -> tuple[Callable[..., object], Callable[..., object]]:
    folder = Path(pyvis.__file__).parent / "templates" / "lib"
    source = max(folder.glob("vis-*/vis-network.min.js")).read_text("utf-8")
    ours = (HERE / "view.js").read_text("utf-8")
    library = st.components.v2.component(
        "magnetrace_network_library", html="<span hidden></span>", js=f"{source}\n{ours}"
    )
    view = st.components.v2.component(
        "magnetrace_network_view",
        html=(HERE / "view.html").read_text("utf-8"),
        css=(HERE / "view.css").read_text("utf-8"),
        js=(HERE / "entry.js").read_text("utf-8"),
    )
    return library, view
