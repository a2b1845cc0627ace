"""Checks of a data folder: references, ranges, balance; every problem names file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graph.errors import MOST, Problem, and_more
from graph.indicators import ImbalanceRow, ShareRow, china_share
from graph.model import CHINA, ELEMENTS, Role, Stage
from graph.network import Network
from loaders.clearing import BlockMiss
from loaders.goods import GOODS
from loaders.tables import Row, Tables

TOLERANCE = 1e-6
"""Largest relative miss of a site's mass balance."""
AGREEMENT = 0.03
"""Computed and published shares agree within this, in shares (3 percentage points)."""
IDS = ("sources", "sites", "demand", "assumptions", "compositions", "shares", "stakes", "events")
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
)
RANGES = (
    ("assumptions", ("low", "base", "high")),
    ("demand", ("kg_low", "kg_base", "kg_high")),
    ("outputs", ("low", "tonnes", "high")),
    ("needs", ("low", "tonnes", "high")),
    ("demand_totals", ("low", "value", "high")),
    ("shares", ("share_low", "share", "share_high")),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A computed share of China beside the published ones."""

    stage: Stage
    material: str
    computed: float
    published: float
    low: float | None
    high: float | None
    published_used_as_input: bool
    without_input: float | None
    """what an independent table gives, where the published figure went in"""
    sources: tuple[str, ...]
    others: tuple[tuple[float, int, tuple[str, ...], str], ...]
    """other published claims: share, year, sources, note"""

    @property
    def difference(self) -> float:
        """Computed less published; 0 inside a published range."""
        low = self.published if self.low is None else self.low
        high = self.published if self.high is None else self.high
        if self.computed < low:
            return self.computed - low
        return max(0.0, self.computed - high)

    @property
    def agrees(self) -> bool:
        return abs(self.difference) <= AGREEMENT


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything `magnetrace check` says."""

    problems: tuple[Problem, ...]
    shares: tuple[ShareRow, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    imbalances: tuple[ImbalanceRow, ...] = ()
    missed: tuple[BlockMiss, ...] = ()
    """fixed trade that the other figures do not let the balance reach within 1%"""
    ready_made: tuple[int, int] | None = None
    """sites and flows of a network whose flows were given and not balanced"""


def check_tables(tables: Tables) -> list[Problem]:
    """All problems between rows and tables."""
    problems: list[Problem] = []
    for table in IDS:
        problems += check_for_doubles(tables[table], "id")
    problems += check_for_doubles(tables["countries"], "iso3")
    known = {row.text("id") for row in tables["sources"]}
    for table in tables:
        if any("sources" in row.values for row in tables[table][:1]):
            problems += check_for_unknown_sources(tables[table], known)
    sites = {row.text("id") for row in tables["sites"]}
    for table, column in SITE_COLUMNS:
        problems += check_for_unknown(tables[table], column, sites, "a site of sites.csv")
    countries = {row.text("iso3") for row in tables["countries"]}
    for table, column in COUNTRY_COLUMNS:
        problems += check_for_unknown(
            tables[table], column, countries, "a country of countries.csv"
        )
    ores = {row.text("id") for row in tables["compositions"]}
    problems += check_for_unknown(
        [row for row in tables["sites"] if row.text("composition")],
        "composition",
        ores,
        "a row of compositions.csv",
    )
    for table, columns in RANGES:
        problems += check_for_wrong_ranges(tables[table], columns)
    problems += check_for_negative(tables)
    problems += check_for_links_to_totals(tables)
    problems += check_trade(tables["trade"])
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


def check_for_unknown(
    rows: Iterable[Row], column: str, known: set[str], expected: str
) -> list[Problem]:
    """References to rows that are not there."""
    return [
        row.problem(
            "the reference leads nowhere",
            column,
            expected=expected,
            got=repr(row.text(column)),
            advice="Correct the name or add the row.",
        )
        for row in rows
        if row.text(column) not in known
    ]


def check_for_unknown_sources(rows: Iterable[Row], known: set[str]) -> list[Problem]:
    """Cited publications that sources.csv does not list; a row without any source is one too."""
    return [
        row.problem(
            "the source is not listed",
            "sources",
            expected="a row of sources.csv",
            got=repr(source),
            advice="Add the publication to sources.csv.",
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
    )
    return [
        row.problem(
            "the figure is negative",
            column,
            expected="at least 0",
            got=f"{value:g}",
            advice="Correct the figure.",
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


def flow_of(row: Row) -> tuple[str, ...]:
    """What names a row of trade.csv: year, exporter, importer, code and the first source."""
    pair = (row.text(column) for column in ("year", "exporter", "importer", "hs6"))
    return (*pair, *row.names("sources")[:1])


def check_trade(rows: Iterable[Row]) -> list[Problem]:
    """Flows of a country to itself, codes that are not kept, and flows that stand twice."""
    problems = []
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        flow = flow_of(row)
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
    """Sites where an element does not balance: what leaves is not what arrives times recovery.

    The first MOST one by one, then how many more there are.
    """
    sites, flows = list(network.sites.values()), network.flows
    place = {site.id: i for i, site in enumerate(sites)}
    origin = np.array([place[flow.origin] for flow in flows], dtype=np.intp)
    target = np.array([place[flow.target] for flow in flows], dtype=np.intp)
    content = np.array([flow.content for flow in flows], dtype=float).reshape(-1, len(ELEMENTS))
    rate = [network.recovery.get((flow.target, flow.material), 1.0) for flow in flows]
    kept, left = np.zeros((2, len(sites), len(ELEMENTS)))
    np.add.at(kept, target, content * np.array(rate)[:, None])
    np.add.at(left, origin, content)
    inside = np.array([not site.role.is_boundary for site in sites], dtype=np.bool_)
    inside[np.bincount(target, minlength=len(sites)) == 0] = False
    inside[np.bincount(origin, minlength=len(sites)) == 0] = False
    missed = abs(kept - left) > TOLERANCE * np.maximum(np.maximum(kept, left), TOLERANCE)
    found = np.argwhere(missed & inside[:, None])
    problems = [
        Problem(
            f"{ELEMENTS[e]} does not balance at {sites[i].name} ({sites[i].id})",
            expected=f"{kept[i, e]:,.6f} t a year out",
            got=f"{left[i, e]:,.6f} t",
            advice="Look at its outputs, needs and links, or at its flows and recovery.",
        )
        for i, e in found[:MOST]
    ]
    if more := len(found) - len(problems):
        problems.append(and_more("an element does not balance at a site", more))
    return problems


def compare_shares(shares: Iterable[ShareRow], tables: Tables) -> tuple[Comparison, ...]:
    """China's computed shares beside the published ones, the claim in use first."""
    computed = tuple(shares)
    claims: dict[tuple[str, str], list[Row]] = {}
    for row in tables["shares"]:
        if row.text("country") == CHINA and row.text("measure") == "output":
            claims.setdefault((row.text("stage"), row.text("material")), []).append(row)
    found = []
    for (stage, material), rows in claims.items():
        used = [row for row in rows if row.text("used") == "yes"]
        mine = china_share(computed, Stage(stage), material)
        if not used or mine is None:
            continue
        claim, rest = used[0], [row for row in rows if row is not used[0]]
        found.append(
            Comparison(
                stage=Stage(stage),
                material=material,
                computed=mine.share,
                published=claim.number("share"),
                low=claim.optional("share_low"),
                high=claim.optional("share_high"),
                published_used_as_input=mine.published_used_as_input,
                without_input=_independent(rest) if mine.published_used_as_input else None,
                sources=claim.names("sources"),
                others=tuple(
                    (
                        row.number("share"),
                        int(row.number("year")),
                        row.names("sources"),
                        row.text("note"),
                    )
                    for row in rest
                ),
            )
        )
    return tuple(found)


def _independent(rows: Iterable[Row]) -> float | None:
    """The newest published share that rests on another table than the one that went in."""
    others = [row for row in rows if not any(s.startswith("usgs") for s in row.names("sources"))]
    newest = max(others, key=lambda row: row.number("year"), default=None)
    return None if newest is None else newest.number("share")


def published_rows(tables: Tables) -> tuple[ShareRow, ...]:
    """The published claims as share rows."""
    return tuple(
        ShareRow(
            stage=Stage(row.text("stage")),
            material=row.text("material"),
            country=row.text("country"),
            measure=row.text("measure"),
            basis="published",
            share=row.number("share"),
            tonnes=None,
            year=int(row.number("year")),
            published_used_as_input=row.text("used") == "yes"
            and (row.text("stage"), row.text("material")) == ("mine", "REO"),
            coverage=None,
            sources=row.names("sources"),
            note=row.text("note"),
        )
        for row in tables["shares"]
    )
