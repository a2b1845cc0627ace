"""Runs kept in the graph from the Scenario page, in a real browser on the real store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_app import Watched, serve
from playwright.sync_api import expect
from states import own_store

from graph import store

STATE_MS = 90_000


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a store that the tests ask too."""
    with own_store(tmp_path_factory.mktemp("runs")), serve() as address:
        yield address


@pytest.fixture(autouse=True)
def _no_runs(app: str) -> None:  # noqa: ARG001 - where the store is
    with store.connect(read_only=False) as opened:
        for run in opened.runs():
            opened.delete_run(run.name)


def names() -> list[str]:
    with store.connect() as opened:
        return [run.name for run in opened.runs()]


def test_a_run_is_stored_asked_and_deleted(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario?scenario=full-export-stop&stored=1")
    expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=STATE_MS)
    expect(page.get_by_text("The graph store holds no run yet.")).to_be_visible()
    expect(page.get_by_label("Name of the run")).to_have_value("full-export-stop")
    page.get_by_label("Name of the run").fill("a/b")
    page.get_by_role("button", name="Store this run").click()
    expect(page.get_by_role("alert").filter(has_text="letters, digits")).to_be_visible()
    page.get_by_label("Name of the run").fill("no exports")
    page.get_by_role("button", name="Store this run").click()
    expect(page.get_by_text("Stored as “no exports”.")).to_be_visible()
    assert names() == ["no exports"]
    page.get_by_role("link", name="Ask which end uses lose").click()
    expect(page).to_have_url(re.compile(r"/query\?question=own&cypher=MATCH"))
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text(re.compile(r"rows? in \d"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    answer = Path(download.value.path()).read_text("utf-8").splitlines()
    assert len(answer) > 20
    assert {row.split(",")[0] for row in answer[1:]} == {"no exports"}
    page.goto(f"{app}/scenario?scenario=full-export-stop&stored=1")
    expect(page.get_by_role("button", name="Delete it")).to_be_visible()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("Deleted “no exports”.")).to_be_visible()
    expect(page.get_by_text("The graph store holds no run yet.")).to_be_visible()
    assert names() == []


def test_no_store_is_started_until_runs_are_asked_for(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/scenario?scenario=full-export-stop")
    expect(page.get_by_role("heading", name="Kept in the graph")).to_be_visible()
    expect(page.get_by_text("The graph store is")).to_have_count(0)
    page.get_by_text("Show stored runs").click()
    expect(page).to_have_url(re.compile("stored=1"))
    expect(page.get_by_text("The graph store is running")).to_be_visible(timeout=STATE_MS)
