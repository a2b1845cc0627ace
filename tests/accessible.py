"""WCAG 2.2 A and AA, as far as axe can tell.

axe-core 4.14.1 (`npm pack axe-core@4.14.1`, MPL-2.0) lies in tests/axe and does not ship.
What is drawn on a canvas it cannot judge: the table twins stand beside it.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SERIOUS = ("serious", "critical")


def serious(page: Page) -> list[tuple[str, list[str], str]]:
    """What axe finds serious on the page as it is: its rule, where, and the HTML there."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert found["passes"], "axe looked at nothing"
    return [
        (each["id"], node["target"], node["html"][:200])
        for each in found["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]
