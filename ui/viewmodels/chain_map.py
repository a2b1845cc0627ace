"""The chain on a map: sites where they stand, and what crosses borders between countries."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graph.model import CHINA, Stage
from ui import text
from ui.viewmodels.chain import Chain, Link, amount_head, counted_rows, links_of, share_of
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Ledger, Touch
from ui.viewmodels.tables import Table, percent, rounded
from ui.viewmodels.worldmap import (
    COUNTRY_POINT,
    HOLLOW,
    Line,
    Mark,
    Place,
    Points,
    World,
    place_words,
)
from ui.viewmodels.worldmap import place_of as place_at

DRAWN = 30
"""Flows between countries that are drawn at most."""
TOLD = 3
LENS_LEGENDS = {
    "own": "Marks: own share of the stage. Lines: share of the content that touched China, "
    "highest element",
    "located": "Marks and lines: share of the content that touched a site in China, highest "
    "element",
    "controlled": "Marks: share of the content that touched a site controlled from China. Lines: "
    "by location. Highest element each",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One site, or all sites of a box that stand around one country's point.

    `amount` a year in the item's unit; `own` is the share (0..1) of the stage. `place` is None
    where neither the sites nor their country have one.
    """

    id: str
    box: str
    sites: tuple[str, ...]
    name: str
    stage: Stage
    country: str
    place: Place | None
    amount: float
    own: float
    touch: Touch

    @property
    def site(self) -> str:
        """The site, where it is one."""
        return self.sites[0] if len(self.sites) == 1 else ""


@dataclass(frozen=True, slots=True)
class Crossings:
    """Flows between countries, the largest first: those drawn, those too small, and those that
    begin or end in no known place. Amounts a year in the item's unit."""

    drawn: tuple[Link, ...]
    hidden: tuple[Link, ...]
    nowhere: tuple[Link, ...]


def spots(ledger: Ledger, chain: Chain, points: Points) -> tuple[Spot, ...]:
    """Every site of the chain's boxes, in the order of the chain, the largest of a stage first."""
    network, amounts = ledger.network, ledger.amounts(chain.item)
    total: dict[Stage, float] = defaultdict(float)
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for box in chain.boxes.values():
        if not box.outside:
            total[box.stage] += box.amount
        for id in box.sites:
            site = network.sites[id]
            place = place_at(site, points)
            alone = place is not None and place.exact
            grouped[box.id, id if alone else f"@{site.country}"].append(id)
    found = []
    for (box_id, key), ids in grouped.items():
        box, first = chain.boxes[box_id], network.sites[ids[0]]
        rows = [row for id in ids for row in counted_rows(ledger, network.sites[id], amounts)]
        amount = float(amounts[rows].sum())
        whole = total[box.stage]
        found.append(
            Spot(
                id=ids[0] if len(ids) == 1 else box_id + key,
                box=box_id,
                sites=tuple(ids),
                name=first.name if len(ids) == 1 else f"{len(ids)} sites without a place",
                stage=box.stage,
                country=first.country,
                place=place_at(first, points),
                amount=amount,
                own=amount / whole if whole > 0 and not box.outside else math.nan,
                touch=ledger.touch(rows, chain.item),
            )
        )
    return tuple(sorted(found, key=lambda spot: (spot.stage.order, -spot.amount, spot.id)))


def chosen(found: Sequence[Spot], box: str, site: str) -> frozenset[str]:
    """Ids of the spots that a selection means: the site's, else all of the box."""
    of_site = {spot.id for spot in found if site in spot.sites}
    return frozenset(of_site or {spot.id for spot in found if spot.box == box})


def named(found: Sequence[Spot], picked: Collection[str], names: Mapping[str, str]) -> str:
    """What a box holds, in words; empty where nothing is chosen."""
    some = [spot for spot in found if spot.id in picked]
    places = sorted({names.get(spot.country, spot.country) for spot in some})
    return f"{text.lower_first(some[0].stage.label)} in {text.join(places)}" if some else ""


def crossings(
    ledger: Ledger, item: Item, points: Points, ends: Collection[str] | None = None
) -> Crossings:
    """What goes from one country to another, all of it or only what begins or ends at some
    sites."""
    amounts, sites = ledger.amounts(item), ledger.network.sites
    grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, flow in enumerate(ledger.network.flows):
        pair = sites[flow.origin].country, sites[flow.target].country
        meant = ends is None or flow.origin in ends or flow.target in ends
        if amounts[row] > 0 and pair[0] != pair[1] and meant:
            grouped[pair].append(row)
    links = sorted(links_of(ledger, item, grouped), key=lambda link: (-link.amount, link.id))
    known = [link for link in links if link.origin in points and link.target in points]
    return Crossings(
        drawn=tuple(known[:DRAWN]),
        hidden=tuple(known[DRAWN:]),
        nowhere=tuple(link for link in links if link not in known),
    )


def lens_value(spot: Spot, lens: str) -> float:
    """The share (0..1) that colours a spot; nan where the lens has no answer."""
    return share_of(lens, spot.own, spot.touch)


def world(
    item: Item,
    year: int,
    found: Sequence[Spot],
    flows: Crossings,
    picked: Collection[str],
    who: str,
    lens: str,
    points: Points,
    names: Mapping[str, str],
) -> World:
    """The map of some spots and flows; `picked` are ids as `chosen` gives them, `who` names what
    they are, empty where nothing is chosen."""
    unit = item.unit.removeprefix("t ")
    largest = max((spot.amount for spot in found if spot.place), default=0.0)
    widest = max((link.amount for link in flows.drawn), default=0.0)
    marks = tuple(
        Mark(
            id=spot.id,
            stage=spot.stage.label,
            place=spot.place,
            size=spot.amount / largest,
            share=lens_value(spot, lens),
            label=_label(spot, lens, unit, names),
            chosen=spot.id in picked,
        )
        for spot in found
        if spot.place and largest > 0
    )
    lines = tuple(
        Line(
            start=points[link.origin],
            end=points[link.target],
            size=link.amount / widest,
            share=link.touch.highest,
            label=f"{pair(link, names)}: {text.tonnes(link.amount)} {unit} a year, "
            f"{'assumed' if link.assumed else 'along known links'}, "
            f"{text.share(link.touch.highest)} touched China",
            chosen=bool(picked),
            dashed=link.assumed,
        )
        for link in flows.drawn
    )
    said = finding(item, year, flows, who, names)
    return World(marks, lines, said, reading(found, flows), mutes=True)


def finding(
    item: Item,
    year: int,
    flows: Crossings,
    who: str,
    names: Mapping[str, str],
) -> str:
    """The largest flows across borders, and how much of all has China at an end."""
    head = f"{item.name}, {year}" + (f", {who}" if who else "")
    every = (*flows.drawn, *flows.hidden, *flows.nowhere)
    whole = sum(link.amount for link in every)
    if not flows.drawn or whole <= 0:
        return f"{head}: nothing crosses a border between known places."
    told = text.join(
        [f"{pair(link, names)} ({text.tonnes(link.amount)})" for link in flows.drawn[:TOLD]]
    )
    china = sum(link.amount for link in every if CHINA in (link.origin, link.target)) / whole
    largest = "Largest flow" if len(flows.drawn) == 1 else "Largest flows"
    return (
        f"{head}. {largest} between countries, in {item.unit} a year: {told}. "
        f"China is at one end of {text.share(china)} of the tonnes that cross a border"
        f"{' to or from there' if who else ''}."
    )


def reading(found: Sequence[Spot], flows: Crossings) -> str:
    """How to read the map, and what is not on it."""
    said = ["Size: amount a year."]
    every = (*flows.drawn, *flows.hidden, *flows.nowhere)
    whole = sum(link.amount for link in every)
    if flows.hidden:
        drawn = sum(link.amount for link in flows.drawn)
        said.append(
            f"Lines join countries and are no routes: the {len(flows.drawn)} largest flows are "
            f"drawn, {text.share(drawn / whole)} of the tonnes that cross a border; "
            f"{text.plural(len(flows.hidden), 'smaller one')} not."
        )
    else:
        said.append("Lines join countries and are no routes.")
    said.append("Dashed: most of it between sites that no source says trade.")
    if any(spot.place and not spot.place.exact for spot in found):
        said.append(HOLLOW)
    lost = sum(len(spot.sites) for spot in found if spot.place is None)
    if lost or flows.nowhere:
        parts = [text.plural(lost, "site")] if lost else []
        if flows.nowhere:
            amount = sum(link.amount for link in flows.nowhere)
            parts.append(
                f"{text.plural(len(flows.nowhere), 'flow')} ({text.share(amount / whole)} of the "
                "tonnes)"
            )
        said.append(f"Not on the map, for want of a country: {text.join(parts)}.")
    return " ".join(said)


def pair(link: Link, names: Mapping[str, str]) -> str:
    """Both ends of a flow between countries, by name."""
    origin, target = (names.get(code, code) for code in (link.origin, link.target))
    return f"{origin} to {target}"


def _label(spot: Spot, lens: str, unit: str, names: Mapping[str, str]) -> str:
    words = {"own": "of the stage", "located": "touched China", "controlled": "controlled"}[lens]
    where = "" if spot.place is None or spot.place.exact else f" ({COUNTRY_POINT})"
    return (
        f"{spot.name}, {spot.stage.label}, {names.get(spot.country, spot.country)}{where}: "
        f"{text.tonnes(spot.amount)} {unit} a year, {text.share(lens_value(spot, lens))} {words}"
    )


def table(
    item: Item, found: Sequence[Spot], names: Mapping[str, str], view: str, said: str
) -> Table:
    """The same spots as rows, those that are not on the map too; `view` tells one map from
    another."""
    amount = amount_head(item)
    return Table(
        name=view,
        ids=tuple(spot.id for spot in found),
        rows=[
            {
                "Site": spot.name,
                "Stage": spot.stage.label,
                "Country": names.get(spot.country, spot.country),
                amount: rounded(spot.amount),
                "Share of stage": percent(spot.own),
                "Touched China": percent(spot.touch.highest),
                "Controlled": percent(spot.touch.controlled),
                "Place": place_words(spot.place),
            }
            for spot in found
        ],
        kinds={
            amount: "number",
            "Share of stage": "share",
            "Touched China": "share",
            "Controlled": "share",
        },
        finding=said,
    )
