"""Two to four scenarios on the same axes: which is worse, by how much, for whom and from when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.losses import EndUseLoss
from graph.network import Network
from graph.ranking import EVERYTHING
from graph.scenario import Scenario
from graph.spread import Result
from ui import text
from ui.viewmodels.tables import Cell, Table, rounded, tenths

LETTERS = "ABCD"
FEWEST, MOST = 2, len(LETTERS)
USD = "USD"
READING_WEEKS = (
    "What a week would have made and did not. Below zero more is made than in a normal week, to "
    "make up for what was missed."
)
READING_DIFFERENCES = (
    "Sorted by the largest difference in US dollars, then those without a known value by the part "
    "of their output. Pick a row to see that end use alone."
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the scenarios compared, and what it did; the letter stands for it everywhere."""

    letter: str
    scenario: Scenario
    result: Result

    @property
    def title(self) -> str:
        return self.scenario.title


@dataclass(frozen=True, slots=True)
class Amount:
    """What is lost, in US dollars where a value is known, else in goods of `unit`."""

    value: float
    unit: str

    @property
    def said(self) -> str:
        return said(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Tile:
    """A scenario at a glance."""

    head: str
    value: str
    against: str
    detail: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """The loss of every week of a scenario; `band` is 5 and 95 % of drawn runs, where there are
    any."""

    letter: str
    title: str
    values: tuple[float, ...]
    band: tuple[tuple[float, float], ...] = ()

    @property
    def peak(self) -> int:
        """The week of the highest loss."""
        return self.values.index(max(self.values))


@dataclass(frozen=True, slots=True)
class WeekLines:
    """Losses by week on the same axes, in `unit` a week."""

    lines: tuple[WeekLine, ...]
    unit: str
    finding: str


def sides(runs: Iterable[tuple[Scenario, Result]]) -> tuple[Side, ...]:
    """At most four runs under letters, in the order given; the first is what others are held
    against."""
    return tuple(
        Side(letter, scenario, result)
        for letter, (scenario, result) in zip(LETTERS, runs, strict=False)
    )


def said(value: float, unit: str) -> str:
    """A loss, or a difference of two, with its unit."""
    return text.usd(value) if unit == USD else text.quantity(value, unit)


def short(value: float, unit: str) -> str:
    """A mark of an axis, whose title names the unit: "4 bn" for US dollars."""
    told = ("−" if value < 0 else "") + said(abs(value), unit).removesuffix(unit).rstrip()
    return "0" if value == 0 else re.sub(r"\.0+(?!\d)|(\.\d*?[1-9])0+(?!\d)", r"\1", told)


def signed(value: float, unit: str) -> str:
    """A difference with its sign: "−1.2 bn USD", "+300 vehicles", "0"."""
    if rounded(value) == 0:
        return "0"
    return ("−" if value < 0 else "+") + said(abs(value), unit)


def losses(side: Side, whose: str = EVERYTHING) -> list[EndUseLoss]:
    """Of all end uses, of a sector, or of one end use."""
    return [
        loss
        for loss in side.result.end_uses
        if whose == EVERYTHING or whose in (loss.id, loss.sector)
    ]


def amount(side: Side, whose: str = EVERYTHING) -> Amount | None:
    """The loss as one figure; None where it has no common unit."""
    found = losses(side, whose)
    valued = [loss.lost_usd for loss in found if loss.lost_usd is not None]
    if valued:
        return Amount(sum(valued), USD)
    units = {loss.unit for loss in found}
    return Amount(sum(loss.lost_units for loss in found), units.pop()) if len(units) == 1 else None


def headline(
    compared: Sequence[Side], goal: str, names: Mapping[str, str], whose: str = EVERYTHING
) -> str:
    """Which is worse, by how much, for whom; `goal` names whose loss it is."""
    weeks = text.plural(compared[0].result.weeks, "week")
    if not losses(compared[0], whose):
        return f"Nothing reaches {goal} in this network, so that nothing can be lost."
    found = [(side, amount(side, whose)) for side in compared]
    known = [(side, each) for side, each in found if each is not None]
    if len(known) < len(found):
        return f"The losses of {goal} have no common unit; the table below tells each."
    worst, most = max(known, key=lambda pair: pair[1].value)
    best, least = min(known, key=lambda pair: pair[1].value)
    if rounded(most.value) == 0:
        return f"None of them costs {goal} anything that is still missing after {weeks}."
    if len(known) == 1:
        return f"“{worst.title}” costs {goal} {most.said} within {weeks}."
    gap = most.value - least.value
    if rounded(gap) == 0:
        return f"All cost {goal} the same: {most.said} within {weeks}."
    return (
        f"{_named(worst)} costs {goal} most: {most.said} within {weeks}. {_named(best)} costs "
        f"least: {said(gap, most.unit)} less ({text.share(gap / most.value)})."
        + _for_whom(worst, best, names, whose)
    )


def _named(side: Side) -> str:
    return f"{side.letter}, “{side.title}”,"


def _for_whom(worst: Side, best: Side, names: Mapping[str, str], whose: str) -> str:
    """Where the difference is largest, by sector and country, in US dollars."""
    groups: dict[tuple[str, str], float] = {}
    for sign, side in ((1.0, worst), (-1.0, best)):
        for loss in losses(side, whose):
            group = loss.sector or loss.name, loss.country
            groups[group] = groups.get(group, 0.0) + sign * (loss.lost_usd or 0.0)
    if len(groups) < 2:
        return ""
    (sector, country), gap = max(groups.items(), key=lambda item: item[1])
    if rounded(gap) <= 0:
        return ""
    where = names.get(country, country)
    return f" The difference is largest for {sector} in {where}: {text.usd(gap)}."


def tiles(compared: Sequence[Side], whose: str = EVERYTHING) -> tuple[Tile, ...]:
    """Every scenario at a glance, beside the first."""
    first = amount(compared[0], whose)
    base = "what the others are held against" if len(compared) > 1 else ""
    return tuple(
        _tile(side, whose, _against(side, first, whose) if place else base)
        for place, side in enumerate(compared)
    )


def _against(side: Side, first: Amount | None, whose: str) -> str:
    lost = amount(side, whose)
    if first is None or lost is None:
        return ""
    gap = lost.value - first.value
    part = f" ({text.share(-gap / first.value)} less)" if gap < 0 < first.value else ""
    return f"{signed(gap, lost.unit)} against {LETTERS[0]}{part}"


def _tile(side: Side, whose: str, against: str) -> Tile:
    found, lost = losses(side, whose), amount(side, whose)
    hit = [loss for loss in found if loss.first_loss_week is not None]
    earliest = min(hit, key=lambda loss: (loss.first_loss_week, -loss.lost_share), default=None)
    return Tile(
        head=f"{side.letter}: {side.title}",
        value=lost.said if lost else text.NO_VALUE,
        against=against,
        detail="Nobody runs short."
        if earliest is None
        else f"{text.plural(len(hit), 'end use')} of {len(found)} run short, first "
        f"{earliest.name} in {text.week(earliest.first_loss_week)}.",
    )


def week_lines(
    compared: Sequence[Side], network: Network, goal: str, whose: str = EVERYTHING
) -> WeekLines | None:
    """The loss of every week, one line a scenario; None where it has no common unit."""
    total = amount(compared[0], whose)
    if total is None:
        return None
    lines = tuple(
        WeekLine(side.letter, side.title, _weekly(side, network, whose, total.unit))
        for side in compared
    )
    peaks = [
        f"{line.letter} {said(max(line.values), total.unit)} in {text.week(line.peak)}"
        for line in lines
        if rounded(max(line.values)) > 0
    ]
    finding = f"Loss of {goal} by week. " + (
        f"Highest: {text.join(peaks)}." if peaks else "No week has a loss."
    )
    return WeekLines(lines, total.unit, finding)


def _weekly(side: Side, network: Network, whose: str, unit: str) -> tuple[float, ...]:
    activity = {site.id: site.activity for site in side.result.sites}
    lost = np.zeros(side.result.weeks)
    for id, worth in a_week(side, network, whose, unit).items():
        lost += (1.0 - np.array(activity[id])) * worth
    return tuple(lost.tolist())


def a_week(side: Side, network: Network, whose: str, unit: str) -> dict[str, float]:
    """What each end use makes in a normal week, in US dollars or in goods; none without a known
    value."""
    found = {}
    for loss in losses(side, whose):
        value = network.sites[loss.id].usd_per_unit if unit == USD else 1.0
        if value is not None and (unit != USD or loss.lost_usd is not None):
            found[loss.id] = loss.baseline_per_week * value
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One end use under every scenario, in the order of the scenarios."""

    id: str
    name: str
    country: str
    unit: str
    lost: tuple[EndUseLoss, ...]

    def usd(self, place: int) -> float | None:
        """More lost than under the first, USD."""
        first, other = self.lost[0].lost_usd, self.lost[place].lost_usd
        return None if first is None or other is None else other - first

    def units(self, place: int) -> float:
        return self.lost[place].lost_units - self.lost[0].lost_units

    def share(self, place: int) -> float:
        """Of the output of the run, -1 to 1."""
        return self.lost[place].lost_share - self.lost[0].lost_share


def compared_losses(
    compared: Sequence[Side], names: Mapping[str, str], whose: str = EVERYTHING
) -> list[Difference]:
    """End uses that run short in any of the scenarios, the largest difference first."""
    by_id: dict[str, list[EndUseLoss]] = {}
    for side in compared:
        for loss in losses(side, whose):
            by_id.setdefault(loss.id, []).append(loss)
    rows = [
        Difference(
            id, each[0].name, names.get(each[0].country, each[0].country), each[0].unit, tuple(each)
        )
        for id, each in by_id.items()
        if any(loss.first_loss_week is not None for loss in each)
    ]
    return sorted(rows, key=_order)


def _order(row: Difference) -> tuple[bool, float, float, str]:
    places = range(1, len(row.lost))
    first = row.lost[0]
    if not places:
        return first.lost_usd is None, -(first.lost_usd or 0.0), -first.lost_share, row.id
    usd = max(abs(row.usd(place) or 0.0) for place in places)
    share = max(abs(row.share(place)) for place in places)
    return first.lost_usd is None, -rounded(usd), -share, row.id


def differences(
    compared: Sequence[Side], found: Sequence[Difference], view: str, finding: str
) -> Table:
    """The first scenario in figures and every other against it; `view` tells one table from
    another."""
    first = LETTERS[0]
    kinds = {f"{first}: output lost": "tenths", f"{first}: lost": "number", f"{first}: USD": "usd"}
    for side in compared[1:]:
        head = f"{side.letter} − {first}"
        kinds |= {f"{head}: output": "tenths", f"{head}: goods": "number", f"{head}: USD": "usd"}
    return Table(
        name=view,
        ids=tuple(row.id for row in found),
        rows=[_row(row, tuple(kinds)) for row in found],
        kinds=kinds,
        widths={"End use": 250},
        finding=finding,
    )


def _row(row: Difference, heads: Sequence[str]) -> dict[str, Cell]:
    lost = row.lost[0]
    cells: list[Cell] = [tenths(lost.lost_share), rounded(lost.lost_units), _usd(lost.lost_usd)]
    for place in range(1, len(row.lost)):
        cells += [tenths(row.share(place)), rounded(row.units(place)), _usd(row.usd(place))]
    told: dict[str, Cell] = {"End use": row.name, "Country": row.country, "Goods": row.unit}
    return told | dict(zip(heads, cells, strict=True))


def _usd(value: float | None) -> float | None:
    return None if value is None else rounded(value)


def first_weeks(found: Sequence[Difference], compared: Sequence[Side]) -> Table:
    """In which week each end use first runs short, the earliest on top; empty: it never does."""

    def earliest(row: Difference) -> tuple[int, str]:
        weeks = [loss.first_loss_week for loss in row.lost if loss.first_loss_week is not None]
        return min(weeks), row.id

    rows: list[dict[str, Cell]] = [
        {"End use": row.name, "Country": row.country}
        | {side.letter: loss.first_loss_week for side, loss in zip(compared, row.lost, strict=True)}
        for row in sorted(found, key=earliest)
    ]
    told = [f"{side.letter} {_first_week(found, i)}" for i, side in enumerate(compared)]
    return Table(
        name="first-weeks",
        rows=rows,
        widths={"End use": 250},
        finding=f"First week in which an end use runs short: {', '.join(told)}.",
    )


def _first_week(found: Sequence[Difference], place: int) -> str:
    weeks = [row.lost[place].first_loss_week for row in found]
    return text.week(min((week for week in weeks if week is not None), default=None))
