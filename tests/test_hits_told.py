"""Stored runs as they are told, without a store: names, aims, assumptions, who asks for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import six_sites
from spreads import BARE
from stored_runs import FLOOD, WEEKS

from graph import store
from graph.aims import aim_of
from graph.errors import StoreError
from graph.model import Stage
from graph.scenario import (
    ExportLicence,
    Lever,
    Outage,
    Pair,
    PriceFall,
    Scenario,
    Tariff,
    UnitCost,
    Whitelist,
)
from graph.spread import simulate
from graph.who import FROM_CHINA, Who


@pytest.mark.parametrize(
    ("lever", "said"),
    [
        (
            ExportLicence(name="x", materials=("ndfeb",), buyers=Who(countries=("USA", "JPN"))),
            "country CHN; materials ndfeb; elements Dy, Tb, Sm; buyers: countries USA, JPN",
        ),
        (
            Tariff(name="x", rate=0.25, sellers=FROM_CHINA, materials=("ndfeb",)),
            "sellers: countries CHN; materials ndfeb",
        ),
        (
            Outage(name="x", countries=("MMR",), stage=Stage.MINE),
            "countries MMR; stage mine",
        ),
        (Whitelist(name="x", pairs=(Pair("a", "b"), Pair("c"))), "pairs a to b, c to anyone"),
        (PriceFall(name="x", price=55.0, costs=(UnitCost("mp", 60.0),)), "costs mp"),
    ],
)
def test_aims_are_told_without_sizes(lever: Lever, said: str) -> None:
    assert aim_of(lever) == said


def test_a_run_tells_the_assumptions_that_were_changed() -> None:
    network = six_sites()
    plain = Scenario("a-flood", "A flood", "", (FLOOD,), snapshot="test")
    result = simulate(network, plain, weeks=WEEKS, parameters=BARE)
    moved = replace(plain, assumptions=(("STK07", 38.0), ("LIC13", 150.5)))
    told = store.run_rows(moved, result, name="x", data_hash="0").scenario
    assert told["assumptions"] == ["STK07=38", "LIC13=150.5"]
    assert "assumptions" not in store.run_rows(plain, result, name="x", data_hash="0").scenario


@pytest.mark.parametrize("name", ["a", "April 2025", "é_1.b-2", "x" * 60])
def test_names_that_can_be(name: str) -> None:
    store.check_run_name(name)


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a/b", "x" * 61, "a\nb", "a'}) DETACH DELETE n //", "-a", "\u202ea"]
)
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(StoreError, match="letters, digits"):
        store.check_run_name(name)


@pytest.mark.parametrize(
    ("cypher", "runs", "figures"),
    [
        ("MATCH (:Scenario)-[h:HITS]->(s) RETURN h.first_loss_week", True, False),
        ("MATCH (:Scenario)-[h:HITS]->(s) RETURN h.first_loss_week, s.criticality", True, True),
        ("MATCH (s:Site) RETURN s.first_loss_week", False, True),
        ("MATCH (m:Measure) RETURN m", True, False),
        ("MATCH (s:Site) RETURN s", False, False),
    ],
)
def test_queries_on_runs_are_known(cypher: str, runs: bool, figures: bool) -> None:
    assert (store.names_runs(cypher), store.names_figures(cypher)) == (runs, figures)
