"""Where things stand in a TOML file: the library that reads it does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # texts first: what looks like a table in them is none
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}\n]"
    r"|[^\"'#\[\]{}\n]+",
    re.DOTALL,
)
HEADER = re.compile(r"\[\[?\s*([^\]]*?)\s*\]")
KEY = re.compile(r"""\s*["']?([^"'=.\s]+)""")


@dataclass(frozen=True, slots=True)
class Block:
    """A table: the line it begins in, and the line of each of its keys."""

    line: int
    keys: Mapping[str, int] = field(default_factory=dict)

    def of(self, key: str) -> int:
        """The line of a key; that of the table where the key does not stand in it."""
        return self.keys.get(key, self.line)


def blocks(text: str, repeated: str) -> tuple[Block, tuple[Block, ...]]:
    """The head of a valid TOML text, and its tables `[[repeated]]` in order.

    A table inside one of them counts as its key.
    """
    head: dict[str, int] = {}
    tables: list[tuple[int, dict[str, int]]] = []
    into = head
    for line, statement in _statements(text):
        if header := HEADER.match(statement):
            outer, _, inner = header[1].partition(".")
            if statement.startswith("[["):
                tables += [(line, {})] if header[1] == repeated else []
            into = tables[-1][1] if outer == repeated and tables else {}
            if header[1] != repeated and not inner:
                head.setdefault(outer, line)
            if inner:
                into.setdefault(inner.partition(".")[0], line)
                into = {}
        elif key := KEY.match(statement):
            into.setdefault(key[1], line)
    return Block(1, head), tuple(Block(line, keys) for line, keys in tables)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the line it begins in, comments left out."""
    line, depth, parts, begun = 1, 0, list[str](), 1
    for piece in TOKEN.findall(text + "\n"):
        if piece == "\n" and depth == 0:
            if statement := "".join(parts).strip():
                yield begun, statement
            parts = []
        elif not piece.startswith("#"):
            begun = begun if parts else line
            depth += (piece in ("[", "{")) - (piece in ("]", "}"))
            parts.append(piece)
        line += piece.count("\n")
