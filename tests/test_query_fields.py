"""The form of a saved question takes its choices from the data and never an impossible value."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites

from graph.network import Network
from graph.queries import questions
from ui.viewmodels.query_fields import (
    NO_ROWS,
    OWN_CYPHER,
    THEMES_OFFERED,
    asks_for_runs,
    choices,
    example,
    fields,
    no_rows,
    of_theme,
    theme_of,
    value,
    with_runs,
)

SCENARIOS = {"april-2025-licences": "Licences", "kuantan-outage": "Kuantan is out"}
KNOWN = choices(six_sites(), {"JPN": "Japan"}, SCENARIOS)


def test_choices_come_from_the_network() -> None:
    assert KNOWN["countries"]["JPN"] == "Japan"
    assert KNOWN["countries"]["VNM"] == "VNM"
    assert KNOWN["end_uses"] == {"ev_us": "Ev Us (USA)"}
    assert "use_world" not in KNOWN["sites"]


@pytest.mark.parametrize("name", list(questions()))
def test_every_parameter_has_a_field_that_offers_its_default(name: str) -> None:
    question = questions()[name]
    found = fields(question, KNOWN)
    assert [field.name for field in found] == [p.name for p in question.parameters]
    for field in found:
        assert field.label
        assert not field.options or field.default in field.options
        assert value(question, field, None) == field.default
        assert value(question, field, "no such thing") in (field.default, "no such thing")


def test_a_link_sets_a_field_where_it_can() -> None:
    question = questions()["who-is-hit"]
    by_name = {field.name: field for field in fields(question, KNOWN)}
    assert value(question, by_name["site"], "sep_my") == "sep_my"
    assert value(question, by_name["site"], "nobody") == by_name["site"].default
    assert value(question, by_name["minimum"], "0.25") == 0.25
    assert value(question, by_name["minimum"], "much") == by_name["minimum"].default


def test_every_question_stands_under_the_theme_of_its_folder() -> None:
    known = questions()
    listed = [name for theme in THEMES_OFFERED for name in of_theme(theme, known)]
    assert listed == [*known, OWN_CYPHER]
    assert theme_of("who-is-hit", known) == "exposure"
    assert of_theme(OWN_CYPHER, known) == (OWN_CYPHER,)


def test_sectors_companies_and_scenarios_can_be_chosen() -> None:
    base = six_sites()
    owned = replace(base.site("metal_vn"), owner="Dragon Metals 60%; Hanoi Metals", operator="Hoa")
    network = Network.of(
        {**base.sites, owned.id: owned}.values(), base.flows, snapshot="test", year=2025
    )
    found = choices(network, {}, SCENARIOS)
    assert found["sectors"] == {"EV": "EV"}
    assert list(found["companies"]) == ["Dragon Metals", "Hanoi Metals", "Hoa"]
    by_name = {f.name: f for f in fields(questions()["scenario-losses"], found)}
    assert by_name["sector"].options == {"any": "Any", "EV": "EV"}
    assert by_name["scenario"].options == SCENARIOS


def test_runs_in_the_store_take_the_place_of_scenarios() -> None:
    question = questions()["two-scenarios"]
    assert asks_for_runs(question)
    assert not asks_for_runs(questions()["who-is-hit"])
    assert with_runs(KNOWN, {}) == KNOWN
    known = with_runs(KNOWN, {"kuantan-outage": "Kuantan is out", "mine": "Two at once"})
    first, second = fields(question, known)[:2]
    assert list(first.options.values()) == ["kuantan-outage: Kuantan is out", "mine: Two at once"]
    # Where the default was not run, the first of those that were; never one that was not.
    assert value(question, first, None) == "kuantan-outage"
    assert value(question, first, "april-2025-licences") == "kuantan-outage"
    assert value(question, second, None) == "kuantan-outage"
    assert value(question, second, "mine") == "mine"


def test_an_answer_without_rows_says_why_and_shows_an_example() -> None:
    question = questions()["two-scenarios"]
    assert "no run of that scenario" in no_rows(question)
    assert no_rows(questions()["who-is-hit"]) == no_rows(None) == NO_ROWS
    table = example(question)
    assert [row["end_use"] for row in table.rows] == ["jet_us", "ev_us"]
    assert list(table.rows[0]) == [column.name for column in question.columns]
