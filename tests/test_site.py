"""The documentation as a site: it builds without a warning, its links and anchors lead somewhere,
and it asks no other machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from named_links import NAMED_LINKS
from pictures import said

ROOT = Path(__file__).resolve().parents[1]
ASKED = re.compile(
    r"<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=[\"']?([^\"'\s>]+)", re.IGNORECASE
)
"""What a browser fetches by itself when it opens a page."""
LINK = re.compile(r"\]\(([^)\s#]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def build(root: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=root,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_page_is_on_the_site(site: Path) -> None:
    made = {page.stem for page in site.glob("*.html")} - {"404"}
    assert made == {page.stem for page in (ROOT / "docs").glob("*.md")}
    for outside in ("LICENSE", "benchmarks/ensemble.py", "benchmarks/index.html"):
        assert (site / "repository" / outside).is_file()


def test_every_page_has_one_place_in_the_order() -> None:
    order = (ROOT / "mkdocs.yml").read_text("utf-8").split("\nnav:", 1)[1]
    placed = re.findall(r": ([a-z0-9-]+\.md)$", order, re.MULTILINE)
    assert sorted(placed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))
    kinds = re.findall(r"^  - (.+?):", order, re.MULTILINE)
    assert kinds == ["Home", "Tutorial", "How-to guides", "Reference", "Explanation"]


def test_a_page_asks_no_other_machine(site: Path) -> None:
    asked = {
        address
        for page in pages(site)
        for address in ASKED.findall(page.read_text("utf-8"))
        if "://" in address or address.startswith("//")
    }
    assert asked == set()
    styles = [path.read_text("utf-8") for path in site.rglob("*.css")]
    assert len(styles) >= 2
    assert [css for css in styles if re.search(r"url\([\"']?(https?:)?//|@import", css)] == []


def test_lists_and_tables_came_out(site: Path) -> None:
    """What GitHub reads as a list or a table and the site as text has marks in a paragraph."""
    left = [
        f"{page.name}: {found[:60]}"
        for page in pages(site)
        for found in re.findall(r"<p>([^<]*(?:<(?!/p>)[^<]*)*)</p>", page.read_text("utf-8"))
        if re.search(r"^(?:[-*] |\d+\. |\|)", found, re.MULTILINE)
    ]
    assert left == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("See [there](scenarios.md#no-such-anchor).", "#no-such-anchor"),
        ("See [there](no-such-page.md).", "no-such-page.md"),
        ("See [there](../no-such-file.txt).", "no-such-file.txt"),
    ],
)
def test_a_broken_link_stops_the_build(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(f"# Guide\n\n{line}\n")
    (tmp_path / "docs/scenarios.md").write_text("# Scenarios\n")
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("node_*"))
    settings = (ROOT / "mkdocs.yml").read_text("utf-8").split("\nnav:", 1)[0]
    (tmp_path / "mkdocs.yml").write_text(settings)
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    assert said in done.stderr


def anchors(page: Path) -> set[str]:
    """The anchors GitHub gives a page: of its headings, and those written out."""
    text = page.read_text("utf-8")
    found = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in HEADING.findall(FENCE.sub("", text)):
        words = re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        times = sum(1 for anchor in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", anchor))
        found.add(f"{slug}-{times}" if slug in found else slug)
    return found


def test_anchors_lead_somewhere_on_github() -> None:
    linked = [
        (page, (page.parent / target) if target else page, anchor)
        for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "benchmarks/README.md")
        for target, anchor in LINK.findall(FENCE.sub("", page.read_text("utf-8")))
        if "://" not in target
    ]
    assert len(linked) > 100
    assert [
        f"{page.name}: {target.name}#{anchor}"
        for page, target, anchor in linked
        if anchor not in anchors(target)
    ] == []


def test_pictures_are_small_shown_and_known() -> None:
    """What they say is held against the pages by tests/test_browser_screens.py."""
    taken = {f"{name}-{look}": look for name, link in NAMED_LINKS.items() for look in link.pictured}
    sizes = {path.stem: path.stat().st_size for path in (ROOT / "docs/screenshots").glob("*.png")}
    assert set(taken) == set(sizes) == set(said())
    assert set(taken.values()) == {"light", "dark"}
    assert max(sizes.values()) <= 250_000
    text = "".join(
        page.read_text("utf-8") for page in (ROOT / "README.md", *ROOT.glob("docs/*.md"))
    )
    assert [name for name in taken if f"screenshots/{name}.png)" not in text] == []


def test_addresses_in_the_tutorial_are_views_that_a_browser_opens() -> None:
    text = (ROOT / "docs/tutorial.md").read_text("utf-8")
    shown = re.findall(r"\(http://127\.0\.0\.1:8501(/[^)]*)\)", text)
    assert len(shown) == 6
    assert set(shown) <= {link.path for link in NAMED_LINKS.values()}
