"""The maps in a real browser, with every host but this machine blocked."""

from __future__ import annotations

import re

from browser_app import Watched, click_node, click_spot, ready, watch
from playwright.sync_api import Browser, Locator, Page, expect

WIDE = "Magnet elements .* Largest flows between countries"
LARGE = """() => document.querySelector(".st-key-world-map .js-plotly-plot")
    ._fullLayout.width >= 700"""


def drawn(page: Page, place: int = 0) -> Locator:
    """A map, once it has drawn its marks and nothing more is on its way."""
    plot = page.locator(".st-key-world-map .js-plotly-plot")
    expect(plot.locator(".scatterlayer .point").first).to_be_attached(timeout=90_000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return plot.nth(place)


def click_mark(plot: Locator, id: str) -> None:
    """Click a mark where it is drawn."""
    plot.scroll_into_view_if_needed()
    spot = plot.evaluate(
        """(plot, id) => {
            for (const trace of plot._fullData) {
                const n = (trace.customdata ?? []).findIndex(each => each[0] === id);
                if (n < 0) continue;
                const { xaxis, yaxis } = plot._fullLayout;
                return {
                    x: xaxis._offset + xaxis.d2p(trace.x[n]),
                    y: yaxis._offset + yaxis.d2p(trace.y[n]),
                };
            }
        }""",
        id,
    )
    click_spot(plot, spot)


def test_a_click_on_the_map_selects_the_site_in_panel_link_table_and_graph(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{app}/chain?picture=map")
    plot = drawn(page)
    expect(page.get_by_text(re.compile(f"^{WIDE}"))).to_be_visible()
    click_mark(plot, "s_kuantan")
    expect(page.get_by_role("heading", name=re.compile("^Lynas Malaysia"))).to_be_visible()
    expect(page).to_have_url(re.compile("site=s_kuantan"))
    expect(page.get_by_text(re.compile("2025, Lynas Malaysia.*Largest flows"))).to_be_visible()
    with watch(browser) as fresh:
        fresh.page.goto(page.url)
        drawn(fresh.page)
        heading = fresh.page.get_by_role("heading", name=re.compile("^Lynas Malaysia"))
        expect(heading).to_be_visible()
        fresh.assert_clean()
    page.get_by_role("radio", name="Graph").click()
    expect(ready(page, "chain")).to_have_attribute("data-selected", "separation|MYS")


def test_what_the_graph_selects_is_selected_on_the_map(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain")
    click_node(ready(page, "chain"), "magnet|JPN")
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
    page.get_by_role("radio", name="Map").click()
    drawn(page)
    expect(page.get_by_text(re.compile("2025, magnet in Japan.*Largest flows"))).to_be_visible()
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()


def test_a_row_selects_by_keyboard_too(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?picture=map&item=Dy")
    drawn(page)
    expect(page.get_by_test_id("data-grid-canvas")).to_be_attached()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "CANVAS":
            break
    page.keyboard.press("ArrowDown")
    expect(page.locator('td[aria-selected="true"]').first).to_be_attached()
    page.keyboard.press("Shift+Space")
    expect(page).to_have_url(re.compile("site="))
    expect(page.get_by_text(re.compile("^Dy, 2025, "))).to_be_visible()


def test_a_part_of_the_world_is_part_of_the_link(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?picture=map")
    west, east = drawn(page).evaluate("plot => plot._fullLayout.xaxis.range")
    assert east - west > 350
    page.get_by_role("radio", name="Europe").click()
    expect(page).to_have_url(re.compile("region=europe"))
    page.wait_for_function(
        """() => {
            const plot = document.querySelector(".st-key-world-map .js-plotly-plot");
            const [west, east] = plot?._fullLayout?.xaxis.range ?? [0, 360];
            return east - west < 120;
        }"""
    )


def test_a_case_on_the_map_is_the_case_of_the_ranks(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chokepoints?whose=EV")
    expect(page.get_by_role("heading", name="On the map")).to_be_visible(timeout=90_000)
    click_mark(drawn(page), "m_bayan_obo")
    expect(page).to_have_url(re.compile("point=m_bayan_obo"))
    expect(page.get_by_role("heading", name="Bayan Obo", exact=True)).to_be_visible()


def test_on_a_phone_the_map_moves_sideways_and_the_page_does_not(
    app: str, browser: Browser
) -> None:
    with watch(browser, width=390, height=844) as phone:
        page = phone.page
        page.goto(f"{app}/chain?picture=map")
        drawn(page)
        frame = page.locator(".st-key-world-map")
        page.wait_for_function(LARGE)  # a map that was drawn before the style came is drawn again
        assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        phone.assert_clean()
