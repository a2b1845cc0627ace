"""Everything that Export gives, saved from the pages in a real browser and opened again."""

from __future__ import annotations

import csv
import io
import json
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import openpyxl
import pytest
from accessible import serious
from browser_app import Watched, click_node, picture, ready, serve, watch
from playwright.sync_api import Browser, Locator, Page, expect

from loaders import shipped_folder

SVG = "{http://www.w3.org/2000/svg}"
PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
    return seen.size;
}"""
"""How many colours a canvas shows."""


def opened(page: Page) -> None:
    """The Export list, once the page is done."""
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("Pictures as they stand on the page")).to_be_visible()


def saved(page: Page, button: Locator) -> tuple[str, bytes]:
    """Name and content of the file behind a button."""
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def file(page: Page, name: str) -> bytes:
    """A file made on the server, by its name."""
    key = "".join(c if c.isalnum() or c in "-_" else "-" for c in f"export-{name}")
    found, content = saved(page, page.locator(f".st-key-{key} button"))
    assert found == name
    return content


def size(png: bytes) -> tuple[int, int]:
    """Width and height as the head of a PNG says."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def in_picture(page: Page, png: bytes) -> Locator:
    """A PNG laid on a canvas of a page, to look at its colours."""
    page.set_content("<canvas></canvas>")
    page.evaluate(
        """async bytes => {
            const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
            const canvas = document.querySelector("canvas");
            Object.assign(canvas, { width: image.width, height: image.height });
            canvas.getContext("2d").drawImage(image, 0, 0);
        }""",
        list(png),
    )
    return page.locator("canvas")


def hover(page: Page, id: str) -> None:
    """Point at a box of a saved page."""
    found = "id => network.canvasToDOM(network.getPositions([id])[id])"
    page.locator("canvas").hover(position=page.evaluate(found, id))


def test_a_graph_is_saved_as_picture_at_twice_its_size_and_stays_as_it_was(
    app: str, watched: Watched, browser: Browser
) -> None:
    page = watched.page
    page.goto(f"{app}/chain")
    net = ready(page, "chain")
    before, wide = picture(net), net.evaluate("net => [net.clientWidth, net.clientHeight]")
    opened(page)
    name, png = saved(page, page.get_by_role("button", name="PNG", exact=True))
    assert name == "magnetrace-chain-1.png"
    width, height = size(png)
    assert width == 2 * wide[0]
    assert height > 2 * (wide[1] + 100)  # heads, legend and source
    after = picture(net)
    assert after["positions"] == before["positions"]
    assert after["scale"] == pytest.approx(before["scale"])
    page.keyboard.press("Escape")
    click_node(net, "magnet|JPN")
    expect(page.get_by_role("heading", name="Japan: magnet")).to_be_visible()
    with watch(browser) as other:
        assert in_picture(other.page, png).evaluate(PAINTED) > 200


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_are_saved_with_what_they_say_and_where_they_come_from(
    app: str, browser: Browser, theme: str
) -> None:
    with watch(browser, color_scheme=theme) as watched:
        page = watched.page
        page.goto(f"{app}/chain?picture=sankey&box=magnet%7CJPN")
        plot = page.locator(".st-key-sankey .js-plotly-plot")
        expect(plot.locator(".barlayer .point").first).to_be_attached(timeout=90_000)
        wide = plot.evaluate("plot => plot.clientWidth")
        opened(page)
        name, drawing = saved(page, page.get_by_role("button", name="SVG", exact=True))
        assert name == "magnetrace-chain-1.svg"
        root = ET.fromstring(drawing)  # noqa: S314 - our own
        assert "magnet in Japan. Comes from mine" in (root.findtext(f"{SVG}title") or "")
        told = (root.findtext(f"{SVG}desc") or "").split("\n")
        assert told[0] == "Year: 2025 (snapshot 2025). Scenario: none: the chain as it stands."
        assert told[1].startswith("Source: magnetrace ")
        assert told[-1] == page.url
        assert len(list(root.iter(f"{SVG}path"))) > 50
        assert "Malaysia" in "".join(root.itertext())
        name, png = saved(page, page.get_by_role("button", name="PNG", exact=True))
        assert name == "magnetrace-chain-1.png"
        assert size(png)[0] == 2 * wide
        with watch(browser) as other:
            ground = in_picture(other.page, png).evaluate(
                "canvas => [...canvas.getContext('2d').getImageData(2, 2, 1, 1).data]"
            )
        assert ground == ([255, 255, 255, 255] if theme == "light" else [17, 22, 28, 255])
        watched.assert_clean()


def test_the_world_map_is_a_picture_like_any_other(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?picture=map")
    plot = page.locator(".st-key-world-map .js-plotly-plot")
    expect(plot.locator(".scatterlayer .point").first).to_be_attached(timeout=90_000)
    opened(page)
    _, png = saved(page, page.get_by_role("button", name="PNG", exact=True))
    assert size(png)[0] == 2 * plot.evaluate("plot => plot.clientWidth")
    assert len(png) > 50_000


def test_every_chart_of_the_scenario_page_says_its_scenario(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario?scenario=april-2025-licences&week=15")
    ready(page, "spread")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_attached(timeout=90_000)
    opened(page)
    drawings = page.get_by_role("button", name="SVG", exact=True)
    count = page.locator(".js-plotly-plot").count()
    expect(drawings).to_have_count(count)
    assert count >= 2
    for place in range(count):
        _, content = saved(page, drawings.nth(place))
        told = ET.fromstring(content).findtext(f"{SVG}desc") or ""  # noqa: S314 - our own
        assert "Scenario: Export licences of April 2025." in told
        assert "week=15" in told
    _, png = saved(page, page.get_by_role("button", name="PNG", exact=True).first)
    assert size(png)[0] > 1000
    assert file(page, "magnetrace-report.pdf").startswith(b"%PDF-")


def test_a_table_is_saved_with_units_year_and_publications(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?item=Dy")
    ready(page, "chain")
    opened(page)
    rows = list(csv.DictReader(io.StringIO(file(page, "magnetrace-chain-table-1.csv").decode())))
    assert rows[0]["Country"] == "China"
    assert 0 < float(rows[0]["Share of stage, %"]) <= 100
    assert {row["Export: year"] for row in rows} == {"2025 (snapshot 2025)"}
    assert {row["Export: link"] for row in rows} == {page.url}
    book = openpyxl.load_workbook(io.BytesIO(file(page, "magnetrace-chain-table-1.xlsx")))
    assert book.sheetnames == ["Table", "About"]
    head, first, *more = book["Table"].values
    assert (head[1], first[1], len(more) + 1) == ("Country", "China", len(rows))
    about = {row[0]: row[1:] for row in book["About"].values if row[0]}
    assert about["Scenario"][0] == "none: the chain as it stands"
    assert about["Link"][0] == page.url
    assert about["Share of stage"][1] == "%"
    assert len(about) > 200  # the publications


def test_the_page_of_a_graph_opens_from_the_disk_without_a_network(
    app: str, watched: Watched, browser: Browser, tmp_path: Path
) -> None:
    page = watched.page
    page.goto(f"{app}/chain?box=magnet%7CJPN")
    ready(page, "chain")
    opened(page)
    target = tmp_path / "graph.html"
    target.write_bytes(file(page, "magnetrace-chain-graph-1.html"))
    with watch(browser) as alone:
        offline, asked = alone.page, list[str]()
        offline.on("request", lambda request: asked.append(request.url))
        offline.goto(target.as_uri())
        expect(offline.get_by_role("heading", level=1)).to_contain_text("China: 69")
        expect(offline.locator(".legend span").first).to_have_text("0 to 20 %")
        expect(offline.get_by_text("2025 (snapshot 2025)")).to_be_visible()
        offline.wait_for_function(f"({PAINTED})(document.querySelector('canvas')) > 50")
        boxes = offline.evaluate("nodes.getIds().filter(id => !id.startsWith('head ')).length")
        assert boxes > 30
        hover(offline, "magnet|JPN")
        expect(offline.locator("div.vis-tooltip")).to_contain_text("Japan, Magnet: 5 sites")
        assert asked == [target.as_uri()]


def test_a_graph_is_saved_as_a_drawing(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/chain?box=magnet%7CJPN&focus=1")
    ready(page, "plants")
    opened(page)
    content = file(page, "magnetrace-chain-graph-1.svg")
    root = ET.fromstring(content)  # noqa: S314 - our own
    assert "Shin-Etsu" in "".join(root.itertext())
    assert page.url in (root.findtext(f"{SVG}desc") or "")


def test_the_network_is_saved_for_other_tools(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/data?year=pre-shock&tab=coverage")
    expect(page.get_by_role("heading", name="Coverage")).to_be_visible()
    opened(page)
    first = nx.parse_graphml(file(page, "magnetrace-pre-shock.graphml").decode())
    second = nx.read_gexf(io.BytesIO(file(page, "magnetrace-pre-shock.gexf")))
    assert set(first.nodes) == set(second.nodes)
    assert first.number_of_edges() > 3000
    linked = json.loads(file(page, "magnetrace-pre-shock.jsonld"))
    assert linked["snapshot"] == "pre-shock"
    assert len(linked["@graph"]) > 4000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_the_list(
    app: str, browser: Browser, theme: str
) -> None:
    with watch(browser, color_scheme=theme) as watched:
        page = watched.page
        page.goto(f"{app}/chain?picture=sankey")
        expect(page.locator(".barlayer .point").first).to_be_attached(timeout=90_000)
        opened(page)
        expect(page.get_by_role("button", name="JSON-LD")).to_be_visible()
        assert serious(page) == []


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[str]:
    """The app over tables in which a country is named like markup."""
    folder = tmp_path / "data"
    folder.mkdir()
    for table in shipped_folder().iterdir():
        if table.is_file():
            content = table.read_text("utf-8")
            if table.name == "countries.csv":
                content = content.replace(",Japan,", ",<b href=x>Japan</b>,", 1)
            (folder / table.name).write_text(content, "utf-8")
    with serve(folder) as address:
        yield address


def test_what_looks_like_markup_stays_text(
    hostile: str, watched: Watched, browser: Browser, tmp_path: Path
) -> None:
    page = watched.page
    page.goto(f"{hostile}/chain")
    ready(page, "chain")
    opened(page)
    drawing = ET.fromstring(file(page, "magnetrace-chain-graph-1.svg"))  # noqa: S314 - our own
    assert "<b href=x>Japan</b>" in "".join(drawing.itertext())
    target = tmp_path / "graph.html"
    target.write_bytes(file(page, "magnetrace-chain-graph-1.html"))
    with watch(browser) as alone:
        offline = alone.page
        offline.goto(target.as_uri())
        hover(offline, "magnet|JPN")
        expect(offline.locator("div.vis-tooltip")).to_contain_text("<b href=x>Japan</b>, Magnet")
        expect(offline.locator("b[href], .popup")).to_have_count(0)


def test_a_page_without_pictures_says_so_on_a_phone_too(app: str, browser: Browser) -> None:
    with watch(browser, 390, 844) as phone:
        phone.page.goto(f"{app}/")
        expect(phone.page.get_by_test_id("stMetric")).to_have_count(6)
        opened(phone.page)
        expect(phone.page.get_by_text("No picture on this page.")).to_be_visible()
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
        phone.assert_clean()
