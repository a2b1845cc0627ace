"""The form of a saved question: one field a parameter, with choices from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.errors import StoreError
from graph.model import MAGNET_ELEMENTS, MATERIALS, Stage
from graph.network import Network
from graph.queries import THEMES, Parameter, Question
from graph.store.rows import companies
from ui.viewmodels.tables import Table

OWN_CYPHER = "own"
THEMES_OFFERED = {**THEMES, OWN_CYPHER: "Your own Cypher"}
"""What is picked first, and its words."""
RUNS = "scenarios"
"""The set of choices that the runs in the store take the place of, where there are any."""
OPENING = "china-share-by-stage"
NO_ROWS = "Nothing in the store answers this with these parameters."
NO_RUN = (
    "Nothing in the store answers this: no run of that scenario was stored, or it cost nobody that."
)
Value = str | float | int
Choices = Mapping[str, Mapping[str, str]]
"""Values and their words by the name of the set (see `graph.queries.CHOICE_SETS`)."""


@dataclass(frozen=True, slots=True)
class Field:
    """`options` (value and words) is empty where anything of the type may be entered."""

    name: str
    label: str
    default: Value
    options: Mapping[str, str]


def theme_of(question: str, known: Mapping[str, Question]) -> str:
    """The theme, one of THEMES_OFFERED, that a question stands under."""
    return OWN_CYPHER if question == OWN_CYPHER else known[question].theme


def of_theme(theme: str, known: Mapping[str, Question]) -> tuple[str, ...]:
    """The names of the questions under a theme."""
    return tuple(name for name in (*known, OWN_CYPHER) if theme_of(name, known) == theme)


def choices(
    network: Network, names: Mapping[str, str], scenarios: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What the parameters of questions can be set to in this network.

    `names` are those of countries, `scenarios` the titles of scenarios by their names.
    """

    def place(code: str) -> str:
        return names.get(code, code)

    sites = sorted(network.sites.values(), key=lambda site: (site.name.casefold(), site.id))
    proper = [site for site in sites if not site.role.is_boundary]
    owners = {
        name
        for site in proper
        for text in (site.owner, site.operator)
        for name, _ in companies(text)
    }
    sectors = {site.sector for site in proper if site.stage is Stage.END_USE and site.sector}
    return {
        "elements": {element: element for element in MAGNET_ELEMENTS},
        "stages": {stage.value: stage.label for stage in Stage},
        "materials": {material.id: material.name for material in MATERIALS.values()},
        "countries": {
            code: place(code) for code in sorted({site.country for site in proper}, key=place)
        },
        "sites": {site.id: f"{site.name} ({place(site.country)})" for site in proper},
        "end_uses": {
            site.id: f"{site.name} ({place(site.country)})"
            for site in proper
            if site.stage is Stage.END_USE
        },
        "sectors": {sector: sector for sector in sorted(sectors, key=str.casefold)},
        "companies": {name: name for name in sorted(owners, key=str.casefold)},
        RUNS: dict(scenarios),
    }


def asks_for_runs(question: Question) -> bool:
    return any(parameter.choices_from == RUNS for parameter in question.parameters)


def with_runs(known: Choices, runs: Mapping[str, str]) -> Choices:
    """Runs in the store, name and title, in place of the scenarios that could have been run."""
    titled = {name: f"{name}: {title}" for name, title in runs.items()}
    return {**known, RUNS: titled} if titled else known


def fields(question: Question, known: Choices) -> tuple[Field, ...]:
    return tuple(_field(parameter, known) for parameter in question.parameters)


def _field(parameter: Parameter, known: Choices) -> Field:
    options = {value: value for value in parameter.choices}
    if parameter.choices_from:
        options = dict(known[parameter.choices_from])
    default = parameter.default
    if options and default not in options and parameter.choices_from != RUNS:
        options = {str(default): "Any" if default == "any" else str(default), **options}
    return Field(parameter.name, parameter.meaning, default, options)


def columns(question: Question) -> list[dict[str, str]]:
    """What a question answers with, a row a column."""
    return [
        {"Column": column.name, "Unit": column.unit, "Meaning": column.meaning}
        for column in question.printed
    ]


def example(question: Question) -> Table:
    """The example answer that the question carries."""
    names = [column.name for column in question.printed]
    return Table(
        name="example",
        rows=[dict(zip(names, row, strict=True)) for row in question.example.rows],
        kinds={},
        finding=f"An example answer to: {question.title}",
    )


def no_rows(question: Question | None) -> str:
    """What an answer without rows means; None is a query of one's own."""
    return NO_RUN if question and question.theme == "scenario-results" else NO_ROWS


def value(question: Question, field: Field, asked: str | None) -> Value:
    """What a link asks for where the field can take it, else the default where it can take that."""
    parameter = next(p for p in question.parameters if p.name == field.name)
    if field.options and asked not in field.options:
        return field.default if field.default in field.options else next(iter(field.options))
    if asked is None:
        return field.default
    try:
        return parameter.read(asked)
    except StoreError:
        return field.default
