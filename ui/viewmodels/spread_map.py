"""The spread on a map: what every place loses, week by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.spread import Result
from ui import text
from ui.viewmodels.chain_map import Spot
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.outcome import activities, lost_cells, worst_week
from ui.viewmodels.tables import Table
from ui.viewmodels.worldmap import place_words

Frames = Mapping[str, Sequence[float]]
"""By place, what it makes in each week; 1 is normal."""
HIT = 0.05
READING = (
    "A mark is a site, its size the amount a year of a normal year, its colour what is lost that "
    "week. Dashed: no place of its own is known, so it stands around its country's point."
)


def frames(ledger: Ledger, item: Item, spots: Sequence[Spot], result: Result) -> Frames:
    """What the map plays; uses outside the chain have no week."""
    return activities(ledger, item, {s.id: s.sites for s in spots if s.own == s.own}, result)


def sentence(frames: Frames, spots: Sequence[Spot], names: Mapping[str, str], weeks: int) -> str:
    """What the map shows, for those who cannot see it."""
    shown = [spot for spot in spots if spot.place and spot.id in frames]
    hit = [spot for spot in shown if min(frames[spot.id]) < 1 - HIT]
    if not hit:
        return f"No place loses more than 5{text.NBSP}% in any of {weeks} weeks."
    most = min(hit, key=lambda spot: (min(frames[spot.id]), -spot.amount, spot.id))
    low = frames[most.id]
    return (
        f"{len(hit)} of {text.plural(len(shown), 'place')} lose more than 5{text.NBSP}% in their "
        f"worst week. Hardest hit: {most.name} ({names.get(most.country, most.country)}, "
        f"{text.lower_first(most.stage.label)}), down {text.share(1 - min(low))} in "
        f"{text.week(worst_week(low))}."
    )


def table(frames: Frames, spots: Sequence[Spot], names: Mapping[str, str], week: int) -> Table:
    """The same places as rows, hardest hit first."""
    shown = sorted(
        (spot for spot in spots if spot.id in frames),
        key=lambda spot: (min(frames[spot.id]), -spot.amount, spot.id),
    )
    return Table(
        name="places",
        ids=tuple(spot.id for spot in shown),
        rows=[
            {
                "Site": spot.name,
                "Stage": spot.stage.label,
                "Country": names.get(spot.country, spot.country),
                **lost_cells(frames[spot.id], week),
                "Place": place_words(spot.place),
            }
            for spot in shown
        ],
        kinds={f"Lost in week {week}": "share", "Lost in worst week": "share"},
        finding="Output lost by place",
    )
