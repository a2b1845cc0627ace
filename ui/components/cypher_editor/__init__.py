"""A text field for Cypher that colours, completes and marks: CodeMirror in a component of our own.

The library, built by tools/editor, travels once a session in a component whose message never
changes. Without it the field is a plain text area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypedDict

import streamlit as st

from graph.store.contents import Contents, Kind
from ui.components.heard import as_map, as_number, as_text, heard
from ui.viewmodels.keywords import FUNCTIONS, KEYWORDS
from ui.viewmodels.marks import Mark

HERE = Path(__file__).parent
HINT = "MATCH (s:Site {country: 'AUS'})-[f:SUPPLIES]->(t:Site)\nRETURN s, f, t"


def cypher_editor(
    *,
    key: str,
    text: str,
    revision: int,
    most: int,
    contents: Contents | None,
    parameters: Sequence[str],
    marks: Sequence[Mark],
    on_sent: Callable[[], None],
) -> None:
    """Show the field. `text` is put into it when `revision` changes; `marks` are those of `text`.

    `on_sent` is called half a second after the last key, on leaving the field and on Ctrl-Enter,
    and reads what was sent by `sent(key)`.
    """
    library, view = _components()
    library(key=f"{key}-library", height=1)
    view(
        key=key,
        data={
            "label": "Cypher",
            "hint": HINT,
            "text": text,
            "revision": revision,
            "most": most,
            "words": {
                "keywords": list(KEYWORDS),
                "functions": list(FUNCTIONS),
                "labels": [_kind(kind) for kind in contents.labels] if contents else [],
                "types": [_kind(kind) for kind in contents.types] if contents else [],
                "parameters": list(parameters),
            },
            "marks": {"of": text, "found": [mark.shown(text) for mark in marks]},
        },
        on_sent_change=on_sent,
    )


class Sent(TypedDict):
    """`at` is another one each time; `run` says that Ctrl-Enter was pressed."""

    text: str
    at: float
    run: bool


def sent(key: str) -> Sent | None:
    """What the browser sent last; None where it has sent nothing that can be used."""
    given = as_map(heard(key).get("sent"))
    text = as_text(given.get("text"))
    if text is None:
        return None
    return Sent(text=text, at=as_number(given.get("at")), run=bool(given.get("run")))


def _kind(kind: Kind) -> Mapping[str, object]:
    return {"name": kind.name, "count": kind.count, "properties": list(kind.properties)}


@cache
def _components() -> tuple[Callable[..., object], Callable[..., object]]:
    library = st.components.v2.component(
        "magnetrace_cypher_library",
        html="<span hidden></span>",
        js=(HERE / "codemirror.js").read_text("utf-8"),
    )
    view = st.components.v2.component(
        "magnetrace_cypher_editor",
        html=(HERE / "view.html").read_text("utf-8"),
        css=(HERE / "view.css").read_text("utf-8"),
        js=(HERE / "view.js").read_text("utf-8"),
    )
    return library, view
