"""Computed shares of China beside every published claim, the one in use first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.indicators import ShareRow
from graph.model import CHINA, Source
from loaders.checks import Comparison
from ui import text
from ui.viewmodels.brief import MATERIAL_WORDS
from ui.viewmodels.tables import Cell, Table, percent

KINDS = {"Share": "share"}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One stage and material: what is computed, what is claimed, and how far they agree."""

    title: str
    said: str
    claims: Table


def disagreements(
    comparisons: Iterable[Comparison],
    published: Iterable[ShareRow],
    sources: Mapping[str, Source],
) -> tuple[Disagreement, ...]:
    """One entry a stage and material that has a claim in use."""
    claims = tuple(published)
    return tuple(_disagreement(found, claims, sources) for found in comparisons)


def _disagreement(
    found: Comparison, claims: tuple[ShareRow, ...], sources: Mapping[str, Source]
) -> Disagreement:
    year = _year_in_use(found, claims)
    low, high = found.low, found.high
    spread = text.share(found.published) if low is None else text.share_range(low, high)
    rows: list[dict[str, Cell]] = [
        {
            "Claim": "in use",
            "Share": percent(found.published),
            "Year": year,
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
    elif not found.agrees:
        said += f". They differ by {abs(found.difference) * 100:.0f} points"
    else:
        said += ". They agree within 3 points"
    others = [share for share, *_ in found.others]
    if not others:
        return f"{said}. No other claim is in the data."
    word = text.plural(len(others), "other claim")
    says = "says" if len(others) == 1 else "say"
    return f"{said}. {word} {says} {text.share_range(min(others), max(others))}."


def _year_in_use(found: Comparison, claims: tuple[ShareRow, ...]) -> str:
    """Comparisons do not carry the year of the claim in use; its row does."""
    for row in claims:
        if (row.stage, row.material, row.country) == (found.stage, found.material, CHINA) and (
            row.measure,
            row.share,
            row.sources,
        ) == ("output", found.published, found.sources):
            return str(row.year)
    return ""


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
