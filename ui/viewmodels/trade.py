"""Computed flows across borders beside customs figures, pair by pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.model import Source
from loaders.trade_check import TradeGap
from ui import text
from ui.viewmodels.claims import titles
from ui.viewmodels.tables import Cell, Table, rounded

GOODS = {"compounds": "NdPr oxide", "metal": "NdPr metal", "concentrate": "Concentrate, gross"}
CLOSE = 1.5
"""Computed and observed tonnes within this factor of each other count as near."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One bar of the chart: tonnes a year, observed with its range, and computed."""

    label: str
    observed: float
    low: float
    high: float
    computed: float
    is_input: bool


@dataclass(frozen=True, slots=True)
class Gaps:
    pairs: tuple[Pair, ...]
    table: Table
    finding: str


def gaps(
    found: Iterable[TradeGap], names: Mapping[str, str], sources: Mapping[str, Source]
) -> Gaps:
    """The chart shows what can be told apart as NdPr; the table has the concentrates too."""
    every = tuple(found)
    rows: list[dict[str, Cell]] = [
        {
            "Good": GOODS[gap.good],
            "From": names.get(gap.exporter, gap.exporter),
            "To": names.get(gap.importer, gap.importer),
            "Customs, gross t": rounded(gap.gross_t),
            "USD/kg": rounded(gap.usd_per_kg),
            "Customs, like NdPr, t": None if gap.good == "concentrate" else rounded(gap.observed_t),
            "Computed t": rounded(gap.computed_t),
            "Gap t": rounded(gap.gap_t),
            "Went in": "yes" if gap.is_input else "no",
            "Year": str(gap.year),
            "Source": titles(gap.sources, sources),
        }
        for gap in every
    ]
    kinds = dict.fromkeys(
        ("Customs, gross t", "USD/kg", "Customs, like NdPr, t", "Computed t", "Gap t"), "number"
    )
    finding = _finding(every, names)
    pairs = tuple(
        Pair(
            _label(g, names),
            g.observed_t,
            g.observed_low_t,
            g.observed_high_t,
            g.computed_t,
            g.is_input,
        )
        for g in every
        if g.good != "concentrate" and max(g.observed_t, g.computed_t) >= 1
    )
    return Gaps(pairs, Table("trade", rows, finding, kinds=kinds), finding)


def _finding(found: tuple[TradeGap, ...], names: Mapping[str, str]) -> str:
    told_apart = [gap for gap in found if gap.good != "concentrate"]
    if not told_apart:
        return "No trade figure with a weight is at hand for this year."
    free = [gap for gap in told_apart if not gap.is_input]
    near = [gap for gap in free if _near(gap)]
    worst = max(told_apart, key=lambda gap: abs(gap.gap_t))
    return (
        f"Of {text.plural(len(told_apart), 'pair')} in customs figures of {worst.year}, "
        f"{len(told_apart) - len(free)} went into the balance; of the other {len(free)} the "
        f"balance comes within a factor of {text.digits(CLOSE, 6)} for {len(near)}. The "
        f"largest gap is "
        f"{_label(worst, names)}: customs {text.tonnes(worst.observed_t)} like NdPr, computed "
        f"{text.tonnes(worst.computed_t)}. Trade is no share of capacity."
    )


def _label(gap: TradeGap, names: Mapping[str, str]) -> str:
    kind = "oxide" if gap.good == "compounds" else gap.good
    seller, buyer = (names.get(code, code) for code in (gap.exporter, gap.importer))
    return f"{seller} to {buyer}, {kind}"


def _near(gap: TradeGap) -> bool:
    low, high = sorted((gap.observed_t, gap.computed_t))
    return low > 0 and high / low <= CLOSE
