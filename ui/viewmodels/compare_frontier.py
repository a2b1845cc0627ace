"""The frontier of answers to each scenario compared: what money keeps from being lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.portfolio import Frontier, Portfolio
from ui import text
from ui.viewmodels.compare import Side
from ui.viewmodels.portfolio import METHODS, avoided
from ui.viewmodels.tables import Cell, Table, rounded, tenths

READING = (
    "For all end uses together, in the weekly model, with the better of two portfolios at each "
    "budget: one bought greedily, one the optimum of the best case. Goods without a known value "
    "count at the median value of a tonne of magnets, so that losses are higher than above. "
    "Whiskers: low and high of what a portfolio costs."
)


@dataclass(frozen=True, slots=True)
class Spot:
    """What is still lost for a cost (low, base, high), all in US dollars."""

    cost: tuple[float, float, float]
    left: float
    label: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The frontier of one scenario, beginning where nothing is bought."""

    letter: str
    title: str
    spots: tuple[Spot, ...]


def lines(compared: Sequence[Side], found: Sequence[Frontier]) -> tuple[Answers, ...]:
    """One line a scenario, the cheapest portfolio first."""
    return tuple(
        Answers(side.letter, side.title, _spots(side.letter, each))
        for side, each in zip(compared, found, strict=True)
    )


def _spots(letter: str, found: Frontier) -> tuple[Spot, ...]:
    before = found.nothing_weekly_usd
    start = Spot((0.0, 0.0, 0.0), before, f"{letter}, nothing bought: {text.usd(before)} lost")
    bought = [
        Spot(
            each.cost,
            each.weekly_usd,
            f"{letter}, {text.usd(each.cost[1])}: {text.usd(each.weekly_usd)} still lost"
            f"{_part(each, before)}",
        )
        for each in best(found)
        if each.measures
    ]
    return start, *sorted(bought, key=lambda spot: spot.cost[1])


def _part(each: Portfolio, before: float) -> str:
    share = avoided(each.weekly_usd, before)
    return "" if share is None else f", {text.share(share)} avoided"


def best(found: Frontier) -> list[Portfolio]:
    """The portfolio of each budget that loses least in the weekly model, the cheaper of equals."""
    budgets = sorted({each.budget for each in found.portfolios})
    return [
        min(
            (each for each in found.portfolios if each.budget == budget),
            key=lambda each: (each.weekly_usd, each.cost[1]),
        )
        for budget in budgets
    ]


def finding(compared: Sequence[Side], found: Sequence[Frontier]) -> str:
    """What the largest budget leaves of the loss of each scenario."""
    ends = [best(each)[-1] for each in found]
    told = [
        f"{side.letter} from {text.usd(each.nothing_weekly_usd)} to {text.usd(end.weekly_usd)}"
        for side, each, end in zip(compared, found, ends, strict=True)
    ]
    return f"For {text.usd(ends[0].budget)} the loss falls: {text.join(told)}."


def table(compared: Sequence[Side], found: Sequence[Frontier]) -> Table:
    """A row a scenario and budget."""
    rows: list[dict[str, Cell]] = [
        {
            "Scenario": side.letter,
            "Budget": text.usd(each.budget),
            "Bought": METHODS[each.method] if each.measures else "nothing",
            "Measures": len(each.measures),
            "Cost, USD": rounded(each.cost[1]),
            "Still lost, USD": rounded(each.weekly_usd),
            "Avoided": tenths(avoided(each.weekly_usd, frontier.nothing_weekly_usd)),
        }
        for side, frontier in zip(compared, found, strict=True)
        for each in best(frontier)
    ]
    return Table(
        name="answers",
        rows=rows,
        kinds={"Cost, USD": "usd", "Still lost, USD": "usd", "Avoided": "tenths"},
        finding=finding(compared, found),
    )
