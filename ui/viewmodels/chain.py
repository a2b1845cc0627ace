"""The chain by stage and country: boxes, the links between them, and the table twin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from graph.model import CHINA, UNKNOWN_COUNTRY, Site, Stage
from ui import text
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Array, Ledger, Touch
from ui.viewmodels.tables import Table, percent, rounded

OTHERS = "others"
OUTSIDE = "outside"
KEEP = 6
"""Countries drawn per stage beside China; the rest stand together in one box."""
DRAWN_FROM = 0.05
"""A link is drawn from this share of what its target receives; a box's largest one always is."""

LENS_WORDS = {
    "own": "Share of stage",
    "located": "Touched China",
    "controlled": "Controlled from China",
}
PICTURE_WORDS = {"graph": "Graph", "sankey": "Sankey", "map": "Map"}
LENS_LEGENDS = {
    "own": "Boxes: the country's own share of the stage. "
    "Lines: share of the content that touched China, highest element",
    "located": "Boxes and lines: share of the content that touched a site in China, "
    "highest element",
    "controlled": "Boxes: share of the content that touched a site controlled from China. "
    "Lines: by location. Highest element each",
}
LAST = {CHINA: 0, UNKNOWN_COUNTRY: 2, OTHERS: 3, OUTSIDE: 4}
HEADS = tuple(stage.label for stage in Stage)

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
    linked_share: float
    drawn: bool
    rows: tuple[int, ...]

    @property
    def assumed(self) -> bool:
        """True where most of it runs between sites that no source says trade."""
        return not self.linked_share >= 0.5


@dataclass(frozen=True, slots=True)
class Chain:
    item: Item
    year: int
    boxes: Mapping[str, Box]
    links: tuple[Link, ...]
    left_out: int = 0
    """links to boxes that are not shown"""

    @property
    def hidden_links(self) -> int:
        return self.left_out + sum(not link.drawn for link in self.links)


def chain(
    ledger: Ledger, item: Item, names: Mapping[str, str], apart: Collection[str] = ()
) -> Chain:
    """Group the sites that handle `item` by stage and country. `names` are those of countries;
    those in `apart` have boxes of their own however small they are."""
    amounts = ledger.amounts(item)
    rows_of = {id: counted_rows(ledger, site, amounts) for id, site in ledger.network.sites.items()}
    size = {id: float(amounts[list(rows)].sum()) for id, rows in rows_of.items() if rows}
    box_of = _assign(ledger.network.sites, size, apart)

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


def _assign(
    sites: Mapping[str, Site], size: Mapping[str, float], apart: Collection[str]
) -> dict[str, str]:
    by_country: dict[Stage, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for id, amount in size.items():
        site = sites[id]
        if not site.role.is_boundary:
            by_country[site.stage][site.country] += amount
    kept = {}
    for stage, countries in by_country.items():
        abroad = _largest_first({c: n for c, n in countries.items() if c != CHINA})
        kept[stage] = {CHINA, *apart, *(abroad if len(abroad) <= KEEP + 1 else abroad[:KEEP])}

    def group(site: Site) -> str:
        if site.role.is_boundary:
            return OUTSIDE
        return site.country if site.country in kept[site.stage] else OTHERS

    return {id: f"{sites[id].stage.value}|{group(sites[id])}" for id in size}


def _largest_first(amounts: Mapping[str, float]) -> list[str]:
    return sorted(amounts, key=lambda name: (-amounts[name], name))


def narrowed(chain: Chain, meant: Collection[str]) -> Chain:
    """The boxes called `meant`, and what they trade with directly in no small part."""
    touching = [k for k in chain.links if k.origin in meant or k.target in meant]
    sent: dict[str, float] = defaultdict(float)
    received: dict[str, float] = defaultdict(float)
    for link in touching:
        sent[link.origin] += link.amount
        received[link.target] += link.amount
    links = [
        replace(
            link,
            drawn=link.drawn
            or (link.origin in meant and link.amount >= DRAWN_FROM * sent[link.origin])
            or (link.target in meant and link.amount >= DRAWN_FROM * received[link.target]),
        )
        for link in touching
    ]
    near = {*meant, *(end for k in links if k.drawn for end in (k.origin, k.target))}
    kept = tuple(link for link in links if link.origin in near and link.target in near)
    boxes = _rows({id: box for id, box in chain.boxes.items() if id in near})
    return replace(chain, boxes=boxes, links=kept, left_out=len(links) - len(kept))


def orders(chain: Chain) -> dict[str, int]:
    """The stage of each box, as a number."""
    return {id: box.stage.order for id, box in chain.boxes.items()}


def holding(chain: Chain, sites: Collection[str]) -> tuple[str, ...]:
    """Ids of the boxes in which some of the sites stand."""
    return tuple(id for id, box in chain.boxes.items() if not set(box.sites).isdisjoint(sites))


def _rows(boxes: Mapping[str, Box]) -> dict[str, Box]:
    """China in the top row, the others by size, the rest last."""
    placed = {}
    for stage in Stage:
        column = sorted(
            (box for box in boxes.values() if box.stage is stage),
            key=lambda b: (LAST.get(b.country, 1), -b.amount, b.id),
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
    return links_of(ledger, item, grouped)


def links_of(
    ledger: Ledger, item: Item, grouped: Mapping[tuple[str, str], list[int]]
) -> tuple[Link, ...]:
    """One link for each pair of ends, from the rows of the ledger between them."""
    amounts = ledger.amounts(item)
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
            linked_share=ledger.linked_share(rows, amounts),
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
    return share_of(lens, box.share, box.touch)


def share_of(lens: str, own: float, touch: Touch) -> float:
    """What a lens shows of a place: its own share of the stage, or what touched China there."""
    if lens == "own":
        return own
    return touch.controlled if lens == "controlled" else touch.highest


def sentence(chain: Chain) -> str:
    """The finding of the picture: where China's share of a stage is highest."""
    china = [box for box in chain.boxes.values() if box.country == CHINA]
    if not china:
        return f"No site in China handles {chain.item.name}."
    parts = [
        f"{text.share(box.share)} of {text.lower_first(box.stage.label)}"
        for box in sorted(china, key=lambda b: b.stage.order)
    ]
    return f"{chain.item.name}, {chain.year}. China: {text.join(parts)}."


def hidden_sentence(chain: Chain) -> str:
    if not chain.hidden_links:
        return "All links are drawn."
    return (
        f"{text.plural(chain.hidden_links, 'smaller link')} not drawn: each is under "
        f"{text.share(DRAWN_FROM)} of what its target receives. The panel counts them all."
    )


def amount_head(item: Item) -> str:
    return f"{item.unit.replace('equivalent', 'eq.')} a year"


def table(chain: Chain, lens: str) -> Table:
    """The same boxes as rows, in the order of the chain."""
    boxes = sorted(chain.boxes.values(), key=lambda b: (b.stage.order, b.row))
    amount = amount_head(chain.item)
    return Table(
        name=f"{chain.item.id}-{lens}",
        ids=tuple(box.id for box in boxes),
        rows=[
            {
                "Stage": box.stage.label,
                "Country": box.name,
                "Share of stage": percent(box.share),
                amount: rounded(box.amount),
                "Touched China": percent(box.touch.highest),
                "Element": text.ELEMENT_NAMES.get(box.touch.element, ""),
                "Mean by mass": percent(box.touch.mean),
                "Controlled": percent(box.touch.controlled),
                "Sites": len(box.sites),
            }
            for box in boxes
        ],
        kinds={
            amount: "number",
            "Share of stage": "share",
            "Touched China": "share",
            "Mean by mass": "share",
            "Controlled": "share",
        },
        finding=sentence(chain),
    )
