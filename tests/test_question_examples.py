"""Every saved question answers as its file says, on the embedded server and on a Neo4j server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from asked import asked_store
from conftest import holds_other_data
from networks import six_sites

from graph import store
from graph.network import Network
from graph.queries import THEMES, questions
from graph.queries.header import cell

NAMES = list(questions())


@pytest.fixture(scope="module")
def asked(server: str) -> Iterator[store.Store]:
    """The store of the examples, on one server after the other."""
    assert server
    with asked_store() as opened:
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_a_question_answers_as_its_example_says(asked: store.Store, name: str) -> None:
    question = questions()[name]
    result = asked.run(question.cypher, question.bind(question.example.given))
    assert result.columns == tuple(column.name for column in question.columns)
    places = [result.columns.index(column.name) for column in question.printed]
    assert [tuple(cell(row[i]) for i in places) for row in result.rows] == list(
        question.example.rows
    )


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_ordered_by_their_key(name: str) -> None:
    """A stage is ordered by its place in the chain, a week that may be missing by a stand-in."""
    question = questions()[name]
    order = question.cypher.rsplit("ORDER BY", 1)[1]
    ordered = set(re.findall(r"\w+", order))
    if ordered & {"position", "stage_order"}:
        ordered.add("stage")
    assert set(question.key) <= ordered
    printed = [column.name for column in question.printed]
    keys = [tuple(row[printed.index(k)] for k in question.key) for row in question.example.rows]
    assert len(set(keys)) == len(keys)


def test_every_theme_has_questions_and_there_are_enough() -> None:
    of_theme = {
        theme: [question.name for question in questions().values() if question.theme == theme]
        for theme in THEMES
    }
    assert sum(map(len, of_theme.values())) == len(NAMES) >= 50
    assert min(map(len, of_theme.values())) >= 6
    assert len(of_theme["scenario-results"]) >= 8


def test_without_a_run_there_are_no_results_to_ask_for(
    load: Callable[[Network], store.LoadReport], opened: store.Store
) -> None:
    load(six_sites())
    results = [
        question for question in questions().values() if question.theme == "scenario-results"
    ]
    assert [opened.run(each.cypher, each.bind()).rows for each in results] == [()] * len(results)


def test_no_data_but_those_of_tests_are_replaced(
    load: Callable[[Network], store.LoadReport], opened: store.Store
) -> None:
    load(six_sites())
    assert not holds_other_data(opened)
    load(replace(six_sites(), snapshot="2025"))
    assert holds_other_data(opened)
