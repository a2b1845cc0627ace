"""The words of the pages, what they mean, and where they show that as help."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from ui.viewmodels.search import fold

KINDS = {
    "stage": "Stages",
    "material": "Materials",
    "measure": "Measures",
    "rule": "Rules and events",
}


@dataclass(frozen=True, slots=True)
class Term:
    """`kind` is one of KINDS, `heads` are columns, figures and widgets that mean this word,
    `source` is the id of a publication, empty where the word is ours."""

    word: str
    kind: str
    text: str
    source: str = ""
    heads: tuple[str, ...] = ()


def terms(toml: str) -> tuple[Term, ...]:
    """The terms of a file. Raises tomllib.TOMLDecodeError, and TypeError for a field unknown."""
    rows = tomllib.loads(toml)["term"]
    return tuple(Term(**(row | {"heads": tuple(row.get("heads", ()))})) for row in rows)


def found(known: Sequence[Term], words: str) -> tuple[Term, ...]:
    """Terms in whose name or meaning every word stands, those with it in the name first."""
    wanted = fold(words).split()
    hits = [t for t in known if all(w in fold(f"{t.word} {t.text}") for w in wanted)]
    return tuple(sorted(hits, key=lambda t: not all(w in fold(t.word) for w in wanted)))


def help_of(known: Sequence[Term], head: str) -> str | None:
    """What a column, figure or widget called `head` means; "Touched China, highest element: Dy"
    means what "Touched China" does."""
    name = head.partition(",")[0]
    return next((t.text for t in known if head in t.heads or name in t.heads), None)
