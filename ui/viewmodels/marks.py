"""Where a Cypher text is wrong or doubtful, before it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graph.store.contents import Contents
from ui.viewmodels.cypher_text import Token, tokens

EXPLAIN = "EXPLAIN "
LONGEST = 200
"""Characters of a message."""
PLACES = (
    # Neo4j counts from 1 in the text as sent; the embedded server from 0 in what is explained.
    re.compile(r"\(line (?P<line>\d+), column (?P<neo4j>\d+)"),
    re.compile(r"at line (?P<line>\d+), column (?P<column>\d+)"),
    re.compile(r"at line (?P<line>\d+):(?P<column>\d+)"),
)
WHERE = re.compile(r" at line \d+(?::\d+|, column \d+)| \(line \d+, column \d+ \(offset: \d+\)\)")
NAMED = re.compile(r"(?:Variable|function|Column name|procedure) ['`]([^'`]+)['`]", re.IGNORECASE)
PREFIX = re.compile(r"\s*(?:(?:EXPLAIN|PROFILE)\b\s*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """`start` and `end` count characters."""

    start: int
    end: int
    severity: Literal["error", "warning"]
    message: str

    def shown(self, text: str) -> dict[str, object]:
        """As the editor takes it: places in UTF-16, as a browser counts."""
        return {
            "from": _utf16(text[: self.start]),
            "to": _utf16(text[: self.end]),
            "severity": self.severity,
            "message": self.message,
        }


def to_explain(text: str) -> str:
    """What to send to the server to learn whether it would take `text`."""
    return EXPLAIN + text[_bare(text) :]


def of_error(text: str, message: str) -> Mark:
    """The mark for what the server said of `to_explain(text)`."""
    said = message.strip().splitlines()[0].removeprefix("The query is not valid: ")
    said = re.sub(", expected: one of .*", "", WHERE.sub("", said))  # the mark says where
    said = said.replace("'<EOF>'", "the end of the text")
    said = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
    start, end = _place(text, message)
    return Mark(start, end, "error", said)


def unknown_names(text: str, contents: Contents) -> tuple[Mark, ...]:
    """Labels and relationship types that the store does not hold: they match nothing."""
    known = {kind.name for kind in (*contents.labels, *contents.types)}
    return tuple(
        Mark(token.start, token.end, "warning", f"The store holds nothing called {name}.")
        for token in _kinds(text)
        if (name := token.text.strip("`")) not in known
    )


def _kinds(text: str) -> Iterator[Token]:
    """Names behind a colon, and those that | and & join to them; in { } a colon parts key and
    value, and :: comes before a type of values."""
    brackets: list[str] = []
    wanted = joined = False
    for token in tokens(text):
        if token.kind in ("space", "comment"):
            continue
        if token.kind == "name":
            if wanted:
                yield token
            wanted, joined = False, wanted
            continue
        match token.text:
            case ":":
                wanted = not wanted and brackets[-1:] != ["{"]
            case "|" | "&":
                wanted = wanted or joined
            case "!":
                pass
            case "(" | "[" | "{":
                brackets.append(token.text)
                wanted = wanted and token.text == "("
            case _:
                wanted = False
                if token.text in (")", "]", "}"):
                    del brackets[-1:]
        joined = False


def _place(text: str, message: str) -> tuple[int, int]:
    bare = _bare(text)
    for pattern in PLACES:
        if match := pattern.search(message):
            line, groups = int(match["line"]), match.groupdict()
            column = int(groups.get("column") or 0)
            if groups.get("neo4j"):
                column = int(groups["neo4j"]) - 1 - (len(EXPLAIN) if line == 1 else 0)
            starts = [bare, *(bare + i + 1 for i, c in enumerate(text[bare:]) if c == "\n")]
            at = min(starts[min(line, len(starts)) - 1] + max(0, column), len(text))
            return _token_at(text, at)
    named = NAMED.search(message)
    found = [t for t in tokens(text) if named and t.kind == "name" and t.text == named[1]]
    return (found[-1].start, found[-1].end) if found else _token_at(text, len(text.rstrip()))


def _token_at(text: str, at: int) -> tuple[int, int]:
    """The token at a place; at the end of the text the last one that is no space."""
    solid = [token for token in tokens(text) if token.kind != "space"]
    for token in solid:
        if token.start <= at < token.end:
            return token.start, token.end
    return (solid[-1].start, solid[-1].end) if solid else (0, len(text))


def _bare(text: str) -> int:
    match = PREFIX.match(text)
    return match.end() if match else 0


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
