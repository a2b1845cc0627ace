"""The form of a saved question: one field a parameter, with choices from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.errors import StoreError
from graph.model import ELEMENTS, MATERIALS, Stage
from graph.network import Network
from graph.queries import Parameter, Question

OWN_CYPHER = "own"
OPENING = "china-share-by-stage"
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


def choices(network: Network, names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the parameters of questions can be set to in this network."""

    def place(code: str) -> str:
        return names.get(code, code)

    sites = sorted(network.sites.values(), key=lambda site: (site.name.casefold(), site.id))
    proper = [site for site in sites if not site.role.is_boundary]
    return {
        "elements": {element: element for element in ELEMENTS},
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
    }


def fields(question: Question, known: Choices) -> tuple[Field, ...]:
    return tuple(_field(parameter, known) for parameter in question.parameters)


def _field(parameter: Parameter, known: Choices) -> Field:
    options = {value: value for value in parameter.choices}
    if parameter.choices_from:
        options = dict(known[parameter.choices_from])
    default = parameter.default
    if options and default not in options:
        options = {str(default): str(default).capitalize(), **options}
    return Field(parameter.name, parameter.meaning, default, options)


def value(question: Question, field: Field, asked: str | None) -> Value:
    """What a link asks for where the field can take it, else the default."""
    parameter = next(p for p in question.parameters if p.name == field.name)
    if asked is None or (field.options and asked not in field.options):
        return field.default
    try:
        return parameter.read(asked)
    except StoreError:
        return field.default
