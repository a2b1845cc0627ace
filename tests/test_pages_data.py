"""The Data page: every section opens by its link."""

from __future__ import annotations

import pytest
from app_pages import address, data_page, shown


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        ("coverage", "What does not close"),
        ("validation", "None is a free output"),
        ("claims", "The published figure went in, so the two must agree"),
        ("events", "86 events"),
        ("ownership", "183 stakes in 120 sites and firms"),
        ("sources", "Pick a row to see the figures taken from it"),
        ("upload", "Nothing brought yet"),
        ("unknowns", "10 events whose end date has passed, state not verified"),
        ("years", "In 2025 China is highest with 270,000\u00a0t REO, 69\u00a0% of the world"),
    ],
)
def test_every_section_of_the_data_page_opens_by_link(tab: str, expected: str) -> None:
    app = data_page(tab=tab)
    assert app.title[0].value == "Data: can I trust it?"
    assert expected in shown(app)
    assert address(app) == ({} if tab == "coverage" else {"tab": tab})


def test_a_past_case_that_is_not_run_says_what_is_missing() -> None:
    app = data_page(tab="validation", past="quota-2011")
    assert "quota-2011 is not run" in shown(app)
    assert "imports or exports by month from 2010 to 2012" in shown(app)
    assert address(app) == {"tab": "validation", "past": "quota-2011"}
    assert data_page(tab="validation", past="<b>").session_state["past"] == "april-2025"


def test_events_are_filtered_and_picked_by_link() -> None:
    app = data_page(tab="events", instrument="export_licence", event="PE044")
    assert app.selectbox(key="instrument").value == "export_licence"
    assert "10 events" in shown(app)
    assert "suspension end date passed on 10 November 2026, status unverified" in shown(app)
    app.selectbox(key="actor").set_value("CHN").run()
    assert not app.exception
    assert address(app)["actor"] == "CHN"


def test_the_negotiators_of_the_article_are_marked_disputed() -> None:
    app = data_page(tab="events", event="PE033")
    assert "status: disputed" in shown(app)
    assert "named reports refute it" in shown(app)


def test_claims_about_one_thing_open_by_the_link_of_any_of_them() -> None:
    app = data_page(tab="claims", about="mine_mmr_2024_3")
    assert "Used 27,000\u00a0t\u00a0REO; others say 31,000 to 39,400\u00a0t\u00a0REO." in shown(app)
    assert "The article behind this project gives China over 70\u00a0% of capacity" in shown(app)
    assert address(app) == {"tab": "claims", "about": "mine_mmr_2024_1"}
    app.selectbox(key="about").set_value("negotiators_1").run()
    assert not app.exception
    assert "refuted: Mnuchin, Ross and Lighthizer for the USA" in shown(app)
    assert "Independent Sentinel" in shown(app)
    app.selectbox(key="about").set_value("").run()
    assert "348 claims about 121 things" in shown(app)
    assert address(app) == {"tab": "claims"}


def test_a_source_and_an_owner_open_by_link() -> None:
    app = data_page(tab="sources", source="usgs_mcs2026")
    assert "rows cite USGS Mineral Commodity Summaries 2026" in shown(app)
    app = data_page(tab="ownership", site="m_ngualla")
    assert "2 stakes in Ngualla" in shown(app)


def test_a_quantity_and_a_case_open_by_link() -> None:
    app = data_page(tab="years", quantity="price", material="Dy oxide", case="2010_embargo")
    assert app.selectbox(key="quantity").value == "price"
    assert app.selectbox(key="material").value == "Dy oxide"
    assert "In 2025 China is highest with 239\u00a0USD/kg" in shown(app)
    assert "they lie farthest apart for China in 2025: 224\u00a0USD/kg and 239" in shown(app)
    app.selectbox(key="measure").set_value("import_volume|t|month").run()
    assert not app.exception
    assert "rare earths, China to Japan, 8 values: highest 4,080\u00a0t in 2010-12" in shown(app)
    assert address(app) == {
        "tab": "years",
        "quantity": "price",
        "material": "Dy oxide",
        "case": "2010_embargo",
        "measure": "import_volume|t|month",
    }


@pytest.mark.parametrize(
    "params",
    [
        {"tab": "years", "quantity": "<b>", "material": "gold", "case": "x", "measure": "|"},
        {"tab": "years", "case": "other"},
        {"tab": "years", "quantity": "magnet_demand", "case": "quarters"},
        {"tab": "gold"},
        {"tab": "events", "instrument": "<b>", "actor": "XXX", "event": "nothing"},
        {"tab": "events", "instrument": "conflict", "actor": "AUS"},
        {"tab": "ownership", "site": "nobody"},
        {"tab": "ownership", "site": "m_bayan_obo"},
        {"tab": "sources", "source": "../../etc"},
        {"tab": "claims", "about": "<script>"},
    ],
)
def test_no_link_breaks_the_data_page(params: dict[str, str]) -> None:
    data_page(**params)
