"""Policy events: what happened, what state each is in, and which scenario it informs."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.model import Source
from loaders.tables import Row
from ui import text
from ui.viewmodels.claims import titles
from ui.viewmodels.tables import Cell, Table

IN_FORCE = "in force"
OVER = "ended, done or never applied"
HELD = "suspended, or its term has passed"
OPEN = "announced, planned or stalled"
DOUBT = "disputed or unconfirmed"
STATES = (IN_FORCE, OVER, HELD, OPEN, DOUBT)
PATTERNS = (
    (DOUBT, r"disputed|unconfirmed"),
    (HELD, r"suspen|\bpassed\b|^term ended"),
    (OPEN, r"^(announced|adopted|plan|request|comments|no agreement|stalled|stayed)"),
    (OVER, r"^(ended|done|never applied)"),
    (IN_FORCE, r"^(in force|ongoing)"),
)
UNVERIFIED = "status unverified"
OPENING_YEAR = 2024
"""The timeline opens here; what is older is reached by dragging it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `state` is one of STATES: the class of its status, at the newest source."""

    id: str
    start: date
    end: date | None
    shown: str
    actors: tuple[str, ...]
    instrument: str
    title: str
    summary: str
    status: str
    state: str
    lever: str
    scenario: str
    sources: tuple[str, ...]
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Span:
    """One event on the timeline; `drawn_to` is where its line ends."""

    event: Event
    drawn_to: date
    hover: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events from the top down, grouped by instrument; `opens` and `closes` bound the view."""

    spans: tuple[Span, ...]
    opens: date
    closes: date
    finding: str


def day(written: str, *, last: bool = False) -> date:
    """A date known to the year or month as its first or last day. Raises ValueError."""
    parts = [int(part) for part in written.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else (12 if last else 1)
    end = calendar.monthrange(year, month)[1] if last else 1
    return date(year, month, parts[2] if len(parts) > 2 else end)


def state(status: str) -> str:
    """The class of a status; a status in words of its own counts as not settled."""
    lower = status.lower()
    return next((name for name, pattern in PATTERNS if re.search(pattern, lower)), OPEN)


def events(rows: Iterable[Row]) -> tuple[Event, ...]:
    """Every event, oldest first."""
    found = [
        Event(
            id=row.text("id"),
            start=day(row.text("date")),
            end=day(row.text("date_end"), last=True) if row.text("date_end") else None,
            shown=row.text("date"),
            actors=row.names("actor"),
            instrument=row.text("instrument"),
            title=row.text("title"),
            summary=row.text("summary"),
            status=row.text("status"),
            state=state(row.text("status")),
            lever=row.text("lever"),
            scenario=row.text("scenario"),
            sources=row.names("sources"),
            confidence=row.text("confidence"),
            note=row.text("note"),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda event: (event.start, event.id)))


def chosen(found: Iterable[Event], instrument: str, actor: str) -> tuple[Event, ...]:
    """Events of an instrument and an actor; an empty choice takes all."""
    return tuple(
        event
        for event in found
        if instrument in ("", event.instrument) and (not actor or actor in event.actors)
    )


def instruments(found: Iterable[Event]) -> dict[str, str]:
    """Choices of the filter, with how many events each has."""
    counts = Counter(event.instrument for event in found)
    return {"": "All"} | {name: f"{words(name)} ({counts[name]})" for name in sorted(counts)}


def actors(found: Iterable[Event], names: Mapping[str, str]) -> dict[str, str]:
    counts = Counter(actor for event in found for actor in event.actors)
    listed = sorted(counts, key=lambda code: names.get(code, code))
    return {"": "All"} | {code: f"{names.get(code, code)} ({counts[code]})" for code in listed}


def words(name: str) -> str:
    """A choice of the tables as words."""
    return name.replace("_", " ").capitalize()


def newest(every: Iterable[Event]) -> date:
    """The day up to which the events tell."""
    return max((event.start for event in every), default=date(OPENING_YEAR, 1, 1))


def timeline(found: Sequence[Event], until: date) -> Timeline:
    """What is in force is drawn to `until` at most; what is planned, as a point."""
    ordered = sorted(found, key=lambda event: (event.instrument, event.start, event.id))
    spans = tuple(
        Span(
            event,
            _drawn_to(event, until),
            f"{event.shown}: {event.title} ({event.status})",
        )
        for event in ordered
    )
    first = min((span.event.start for span in spans), default=until)
    closes = max((span.drawn_to for span in spans), default=until)
    return Timeline(spans, max(first, date(OPENING_YEAR, 1, 1)), closes, sentence(found))


def _drawn_to(event: Event, until: date) -> date:
    if event.state == IN_FORCE:
        return max(event.start, min(event.end or until, until))
    if event.state in (OVER, HELD):
        return max(event.start, event.end or event.start)
    return event.start


def sentence(found: Sequence[Event]) -> str:
    """What the timeline shows."""
    if not found:
        return "No event fits this choice."
    counts = Counter(event.state for event in found)
    years = Counter(event.start.year for event in found)
    busiest, most = max(years.items(), key=lambda item: (item[1], item[0]))
    parts = [f"{counts[name]} {name}" for name in STATES if counts[name]]
    return (
        f"{text.plural(len(found), 'event')}, {most} of them in {busiest}. At the newest source: "
        f"{text.join(parts)}."
    )


def reading(view: Timeline) -> str:
    """How to read the timeline, and what its opening view leaves out."""
    said = (
        "A mark is the announcement. A solid line: in force, at most to the newest "
        "event. Dots up to the end date: suspended or held to a term, not shown as in force."
    )
    hidden = sum(1 for span in view.spans if span.event.start < view.opens)
    if not hidden:
        return said
    return (
        f"{said} {text.plural(hidden, 'event')} began before {view.opens.year}: drag to the left."
    )


def facts(event: Event) -> str:
    """Date, state and standing of one event in a line."""
    parts = (
        event.shown,
        words(event.instrument),
        f"status: {event.status}",
        f"documented: {event.confidence}",
        f"lever: {words(event.lever)}",
    )
    return " · ".join(parts)


def table(
    found: Sequence[Event],
    names: Mapping[str, str],
    scenarios: Mapping[str, str],
    sources: Mapping[str, Source],
) -> Table:
    """The events as rows, newest first; `scenarios` gives titles by name."""
    listed = tuple(reversed(found))
    rows: list[dict[str, Cell]] = [
        {
            "Date": event.shown,
            "Actor": text.join([names.get(actor, actor) for actor in event.actors]),
            "Event": event.title,
            "Instrument": words(event.instrument),
            "Status": event.status,
            "Lever": words(event.lever),
            "Scenario": scenarios.get(event.scenario, ""),
            "Sources": titles(event.sources, sources),
        }
        for event in listed
    ]
    return Table("events", rows, sentence(found), ids=tuple(event.id for event in listed))


def informed(found: Iterable[Event], scenarios: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Scenarios that the events inform: name and what to call the link, most events first."""
    counts = Counter(event.scenario for event in found if event.scenario in scenarios)
    return tuple(
        (name, f"{scenarios[name]} ({text.plural(count, 'event')})")
        for name, count in counts.most_common()
    )


def unverified(found: Iterable[Event]) -> tuple[Event, ...]:
    """Events whose state is open after an end date that has passed."""
    return tuple(event for event in found if UNVERIFIED in event.status)
