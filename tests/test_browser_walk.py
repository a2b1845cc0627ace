"""A walk through all pages in a browser: what they share, what their charts say, by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser_app import Watched, click_node, ready, watch
from playwright.sync_api import Browser, Page, expect

WALK = ("Brief", "Chokepoints", "Scenario", "Compare", "Query", "Data", "Chain")
BOX = re.compile(r"box=magnet(\||%7C)JPN")
LENS = re.compile("lens=controlled|china=controlled")
CHARTS = (
    "/chain?picture=sankey",
    "/chain?picture=map",
    "/chokepoints?lost=country",
    "/scenario?compare=agreement-relief&site=s_kuantan",
    "/compare",
    *(f"/data?tab={tab}" for tab in ("coverage", "validation", "claims", "events", "trade")),
    "/data?tab=years",
)
MOST_BYTES = 50_000
"""Sent by the server for a click on a box."""
LONG_MS = 120_000
STILL = """() => {
    const busy = document.querySelector('[data-testid="stStatusWidget"], [data-stale="true"]');
    const plots = document.querySelectorAll('.js-plotly-plot').length;
    if (busy || plots !== window.lastPlots) {
        window.lastPlots = plots;
        window.stillSince = performance.now();
    }
    return performance.now() - window.stillSince > 2000;
}"""


def go(page: Page, name: str) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text=re.compile(f"^{name}$")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def copied(page: Page) -> str:
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_selection_survives_the_walk_and_stands_in_the_link_of_every_page(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{app}/chain")
    click_node(ready(page, "chain"), "magnet|JPN")
    expect(page).to_have_url(BOX)
    page.get_by_role("radio", name="Controlled").click()
    expect(page).to_have_url(LENS)
    links = {}
    for name in WALK:
        go(page, name)
        place = "" if name == "Brief" else name.lower()
        expect(page).to_have_url(re.compile(rf"/{place}\?.*box=magnet(\||%7C)JPN"))
        links[name] = copied(page)
        assert BOX.search(links[name])
        assert LENS.search(links[name])
    net = ready(page, "chain")
    expect(net).to_have_attribute("data-selected", "magnet|JPN")
    with watch(browser) as fresh:
        fresh.page.goto(links["Brief"])
        expect(fresh.page.get_by_role("heading", level=1)).to_be_visible()
        go(fresh.page, "Chain")
        expect(ready(fresh.page, "chain")).to_have_attribute("data-selected", "magnet|JPN")
        expect(fresh.page.get_by_role("radio", name="Controlled")).to_be_checked()


@pytest.mark.parametrize("path", CHARTS)
def test_every_chart_says_its_finding(app: str, watched: Watched, path: str) -> None:
    page = watched.page
    page.goto(f"{app}{path}")
    plots = page.locator(".js-plotly-plot")
    plots.first.wait_for(state="attached", timeout=LONG_MS)
    page.wait_for_function(STILL, polling=250, timeout=LONG_MS)
    said = plots.evaluate_all(
        "all => all.map(plot => plot.closest('[aria-label]')?.getAttribute('aria-label') ?? '')"
    )
    assert said
    for words in said:
        assert len(words.split()) >= 5, words
        assert re.search(r"\d|[a-z] [A-Z]", words), words  # a figure or a name, not a type alone


def test_tab_reaches_graph_bar_and_table(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain")
    ready(page, "chain")
    expect(page.get_by_test_id("data-grid-canvas")).to_be_attached()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                    let at = document.activeElement;
                    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                    return at.closest('.vis-network') ? 'graph' : at.closest('.bar') ? 'bar'
                        : at.tagName === 'CANVAS' ? 'table' : '';
                }"""
            )
        )
        if reached[-1] == "table":
            break
    order = [name for name in dict.fromkeys(reached) if name]
    assert order == ["graph", "bar", "table"]
    assert reached.count("graph") == 1  # one stop, not two


def test_a_click_sends_little(app: str, watched: Watched) -> None:
    page = watched.page
    sent: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: sent.append(len(frame))),
    )
    page.goto(f"{app}/chain")
    net = ready(page, "chain")
    click_node(
        net, "magnet|JPN"
    )  # the first click may still bring what the page holds from then on
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_function(STILL, polling=250)
    sent.clear()
    click_node(net, "magnet|CHN")
    expect(page.get_by_role("heading", name="China: magnet")).to_be_visible()
    page.wait_for_function(STILL, polling=250)
    assert 0 < sum(sent) < MOST_BYTES


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("dysprosium", "China: separation"),
        ("April 2025 licences", "Export licences of April 2025"),
    ],
)
def test_a_ready_question_is_one_click_from_its_answer(
    app: str, watched: Watched, question: str, answer: str
) -> None:
    page = watched.page
    page.goto(app)
    page.get_by_role("link", name=re.compile(question)).click()
    expect(page.get_by_role("heading", name=answer).first).to_be_visible(timeout=90_000)


def test_no_browser_test_goes_round_the_gate() -> None:
    """Pages are opened by `watch` alone, which blocks every other host and hears every error."""
    free = re.compile(r"\.(new_context|new_page|launch)\(")
    for path in Path(__file__).parent.glob("test_*.py"):
        assert not free.search(path.read_text("utf-8")), path.name
