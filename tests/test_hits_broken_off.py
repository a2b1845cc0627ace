"""Stored runs are there whole or not at all: writers and servers killed, readers beside them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from contextlib import suppress

import pytest
from neo4j import ManagedTransaction
from networks import six_sites
from states import ask, running
from stored_runs import DROUGHT, FLOOD, NONE, counted, counts, rows_of, write, written

from graph import store
from graph.errors import StoreError
from graph.store import hits
from graph.store.figures import WRITING

pytestmark = pytest.mark.usefixtures("without_runs")


def write_and_die(run: hits.RunRows, is_marked: bool) -> None:
    """End this process after everything is sent and before it is committed."""
    replace_run = hits._replace

    def die(transaction: ManagedTransaction, rows: hits.RunRows) -> None:
        replace_run(transaction, rows)
        if is_marked:
            with written() as session:
                session.run(hits.MARK, data_hash="", runs=WRITING).consume()
        os.kill(os.getpid(), signal.SIGKILL)

    hits._replace = die
    write(run)


def age_mark() -> None:
    with written() as session:
        session.run(
            f"MATCH (m:Magnetrace) SET m.runs_since = m.runs_since - {hits.BROKEN_OFF_MS + 1}"
        ).consume()


@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize("there_before", [True, False])
def test_a_writer_that_is_killed_changes_nothing(there_before: bool, is_marked: bool) -> None:
    if there_before:
        write(rows_of(six_sites(), FLOOD))
    before = (counted(), ask("MATCH (m:Measure) RETURN m.id"))
    assert before[0] == (counts(1, 1, 7, 1) if there_before else NONE)
    run = rows_of(six_sites(), DROUGHT, FLOOD)
    child = multiprocessing.get_context("spawn")
    writer = child.Process(target=write_and_die, args=(run, is_marked))
    writer.start()
    writer.join(timeout=120)
    assert writer.exitcode == -signal.SIGKILL
    if is_marked:
        with pytest.raises(StoreError, match="A run is being written, or that was broken off"):
            counted()
        assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),), "all else can be asked"
        age_mark()
    assert (counted(), ask("MATCH (m:Measure) RETURN m.id")) == before
    write(run)
    assert counted() == counts(1, 2, 8, 2)


@pytest.mark.parametrize("after_s", [0.1, 0.25, 0.45])
def test_a_server_killed_while_a_run_is_replaced_comes_back_with_one_of_them(
    after_s: float,
) -> None:
    one, two = rows_of(six_sites(), FLOOD), rows_of(six_sites(), FLOOD, DROUGHT)
    write(one)
    server = running()
    started = threading.Event()

    def keep_writing() -> None:
        with (
            suppress(StoreError),
            store.servers.open_store(server.endpoint, read_only=False) as open,
        ):
            while True:
                open.write_run(two)
                started.set()
                open.write_run(one)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    assert started.wait(60)
    time.sleep(after_s)
    os.kill(server.pid, signal.SIGKILL)
    writer.join(timeout=60)
    assert not writer.is_alive()
    assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),)
    age_mark()
    assert counted() in (counts(1, 1, 7, 1), counts(1, 2, 8, 2))
    write(two)
    assert counted() == counts(1, 2, 8, 2)


def test_a_reader_sees_one_run_or_the_other() -> None:
    one, two = rows_of(six_sites(), FLOOD), rows_of(six_sites(), FLOOD, DROUGHT)
    write(one)
    stop, seen = threading.Event(), list[object]()
    counting = (
        "MATCH (s:Scenario)-[:HITS]->(hit) WITH s, count(hit) AS hit "
        "MATCH (s)-[:APPLIES]->(m) RETURN s.sites_hit, hit, count(m)"
    )

    def read() -> None:
        with store.connect() as opened:
            while not stop.is_set():
                try:
                    seen.append(opened.run(counting).rows)
                except StoreError as error:
                    seen.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(30):
            write(two)
            write(one)
    finally:
        stop.set()
        for reader in readers:
            reader.join(timeout=60)
    assert set(seen) == {((7, 7, 1),), ((8, 8, 2),)}
