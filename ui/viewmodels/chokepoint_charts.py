"""Ranked losses as marks: China share against loss, and time to survive against time to recover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.critical import CriticalCase
from graph.draws import Range
from ui import text
from ui.viewmodels.chokepoints import case_name, long, ttr_range

SEVERAL = "Several stages"
HIGH = 0.8
"""China share from which a case counts as Chinese in the finding."""
BARS = 10


@dataclass(frozen=True, slots=True)
class Spot:
    """A case: shares in 0..1, `gap` in days where it is known, `stage` by its label."""

    id: str
    name: str
    rank: int
    stage: str
    china: float
    lost: float
    gap: float | None
    label: str


@dataclass(frozen=True, slots=True)
class Spots:
    """Those of known China share, the costliest first; the finding is what they show."""

    spots: tuple[Spot, ...]
    finding: str


@dataclass(frozen=True, slots=True)
class Span:
    """Days that a case is survived and that recovery takes, each None where it is not known."""

    id: str
    name: str
    survived: int | None
    recovery: Range | None
    label: str


@dataclass(frozen=True, slots=True)
class Spans:
    """One row a case, the costliest first."""

    spans: tuple[Span, ...]
    finding: str


def spots(found: Sequence[CriticalCase], names: Mapping[str, str]) -> Spots:
    """China share, loss and gap of each case."""
    made = tuple(
        Spot(
            id=case.id,
            name=text.shorten(case_name(case, names), 44),
            rank=case.rank,
            stage=case.stage.label if case.stage else SEVERAL,
            china=case.china_share,
            lost=case.lost_share,
            gap=case.because.gap_days.base if case.because.gap_days else None,
            label=f"{case.rank}. {case_name(case, names)}: {text.share(case.lost_share)} lost, "
            f"{text.share(case.china_share)} China, gap {_gap(case)}",
        )
        for case in found
        if case.china_share is not None
    )
    high = sum(spot.china >= HIGH for spot in made)
    return Spots(
        made,
        f"{high} of the {len(made)} costliest have a China share of {text.share(HIGH)} or more.",
    )


def spans(found: Sequence[CriticalCase], names: Mapping[str, str], selected: str = "") -> Spans:
    """Times of the costliest cases and, below them, of the selected one."""
    shown = found[:BARS]
    beyond = [case for case in found[BARS:] if case.id == selected]
    gaps = [(case.because.gap_days.base, case) for case in shown if case.because.gap_days]
    unknown = sum(case.because.ttr_range is None for case in shown)
    said = f"No time to recover is known of the {len(shown)} costliest."
    if gaps:
        gap, case = max(gaps, key=lambda each: each[0])
        said = (
            f"{case_name(case, names)} has the longest gap of the {len(shown)} costliest: "
            f"{long(gap)} between what is survived and recovery."
        )
        if unknown:
            said += f" Of {unknown} no time to recover is known."
    return Spans(tuple(_span(case, names) for case in (*shown, *beyond)), said)


def _span(case: CriticalCase, names: Mapping[str, str]) -> Span:
    name = case_name(case, names)
    survived = "not known" if case.tts_days is None else text.plural(case.tts_days, "day")
    recovery = ttr_range(case)
    return Span(
        id=case.id,
        name=text.shorten(f"{case.rank}. {name}", 44),
        survived=case.tts_days,
        recovery=case.because.ttr_range,
        label=f"{name}: survived {survived}, recovery "
        f"{f'{recovery} days' if recovery else 'not known'}, gap {_gap(case)}",
    )


def _gap(case: CriticalCase) -> str:
    gap = case.because.gap_days
    return text.plural(round(gap.base), "day") if gap else "not known"
