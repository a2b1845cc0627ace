"""The Chain page in a real browser: by mass, found by name, filtered, unfolded, stopped."""

from __future__ import annotations

import re

from browser_app import Watched, click_spot, picture, ready, watch
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
    click_spot(plot, spot)


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


def find(page: Page, words: str) -> None:
    """Type into the box and press Enter."""
    box = page.get_by_role("combobox", name="Find")
    box.click()
    box.fill(words)
    page.keyboard.press("Enter")


def test_a_site_is_found_by_keyboard_and_opens_among_its_partners(
    app: str, watched: Watched
) -> None:
    page = watched.page
    page.goto(f"{app}/chain?item=Sm")
    ready(page, "chain")
    find(page, "proterial neomax")
    expect(page.get_by_role("heading", name=re.compile("^Proterial NEOMAX"))).to_be_visible()
    expect(page).to_have_url(re.compile("focus=1"))
    site = re.search("site=([a-z0-9_]+)", page.url)
    assert site
    expect(ready(page, "plants")).to_have_attribute("data-selected", site[1])


def test_accents_do_not_matter_and_doubt_offers_choices(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain")
    ready(page, "chain")
    find(page, "Lýnas")
    expect(page.get_by_text("“Lýnas” may be:")).to_be_visible()
    page.get_by_role(
        "button", name=re.compile(r"^Lynas Rare Earths \(company, \d+ sites\)")
    ).click()
    expect(page).to_have_url(re.compile(r"owner=Lynas\+Rare\+Earths"))
    expect(page.get_by_role("heading", name="Lynas Rare Earths")).to_be_visible()
    expect(page.get_by_text(re.compile("^Only Lynas Rare Earths .4 sites"))).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page).not_to_have_url(re.compile("owner="))
    find(page, "zzzyx")
    expect(page.get_by_text(re.compile("^Nothing is called “zzzyx”"))).to_be_visible()


def test_a_country_is_filtered_and_stopped(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain")
    ready(page, "chain")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="Country").fill("Eston")
    page.get_by_role("option", name="Estonia").click()
    expect(page).to_have_url(re.compile("country=EST"))
    expect(page.get_by_text("Only Estonia (3 sites) and direct trading partners")).to_be_visible()
    marked = ready(page, "chain").get_attribute("data-marked")
    assert marked is not None
    assert "separation|EST" in marked.split(" ")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Stop this: all of Estonia").click()
    expect(page).to_have_url(re.compile("scenario.*lever=outage.*target=EST"))
    expect(
        page.get_by_role("heading", name=re.compile("Outage .*: Estonia: every stage"))
    ).to_be_visible()


def test_a_box_keeps_its_way_up_and_down(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?box=magnet%7CJPN")
    net = ready(page, "chain")
    way = (net.get_attribute("data-way") or "").split(" ")
    assert "mine|AUS>separation|MYS" in way
    opacity = net.evaluate(
        """net => Object.fromEntries(net.view.links.map(
            edge => [edge.id, net.view.edges.get(edge.id).color.opacity]))"""
    )
    assert opacity["metal_alloy|VNM>magnet|JPN"] == 0.95
    assert 0.3 < opacity["mine|AUS>separation|MYS"] < 0.95
    assert opacity["magnet|CHN>component|CHN"] == 0.08


def test_a_neighbour_is_unfolded_and_folded_again(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?box=magnet%7CJPN&focus=1&site=ma_vrex")
    ready(page, "plants")
    told = page.get_by_text(re.compile("^5 sites of Japan, magnet, with"))
    before = told.text_content()
    assert before
    page.get_by_role("button", name=re.compile("^Unfold")).click()
    expect(page).to_have_url(re.compile("unfolded=ma_vrex"))
    expect(told).not_to_have_text(before)
    drawn = ready(page, "plants").evaluate("net => [...net.view.base.keys()]")
    assert len(drawn) <= 150
    page.get_by_role("button", name="Undo: fold Vietnam Rare Earth JSC").click()
    expect(page).not_to_have_url(re.compile("unfolded"))
    expect(told).to_have_text(before)


def test_the_graph_is_walked_and_chosen_from_by_arrow_keys(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain")
    net = ready(page, "chain")
    nodes = net.evaluate("net => Object.fromEntries([...net.view.base].map(([id, n]) => [id, n]))")
    linked = {
        frozenset((edge["from"], edge["to"])) for edge in net.evaluate("net => net.view.links")
    }
    frame = net.locator(".vis-network")
    frame.focus()

    def press(key: str) -> str:
        page.keyboard.press(key)
        return str(net.get_attribute("data-cursor"))

    first = press("ArrowDown")
    assert nodes[first]["x"] == min(node["x"] for node in nodes.values())
    below = press("ArrowDown")
    assert nodes[below]["x"] == nodes[first]["x"]
    assert nodes[below]["y"] > nodes[first]["y"]
    assert press("ArrowUp") == first
    beside = press("ArrowRight")
    assert nodes[beside]["x"] > nodes[first]["x"]
    assert frozenset((first, beside)) in linked
    live = page.locator(".live")
    expect(live).to_contain_text(nodes[beside]["label"].replace("\n", ", "))
    assert press("ArrowLeft") != beside
    assert press("ArrowRight") == beside
    camera = picture(net)
    assert page.url == f"{app}/chain"
    page.keyboard.press("Enter")
    expect(net).to_have_attribute("data-selected", beside)
    expect(page).to_have_url(re.compile("box="))
    expect(live).to_contain_text("Selected")
    assert picture(net) == camera
    page.keyboard.press("Escape")
    expect(net).to_have_attribute("data-selected", "")
