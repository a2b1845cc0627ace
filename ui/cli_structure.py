"""`magnetrace structure`: what bounds the supply of an end use, and what is left without China."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from graph.bound import supply_of
from graph.model import ELEMENTS, Stage
from graph.network import Network
from graph.passage import passages
from graph.routes import ONE_SITE, SingleRoute, single_routes
from graph.structure import (
    ABROAD,
    EVERYBODY,
    MATERIAL_STAGES,
    Cut,
    CutMember,
    WithoutChina,
    of_china,
    tightest_cut,
    without_china,
)
from loaders.kept import load_kept
from ui.cli_data import own_data
from ui.output import Columns, Row, amount, line, percent, row, say, write_rows

COLUMNS: Columns = {
    "name": line,
    "element": line,
    "china": line,
    "need": amount,
    "tonnes": amount,
    "covers": line,
    "breaks_at": line,
    "bounded_by": line,
    "single_routes": line,
}
STAGE_COLUMNS: Columns = {
    "name": line,
    "element": line,
    "china": line,
    "stage": line,
    "need": amount,
    "tonnes": amount,
    "covers": line,
    "largest": line,
}
PASSED_COLUMNS: Columns = {
    "end_use_name": line,
    "element": line,
    "site_name": line,
    "country": line,
    "stage": line,
    "role": line,
    "tonnes": amount,
    "share": percent,
}
LIMITS = (
    "need and tonnes: t oxide equivalent a year. A plant without a published capacity is "
    "taken to do all it can; makers of components and end uses have no limit."
)
ALONE = "One stage alone has a limit here, and where material enters the chain."
PASSED = (
    "share: the part of what arrives, as it flows in the balance, that has stood at the site. "
    "A residual or an aggregate stands for many sites."
)
SHOWN = 3
"""Members of a cut and single routes that a table names."""
MANY = 100
"""Multiples of the need from which on a figure says no more than that the need is small."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What bounds an end use with China or without it, and the single routes that are its own."""

    asked: WithoutChina
    cut: Cut
    with_china: bool
    routes: tuple[SingleRoute, ...]

    @property
    def breaks_at(self) -> Stage | None:
        return None if self.with_china else self.asked.breaks_at


def run_structure(options: argparse.Namespace) -> int:
    """Print cuts, the width of each stage or what passes each site, by element and end use."""
    network = load_kept(own_data(options), snapshot=options.snapshot)
    elements = (options.element,) if options.element else ELEMENTS
    table = options.format == "table"
    asked = options.end_use or (EVERYBODY, ABROAD)
    if options.show == "passages":
        shown = list(_passages(network, asked, elements, options.top))
        write_rows(shown, PASSED_COLUMNS, options.format)
        note = PASSED
    else:
        without = options.without_china
        answers = _answers(network, asked, elements, options.lens, only_without=without)
        if options.show == "stages":
            shown = [_stage_row(*each) for each in _widths(network, answers, options.lens)]
            write_rows(shown, STAGE_COLUMNS, options.format)
            note = f"{LIMITS} {ALONE}"
        else:
            shown = [(_table if table else _row)(each) for each in answers]
            write_rows(shown, COLUMNS, options.format)
            note = LIMITS
    if table and shown:
        say(note)
    return 0


def _passages(
    network: Network, asked: Sequence[str], elements: Sequence[str], top: int
) -> Iterator[Row]:
    """What passed each site on its way to some end uses, largest share first."""
    for each in without_china(network, elements=elements, end_uses=asked):
        for passage in passages(network, each.cut.what, each.cut.end_uses)[:top]:
            told = row(passage)
            told |= {"end_use": each.end_use, "end_use_name": each.name, "site_name": passage.name}
            yield {key: value for key, value in told.items() if key != "name"}


def _widths(
    network: Network, answers: Iterable[Answer], lens: str
) -> Iterator[tuple[Answer, Stage, Cut]]:
    """The cut of each stage by itself."""
    supply, lost = supply_of(network), of_china(network, lens)
    for each in answers:
        gone = () if each.with_china else lost
        for stage in MATERIAL_STAGES:
            ends, element = each.cut.end_uses, each.cut.what
            yield (
                each,
                stage,
                tightest_cut(network, ends, element, stages=(stage,), without=gone, supply=supply),
            )


def _answers(
    network: Network,
    asked: Sequence[str],
    elements: Sequence[str],
    lens: str,
    *,
    only_without: bool,
) -> Iterator[Answer]:
    supply = supply_of(network)
    lost = of_china(network, lens)
    for element in elements:
        rows = without_china(network, lens, elements=(element,), end_uses=asked, supply=supply)
        whole = single_routes(network, element, supply=supply)
        left = single_routes(network, element, without=lost, supply=supply)
        for each in rows:
            if not only_without:
                cut = tightest_cut(network, each.cut.end_uses, element, supply=supply)
                yield Answer(each, cut, with_china=True, routes=_own(cut, whole))
            yield Answer(each, each.cut, with_china=False, routes=_own(each.cut, left))


def _own(cut: Cut, routes: Iterable[SingleRoute]) -> tuple[SingleRoute, ...]:
    """Routes of the end uses of a cut, each with those of them that it dominates."""
    kept = ((route, set(route.end_uses) & set(cut.end_uses)) for route in routes)
    return tuple(replace(route, end_uses=tuple(sorted(ends))) for route, ends in kept if ends)


def _row(each: Answer) -> Row:
    return {
        "end_use": each.asked.end_use,
        "name": each.asked.name,
        "country": each.asked.country,
        "element": each.cut.what,
        "china": _china(each),
        "lens": None if each.with_china else each.asked.lens,
        "need": each.cut.need,
        "tonnes": each.cut.tonnes,
        "share": each.cut.share,
        "breaks_at": each.breaks_at,
        "members": [row(member) for member in each.cut.members],
        "single_routes": [row(route) for route in each.routes],
    }


def _table(each: Answer) -> Row:
    return {
        "name": each.asked.name,
        "element": each.cut.what,
        "china": _china(each),
        "need": each.cut.need,
        "tonnes": each.cut.tonnes,
        "covers": _covers(each.cut.share),
        "breaks_at": each.breaks_at,
        "bounded_by": _first([_member(member) for member in each.cut.members]),
        "single_routes": _first([_route(route, each.cut) for route in each.routes]),
    }


def _stage_row(each: Answer, stage: Stage, cut: Cut) -> Row:
    return {
        "end_use": each.asked.end_use,
        "name": each.asked.name,
        "element": cut.what,
        "china": _china(each),
        "stage": stage.value,
        "need": cut.need,
        "tonnes": cut.tonnes,
        "share": cut.share,
        "covers": _covers(cut.share),
        "largest": _first([_member(member) for member in cut.members]),
    }


def _china(each: Answer) -> str:
    return "with" if each.with_china else "without"


def _covers(share: float) -> str:
    """A share of the need, as a multiple where it is more than all."""
    if share < 1:
        return percent(share)
    return f"{share:.2f}x" if share < MANY else f"over {MANY}x"


def _member(member: CutMember) -> str:
    """A row that stands for many sites says so."""
    many = "" if member.role in ONE_SITE else f" [{member.role}]"
    return f"{member.name}{many} {percent(member.share)}"


def _route(route: SingleRoute, cut: Cut) -> str:
    of_several = f" ({len(route.end_uses)} end uses)" if len(cut.end_uses) > 1 else ""
    return f"{route.name}{of_several}"


def _first(names: Sequence[str]) -> str:
    more = f"; +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    return "; ".join(names[:SHOWN]) + more
