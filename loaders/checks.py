"""Checks of a data folder: references, ranges, balance; every problem names file and line."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import pairwise

from graph.errors import Problem
from graph.indicators import ImbalanceRow, ShareRow, china_share
from graph.model import CHINA, ELEMENTS, Role, Stage
from graph.network import Network
from loaders.check_chain import check_compositions, check_for_loops, check_for_upstream_links
from loaders.clearing import BlockMiss
from loaders.goods import GOODS
from loaders.overlay import NATURAL_KEYS, Key, key_columns, key_of
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
    sites: int = 0
    flows: int = 0


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
            problems += check_for_unknown(
                tables[table], column, countries, "a country of countries.csv"
            )
    if (ores := tables.names("compositions")) is not None:
        described = [row for row in tables["sites"] if row.text("composition")]
        problems += check_for_unknown(described, "composition", ores, "a row of compositions.csv")
    for table, columns in RANGES:
        problems += check_for_wrong_ranges(tables[table], columns)
    problems += check_for_negative(tables)
    problems += check_for_links_to_totals(tables)
    problems += check_for_upstream_links(tables)
    problems += check_for_loops(tables)
    problems += check_compositions(tables["compositions"])
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
            "the reference leads nowhere",
            column,
            expected=expected,
            got=repr(row.text(column)),
            advice="Correct the name or add the row.",
        )
        for row in rows
        if row.text(column) not in known
    ]


def check_for_unknown_sources(rows: Iterable[Row], known: Container[str]) -> list[Problem]:
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
    problems = []
    for site in network.sites.values():
        inputs, outputs = network.inputs(site.id), network.outputs(site.id)
        if site.role.is_boundary or not inputs or not outputs:
            continue
        for e, element in enumerate(ELEMENTS):
            kept = sum(
                f.content[e] * network.recovery.get((site.id, f.material), 1.0) for f in inputs
            )
            left = sum(f.content[e] for f in outputs)
            if abs(kept - left) > TOLERANCE * max(kept, left, TOLERANCE):
                problems.append(
                    Problem(
                        f"{element} does not balance at {site.name} ({site.id})",
                        expected=f"{kept:,.6f} t a year out",
                        got=f"{left:,.6f} t",
                        advice="Look at its outputs, needs and links.",
                    )
                )
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
