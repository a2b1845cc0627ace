"""What a walk through the pages carries along, as values and as pages without a browser."""

from __future__ import annotations

from app_pages import address, data_page, page, shown
from streamlit.testing.v1 import AppTest

from ui.selection import beside, carried, field_of, taken
from ui.state import UrlState

CHAIN = ("year", "item", "lens", "box", "site")
CHOKEPOINTS = ("year", "whose", "lost", "china", "point", "element")


def test_what_pages_name_differently_is_the_same() -> None:
    assert field_of("lens", CHAIN) == "lens"
    assert field_of("lens", CHOKEPOINTS) == "china"
    assert field_of("box", CHOKEPOINTS) == ""
    shared = {"year": "2024", "item": "Dy", "lens": "controlled", "box": "a|b", "site": "s"}
    assert carried(UrlState(), shared, CHOKEPOINTS) == UrlState(
        year="2024", element="Dy", china="controlled", point="s"
    )


def test_what_a_page_cannot_show_stays_behind() -> None:
    shared = {"item": "smco", "lens": "own", "site": "s"}
    assert carried(UrlState(lost="firm"), shared, CHOKEPOINTS) == UrlState(lost="firm")
    firm = taken(UrlState(lost="firm"), UrlState(lost="firm", point="lynas"), CHOKEPOINTS)
    assert firm == {}


def test_only_what_was_chosen_is_taken() -> None:
    entered = UrlState(lens="controlled")
    assert taken(entered, entered, CHAIN) == {}
    assert taken(entered, UrlState(lens="controlled", site="s"), CHAIN) == {"site": "s"}
    assert taken(UrlState(), UrlState(point="s"), CHOKEPOINTS) == {"site": "s"}
    assert taken(UrlState(site="s"), UrlState(), CHAIN) == {"site": ""}


def test_a_link_carries_what_its_page_does_not_tell() -> None:
    shared = {"year": "2024", "site": "s", "lens": "own"}
    here = UrlState(year="2024", site="s")
    assert beside(shared, here, here, CHAIN) == {}
    assert beside(shared, UrlState(year="2024"), UrlState(year="2024"), ("year",)) == {"site": "s"}
    assert beside(shared, here, UrlState(year="2024"), CHAIN) == {"site": "s"}


def go(app: AppTest, name: str) -> AppTest:
    for key in list(app.query_params):
        del app.query_params[key]
    app.switch_page(f"views/{name}.py").run()
    assert not app.exception, app.exception
    return app


def test_a_site_chosen_on_one_page_is_chosen_on_the_others() -> None:
    app = page("chain", site="m_bayan_obo", lens="controlled", item="Dy")
    go(app, "chokepoints")
    assert address(app) == {
        **{"point": "m_bayan_obo", "china": "controlled", "element": "Dy"},
    }
    assert "Bayan Obo" in [part.value for part in app.header]
    go(app, "scenario")
    assert address(app)["site"] == "m_bayan_obo"
    go(app, "compare")
    assert address(app) == {"site": "m_bayan_obo", "lens": "controlled", "item": "Dy"}
    go(app, "chain")
    assert address(app) == {"site": "m_bayan_obo", "lens": "controlled", "item": "Dy"}


def test_a_link_is_the_truth_and_a_choice_lifts_a_selection_everywhere() -> None:
    app = page("chain", box="magnet|JPN")
    app.session_state["box"] = ""
    app.run()
    assert address(app) == {}
    go(app, "scenario")
    assert "box" not in address(app)
    other = data_page(tab="ownership", site="m_ngualla")
    go(other, "chain")
    assert address(other) == {"site": "m_ngualla"}
    assert "Ngualla" in shown(other)
