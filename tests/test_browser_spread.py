"""Measures picked from their cards, and the spread played on the map, in a real browser."""

from __future__ import annotations

import re

from browser_app import Watched, calm, click_node, picture, ready, watch
from playwright.sync_api import Browser, Locator, expect

COLOURS = "net => net.view.nodes.get().map(node => [node.id, node.color.background])"
SIZES = "net => net.view.nodes.get().map(node => [node.id, node.size, node.shape])"
APRIL = "scenario=april-2025-licences"


def week(net: Locator) -> int:
    return int(net.get_attribute("data-week") or -1)


def test_a_measure_is_picked_by_keyboard_and_told_before_it_runs(
    app: str, watched: Watched
) -> None:
    page = watched.page
    page.goto(f"{app}/scenario?cards=1")
    card = page.get_by_role("button", name="Tariff on magnets from China")
    expect(card).to_be_visible()
    page.get_by_role("button", name="Ban on machines and know-how").focus()
    page.keyboard.press("Tab")
    expect(card).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("lever=tariff"))
    expect(page.get_by_text(re.compile("puts a duty of 25.%"))).to_be_visible()
    page.get_by_role("slider", name="Duty, %").press("ArrowRight")
    expect(page.get_by_text(re.compile("puts a duty of 26.%"))).to_be_visible()
    expect(page).not_to_have_url(re.compile("size=26"))
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page).to_have_url(re.compile("size=26"))


def test_a_click_anywhere_on_a_card_picks_it(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario?cards=1")
    expect(page.get_by_role("heading", name="Export licences of April 2025")).to_be_visible()
    words = page.get_by_text("What China mines, separates or exports")
    calm(page)
    words.scroll_into_view_if_needed()
    box = words.bounding_box()
    assert box
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    expect(page).to_have_url(re.compile("lever=quota"))


def test_the_map_plays_and_stands_still(app: str, watched: Watched) -> None:
    page, sent = watched.page, list[object]()
    page.on("websocket", lambda socket: socket.on("framesent", lambda each: sent.append(each)))
    page.goto(f"{app}/scenario?{APRIL}&picture=map")
    net = ready(page, "spread-map")
    expect(page.get_by_role("button", name="Report as PDF")).to_be_visible()
    before, sizes, colours = picture(net), net.evaluate(SIZES), net.evaluate(COLOURS)
    page.get_by_label("Speed").select_option("fourfold")
    asked = len(sent)
    page.get_by_role("button", name="Play").click()
    expect(net).to_have_attribute("data-week", re.compile(r"^([89]|\d\d)$"))
    assert len(sent) == asked  # no run of the page while it plays
    page.get_by_role("button", name="Pause").click()
    reached = week(net)
    assert net.evaluate(COLOURS) != colours
    assert picture(net) == before
    assert net.evaluate(SIZES) == sizes
    page.get_by_role("button", name="one week on").click()
    expect(net).to_have_attribute("data-week", str(reached + 1))
    page.get_by_role("slider", name="Week").fill("30")
    expect(net).to_have_attribute("data-week", "30")
    expect(page).to_have_url(re.compile("week=30"))


def test_where_motion_is_not_wanted_the_map_jumps(app: str, browser: Browser) -> None:
    with watch(browser, reduced_motion="reduce") as still:
        page = still.page
        page.goto(f"{app}/scenario?{APRIL}&picture=map")
        net = ready(page, "spread-map")
        before = picture(net)
        page.get_by_role("button", name="Play").click()
        expect(net).to_have_attribute("data-week", "51")
        assert picture(net) == before
        still.assert_clean()


def test_a_mark_a_link_and_the_other_picture_show_the_same(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario?{APRIL}&picture=map&week=12")
    net = ready(page, "spread-map")
    expect(net).to_have_attribute("data-week", "12")
    click_node(net, "s_kuantan")
    expect(page).to_have_url(re.compile("site=s_kuantan"))
    expect(net).to_have_attribute("data-selected", "s_kuantan")
    page.get_by_role("radio", name="Chain").click()
    chain = ready(page, "spread")
    expect(chain).to_have_attribute("data-week", "12")
    expect(chain).to_have_attribute("data-selected", "separation|MYS")
    expect(page).not_to_have_url(re.compile("picture"))
