"""The Chokepoints page in a real browser, with every host but this machine blocked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from browser_app import ROOT, Watched, click_node, ready, serve, watch
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
        cancelled = page.get_by_text("Cancelled. Nothing is ranked until you ask for it.")
        expect(cancelled).to_be_visible()
        expect(page.locator(".js-plotly-plot")).to_have_count(0)
        # It does not start over by itself, whatever else is asked.
        page.get_by_role("radio", name="Controlled from China").click()
        expect(page).to_have_url(re.compile("china=controlled"))
        expect(page.get_by_text(re.compile("^Without all that is controlled"))).to_be_visible()
        expect(cancelled).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        page.get_by_role("button", name="Rank", exact=True).click()
        answered(page, "If one corridor is lost")
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        watched.assert_clean()


def test_a_site_of_the_drawn_cut_is_picked_by_a_click_and_by_its_row(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{app}/chokepoints?whose=EV&element=Dy")
    answered(page, "If one site is lost, .* costs EV most")
    net = ready(page, "cut")
    expect(net).to_have_attribute("data-selected", "")
    # What tops the ranks is marked, not picked.
    expect(net).to_have_attribute("data-marked", "ma_creg_metal")
    click_node(net, "m_bayan_obo")
    expect(page).to_have_url(re.compile("point=m_bayan_obo.*member=m_bayan_obo"))
    # It is among the ranks too.
    expect(page.get_by_role("heading", name="Bayan Obo", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="See Bayan Obo in the chain")).to_be_visible()
    expect(ready(page, "cut")).to_have_attribute("data-selected", "m_bayan_obo")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)  # tables are drawn anew
    rows = page.get_by_test_id("stDataFrame").nth(1)
    rows.scroll_into_view_if_needed()
    rows.click(position={"x": 16, "y": 54})
    expect(page.get_by_role("link", name="See Myanmar ionic clay")).to_be_visible()
    picked = ready(page, "cut").get_attribute("data-selected")
    assert picked not in ("", "m_bayan_obo")
    page.get_by_role("radio", name="Without China").click()
    expect(page).to_have_url(re.compile("drawn=without"))
    expect(page.get_by_text(re.compile("sites stand still and left the picture"))).to_be_visible()
    with watch(browser) as fresh:
        fresh.page.goto(page.url)
        ready(fresh.page, "cut")
        fresh.page.goto(f"{app}/chokepoints?whose=EV&lost=country&point=JPN")
        net = ready(fresh.page, "cut")
        expect(net).to_have_attribute("data-marked", re.compile("mg_tdk_jp"))
        expect(net).to_have_attribute("data-selected", "")  # a country is no site of the picture
        fresh.assert_clean()


def click_mark(page: Page, chart: int, id: str) -> None:
    """Click a mark where a chart has drawn it: on a point, or at the foot of a bar."""
    plot = page.locator(".js-plotly-plot").nth(chart)
    plot.scroll_into_view_if_needed()
    spot = plot.evaluate(
        """(plot, id) => {
            const { xaxis, yaxis, margin } = plot._fullLayout;
            for (const trace of plot.data) {
                const at = (trace.customdata ?? []).findIndex(each => each[1] === id);
                if (at < 0) continue;
                const x = trace.type === "bar" ? xaxis.range[1] / 2 : trace.x[at];
                return {
                    x: xaxis._offset + xaxis.d2p(x), y: yaxis._offset + yaxis.d2p(trace.y[at]),
                };
            }
        }""",
        id,
    )
    plot.click(position=spot)


def test_a_mark_in_a_chart_picks_its_case_everywhere(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chokepoints?whose=EV&element=Dy")
    answered(page, "If one site is lost, .* costs EV most")
    ready(page, "cut")
    click_mark(page, 0, "m_bayan_obo")
    expect(page).to_have_url(re.compile("point=m_bayan_obo"))
    expect(page.get_by_role("heading", name="Bayan Obo", exact=True)).to_be_visible()
    expect(ready(page, "cut")).to_have_attribute("data-selected", "m_bayan_obo")
    spots, spans = (page.locator(".js-plotly-plot").nth(chart) for chart in (0, 1))
    expect(spots.locator(".annotation-text", has_text="Bayan Obo")).to_be_visible()
    expect(spans.locator(".ytick tspan", has_text="3. Bayan Obo")).to_be_visible()
    # A row of bars is picked anywhere on it, also one without bars; a second click changes nothing.
    for _ in range(2):
        click_mark(page, 1, "co_byd_fdb")
        expect(page).to_have_url(re.compile("point=co_byd_fdb"))
        expect(spans.locator(".ytick tspan", has_text="4. BYD")).to_be_visible()


def test_portfolios_are_found_when_asked_for_and_cancelled_for_good(
    tmp_path: Path, browser: Browser
) -> None:
    """On a copy of the data, which no cache knows."""
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    with serve(data) as address, watch(browser) as watched:
        page = watched.page
        page.goto(f"{address}/chokepoints?lost=country&budget=100&tiers=1")
        answered(page, "If one country is lost")
        find = page.get_by_role("button", name="Find portfolios")
        expect(page.get_by_text("A second source, or faster qualification")).to_be_visible()
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        find.click()
        page.get_by_role("button", name="Cancel").click(timeout=90_000)
        expect(find).to_be_visible()
        page.get_by_role("radio", name="Controlled from China").click()
        expect(page).to_have_url(re.compile("china=controlled"))
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        expect(find).to_be_visible()
        find.click()
        expect(page.get_by_text(re.compile("^100.m.USD, spent as well as can be"))).to_be_visible(
            timeout=90_000
        )
        expect(page.get_by_text("In every good portfolio of a budget")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as CSV").click()
        head, *rows = download.value.path().read_text("utf-8").splitlines()
        assert head.startswith("budget,method,measures,")
        assert [row.split(",")[1] for row in rows] == ["greedy", "optimal"]
        # Another question is not answered by itself; the first one is known.
        page.get_by_test_id("stNumberInput").filter(has_text="Budget, million").locator(
            "input"
        ).fill("50")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("budget=50"))
        expect(find).to_be_visible()
        page.goto(f"{address}/chokepoints?lost=country&budget=100&tiers=1")
        expect(page.get_by_text(re.compile("^100.m.USD, spent as well as can be"))).to_be_visible()
        watched.assert_clean()
