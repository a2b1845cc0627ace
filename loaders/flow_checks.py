"""Checks of a ready-made network, a whole column at a time: references, doubles, limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.errors import MOST_PROBLEMS, Problem, not_listed
from graph.model import ELEMENTS, MATERIALS, Role
from loaders.cells import Fault, names_in
from loaders.checks import A_COUNTRY, CORRECT_NAME, LEADS_NOWHERE, NEGATIVE, UNLISTED_SOURCE
from loaders.columnwise import Finding, Floats, Sheet, firsts

CONTENT = tuple(element.lower() for element in ELEMENTS)
"""Columns of flows.csv with the content of each of ELEMENTS, in that order."""
MATERIAL_IDS = tuple(MATERIALS)
OXIDE_AT_MOST = {"t REO": 1.0, "t oxide": 1.0, "t metal": 1.21, "t finished magnet": 0.5}
"""t of oxide equivalent that a tonne can hold, by basis. Metals by stoichiometry: Pr, the highest,
makes 1.21 of Pr6O11. Magnets: SmCo5, the richest phase, is 0.34 Sm, which makes 0.39 of Sm2O3."""
ROUNDING = 0.01
"""Part by which rounded figures may pass a physical limit."""
NO_SITE = Fault(LEADS_NOWHERE, "a site of the table sites", CORRECT_NAME)
NO_COUNTRY = Fault(LEADS_NOWHERE, A_COUNTRY, CORRECT_NAME)
A_TOTAL = Fault("the flow names a total that contains other rows", "", "Name the plants instead.")
TO_ITSELF = Fault(
    "the flow leads back to where it comes from", "", "Remove the row, or name the other site."
)
NO_TONNES = Fault("the flow has no tonnes", "more than 0", "Correct the figure or remove the row.")
IN_PART = Fault(
    "the content is given in part", f"all of {', '.join(CONTENT)}", "Write 0 where there is none."
)
NO_CONTENT = Fault(
    "the content is missing",
    f"all of {', '.join(CONTENT)}",
    "Only that of pure oxides and metals follows from their tonnes.",
)


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
        found += _unknown(sites, column, {*countries, ""}, NO_COUNTRY)
    for column in ("capacity", "output"):
        found += _negative(sites, column)
    return found + _unknown_sources(sites, sources)


def check_flows(flows: Sheet, ends: Ends, sites: Sheet, sources: Collection[str]) -> list[Finding]:
    """References, doubles, loops, tonnes and content that cannot be."""
    found: list[Finding] = []
    totals = np.append(_bools_of(sites, "role", {Role.AGGREGATE.value}), False)
    for column, places in (("origin", ends.origin), ("target", ends.target)):
        cells = flows.text(column)
        found += flows.find(places < 0, NO_SITE, column, got=cells)
        found += flows.find(totals[places], A_TOTAL, column, got=cells)
    known = (ends.origin >= 0) & (ends.target >= 0)
    itself = known & (ends.origin == ends.target)
    found += flows.find(itself, TO_ITSELF, "target", got=flows.text("target"))
    keys = (ends.origin * len(sites) + ends.target) * len(MATERIAL_IDS) + ends.material
    found += _doubles(flows, keys, "the flow stands twice", "material", among=known)
    found += flows.find(ends.tonnes <= 0, NO_TONNES, "tonnes", got=ends.tonnes)
    return found + _check_content(flows, ends) + _unknown_sources(flows, sources)


def _check_content(flows: Sheet, ends: Ends) -> list[Finding]:
    found: list[Finding] = []
    for column in CONTENT:
        found += _negative(flows, column)
    empty = np.count_nonzero(np.isnan(ends.content), axis=1)
    found += flows.find((empty > 0) & (empty < len(CONTENT)), IN_PART, CONTENT[0])
    cells = flows.text("material")
    found += flows.find(empty == len(CONTENT), NO_CONTENT, CONTENT[0], got=cells)
    limits = np.array([OXIDE_AT_MOST[each.basis] for each in MATERIALS.values()])
    ratio = ends.content.sum(axis=1) / np.where(ends.tonnes > 0, ends.tonnes, np.nan)
    for place in np.unique(ends.material[ends.material >= 0]):
        too_much = Fault(
            f"the content is more than {MATERIAL_IDS[place]} can hold",
            f"at most {limits[place]:g} t oxide equivalent a tonne, all elements together",
            "Correct tonnes or content, or their units.",
        )
        bad = (ends.material == place) & (ratio > limits[place] * (1 + ROUNDING))
        found += flows.find(bad, too_much, CONTENT[0], got=ratio)
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
        what = f"{element} goes round and never comes in"
        for each in closed[:MOST_PROBLEMS]:
            members = [ids[i] for i in np.flatnonzero(group == each).tolist()]
            problems.append(
                Problem(
                    what,
                    file,
                    column=CONTENT[e],
                    expected="a flow from another site into one of these",
                    got=", ".join(members[:3]) + (" …" if len(members) > 3 else ""),
                    advice="Add what feeds them.",
                )
            )
        if more := len(closed[MOST_PROBLEMS:]):
            problems.append(not_listed(more, file, CONTENT[e], what))
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
    return sheet.find(places < 0, NO_SITE, "site", got=sheet.text("site"))


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
    return sheet.find(bad, Fault(what, "", "Remove one of the rows."), column, first=first)


def _negative(sheet: Sheet, column: str) -> list[Finding]:
    values = sheet.number(column)
    return sheet.find(values < 0, NEGATIVE, column, got=values)


def _unknown_sources(sheet: Sheet, sources: Collection[str]) -> list[Finding]:
    cells = sheet.coded("sources")[1]
    good = {cell for cell in cells if set(names_in(cell)) <= set(sources)}
    return _unknown(sheet, "sources", good, UNLISTED_SOURCE)


def _unknown(sheet: Sheet, column: str, good: Collection[str], fault: Fault) -> list[Finding]:
    bad = ~_bools_of(sheet, column, good)
    return sheet.find(bad, fault, column, got=sheet.text(column))


def _bools_of(sheet: Sheet, column: str, texts: Collection[str]) -> NDArray[np.bool_]:
    """The rows that hold one of `texts`."""
    codes, cells = sheet.coded(column)
    return np.array([cell in texts for cell in cells], dtype=np.bool_)[codes]
