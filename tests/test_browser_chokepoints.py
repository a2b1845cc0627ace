"""The Chokepoints page in a real browser, with every host but this machine blocked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from browser_app import ROOT, Watched, ready, serve, watch
from playwright.sync_api import Browser, Page, expect


def answered(page: Page, start: str) -> None:
    """Wait until the answer stands above the ranks."""
    expect(page.get_by_role("heading", name=re.compile(f"^{start}"))).to_be_visible(timeout=90_000)


def test_a_picked_site_has_a_story_a_link_and_its_place_in_the_chain(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{app}/chokepoints?whose=EV")
    answered(page, "If one site is lost, .* costs EV most")
    expect(page.locator(".js-plotly-plot").nth(2)).to_be_visible()
    page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": 54 + 2 * 35})
    expect(page).to_have_url(re.compile("point=m_bayan_obo"))
    expect(page.get_by_role("heading", name="Bayan Obo", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("^Heaviest path: Bayan Obo"))).to_be_visible()
    with watch(browser) as fresh:
        fresh.page.goto(page.url)
        expect(fresh.page.get_by_role("heading", name="Bayan Obo", exact=True)).to_be_visible()
        fresh.assert_clean()
    page.get_by_role("link", name="See it in the chain").click()
    plants = ready(page, "plants")
    expect(plants).to_have_attribute("data-selected", "m_bayan_obo")
    expect(page.get_by_role("heading", name="Bayan Obo", exact=True)).to_be_visible()


def test_the_element_of_the_cut_is_part_of_the_link(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chokepoints?whose=EV")
    expect(page.get_by_text(re.compile("^At most .* the NdPr that EV takes"))).to_be_visible(
        timeout=90_000
    )
    # The menu closes where the page still moves below it.
    expect(page.locator(".js-plotly-plot").nth(2)).to_be_visible()
    expect(page.get_by_text(re.compile("^The cut is the set of sites"))).to_be_visible()
    element = page.get_by_test_id("stSelectbox").filter(has_text="Element")
    element.scroll_into_view_if_needed()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    element.click()
    page.get_by_role("option", name="Dy", exact=True).click()
    expect(page.get_by_text(re.compile("^At most .* the Dy that EV takes"))).to_be_visible()
    expect(page).to_have_url(re.compile("element=Dy"))


def test_a_ranking_is_cancelled_and_begun_again(tmp_path: Path, browser: Browser) -> None:
    """On a copy of the data, which no cache knows."""
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    with serve(data) as address, watch(browser) as watched:
        page = watched.page
        page.goto(f"{address}/chokepoints?lost=corridor")
        page.get_by_role("button", name="Cancel").click(timeout=90_000)
        expect(page.get_by_text("Cancelled. Change what is asked above")).to_be_visible()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
        page.get_by_role("button", name="Rank", exact=True).click()
        answered(page, "If one corridor is lost")
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        watched.assert_clean()
