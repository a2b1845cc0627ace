"""The Compare page in a real browser: chosen, picked, shared, saved."""

from __future__ import annotations

import re
from pathlib import Path

from browser_app import Watched, watch
from playwright.sync_api import Browser, Page, expect


def drawn(page: Page) -> None:
    """The page has run to its end, its chart drawn."""
    expect(page.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("What money buys"))).to_be_visible()


def test_a_row_is_picked_and_the_link_restores_it(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{app}/compare?against=april-2025-licences,relief-price-fall")
    drawn(page)
    finding = page.get_by_role("heading", name=re.compile("costs all end uses together most"))
    expect(finding).to_be_visible()
    expect(page.get_by_test_id("stMetric")).to_have_count(2)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 16, "y": 54})
    expect(page).to_have_url(re.compile("whose="))
    expect(page.get_by_role("heading", name=re.compile("costs Other cars"))).to_be_visible()
    drawn(page)
    with watch(browser) as fresh:
        fresh.page.goto(page.url)
        drawn(fresh.page)
        said = re.compile("costs Other cars, Europe most")
        expect(fresh.page.get_by_role("heading", name=said)).to_be_visible()
        fresh.assert_clean()


def test_both_reports_are_saved_and_the_page_opens_offline(
    app: str, watched: Watched, browser: Browser, tmp_path: Path
) -> None:
    page = watched.page
    page.goto(f"{app}/compare?against=answer-none,answer-stockpile&whose=EV")
    drawn(page)
    saved = {}
    for kind in ("html", "pdf"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Report as {kind.upper()}").click()
        assert download.value.suggested_filename == f"magnetrace-report.{kind}"
        saved[kind] = tmp_path / f"report.{kind}"
        download.value.save_as(saved[kind])
    assert saved["pdf"].read_bytes().startswith(b"%PDF-")
    link = f"{app}/compare?whose=EV&against=answer-none%2Canswer-stockpile"
    with watch(browser) as offline:
        offline.page.set_content(saved["html"].read_text("utf-8"))
        expect(offline.page.get_by_role("heading", level=1)).to_have_text("Scenarios compared")
        expect(offline.page.locator("polyline")).to_have_count(2)
        expect(offline.page.get_by_role("link", name=link)).to_have_attribute("href", link)
        offline.assert_clean()


def test_a_measure_is_taken_from_the_scenario_page(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario?scenario=april-2025-licences&relief=10")
    page.get_by_role("link", name="Compare it with others").click()
    drawn(page)
    expect(page).to_have_url(re.compile("/compare.*against=own%2Capril-2025-licences"))
    lifted = page.get_by_text("A: Export licences of April 2025, lifted in week 10")
    expect(lifted.first).to_be_visible()


def test_a_phone_reads_it(app: str, browser: Browser) -> None:
    with watch(browser, 390, 844) as phone:
        phone.page.goto(f"{app}/compare")
        drawn(phone.page)
        expect(phone.page.get_by_test_id("stMetric")).to_have_count(4)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
        phone.assert_clean()
