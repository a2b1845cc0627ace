"""The form of a saved question takes its choices from the data and never an impossible value."""

from __future__ import annotations

import pytest
from networks import six_sites

from graph.queries import questions
from ui.viewmodels.query_fields import choices, fields, value

KNOWN = choices(six_sites(), {"JPN": "Japan"})


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
