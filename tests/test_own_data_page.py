"""The pages on data that a reader brings: the report, the use in this session, and the way back."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from app_pages import data_page, plain, press, shown
from browser_app import Watched, ready, serve, watch
from made_files import packed
from own_tables import COUNTRIES, NEEDS, SHIPPED
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

import loaders
from loaders.own_data import OVERLAY, REPLACE, from_files
from loaders.templates import empty_tables, shipped_tables
from ui.viewmodels import own_data as view

SITES = len(loaders.load(SHIPPED).sites)
HOSTILE = "<img src=x onerror=window.hit=1> <b>Oz</b> [x](javascript:window.hit=2) :rocket:"


def bring(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="own-files").set_value((name, content, "application/zip")).run()
    assert not app.exception, app.exception
    return app


def test_problems_are_a_table_with_the_place_of_each() -> None:
    report = loaders.check(
        from_files([("needs.csv", NEEDS + b"eu_midea,ndfeb,nan,,,assumed,memory,\n")], OVERLAY, "m")
    )
    assert view.verdict(report) == "1 problem in 1 place. Nothing is built before all are mended."
    assert view.problems(report.problems).rows == [
        {
            "File": "needs.csv",
            "Line": 2,
            "Column": "tonnes",
            "Problem": "the number is not finite",
            "Expected": "a finite number",
            "Found": "'nan'",
            "What to do": "Leave the cell empty where a figure is not known.",
        }
    ]


def test_the_page_reports_problems_and_offers_no_use() -> None:
    app = data_page(tab="upload")
    bring(app, "needs.csv", NEEDS + b"eu_midea,ndfeb,nan,,,assumed,own_assumption,=1+1\n")
    assert "2 problems in 1 place" in plain(app.error)
    assert list(app.dataframe[0].value["Column"]) == ["tonnes", "note"]
    assert "Use them on every page" not in [button.label for button in app.button]


def test_data_brought_are_used_in_this_session_and_in_no_other() -> None:
    app = data_page(tab="upload")
    rows = COUNTRIES + b"AUS,Oz,REST,-25,134\n"
    bring(app, "mine.zip", packed({"countries.csv": rows}))
    assert f"No problems: {SITES} sites" in plain(app.success)
    assert app.dataframe[0].value.to_dict("records") == [
        {"Table": "countries", "Replaced": 1, "Added": 0, "Removed": 0, "As shipped": 63}
    ]
    press(app, "Use them on every page")
    assert "Your data: mine.zip, laid over the shipped data" in shown(app)
    app.switch_page("views/chain.py").run()
    assert "Your data: mine.zip, laid over the shipped data" in shown(app)
    assert "Oz" in set(app.dataframe[0].value["Country"])
    other = data_page()
    other.switch_page("views/chain.py").run()
    assert "Your data" not in shown(other)
    assert "Oz" not in set(other.dataframe[0].value["Country"])
    press(app, "Back to the shipped data")
    assert "Your data" not in shown(app)
    assert "Australia" in set(app.dataframe[0].value["Country"])


def test_the_graph_store_is_not_filled_with_own_data_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ui.keeper import StoreKeeper

    woken: list[bool] = []
    monkeypatch.setattr(StoreKeeper, "wake", lambda _, *, replace=False: woken.append(replace))
    app = data_page(tab="upload")
    rows = COUNTRIES + b"AUS,Oz of the store,REST,-25,134\n"
    press(bring(app, "countries.csv", rows), "Use them on every page")
    app.switch_page("views/query.py").run()
    assert "your data are not in it yet" in app.warning[0].value
    assert woken == []
    press(app, "Fill it with your data")
    assert woken == [True]


EVIDENCE = ("events", "trade", "shares", "series", "observations", "claims")


def test_every_page_stands_on_data_without_evidence_beside_the_chain() -> None:
    """Tables that the balance does not need may be empty."""
    files = shipped_tables(SHIPPED)
    empty = empty_tables(SHIPPED)
    files |= {f"{table}.csv": empty[f"{table}.csv"] for table in EVIDENCE}
    own = from_files(files.items(), REPLACE, "bare")
    assert loaders.check(own).problems == ()
    app = data_page()
    app.session_state["own-data"] = own
    for name in ("brief", "chain", "scenario"):
        app.switch_page(f"views/{name}.py").run()
        assert not app.exception, (name, app.exception)
    for tab in ("coverage", "claims", "events", "ownership", "sources", "unknowns", "upload"):
        app.query_params["tab"] = tab
        app.switch_page("views/sources.py").run()
        assert not app.exception, (tab, app.exception)


def test_the_upload_limit_of_the_server_is_that_of_the_loader() -> None:
    from loaders.archive import LARGEST_FILE, MB

    config = (Path(view.__file__).parents[1] / ".streamlit" / "config.toml").read_text("utf-8")
    assert f"maxUploadSize = {LARGEST_FILE // MB} " in config


def test_in_the_browser_words_from_own_data_stay_words(app: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{app}/data?tab=upload")
    with page.expect_download() as download:
        page.get_by_role("button", name="Empty tables (.zip)").click()
    template = zipfile.ZipFile(download.value.path())
    assert template.read("needs.csv") == NEEDS
    assert "README.txt" in template.namelist()
    content = packed({"countries.csv": COUNTRIES + f"AUS,{HOSTILE},REST,-25,134\n".encode()})
    page.locator("input[type=file]").set_input_files(
        {"name": "<b>mine</b>.zip", "mimeType": "application/zip", "buffer": content}
    )
    expect(page.get_by_text(re.compile(f"^No problems: {SITES} sites"))).to_be_visible()
    page.get_by_role("button", name="Use them on every page").click()
    expect(page.get_by_text("Your data: <b>mine</b>.zip").first).to_be_visible()
    page.get_by_role("link", name="Chain", exact=True).click()
    ready(page, "chain")
    expect(page.get_by_text("Your data: <b>mine</b>.zip")).to_be_visible()
    page.get_by_role("link", name="Brief", exact=True).click()
    expect(page.get_by_test_id("stMetric")).to_have_count(6)
    assert page.evaluate("window.hit") is None
    page.get_by_role("button", name="Back to the shipped data").click()
    expect(page.get_by_text("Your data:")).to_have_count(0)


def test_the_pages_serve_an_overlay_named_in_the_environment(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "countries.csv").write_bytes(COUNTRIES + b"AUS,Oz,REST,-25,134\n")
    monkeypatch.setenv("MAGNETRACE_MODE", "overlay")
    with serve(tmp_path) as address, watch(browser) as watched:  # the page ends before its server
        watched.page.goto(f"{address}/chain?box=mine%7CAUS")
        expect(watched.page.get_by_role("heading", name="Oz: mine")).to_be_visible()
