"""How much of the chain is named, reported and recent, and what does not close."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.indicators import ImbalanceRow, ShareRow
from graph.model import Confidence, Stage
from graph.network import Network
from ui import text
from ui.viewmodels.brief import MATERIAL_WORDS
from ui.viewmodels.tables import Cell, Table, percent, rounded

RECENT = 3
"""Years shown one by one in the table of ages, counted back from the year of the network."""


@dataclass(frozen=True, slots=True)
class Known:
    """How the flows that leave each stage are known: shares (0..1) by stage and confidence."""

    stages: tuple[str, ...]
    shares: tuple[tuple[Confidence, tuple[float, ...]], ...]
    finding: str


def named(shares: Iterable[ShareRow]) -> Table:
    """By stage and material: the share of the world's tonnes that named plants make."""
    rows: list[dict[str, Cell]] = []
    covered = {
        (row.stage, row.material): row.coverage for row in shares if row.coverage is not None
    }
    for (stage, material), coverage in covered.items():
        rows.append(
            {
                "Stage": stage.label,
                "Of": MATERIAL_WORDS.get(material, text.ELEMENT_NAMES.get(material, material)),
                "Named plants": percent(coverage),
                "Unnamed rows and recyclers": percent(1 - coverage),
            }
        )
    worst = min(covered.items(), key=lambda item: item[1], default=None)
    finding = "No stage has a computed output."
    if worst is not None:
        (stage, material), coverage = worst
        finding = (
            f"Least is known of {text.lower_first(stage.label)}, {material}: named plants make "
            f"{text.share(coverage)} of the tonnes."
        )
    kinds = {"Named plants": "share", "Unnamed rows and recyclers": "share"}
    return Table("named", rows, finding, kinds=kinds)


def known(network: Network) -> Known:
    """How flows are known, by the stage they leave, weighted with tonnes of oxide equivalent."""
    tonnes: dict[Stage, dict[Confidence, float]] = defaultdict(lambda: defaultdict(float))
    for flow in network.flows:
        tonnes[network.sites[flow.origin].stage][flow.confidence] += sum(flow.content)
    stages = [stage for stage in Stage if sum(tonnes[stage].values()) > 0]
    shares = {
        confidence: tuple(
            tonnes[stage][confidence] / sum(tonnes[stage].values()) for stage in stages
        )
        for confidence in Confidence
    }
    total = sum(sum(found.values()) for found in tonnes.values())
    parts = [
        f"{text.share(sum(found[c] for found in tonnes.values()) / total)} "
        f"{text.CONFIDENCE_WORDS[c.value]}"
        for c in Confidence
        if c is not Confidence.MEMORY and total
    ]
    return Known(
        tuple(stage.label for stage in stages),
        tuple((confidence, found) for confidence, found in shares.items() if any(found)),
        f"Of the tonnes that move between sites: {text.join(parts) or 'none'}. What a site makes "
        "is often published; who buys from whom seldom is.",
    )


def known_table(found: Known) -> Table:
    rows = [
        {
            "Flows out of": stage,
            **{
                text.CONFIDENCE_WORDS[confidence.value].capitalize(): percent(shares[i])
                for confidence, shares in found.shares
            },
        }
        for i, stage in enumerate(found.stages)
    ]
    kinds = {
        text.CONFIDENCE_WORDS[confidence.value].capitalize(): "share"
        for confidence, _ in found.shares
    }
    return Table("known", rows, found.finding, kinds=kinds)


def ages(network: Network) -> Table:
    """The year of the output figure, sites by stage; boundaries of the chain do not count."""
    counts: dict[Stage, Counter[int | None]] = defaultdict(Counter)
    for site in network.sites.values():
        if not site.role.is_boundary:
            counts[site.stage][site.output_year] += 1
    first = network.year - RECENT + 1
    rows: list[dict[str, Cell]] = []
    for stage in (stage for stage in Stage if stage in counts):
        years = counts[stage]
        row: dict[str, Cell] = {"Stage": stage.label}
        row[f"After {network.year}"] = sum(n for y, n in years.items() if y and y > network.year)
        for year in range(network.year, first - 1, -1):
            row[str(year)] = years[year]
        row[f"Before {first}"] = sum(n for y, n in years.items() if y and y < first)
        row["No output figure"] = years[None]
        rows.append(row)
    every = sum(sum(years.values()) for years in counts.values())
    dated = sum(n for years in counts.values() for year, n in years.items() if year)
    finding = (
        f"{text.whole(dated)} of {text.plural(every, 'site')} have an output figure with a year."
    )
    return Table("ages", rows, finding)


def open_ends(imbalances: Iterable[ImbalanceRow]) -> Table:
    """What leaves or enters the chain outside its stages, by boundary and element."""
    rows: list[dict[str, Cell]] = [
        {
            "Boundary": row.name,
            "Kind": text.ROLE_WORDS[row.role.value],
            "Element": text.ELEMENT_NAMES[row.element],
            "Direction": "leaves the chain" if row.tonnes > 0 else "enters the chain",
            "t oxide equivalent a year": rounded(abs(row.tonnes)),
            "Of the world's supply": percent(row.share_of_world),
            "Note": row.note,
        }
        for row in imbalances
    ]
    count = len({row["Boundary"] for row in rows})
    finding = (
        f"{text.plural(count, 'named boundary', 'named boundaries')} take or give what the stages "
        "do not use among themselves."
    )
    kinds = {"t oxide equivalent a year": "number", "Of the world's supply": "share"}
    return Table("open", rows, finding, kinds=kinds)
