"""What can be seen in a Cypher text without a server: its parameters and where a statement ends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<string> '(?:\\.|[^'\\])*(?:'|\Z) | "(?:\\.|[^"\\])*(?:"|\Z) )
  | (?P<parameter> \$(?:\w+|`[^`]*`) )
  | (?P<name> `[^`]*(?:`|\Z) | [^\W\d]\w* )
  | (?P<number> \d[\w.]* )
  | (?P<space> \s+ )
  | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is a group of TOKEN; `start` counts characters from the start of the text."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Every character of `text` in one token; strings and comments may lack their end."""
    for match in TOKEN.finditer(text):
        yield Token(str(match.lastgroup), match.group(), match.start())


def parameters(text: str) -> tuple[str, ...]:
    """Names of the parameters a query uses, each once, in their order in the text."""
    found = (token.text[1:].strip("`") for token in tokens(text) if token.kind == "parameter")
    return tuple(dict.fromkeys(found))


def statement_end(text: str) -> int | None:
    """Where the first statement ends: the place of its `;`, None where it goes on."""
    return next((t.start for t in tokens(text) if t.kind == "sign" and t.text == ";"), None)


def is_blank(text: str) -> bool:
    """Whether there is nothing to run in a text, be it full of comments."""
    return all(token.kind in ("space", "comment") for token in tokens(text))


def value(text: str) -> object:
    """A number, list or truth value where the text is one in JSON, else the text itself."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> None:
    """NaN and Infinity are no JSON, though Python reads them as numbers."""
    raise ValueError(constant)


def written(text: str, is_text: bool) -> str:
    """`text` so that `value` reads it back: in quotes where it is a text that reads as more."""
    return json.dumps(text, ensure_ascii=False) if is_text and value(text) != text else text
