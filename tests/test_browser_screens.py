"""Every named link opens complete, light and dark, and axe finds nothing serious on it.

The theme changes under an open page, as when the evening comes. Pictures are kept in
artefacts/screens.
"""

from __future__ import annotations

import re

import pytest
from accessible import serious
from browser_app import ROOT, calm, watch
from named_links import NAMED_LINKS, NamedLink
from pictures import ARE_TAKEN, take_or_compare
from playwright.sync_api import Browser, Page, expect

SCREENS = ROOT / "artefacts" / "screens"
WIDE, PHONE = (1440, 900), (390, 844)
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 28)"}
STORE_MS = 90_000
EVERY_CHART = """() => [...document.querySelectorAll(".js-plotly-plot, .net")]
    .every(chart => chart.getBoundingClientRect().width > 0)"""
VISITED = [name for name, link in NAMED_LINKS.items() if link.pictured or not ARE_TAKEN]
ON_A_PHONE = [name for name, link in NAMED_LINKS.items() if link.on_a_phone and not ARE_TAKEN]


def look(page: Page, link: NamedLink, name: str, theme: str) -> None:
    """The page once it is complete: all there, on the ground of its theme, nothing too wide."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    expect(page.get_by_role("heading", name=re.compile(link.says)).first).to_be_visible(
        timeout=STORE_MS
    )
    for drawn in () if width == PHONE[0] else link.draws:
        expect(page.locator(drawn).first).to_be_visible(timeout=STORE_MS)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[theme])
    calm(page)
    page.wait_for_function(EVERY_CHART)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}-{theme}-{width}.png")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", VISITED)
def test_a_named_link_opens_complete_and_nothing_serious_stands_in_the_way(
    app: str, browser: Browser, name: str
) -> None:
    link = NAMED_LINKS[name]
    with watch(browser, *WIDE, color_scheme="light") as watched:
        page = watched.page
        page.goto(f"{app}{link.path}")
        for theme in GROUND:
            page.emulate_media(color_scheme=theme)
            look(page, link, name, theme)
            if theme in link.pictured:
                take_or_compare(page, f"{name}-{theme}")
            assert serious(page) == []


@pytest.mark.parametrize("name", ON_A_PHONE)
def test_a_named_link_opens_on_a_phone(app: str, browser: Browser, name: str) -> None:
    with watch(browser, *PHONE, color_scheme="dark") as watched:
        watched.page.goto(f"{app}{NAMED_LINKS[name].path}")
        look(watched.page, NAMED_LINKS[name], name, "dark")


def test_axe_finds_what_it_should(browser: Browser) -> None:
    with watch(browser) as watched:
        watched.page.set_content("<html lang=en><title>t</title><img src='data:,'></html>")
        assert [rule for rule, _, _ in serious(watched.page) if rule == "image-alt"] != []
