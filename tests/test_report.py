"""Reports: what they say word by word, in both kinds of file, and that words stay words."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from test_compare import NAMES, NB, network, three

from loaders import tables
from ui.cli import main
from ui.report import FORMATS, command_of, link_of
from ui.report_html import html
from ui.report_pdf import pdf, shown
from ui.viewmodels.compare import Side
from ui.viewmodels.report import Made, Report, report

LINK = "http://127.0.0.1:8501/compare?against=a%2Cb%2Cc"
MADE = Made("2026-11-26", "0.1.0", "the tables that ship", LINK, "magnetrace report a b c")
HOSTILE = "</title><img src=x onerror=hit()> & <b>“x”</b> \\( $x$ 稀土"


def made(compared: tuple[Side, ...] | None = None, of: Made = MADE) -> Report:
    found = compared or three()
    cited = [
        replace(side, scenario=replace(side.scenario, sources=("usgs_mcs2026", "nobody")))
        for side in found
    ]
    return report(cited, network(), tables(), NAMES, "all end uses together", "", of)


class Page(HTMLParser):
    """Elements with their attributes, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def streams(document: bytes) -> list[str]:
    """The content of every page, uncompressed."""
    found = []
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", document, re.DOTALL):
        try:
            packed = base64.a85decode(match[1].strip().removesuffix(b"~>"))
            content = zlib.decompress(packed).decode("latin-1")
        except (ValueError, zlib.error):
            continue  # a typeface
        if " Tj" in content:
            found.append(content)
    return found


def words(document: bytes) -> str:
    """Lines of text as the PDF shows them, a space between two."""
    lines = re.findall(r"\(((?:\\.|[^\\()])*)\) Tj", "\n".join(streams(document)))
    return " ".join(re.sub(r"\\([()\\])", r"\1", line) for line in lines)


def test_the_page_says_it_all() -> None:
    page = html(made())
    said = Page(page).text
    for expected in (
        "Scenarios compared",
        f"A, “No answer”, costs all end uses together most: 6.00{NB}m{NB}USD within 10 weeks.",
        f"−2.00{NB}m{NB}USD against A (33{NB}% less)",
        "B against A: less is lost by 2 end uses, more by 1.",
        f"5.00{NB}m{NB}USD, 10.0{NB}%\n100{NB}vehicles",
        f"−3.00{NB}m{NB}USD, −6.0{NB}%\n−60.0{NB}vehicles",
        "Loss abroad for each USD of its own",
        "snapshot test, year 2025; seed 7; 10 weeks",
        "2026-11-26 with magnetrace 0.1.0",
        "magnetrace report a b c",
        "stock days: Ore and concentrate waiting at Chinese separation plants",
        f"60{NB}days",
        "Mineral Commodity Summaries 2026. U.S. Geological Survey. 2026-02",
        "A, B, C, end uses",
        "nobody",
    ):
        assert expected in said, expected
    links = [attributes.get("href") for tag, attributes in Page(page).tags if tag == "a"]
    assert LINK in links


def test_the_page_runs_nothing_and_fetches_nothing() -> None:
    page = html(made())
    tags = Page(page).tags
    assert {tag for tag, _ in tags}.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert not [a for _, attributes in tags for a in attributes if a == "src" or a[:2] == "on"]
    assert "default-src 'none'" in page
    assert "url(" not in page
    assert "@import" not in page


def test_the_lines_are_drawn_from_the_figures() -> None:
    """5 m USD in week 4 of 10 is the upper edge of the axis, and no loss its lower one."""
    lines = re.findall(r'<polyline points="([^"]+)"', html(made()))
    assert len(lines) == 3
    points = [tuple(map(float, point.split(","))) for point in lines[0].split()]
    assert len(points) == 10
    assert points[4] == (350.0, 16.0)
    assert {y for i, (_, y) in enumerate(points) if i != 4} == {236.0}
    assert points[0][0] == 62.0
    assert points[-1][0] == 710.0


def test_the_document_says_the_same() -> None:
    document = pdf(made())
    assert document.startswith(b"%PDF-")
    said = words(document)
    for expected in (
        "Scenarios compared",
        "costs all end uses together most: 6.00 m USD within 10 weeks.",
        "B against A: less is lost by 2 end uses, more by 1.",
        "5.00 m USD, 10.0 % 100 vehicles",
        "snapshot test, year 2025; seed 7; 10 weeks",
        "2026-11-26 with magnetrace 0.1.0",
        LINK,
        "magnetrace report a b c",
        "Ore and concentrate waiting at Chinese separation plants 60 days",
        "Mineral Commodity Summaries 2026. U.S. Geological Survey. 2026-02",
    ):
        assert expected in said, expected
    assert f"/URI ({LINK})".encode() in document
    first = streams(document)[0]
    assert re.search(r" l\s.* l\s", first, re.DOTALL), "lines are vectors"
    assert " Do" not in first, "no picture"


def test_the_finding_fits_on_the_first_page() -> None:
    pages = streams(pdf(made()))
    assert "How it was made" in pages[0]
    assert "Assumptions used" not in pages[0]
    assert "Assumptions used" in pages[1]


def test_the_same_report_gives_the_same_bytes() -> None:
    assert pdf(made()) == pdf(made())


def test_words_never_become_markup() -> None:
    a, b, _ = three()
    hostile = replace(a, scenario=replace(a.scenario, title=HOSTILE, summary=HOSTILE))
    told = made((hostile, b), replace(MADE, link="javascript:hit()", data=HOSTILE))
    page = Page(html(told))
    assert "img" not in [tag for tag, _ in page.tags]
    assert [tag for tag, _ in page.tags].count("title") == 1
    assert HOSTILE in page.text
    assert all("javascript" not in (a.get("href") or "") for _, a in page.tags)
    document = pdf(told)
    assert "<img src=x onerror=hit" in words(document)
    assert b"/URI (javascript" not in document


def test_endless_words_still_make_a_document() -> None:
    a, b, _ = three()
    endless = replace(a, scenario=replace(a.scenario, title="x" * 40_000, summary="y " * 40_000))
    assert "x" * 20 in words(pdf(made((endless, b))))


def test_what_the_typeface_lacks_is_a_question_mark() -> None:
    assert shown("Kovářů − “x” ≥ 1") == "Kováru − “x” ≥ 1"
    assert shown("稀土") == "??"


def test_a_single_scenario_is_told_alone() -> None:
    told = made(three()[:1])
    assert told.title == "No answer"
    assert told.headline == (
        f"“No answer” costs all end uses together 6.00{NB}m{NB}USD within 10 weeks."
    )
    assert told.tiles[0].against == ""
    assert told.front[0].title == "Loss by end use"
    assert told.front[0].head == ("End use", "A: lost", "First week", "Sources")


def test_changed_assumptions_are_told() -> None:
    first, *others = three()
    moved = replace(first, scenario=replace(first.scenario, assumptions=(("STK07", 60.0),)))
    (told,) = [note for note in made((moved, *others)).notes if "assumption changed" in note]
    assert told.startswith("A: 1 assumption changed. Car industry outside China")
    assert f": 60 instead of 72{NB}days." in told


def test_links_and_commands_bring_it_back() -> None:
    params = {"against": "a,b", "whose": "EV"}
    expected = "http://h:1/compare?against=a%2Cb&whose=EV"
    assert link_of("http://h:1", "compare", params) == expected
    assert link_of("http://h:1/compare", "compare", params) == expected
    assert link_of("http://h:1/x/", "scenario", {}) == "http://h:1/x/scenario"
    assert command_of(["a", "b c"], "2025", "EV") == (
        "magnetrace report a 'b c' --snapshot 2025 --for EV --to report.pdf"
    )


@pytest.mark.parametrize("kind", list(FORMATS))
def test_the_command_writes_a_new_file(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"out.{kind}"
    call = ["report", "kuantan-outage", "answer-none", "--for", "EV", "--to", str(path)]
    assert main(call) == 0
    assert "costs EV most" in capsys.readouterr().out
    content = path.read_bytes()
    said = words(content) if kind == "pdf" else content.decode()
    assert "magnetrace report kuantan-outage answer-none --snapshot 2025 --for EV" in said
    assert "against=kuantan-outage%2Canswer-none" in said
    assert main(call) == 1
    assert "the file is there already" in capsys.readouterr().err
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["answer-none", "--to", "out.txt"], "ends in .html or .pdf, got out.txt"),
        (["a", "b", "c", "d", "e", "--to", "out.pdf"], "4 scenarios at most, got 5"),
        (["answer-none", "--to", "o.pdf", "--url", "javascript:x"], "expected http://HOST:PORT"),
        (["answer-nil", "--to", "out.pdf"], "answer-n"),
        (["answer-none", "--to", "out.pdf", "--for", "cars"], "no end use or sector"),
    ],
)
def test_wrong_calls_say_what_is_wrong(
    options: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *options]) == 2
    assert what in capsys.readouterr().err
