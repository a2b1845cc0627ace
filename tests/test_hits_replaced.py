"""Stored runs are replaced, listed and deleted, and stay on the network they were made on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from neo4j import ManagedTransaction
from networks import rebuilt, six_sites
from states import Load, ask
from stored_runs import (
    DROUGHT,
    FLOOD,
    NONE,
    counted,
    counts,
    delete,
    rows_of,
    runs,
    two_separators,
    write,
    written,
)

from graph import store
from graph.errors import StoreError, UnknownName
from graph.scenario import Outage
from graph.store import hits, loading
from graph.store.bolt import Store
from graph.tracing import trace

pytestmark = pytest.mark.usefixtures("without_runs")


def interrupt(_step: str, _done: float) -> None:
    raise KeyboardInterrupt


def test_running_again_replaces_and_other_runs_stay() -> None:
    write(rows_of(six_sites(), FLOOD))
    write(rows_of(six_sites(), DROUGHT, name="drought"))
    before = counted()
    assert before == counts(2, 2, 14, 2)
    write(rows_of(six_sites(), FLOOD))
    assert counted() == before
    write(rows_of(six_sites(), replace(DROUGHT, name="dry"), name="flood"))
    assert counted() == before
    assert ask("MATCH (m:Measure) RETURN m.id ORDER BY m.id") == (
        ("drought/drought",),
        ("flood/dry",),
    )
    write(rows_of(six_sites(), name="flood"))
    assert counted() == counts(2, 1, 7, 1)


def test_runs_are_listed_and_deleted() -> None:
    assert runs() == ()
    write(rows_of(six_sites(), FLOOD, DROUGHT, name="two"))
    write(rows_of(six_sites(), FLOOD, name="one"))
    one, two = runs()
    assert (one.name, one.scenario, one.title, one.snapshot) == (
        "one",
        "a-flood",
        "A flood",
        "test",
    )
    assert (one.snapshot, one.seed, one.weeks) == ("test", 7, 20)
    assert (one.measures, one.sites_hit) == (1, 7)
    assert one.lost_usd == pytest.approx(100_000 / 52 * 0.6 * 15 * 50_000)
    assert (two.name, two.measures, two.sites_hit) == ("two", 2, 8)
    delete("two")
    assert [run.name for run in runs()] == ["one"]
    assert counted() == counts(1, 1, 7, 1)
    with pytest.raises(UnknownName, match=r"no stored run called 'oen'\. Did you mean one"):
        delete("oen")
    delete("one")
    assert counted() == NONE
    assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),)


def test_names_are_unique_by_the_server() -> None:
    write(rows_of(six_sites(), FLOOD))
    with written() as session:
        for label, key, value in (("Scenario", "name", "flood"), ("Measure", "id", "flood/flood")):
            with pytest.raises(Exception, match=r"(?i)duplicate|unique|constraint"):
                session.run(f"CREATE (:{label} {{{key}: $value}})", value=value).consume()


def test_only_the_writing_identity_stores_and_deletes(opened: Store) -> None:
    write(rows_of(six_sites(), FLOOD))
    with pytest.raises(StoreError, match="read_only=False"):
        opened.write_run(rows_of(six_sites(), FLOOD))
    with pytest.raises(StoreError, match="read_only=False"):
        opened.delete_run("flood")
    for cypher in (
        "MATCH (s:Scenario) DETACH DELETE s",
        "MATCH (:Scenario)-[h:HITS]->() SET h.lost_share = 0",
        "CREATE (:Scenario {name: 'x'})",
    ):
        with pytest.raises(StoreError, match="open for reading only"):
            opened.run(cypher)
    assert counted() == counts(1, 1, 7, 1)


def test_a_run_of_another_network_is_not_stored(load: Load) -> None:
    run = rows_of(six_sites(), FLOOD)
    load(two_separators())
    with pytest.raises(StoreError, match="another network"):
        write(run)
    assert counted() == NONE
    write(rows_of(two_separators(), Outage(name="cut", sites=("sep_cn",))))
    assert counted() == counts(1, 1, 5, 1)


def test_loading_the_same_keeps_runs_and_loading_another_takes_them_away(load: Load) -> None:
    write(rows_of(six_sites(), FLOOD))
    before = counted()
    assert load(six_sites()).removed_runs == ()
    assert counted() == before
    report = load(two_separators())
    assert report.removed_runs == ("flood",)
    assert counted() == NONE
    assert load(six_sites()).removed_runs == ()
    assert runs() == ()


def test_a_load_that_broke_off_keeps_the_network_and_its_runs() -> None:
    """One transaction: what was there is there still."""
    write(rows_of(six_sites(), FLOOD))
    before = counted()

    with store.connect(read_only=False) as opened, pytest.raises(KeyboardInterrupt):
        opened.load(two_separators(), trace(two_separators()), interrupt)
    assert counted() == before
    write(rows_of(six_sites(), FLOOD))
    assert counted() == before


def test_a_large_load_that_broke_off_leaves_no_run_of_another_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Batch by batch, runs go with the meta node, before the first site does."""
    write(rows_of(six_sites(), FLOOD))
    monkeypatch.setattr(loading, "BATCH", 3)

    with store.connect(read_only=False) as opened, pytest.raises(KeyboardInterrupt):
        opened.load(two_separators(), trace(two_separators()), interrupt)
    assert counted() == NONE
    with pytest.raises(StoreError, match="another network"):
        write(rows_of(six_sites(), FLOOD))


def test_a_network_loaded_while_a_run_is_written_takes_the_run_away(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_run = hits._replace

    def slowly(transaction: ManagedTransaction, rows: hits.RunRows) -> None:
        load(two_separators())
        load(rebuilt(six_sites(), [replace(six_sites().site("mine_au"), name="Another name")]))
        replace_run(transaction, rows)

    monkeypatch.setattr(hits, "_replace", slowly)
    with pytest.raises(StoreError, match="another network"):
        write(rows_of(six_sites(), FLOOD))
    assert counted() == NONE
