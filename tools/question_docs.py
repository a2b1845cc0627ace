"""Writes docs/questions.md from the questions themselves: `python tools/question_docs.py`.

`--check` writes nothing and ends with 1 where the page is not what the questions say.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from asked import HITS, MEASURES, asked_network  # noqa: E402
from generated import table, write_or_check  # noqa: E402

from graph.model import MAGNET_ELEMENTS, MATERIALS, Stage  # noqa: E402
from graph.queries import THEMES, Parameter, Question, questions  # noqa: E402
from graph.queries.header import cell  # noqa: E402
from graph.store import names_figures  # noqa: E402

HEAD = """# The questions

{count} questions on where the chain can be cut, each a file of plain Cypher in `graph/queries/`, in
a folder for its theme. Ask them on the Query page, or by name:

```sh
magnetrace queries                                  # their names, by theme
magnetrace query who-is-hit --param site=s_kuantan
```

The same text runs on the embedded server and is written for Neo4j 5.23 or later, in Cypher 5 and
Cypher 25: [what was never run on Neo4j](neo4j.md). Paste it into Neo4j Browser with its parameters
(`:param site => 's_kuantan'`). Shares are 0..1, weeks count from 0, rows come in the order that the
question gives them, always the same.

This page is written from the files by `python tools/question_docs.py`.
"""
NETWORK = """## The network of the examples

Every question carries an example answer. It is the answer on a network small enough to check by
hand, `tests/asked.py`: two mines meet in one separator, from which a chain leads to electric cars,
and beside it a second chain leads to jets. The tests hold every question to its example.
"""
CHOICES = {
    "elements": ", ".join(MAGNET_ELEMENTS),
    "stages": ", ".join(Stage),
    "materials": ", ".join(MATERIALS),
    "countries": "ISO code of a country with a site",
    "sectors": "sector of an end use",
    "sites": "id of a site",
    "end_uses": "id of an end use",
    "companies": "owner or operator as named in the data",
    "scenarios": "name of a scenario that was run",
}
"""Where the choices of a parameter come from, by the name of the set."""


def page() -> str:
    """The whole page as text."""
    found = questions()
    parts = [HEAD.format(count=len(found)), *_overview(found.values()), *_network()]
    for theme, words in THEMES.items():
        parts.append(f"## {words}\n")
        for question in found.values():
            if question.theme == theme:
                parts += _question(question)
    return "\n".join(parts)


def _overview(found: Iterable[Question]) -> Iterable[str]:
    for theme, words in THEMES.items():
        yield f"**[{words}](#{theme})**\n"
        yield from table(
            ("question", "asks", "parameters"),
            [
                (
                    f"[`{each.name}`](#{each.name})",
                    each.title,
                    ", ".join(f"`{parameter.name}`" for parameter in each.parameters),
                )
                for each in found
                if each.theme == theme
            ],
        )


def _network() -> Iterable[str]:
    yield NETWORK
    network = asked_network()
    yield from table(
        ("site", "stage", "country", "controlled from", "owner"),
        [
            (f"`{s.id}`", s.stage.label, s.country, s.controlling_country, s.owner)
            for s in network.sites.values()
        ],
    )
    yield from table(
        ("from", "to", "material", "t/yr", "NdPr, t/yr", "Dy, t/yr", "how known"),
        [
            (
                f"`{f.origin}`",
                f"`{f.target}`",
                f.material,
                *(cell(value) for value in (f.tonnes, *f.content[:2])),
                f.confidence.value,
            )
            for f in network.flows
        ],
    )
    yield "Two scenarios were run on it; each lost share holds for the weeks named.\n"
    rows = []
    for name, hits in HITS.items():
        for hit in hits:
            weeks = hit["properties"]["lost_share_by_week"]
            losing = [week for week, share in enumerate(weeks) if share > 0]
            rows.append(
                (name, f"`{hit['site']}`", cell(max(weeks)), f"{losing[0]} to {losing[-1]}")
            )
    yield from table(("scenario", "site", "share lost", "weeks"), rows)
    yield from table(
        ("scenario", "measure", "target", "weeks", "takes away, t"),
        [
            (
                name,
                lever,
                target,
                f"{start} to {stop}",
                ", ".join(f"{cell(tonnes)} at `{site}`" for site, tonnes in limits.items()),
            )
            for name, measures in MEASURES.items()
            for lever, target, start, stop, limits in measures
        ],
    )


def _question(question: Question) -> Iterable[str]:
    yield f'<a id="{question.name}"></a>\n'
    yield f"### {question.title}\n"
    needs = " Needs [figures](store.md#figures-of-sites)." if names_figures(question.cypher) else ""
    yield f"`{question.name}`. {question.why}{needs}\n"
    yield from table(
        ("parameter", "type", "default", "choices", "meaning"),
        [
            (f"`{each.name}`", each.type, f"`{each.default}`", _choices(each), each.meaning)
            for each in question.parameters
        ],
    )
    yield from table(
        ("column", "unit", "meaning"),
        [(f"`{each.name}`", each.unit, each.meaning) for each in question.columns],
    )
    given = ", ".join(f"`{name}` = `{value}`" for name, value in question.example.given.items())
    yield f"Example, {f'with {given}' if given else 'with the defaults'}:\n"
    yield from table([each.name for each in question.printed], question.example.rows)


def _choices(parameter: Parameter) -> str:
    return CHOICES.get(parameter.choices_from, ", ".join(parameter.choices))


if __name__ == "__main__":
    sys.exit(write_or_check({"questions.md": page()}, "question_docs.py"))
