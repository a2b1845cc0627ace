"""Parsers of scenarios, and of addresses that carry one."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import fuzz_inputs as inputs
from fuzz_feed import DATA, FOLDER, Parser, as_text
from networks import six_sites

import loaders
from graph.errors import ScenarioError
from graph.queries import questions
from graph.scenario import Scenario
from loaders import own_scenarios, plans
from loaders import scenarios as scenario_files
from loaders.parameters import ranges
from ui import state
from ui.viewmodels import assumptions, portfolio, query_fields


def _scenario(data: bytes) -> None:
    """Read, written and read again: the same."""
    found = _sound(scenario_files.check(data, "asked", "asked.toml"))
    assert scenario_files.parse(scenario_files.to_toml(found), "asked") == found


def _sound(reading: scenario_files.Reading) -> Scenario:
    if reading.scenario is None:
        raise ScenarioError("\n".join(str(problem) for problem in reading.problems))
    return reading.scenario


def _brought(data: bytes) -> None:
    """The first line is the name of the file."""
    name, _, content = data.partition(b"\n")
    folder = FOLDER / "scenarios"
    try:
        _sound(own_scenarios.bring(folder, content, as_text(name), ()))
        assert len(own_scenarios.own_scenarios(folder).scenarios) == 1
    finally:
        for path in folder.glob("*.toml"):
            path.unlink()


def _toml_files() -> list[bytes]:
    return [path.read_bytes() for path in sorted((DATA / "scenarios").glob("*.toml"))]


def _plan(data: bytes) -> None:
    plans.decode(as_text(data))


def _plans() -> list[bytes]:
    shipped = scenario_files.scenarios(DATA)
    return [plans.encode({name: each}).encode() for name, each in list(shipped.items())[:4]]


@cache
def _ranges() -> Any:
    return ranges(loaders.tables(DATA))


def _link(data: bytes) -> None:
    """An address never fails, and what it asks is kept by the next one."""
    found = state.from_params(dict(parse_qsl(as_text(data), keep_blank_values=True)))
    assert state.from_params(state.to_params(found)) == found
    assumptions.read(found.assume, _ranges())
    portfolio.read_threats(found.threats, ("a", "b"))
    with suppress(ScenarioError):
        plans.decode(found.plan)
    for question in questions().values():
        given = dict(found.parameters)
        for field in query_fields.fields(question, _choices()):
            query_fields.value(question, field, given.get(field.name))


@cache
def _choices() -> Any:
    return query_fields.choices(six_sites(), {}, {"april-2025-licences": "Licences"})


def _links() -> list[bytes]:
    return [
        b"year=2025&item=Dy&lens=located&box=mine%7CCHN&week=3&size=40&day=2025-04-04",
        b"scenario=a&compare=b,c&assume=STK07:90,LIC13:150&threats=a,b=2&budget=500&tiers=3",
        b"question=own&cypher=RETURN+1&rows=5&seconds=9&p.country=CHN&p.share=0.5&p.weeks=4",
    ]


PARSERS = (
    Parser("scenario", _scenario, (ScenarioError,), _toml_files, inputs.in_toml),
    Parser(
        "scenario upload",
        _brought,
        (ScenarioError,),
        lambda: [b"x.toml\n" + each for each in _toml_files()],
        inputs.in_toml,
    ),
    Parser("scenario in a link", _plan, (ScenarioError,), _plans, inputs.in_plan),
    Parser("link", _link, (), _links, inputs.in_query),
)
