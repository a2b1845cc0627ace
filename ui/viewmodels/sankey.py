"""The chain by mass: one column a stage, a bar for each box, a ribbon for each flow onward."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.model import CHINA, Stage
from ui import text
from ui.viewmodels.chain import OTHERS, Box, Chain, Link, lens_value, orders
from ui.viewmodels.way import main_way, way

DRAWN_FROM = 0.001
"""A ribbon is drawn from this share of the highest column: about half a pixel. What a bar is mostly
fed by or feeds is drawn in any case."""
GAP = 0.035
"""Between two bars, as a share of the highest column."""
LABEL = 0.044
"""Least distance of two labels in a column, as a share of the whole height."""
TOLD = 3
NAMED_FROM = 0.01
"""A share smaller than this stands in the table only, for want of room."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A box in its column. `top`, `height` and `label_at` are shares (0..1) of the whole height,
    counted from the top; `share` (0..1, nan for none) colours it."""

    id: str
    column: int
    name: str
    top: float
    height: float
    label_at: float
    share: float
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow. `start` and `end` are its upper edges, `height` its thickness, as shares (0..1) of
    the whole height; `muted` where something else is chosen."""

    id: str
    first: int
    last: int
    start: float
    end: float
    height: float
    share: float
    label: str
    assumed: bool
    muted: bool


@dataclass(frozen=True, slots=True)
class Sankey:
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    finding: str
    reading: str


def sankey(chain: Chain, lens: str, chosen: str, countries: Mapping[str, int]) -> Sankey:
    """Lay the chain out by mass. `countries` counts, by box, the countries that stand in it."""
    onward = [link for link in chain.links if _leads_on(chain, link)]
    into, out_of = _sums(onward, "target"), _sums(onward, "origin")
    size = {id: max(into.get(id, 0.0), out_of.get(id, 0.0)) for id in chain.boxes}
    columns = [
        sorted((b for b in chain.boxes.values() if b.stage is stage and size[b.id] > 0), key=_row)
        for stage in Stage
    ]
    highest = max((sum(size[b.id] for b in column) for column in columns), default=0.0)
    if highest <= 0:
        return Sankey((), (), f"No flow of {chain.item.name} to draw.", "")
    gap = GAP * highest
    whole = max(sum(size[b.id] for b in c) + gap * max(0, len(c) - 1) for c in columns)
    tops = {
        box.id: (sum(size[b.id] for b in column[:i]) + gap * i) / whole
        for column in columns
        for i, box in enumerate(column)
    }
    bars = []
    for column in columns:
        middles = [tops[box.id] + size[box.id] / whole / 2 for box in column]
        for box, at in zip(column, spread(middles, LABEL), strict=True):
            value = lens_value(box, lens)
            name = _name(box, countries)
            bars.append(
                Bar(
                    id=box.id,
                    column=box.stage.order,
                    name=f"{name} {text.share(value)}" if value >= NAMED_FROM else name,
                    top=tops[box.id],
                    height=size[box.id] / whole,
                    label_at=at,
                    share=value,
                    label=_bar_label(box, name, chain),
                    chosen=box.id == chosen,
                )
            )
    drawn = [link for link in onward if link.drawn or link.amount >= DRAWN_FROM * highest]
    ribbons = _ribbons(chain, onward, drawn, tops, whole, chosen)
    return Sankey(tuple(bars), ribbons, finding(chain, chosen), reading(chain, onward, drawn))


def spread(middles: Sequence[float], least: float) -> list[float]:
    """Move sorted places (0..1) apart to at least `least`, downwards first, inside the picture."""
    places: list[float] = []
    for middle in middles:
        places.append(max(middle, places[-1] + least) if places else max(middle, least / 2))
    ceiling = 1 - least / 2
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], ceiling)
        ceiling = places[i] - least
    return places


def finding(chain: Chain, chosen: str) -> str:
    """The widest flow, and what leaves China; of a chosen bar, where it comes from and ends."""
    head = f"{chain.item.name}, {chain.year}"
    if chosen not in chain.boxes:
        onward = [link for link in chain.links if _leads_on(chain, link)]
        largest = max(onward, key=lambda link: link.amount)
        origin, target = chain.boxes[largest.origin], chain.boxes[largest.target]
        whole = sum(link.amount for link in onward)
        china = sum(k.amount for k in onward if chain.boxes[k.origin].country == CHINA)
        return (
            f"{head}, by mass. Widest flow: {_full(origin)} to {_full(target)}, "
            f"{text.tonnes(largest.amount)} {chain.item.unit.removeprefix('t ')} a year. "
            f"{text.share(china / whole)} of all tonnes that go on to a later stage leave China."
        )
    found = way(orders(chain), chain.links, chosen)
    said = f"{head}: {_full(chain.boxes[chosen])}."
    for words, top in (("Comes from", _top(found.firsts)), ("Ends in", _top(found.lasts))):
        if top:
            named = [f"{_full(chain.boxes[id])} ({text.share(share)})" for id, share in top]
            said += f" {words} {text.join(named)}" + ("." if len(named) < TOLD else " and more.")
    return said


def reading(chain: Chain, onward: Sequence[Link], drawn: Sequence[Link]) -> str:
    """How to read the picture, and what is not in it."""
    said = [
        "Heights: amount a year.",
        "Pale with a dashed edge: most of it between sites that no source says trade.",
    ]
    unit = chain.item.unit.removeprefix("t ")
    hidden = len(onward) - len(drawn)
    if hidden:
        whole = sum(link.amount for link in onward)
        part = (whole - sum(link.amount for link in drawn)) / whole
        said.append(
            f"{text.plural(hidden, 'smaller flow')}, {text.share(part)} of the tonnes, not drawn."
        )
    other = [link for link in chain.links if not _leads_on(chain, link)]
    if other:
        amount = text.tonnes(sum(link.amount for link in other))
        said.append(
            f"Not drawn either: {amount} {unit} a year that goes back to an earlier stage, as "
            "swarf and scrap, or stays within one."
        )
    return " ".join(said)


def _ribbons(
    chain: Chain,
    onward: Sequence[Link],
    drawn: Sequence[Link],
    tops: Mapping[str, float],
    whole: float,
    chosen: str,
) -> tuple[Ribbon, ...]:
    """Ribbons leave and arrive in the order of the bars at their other ends, so fewest cross."""
    leaving, arriving = dict(tops), dict(tops)
    starts, ends = {}, {}
    for link in sorted(onward, key=lambda link: _place(chain, link.target)):
        starts[link.id] = leaving[link.origin]
        leaving[link.origin] += link.amount / whole
    for link in sorted(onward, key=lambda link: _place(chain, link.origin)):
        ends[link.id] = arriving[link.target]
        arriving[link.target] += link.amount / whole
    on_way = main_way(orders(chain), onward, chosen)
    mutes = chosen in chain.boxes
    unit = chain.item.unit.removeprefix("t ")
    return tuple(
        Ribbon(
            id=link.id,
            first=chain.boxes[link.origin].stage.order,
            last=chain.boxes[link.target].stage.order,
            start=starts[link.id],
            end=ends[link.id],
            height=link.amount / whole,
            share=link.touch.highest,
            label=f"{_full(chain.boxes[link.origin])} to {_full(chain.boxes[link.target])}: "
            f"{text.tonnes(link.amount)} {unit} a year, "
            f"{'assumed' if link.assumed else 'along known links'}, "
            f"{text.share(link.touch.highest)} touched China",
            assumed=link.assumed,
            muted=mutes and link.id not in on_way,
        )
        for link in sorted(drawn, key=lambda link: -link.amount)
    )


def _leads_on(chain: Chain, link: Link) -> bool:
    return chain.boxes[link.origin].stage.order < chain.boxes[link.target].stage.order


def _sums(links: Iterable[Link], end: str) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for link in links:
        sums[getattr(link, end)] += link.amount
    return sums


def _row(box: Box) -> int:
    return box.row


def _place(chain: Chain, id: str) -> tuple[int, int]:
    return chain.boxes[id].row, chain.boxes[id].stage.order


def _top(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:TOLD]


def _name(box: Box, countries: Mapping[str, int]) -> str:
    return f"Others ({countries[box.id]})" if box.country == OTHERS else box.name


def _full(box: Box) -> str:
    stage = text.lower_first(box.stage.label)
    return f"{text.lower_first(box.name)} at {stage}" if box.outside else f"{stage} in {box.name}"


def _bar_label(box: Box, name: str, chain: Chain) -> str:
    lines = f"{name}, {box.stage.label}: {text.tonnes(box.amount)} "
    lines += f"{chain.item.unit.removeprefix('t ')} a year"
    if not math.isnan(box.share):
        lines += f", {text.share(box.share)} of the stage"
    if box.touch.element:
        lines += f", {text.share(box.touch.highest)} touched China"
    return lines
