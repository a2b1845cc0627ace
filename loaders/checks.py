"""Checks of a data folder: references, ranges, balance; every problem names file and line."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from graph.errors import MOST_PROBLEMS, Problem, not_listed
from graph.indicators import ImbalanceRow, ShareRow
from graph.mixing import Flows
from graph.model import ELEMENTS, Role
from graph.network import Network
from loaders.assembly import check_assembly
from loaders.cells import Fault
from loaders.check_chain import check_compositions, check_for_loops, check_for_upstream_links
from loaders.claims import ClaimGroup, check_claims
from loaders.clearing import BlockMiss
from loaders.goods import GOODS
from loaders.overlay import NATURAL_KEYS, Key, key_columns, key_of
from loaders.published import Comparison
from loaders.series import check_observations, check_series
from loaders.snapshots import check_snapshots
from loaders.tables import Row, Tables
from loaders.trade_check import TradeGap

TOLERANCE = 1e-6
"""Largest relative miss of a site's mass balance."""
# fmt: off
IDS = (
    "sources", "sites", "demand", "assumptions", "compositions", "shares", "stakes", "events",
    "observations", "snapshots", "claims",
)
# fmt: on
SITE_COLUMNS = (
    ("links", "origin"),
    ("links", "target"),
    ("outputs", "site"),
    ("needs", "site"),
)
COUNTRY_COLUMNS = (
    ("sites", "country"),
    ("sites", "controlling_country"),
    ("shares", "country"),
    ("stakes", "owner_country"),
    ("trade", "exporter"),
    ("trade", "importer"),
    ("assembly", "country"),
)
RANGES = (
    ("assumptions", ("low", "base", "high")),
    ("demand", ("kg_low", "kg_base", "kg_high")),
    ("outputs", ("low", "tonnes", "high")),
    ("needs", ("low", "tonnes", "high")),
    ("demand_totals", ("low", "value", "high")),
    ("shares", ("share_low", "share", "share_high")),
    ("assembly", ("low", "share", "high")),
    ("series", ("low", "value", "high")),
    ("claims", ("low", "value", "high")),
)


LEADS_NOWHERE = "the reference leads nowhere"
CORRECT_NAME = "Correct the name or add the row."
A_COUNTRY = "a country of countries.csv"
UNLISTED_SOURCE = Fault(
    "the source is not listed", "a row of sources.csv", "Add the publication to sources.csv."
)
NEGATIVE = Fault("the figure is negative", "at least 0", "Correct the figure.")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything `magnetrace check` says."""

    problems: tuple[Problem, ...]
    shares: tuple[ShareRow, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    imbalances: tuple[ImbalanceRow, ...] = ()
    missed: tuple[BlockMiss, ...] = ()
    """fixed trade that the other figures do not let the balance reach within 1%"""
    trade: tuple[TradeGap, ...] = ()
    claims: tuple[ClaimGroup, ...] = ()
    sites: int = 0
    flows: int = 0
    is_ready_made: bool = False
    """whether the flows were given and not balanced"""


def check_tables(tables: Tables) -> list[Problem]:
    """All problems between rows and tables."""
    problems: list[Problem] = []
    for table in IDS:
        problems += check_for_doubles(tables[table], "id")
    problems += check_for_doubles(tables["countries"], "iso3")
    for table in NATURAL_KEYS.keys() - {"trade"}:
        problems += check_for_double_keys(tables[table])
    if (known := tables.names("sources")) is not None:
        for table in tables:
            if any("sources" in row.values for row in tables[table][:1]):
                problems += check_for_unknown_sources(tables[table], known)
    if (sites := tables.names("sites")) is not None:
        for table, column in SITE_COLUMNS:
            problems += check_for_unknown(tables[table], column, sites, "a site of sites.csv")
    if (countries := tables.names("countries", "iso3")) is not None:
        for table, column in COUNTRY_COLUMNS:
            problems += check_for_unknown(tables[table], column, countries, A_COUNTRY)
    if (ores := tables.names("compositions")) is not None:
        described = [row for row in tables["sites"] if row.text("composition")]
        problems += check_for_unknown(described, "composition", ores, "a row of compositions.csv")
    if (demand := tables.names("demand")) is not None:
        problems += check_for_unknown(tables["assembly"], "demand", demand, "a row of demand.csv")
    for table, columns in RANGES:
        problems += check_for_wrong_ranges(tables[table], columns)
    problems += check_for_negative(tables)
    problems += check_for_links_to_totals(tables)
    problems += check_for_upstream_links(tables)
    problems += check_for_loops(tables)
    problems += check_compositions(tables["compositions"])
    problems += check_trade(tables["trade"])
    problems += check_assembly(tables)
    if countries is not None:
        problems += check_series(tables["series"], countries)
        problems += check_observations(tables["observations"], countries)
    problems += check_snapshots(tables)
    problems += check_claims(tables)
    return problems


def check_for_doubles(rows: Iterable[Row], column: str) -> list[Problem]:
    """The same name twice."""
    first: dict[str, int] = {}
    problems = []
    for row in rows:
        name = row.text(column)
        if name in first:
            problems.append(
                row.problem(
                    "the name stands twice",
                    column,
                    got=f"{name!r}, first on line {first[name]}",
                    advice="Rename or remove one of the rows.",
                )
            )
        first.setdefault(name, row.line)
    return problems


def check_for_double_keys(rows: Iterable[Row]) -> list[Problem]:
    """The same thing said twice, in tables whose rows have no name."""
    first: dict[Key, Row] = {}
    problems = []
    for row in rows:
        before = first.setdefault(key_of(row), row)
        if before is not row:
            columns = key_columns(row.table, row.values)
            problems.append(
                row.problem(
                    "the row stands twice",
                    columns[0],
                    expected=f"one row for each {', '.join(columns)}",
                    got=f"the same as line {before.line}",
                    advice="Remove one of them.",
                )
            )
    return problems


def check_for_unknown(
    rows: Iterable[Row], column: str, known: Container[str], expected: str
) -> list[Problem]:
    """References to rows that are not there."""
    return [
        row.problem(
            LEADS_NOWHERE,
            column,
            expected=expected,
            got=repr(row.text(column)),
            advice=CORRECT_NAME,
        )
        for row in rows
        if row.text(column) not in known
    ]


def check_for_unknown_sources(rows: Iterable[Row], known: Container[str]) -> list[Problem]:
    """Cited publications that sources.csv does not list; a row without any source is one too."""
    return [
        row.problem(
            UNLISTED_SOURCE.what,
            "sources",
            expected=UNLISTED_SOURCE.expected,
            got=repr(source),
            advice=UNLISTED_SOURCE.advice,
        )
        for row in rows
        for source in row.names("sources")
        if source not in known
    ]


def check_for_wrong_ranges(rows: Iterable[Row], columns: tuple[str, str, str]) -> list[Problem]:
    """Low above base, or base above high."""
    problems = []
    for row in rows:
        given = [(c, row.optional(c)) for c in columns]
        values = [(c, v) for c, v in given if v is not None]
        for (lower, a), (upper, b) in pairwise(values):
            if a > b:
                problems.append(
                    row.problem(
                        f"{lower} lies above {upper}",
                        lower,
                        expected=f"at most {b:g}",
                        got=f"{a:g}",
                        advice="Swap or correct the figures.",
                    )
                )
    return problems


def check_for_negative(tables: Tables) -> list[Problem]:
    """Tonnes, units and capacities below zero."""
    columns = (
        ("sites", "capacity"),
        ("sites", "output"),
        ("demand", "units"),
        ("outputs", "tonnes"),
        ("needs", "tonnes"),
        ("blocks", "tonnes"),
        ("demand_totals", "value"),
        ("market_rules", "weight"),
        ("trade", "kusd"),
        ("trade", "tonnes"),
        ("series", "value"),
    )
    return [
        row.problem(
            NEGATIVE.what,
            column,
            expected=NEGATIVE.expected,
            got=f"{value:g}",
            advice=NEGATIVE.advice,
        )
        for table, column in columns
        for row in tables[table]
        if (value := row.optional(column)) is not None and value < 0
    ]


def check_for_links_to_totals(tables: Tables) -> list[Problem]:
    """Links from or to rows that contain others would count tonnes twice."""
    totals = {row.text("id") for row in tables["sites"] if row.text("role") == Role.AGGREGATE.value}
    return [
        row.problem(
            "the link names a total that contains other rows",
            column,
            got=row.text(column),
            advice="Link the plants instead.",
        )
        for row in tables["links"]
        for column in ("origin", "target")
        if row.text(column) in totals
    ]


def check_trade(rows: Iterable[Row]) -> list[Problem]:
    """Flows of a country to itself, codes that are not kept, and flows that stand twice."""
    problems = []
    first: dict[Key, int] = {}
    for row in rows:
        flow = key_of(row)
        if row.text("exporter") == row.text("importer"):
            advice = "Remove the row."
            problems.append(
                row.problem("the country trades with itself", "importer", advice=advice)
            )
        if row.text("hs6") not in GOODS:
            expected = f"one of {', '.join(sorted(GOODS))}"
            got, advice = repr(row.text("hs6")), "Remove the row."
            problems.append(
                row.problem(
                    "the code is not kept", "hs6", expected=expected, got=got, advice=advice
                )
            )
        if flow in first:
            got, advice = f"the same on line {first[flow]}", "Remove one of the rows."
            problems.append(row.problem("the flow stands twice", "hs6", got=got, advice=advice))
        first.setdefault(flow, row.line)
    return problems


def check_for_open_balance(network: Network) -> list[Problem]:
    """Sites where an element does not balance: what leaves is not what arrives times recovery."""
    sites, flows = list(network.sites.values()), Flows.of(network)
    rate = [network.recovery.get((flow.target, flow.material), 1.0) for flow in network.flows]
    recovered = replace(flows, content=flows.content * np.array(rate)[:, None])
    kept, left = recovered.arriving(len(sites)), flows.leaving(len(sites))
    inside = np.array([not site.role.is_boundary for site in sites], dtype=np.bool_)
    for ends in (flows.target, flows.origin):
        inside[np.bincount(ends, minlength=len(sites)) == 0] = False
    missed = abs(kept - left) > TOLERANCE * np.maximum(np.maximum(kept, left), TOLERANCE)
    found = np.argwhere(missed & inside[:, None])
    problems = [
        Problem(
            f"{ELEMENTS[e]} does not balance at {sites[i].name} ({sites[i].id})",
            expected=f"{kept[i, e]:,.6f} t a year out",
            got=f"{left[i, e]:,.6f} t",
            advice="Look at its outputs, needs and links, or at its flows and recovery.",
        )
        for i, e in found[:MOST_PROBLEMS]
    ]
    if more := len(found) - len(problems):
        problems.append(not_listed(more, kind="an element does not balance at a site"))
    return problems
