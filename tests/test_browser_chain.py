"""The Chain page in a real browser: by mass, found by name, filtered, unfolded, stopped."""

from __future__ import annotations

import re

from browser_app import Watched, ready, watch
from playwright.sync_api import Browser, Locator, Page, expect


def by_mass(page: Page) -> Locator:
    """The Sankey, once it has drawn and nothing more is on its way."""
    plot = page.locator(".st-key-sankey .js-plotly-plot")
    expect(plot.locator(".barlayer .point").first).to_be_attached(timeout=90_000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return plot


def click_bar(plot: Locator, id: str) -> None:
    """Click the middle of a bar."""
    plot.scroll_into_view_if_needed()
    spot = plot.evaluate(
        """(plot, id) => {
            const bars = plot._fullData.find(trace => trace.type === "bar");
            const n = bars.customdata.findIndex(each => each[1] === id);
            const { xaxis, yaxis } = plot._fullLayout;
            return {
                x: xaxis._offset + xaxis.d2p(bars.x[n]),
                y: yaxis._offset + yaxis.d2p(bars.base[n] + bars.y[n] / 2),
            };
        }""",
        id,
    )
    # Plotly answers to what the pointer has come to rest on.
    plot.hover(position=spot, force=True)
    plot.page.wait_for_timeout(200)
    plot.click(position=spot, force=True)


def test_a_bar_of_the_sankey_selects_the_box_in_panel_link_and_graph(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{app}/chain?picture=sankey")
    plot = by_mass(page)
    expect(page.get_by_text(re.compile("^Magnet elements .* by mass. Widest flow"))).to_be_visible()
    click_bar(plot, "magnet|JPN")
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
    expect(page).to_have_url(re.compile(r"box=magnet(\||%7C)JPN"))
    expect(page.get_by_text(re.compile("2025: magnet in Japan. Comes from mine"))).to_be_visible()
    with watch(browser) as fresh:
        fresh.page.goto(page.url)
        by_mass(fresh.page)
        expect(fresh.page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
        fresh.assert_clean()
    page.get_by_role("radio", name="Graph").click()
    expect(ready(page, "chain")).to_have_attribute("data-selected", "magnet|JPN")


def test_on_a_phone_the_sankey_moves_sideways_and_the_page_does_not(
    app: str, browser: Browser
) -> None:
    with watch(browser, width=390, height=844) as phone:
        page = phone.page
        page.goto(f"{app}/chain?picture=sankey")
        plot = by_mass(page)
        assert plot.evaluate("plot => plot._fullLayout.width") >= 700
        frame = page.locator(".st-key-sankey")
        assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        phone.assert_clean()
