"""A view as an address: what a page shows, to and from query parameters.

A link carries plain named values only. Reading never fails: a value that cannot be right falls
back to the default, a text that is too long is cut, and whether a name exists in the data is
checked where the data are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from graph.indicators import LENSES
from graph.model import ELEMENTS, MATERIALS, Stage
from graph.scenario import FIRST_DAY, LAST_DAY

MAGNET_ELEMENTS = "magnet"
ALL_ELEMENTS = "all"
ITEMS = (MAGNET_ELEMENTS, *ELEMENTS, ALL_ELEMENTS, *MATERIALS)
COLOURINGS = ("own", *LENSES)
"""What colours the chain: the share a country has of a stage, or what touched China, by lens."""
DRAWN = ("with", "without")
"""China, in the picture of the tightest cut."""
PICTURES = ("graph", "sankey", "map")
STAGES = ("", *(stage.value for stage in Stage))
REGIONS = ("world", "asia", "europe", "america")
LOST = ("site", "firm", "country", "corridor")
# fmt: off
MEASURES = (
    "licence", "quota", "blacklist", "outage", "tariff", "price", "content", "procurement",
    "technology", "stockpile", "capacity", "thrift",
)
"""What a reader can pick and aim; `ui.viewmodels.own_scenario` makes a lever of it."""
TABS = (
    "coverage", "validation", "claims", "years", "events", "trade", "ownership", "sources",
    "unknowns", "glossary", "upload",
)
# fmt: on
MAX_TEXT = 4000
MAX_PLAN = 6001
"""One more than a plan may have, so that one which is too long is told from one cut short."""
WEEKS = 52
"""Of a run on the pages."""
MAX_WEEK = 520
MAX_ROWS, MAX_SECONDS = 5000, 120
"""Of one answer on the Query page; after 120 s the embedded store ends a query by itself."""
PARAMETER = "p."


@dataclass(frozen=True, slots=True)
class UrlState:
    """Every choice a page offers. Each page uses its own few; the rest stay at their defaults.

    Flat, as an address is: a field has the name that links carry, in the order in which they do.
    """

    # What is looked at, on every page that shows it
    year: str = "2025"
    item: str = MAGNET_ELEMENTS
    lens: str = COLOURINGS[0]
    picture: str = PICTURES[0]
    region: str = REGIONS[0]
    box: str = ""
    # Chain: all plants of the box (`focus`), one of them (`site`, other pages' too), those behind
    # one (`unfolded`), and what is filtered
    focus: bool = False
    site: str = ""
    unfolded: str = ""
    stage: str = ""
    country: str = ""
    owner: str = ""
    # Scenario: one that is kept, beside another, and the week that is shown
    scenario: str = ""
    compare: str = ""
    week: int = 0
    # Scenario: cards to pick a measure from, the measure itself, and whom it strikes how and when
    cards: bool = False
    lever: str = ""
    target: str = ""
    size: int = 100
    start: int = 0
    end: int = 52
    # Scenario: the week of relief, the day of week 0, how many levers are pulled, what it comes on
    # top of; `plan` holds scenarios that the link itself carries, `assume` assumptions moved
    relief: int = 0
    day: str = ""
    steps: int = 0
    onto: str = ""
    plan: str = ""
    assume: str = ""
    # Scenario: the sections that are opened, which cost time
    bands: bool = False
    bracket: bool = False
    stored: bool = False
    # Query: a saved question, or a text of one's own; `parameters` below are those of either
    question: str = ""
    cypher: str = ""
    rows: int = 500
    seconds: int = 30
    # Data: a tab, and what is picked in Events, Sources and Glossary
    tab: str = TABS[0]
    instrument: str = ""
    actor: str = ""
    event: str = ""
    source: str = ""
    term: str = ""
    # Data: what is picked in Years, by year and by month, in Claims and in Validation
    quantity: str = "mine_output"
    material: str = ""
    case: str = "2025_licensing"
    measure: str = "export_volume|t|month"
    about: str = ""
    past: str = "april-2025"
    # Chokepoints: whose loss (Compare's too) of what is ranked, and the case that is picked
    whose: str = ""
    lost: str = LOST[0]
    china: str = LENSES[0]
    point: str = ""
    # Chokepoints: the tightest cut of an element, and the site of it that is picked
    element: str = ELEMENTS[0]
    member: str = ""
    drawn: str = DRAWN[0]
    # Chokepoints and Compare: what may be spent, million USD, in how many steps, against what
    budget: int = 500
    tiers: int = 3
    threats: str = ""
    # Compare: the scenarios, `a,b`
    against: str = ""
    # Query: each stands in a link as `p.NAME`
    parameters: tuple[tuple[str, str], ...] = ()


DEFAULT = UrlState()
_CHOICES = {
    "item": ITEMS,
    "lens": COLOURINGS,
    "picture": PICTURES,
    "stage": STAGES,
    "region": REGIONS,
    "lever": ("", *MEASURES),
    "tab": TABS,
    "lost": LOST,
    "china": LENSES,
    "element": ELEMENTS,
    "drawn": DRAWN,
}
RANGES = {
    "week": (0, MAX_WEEK),
    "size": (0, 100),
    "start": (0, WEEKS - 1),
    "end": (1, WEEKS),
    "relief": (0, WEEKS - 1),
    "steps": (0, 99),
    "budget": (1, 9999),
    "tiers": (1, 5),
    "rows": (1, MAX_ROWS),
    "seconds": (1, MAX_SECONDS),
}
"""The least and the most of each whole number, in a link and in its widget."""


def to_params(state: UrlState) -> dict[str, str]:
    """Query parameters of a state; what stands at its default is left out."""
    params: dict[str, str] = {}
    for field in fields(UrlState):
        value = getattr(state, field.name)
        if field.name == "parameters" or value == getattr(DEFAULT, field.name):
            continue
        params[field.name] = str(int(value)) if isinstance(value, int) else value
    return params | {PARAMETER + name: value for name, value in state.parameters}


def from_params(params: Mapping[str, str]) -> UrlState:
    """The state an address asks for."""
    values: dict[str, object] = {}
    for field in fields(UrlState):
        if field.name != "parameters" and field.name in params:
            values[field.name] = _read(field.name, params[field.name])
    parameters = sorted(
        (name.removeprefix(PARAMETER), value[:MAX_TEXT])
        for name, value in params.items()
        if name.startswith(PARAMETER) and name != PARAMETER
    )
    return UrlState(**values, parameters=tuple(parameters))  # type: ignore[arg-type]


def _read(name: str, text: str) -> object:
    default = getattr(DEFAULT, name)
    if isinstance(default, bool):
        return text == "1"
    if isinstance(default, int):
        low, high = RANGES[name]
        number = int(text) if re.fullmatch("[0-9]{1,4}", text) else -1
        return number if low <= number <= high else default
    if name in _CHOICES:
        return text if text in _CHOICES[name] else default
    if name == "day":
        return text if _is_day(text) else default
    return text[: MAX_PLAN if name == "plan" else MAX_TEXT]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text and FIRST_DAY <= text <= LAST_DAY
    except ValueError:
        return False
