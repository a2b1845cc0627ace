"""The explorer in a real browser, with every host but this machine blocked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from browser_app import ROOT, Watched, click_node, picture, ready, serve, watch
from playwright.sync_api import Browser, expect

HOSTILE = (
    "<img src=x onerror=window.hit=1> ![p](http://outside.example/p.png) href <b>x</b> "
    "[go](javascript:window.hit=2)"
)


def test_the_brief_answers_and_its_links_open_real_views(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(app)
    expect(page.get_by_role("heading", name=re.compile("China makes 9"))).to_be_visible()
    expect(page.get_by_test_id("stMetric")).to_have_count(6)
    page.get_by_role("link", name=re.compile("Magnet: China makes")).click()
    ready(page, "chain")
    expect(page.get_by_role("heading", name="China: magnet")).to_be_visible()


def test_a_click_opens_the_panel_and_the_link_restores_it(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{app}/chain")
    click_node(ready(page, "chain"), "magnet|JPN")
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
    expect(page).to_have_url(re.compile(r"box=magnet(\||%7C)JPN"))
    expect(page.locator(".net")).to_have_attribute("data-selected", "magnet|JPN")
    figures = page.get_by_test_id("stMetricValue")
    expect(figures).to_have_count(4)
    first = figures.all_text_contents()
    with watch(browser) as fresh:
        fresh.page.goto(page.url)
        ready(fresh.page, "chain")
        expect(fresh.page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
        expect(fresh.page.get_by_test_id("stMetricValue")).to_have_text(first)
        expect(fresh.page.locator(".net")).to_have_attribute("data-selected", "magnet|JPN")
        fresh.assert_clean()


def test_a_picked_row_selects_the_box(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?item=NdPr")
    ready(page, "chain")
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 16, "y": 54})
    expect(page.get_by_role("heading", name="China: mine")).to_be_visible()
    expect(page.locator(".net")).to_have_attribute("data-selected", "mine|CHN")


def test_changing_the_colours_keeps_the_selection(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?box=magnet%7CJPN")
    ready(page, "chain")
    page.get_by_role("radio", name="Touched China").click()
    expect(page).to_have_url(re.compile("lens=located"))
    ready(page, "chain")
    expect(page.locator(".net")).to_have_attribute("data-selected", "magnet|JPN")


def test_plants_on_demand_and_back(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?box=magnet%7CJPN")
    ready(page, "chain")
    page.get_by_role("button", name="Show its plants").click()
    expect(
        page.get_by_text(re.compile(r"sites of Japan, magnet, with \d+ trading"))
    ).to_be_visible()
    plants = ready(page, "plants")
    site = plants.evaluate("net => [...net.view.base.keys()][0]")
    click_node(plants, site)
    expect(page).to_have_url(re.compile(f"site={site}"))
    page.get_by_role("button", name="Back to countries").click()
    expect(page).not_to_have_url(re.compile("focus="))
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()


def test_a_scenario_runs_and_its_spread_plays_without_moving(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario")
    ready(page, "spread")
    page.get_by_test_id("stSelectbox").filter(has_text="Scenario").click()
    page.get_by_role("option", name="Nothing leaves China").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page).to_have_url(re.compile("scenario=full-export-stop"))
    expect(page.get_by_text(re.compile(r"end uses of \d+ lose output"))).to_be_visible()
    net = ready(page, "spread")
    expect(net).to_have_attribute("data-week", "0")
    before = picture(net)
    page.get_by_role("button", name="Play").click()
    expect(net).to_have_attribute("data-week", re.compile(r"^([3-9]|\d\d)$"))
    page.get_by_role("button", name="Pause").click()
    assert picture(net) == before
    page.get_by_label("One week on").click()
    week = int(net.get_attribute("data-week") or 0)
    assert week >= 4
    expect(page).to_have_url(re.compile(f"week={week}"))
    page.reload()
    ready(page, "spread")
    expect(net).to_have_attribute("data-week", str(week))


def test_a_year_is_chosen_and_another_is_refused(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/")
    expect(page.get_by_test_id("stMetric")).to_have_count(6)
    page.get_by_test_id("stSelectbox").click()
    page.get_by_role("option", name="2028, announced plants two years late").click()
    expect(page).to_have_url(re.compile("year=2028-late"))
    expect(page.get_by_text("of NdFeB magnets, 2028")).to_be_visible()
    page.get_by_role("link", name="See it").first.click()
    expect(page).to_have_url(re.compile("chain.*year=2028-late"))
    ready(page, "chain")
    page.goto(f"{app}/?year=2021")
    expect(page.get_by_text(re.compile("2021 cannot be balanced"))).to_be_visible()
    page.get_by_role("link", name="All yearly values").click()
    expect(page.get_by_role("heading", name="Years", exact=True)).to_be_visible()


def test_the_agreement_stands_beside_the_licences(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario")
    ready(page, "spread")
    page.get_by_role("button", name="Compare the April licences").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    expect(page.get_by_text(re.compile("over the same 52 weeks"))).to_be_visible()
    expect(page).to_have_url(re.compile("compare=agreement-relief"))


def test_the_first_screen_holds_controls_graph_and_panel(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?box=magnet%7CJPN")
    ready(page, "chain")
    for part in (
        page.get_by_test_id("stSelectbox").first,
        page.locator(".net"),
        page.get_by_role("heading", name="Japan: magnet"),
    ):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
        assert box["x"] + box["width"] <= 1440


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/chain?box=magnet%7CJPN", "/chain?picture=sankey", "/chain?picture=map"),
        *("/chokepoints?whose=EV", "/scenario", "/compare", "/query", "/data?tab=events"),
    ],
)
def test_a_phone_gets_tiles_and_tables(app: str, browser: Browser, path: str) -> None:
    with watch(browser, 390, 844) as phone:
        phone.page.goto(f"{app}{path}")
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        if path in ("/chain?box=magnet%7CJPN", "/scenario"):
            expect(phone.page.get_by_text("The graph needs a wider screen")).to_be_visible()
            expect(phone.page.locator(".net")).to_be_hidden()
            shown = phone.page.get_by_test_id("stDataFrame").filter(visible=True)
            expect(shown.first).to_be_visible()
        wide = phone.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        phone.assert_clean()


def test_events_are_filtered_and_lead_to_a_scenario(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/data?tab=events")
    expect(page.get_by_role("heading", name="Data: can I trust it?")).to_be_visible()
    expect(page.get_by_text(re.compile("^86 events, 42 of them in 2025"))).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="Quota (5)").click()
    expect(page).to_have_url(re.compile("instrument=quota"))
    expect(page.get_by_text(re.compile("^5 events"))).to_be_visible()
    page.get_by_role("link", name=re.compile("event")).first.click()
    expect(page).to_have_url(re.compile(r"/scenario\?scenario="))
    ready(page, "spread")


def test_a_source_shows_the_figures_taken_from_it(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/data")
    expect(page.get_by_role("heading", name="What does not close")).to_be_visible()
    page.get_by_role("radio", name="Sources").click()
    expect(page).to_have_url(re.compile("tab=sources"))
    table = page.get_by_test_id("stDataFrame").first
    expect(page.get_by_text(re.compile(r"^\d+ publications"))).to_be_visible()
    table.click(position={"x": 16, "y": 54})
    expect(page).to_have_url(re.compile("source=own_"))
    expect(page.get_by_text(re.compile(r"^\d+ rows cite Own"))).to_be_visible()


def test_a_quantity_is_drawn_over_the_years(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/data?tab=years")
    expect(page.get_by_text(re.compile("^19 lines, 2018 to 2026"))).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name=re.compile("^Mining quota")).click()
    expect(page).to_have_url(re.compile("quantity=mining_quota"))
    expect(page.get_by_text(re.compile("^22 lines, 2018 to 2025"))).to_be_visible()
    page.get_by_text("All values with their publications").click()
    expect(page.get_by_test_id("stDataFrame").filter(visible=True).first).to_be_visible()


def test_words_from_data_never_run(tmp_path: Path, browser: Browser) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    sites = data / "sites.csv"
    rows = sites.read_text("utf-8").splitlines()
    column = rows[0].split(",").index("name")
    assert column == 1
    wounded = 0
    for i, row in enumerate(rows[1:], start=1):
        if ",magnet," in row and ",JPN," in row:
            id, rest = row.split(",", 1)
            rest = rest.split('",', 1)[1] if rest.startswith('"') else rest.split(",", 1)[1]
            rows[i] = f'{id},"{HOSTILE} {i}",{rest}'
            wounded += 1
    assert wounded
    sites.write_text("\n".join(rows) + "\n", "utf-8")
    with serve(data) as address, watch(browser) as watched:
        page = watched.page
        page.goto(f"{address}/chain?box=magnet%7CJPN&focus=1")
        plants = ready(page, "plants")
        click_node(plants, plants.evaluate("net => [...net.view.base.keys()][0]"))
        expect(page.get_by_role("heading", name=re.compile("img src=x"))).to_be_visible()
        assert page.evaluate("window.hit") is None
        watched.assert_clean()


def test_a_saved_question_answers_with_rows_a_graph_and_a_file(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/query?question=non-china-paths&p.element=Dy")
    expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=90_000)
    expect(page.get_by_text(re.compile(r"\d+ rows? in \d"))).to_be_visible()
    expect(page.get_by_label("Question")).to_have_value(
        "Ways from a mine to an end use without China"
    )
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    ready(page, "answer")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert download.value.suggested_filename == "magnetrace-answer.csv"
    assert "Mount Weld" in Path(download.value.path()).read_text("utf-8")
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="Exposure").click()
    expect(page).to_have_url(re.compile("/query\\?question=china-share-by-stage$"))
    expect(page.get_by_text(re.compile(r"\d+ rows? in \d"))).to_be_visible()


def test_questions_are_picked_by_theme_and_a_link_keeps_the_question(
    app: str, watched: Watched
) -> None:
    page = watched.page
    page.goto(f"{app}/query?question=joint-ventures")
    expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=90_000)
    expect(page.get_by_label("Theme")).to_have_value("Ownership")
    expect(page.get_by_label("Question")).to_have_value("Which sites have several owners")
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="Data quality").click()
    expect(page).to_have_url(re.compile("/query\\?question=control-not-known$"))
    page.get_by_test_id("stSelectbox").nth(1).click()
    page.get_by_role("option", name="What hangs on each publication").click()
    expect(page).to_have_url(re.compile("/query\\?question=weight-of-sources$"))
    expect(page.get_by_text(re.compile(r"\d+ rows? in \d"))).to_be_visible()
    page.get_by_text("Columns").click()
    expect(page.get_by_role("cell", name="Flows that name no other")).to_be_visible()
    page.goto(f"{app}/query?question=plants-to-come&p.stage=component")
    expect(page.get_by_text("Nothing in the store answers this")).to_be_visible()
    expect(page.get_by_text("What an answer looks like")).to_be_visible()
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="Your own Cypher").click()
    expect(page.get_by_label("Cypher")).to_be_visible()
    expect(page.get_by_label("Question")).to_have_count(0)
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="Alternatives").click()
    expect(page.get_by_label("Question")).to_have_value("Who else makes what a site makes")


def test_a_question_on_figures_is_answered_once_they_are_there(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/query?question=noticed-before-recovered")
    expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=90_000)
    expect(page.get_by_text(re.compile(r"\d+ rows? in \d"))).to_be_visible(timeout=180_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert "Bayan Obo" in Path(download.value.path()).read_text("utf-8")


def test_cypher_of_ones_own_reads_and_cannot_write(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/query?question=own")
    expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=90_000)
    text = page.get_by_label("Cypher")
    text.fill("MATCH (s:Site {country: 'EST'}) RETURN s.name AS name, s.stage AS stage")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text(re.compile(r"\d+ rows? in \d"))).to_be_visible()
    text.fill("CREATE (x:Site {id: 'mine'}) RETURN x")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("reading only")
