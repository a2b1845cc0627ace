"""Checks of a ready-made network, a whole column at a time: references, doubles, limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.errors import MOST, Problem, and_more
from graph.model import ELEMENTS, MATERIALS, Role
from loaders.columnwise import Finding, Floats, Sheet, firsts
from loaders.tables import names_in

CONTENT = ("ndpr", "dy", "tb", "sm", "other")
"""Columns of flows.csv with the content of each of ELEMENTS, in that order."""
MATERIAL_IDS = tuple(MATERIALS)
OXIDE_AT_MOST = {"t REO": 1.0, "t oxide": 1.0, "t metal": 1.21, "t finished magnet": 0.5}
"""t of oxide equivalent that a tonne can hold, by basis. Metals by stoichiometry: Pr, the highest,
makes 1.21 of Pr6O11. Magnets: SmCo5, the richest phase, is 0.34 Sm, which makes 0.39 of Sm2O3."""
ROUNDING = 0.01
"""Part by which rounded figures may pass a physical limit."""
NOWHERE = "the reference leads nowhere"
A_SITE = "a site of the table sites"
CORRECT = "Correct the name or add the row."
REMOVE = "Remove one of the rows."


@dataclass(frozen=True, slots=True)
class Ends:
    """Flows as numbers: places of origin, target (rows of the sites; -1 for nowhere) and material
    (of MATERIAL_IDS), t a year, and the content of each element (flows by ELEMENTS)."""

    origin: NDArray[np.intp]
    target: NDArray[np.intp]
    material: NDArray[np.intp]
    tonnes: Floats
    content: Floats


def ends_of(flows: Sheet, sites: Sheet) -> Ends:
    """The flows as numbers; the content of pure goods follows from their tonnes where it is not
    given, and stays nan where it is neither given nor follows."""
    ids = sites.text("id")
    material = flows.places("material", pa.array(MATERIAL_IDS))
    tonnes = flows.number("tonnes")
    content = np.column_stack([flows.number(column) for column in CONTENT])
    for place, each in enumerate(MATERIALS.values()):
        if each.element is not None:
            made = (material == place) & np.isnan(content).all(axis=1)
            content[made] = 0.0
            content[made, ELEMENTS.index(each.element)] = tonnes[made] * each.oxide_per_tonne
    return Ends(flows.places("origin", ids), flows.places("target", ids), material, tonnes, content)


def check_sites(
    sites: Sheet, countries: Collection[str], sources: Collection[str]
) -> list[Finding]:
    """Doubles, unknown countries and sources, sizes below zero."""
    ids, _ = sites.coded("id")
    found = _doubles(sites, ids, "the name stands twice", "id")
    for column in ("country", "controlling_country"):
        expected = "a country of countries.csv"
        found += _unknown(sites, column, {*countries, ""}, NOWHERE, expected, CORRECT)
    for column in ("capacity", "output"):
        found += _negative(sites, column)
    return found + _unknown_sources(sites, sources)


def check_flows(flows: Sheet, ends: Ends, sites: Sheet, sources: Collection[str]) -> list[Finding]:
    """References, doubles, loops, tonnes and content that cannot be."""
    found: list[Finding] = []
    totals = np.append(_bools_of(sites, "role", {Role.AGGREGATE.value}), False)
    for column, places in (("origin", ends.origin), ("target", ends.target)):
        cells = flows.text(column)
        found += flows.find(places < 0, NOWHERE, column, expected=A_SITE, got=cells, advice=CORRECT)
        found += flows.find(
            totals[places],
            "the flow names a total that contains other rows",
            column,
            got=cells,
            advice="Name the plants instead.",
        )
    known = (ends.origin >= 0) & (ends.target >= 0)
    found += flows.find(
        known & (ends.origin == ends.target),
        "the flow leads back to where it comes from",
        "target",
        got=flows.text("target"),
        advice="Remove the row, or name the other site.",
    )
    keys = (ends.origin * len(sites) + ends.target) * len(MATERIAL_IDS) + ends.material
    found += _doubles(flows, keys, "the flow stands twice", "material", among=known)
    found += flows.find(
        ends.tonnes <= 0,
        "the flow has no tonnes",
        "tonnes",
        expected="more than 0",
        got=ends.tonnes,
        advice="Correct the figure or remove the row.",
    )
    return found + _check_content(flows, ends) + _unknown_sources(flows, sources)


def _check_content(flows: Sheet, ends: Ends) -> list[Finding]:
    found: list[Finding] = []
    for column in CONTENT:
        found += _negative(flows, column)
    empty = np.count_nonzero(np.isnan(ends.content), axis=1)
    found += flows.find(
        (empty > 0) & (empty < len(CONTENT)),
        "the content is given in part",
        CONTENT[0],
        expected=f"all of {', '.join(CONTENT)}",
        advice="Write 0 where there is none.",
    )
    found += flows.find(
        empty == len(CONTENT),
        "the content is missing",
        CONTENT[0],
        expected=f"all of {', '.join(CONTENT)}",
        got=flows.text("material"),
        advice="Only that of pure oxides and metals follows from their tonnes.",
    )
    limits = np.array([OXIDE_AT_MOST[each.basis] for each in MATERIALS.values()])
    ratio = ends.content.sum(axis=1) / np.where(ends.tonnes > 0, ends.tonnes, np.nan)
    for place in np.unique(ends.material[ends.material >= 0]):
        found += flows.find(
            (ends.material == place) & (ratio > limits[place] * (1 + ROUNDING)),
            f"the content is more than {MATERIAL_IDS[place]} can hold",
            CONTENT[0],
            expected=f"at most {limits[place]:g} t oxide equivalent a tonne, all elements together",
            got=ratio,
            advice="Correct tonnes or content, or their units.",
        )
    return found


def check_loops(ends: Ends, ids: Sequence[str], file: str) -> list[Problem]:
    """Sites that pass an element round among themselves without any of it coming in: where it
    is from cannot be told."""
    problems = []
    for e, element in enumerate(ELEMENTS):
        moves = ends.content[:, e] > 0
        origin, target = ends.origin[moves], ends.target[moves]
        edges = coo_array((np.ones(len(origin)), (origin, target)), shape=(len(ids), len(ids)))
        count, group = connected_components(edges, connection="strong")
        fed = np.zeros(count, dtype=np.bool_)
        fed[group[target[group[origin] != group[target]]]] = True
        closed = np.flatnonzero(~fed & (np.bincount(group, minlength=count) > 1))
        for each in closed[:MOST]:
            members = [ids[i] for i in np.flatnonzero(group == each).tolist()]
            problems.append(
                Problem(
                    f"{element} goes round and never comes in",
                    file,
                    column=CONTENT[e],
                    expected="a flow from another site into one of these",
                    got=", ".join(members[:3]) + (" …" if len(members) > 3 else ""),
                    advice="Add what feeds them.",
                )
            )
        if more := len(closed[MOST:]):
            problems.append(and_more(f"{element} goes round and never comes in", more, file))
    return problems


def check_recovery(recovery: Sheet, sites: Sheet) -> list[Finding]:
    """Unknown sites, and rows for the same site and material."""
    places = recovery.places("site", sites.text("id"))
    materials = recovery.places("material", pa.array(MATERIAL_IDS))
    found = _known_sites(recovery, places)
    keys = places * len(MATERIAL_IDS) + materials
    return found + _doubles(recovery, keys, "the recovery stands twice", "site", among=places >= 0)


def check_end_uses(end_uses: Sheet, sites: Sheet) -> list[Finding]:
    """Unknown sites, doubles, figures below zero."""
    places = end_uses.places("site", sites.text("id"))
    found = _known_sites(end_uses, places)
    found += _doubles(end_uses, places, "the site stands twice", "site", among=places >= 0)
    for column in ("units", "usd_per_unit", "magnet_kg_per_unit"):
        found += _negative(end_uses, column)
    return found


def _known_sites(sheet: Sheet, places: NDArray[np.intp]) -> list[Finding]:
    cells = sheet.text("site")
    return sheet.find(places < 0, NOWHERE, "site", expected=A_SITE, got=cells, advice=CORRECT)


def _doubles(
    sheet: Sheet,
    keys: NDArray[np.intp],
    what: str,
    column: str,
    among: NDArray[np.bool_] | None = None,
) -> list[Finding]:
    first = firsts(keys)
    again = first != np.arange(len(keys))
    bad = again if among is None else again & among
    return sheet.find(bad, what, column, first=first, advice=REMOVE)


def _negative(sheet: Sheet, column: str) -> list[Finding]:
    values = sheet.number(column)
    return sheet.find(
        values < 0,
        "the figure is negative",
        column,
        expected="at least 0",
        got=values,
        advice="Correct the figure.",
    )


def _unknown_sources(sheet: Sheet, sources: Collection[str]) -> list[Finding]:
    cells = sheet.coded("sources")[1]
    good = {cell for cell in cells if set(names_in(cell)) <= set(sources)}
    return _unknown(
        sheet,
        "sources",
        good,
        "the source is not listed",
        "rows of sources.csv",
        "Add the publication to sources.csv.",
    )


def _unknown(
    sheet: Sheet, column: str, good: Collection[str], what: str, expected: str, advice: str
) -> list[Finding]:
    bad = ~_bools_of(sheet, column, good)
    cells: Any = sheet.text(column)
    return sheet.find(bad, what, column, expected=expected, got=cells, advice=advice)


def _bools_of(sheet: Sheet, column: str, texts: Collection[str]) -> NDArray[np.bool_]:
    """The rows that hold one of `texts`."""
    codes, cells = sheet.coded(column)
    return np.array([cell in texts for cell in cells], dtype=np.bool_)[codes]
