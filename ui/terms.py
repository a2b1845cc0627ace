"""The glossary that ships, for help beside widgets, figures and columns."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ui.viewmodels import glossary
from ui.viewmodels.glossary import Term

FILE = Path(__file__).parent / "assets" / "glossary.toml"


@cache
def known() -> tuple[Term, ...]:
    """Every term, in the order of the file."""
    return glossary.terms(FILE.read_text("utf-8"))


def help_of(head: str) -> str | None:
    """What a column, figure or widget of that name means, if it is a word of the glossary."""
    return glossary.help_of(known(), head)


def meaning(word: str) -> str:
    """What a word of the glossary means. Raises KeyError where there is none."""
    return {term.word: term.text for term in known()}[word]
