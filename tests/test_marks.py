"""Marks in a Cypher text, with what the embedded server really says and as Neo4j writes it."""

from __future__ import annotations

import pytest
from networks import six_sites

from graph import store
from graph.errors import StoreError
from graph.queries import questions
from graph.store import Store
from graph.store.contents import Contents, Kind, contents
from graph.tracing import trace
from ui.viewmodels.marks import of_error, to_explain, unknown_names

HOLDS = Contents(
    (Kind("Site", 8, ("id",)), Kind("Odd Name", 1, ())), (Kind("SUPPLIES", 9, (), "Site → Site"),)
)


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("MATCH (s:Site\nRETURN s", "RETURN", "Syntax error - mismatched input 'RETURN'"),
        ("\n\n  MATCH (s)\nRETRUN s", "RETRUN", "Unexpected input 'RETRUN'"),
        ("MATCH (s)\nWHERE s.x = \nRETURN s", "s", "Unexpected input 's'"),
        ("MATCH (s:Site)\nRETURN t, s // t", "t", "Variable 't' not defined"),
        ("RETURN foo(1)", "foo", "Unknown function 'foo'"),
        ("EXPLAIN RETURN foo(1)", "foo", "Unknown function 'foo'"),
        ("// why\nRETURN 1 AS a, 2 AS a", "a", "Column name 'a' is defined more than once"),
        ("MATCH (s) RETURN", "RETURN", "Syntax error - mismatched input the end of the text"),
    ],
)
def test_the_server_says_what_and_the_mark_where(
    opened: Store, text: str, marked: str, said: str
) -> None:
    with pytest.raises(StoreError) as caught:
        opened.run(to_explain(text))
    mark = of_error(text, str(caught.value))
    assert text[mark.start : mark.end] == marked
    assert said in mark.message
    assert mark.severity == "error"
    assert "line" not in mark.message


def test_to_explain_runs_nothing(opened: Store) -> None:
    endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b) AS n"
    assert opened.run(to_explain(endless), timeout=2).rows == ()
    assert to_explain("  profile RETURN 1") == "EXPLAIN RETURN 1"


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        (
            "RETURN 1 +* 2",
            "The query is not valid: Invalid input '*': expected an expression "
            '(line 1, column 19 (offset: 18))\n"EXPLAIN RETURN 1 +* 2"\n                   ^',
            "*",
        ),
        (
            "MATCH (s)\nRETURN t",
            "The query is not valid: Variable `t` not defined (line 2, column 8 (offset: 25))",
            "t",
        ),
    ],
)
def test_places_as_neo4j_gives_them(text: str, message: str, marked: str) -> None:
    mark = of_error(text, message)
    assert text[mark.start : mark.end] == marked
    assert "offset" not in mark.message


def test_a_browser_counts_in_utf_16() -> None:
    text = "RETURN '𝛼𝛽', t"
    assert of_error(text, "Variable 't' not defined").shown(text) == {
        **{"from": 15, "to": 16, "severity": "error", "message": "Variable 't' not defined"},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (s:Site)-[:SUPPLIES]->(t:Sight) RETURN s", ["Sight"]),
        ("MATCH (:Site|Nope)-[r:SUPPLIES|SELLS*1..3]->(t:!Gone&Site)", ["Nope", "SELLS", "Gone"]),
        ("MATCH (s:Site {id: who, n: {a: b}}) WHERE s:Lost RETURN s", ["Lost"]),
        ("MATCH (s:`Odd Name`:`No Name` WHERE s.x = 1)", ["`No Name`"]),
        ("RETURN [x IN range(1, 3) | x] AS Site, {k: v} // (n:No)\n, ':No', x IS :: INTEGER", []),
        ("MATCH (s:(Site|Nope)) RETURN s", ["Nope"]),
    ],
)
def test_names_the_store_does_not_hold(text: str, expected: list[str]) -> None:
    found = unknown_names(text, HOLDS)
    assert [text[mark.start : mark.end] for mark in found] == expected
    assert {mark.severity for mark in found} <= {"warning"}


def test_only_labels_and_types_of_shipped_questions_are_looked_up() -> None:
    with store.connect(read_only=False) as writing:
        writing.load(six_sites(), trace(six_sites()))
    with store.connect() as reading:
        held = contents(reading)
    assert {kind.name for kind in held.labels} >= {"Site", "Mine", "EndUse", "Country"}
    marked = {
        each.cypher[mark.start : mark.end]
        for each in questions().values()
        for mark in unknown_names(each.cypher, held)
    }
    assert {"Company", "OWNED_BY"} <= marked, "six sites have no owners"
    assert {name for name in marked if not name[0].isupper()} == set()
