"""WCAG 2.2 A and AA, as far as axe can tell: nothing serious on any page, in either theme.

axe-core 4.14.1 (`npm pack axe-core@4.14.1`, MPL-2.0) lies in tests/axe and does not ship.
What is drawn on a canvas it cannot judge: the table twins stand beside it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_app import calm, watch
from playwright.sync_api import Browser, expect

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SERIOUS = ("serious", "critical")
PAGES = (
    "/",
    "/chain?box=magnet%7CJPN",
    "/chain?picture=sankey&box=magnet%7CJPN",
    "/chain?picture=map",
    "/chain?country=EST",
    "/chain?box=magnet%7CJPN&focus=1",
    "/chokepoints?whose=EV",
    "/scenario",
    "/compare",
    "/scenario?cards=1&picture=map&event=PE026",
    "/query",
    "/data",
    "/data?tab=validation",
    "/data?tab=upload",
    "/data?tab=glossary",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_stands_in_the_way(
    app: str, browser: Browser, path: str, theme: str
) -> None:
    with watch(browser, color_scheme=theme) as watched:
        page = watched.page
        page.goto(f"{app}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        calm(page)
        page.evaluate(AXE)
        found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        assert found["passes"], "axe looked at nothing"
        serious = [
            (each["id"], node["target"], node["html"][:200])
            for each in found["violations"]
            if each["impact"] in SERIOUS
            for node in each["nodes"]
        ]
        assert serious == []


def test_axe_finds_what_it_should(browser: Browser) -> None:
    with watch(browser) as watched:
        watched.page.set_content("<html lang=en><title>t</title><img src='data:,'></html>")
        watched.page.evaluate(AXE)
        found = watched.page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        assert "image-alt" in {each["id"] for each in found["violations"]}
