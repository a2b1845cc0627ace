"""Every named link opens complete, light and dark; its picture is kept in artefacts/screens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser_app import ROOT, calm, watch
from named_links import NAMED_LINKS, NamedLink
from pictures import ARE_TAKEN, take_or_compare
from playwright.sync_api import Browser, expect

SCREENS = ROOT / "artefacts" / "screens"
WIDE, PHONE = (1440, 900), (390, 844)
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 28)"}
STORE_MS = 90_000


def looks() -> Iterator[tuple[str, str, tuple[int, int]]]:
    for name, link in NAMED_LINKS.items():
        for theme in link.pictured if ARE_TAKEN else GROUND:
            yield name, theme, WIDE
        if link.on_a_phone and not ARE_TAKEN:
            yield name, "light", PHONE


@pytest.mark.parametrize(("name", "theme", "size"), list(looks()))
def test_a_named_link_opens_complete(
    app: str, browser: Browser, name: str, theme: str, size: tuple[int, int]
) -> None:
    link: NamedLink = NAMED_LINKS[name]
    with watch(browser, *size, color_scheme=theme) as watched:
        page = watched.page
        page.goto(f"{app}{link.path}")
        said = page.get_by_role("heading", name=re.compile(link.says))
        expect(said.first).to_be_visible(timeout=STORE_MS)
        for drawn in () if size == PHONE else link.draws:
            expect(page.locator(drawn).first).to_be_visible(timeout=STORE_MS)
        calm(page)
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}-{theme}-{size[0]}.png")
        if size == WIDE and theme in link.pictured:
            take_or_compare(page, f"{name}-{theme}")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
        ground = page.get_by_test_id("stApp").evaluate(
            "app => getComputedStyle(app).backgroundColor"
        )
        assert ground == GROUND[theme]
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        watched.assert_clean()
