"""The chain by stage and country: boxes, the links between them, and the table twin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph.model import CHINA, Site, Stage
from ui import text
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Array, Ledger, Touch

OTHERS = "others"
OUTSIDE = "outside"
KEEP = 6
"""Countries drawn per stage beside China; the rest stand together in one box."""
DRAWN_FROM = 0.03
"""A link is drawn from this share of what its target receives; a box's largest one always is."""

OUTSIDE_NAME = "Stocks, other uses"
OTHERS_NAME = "Other countries"


@dataclass(frozen=True, slots=True)
class Box:
    """One country at one stage. `amount` a year in the item's unit; `share` of the stage, 0..1."""

    id: str
    stage: Stage
    country: str
    name: str
    amount: float
    share: float
    touch: Touch
    sites: tuple[str, ...]
    row: int

    @property
    def outside(self) -> bool:
        return self.country == OUTSIDE


@dataclass(frozen=True, slots=True)
class Link:
    """All flows between two boxes; `rows` are their places in the ledger."""

    id: str
    origin: str
    target: str
    amount: float
    touch: Touch
    reported_share: float
    drawn: bool
    rows: tuple[int, ...]

    @property
    def estimated(self) -> bool:
        return not self.reported_share >= 0.5


@dataclass(frozen=True, slots=True)
class Chain:
    item: Item
    year: int
    boxes: Mapping[str, Box]
    links: tuple[Link, ...]

    @property
    def hidden_links(self) -> int:
        return sum(not link.drawn for link in self.links)


def chain(ledger: Ledger, item: Item, names: Mapping[str, str]) -> Chain:
    """Group the sites that handle `item` by stage and country. `names` are those of countries."""
    amounts = ledger.amounts(item)
    rows_of = {id: counted_rows(ledger, site, amounts) for id, site in ledger.network.sites.items()}
    size = {id: float(amounts[list(rows)].sum()) for id, rows in rows_of.items() if rows}
    box_of = _assign(ledger.network.sites, size)

    members: dict[str, list[str]] = defaultdict(list)
    for site_id, box_id in box_of.items():
        members[box_id].append(site_id)
    stage_total: dict[Stage, float] = defaultdict(float)
    for site_id in size:
        site = ledger.network.sites[site_id]
        if not site.role.is_boundary:
            stage_total[site.stage] += size[site_id]

    boxes = {}
    for box_id, sites in members.items():
        stage, country = box_id.split("|")
        ranked = sorted(sites, key=lambda id: (-size[id], id))
        amount = sum(size[id] for id in ranked)
        total = stage_total[Stage(stage)]
        boxes[box_id] = Box(
            id=box_id,
            stage=Stage(stage),
            country=country,
            name=_name(country, names),
            amount=amount,
            share=amount / total if total > 0 and country != OUTSIDE else float("nan"),
            touch=ledger.touch([row for id in ranked for row in rows_of[id]], item),
            sites=tuple(ranked),
            row=0,
        )
    return Chain(item, ledger.network.year, _rows(boxes), _links(ledger, item, box_of))


def counted_rows(ledger: Ledger, site: Site, amounts: Array) -> tuple[int, ...]:
    """The flows that make a site's size: what it sends on, for ends of the chain what arrives."""
    arriving = ledger.rows_in.get(site.id, ())
    leaving = ledger.rows_out.get(site.id, ())
    if site.role.is_boundary:
        rows = (*arriving, *leaving)
    elif site.stage is Stage.END_USE:
        rows = arriving
    else:
        rows = tuple(row for row in leaving if ledger.leaves_stage[row])
    return tuple(row for row in rows if amounts[row] > 0)


def _assign(sites: Mapping[str, Site], size: Mapping[str, float]) -> dict[str, str]:
    by_country: dict[Stage, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for id, amount in size.items():
        site = sites[id]
        if not site.role.is_boundary:
            by_country[site.stage][site.country] += amount
    kept = {}
    for stage, countries in by_country.items():
        abroad = _largest_first({c: n for c, n in countries.items() if c != CHINA})
        kept[stage] = {CHINA, *(abroad if len(abroad) <= KEEP + 1 else abroad[:KEEP])}

    def group(site: Site) -> str:
        if site.role.is_boundary:
            return OUTSIDE
        return site.country if site.country in kept[site.stage] else OTHERS

    return {id: f"{sites[id].stage.value}|{group(sites[id])}" for id in size}


def _largest_first(amounts: Mapping[str, float]) -> list[str]:
    return sorted(amounts, key=lambda name: (-amounts[name], name))


def _rows(boxes: Mapping[str, Box]) -> dict[str, Box]:
    """China in the top row, the others by size, the rest last."""
    placed = {}
    for stage in Stage:
        column = sorted(
            (box for box in boxes.values() if box.stage is stage),
            key=lambda b: (b.country != CHINA, b.outside, b.country == OTHERS, -b.amount, b.id),
        )
        first = 0 if column and column[0].country == CHINA else 1
        for row, box in enumerate(column, start=first):
            placed[box.id] = replace(box, row=row)
    return placed


def _links(ledger: Ledger, item: Item, box_of: Mapping[str, str]) -> tuple[Link, ...]:
    amounts = ledger.amounts(item)
    grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, flow in enumerate(ledger.network.flows):
        ends = box_of.get(flow.origin), box_of.get(flow.target)
        if amounts[row] > 0 and ends[0] and ends[1] and ends[0] != ends[1]:
            grouped[ends[0], ends[1]].append(row)
    total = {pair: float(amounts[rows].sum()) for pair, rows in grouped.items()}
    received: dict[str, float] = defaultdict(float)
    largest: dict[str, float] = defaultdict(float)
    for (origin, target), amount in total.items():
        received[target] += amount
        largest[origin] = max(largest[origin], amount)
    return tuple(
        Link(
            id=f"{origin}>{target}",
            origin=origin,
            target=target,
            amount=total[origin, target],
            touch=ledger.touch(rows, item),
            reported_share=ledger.reported_share(rows, amounts),
            drawn=total[origin, target] >= DRAWN_FROM * received[target]
            or total[origin, target] == largest[origin],
            rows=tuple(rows),
        )
        for (origin, target), rows in sorted(grouped.items())
    )


def _name(country: str, names: Mapping[str, str]) -> str:
    return {OTHERS: OTHERS_NAME, OUTSIDE: OUTSIDE_NAME}.get(country) or names.get(country, country)


def lens_value(box: Box, lens: str) -> float:
    """The share (0..1) that colours a box; nan where the lens has no answer."""
    if lens == "own":
        return box.share
    return box.touch.controlled if lens == "controlled" else box.touch.highest


def table(chain: Chain) -> list[dict[str, str | float | None]]:
    """The same boxes as rows, in the order of the chain; shares in percent for a number column."""
    unit = chain.item.unit
    return [
        {
            "id": box.id,
            "Stage": box.stage.label,
            "Country": box.name,
            f"Amount ({unit} a year)": box.amount,
            "Share of stage": None if box.outside else box.share,
            "Touched China": box.touch.highest,
            "Element": text.ELEMENT_NAMES.get(box.touch.element, ""),
            "Mean by mass": box.touch.mean,
            "Controlled from China": box.touch.controlled,
            "Sites": len(box.sites),
        }
        for box in sorted(chain.boxes.values(), key=lambda b: (b.stage.order, b.row))
    ]
