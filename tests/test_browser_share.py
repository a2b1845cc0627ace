"""What stands at the head of every page, in a real browser: Copy link, and an eye on the theme."""

from __future__ import annotations

import pytest
from browser_app import Watched
from playwright.sync_api import expect

PAGES = ("/", "/chain", "/chokepoints", "/scenario", "/compare", "/query", "/data")


@pytest.mark.parametrize("path", PAGES)
def test_the_link_of_every_page_is_copied(app: str, watched: Watched, path: str) -> None:
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{app}{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_without_a_clipboard_the_link_stands_there_to_copy(app: str, watched: Watched) -> None:
    page = watched.page
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { get: () => undefined });")
    page.goto(f"{app}/chain?box=magnet%7CJPN")
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_label("Link to this view")).to_have_value(page.url)


def test_charts_change_with_the_theme_of_an_open_page(app: str, watched: Watched) -> None:
    page = watched.page
    page.emulate_media(color_scheme="light")
    page.goto(f"{app}/data?tab=events")
    words = page.locator(".js-plotly-plot text").first
    expect(words).to_have_css("fill", "rgb(31, 41, 51)")
    page.emulate_media(color_scheme="dark")
    expect(words).to_have_css("fill", "rgb(232, 236, 241)")
    page.emulate_media(color_scheme="light")
    expect(words).to_have_css("fill", "rgb(31, 41, 51)")
