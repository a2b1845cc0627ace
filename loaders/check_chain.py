"""Checks of what a chain can be: links run downstream without loops, ore is no more than whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx

from graph.errors import Problem
from graph.model import MAGNET_ELEMENTS, Stage
from loaders.cells import SHARE_TOLERANCE
from loaders.tables import Row, Tables

ELEMENT_COLUMNS = tuple(element.lower() for element in MAGNET_ELEMENTS)
"""Columns of compositions.csv; what they leave of an ore are the other rare earths."""
SHOWN_IN_LOOP = 6


def check_for_upstream_links(tables: Tables) -> list[Problem]:
    """Links against the direction of the chain, and links into a mine."""
    stages = _stages(tables)
    problems = []
    for row in tables["links"]:
        origin, target = stages.get(row.text("origin")), stages.get(row.text("target"))
        if origin is None or target is None:
            continue
        what = ""
        if target is Stage.MINE:
            what = "the link leads into a mine"
        elif target.order < origin.order:
            what = "the link leads upstream"
        if what:
            problems.append(
                row.problem(
                    what,
                    "target",
                    expected=f"a site of the stage {origin.value} or one after it, never a mine",
                    got=f"{row.text('target')!r}, a site of the stage {target.value}",
                    advice="Swap origin and target, or correct the stage of the site.",
                )
            )
    return problems


def check_for_loops(tables: Tables) -> list[Problem]:
    """Sites that supply themselves through others; of each ring the last link is named."""
    rows = {
        (row.text("origin"), row.text("target")): (place, row)
        for place, row in enumerate(tables["links"])
        if row.text("kind") == "supplies"
    }
    knot = {
        site: number
        for number, sites in enumerate(nx.strongly_connected_components(nx.DiGraph(rows.keys())))
        for site in sites
    }
    # Grouped in the order of the table, for sets of names have another order in each run.
    within: dict[int, list[tuple[str, str]]] = {}
    for origin, target in rows:
        if knot[origin] == knot[target]:
            within.setdefault(knot[origin], []).append((origin, target))
    return [_loop(nx.find_cycle(nx.DiGraph(links)), rows) for links in within.values()]


def _loop(ring: list[tuple[str, str]], rows: Mapping[tuple[str, str], tuple[int, Row]]) -> Problem:
    last = max(ring, key=lambda link: rows[link][0])
    after = ring.index(last)
    names = [origin for origin, _ in (*ring[after:], *ring[:after])]
    more = [f"… ({len(names)} sites)"] if len(names) > SHOWN_IN_LOOP else []
    _, row = rows[last]
    return row.problem(
        "the link closes a loop",
        "target",
        expected="no site that supplies itself through others",
        got=" → ".join([*names[:SHOWN_IN_LOOP], *more, names[0]]),
        advice="Remove one of these links.",
    )


def check_compositions(rows: Iterable[Row]) -> list[Problem]:
    """Ores whose elements together are more than the ore."""
    problems = []
    for row in rows:
        whole = sum(row.number(column) for column in ELEMENT_COLUMNS)
        if whole > 1 + SHARE_TOLERANCE:
            problems.append(
                row.problem(
                    "the shares of an ore add up to more than 1",
                    ELEMENT_COLUMNS[0],
                    expected=f"{', '.join(ELEMENT_COLUMNS)}: at most 1 together",
                    got=f"{whole:g}",
                    advice="Give each as a share of all rare earths in the ore.",
                )
            )
    return problems


def _stages(tables: Tables) -> Mapping[str, Stage]:
    return {row.text("id"): Stage(row.text("stage")) for row in tables["sites"]}
