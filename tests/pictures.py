"""The pictures of the guide: `make screenshots` takes them, and the screens test holds what they
said against what the page says now."""

from __future__ import annotations

import json
import os

from browser_app import ROOT
from playwright.sync_api import Page

FOLDER = ROOT / "docs" / "screenshots"
SAID = FOLDER / "said.json"
ARE_TAKEN = bool(os.environ.get("MAGNETRACE_SCREENSHOTS"))
"""Whether pictures are to be taken anew instead of compared."""


SIZE = (1440, 820)
SPOKEN = """height => [...document.querySelectorAll(
        'h1, h2, h3, [data-testid="stMarkdownContainer"] p')]
    .filter(part => part.matches('h1, h2, h3') || /[0-9]/.test(part.innerText))
    .filter(part => part.checkVisibility() && part.getBoundingClientRect().bottom < height)
    .map(part => part.innerText)"""
"""Headings, and all that holds a figure, as far as they are in the picture, in their order."""


def said() -> dict[str, list[str]]:
    """What stood in each picture when it was taken."""
    found: dict[str, list[str]] = json.loads(SAID.read_text("utf-8"))
    return found


def take_or_compare(page: Page, name: str) -> None:
    """Take the picture and note what it says, or fail where the page says something else."""
    now = page.evaluate(SPOKEN, SIZE[1])
    assert len(now) > 2
    if not ARE_TAKEN:
        assert now == said()[name], f"the picture {name} is stale; run: make screenshots"
        return
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(
        path=FOLDER / f"{name}.png", clip={"x": 0, "y": 0, "width": SIZE[0], "height": SIZE[1]}
    )
    kept = dict(sorted(((said() if SAID.exists() else {}) | {name: now}).items()))
    SAID.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
