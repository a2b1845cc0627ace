"""Computed shares of China beside every published claim, the one in use first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.indicators import ShareRow
from graph.model import CHINA, Source
from loaders.claims import ClaimGroup
from loaders.published import Comparison
from ui import text
from ui.viewmodels.brief import MATERIAL_WORDS
from ui.viewmodels.tables import Cell, Table, percent

KINDS = {"Share": "share"}
ARTICLE = "seed_article"
"""The source of the one figure for the whole chain."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One stage and material: what is computed, what is claimed, and how far they agree."""

    title: str
    said: str
    claims: Table


def disagreements(
    comparisons: Iterable[Comparison], sources: Mapping[str, Source]
) -> tuple[Disagreement, ...]:
    """One entry a stage and material that has a claim in use."""
    return tuple(_disagreement(found, sources) for found in comparisons)


def _disagreement(found: Comparison, sources: Mapping[str, Source]) -> Disagreement:
    low, high = found.low, found.high
    spread = text.share(found.published) if low is None else text.share_range(low, high)
    rows: list[dict[str, Cell]] = [
        {
            "Claim": "in use",
            "Share": percent(found.published),
            "Year": str(found.year),
            "Source": titles(found.sources, sources),
            "Note": "" if low is None else f"published as {spread}",
        }
    ]
    rows += [
        {
            "Claim": "other",
            "Share": percent(share),
            "Year": str(when),
            "Source": titles(cited, sources),
            "Note": note,
        }
        for share, when, cited, note in found.others
    ]
    material = MATERIAL_WORDS.get(found.material, found.material)
    title = f"{found.stage.label}, {material}"
    return Disagreement(title, _said(found, spread), Table(title, rows, title, kinds=KINDS))


def _said(found: Comparison, spread: str) -> str:
    said = f"China's share: computed {text.share(found.computed)}, published claim in use {spread}"
    if found.published_used_as_input:
        said += ". The published figure went in, so the two must agree"
        if found.without_input is not None:
            said += f"; an independent table gives {text.share(found.without_input)}"
    elif found.agrees is None:
        said += (
            f". The claim is about {found.year} and the figure about {found.computed_year}: too "
            "far apart to be held against each other"
        )
    elif not found.agrees:
        said += f". They differ by {text.whole(abs(found.difference) * 100)} points"
    else:
        said += ". They agree within 3 points"
    others = [share for share, *_ in found.others]
    if not others:
        return f"{said}. No other claim is in the data."
    word = text.plural(len(others), "other claim")
    says = "says" if len(others) == 1 else "say"
    return f"{said}. {word} {says} {text.share_range(min(others), max(others))}."


@dataclass(frozen=True, slots=True)
class Measured:
    """China's shares (0..1) of one stage and material: output twice, and capacity if published."""

    name: str
    computed: float
    published: float
    capacity: float | None


@dataclass(frozen=True, slots=True)
class OneFigure:
    """A single figure for the whole chain beside what each stage has."""

    claimed: float
    said: str
    stages: tuple[Measured, ...]


def one_figure(
    groups: Iterable[ClaimGroup],
    comparisons: Iterable[Comparison],
    published: Iterable[ShareRow],
) -> OneFigure | None:
    """The article's figure beside the stages; nothing where the data do not hold it."""
    claims = (claim for group in groups for claim in group.claims)
    figure = next((c.value for c in claims if ARTICLE in c.sources and c.value is not None), None)
    capacity = {
        (row.stage, row.material): row.share
        for row in published
        if (row.measure, row.country) == ("capacity", CHINA)
    }
    stages = tuple(
        Measured(
            f"{found.stage.label}, {MATERIAL_WORDS.get(found.material, found.material)}",
            found.computed,
            found.published,
            capacity.get((found.stage, found.material)),
        )
        for found in comparisons
    )
    if figure is None or not stages:
        return None
    lowest = min(stages, key=lambda stage: stage.computed)
    highest = max(stages, key=lambda stage: stage.computed)
    said = (
        f"The article behind this project gives China over {text.share(figure)} of capacity, as "
        f"one figure. By stage China's computed output runs from {text.share(lowest.computed)} "
        f"({text.lower_first(lowest.name)}) to {text.share(highest.computed)} "
        f"({text.lower_first(highest.name)}). {_capacity_said(stages)}"
    )
    return OneFigure(figure, said, stages)


def _capacity_said(stages: tuple[Measured, ...]) -> str:
    known = [f"{text.share(s.capacity)} ({text.lower_first(s.name)})" for s in stages if s.capacity]
    if not known:
        return "No share of capacity is published."
    return f"Shares of capacity are published for {text.join(known)} only."


def one_figure_table(one: OneFigure) -> Table:
    """The figure and the stages as rows, in whole percent."""
    rows: list[dict[str, Cell]] = [
        {
            "Stage": "All in one (the article: over)",
            "Output, computed": None,
            "Output, published": None,
            "Capacity": percent(one.claimed),
        }
    ]
    rows += [
        {
            "Stage": stage.name,
            "Output, computed": percent(stage.computed),
            "Output, published": percent(stage.published),
            "Capacity": None if stage.capacity is None else percent(stage.capacity),
        }
        for stage in one.stages
    ]
    kinds = dict.fromkeys(("Output, computed", "Output, published", "Capacity"), "share")
    return Table("one-figure", rows, one.said, kinds=kinds)


def by_capacity(published: Iterable[ShareRow], sources: Mapping[str, Source]) -> Table:
    """Published shares of capacity, which are never compared with shares of output."""
    rows: list[dict[str, Cell]] = [
        {
            "Stage": row.stage.label,
            "Of": MATERIAL_WORDS.get(row.material, row.material),
            "Country": row.country,
            "Share": percent(row.share),
            "Year": str(row.year),
            "Source": titles(row.sources, sources),
            "Note": row.note,
        }
        for row in published
        if row.measure == "capacity"
    ]
    word = text.plural(len(rows), "published share of capacity", "published shares of capacity")
    return Table("capacity", rows, f"{word}; capacity is not output.", kinds=KINDS)


def titles(cited: Iterable[str], sources: Mapping[str, Source]) -> str:
    """Publications by publisher and date, as short as a cell of a table needs."""
    return "; ".join(dict.fromkeys(_title(sources[id]) if id in sources else id for id in cited))


def _title(source: Source) -> str:
    if source.kind == "memory":
        return text.CONFIDENCE_WORDS["memory"]
    return ", ".join(part for part in (source.publisher, source.date) if part)
