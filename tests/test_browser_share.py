"""Copy link and Save charts, on every page, in a real browser."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from browser_app import Watched, watch
from playwright.sync_api import Browser, expect

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


def test_charts_are_saved_with_what_they_say_and_their_link(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?picture=sankey&box=magnet%7CJPN")
    plot = page.locator(".st-key-sankey .js-plotly-plot")
    expect(plot.locator(".barlayer .point").first).to_be_attached(timeout=90_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save charts").click()
    assert download.value.suggested_filename == "magnetrace-chain-1.svg"
    root = ET.fromstring(Path(download.value.path()).read_text("utf-8"))  # noqa: S314 - our own
    name = "{http://www.w3.org/2000/svg}"
    assert "magnet in Japan. Comes from mine" in (root.findtext(f"{name}title") or "")
    assert root.findtext(f"{name}desc") == page.url
    assert len(list(root.iter(f"{name}path"))) > 50
    assert "Malaysia" in "".join(root.itertext())


def test_a_page_without_charts_says_so_on_a_phone_too(app: str, browser: Browser) -> None:
    with watch(browser, 390, 844) as phone:
        phone.page.goto(f"{app}/")
        expect(phone.page.get_by_test_id("stMetric")).to_have_count(6)
        phone.page.get_by_role("button", name="Save charts").click()
        expect(phone.page.get_by_text("No chart on this page")).to_be_visible()
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
        phone.assert_clean()
