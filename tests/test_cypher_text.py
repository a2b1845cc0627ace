"""What is seen in a Cypher text without a server."""

from __future__ import annotations

import pytest

from ui.viewmodels.cypher_text import is_blank, parameters, statement_end, tokens, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (n {id: $id}) RETURN n, $x, $id", ("id", "x")),
        ("RETURN '$no', \"$no\" // $no\n, $yes /* $no */", ("yes",)),
        ("RETURN $`odd name`, `$no`", ("odd name",)),
        ("RETURN 'it\\'s $no', $yes", ("yes",)),
        ("RETURN 'open $no", ()),
    ],
)
def test_parameters(text: str, expected: tuple[str, ...]) -> None:
    assert parameters(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RETURN 1;", 8),
        ("RETURN ';' ; x", 11),
        ("RETURN 1 // ;\n", None),
        ("RETURN 1 /* ;\n", None),
        ("RETURN 'open ;", None),
        ("RETURN `a;b`;", 12),
    ],
)
def test_where_a_statement_ends(text: str, expected: int | None) -> None:
    assert statement_end(text) == expected


def test_nothing_is_lost_between_tokens() -> None:
    text = "MATCH (ä:Site {x: 1.5e3})-[:`A B`]->() /* c */ RETURN 'x' // ü\n;\\ \x00"
    found = list(tokens(text))
    assert "".join(token.text for token in found) == text
    assert [t.text for t in found if t.kind == "name"] == [
        "MATCH",
        "ä",
        "Site",
        "x",
        "`A B`",
        "RETURN",
    ]
    assert [(t.start, t.end) for t in found if t.kind == "comment"] == [(39, 46), (58, 62)]


def test_blank() -> None:
    assert is_blank(" \n// only words\n/* and more */")
    assert not is_blank("// words\nRETURN 1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", 5), ("2.5", 2.5), ("true", True), ('["a"]', ["a"]), ('"5"', "5"), ("AUS", "AUS")],
)
def test_values(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "NaN", "-Infinity", '["a", Infinity]']
)
def test_what_json_cannot_hold_is_a_text(text: str) -> None:
    assert value(text) == text
