"""The console on the Query page in a real browser: editor, cancel, files, history."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import networkx as nx
import pytest
from browser_app import Watched, calm, ready, serve, watch
from playwright.sync_api import Browser, Locator, Page, expect
from states import ENDLESS, at_work, own_store
from waiting import until

from graph import store

MINES = "MATCH (s:Mine {country: $c})\nRETURN s.id AS id, s.name AS name\nORDER BY id"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own_store(tmp_path_factory.mktemp("console")), serve() as address:
        yield address


def opened(page: Page, app: str, **address: str) -> Locator:
    """The editor of a page that asks one's own Cypher."""
    page.goto(f"{app}/query?{urlencode({'question': 'own', **address})}")
    expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=120_000)
    page.locator('.editor[data-ready]:not([data-labels="0"])').wait_for()
    return page.get_by_label("Cypher", exact=True)


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def answered(page: Page, rows: int) -> None:
    expect(page.get_by_text(re.compile(rf"^{rows:,} rows? in \d"))).to_be_visible()


def write(editor: Locator, text: str) -> None:
    """Replace what stands there by a text, as pasted: nothing is completed on the way."""
    editor.fill(text)


def take(page: Page) -> None:
    """Take what is offered; what has just come up is not taken by a key meant for the text."""
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")


def test_the_editor_colours_completes_and_marks(console: str, watched: Watched) -> None:
    page = watched.page
    editor = opened(page, console)
    editor.click()
    page.keyboard.type("MATCH (m:MagnetM")
    offered = page.locator(".cm-tooltip-autocomplete li")
    expect(offered.first).to_contain_text("MagnetMaker")
    take(page)
    expect(editor).to_contain_text("MATCH (m:MagnetMaker)")
    page.keyboard.press("End")
    page.keyboard.type(" RETURN m.controlli")
    expect(offered.first).to_contain_text("controlling_country")
    take(page)
    expect(editor).to_have_text("MATCH (m:MagnetMaker) RETURN m.controlling_country")
    colours = {
        word: page.locator(".cm-line span", has_text=re.compile(f"^{word}$")).evaluate(
            "each => getComputedStyle(each).color"
        )
        for word in ("MATCH", "MagnetMaker")
    }
    assert len({*colours.values(), editor.evaluate("e => getComputedStyle(e).color")}) == 3
    expect(page.locator('.editor[data-checked="0"]')).to_be_visible()

    write(editor, "MATCH (m:MagnetMaker)\nRETRUN m")
    expect(page.locator(".marks.error")).to_have_text("Unexpected input 'RETRUN'")
    expect(page.locator(".cm-lintRange-error")).to_have_text("RETRUN")
    write(editor, "MATCH (m:Magnet<img src=x onerror=hit()>) RETURN m")
    expect(page.locator(".marks.error")).to_be_visible()
    write(editor, "MATCH (m:Magnets) RETURN m")
    expect(page.locator(".marks.warning")).to_have_text("The store holds nothing called Magnets.")
    expect(page.locator(".cm-lintRange-warning")).to_have_text("Magnets")
    assert page.get_by_text(re.compile(r"rows? in \d")).count() == 0, "marks run nothing"


def test_by_keyboard_alone(console: str, watched: Watched) -> None:
    page = watched.page
    editor = opened(page, console, cypher=MINES, **{"p.c": "BRA"})
    page.get_by_label("Theme").focus()
    for _ in range(5):
        page.keyboard.press("Tab")
        if editor.evaluate("e => e.getRootNode().activeElement === e"):
            break
    else:
        pytest.fail("Tab does not reach the editor")
    page.keyboard.press("Control+End")
    page.keyboard.type(" DESC")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not editor.evaluate("e => e.getRootNode().activeElement === e"), "Tab leaves it"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+Enter")
    answered(page, 6)
    assert parse_qs(urlsplit(page.url).query)["cypher"] == [f"{MINES} DESC"]


def test_a_link_brings_question_and_parameters_and_waits(
    console: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    editor = opened(page, console, cypher=MINES, rows="7", seconds="9", **{"p.c": "AUS"})
    expect(page.get_by_text("Write a query and press Run")).to_be_visible()
    expect(page.get_by_text("at most 7 rows and 9 seconds")).to_be_visible()
    expect(editor).to_contain_text("MATCH (s:Mine {country: $c})")
    run(page)
    answered(page, 7)
    expect(page.get_by_text("there are more")).to_be_visible()
    field = page.get_by_label("$c", exact=True)
    field.fill("BRA")
    field.press("Tab")
    run(page)
    answered(page, 6)
    with watch(browser) as other:
        other.page.goto(page.url)
        expect(other.page.get_by_label("$c", exact=True)).to_have_value("BRA")
        other.page.locator(".editor[data-ready]").wait_for()
        run(other.page)
        answered(other.page, 6)
        other.assert_clean()


def test_cancel_ends_the_query_on_the_server(console: str, watched: Watched) -> None:
    page = watched.page
    editor = opened(page, console, cypher=ENDLESS, seconds="100")
    run(page)
    page.get_by_role("button", name="Cancel").wait_for()
    with store.connect() as beside:
        assert at_work(beside)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("the store was told to stop")).to_be_visible()
        until(lambda: not at_work(beside), "the end of the query", 20)
        write(editor, "RETURN 1 AS n UNION ALL RETURN 2 AS n")
        run(page)
        answered(page, 2)
        # Leaving the page ends what it asked, too.
        write(editor, ENDLESS)
        run(page)
        page.get_by_role("button", name="Cancel").wait_for()
        assert at_work(beside)
        page.close()
        until(lambda: not at_work(beside), "the end of the query", 20)


def test_an_answer_as_table_chart_graph_and_files(console: str, watched: Watched) -> None:
    page = watched.page
    editor = opened(page, console)
    write(editor, "MATCH (s:Mine) RETURN s.country AS country, count(*) AS mines ORDER BY country")
    run(page)
    expect(
        page.get_by_text(re.compile(r"^Mines, \d+ rows: largest \d+ \(CHN\)\.$"))
    ).to_be_visible()
    expect(page.locator(".js-plotly-plot .point").nth(10)).to_be_visible()
    rows = json.loads(saved(page, "JSON"))
    assert {"country": "EST", "mines": 1} not in rows
    assert {row["country"] for row in rows} >= {"AUS", "CHN", "USA"}
    write(editor, "MATCH p = (:Mine {id: 'm_mt_weld'})-[:SUPPLIES]->(:Site) RETURN p")
    run(page)
    ready(page, "answer")
    graph = nx.parse_graphml(saved(page, "GraphML"), force_multigraph=True)
    assert "m_mt_weld" in {node["id"] for _, node in graph.nodes(data=True)}
    expect(page.locator(".js-plotly-plot")).to_have_count(0)


def saved(page: Page, kind: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {kind}", exact=True).click()
    return Path(download.value.path()).read_text("utf-8")


def test_history_and_own_questions(console: str, watched: Watched) -> None:
    page = watched.page
    editor = opened(page, console, cypher=MINES, **{"p.c": "BRA"})
    run(page)
    answered(page, 6)
    page.get_by_role("button", name="Save this question").click()
    page.get_by_label("Title").fill("Mines of a <b>country</b>")
    page.get_by_label("Why one asks it").fill("To count")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Your questions (1)").click()
    expect(page.get_by_text("Saved as mines-of-a-b-country-b.")).to_be_visible()
    file = Path(os.environ["MAGNETRACE_STATE"]) / "questions" / "mines-of-a-b-country-b.cypher"
    assert "// parameter: c | text | BRA | | c\n" in file.read_text("utf-8")

    write(editor, "RETURN 1 AS one")
    run(page)
    answered(page, 1)
    kept = page.get_by_role("button", name="Mines of a <b>country</b>")
    expect(kept).to_have_count(1)
    kept.click()
    answered(page, 6)
    expect(page.get_by_label("$c", exact=True)).to_have_value("BRA")
    page.get_by_text("Asked in this session (2)").click()
    past = page.get_by_role("button", name="RETURN 1 AS one")
    expect(past).to_have_count(1)
    past.click()
    answered(page, 1)
    expect(editor).to_have_text("RETURN 1 AS one")
    page.get_by_role("button", name="Save this question").click()
    page.get_by_label("Title").fill("Mines of a b country b")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("There is a question called")).to_be_visible()
    assert "Mine" in file.read_text("utf-8")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page.get_by_text("Your questions (0)")).to_be_visible()
    assert not file.exists()


def test_what_can_be_asked_for(console: str, watched: Watched) -> None:
    page = watched.page
    opened(page, console)
    page.get_by_text("What can be asked for").click()
    expect(page.get_by_text(re.compile(r"^:Site 460"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"\[:LOCATED_IN\] 460, Site → Country"))).to_be_visible()


def test_without_the_library_a_plain_field_does_the_same(console: str, browser: Browser) -> None:
    with watch(browser) as watched:
        page = watched.page
        page.add_init_script(
            "Object.defineProperty(globalThis, 'magnetraceCypherEditor', {set() {}, get() {}})"
        )
        page.goto(f"{console}/query?question=own")
        area = page.locator("textarea#cypher-text")
        expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=120_000)
        area.fill("RETURN 5 AS n UNION RETURN nothing AS n")
        expect(page.locator(".marks.error")).to_contain_text("'nothing' not defined")
        area.fill("RETURN 5 AS n UNION RETURN 6 AS n")
        area.press("Control+Enter")
        answered(page, 2)
        page.get_by_text("Plain text field").click()
        calm(page)  # the field of the page's own has taken the place of the other
        page.get_by_label("Cypher", exact=True).fill("RETURN 7 AS n")
        page.get_by_label("Cypher", exact=True).press("Tab")
        run(page)
        answered(page, 1)
        watched.assert_clean()
