"""What the Export menu gives: tables, drawings and pages, on networks small enough to check."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import openpyxl
import pytest
from networks import USGS, six_sites

from graph.tracing import trace
from ui.charts.network import chain_drawing
from ui.charts.network_page import OUTSIDE, page
from ui.charts.network_svg import svg
from ui.charts.painted import Picture, legend, line_of
from ui.cli import main
from ui.viewmodels import table_files
from ui.viewmodels.about import About, caption, facts, publications
from ui.viewmodels.chain import HEADS, chain, sentence
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.report import Made
from ui.viewmodels.tables import Table

LINK = "http://127.0.0.1:8501/chain?item=Dy"
ABOUT = About(six_sites(), "", Made("2026-11-26", "1.2.3", "our tables", LINK))
SOURCE = "magnetrace 1.2.3, our tables; publications: Data page, Sources"
HOSTILE = '=1+1 <script>alert("href")</script> & \x00\ud800'
TABLE = Table(
    name="test",
    rows=[
        {"Country": "=HYPERLINK(1)", "Share": 60.0, "t NdPr a year": 2.5, "Lost": 7.0, "Sites": 2},
        {"Country": "+a\x00b", "Share": None, "t NdPr a year": -3.0, "Lost": None, "Sites": 1},
    ],
    finding="=Two rows",
    kinds={"Share": "share", "t NdPr a year": "number", "Lost": "usd"},
)
NS = "{http://www.w3.org/2000/svg}"


def picture(finding: str = "", names: dict[str, str] | None = None) -> Picture:
    network = six_sites()
    named = names or {"CHN": "China", "AUS": "Australia"}
    view = chain(Ledger.of(network, trace(network)), item("NdPr"), named)
    return Picture(chain_drawing(view, "own"), finding or sentence(view), "Boxes: shares")


def texts(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{NS}text")]


def test_facts_say_year_scenario_source_and_link() -> None:
    assert facts(ABOUT) == (
        ("Year", "2025 (snapshot test)"),
        ("Scenario", "none: the chain as it stands"),
        ("Source", SOURCE),
        ("Made", "2026-11-26 with magnetrace 1.2.3"),
        ("Link", LINK),
    )
    assert caption(ABOUT) == (
        "Year: 2025 (snapshot test). Scenario: none: the chain as it stands.",
        f"Source: {SOURCE}. Made 2026-11-26.",
        LINK,
    )


def test_without_a_link_the_command_stands_there() -> None:
    about = About(six_sites(), "Stop", Made("2026-11-26", "1.2.3", "t", command="magnetrace x"))
    assert dict(facts(about))["Command"] == "magnetrace x"
    assert dict(facts(about))["Scenario"] == "Stop"
    assert caption(about)[2] == "magnetrace x"


def test_publications_are_those_that_sites_and_flows_cite() -> None:
    assert publications(six_sites()) == (USGS,)


def test_a_row_of_csv_says_by_itself_what_it_is_of() -> None:
    rows = list(csv.reader(io.StringIO(table_files.csv(TABLE, ABOUT))))
    assert rows[0] == [
        *("Country", "Share, %", "t NdPr a year", "Lost, USD", "Sites"),
        *("Export: year", "Export: scenario", "Export: source", "Export: made", "Export: link"),
    ]
    about = [said for _, said in facts(ABOUT)]
    assert rows[1] == ["'=HYPERLINK(1)", "60.0", "2.5", "7.0", "2", *about]
    assert rows[2] == ["'+a\x00b", "", "-3.0", "", "1", *about]


def test_units_stand_in_heads_or_kinds() -> None:
    assert table_files.unit(TABLE, "Share") == "%"
    assert table_files.unit(TABLE, "t NdPr a year") == "t NdPr a year"
    assert table_files.unit(TABLE, "Cost, USD/kg") == "USD/kg"
    assert table_files.unit(TABLE, "Observed, t") == "t"
    assert table_files.unit(TABLE, "Sites") == ""


def test_a_workbook_holds_the_table_and_what_it_is_of() -> None:
    content = table_files.xlsx(TABLE, ABOUT, {"Share": "part of the stage"}.get)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Table", "About"]
    assert list(book["Table"].values) == [
        ("Country", "Share, %", "t NdPr a year", "Lost, USD", "Sites"),
        ("=HYPERLINK(1)", 60, 2.5, 7, 2),
        ("+a b", None, -3, None, 1),
    ]
    about = [tuple(value for value in row if value is not None) for row in book["About"].values]
    assert about[:6] == [("Title", "=Two rows"), *facts(ABOUT)]
    assert ("Share", "part of the stage", "%") in about
    assert ("Sites", "none") in about
    assert about[-1] == (USGS.title, USGS.publisher, USGS.date)


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    content = table_files.xlsx(TABLE, ABOUT, lambda _: HOSTILE)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    starts = [cell for cell in cells if str(cell.value).startswith("=")]
    assert len(starts) == 7
    assert all(cell.quotePrefix for cell in starts)


def test_an_empty_table_is_an_empty_sheet() -> None:
    empty = Table("none", [], "nothing")
    book = openpyxl.load_workbook(io.BytesIO(table_files.xlsx(empty, ABOUT, lambda _: None)))
    assert list(book["Table"].values) == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_drawing_shows_boxes_flows_heads_legend_and_source(mode: str) -> None:
    shown = picture()
    root = ET.fromstring(svg(shown, caption(ABOUT), mode))  # noqa: S314 - our own
    assert root.findtext(f"{NS}title") == shown.finding == "NdPr, 2025. China: 60\xa0% of mine."
    assert LINK in (root.findtext(f"{NS}desc") or "")
    said = texts(root)
    assert [head for head in said if head in HEADS] == list(HEADS)
    assert {"China", "60\xa0%", "Australia", "40\xa0%", "Boxes: shares", "80 to 100 %"} <= set(said)
    assert LINK in said
    boxes = [box for box in root.iter(f"{NS}rect") if box.get("rx") == "5"]
    assert len(boxes) == len(shown.nodes) == 7
    titles = [each.text or "" for each in root.iter(f"{NS}title")]
    assert len([title for title in titles if " to " in title and "a year" in title]) == 6


def test_lines_have_the_colour_of_their_share_and_the_width_of_their_mass() -> None:
    root = ET.fromstring(svg(picture(), (), "light"))  # noqa: S314 - our own
    lines = {
        (group.findtext(f"{NS}title") or "").split("\n")[0]: group.find(f"{NS}path")
        for group in root.iter(f"{NS}g")
        if group.find(f"{NS}path") is not None
    }
    home = lines["China, Mine to MYS, Separation"]
    abroad = lines["Australia, Mine to MYS, Separation"]
    onward = lines["MYS, Separation to VNM, Metal & alloy"]
    assert home is not None
    assert abroad is not None
    assert onward is not None
    assert (home.get("stroke"), abroad.get("stroke")) == ("#3F007D", "#C3C0D4")
    assert onward.get("stroke") == "#6A51A3"
    assert (onward.get("stroke-width"), home.get("stroke-width")) == ("10", "7.97")
    assert home.get("d") == "M64 0C86 0 86 48 108 48"


def test_a_drawing_holds_hostile_names_as_text() -> None:
    made = svg(picture(HOSTILE, {"CHN": HOSTILE}), (HOSTILE,), "light")
    root = ET.fromstring(made)  # noqa: S314 - our own
    assert [each for each in root.iter() if each.tag.endswith("script")] == []
    assert '<script>alert("href")</script>' in (root.findtext(f"{NS}title") or "")


def test_a_legend_leaves_out_what_only_a_selection_shows() -> None:
    key = ({"label": "other"}, {"label": "picked", "frame": "solid"}, {"label": "f", "line": "cut"})
    shown = Picture(picture().drawing, "", "", key=key)
    assert [(e.label, e.fill, e.line) for e in legend(shown, "light")] == [
        ("other", "", None),
        ("f", None, "#8F6F00"),
    ]
    assert line_of({"cut": True}, "dark") == "#F6D743"


def test_a_page_asks_nobody_and_shows_data_as_text() -> None:
    hostile = picture(HOSTILE, {"CHN": HOSTILE})
    made = page(hostile, [*facts(ABOUT), ("x", HOSTILE)], publications(six_sites()), "light")
    assert re.findall(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=""", made) == []
    assert "alert(" in made
    assert "<script>alert" not in made
    assert "popup.innerHTML" not in made
    assert "default-src 'none'" in made
    assert "Mineral Commodity Summaries 2026, U.S. Geological Survey, 2026-02" in made
    assert made.count("<h1>") == 1


def test_what_is_taken_out_of_the_page_is_what_it_would_ask_for() -> None:
    asked = (
        '<link\n href="https://a/b.css"\n crossorigin="x"\n/><script src="https://a/b.js"></script>'
    )
    kept = '<style>a{}</style><script>let a = "<link>";</script>'
    assert OUTSIDE.sub("", asked + kept) == kept


@pytest.mark.parametrize("kind", ["html", "svg"])
def test_the_command_writes_the_chain(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    call = ["export", str(folder), "--to", kind, "--item", "Dy", "--lens", "located"]
    assert main(call) == 0
    made = (folder / f"magnetrace-chain.{kind}").read_text("utf-8")
    assert "Dy, 2025. China:" in made
    assert f"magnetrace export {folder} --to {kind} --snapshot 2025 --item Dy" in made
    assert main(call) == 1
