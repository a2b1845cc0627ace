"""Runs of scenarios in the real store: by hand on six sites, whole or not at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from neo4j import GraphDatabase, ManagedTransaction, Session
from networks import flow, site, six_sites
from states import Load, ask, running
from test_spread import BARE

from graph import store
from graph.aims import aim_of
from graph.errors import StoreError, UnknownName
from graph.model import Stage
from graph.network import Network
from graph.scenario import (
    Agreement,
    ExportLicence,
    Lever,
    Outage,
    Pair,
    PriceFall,
    Quota,
    Scenario,
    Tariff,
    UnitCost,
    Whitelist,
)
from graph.spread import simulate
from graph.store import hits, loading
from graph.store.bolt import Store
from graph.store.figures import WRITING
from graph.tracing import trace
from graph.who import FROM_CHINA, Who

WEEKS = 20
FLOOD = Outage(name="flood", sites=("mine_cn",))
DROUGHT = Outage(name="drought", sites=("mine_au",), start_week=2, end_week=4)


def rows_of(network: Network, *levers: Lever, name: str = "flood", start: str = "") -> hits.RunRows:
    scenario = Scenario("a-flood", "A flood", "", levers, snapshot="test", start=start)
    result = simulate(network, scenario, weeks=WEEKS, parameters=BARE)
    data_hash = store.data_hash(network, trace(network))
    return store.run_rows(scenario, result, name=name, data_hash=data_hash)


def write(run: hits.RunRows) -> None:
    with store.connect(read_only=False) as opened:
        opened.write_run(run)


def delete(name: str) -> None:
    with store.connect(read_only=False) as opened:
        opened.delete_run(name)


def runs() -> tuple[store.StoredRun, ...]:
    with store.connect() as opened:
        return opened.runs()


@contextmanager
def written() -> Iterator[Session]:
    """A session of the identity that writes, past magnetrace."""
    server = running()
    endpoint = server.endpoint
    with (
        GraphDatabase.driver(endpoint.uri, auth=endpoint.writer) as driver,
        driver.session(database=endpoint.database) as session,
    ):
        yield session


def changed_name(network: Network) -> Network:
    """The same sites and flows, other data: another hash."""
    mine = replace(network.site("mine_au"), name="Another name")
    sites = (network.sites | {mine.id: mine}).values()
    return Network.of(
        sites, network.flows, snapshot="test", year=2025, sources=network.sources.values()
    )


def counted() -> dict[str, object]:
    """All that runs have left in the store."""
    (row,) = ask(
        "CALL () { MATCH (s:Scenario) RETURN count(s) AS s } "
        "CALL () { MATCH (m:Measure) RETURN count(m) AS m } "
        "CALL () { MATCH ()-[h:HITS]->() RETURN count(h) AS h } "
        "CALL () { MATCH ()-[a:APPLIES]->() RETURN count(a) AS a } "
        "CALL () { MATCH ()-[l:LIMITS]->() RETURN count(l) AS l } RETURN s, m, h, a, l"
    )
    return dict(zip(("Scenario", "Measure", "HITS", "APPLIES", "LIMITS"), row, strict=True))


def counts(run: int, measures: int, hit: int, limits: int) -> dict[str, object]:
    return {
        "Scenario": run, "Measure": measures, "HITS": hit, "APPLIES": measures, "LIMITS": limits,
    }  # fmt: skip


NONE = counts(0, 0, 0, 0)


@pytest.fixture(autouse=True)
def no_runs(load: Load) -> None:
    """Every test starts from the six sites without runs."""
    load(six_sites())
    for run in runs():
        delete(run.name)


def two_separators() -> Network:
    """Two separation plants, of 60 and 40 t NdPr, feed one chain of metal, magnets and motors to
    jets: six sites."""
    jet = {"sector": "defence", "units": 520.0, "unit": "aircraft", "usd_per_unit": 1e6}
    return Network.of(
        (
            site("sep_cn", Stage.SEPARATION, "CHN"),
            site("sep_my", Stage.SEPARATION, "MYS"),
            site("metal_jp", Stage.METAL, "JPN"),
            site("magnet_jp", Stage.MAGNET, "JPN"),
            site("motor_us", Stage.COMPONENT, "USA", sector="defence"),
            site("jet_us", Stage.END_USE, "USA", **jet),
        ),
        (
            flow("sep_cn", "metal_jp", "ndpr_oxide", 60.0, 60.0),
            flow("sep_my", "metal_jp", "ndpr_oxide", 40.0, 40.0),
            flow("metal_jp", "magnet_jp", "ndpr_metal", 85.0, 100.0),
            flow("magnet_jp", "motor_us", "ndfeb", 300.0, 100.0),
            flow("motor_us", "jet_us", "ndfeb", 300.0, 100.0),
        ),
        snapshot="test",
        year=2025,
    )


# What is stored


def test_a_run_by_hand() -> None:
    """mine_cn stops: 60 of 100 t NdPr are missing, one site later each week."""
    write(rows_of(six_sites(), FLOOD, start="2025-04-04"))
    (run,) = ask("MATCH (s:Scenario) RETURN properties(s)")[0]
    assert isinstance(run, dict)
    assert run.pop("stored").endswith("+00:00")
    assert run == {
        "name": "flood",
        "scenario": "a-flood",
        "title": "A flood",
        "start": "2025-04-04",
        "snapshot": "test",
        "seed": 7,
        "weeks": 20,
        "data_hash": store.data_hash(six_sites(), trace(six_sites())),
        "measures": 1,
        "sites_hit": 7,
        "lost_usd": pytest.approx(100_000 / 52 * 0.6 * 15 * 50_000),
    }
    ((measure,),) = ask("MATCH (:Scenario)-[:APPLIES]->(m:Measure) RETURN properties(m)")
    assert measure == {
        "id": "flood/flood",
        "name": "flood",
        "lever": "outage",
        "target": "sites mine_cn",
        "from": 0,
        "to": 20,
        "from_day": "2025-04-04",
        "to_day": "2025-08-22",
    }
    assert ask("MATCH (:Measure)-[l:LIMITS]->(s:Site) RETURN s.id, l.lost_tonnes") == (
        ("mine_cn", pytest.approx(240 * 20 / 52)),
    )
    assert ask(
        "MATCH (:Scenario)-[h:HITS]->(s:Site) RETURN s.id, h.first_loss_week, h.lost_share "
        "ORDER BY h.first_loss_week, s.id"
    ) == (
        ("mine_cn", 0, pytest.approx(1.0)),
        ("sep_my", 1, pytest.approx(0.6 * 19 / 20)),
        ("metal_vn", 2, pytest.approx(0.6 * 18 / 20)),
        ("use_world", 2, pytest.approx(0.6 * 18 / 20)),
        ("magnet_jp", 3, pytest.approx(0.6 * 17 / 20)),
        ("motor_us", 4, pytest.approx(0.6 * 16 / 20)),
        ("ev_us", 5, pytest.approx(0.6 * 15 / 20)),
    )
    assert ask(
        "MATCH (:Scenario)-[h:HITS]->(s:EndUse) RETURN s.id, size(h.through) ORDER BY s.id"
    ) == (("ev_us", 5), ("use_world", 0))
    ((cars,),) = ask("MATCH (:Scenario)-[h:HITS]->(:Site {id: 'ev_us'}) RETURN properties(h)")
    assert cars == {
        "lost_share": pytest.approx(0.45),
        "lost_units": pytest.approx(100_000 / 52 * 0.6 * 15),
        "unit": "vehicles",
        "lost_usd": pytest.approx(100_000 / 52 * 0.6 * 15 * 50_000),
        "first_loss_week": 5,
        "worst_week": 5,
        "worst_share": pytest.approx(0.6),
        "lost_share_by_week": pytest.approx([0.0] * 5 + [0.6] * 15),
        "through": ["magnet_jp", "metal_vn", "mine_cn", "motor_us", "sep_my"],
        "through_share": [1.0] * 5,
    }


DEFENCE = """
MATCH (run:Scenario {name: $run})-[h:HITS]->(programme:EndUse {sector: 'defence'})
WHERE h.lost_share_by_week[$week] > 0.1
WITH run, programme, h
UNWIND range(0, size(h.through) - 1) AS i
MATCH (plant:Processor {id: h.through[i]})
OPTIONAL MATCH (run)-[:APPLIES]->(m:Measure)-[l:LIMITS]->(plant)
RETURN programme.id, h.lost_share_by_week[$week] AS lost, plant.id, h.through_share[i] AS share,
       m.name, l.lost_tonnes
ORDER BY programme.id, share DESC, plant.id
"""


def test_which_programmes_lose_in_a_week_and_through_which_plant_is_one_query(load: Load) -> None:
    """sep_cn stops for all of the 20 weeks, sep_my in weeks 10 and 11; four weeks later the jets
    lose 0.6 and, for two weeks, all. The metal maker misses 20 weeks of 60 t a year and 2 of 40."""
    network = two_separators()
    load(network)
    cut = Outage(name="cut", sites=("sep_cn",))
    strike = Outage(name="strike", sites=("sep_my",), start_week=10, end_week=12)
    write(rows_of(network, cut, strike, name="defence"))
    ((by_week,),) = ask("MATCH ()-[h:HITS]->(:Site {id: 'jet_us'}) RETURN h.lost_share_by_week")
    assert by_week == pytest.approx([0.0] * 4 + [0.6] * 10 + [1.0] * 2 + [0.6] * 4)
    cut_t, strike_t = pytest.approx(60 * 20 / 52), pytest.approx(40 * 2 / 52)
    by_cut, by_strike = pytest.approx(1200 / 1280), pytest.approx(80 / 1280)
    assert ask(DEFENCE, run="defence", week=15) == (
        ("jet_us", pytest.approx(1.0), "sep_cn", by_cut, "cut", cut_t),
        ("jet_us", pytest.approx(1.0), "sep_my", by_strike, "strike", strike_t),
    )
    assert ask(DEFENCE, run="defence", week=3) == ()


def test_a_measure_that_lets_through_stands_without_limits() -> None:
    stop = Quota(name="stop", scope="export", kept=0.0, end_week=3)
    truce = Agreement(name="truce", lifts=("stop",), start_week=2)
    write(rows_of(six_sites(), stop, truce))
    assert ask(
        "MATCH (:Scenario)-[:APPLIES]->(m:Measure) OPTIONAL MATCH (m)-[l:LIMITS]->(s:Site) "
        "RETURN m.name, m.lever, m.target, m.from, m.to, m.from_day, s.id ORDER BY m.name"
    ) == (
        ("stop", "quota", "scope export; countries CHN", 0, 2, None, "mine_cn"),
        ("truce", "agreement", "lifts stop", 2, 20, None, None),
    )


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


# Replaced, listed, deleted


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


@pytest.mark.parametrize("name", ["a", "April 2025", "é_1.b-2", "x" * 60])
def test_names_that_can_be(name: str) -> None:
    store.check_run_name(name)


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a/b", "x" * 61, "a\nb", "a'}) DETACH DELETE n //", "-a", "\u202ea"]
)
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(StoreError, match="letters, digits"):
        store.check_run_name(name)


def test_text_of_a_scenario_is_never_cypher() -> None:
    text = "x'}) DETACH DELETE s //"
    write(rows_of(six_sites(), replace(FLOOD, name=text)))
    assert ask("MATCH (m:Measure) RETURN m.name, m.id") == ((text, f"flood/{text}"),)
    delete("flood")
    assert counted() == NONE


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


# On which network


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

    def interrupt(_step: str, _done: float) -> None:
        raise KeyboardInterrupt

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

    def interrupt(_step: str, _done: float) -> None:
        raise KeyboardInterrupt

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
        load(changed_name(six_sites()))
        replace_run(transaction, rows)

    monkeypatch.setattr(hits, "_replace", slowly)
    with pytest.raises(StoreError, match="another network"):
        write(rows_of(six_sites(), FLOOD))
    assert counted() == NONE


# Whole or not at all


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


def test_a_run_tells_the_assumptions_that_were_changed() -> None:
    network = six_sites()
    plain = Scenario("a-flood", "A flood", "", (FLOOD,), snapshot="test")
    result = simulate(network, plain, weeks=WEEKS, parameters=BARE)
    moved = replace(plain, assumptions=(("STK07", 38.0), ("LIC13", 150.5)))
    told = store.run_rows(moved, result, name="x", data_hash="0").scenario
    assert told["assumptions"] == ["STK07=38", "LIC13=150.5"]
    assert "assumptions" not in store.run_rows(plain, result, name="x", data_hash="0").scenario
