"""The Chokepoints page on the shipped data: ranks, cuts and portfolios."""

from __future__ import annotations

import re

from app_pages import address, page, press, shown


def test_the_ranks_stand_on_a_map() -> None:
    app = page("chokepoints", whose="EV", lost="country", region="asia")
    assert "On the map" in [part.value for part in app.header]
    assert "Costliest to lose, with the share of goods lost: China (" in shown(app)
    assert address(app) == {"whose": "EV", "lost": "country", "region": "asia"}


def test_the_costliest_site_is_answered_ranked_and_leads_to_its_place_in_the_chain() -> None:
    app = page("chokepoints", whose="EV", point="m_bayan_obo")
    assert app.title[0].value == "Chokepoints"
    assert re.search(
        r"If one site is lost, .+ costs EV most: \d+\s% of the goods of 52 weeks", shown(app)
    )
    assert "Bayan Obo" in [part.value for part in app.header]
    assert "Heaviest path: Bayan Obo → Other Baotou plants" in shown(app)
    link = app.get("page_link")[0]
    assert "focus=1" in link.proto.query_string
    assert "site=m_bayan_obo" in link.proto.query_string
    assert address(app) == {"whose": "EV", "point": "m_bayan_obo"}


def test_the_tightest_cut_follows_the_element_and_leads_into_the_chain() -> None:
    app = page("chokepoints", whose="EV", element="Dy", member="m_bayan_obo")
    assert re.search(r"At most .+ the Dy that EV takes can arrive: \d+ sites bound it", shown(app))
    assert re.search(r"Without China, \d+\s% of the Dy that EV takes is left", shown(app))
    link = app.get("page_link")[-1]
    assert link.label.replace("\\", "") == "See Bayan Obo in the chain"
    assert "item=Dy" in link.proto.query_string
    app.selectbox(key="element").set_value("Sm").run()
    assert not app.exception
    assert address(app)["element"] == "Sm"


def test_an_end_use_that_loses_nothing_still_has_its_cut() -> None:
    app = page("chokepoints", whose="medical", lost="corridor")
    assert "No single corridor that is lost costs medical anything within 52 weeks." in shown(app)
    assert "the NdPr that medical takes" in shown(app)


def test_a_case_nobody_ranks_gives_way_to_the_costliest() -> None:
    app = page("chokepoints", whose="<b>", lost="country", china="own", point="<script>")
    assert "If one country is lost, China costs all end uses together most" in shown(app)
    assert app.header[1].value == "China"
    assert app.session_state["china"] == "located"
    assert "lost" in address(app)
    assert "whose" not in address(app)


def test_a_cancelled_ranking_stays_cancelled_until_it_is_asked_for() -> None:
    app = page("chokepoints", whose="wind", lost="country")
    assert "If one country is lost" in shown(app)
    app.session_state["ranking-halted"] = True
    app.selectbox(key="whose").set_value("defence").run()
    assert "Cancelled. Nothing is ranked until you ask for it." in shown(app)
    assert "If one" not in shown(app)
    # What needs no ranking stands there all the same, and what is known already is shown.
    assert "the NdPr that defence takes" in shown(app)
    app.selectbox(key="whose").set_value("wind").run()
    assert "If one country is lost" in shown(app)
    app.selectbox(key="whose").set_value("defence").run()
    press(app, "Rank")
    assert "If one country is lost" in shown(app)
    app.selectbox(key="whose").set_value("EV").run()
    assert "Cancelled" not in shown(app)


def test_portfolios_wait_for_a_question_and_a_link_carries_it() -> None:
    app = page("chokepoints", lost="country", budget="77", tiers="2", threats="kuantan-outage=2,x")
    assert app.multiselect[0].value == ["kuantan-outage"]
    assert (app.number_input(key="budget").value, app.number_input(key="tiers").value) == (77, 2)
    assert any(b.label == "Find portfolios" for b in app.button)
    assert "running costs" in shown(app)
    app.multiselect[0].set_value(["kuantan-outage", "full-export-stop"]).run()
    app.number_input(key="portfolio-weight-full-export-stop").set_value(3.0).run()
    assert not app.exception
    assert address(app)["threats"] == "kuantan-outage=2,full-export-stop=3"
    app.multiselect[0].set_value([]).run()
    assert "Choose at least one scenario." in shown(app)
    assert not any(b.label == "Find portfolios" for b in app.button)
