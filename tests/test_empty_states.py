"""What pages say where there is nothing to show: wrong data, unknown names, no store, no rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from app_pages import address, data_page, page, plain, shown
from ready_made import FLOWS, SITES
from streamlit.testing.v1 import AppTest
from test_own_data_page import bring

from graph.store import runtime
from ui import asking
from ui.keeper import StoreKeeper
from ui.viewmodels import brief

PAGES = ("brief", "chain", "chokepoints", "scenario", "compare", "query")
Serve = Callable[..., None]


def said(app: AppTest) -> str:
    """All that a page says, errors and warnings too."""
    return "\n".join([shown(app), plain([*app.error, *app.warning])])


def links(app: AppTest) -> list[str]:
    return [link.label for link in app.get("page_link")]


def opened(name: str) -> AppTest:
    return data_page() if name == "data" else page(name)


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Serve tables of one's own, as `magnetrace explore --data` does."""
    monkeypatch.setattr(
        StoreKeeper, "wake", lambda keeper, **_: setattr(keeper, "state", "starting")
    )

    def serve(**tables: str) -> None:
        for name, content in tables.items():
            (tmp_path / f"{name}.csv").write_text(content, "utf-8")
        monkeypatch.setenv("MAGNETRACE_DATA", str(tmp_path))

    return serve


@pytest.mark.parametrize("name", [*PAGES, "data"])
def test_wrong_data_are_told_with_their_place_on_every_page(given: Serve, name: str) -> None:
    given(sites=SITES.replace("AUS", "OZ"), flows=FLOWS)
    app = opened(name)
    assert app.header[-1].value == "These data cannot be shown"
    assert "1 problem, each with its place. Nothing is built before all are mended." in said(app)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["File"], row["Line"], row["Column"], row["Found"]) == (
        *("sites.csv", 2, "country", "'OZ'"),
    )
    assert "reload this page" in said(app)


def test_tables_without_rows_are_told(given: Serve) -> None:
    given(sites=SITES.splitlines()[0] + "\n", flows=FLOWS.splitlines()[0] + "\n")
    app = page()
    assert list(app.dataframe[0].value["File"]) == ["sites.csv", "flows.csv"]
    assert list(app.dataframe[0].value["Problem"]) == ["the table has no rows"] * 2


def test_a_folder_without_tables_says_where_to_start(given: Serve) -> None:
    given()
    assert app_problem(page()).startswith("Start from the template")


def app_problem(app: AppTest) -> str:
    return str(app.dataframe[0].value["What to do"][0])


@pytest.mark.parametrize(
    ("name", "words", "way"),
    [
        ("brief", "China makes n/a of the world's NdFeB magnets.", "What the words mean"),
        (
            "chokepoints",
            "no end uses with supply, so that nothing can be lost",
            "Back to the Brief",
        ),
        ("scenario", "Choose another scenario or year at the left", ""),
        (
            "compare",
            "Choose other scenarios above, or another year",
            "Back to the Brief",
        ),
        ("query", "The answer appears here as soon as the graph store runs.", ""),
    ],
)
def test_a_network_that_ends_at_metal_is_no_dead_end(
    given: Serve, name: str, words: str, way: str
) -> None:
    given(sites=SITES, flows=FLOWS)
    app = page(name)
    assert words in said(app)
    assert not way or way in links(app)


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("events", "These data hold no events: the table events.csv is empty."),
        ("years", "the table series.csv is empty"),
        ("years", "the table observations.csv is empty"),
        ("coverage", "What does not close"),
        ("claims", "0 claims"),
        ("trade", "No trade figure with a weight is at hand"),
        ("ownership", "0 stakes"),
        ("sources", "Pick a row"),
        ("unknowns", "Figures from memory"),
    ],
)
def test_every_section_of_the_data_page_says_what_these_data_lack(
    given: Serve, tab: str, words: str
) -> None:
    given(sites=SITES, flows=FLOWS)
    assert words in said(data_page(tab=tab))


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("brief", {"year": "1066"}, "“1066”, which these data do not hold. Shown instead: 2025"),
        ("compare", {"against": "gone,answer-none"}, "“gone”, which these data do not hold. Shown"),
        ("compare", {"whose": "<b>"}, "“<b>”, which these data do not hold. Shown instead: All"),
        (
            "chokepoints",
            {"lost": "country", "whose": "nobody", "point": "ATL"},
            "“ATL”, which these data do not hold. Shown instead: China.",
        ),
        ("chain", {"box": "magnet|XXX"}, "“magnet|XXX”, which these data do not hold. Shown"),
        ("chain", {"site": "nobody"}, "“nobody”, which these data do not hold. Shown instead: no"),
        ("chokepoints", {"member": "nobody"}, "“nobody”, which these data do not hold. Shown"),
        (
            "query",
            {"question": "nothing"},
            "“nothing”, which these data do not hold. Shown instead: China's share",
        ),
        (
            "query",
            {"question": "who-is-hit", "p__site": "nobody"},
            "“nobody”, which these data do not hold. Shown instead: Lynas Malaysia",
        ),
        ("data", {"tab": "sources", "source": "none"}, "“none”, which these data do not hold."),
        ("data", {"tab": "events", "event": "PE999"}, "“PE999”, which these data do not hold."),
        ("data", {"tab": "events", "actor": "XXX"}, "“XXX”, which these data do not hold."),
        ("data", {"tab": "claims", "about": "x"}, "“x”, which these data do not hold."),
        ("data", {"tab": "years", "quantity": "x"}, "“x”, which these data do not hold."),
        ("data", {"tab": "ownership", "site": "nobody"}, "“nobody”, which these data do not hold."),
    ],
)
def test_a_link_to_what_is_not_there_says_so(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, str], words: str
) -> None:
    monkeypatch.setattr(StoreKeeper, "wake", lambda keeper: setattr(keeper, "state", "starting"))
    app = data_page(**params) if name == "data" else page(name, **params)
    assert words in said(app)


def test_the_word_about_a_link_goes_with_the_first_choice() -> None:
    app = page("compare", whose="nobody")
    assert "“nobody”" in said(app)
    app.run()
    assert "“nobody”" in said(app)
    app.selectbox(key="whose").set_value("EV").run()
    assert "“nobody”" not in said(app)
    assert address(app) == {"whose": "EV"}


def test_what_a_choice_makes_unknown_is_no_matter_of_the_link() -> None:
    app = data_page(tab="years", quantity="price", material="Dy oxide")
    app.selectbox(key="quantity").set_value("mine_output").run()
    assert not app.exception
    assert "do not hold" not in said(app)


def unreachable(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("NEO4J_USERNAME", "neo4j")
    monkeypatch.setenv("NEO4J_PASSWORD", "x")
    return "127.0.0.1:1"


def without_java(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(runtime, "find_spec", lambda _: None)
    return "is not installed for this system"


@pytest.fixture
def fresh_keeper() -> Iterator[None]:
    """No keeper of another test, nor one that is left to others."""
    asking.keeper_of.clear()
    yield
    asking.keeper_of.clear()


@pytest.mark.usefixtures("empty_state", "fresh_keeper")
@pytest.mark.parametrize("lack", [unreachable, without_java])
def test_without_a_store_the_query_page_says_why_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, lack: Callable[[pytest.MonkeyPatch], str]
) -> None:
    named = lack(monkeypatch)
    app = page("query")
    for _ in range(100):
        if app.error:
            break
        time.sleep(0.1)
        app.run()
    assert "The graph store is not running" in said(app)
    assert named in plain(app.error)
    assert "All other pages work without it." in said(app)
    assert "Start and fill it" in [button.label for button in app.button]
    assert "What an answer looks like" in said(app)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mine.zip", b"no zip at all", "the file is no zip"),
        ("needs.csv", b"\xff\xfe\x00", "needs.csv"),
        ("holiday.csv", b"a,b\n1,2\n", "holiday.csv"),
    ],
)
def test_an_upload_that_fails_says_which_file_and_what_is_wrong(
    name: str, content: bytes, words: str
) -> None:
    app = bring(data_page(tab="upload"), name, content)
    assert "Nothing is built before all are mended" in said(app)
    assert words in app.dataframe[0].value.to_string()
    assert app_problem(app)
    assert "Use them on every page" not in [button.label for button in app.button]


def test_what_this_is_is_said_with_its_size() -> None:
    words = brief.about(3, 1200)
    assert "through 3 sites and 1,200 flows" in words
    assert "forecasts neither prices nor politics" in words
    assert [question.page for question in brief.QUESTIONS] == ["chain", "scenario", "chokepoints"]
