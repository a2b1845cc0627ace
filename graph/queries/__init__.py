"""The named questions: one `.cypher` file each, in a folder for each theme.

`graph.queries.header` says how a file is written. The name of a question is the name of its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from graph.errors import UnknownName
from graph.queries.header import CHOICE_SETS, Parameter, Question, parse

__all__ = ["CHOICE_SETS", "THEMES", "Parameter", "Question", "parse", "question", "questions"]

THEMES = {
    "exposure": "Exposure",
    "alternatives": "Alternatives",
    "ownership": "Ownership",
    "single-points": "Single points",
    "policy-reach": "Policy reach",
    "scenario-results": "Scenario results",
    "data-quality": "Data quality",
}
"""Folders of the questions, in the order in which they are listed, and their words."""


@cache
def questions() -> Mapping[str, Question]:
    """Every shipped question by its name, theme by theme, in order of their names."""
    return {
        question.name: question
        for theme in THEMES
        for question in (
            parse(theme, entry.name.removesuffix(".cypher"), entry.read_text(encoding="utf-8"))
            for entry in sorted((files(__name__) / theme).iterdir(), key=lambda entry: entry.name)
            if entry.name.endswith(".cypher")
        )
    }


def question(name: str) -> Question:
    """The question called `name`. Raises UnknownName with suggestions."""
    try:
        return questions()[name]
    except KeyError:
        raise UnknownName("question", name, questions()) from None
