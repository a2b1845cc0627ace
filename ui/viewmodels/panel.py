"""The panel beside the graph: what is known of one box or one site, and who says so."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.model import ELEMENTS, MATERIALS, Confidence, Site, Source, Stage
from ui import text
from ui.viewmodels.chain import Box, Chain, Link, counted_rows
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Array, Ledger, Touch

PARTNERS = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its range and what it means, all as text."""

    label: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    subtitle: str
    figures: tuple[Figure, ...]
    elements: tuple[dict[str, str], ...]
    suppliers: tuple[dict[str, str], ...]
    customers: tuple[dict[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    confidence: str
    sources: tuple[Source, ...]
    note: str = ""


def box_panel(ledger: Ledger, chain: Chain, box: Box) -> Panel:
    """What stands behind one stage x country box."""
    network, item = ledger.network, chain.item
    amounts = ledger.amounts(item)
    sites = [network.sites[id] for id in box.sites]
    rows = [row for site in sites for row in counted_rows(ledger, site, amounts)]
    figures = [
        Figure(
            _amount_label(box.stage, box.outside),
            text.tonnes(box.amount),
            f"{item.unit} a year, {network.year}; {_known(ledger, rows, amounts)}",
        )
    ]
    if not box.outside:
        figures.insert(
            0,
            Figure(
                "Share of this stage",
                text.share(box.share),
                f"of {text.lower_first(item.name) if item.material else item.name} "
                f"{'arriving' if box.stage is Stage.END_USE else 'leaving'}, {network.year}",
            ),
        )
    inward = [(k, chain.boxes[k.origin]) for k in chain.links if k.target == box.id]
    outward = [(k, chain.boxes[k.target]) for k in chain.links if k.origin == box.id]
    return Panel(
        title=f"{box.name}: {text.lower_first(box.stage.label)}",
        subtitle=f"{text.plural(len(sites), 'site')}; largest: "
        + "; ".join(site.name for site in sites[:3]),
        figures=(*figures, *_touch_figures(box.touch)),
        elements=_element_rows(box.touch),
        suppliers=_partners(inward),
        customers=_partners(outward),
        facts=(),
        confidence=_confidence(sites),
        sources=_sources(network.sources, sites),
    )


def site_panel(ledger: Ledger, item: Item, site: Site, names: Mapping[str, str]) -> Panel:
    """What is known of one site."""
    network = ledger.network
    amounts = ledger.amounts(item)
    rows = counted_rows(ledger, site, amounts)
    touch = ledger.touch(rows or ledger.rows_in.get(site.id, ()), item)
    figures = (
        Figure(
            _amount_label(site.stage, site.role.is_boundary),
            text.tonnes(float(amounts[list(rows)].sum())),
            f"{item.unit} a year, {network.year}; {_known(ledger, rows, amounts)}",
        ),
        *_touch_figures(touch),
    )
    return Panel(
        title=site.name,
        subtitle=f"{site.stage.label}, {names.get(site.country, site.country)}",
        figures=figures,
        elements=_element_rows(touch),
        suppliers=_site_partners(ledger, item, site.id, incoming=True),
        customers=_site_partners(ledger, item, site.id, incoming=False),
        facts=_facts(site, names, network.year),
        confidence=text.CONFIDENCE_WORDS[site.confidence.value],
        note=site.note,
        sources=_sources(network.sources, [site]),
    )


def _amount_label(stage: Stage, outside: bool) -> str:
    if outside:
        return "In and out of the chain"
    return "Arriving" if stage is Stage.END_USE else "Leaving"


def _touch_figures(touch: Touch) -> list[Figure]:
    if not touch.element:
        return []
    element = text.ELEMENT_NAMES[touch.element]
    ranged = text.share(touch.highest) != text.share(touch.possible)
    return [
        Figure(
            f"Touched China, highest element: {element}",
            text.share_range(touch.highest, touch.possible),
            f"by location; mean by mass over the elements {text.share(touch.mean)}"
            + ("; the upper end counts unknown origin in" if ranged else ""),
        ),
        Figure(
            "Touched a site controlled from China",
            text.share(touch.controlled),
            "highest element, by country of the controlling owner",
        ),
    ]


def _element_rows(touch: Touch) -> tuple[dict[str, str], ...]:
    rows = zip(
        ELEMENTS,
        touch.by_element,
        touch.controlled_by_element,
        touch.unknown_by_element,
        strict=True,
    )
    return tuple(
        {
            "Element": text.ELEMENT_NAMES[element],
            "Touched": text.share(located),
            "Controlled": text.share(controlled),
            "Unknown": text.share(unknown),
        }
        for element, located, controlled, unknown in rows
        if not math.isnan(located)
    )


def _partners(pairs: Iterable[tuple[Link, Box]]) -> tuple[dict[str, str], ...]:
    ranked = sorted(pairs, key=lambda pair: (-pair[0].amount, pair[0].id))
    return tuple(
        _partner(
            f"{box.name}: {text.lower_first(box.stage.label)}",
            link.amount,
            link.touch,
            link.linked_share,
        )
        for link, box in ranked[:PARTNERS]
    )


def _site_partners(
    ledger: Ledger, item: Item, id: str, *, incoming: bool
) -> tuple[dict[str, str], ...]:
    amounts = ledger.amounts(item)
    rows = (ledger.rows_in if incoming else ledger.rows_out).get(id, ())
    ranked = sorted((row for row in rows if amounts[row] > 0), key=lambda row: -amounts[row])
    found = []
    for row in ranked[:PARTNERS]:
        flow = ledger.network.flows[row]
        name = ledger.network.sites[flow.origin if incoming else flow.target].name
        good = text.lower_first(MATERIALS[flow.material].name)
        found.append(
            _partner(
                f"{name} ({good})",
                float(amounts[row]),
                ledger.touch([row], item),
                float(ledger.linked[row]),
            )
        )
    return tuple(found)


def _partner(name: str, amount: float, touch: Touch, linked: float) -> dict[str, str]:
    element = text.ELEMENT_NAMES.get(touch.element, "")
    return {
        "Name": f"{name}, {'known link' if linked >= 0.5 else 'assumed'}",
        "t/year": text.number(amount),
        "Touched": f"{text.share(touch.highest)} {element}" if element else text.NO_VALUE,
    }


def _known(ledger: Ledger, rows: Sequence[int], amounts: Array) -> str:
    share = ledger.linked_share(rows, amounts)
    if math.isnan(share):
        return "no flow"
    return f"estimated, {text.share(share)} of it between sites known to trade"


def _confidence(sites: list[Site]) -> str:
    counts = Counter(site.confidence.value for site in sites)
    return "Site rows: " + text.join(
        [f"{counts[c.value]} {text.CONFIDENCE_WORDS[c.value]}" for c in Confidence if counts[c]]
    )


def _facts(site: Site, names: Mapping[str, str], year: int) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Kind of row", text.ROLE_WORDS[site.role.value]),
        ("Operator", site.operator),
        ("Owner", site.owner),
        ("Controlled from", names.get(site.controlling_country, site.controlling_country)),
        ("Status", site.status.value),
        ("Start", str(site.start_year or "")),
        ("Capacity a year", _sized(site.capacity, site.capacity_unit)),
        (_output_of(site, year), _sized(site.output, site.output_unit)),
        ("Units a year", _sized(site.units, site.unit)),
        ("Magnets in a unit", _sized(site.magnet_kg_per_unit, "kg finished")),
        ("Value of a unit", text.usd(site.usd_per_unit) if site.usd_per_unit else ""),
    ]
    return tuple((label, value) for label, value in facts if value)


def _output_of(site: Site, year: int) -> str:
    """The head of the output figure: its year, and whether an older one is carried forward."""
    if site.output_year is None:
        return "Output, year not stated"
    carried = f", carried forward to {year}" if site.output_year < year else ""
    return f"Output, {site.output_year}{carried}"


def _sized(value: float | None, unit: str) -> str:
    return "" if value is None else text.quantity(value, unit)


def _sources(known: Mapping[str, Source], sites: Iterable[Site]) -> tuple[Source, ...]:
    """The publications behind the rows, most used first."""
    counts = Counter(source for site in sites for source in site.sources if source in known)
    return tuple(known[id] for id in sorted(counts, key=lambda id: (-counts[id], id)))
