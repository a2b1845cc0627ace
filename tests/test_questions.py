"""The files of the saved questions: headers, parameters, and that they only read."""

from __future__ import annotations

from pathlib import Path

import pytest

import graph.queries
from graph.errors import StoreError, UnknownName
from graph.queries import CHOICE_SETS, Parameter, parse, question, questions

NAMES = sorted(questions())


@pytest.mark.parametrize("name", NAMES)
def test_headers_are_whole(name: str) -> None:
    asked = questions()[name]
    assert asked.name == name
    assert asked.title
    assert asked.why.endswith(".")
    assert len({column.name for column in asked.columns}) == len(asked.columns)
    assert all(
        parameter.choices_from in ("", *CHOICE_SETS) and parameter.meaning
        for parameter in asked.parameters
    )
    assert "ORDER BY" in asked.cypher.rsplit("RETURN", 1)[1]


def test_names_and_titles_are_told_apart() -> None:
    files = Path(graph.queries.__file__).parent.rglob("*.cypher")
    assert sorted(file.stem for file in files) == NAMES
    assert len({asked.title for asked in questions().values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_questions_only_read(name: str) -> None:
    words = set(questions()[name].cypher.upper().split())
    assert not words & {"CREATE", "MERGE", "SET", "DELETE", "REMOVE", "DETACH", "LOAD", "FOREACH"}


GOOD = """// title: A
// why: B
//   goes on.
// parameter: n | integer | 3 | | How many
// parameter: by | text | one | one, two | Which
// column: x | t/yr | What
// column: s | graph | Drawn
// key: x
// example: n=5, by=two
// row: 1.5
MATCH (s:Site) WHERE s.x = $n AND s.y = $by RETURN s.x AS x, s ORDER BY x
"""


def test_a_file_is_read() -> None:
    asked = parse("exposure", "a-b", GOOD)
    assert (asked.name, asked.theme, asked.title, asked.why) == (
        "a-b", "exposure", "A", "B goes on.",
    )  # fmt: skip
    assert [(p.name, p.type, p.default, p.choices) for p in asked.parameters] == [
        ("n", "integer", 3, ()),
        ("by", "text", "one", ("one", "two")),
    ]
    assert [(c.name, c.unit, c.meaning) for c in asked.columns] == [
        ("x", "t/yr", "What"),
        ("s", "graph", "Drawn"),
    ]
    assert [c.name for c in asked.printed] == ["x"]
    assert asked.key == ("x",)
    assert (asked.example.given, asked.example.rows) == ({"n": "5", "by": "two"}, (("1.5",),))
    assert asked.cypher.startswith("MATCH (s:Site)")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("// why: B\n//   goes on.\n", "", "one why"),
        ("// title: A\n", "// title: A\n// title: A\n", "one title"),
        ("// title:", "// Title:", "line 1"),
        ("| integer |", "| whole |", "line 4"),
        ("| 3 |", "| three |", "a whole number"),
        ("| 3 | |", "| 3 | people |", "choices from"),
        (" | | How many", " | How many", "5 parts"),
        ("// column: x | t/yr | What\n// column: s | graph | Drawn\n", "", "columns"),
        ("// key: x\n", "", "one key"),
        ("// key: x", "// key: x, s", "expected columns of x"),
        ("// row: 1.5\n", "", "rows of an example"),
        ("// row: 1.5", "// row: 1.5 | 2", "1 parts"),
        ("n=5, by=two", "n=5, by", "one example of name=value"),
        ("n=5, by=two", "n=5, by=three", "must be one of one, two"),
        ("$n", "3", "parameters that the query uses"),
        ("$by", "$by + $more", "parameters that the query uses"),
    ],
)
def test_a_wrong_header_is_told_with_its_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(StoreError) as caught:
        parse("exposure", "a-b", GOOD.replace(old, new, 1))
    assert said in str(caught.value)


def test_parameters_are_read_from_text() -> None:
    asked = parse("exposure", "a-b", GOOD)
    assert asked.bind() == {"n": 3, "by": "one"}
    assert asked.bind({"n": "5", "by": "two"}) == {"n": 5, "by": "two"}
    assert asked.bind({"n": 5}) == {"n": 5, "by": "one"}
    for text in ("x", "1.5", "9007199254740992", "inf"):
        with pytest.raises(StoreError, match=f"n must be a whole number; got '{text}'"):
            asked.bind({"n": text})
    with pytest.raises(StoreError, match="by must be one of one, two"):
        asked.bind({"by": "three"})
    for text in ("nan", "-inf", "1e999"):
        with pytest.raises(StoreError, match=f"x must be a number; got '{text}'"):
            Parameter("x", "number", 0.5, "").read(text)
    with pytest.raises(UnknownName, match="parameter of a-b"):
        asked.bind({"m": 1})


def test_a_question_that_is_not_there_suggests_others() -> None:
    with pytest.raises(UnknownName, match="who-is-hit"):
        question("who-is-hitt")
