"""Portfolios of measures for people: cost against what is still lost, and what each buys."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graph.answers import Stockpile
from graph.model import MATERIALS
from graph.portfolio import GREEDY, OPTIMAL, Frontier, Measure, Portfolio
from loaders.measures import NotOffered
from ui import text
from ui.output import Row, line, money, row, write_rows
from ui.viewmodels.tables import Cell, Table, rounded, tenths

MILLION = 1e6
TIERS = 3
OPENING = "full-export-stop"
LEAST_WEIGHT, MOST_WEIGHT = 0.1, 100.0
METHODS = {OPTIMAL: "Optimal", GREEDY: "Greedy"}
REGIONS = {"EU27": "the EU", "NORTH_AMERICA": "North America", "JPN": "Japan", "KOR": "Korea"}
READING = (
    "Optimal: least expected loss in the best case, with the proof or the gap. Greedy: buys what "
    "avoids most per dollar in the weekly model. Both are run in both models; ranks are among all "
    "portfolios here, 1 loses least. Change of rank: places lost (+) or won (−) when the weekly "
    "model judges in place of the best case. Budgets are held against the base cost."
)
LIMITS = (
    "Everything bought is in place in the first week. Not counted: running costs, the price that "
    "buying drives up, how long building takes, and the value that goods in stock keep. The loss "
    "is of one run; a plant lasts for decades. Weights are yours."
)
READING_FRONTIER = (
    "Solid: weekly model. Dashed: best case. Circles: optimal. Diamonds: greedy. Whiskers: low and "
    "high of what the portfolio costs."
)


def budgets_to(budget: float, tiers: int = TIERS) -> tuple[float, ...]:
    """Budgets that double up to the last: for three tiers a quarter, half and all of it."""
    return tuple(budget / 2 ** (tiers - 1 - tier) for tier in range(tiers))


def read_threats(told: str, known: Collection[str]) -> dict[str, float]:
    """Scenarios with weights from `a,b=2`; what is not known or no weight is left out."""
    found: dict[str, float] = {}
    for part in told.split(","):
        name, _, said = part.partition("=")
        weight = _weight(said) if said else 1.0
        if name in known and weight is not None:
            found[name] = weight
    return found


def _weight(said: str) -> float | None:
    try:
        value = float(said)
    except ValueError:
        return None
    return value if LEAST_WEIGHT <= value <= MOST_WEIGHT else None


def told_threats(weights: Mapping[str, float]) -> str:
    """The inverse of `read_threats`; a weight of 1 goes without saying."""
    return ",".join(name if w == 1 else f"{name}={w:g}" for name, w in weights.items())


def records(found: Frontier) -> list[Row]:
    """Every figure of each portfolio under a name of its own; money in US dollars."""
    return [_record(found, each) for each in found.portfolios]


def _record(found: Frontier, each: Portfolio) -> Row:
    low, base, high = each.cost
    told = {key: value for key, value in row(each).items() if key != "cost"}
    return {
        **told,
        "cost_low_usd": low,
        "cost_usd": base,
        "cost_high_usd": high,
        "best_case_avoided": avoided(each.best_case_usd, found.nothing_best_case_usd),
        "weekly_avoided": avoided(each.weekly_usd, found.nothing_weekly_usd),
        "proof": proof(each),
    }


def avoided(left: float, before: float) -> float | None:
    """Share (0..1) of a loss that is avoided; None where nothing was lost."""
    return 1 - left / before if before > 0 else None


def proof(each: Portfolio) -> str:
    """Whether the portfolio is the best there is; nothing for greedy ones."""
    if each.gap_usd is None:
        return ""
    return "optimal" if each.is_proven else f"gap {money(each.gap_usd)}"


def csv(found: Frontier) -> str:
    """The portfolios for a spreadsheet; no cell can become a formula there."""
    out = io.StringIO()
    rows = records(found)
    write_rows(rows, dict.fromkeys(rows[0], line), "csv", out)
    return out.getvalue()


def finding(found: Frontier, titles: Mapping[str, str]) -> str:
    """What the largest budget buys."""
    best = max(_of(found, OPTIMAL), key=lambda each: each.budget)
    threats = text.join([titles.get(name, name) for name in found.scenarios])
    share = avoided(best.best_case_usd, found.nothing_best_case_usd)
    weekly = avoided(best.weekly_usd, found.nothing_weekly_usd)
    if share is None:
        return (
            f"The best case loses nothing ({threats}), so that the optimum buys nothing there; "
            "greedy follows the weekly model."
        )
    return (
        f"{text.usd(best.budget)}, spent as well as can be, avoid {text.share(share)} of the loss "
        f"in the best case and {text.share(weekly)} in the weekly model ({threats})."
    )


def losses(found: Frontier) -> str:
    """What is lost where nothing is bought."""
    return (
        f"With nothing bought {text.usd(found.nothing_weekly_usd)} are lost in "
        f"{text.plural(found.weeks, 'week')} of the weekly model, "
        f"{text.usd(found.nothing_best_case_usd)} in the best case"
        + (", expected over the scenarios by their weights." if len(found.scenarios) > 1 else ".")
    )


def table(found: Frontier, view: str) -> Table:
    """The portfolios, those of one budget together."""
    return Table(
        name=view,
        rows=[_row(found, each) for each in found.portfolios],
        kinds={
            **dict.fromkeys(("Cost, USD", "Low", "High"), "usd"),
            **dict.fromkeys(("Avoided, best case", "Avoided, weekly"), "tenths"),
        },
        finding="Portfolios by budget",
    )


def _row(found: Frontier, each: Portfolio) -> dict[str, Cell]:
    low, base, high = each.cost
    change = each.weekly_rank - each.best_case_rank
    return {
        "Budget": text.usd(each.budget),
        "Bought": METHODS[each.method],
        "Measures": len(each.measures),
        "Cost, USD": rounded(base),
        "Low": rounded(low),
        "High": rounded(high),
        "Avoided, best case": tenths(avoided(each.best_case_usd, found.nothing_best_case_usd)),
        "Rank, best case": each.best_case_rank,
        "Avoided, weekly": tenths(avoided(each.weekly_usd, found.nothing_weekly_usd)),
        "Rank, weekly": each.weekly_rank,
        "Change of rank": f"{change:+d}".replace("-", "−") if change else "0",
        "Proof": proof(each),
    }


def bought(found: Frontier, measures: Sequence[Measure], view: str) -> Table:
    """Which measure is in which portfolio, and in which budgets no good one does without it."""
    used = {id for each in found.portfolios for id in each.measures}
    return Table(
        name=view,
        rows=[
            {
                "Measure": title(each),
                **{_head(one): _holds(one, each.id) for one in _by_method(found)},
                "Cost, USD": rounded(each.cost[1]),
                "Low": rounded(each.cost[0]),
                "High": rounded(each.cost[2]),
                "Rows": ", ".join(each.rows),
            }
            for each in measures
            if each.id in used
        ],
        kinds=dict.fromkeys(("Cost, USD", "Low", "High"), "usd"),
        widths={"Measure": 340},
        finding="Measures by portfolio",
    )


def _by_method(found: Frontier) -> list[Portfolio]:
    return [*_of(found, OPTIMAL), *_of(found, GREEDY)]


def _of(found: Frontier, method: str) -> list[Portfolio]:
    return [each for each in found.portfolios if each.method == method]


def _head(each: Portfolio) -> str:
    return f"{METHODS[each.method]}, {text.usd(each.budget)}"


def _holds(each: Portfolio, id: str) -> str | None:
    if id in each.in_every_good:
        return "in every good one"
    return "bought" if id in each.measures else None


def needed(found: Frontier, measures: Sequence[Measure]) -> list[str]:
    """A sentence a budget: what every good portfolio of it holds, halves of a stock as one."""
    said = []
    for each in _of(found, OPTIMAL):
        days: dict[tuple[str, str], float] = {}
        plants = []
        for measure in measures:
            lever = measure.lever
            if measure.id not in each.in_every_good:
                continue
            if isinstance(lever, Stockpile):
                stock = MATERIALS[lever.material].name, _region(measure)
                days[stock] = days.get(stock, 0.0) + (lever.days or 0.0)
            else:
                plants.append(title(measure))
        stocks = [
            f"{good}, {text.whole(n)} days for {region}" for (good, region), n in days.items()
        ]
        said.append(f"{text.usd(each.budget)}: {'; '.join([*stocks, *plants]) or 'none'}.")
    return said


def title(measure: Measure) -> str:
    """A measure in words."""
    lever, region = measure.lever, _region(measure)
    good = MATERIALS[lever.material].name
    if isinstance(lever, Stockpile):
        half = "first" if not measure.after else "second"
        return f"{good}, {text.whole(lever.days or 0.0)} days for {region} ({half} half)"
    return f"{good}, plant of {text.number(lever.tonnes_per_year)} t a year for {region}"


def _region(measure: Measure) -> str:
    return ", ".join(REGIONS.get(name, name) for name in measure.lever.buyers.countries)


def not_offered(missing: Sequence[NotOffered]) -> list[dict[str, Cell]]:
    """What cannot be bought here, and why."""
    return [{"Not offered": each.title, "Because": each.reason} for each in missing]


@dataclass(frozen=True, slots=True)
class Point:
    """A portfolio on the frontier: costs in US dollars (low, base, high), what is still lost as
    share (0..1) of the loss with nothing bought."""

    cost: tuple[float, float, float]
    left: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The portfolios of one method as one of the models judges them, the cheapest first."""

    method: str
    is_weekly: bool
    points: tuple[Point, ...]


def curves(found: Frontier) -> tuple[Curve, ...]:
    """Cost against expected loss; each curve begins where nothing is bought. A model in which
    nothing is lost has none."""
    made = []
    for is_weekly in (True, False):
        before = found.nothing_weekly_usd if is_weekly else found.nothing_best_case_usd
        if before <= 0:
            continue
        model = "weekly model" if is_weekly else "best case"
        for method in METHODS:
            start = Point((0.0, 0.0, 0.0), 1.0, f"Nothing bought, {model}: {text.usd(before)} lost")
            points = [
                start,
                *(_point(each, is_weekly, before, model) for each in _of(found, method)),
            ]
            points.sort(key=lambda point: point.cost[1])
            made.append(Curve(method, is_weekly, tuple(points)))
    return tuple(made)


def _point(each: Portfolio, is_weekly: bool, before: float, model: str) -> Point:
    lost = each.weekly_usd if is_weekly else each.best_case_usd
    return Point(
        each.cost,
        lost / before,
        f"{_head(each)}, {model}: {text.usd(lost)} still lost, {text.share(1 - lost / before)} "
        f"avoided for {text.usd(each.cost[1])}",
    )
