"""The saved questions at the size of the shipped network: in time, and rows told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from asked import results_in
from layered import layered
from networks import rebuilt

from graph import store
from graph.figures import SiteFigures
from graph.model import Stage
from graph.queries import Question, questions
from graph.tracing import trace

SLOWEST_S = 4.0
"""Generous, for a busy machine; about 0.5 s at most on a quiet one."""


@pytest.fixture(scope="module")
def large() -> Iterator[store.Store]:
    plain = layered()
    ends = [site for site in plain.sites.values() if site.stage is Stage.END_USE][:14]
    network = rebuilt(plain, [replace(end, sector="defence") for end in ends])
    made_up = [SiteFigures(id, 0.5, 3, 14, 90.0, False, 0.2, {"NdPr": 0.1}) for id in network.sites]
    with store.connect(read_only=False) as opened:
        report = opened.load(network, trace(network))
        opened.write_figures(made_up, report.data_hash)
        with results_in(opened, [*(end.id for end in ends), "separation_3"]):
            yield opened


GIVEN = {
    "end_use": "end_use_3",
    "site": "separation_3",
    "threshold": 0.15,
    "minimum": 0.2,
    "company": "Owner 3",
    "material": "ndfeb",
    "ceiling": 0.3,
}
OTHERWISE: Mapping[str, Mapping[str, str | float]] = {
    "non-china-paths": {"minimum": 0.001},
    "dominant-plants": {"minimum": 0.01},
    "end-uses-without-alternative": {"minimum": 0.3},
    "hidden-exposure": {"minimum": 0.0},
    "licence-end-uses": {"minimum": 0.0},
    "losses-in-week": {"element": "NdPr"},
    "one-source-sites": {"minimum": 0.0},
    "owners-across-stages": {"minimum": 2},
    "second-sources": {"site": "magnet_3"},
    "weight-of-sources": {"minimum": 1},
    "what-measures-limit": {"minimum": 0.0},
    "who-is-hit": {"minimum": 0.01},
    "who-stops-without-a-stage": {"minimum": 0.01},
}
NOTHING_THERE = {
    *("idle-capacity", "joint-ventures", "plants-to-come", "unknown-origin", "control-not-known"),
    "sites-every-way-passes",
}
"""In a dense network of plants that all run, each with one owner who is known."""


@pytest.mark.parametrize("name", sorted(questions()))
def test_questions_answer_in_time_with_rows_told_apart_by_their_key(
    large: store.Store, name: str
) -> None:
    asked: Question = questions()[name]
    names = {parameter.name for parameter in asked.parameters}
    given = {k: v for k, v in (GIVEN | dict(OTHERWISE.get(name, {}))).items() if k in names}
    result = large.run(asked.cypher, asked.bind(given), limit=5000)
    again = large.run(asked.cypher, asked.bind(given), limit=5000)
    assert bool(result.rows) == (name not in NOTHING_THERE)
    assert again.rows == result.rows
    assert again.seconds < SLOWEST_S
    keys = [tuple(record[column] for column in asked.key) for record in result.records()]
    assert len(set(keys)) == len(keys)
