"""Ranked losses on a map: how much each costs, and where it stands."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from graph.contingency import CORRIDOR, COUNTRY, FIRM, Case
from graph.critical import CriticalCase
from graph.network import Network
from ui import text
from ui.viewmodels.chokepoint_charts import SEVERAL
from ui.viewmodels.chokepoints import KIND_WORDS, case_name
from ui.viewmodels.worldmap import HOLLOW, Line, Mark, Place, Points, World, place_of

NAMED = 5
"""Ranks written beside their mark."""
TOLD = 3
READING = {
    FIRM: "A firm has a mark, sized by all that its loss costs, at each of its sites.",
    COUNTRY: "A country stands at one point of it.",
    CORRIDOR: "A corridor is a line from seller to buyer; click the head in its middle.",
}
LEGEND = "China share of what it ships"


def world(
    found: Sequence[CriticalCase],
    cases: Mapping[str, Case],
    network: Network,
    points: Points,
    selected: str,
    names: Mapping[str, str],
) -> World:
    """The map of ranked losses of one kind; `cases` holds their members by id."""
    most = max((case.lost_share for case in found), default=0.0)
    marks: list[Mark] = []
    lines: list[Line] = []
    lost = 0
    for case in found:
        size = case.lost_share / most if most > 0 else 0.0
        share = math.nan if case.china_share is None else case.china_share
        label = (
            f"{case.rank}. {case_name(case, names)}: {text.share(case.lost_share)} lost, "
            f"{text.share(case.china_share)} China"
        )
        name = str(case.rank) if case.rank <= NAMED else ""
        places = _places(cases[case.id], network, points)
        lost += not places
        if case.kind == CORRIDOR and len(places) == 2:
            start, end = places
            chosen = case.id == selected
            lines.append(Line(start, end, size, share, label, chosen, case.id, name))
            continue
        marks += [
            Mark(
                id=case.id,
                stage=case.stage.label if case.stage else SEVERAL,
                place=place,
                size=size,
                share=share,
                label=label,
                chosen=case.id == selected,
                name=name if n == 0 else "",
            )
            for n, place in enumerate(places)
        ]
    return World(tuple(marks), tuple(lines), finding(found, names), _reading(found, marks, lost))


def _places(case: Case, network: Network, points: Points) -> list[Place]:
    """Where a case stands: its sites, its country, or the two ends of a corridor."""
    if case.kind == COUNTRY:
        return [points[case.id]] if case.id in points else []
    if case.kind == CORRIDOR:
        ends = case.id.rsplit(":", 1)[0].split(">")
        return [points[end] for end in ends] if all(end in points for end in ends) else []
    sites = (network.sites[id] for id in sorted(case.sites))
    return list(dict.fromkeys(place for site in sites if (place := place_of(site, points))))


def finding(found: Sequence[CriticalCase], names: Mapping[str, str]) -> str:
    """In which countries the costliest stand, or begin."""
    if not found:
        return "No loss is ranked."
    kind = found[0].kind
    if kind == COUNTRY:
        first = [f"{case_name(c, names)} ({text.share(c.lost_share)})" for c in found[:TOLD]]
        return f"Costliest to lose, with the share of goods lost: {text.join(first)}."
    counted = Counter(case.country for case in found if case.country)
    ranked = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    parts = [f"{count} in {names.get(code, code)}" for code, count in ranked[:TOLD]]
    if others := sum(count for _, count in ranked[TOLD:]):
        parts.append(f"{others} in other countries")
    if several := len(found) - counted.total():
        parts.append(f"{several} in several at once")
    one, verb = text.lower_first(KIND_WORDS[kind]), "begin" if kind == CORRIDOR else "stand"
    who = f"costliest {one} {verb}s"
    if len(found) > 1:
        who = f"{len(found)} costliest {one}s {verb}"
    return f"Where the {who}: {text.join(parts)}."


def _reading(found: Sequence[CriticalCase], marks: Sequence[Mark], lost: int) -> str:
    said = ["Size: share of goods lost. Numbers: rank. The ring is the row picked above."]
    if more := READING.get(found[0].kind if found else ""):
        said.append(more)
    elif any(not mark.place.exact for mark in marks):
        said.append(HOLLOW)
    if lost:
        said.append(f"{lost} without a known country not on the map.")
    return " ".join(said)
