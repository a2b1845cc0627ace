"""A Neo4j server as the store: addresses, versions, what it reports, and plans it may not run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError
from networks import six_sites
from states import Load, running

from graph import store
from graph.errors import StoreError
from graph.store import runtime
from graph.store.bolt import Endpoint, Store, check_server
from graph.store.guard import refusal
from graph.store.trouble import one_clear_error


def test_neo4j_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    with pytest.raises(StoreError, match="does not answer"), store.connect():
        pass
    status = store.status()
    assert (status.state, status.server) == ("not running", "neo4j")
    assert "does not answer" in status.detail


@pytest.mark.parametrize(
    "address", ["nowhere", "http://127.0.0.1:7474", "bolt+x://localhost", "bolt://["]
)
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(StoreError, match=r"not an address.*neo4j://localhost:7687"):
        store.connect(address).__enter__()


def test_an_unknown_database_is_told(load: Load) -> None:
    load(six_sites())
    server = running()
    with (
        store.servers.open_store(replace(server.endpoint, database="nowhere")) as opened,
        pytest.raises(StoreError, match=r"no database 'nowhere'.*NEO4J_DATABASE"),
    ):
        opened.run("RETURN 1")


def test_encryption_that_the_server_does_not_have_is_told(load: Load) -> None:
    load(six_sites())
    server = running()
    uri = server.endpoint.uri.replace("bolt://", "bolt+s://")
    with pytest.raises(StoreError, match=r"does not answer.*asks for encryption"):
        store.servers.open_store(replace(server.endpoint, uri=uri)).__enter__()


def test_an_address_with_routing_is_understood(load: Load) -> None:
    load(six_sites())
    server = running()
    uri = server.endpoint.uri.replace("bolt://", "neo4j://")
    with store.servers.open_store(replace(server.endpoint, uri=uri)) as opened:
        assert opened.run("MATCH (s:Site) RETURN count(s)").rows == ((8,),)


@pytest.mark.parametrize(
    ("code", "message", "writes", "said"),
    [
        ("ClientError.Database.DatabaseNotFound", "No d.", False, "NEO4J_DATABASE"),
        ("ClientError.Security.CredentialsExpired", "Expired.", False, "changed first"),
        ("ClientError.Security.Forbidden", "Create node denied.", True, "may not write"),
        ("ClientError.Security.Forbidden", "Create node denied.", False, "reading only"),
        ("ClientError.Security.Forbidden", "Access to 'neo4j' denied.", False, "that this user"),
        ("ClientError.Statement.SyntaxError", "Invalid 'X'.", False, "not valid: Invalid 'X'."),
        ("ClientError.Transaction.TransactionTimedOut", "Ended.", False, "did not finish in 3 s"),
        ("TransientError.General.DatabaseUnavailable", "Stopped.", False, "once it is online"),
        ("DatabaseError.General.UnknownError", "Odd.", False, "reports an error: Odd."),
    ],
)
def test_what_a_server_reports_is_told_with_what_to_do(
    code: str, message: str, writes: bool, said: str
) -> None:
    error = Neo4jError._hydrate_neo4j(code=f"Neo.{code}", message=message)
    with (
        pytest.raises(StoreError, match=said),
        one_clear_error("neo4j://db", "neo4j", 3.0, writes=writes),
    ):
        raise error


def test_only_neo4j_itself_is_taken_for_neo4j(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load(six_sites())
    server = running()
    monkeypatch.setenv("NEO4J_URI", server.endpoint.uri)
    monkeypatch.setenv("NEO4J_USERNAME", runtime.WRITER)
    monkeypatch.setenv("NEO4J_PASSWORD", server.root_password)
    monkeypatch.setenv("NEO4J_DATABASE", runtime.DATABASE)
    with pytest.raises(StoreError, match="Only Neo4j itself is supported"), store.connect():
        pass


UNBOUND = Endpoint("neo4j://db", "neo4j", ("neo4j", "x"), ("neo4j", "x"), reader_is_bound=False)


@pytest.mark.parametrize(
    "agent", ["Neo4j/5.22.0", "Neo4j/4.4.40", "Other/1.0", "Neo4j/5.26.0 compatible (X)"]
)
def test_servers_that_cannot_be_worked_with(agent: str) -> None:
    with pytest.raises(StoreError):
        check_server(agent, UNBOUND)


@pytest.mark.parametrize("agent", ["Neo4j/5.23.0", "Neo4j/5.26.1", "Neo4j/2025.10.1"])
def test_servers_that_can(agent: str) -> None:
    check_server(agent, UNBOUND)


def test_where_the_server_does_not_bind_the_reader_plans_are_looked_at(load: Load) -> None:
    """The examination itself, with the plan that the embedded server gives."""
    load(six_sites())
    server = running()
    endpoint = replace(server.endpoint, reader_is_bound=False)
    with GraphDatabase.driver(endpoint.uri, auth=endpoint.reader) as driver:
        rows = Store(endpoint, driver, None).run("PROFILE MATCH (s:Site) RETURN count(s)").rows
    assert rows == ((8,),)


def plan(operator: str, details: str = "", *children: dict[str, Any]) -> dict[str, Any]:
    """A plan as the driver gives Neo4j's: operators end in the database, details in `args`."""
    return {
        "operatorType": f"{operator}@neo4j",
        "args": {"Details": details},
        "children": list(children),
    }


def test_plans_with_load_csv_or_unlisted_procedures_are_refused() -> None:
    labels = plan("ProcedureCall", "db.labels() :: (label :: STRING)")
    files = plan("ProcedureCall", "apoc.load.json($autostring_0) :: (value :: MAP)")
    assert refusal(plan("ProduceResults", "n", plan("NodeByLabelScan", "n:Site"))) is None
    assert refusal(plan("ProduceResults", "label", labels)) is None
    assert "LOAD CSV" in str(refusal(plan("ProduceResults", "line", plan("LoadCSV", "line"))))
    assert "apoc.load.json" in str(
        refusal(plan("ProduceResults", "v", plan("Apply", "", labels, files)))
    )
    assert refusal(plan("ProcedureCall", "")) is not None
    assert refusal(None) is not None


def test_a_plan_is_seen_to_its_end_however_deep() -> None:
    """Of a query of many clauses it is as deep as the query is long."""
    found = plan("LoadCSV", "line")
    for _ in range(5000):
        found = plan("Projection", "a", found)
    assert "LOAD CSV" in str(refusal(found))
