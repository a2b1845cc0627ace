"""One site through a run, for people: a sentence, lines for two charts, the weeks as a table."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graph.course import EMPTY, Course, Input
from graph.model import ELEMENTS, MATERIALS, Site, Stage
from graph.network import Network
from graph.spread import Result
from ui import text
from ui.viewmodels.tables import Cell, Table, percent

HARDEST = ""
"""Choice of the site that is hit hardest."""
MOVED = 0.005
WAITING = "Orders that wait"
READING = (
    "Stocks are weeks of normal use at the end of a week, all firms of a site taken together. "
    "Magnets of an end use lie with the component makers that supply it. Orders that wait are "
    "weeks of what a site normally ships: placed by its buyers and neither shipped nor taken to "
    "another supplier."
)


@dataclass(frozen=True, slots=True)
class Trend:
    """A line by week; shares of normal, or weeks. `dash` 0 is solid."""

    name: str
    values: tuple[float, ...]
    dash: int = 0


@dataclass(frozen=True, slots=True)
class CourseView:
    title: str
    finding: str
    pace: tuple[Trend, ...]
    """made and arriving, share of normal"""
    pace_said: str
    stocks: tuple[Trend, ...]
    """weeks of use in stock, weeks of output owed and ordered"""
    stocks_said: str


def choices(
    result: Result, network: Network, names: Mapping[str, str], only: Collection[str] = ()
) -> dict[str, str]:
    """Sites to choose, those that lose most first; `only` these where some are given."""
    ranked = sorted(
        (loss for loss in result.sites if not only or loss.id in only),
        key=lambda loss: (-loss.lost_share, -loss.worst_share, loss.name),
    )
    sites = [network.sites[loss.id] for loss in ranked]
    known = [site for site in sites if not site.role.is_boundary]
    labels = {
        site.id: f"{site.name} ({names.get(site.country, site.country)}, "
        f"{text.lower_first(site.stage.label)})"
        for site in known
    }
    if not known:
        return {}
    word = "Hardest hit" if ranked[0].lost_share > 0 else "No site loses; one of them"
    return {HARDEST: f"{word}: {labels[known[0].id]}"} | labels


def view(course: Course, site: Site) -> CourseView:
    """What is drawn of a course."""
    arriving = [each for each in course.inputs if not each.of_makers]
    pace = [Trend("Made", course.made)]
    pace += [Trend(_arriving(each, site), each.arrived, 1) for each in arriving]
    stocks = [Trend(_held(each), each.stock) for each in course.inputs if each.normal > EMPTY]
    if any(owed > MOVED for owed in course.owed):
        stocks.append(Trend("Still to be made up", course.owed, 1))
    if any(waiting > MOVED for waiting in course.waiting):
        stocks.append(Trend(WAITING, course.waiting, 1))
    return CourseView(
        title=site.name,
        finding=finding(course, site),
        pace=tuple(pace),
        pace_said=" ".join([_made(course, site), *_touched(course.touched)]),
        stocks=tuple(stocks),
        stocks_said=" ".join([f"Stocks of {site.name}.", *_stocks(course)]),
    )


def finding(course: Course, site: Site) -> str:
    """The run of a site in words."""
    return " ".join([_made(course, site), *_stocks(course), *_touched(course.touched)])


def _made(course: Course, site: Site) -> str:
    low = min(course.made)
    week = course.made.index(low)
    made = (
        f"makes at least {text.share(low)} of normal in every week"
        if low >= 1 - MOVED
        else f"falls to {text.share(low)} of normal in {text.week(week)}"
    )
    return f"{site.name} {made}."


def _stocks(course: Course) -> list[str]:
    said = [_stock(each) for each in course.inputs if each.normal > EMPTY]
    most = max(course.waiting, default=0.0)
    if most > MOVED:
        week = text.week(course.waiting.index(most))
        said.append(f"{WAITING}: up to {most:.1f} weeks of output, in {week}.")
    return said


def _stock(each: Input) -> str:
    start = f"{_held(each)}: {each.normal:.1f} weeks as a rule, "
    if each.first_empty is None:
        return f"{start}{min(each.stock):.1f} at the lowest."
    if each.half_empty == each.first_empty:
        return f"{start}gone in {text.week(each.first_empty)}."
    half = "" if each.half_empty is None else f", half of it in {text.week(each.half_empty)}"
    return f"{start}the first of it gone in {text.week(each.first_empty)}{half}."


def _touched(shares: Sequence[float]) -> list[str]:
    known = [share for share in shares if not math.isnan(share)]
    if not known:
        return []
    usual, most = known[0], max(known)
    more = f", {text.share(most)} at the most" if most > usual + MOVED else ""
    return [f"Of what arrives {text.share(usual)} touched China as a rule{more}."]


def table(course: Course, site: Site) -> Table:
    """The weeks as rows."""
    rows: list[dict[str, Cell]] = []
    for week, made in enumerate(course.made):
        cells: dict[str, Cell] = {"Week": week, "Made": percent(made)}
        for each in course.inputs:
            if not each.of_makers:
                cells[_arriving(each, site)] = percent(each.arrived[week])
        for each in course.inputs:
            if each.normal > EMPTY:
                cells[f"{_held(each)}, weeks"] = round(each.stock[week], 1)
        if course.owed:
            cells["Still to be made up, weeks"] = round(course.owed[week], 2)
        if course.waiting:
            cells[f"{WAITING}, weeks"] = round(course.waiting[week], 2)
        cells["Touched China, of what arrives"] = percent(course.touched[week])
        rows.append(cells)
    shares = ("Made", "Touched China, of what arrives")
    arriving = (_arriving(each, site) for each in course.inputs if not each.of_makers)
    return Table(
        name="course",
        rows=rows,
        kinds=dict.fromkeys((*shares, *arriving), "share"),
        finding=finding(course, site),
    )


def _good(good: str) -> str:
    if good in MATERIALS:
        return MATERIALS[good].name
    named = text.ELEMENT_NAMES.get(good, good)
    return f"{named[:1].upper()}{named[1:]}"


def _arriving(each: Input, site: Site) -> str:
    motors = site.stage is Stage.END_USE and each.good not in ELEMENTS
    return f"{_good(each.good)}{' in components' if motors else ''} arriving"


def _held(each: Input) -> str:
    return f"{_good(each.good)} in stock{' at component makers' if each.of_makers else ''}"
