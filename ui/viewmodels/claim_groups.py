"""Groups of claims that disagree: how far apart they are, and every claim with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.model import Source
from loaders.claims import Claim, ClaimGroup
from ui import text
from ui.viewmodels.claims import titles
from ui.viewmodels.tables import Cell, Table

STANDINGS = {"used": "in use", "other": "other", "disputed": "disputed", "refuted": "refuted"}


def said(claim: Claim) -> str:
    """What is claimed: the figure with its range and unit, or the statement."""
    if claim.value is None:
        return claim.statement
    return text.claimed(claim.value, claim.low, claim.high, claim.unit)


def sentence(group: ClaimGroup) -> str:
    """The spread in one sentence: "Used 27,000 t; others say 31,000 to 39,400 t."."""
    used = group.used
    first = f"Used: {used.statement}" if used.value is None else f"Used {said(used)}"
    return f"{'; '.join([first, *_otherwise(group)])}."


def _otherwise(group: ClaimGroup) -> list[str]:
    """What the other claims say, a part for each standing."""
    parts = []
    for standing in ("other", "disputed", "refuted"):
        claims = [claim for claim in group.others if claim.standing == standing]
        if claims:
            lead = f"{standing}:"
            if standing == "other":
                lead = "another says" if len(claims) == 1 else "others say"
                lead += ":" if claims[0].value is None else ""
            parts.append(f"{lead} {'; '.join(_spreads(claims))}")
    return parts


def _spreads(claims: list[Claim]) -> list[str]:
    """One range a unit, then each statement."""
    by_unit: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.value is not None:
            by_unit.setdefault(claim.unit, []).append(claim)
    return [
        *(_spread(found, unit) for unit, found in by_unit.items()),
        *(claim.statement for claim in claims if claim.value is None),
    ]


def _spread(claims: list[Claim], unit: str) -> str:
    if len(claims) == 1:
        return said(claims[0])
    values = [c.value for c in claims if c.value is not None]
    low = min(values + [c.low for c in claims if c.low is not None])
    high = max(values + [c.high for c in claims if c.high is not None])
    return text.claimed(low, low, high, unit)


def overview(groups: Iterable[ClaimGroup]) -> Table:
    """One row a group; its id is that of the claim in use."""
    listed = tuple(groups)
    rows: list[dict[str, Cell]] = [
        {
            "About": group.about,
            "In use": said(group.used),
            "Said otherwise": "; ".join(_otherwise(group)),
            "Claims": len(group.claims),
        }
        for group in listed
    ]
    claims = sum(len(group.claims) for group in listed)
    finding = f"{text.plural(claims, 'claim')} about {text.plural(len(listed), 'thing')}."
    return Table("claim-groups", rows, finding, ids=tuple(group.used.id for group in listed))


def group_of(groups: Iterable[ClaimGroup], claim: str) -> ClaimGroup | None:
    """The group that holds a claim, so that a link lives on when another claim comes into use."""
    return next((g for g in groups if any(c.id == claim for c in g.claims)), None)


def detail(group: ClaimGroup, sources: Mapping[str, Source]) -> Table:
    """Every claim of a group, the one in use first."""
    rows: list[dict[str, Cell]] = [
        {
            "Standing": STANDINGS[claim.standing],
            "Claim": f"{said(claim)}{_basis(claim)}",
            "Why": " ".join(part for part in (claim.reason, claim.note) if part),
            "Source": _source(claim, sources),
        }
        for claim in group.claims
    ]
    return Table(group.used.id, rows, sentence(group))


def _basis(claim: Claim) -> str:
    """What a claim counts and when, in brackets behind it."""
    parts = [claim.quantity, "" if claim.year is None else str(claim.year)]
    known = ", ".join(part for part in parts if part)
    return f" ({known})" if known else ""


def _source(claim: Claim, sources: Mapping[str, Source]) -> str:
    """Who says so and how it is known, once where both are the same."""
    known = text.CONFIDENCE_WORDS[claim.confidence.value]
    named = titles(claim.sources, sources)
    return named if named == known else f"{named} ({known})"


def cited(group: ClaimGroup, sources: Mapping[str, Source]) -> list[Source]:
    """The publications behind a group, each once, in the order of its claims."""
    ids = dict.fromkeys(id for claim in group.claims for id in claim.sources)
    return [sources[id] for id in ids]
