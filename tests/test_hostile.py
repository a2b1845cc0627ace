"""Queries that mean harm, over real Bolt: nothing changes, nothing leaks, the server stays up."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from neo4j import WRITE_ACCESS, GraphDatabase
from neo4j.exceptions import ClientError, Neo4jError
from networks import six_sites
from states import running

from graph import store
from graph.errors import StoreError
from graph.store import bounds, embedded, runtime
from graph.tracing import trace

READING = "open for reading only"
INVALID = "not valid"
UNKNOWN = "Unknown (procedure|function)"
LONG = "did not finish in 2 s"
MEMORY = "gathers more at once than the memory"
LARGE = "larger than"
DEEP = "nested too deeply"
BROKE_OFF = "broke off while it worked"
DOUBLED = "reduce(s = 'xxxxxxxx', i IN range(1, {}) | s + s)"
ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b "
GROWN = "WITH reduce(s = [0], i IN range(1, {}) | s + s) AS l RETURN l"


BOMB = base64.b64encode(gzip.compress(bytes(1_000_000_000))).decode()


class Harm(NamedTuple):
    """A query, and what is said of it; or the rows it gives where it is let through unharmed."""

    cypher: str
    said: str
    parameters: dict[str, object] = {}  # noqa: RUF012 - read only


def nested(depth: int) -> list[object]:
    made: list[object] = []
    for _ in range(depth):
        made = [made]
    return made


WRITES = (
    "CREATE (n:Site {id: 'x'})",
    "CREATE (n)",
    "CREATE (:Fresh {id: 1})-[:LINK]->(:Fresh {id: 2})",
    "MATCH (s:Site) CREATE (s)-[:SUPPLIES {tonnes: 1}]->(s)",
    "MERGE (n:Site {id: 'x'})",
    "MERGE (n:Site {id: 'mine_au'}) ON MATCH SET n.name = 'x'",
    "MATCH (s:Site) MERGE (s)-[:OWNED_BY]->(:Company {name: 'x'})",
    "MATCH (s:Site) SET s.name = 'x'",
    "MATCH (s:Site) SET s = {}",
    "MATCH (s:Site) SET s += {name: 'x'}",
    "MATCH (s:Site) SET s:Hacked",
    "MATCH (s:Site) REMOVE s.name",
    "MATCH (s:Site) REMOVE s:Site",
    "MATCH ()-[f:SUPPLIES]->() SET f.tonnes = 0",
    "MATCH (s:Site) DETACH DELETE s",
    "MATCH ()-[f:SUPPLIES]->() DELETE f",
    "MATCH (m:Magnetrace) DELETE m",
    "FOREACH (i IN range(1, 10) | CREATE (:Site {id: i}))",
    "MATCH (s:Site) CALL (s) { SET s.name = 'x' } RETURN count(*)",
    "CALL { CREATE (n:Site {id: 'x'}) RETURN n } RETURN n",
    "RETURN 1 AS n UNION CREATE (x:Site {id: 'x'}) RETURN 1 AS n",
    "UNWIND [1, 2] AS i CALL (i) { CREATE (:Site {id: i}) } IN TRANSACTIONS OF 1 ROW",
    "MATCH (s:Site) WITH s LIMIT 1 SET s.name = 'x' RETURN s.name",
    "MATCH (s:Site) WHERE EXISTS { MATCH (s)-->() } DETACH DELETE s",
    "CREATE/* a comment */(n:Site {id: 'x'})",
    "// RETURN 1\nCREATE (n:Site {id: 'x'})",
    "cReAtE (n:Site {id: 'x'})",
    "CREATE\u2028(n:Site {id: 'x'})",
    "CREATE\u00a0(n:Site {id: 'x'})",
    "CREATE (n:`Site` {`id`: '\u202ex'})",
    "CREATE INDEX x FOR (s:Site) ON (s.name)",
    "CREATE CONSTRAINT x FOR (s:Site) REQUIRE s.name IS UNIQUE",
    "DROP CONSTRAINT magnetrace_site",
    "CREATE USER x SET PASSWORD 'xxxxxxxx'",
    "ALTER USER root SET PASSWORD 'xxxxxxxx'",
    "DROP USER root",
    "CALL merge.node(['Site'], {id: 'x'}, {})",
    "MATCH (a:Mine), (b:Processor) CALL merge.relationship(a, 'X', {}, {}, b) YIELD rel RETURN rel",
    "MATCH (s:Site) WITH collect(s) AS l CALL refactor.mergeNodes(l) YIELD node RETURN node",
    "CALL do.when(true, 'CREATE (n:Site {id: 1}) RETURN n', '', {}) YIELD value RETURN value",
)
FILES = (
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM 'file:///etc/hostname' AS line RETURN line",
    "LOAD CSV FROM '/proc/self/environ' AS line RETURN line",
    "LOAD CSV FROM '../config/server-users.jsonl' AS line RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:1/x.csv' AS line RETURN line",
    "LOAD CSV FROM 'http://169.254.169.254/latest/meta-data/' AS line RETURN line",
    "LOAD CSV FROM 'jar:file:///etc/x.jar!/x' AS line RETURN line",
    "UNWIND ['file:///etc/passwd'] AS u LOAD CSV FROM u AS line RETURN line",
)
ABSENT = (
    "CALL apoc.load.json('file:///etc/passwd')",
    "CALL apoc.load.jdbc('jdbc:x', 'x')",
    "CALL apoc.export.csv.all('/tmp/magnetrace-leak.csv', {})",
    "CALL apoc.cypher.runWrite('CREATE (n) RETURN n', {})",
    "CALL apoc.periodic.iterate('MATCH (n) RETURN n', 'DELETE n', {})",
    "CALL import.database('file:///etc/passwd')",
    "CALL dbms.shutdown()",
    "CALL dbms.listConfig()",
    "CALL dbms.security.createUser('x', 'x')",
    "CALL sql('DELETE FROM Site')",
    "RETURN java.lang.Runtime.getRuntime()",
    "RETURN system.env('HOME')",
)
WRONG = (
    "CREATE DATABASE x",
    "DROP DATABASE magnetrace",
    "STOP DATABASE magnetrace",
    "GRANT ROLE admin TO reader",
    "SHOW SETTINGS",
    "SHUTDOWN",
    "USE system MATCH (n) RETURN n",
    "IMPORT DATABASE file:///etc/passwd",
    "DELETE FROM Site",
    "{!sql} DELETE FROM Site",
    "RETURN 1; MATCH (n) DETACH DELETE n",
    "\uff23\uff32\uff25\uff21\uff34\uff25 (n:Site)",
    "CR\u200bEATE (n:Site)",
    "\u202eCREATE (n:Site)",
    "\\u0043REATE (n:Site)",
    "MATCH (s:Site) \x00DELETE s",
    "RETURN '\x1b[31mred' + nothing",
    "CALL util.sleep(100000)",
    "RETURN size(range(1, 2000000000))",
    f"RETURN {'[' * 2000}{']' * 2000}",
    f"RETURN {'(' * 5000}1{')' * 5000}",
    f"RETURN {' + '.join(['1'] * 5000)}",
    f"{'WITH 1 AS a ' * 5000}RETURN a",
    "MATCH (s:Site {id: $id}) RETURN s",
)
BOMBS = (
    Harm(f"{ENDLESS}WITH a, b WHERE a * b = -1 RETURN count(*)", LONG),
    Harm("MATCH p = (a)-[*1..200]-(b) RETURN count(p)", LONG),
    Harm("MATCH (a)-[*0..15]-(b)-[*0..15]-(c) RETURN count(*)", LONG),
    Harm("MATCH p = ((x)--(y)){1,60} RETURN count(*)", LONG),
    Harm(f"{ENDLESS}RETURN collect(a)", MEMORY),
    Harm(f"{ENDLESS}RETURN a, b ORDER BY b DESC, a", MEMORY),
    Harm(f"{ENDLESS}RETURN count(DISTINCT toString(a) + '-' + toString(b))", MEMORY),
    Harm("MATCH (a), (b), (c), (d), (e), (f) RETURN collect([a, b, c, d, e, f])", MEMORY),
    Harm(f"UNWIND range(1, 1000) AS i RETURN {DOUBLED.format(17)} AS s", LARGE),
    Harm(f"RETURN {DOUBLED.format(23)} AS s", LARGE),
    Harm("RETURN size(util.decompress($a)) AS n", "Potential zip bomb", {"a": BOMB}),
    Harm("RETURN reduce(l = [], i IN range(1, 300) | [l]) AS l", DEEP),
    Harm("RETURN reduce(l = [], i IN range(1, 900) | [l]) AS l", DEEP),
)
SENT = (
    Harm(f"RETURN 1 /* {'x' * 10_000_000} */", LARGE),
    Harm(f"RETURN '{'€' * 4_000_000}'", LARGE),
    Harm(f"MATCH (s) WHERE s.id IN {list(range(200_000))} RETURN s", LARGE),
    Harm("RETURN $a", LARGE, {"a": "x" * 10_000_000}),
    Harm("RETURN $a", LARGE, {"a": ["x" * 1000] * 10_000}),
    Harm("RETURN $a", LARGE, {"a": {str(i): i for i in range(500_000)}}),
    Harm("RETURN $a", DEEP, {"a": nested(5000)}),
    Harm("RETURN $a", "cannot be asked like this", {"a": 2**70}),
    Harm("RETURN $a", "cannot be asked like this", {"a": "\ud800"}),
    Harm("RETURN '\ud800'", "cannot be asked like this"),
    Harm("RETURN $a", "cannot be asked like this", {"a": {1: 2}}),
    Harm("RETURN $a", "cannot be asked like this", {"a": object()}),
    Harm("", INVALID),
    Harm("MATCH (s:Site) WHERE s.id = '$id' OR 1 = 1 DETACH DELETE s", READING, {"id": "x"}),
    Harm("MATCH (s:$label) SET s.name = 'x'", INVALID, {"label": "Site"}),
)
HARMS = (
    *(Harm(cypher, READING) for cypher in (*WRITES, *FILES)),
    *(Harm(cypher, UNKNOWN) for cypher in ABSENT),
    *(Harm(cypher, INVALID) for cypher in WRONG),
    *BOMBS,
    *SENT,
)
UNHARMED = (
    # Explained, and on this server profiled too, a query is not run.
    Harm("EXPLAIN CREATE (n:Site {id: 'x'})", "()"),
    Harm("PROFILE CREATE (n:Site {id: 'x'})", "()"),
    Harm("PROFILE MATCH (s:Site) DETACH DELETE s", "()"),
    Harm("MATCH (s:Site {id: $id}) RETURN s.id", "()", {"id": "x'}) DETACH DELETE s //"}),
    Harm("RETURN $a AS a", "(('} CREATE (n) //',),)", {"a": "} CREATE (n) //"}),
    Harm("MATCH (s:Site) WHERE s.id = $a RETURN s.id", "()", {"a": {"$ne": ""}}),
    Harm("RETURN 'a' =~ $a AS a", "((False,),)", {"a": "(a+)+$" * 20 + "!"}),
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server of its own that ends long queries after 8 s, and holds the six sites."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGNETRACE_STATE", str(folder))
        patch.setattr(runtime, "QUERY_LIMIT_S", 8)
        fill()
        yield folder
        store.stop()


def fill() -> None:
    with store.connect(read_only=False) as opened:
        opened.load(six_sites(), trace(six_sites()))


def graph_print() -> tuple[int, int, str]:
    """Nodes, relationships and a hash of every label, end and property of theirs."""
    with store.connect() as opened:
        nodes = opened.run("MATCH (n) RETURN labels(n), properties(n)", limit=10_000).rows
        edges = opened.run(
            "MATCH (a)-[r]->(b) RETURN type(r), properties(r), properties(a), properties(b)",
            limit=10_000,
        ).rows
        schema = opened.run("SHOW CONSTRAINTS YIELD name, labelsOrTypes, properties").rows
    parts = sorted(json.dumps(row, sort_keys=True) for row in (*nodes, *edges, *schema))
    return len(nodes), len(edges), hashlib.sha256("\n".join(parts).encode()).hexdigest()


def folder_print(folder: Path) -> dict[str, str]:
    """Every file but the logs; what is not the database's own with a hash of its content."""
    return {
        str(path.relative_to(folder)): ""
        if "databases" in path.parts
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "log" not in path.relative_to(folder).parts
    }


def ask(harm: Harm) -> object:
    with store.connect() as opened:
        seconds = 2 if harm.said == LONG else 7
        return opened.run(harm.cypher, harm.parameters, timeout=seconds).rows


def name(harm: Harm) -> str:
    return re.sub(r"[^ -~]|\s+", " ", harm.cypher)[:60] + "".join(f" ${p}" for p in harm.parameters)


def test_there_are_enough_of_them() -> None:
    assert len({harm.cypher for harm in HARMS}) >= 60


@pytest.mark.parametrize("harm", HARMS, ids=name)
def test_harm_is_refused_and_leaves_no_trace(state: Path, harm: Harm) -> None:
    before, files, alive = graph_print(), folder_print(state), running()
    with pytest.raises(StoreError, match=harm.said) as caught:
        ask(harm)
    tells_nothing(str(caught.value), state, alive)
    assert running().pid == alive.pid
    assert (graph_print(), folder_print(state)) == (before, files)


@pytest.mark.parametrize("harm", UNHARMED, ids=name)
def test_what_looks_like_harm_and_is_none_runs_as_it_stands(state: Path, harm: Harm) -> None:
    before, files = graph_print(), folder_print(state)
    assert str(ask(harm)) == harm.said
    assert (graph_print(), folder_print(state)) == (before, files)


def tells_nothing(message: str, state: Path, alive: embedded.Server) -> None:
    """No password, no path of ours, no content of a file and no stack trace; short, on one line."""
    assert len(message) < 800
    assert message.isprintable()
    for secret in (alive.root_password, alive.reader_password, str(state), str(Path.home())):
        assert secret not in message
    for trace_of in ("Traceback", "com.arcadedb", ".java:", "root:x:0", "/site-packages/"):
        assert trace_of not in message, message


@pytest.mark.parametrize("cypher", [*WRITES, *FILES])
def test_the_reader_is_bound_in_sessions_for_writing_too(state: Path, cypher: str) -> None:
    """The server's doing: the plain driver, asked to write, in a transaction of its own."""
    before = graph_print()
    login = running().endpoint
    with (
        GraphDatabase.driver(login.uri, auth=login.reader) as driver,
        driver.session(database=login.database, default_access_mode=WRITE_ACCESS) as session,
    ):
        with pytest.raises(ClientError) as caught:
            session.run(cypher).consume()
        assert caught.value.code == "Neo.ClientError.Security.Forbidden"
        with suppress(Neo4jError), session.begin_transaction() as transaction:
            transaction.run(cypher).consume()
            transaction.commit()
    assert (state / "store.json").exists()
    assert graph_print() == before


@pytest.mark.parametrize(
    "cypher",
    [f"RETURN size({DOUBLED.format(40)})", GROWN.format(40)],
    ids=["a text without end", "a list without end"],
)
def test_a_server_that_ran_out_of_memory_says_so_and_comes_back(state: Path, cypher: str) -> None:
    before, alive = graph_print(), running()
    with pytest.raises(StoreError, match=BROKE_OFF) as caught, store.connect() as opened:
        opened.run(cypher, timeout=60)
    tells_nothing(str(caught.value), state, alive)
    assert graph_print() == before


def in_threads(count: int, cypher: str, timeout: float) -> list[Future[object]]:
    def run() -> object:
        with store.connect() as opened:
            return opened.run(cypher, timeout=timeout).rows

    pool = ThreadPoolExecutor(count)
    started = [pool.submit(run) for _ in range(count)]
    pool.shutdown(wait=False)
    return started


@pytest.mark.usefixtures("state")
def test_a_ninth_query_at_once_is_told_to_wait() -> None:
    running = in_threads(bounds.AT_ONCE, f"{ENDLESS}WITH a, b WHERE a * b = -1 RETURN 1", 2.5)
    time.sleep(1)
    with (
        pytest.raises(StoreError, match="8 queries are running already"),
        store.connect() as opened,
    ):
        opened.run("RETURN 1", timeout=1)
    for each in running:
        assert "did not finish" in str(each.exception(timeout=30))
    with store.connect() as opened:
        assert opened.run("RETURN 1", timeout=30).rows == ((1,),)


@pytest.mark.usefixtures("empty_state")
def test_the_server_has_a_bound_for_all_processes_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "QUERIES_AT_ONCE", 2)
    monkeypatch.setattr(runtime, "QUEUE_S", 1)
    monkeypatch.setattr(runtime, "QUERY_LIMIT_S", 6)
    store.start()
    running = in_threads(2, f"{ENDLESS}WITH a, b WHERE a * b = -1 RETURN 1", 5)
    time.sleep(1)
    with (
        store.connect() as opened,
        pytest.raises(StoreError, match="too busy for this"),
    ):
        opened.run("RETURN 1", timeout=10)
    for each in running:
        assert "did not finish" in str(each.exception(timeout=30))
