"""The measures as cards: what each does, and who has used it, as the events of the data tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.model import CHINA
from ui import text
from ui.viewmodels.events import Event
from ui.viewmodels.measures import LEVER_WORDS

MOST_NAMED = 2
"""Actors that a card names."""
ON_RECORD = {"licence": "export_licence", "content": "extraterritorial"}
"""By measure, the lever that events.csv names, where that is called otherwise."""
DOES = {
    "licence": "Goods leave China only with a licence; buyers queue for approval.",
    "quota": "What China mines, separates or exports stays under a joint ceiling.",
    "blacklist": "Chinese sellers no longer supply the buyers named.",
    "price": "China sells its magnets above the market; buyers make do with fewer.",
    "content": "Goods made elsewhere with content from China need its licence too.",
    "technology": "Plants abroad lose machines and staff from China, and capacity with them.",
    "tariff": "A country taxes magnets from China; buyers there make do with fewer.",
    "procurement": "Buyers turn away goods with content from China.",
    "stockpile": "Magnets laid in before are handed out in one country.",
    "capacity": "Magnet plants that are not in the data begin to supply a country.",
    "thrift": "Magnets get by with less dysprosium and terbium.",
    "outage": "A plant, a company, a stage or a whole country stands still.",
}
GROUPS = (
    ("What China can do", ("licence", "quota", "blacklist", "price", "content", "technology")),
    ("What others can do", ("tariff", "procurement")),
    ("Accidents", ("outage",)),
    ("Answers", ("stockpile", "capacity", "thrift")),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One measure; `used` says who pulled it and when last."""

    lever: str
    name: str
    does: str
    used: str


def groups(events: Iterable[Event], names: Mapping[str, str]) -> dict[str, tuple[Card, ...]]:
    """Every measure once, under the heads of the grid."""
    known = tuple(events)
    return {
        head: tuple(
            Card(lever, name(lever), DOES[lever], _used(lever, head, known, names))
            for lever in levers
        )
        for head, levers in GROUPS
    }


def name(lever: str) -> str:
    """A measure under the head of its group, which says whose it is."""
    said = LEVER_WORDS[lever].removesuffix(" (China)").removeprefix("Answer: ")
    return said[:1].upper() + said[1:]


def _used(lever: str, head: str, events: tuple[Event, ...], names: Mapping[str, str]) -> str:
    """Who and when; of a measure of China, what China itself did."""
    is_chinas = head == GROUPS[0][0]
    found = [
        event
        for event in events
        if event.lever == ON_RECORD.get(lever, lever) and (not is_chinas or CHINA in event.actors)
    ]
    if not found:
        return "No event in the data."
    newest = max(found, key=lambda event: (event.start, event.id))
    actors = Counter(actor for event in found for actor in event.actors)
    listed = [names.get(actor, actor) for actor, _ in actors.most_common(MOST_NAMED)]
    more = ["others"] if len(actors) > MOST_NAMED else []
    since = f" since {min(event.start for event in found).year}" if len(found) > 1 else ""
    return (
        f"{text.join([*listed, *more])}: {text.plural(len(found), 'event')}{since}. "
        f"Newest: {newest.title}, {newest.shown}."
    )
