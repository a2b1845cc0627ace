"""Where end uses are assembled: one site per maker and country.

A maker's world output is not made at its headquarters. Rows of `demand.csv` that name a country
stand there; those of a larger region are parted by `assembly.csv`. The country with most units
keeps the name of the maker's row in `sites.csv`, every other one gets a site of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.errors import Problem
from graph.model import UNKNOWN_COUNTRY, Confidence, Site, weakest
from loaders.tables import Row, Tables

EUROPE = "EU"
EUROPE_NOT_SPLIT = "EUU"
IN_EUROPE = ("EUR", "EU27")
SPREAD = ("WLD", "ROW", "NAM")
"""Regions of `demand.csv` that no single country stands for."""
ANNUAL_ROLES = ("named", "part", "total")
"""Which rows of demand.csv describe an end use, best first; memo and plan rows never do."""


@dataclass(frozen=True, slots=True)
class Part:
    """The units a year of a row of `demand.csv` that one country assembles."""

    row: Row
    country: str
    units: float
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Sites with an end use in every country that assembles it; `home` leads from each of the
    new ones to the row of `sites.csv` it is a part of."""

    sites: Mapping[str, Site]
    parts: Mapping[str, tuple[Part, ...]]
    home: Mapping[str, str]


def place(
    tables: Tables, sites: Mapping[str, Site], growth: Mapping[str, float] | None = None
) -> Places:
    """Part the counted end uses of `sites` by the country of assembly.

    `growth` multiplies the units of a sector, where the snapshot is not of their year.
    """
    regions = {row.text("iso3"): row.text("region") for row in tables["countries"]}
    shares: dict[str, list[Row]] = defaultdict(list)
    for row in tables["assembly"]:
        shares[row.text("demand")].append(row)
    placed, parts, home = dict(sites), dict[str, tuple[Part, ...]](), dict[str, str]()
    names = {row.text("iso3"): row.text("name") for row in tables["countries"]}
    names[UNKNOWN_COUNTRY] = "elsewhere"
    for use, rows in counted_rows(tables).items():
        if use not in sites:
            continue
        by_country: dict[str, list[Part]] = defaultdict(list)
        for row in rows:
            scale = (growth or {}).get(row.text("sector"), 1.0)
            for part in _parts(row, sites[use], shares[row.text("id")], regions, scale):
                by_country[part.country].append(part)
        main = max(by_country, key=lambda country: sum(p.units for p in by_country[country]))
        for country, found in by_country.items():
            id = use if country == main else f"{use}_{country.lower()}"
            parts[id] = tuple(found)
            if id != use:
                home[id] = use
            if id != use or country != sites[use].country:
                placed[id] = _moved(sites[use], id, country, names[country], found)
    return Places(placed, parts, home)


def counted_rows(tables: Tables) -> dict[str, list[Row]]:
    """Rows that describe each end use: the makers' own, else its parts, else the newest total."""
    by_use: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in tables["demand"]:
        if row.optional("units") is not None and row.optional("kg_base") is not None:
            by_use[row.text("end_use")][row.text("role")].append(row)
    chosen = {}
    for use, by_role in by_use.items():
        role = next((role for role in ANNUAL_ROLES if by_role.get(role)), None)
        if role is not None:
            rows = by_role[role]
            newest = max(row.number("year") for row in rows)
            chosen[use] = (
                [row for row in rows if row.number("year") == newest] if role == "total" else rows
            )
    return chosen


def _parts(
    row: Row, site: Site, shares: Iterable[Row], regions: Mapping[str, str], scale: float
) -> Iterable[Part]:
    units, known = scale * row.number("units"), Confidence(row.text("confidence"))
    split = tuple(shares)
    if not split:
        yield Part(row, _country(row.text("region"), site, regions), units, known, ())
    for share in split:
        confidence = weakest((known, Confidence(share.text("confidence"))))
        placed = units * share.number("share")
        yield Part(row, share.text("country"), placed, confidence, share.names("sources"))


def _country(region: str, site: Site, regions: Mapping[str, str]) -> str:
    """The country that stands for a region of `demand.csv`."""
    if region in IN_EUROPE:
        return site.country if regions[site.country] == EUROPE else EUROPE_NOT_SPLIT
    return region if region in regions else site.country


def _moved(site: Site, id: str, country: str, name: str, parts: Iterable[Part]) -> Site:
    """The maker's site as it stands in another country than its row says."""
    found = tuple(parts)
    sources = (
        *site.sources,
        *(s for part in found for s in (*part.row.names("sources"), *part.sources)),
    )
    return replace(
        site,
        id=id,
        name=f"{site.name}, {name}",
        country=country,
        lat=None,
        lon=None,
        capacity=None,
        output=None,
        output_year=None,
        confidence=weakest(part.confidence for part in found),
        sources=tuple(dict.fromkeys(sources)),
        note=f"Part of {site.name} that is assembled here.",
    )


def check_assembly(tables: Tables) -> list[Problem]:
    """Shares that do not add up to 1, and makers' world output that no country is given."""
    problems: list[Problem] = []
    total: dict[str, float] = defaultdict(float)
    last: dict[str, Row] = {}
    for row in tables["assembly"]:
        total[row.text("demand")] += row.number("share")
        last[row.text("demand")] = row
    for demand, share in total.items():
        if abs(share - 1.0) > 1e-6:
            problems.append(
                last[demand].problem(
                    f"the shares of {demand} do not add up",
                    "share",
                    expected="1 over all its rows",
                    got=f"{share:g}",
                    advice="Correct the shares.",
                )
            )
    sites = tables.names("sites") or frozenset()
    for use, rows in counted_rows(tables).items():
        problems += [
            row.problem(
                "nothing says where these units are assembled",
                "region",
                expected="a country, or rows of assembly.csv",
                got=repr(row.text("region")),
                advice="Add rows to assembly.csv, marked assumed where nothing is published.",
            )
            for row in rows
            if use in sites
            and row.text("role") != "total"
            and row.text("region") in SPREAD
            and row.text("id") not in total
        ]
    return problems
