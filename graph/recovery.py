"""How long until what is lost has been made up for: time to recover (TTR), in days.

After Simchi-Levi et al. ("Identifying risks and mitigating disruptions in the automotive supply
chain", Interfaces 45(5), 2015), who ask firms for it. Nobody has asked here, so that it is the
longest road: plants count as built anew from the first spade on, and what came along a corridor as
bought from somebody else once the buyer has qualified him. Every figure is one of
`assumptions.csv`; where the table has none, none is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.contingency import Case
from graph.draws import Range
from graph.model import Role, Site, Stage
from graph.network import Network
from graph.parameters import ASSUMPTIONS, QUALIFIED

MINE, METAL = ("BLD08",), ("BLD07",)
MAGNET, LARGE_MAGNET = ("BLD01", "BLD02"), ("BLD03", "BLD02")
LIGHT, HEAVY_LINE = ("BLD04", "BLD06"), ("BLD05", "BLD06")
"""Rows whose times follow each other: building, then ramping up where there is a row for it."""
LARGE_MAGNET_T = 7_000.0
"""Tonnes of magnets a year from which a plant counts as large: the lower end of row BLD03."""
HEAVY_OXIDES = frozenset({"dy_oxide", "tb_oxide", "sm_oxide"})
BY_SECTOR = {"defence": ("QLF03",), "wind": ("QLF04",)}
"""Makers of components whose magnets take longer to qualify than the row of cars says."""
RECOVERY_ROWS = frozenset(
    {
        *(row for rows in (MINE, METAL, MAGNET, LARGE_MAGNET, LIGHT, HEAVY_LINE) for row in rows),
        *(row for rows in BY_SECTOR.values() for row in rows),
        *(ASSUMPTIONS[field][0] for field in QUALIFIED.values()),
    }
)
"""Everything that is read from `assumptions.csv`."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Time to recover of a case: the longest of what its members need.

    `rows` are those of `assumptions.csv` that `days` adds up. `missing` says what has no row:
    where `days` is given all the same, recovery takes at least that long; else nobody knows.
    """

    days: Range | None
    rows: tuple[str, ...]
    missing: str = ""

    def gap(self, survived: float | None) -> Range | None:
        """Time to recover less the days survived: above 0, goods are missed before it is over."""
        if self.days is None or survived is None:
            return None
        days = self.days
        return Range(days.low - survived, days.base - survived, days.high - survived)


Need = tuple[str, tuple[str, ...]]
"""What has to be done, and the rows that say how long it takes; none where nothing says so."""


def recoveries(
    network: Network, cases: Iterable[Case], times: Mapping[str, Range]
) -> dict[Case, Recovery]:
    """Time to recover of each case; `times` holds days by row of `assumptions.csv`."""
    buyers = {flow.key: network.sites[flow.target] for flow in network.flows}
    found = {}
    for case in cases:
        needs = {_rebuilt(network, network.sites[id]) for id in case.sites}
        needs |= {_qualified(buyers[key]) for key in case.flows if key in buyers}
        found[case] = _longest(needs, times)
    return found


def _longest(needs: Iterable[Need], times: Mapping[str, Range]) -> Recovery:
    known, missing = [], set()
    for what, rows in needs:
        if rows and all(row in times for row in rows):
            known.append((_sum([times[row] for row in rows]), rows))
        else:
            missing.add(what)
    said = f"no row of assumptions.csv for {', '.join(sorted(missing))}" if missing else ""
    if not known:
        return Recovery(None, (), said)
    days, rows = max(known, key=lambda each: (each[0].base, each[0].high, each[1]))
    return Recovery(days, rows, said)


def _sum(spans: Iterable[Range]) -> Range:
    """All of them short, as in the base, or long together."""
    spans = list(spans)
    return Range(*(sum(getattr(span, end) for span in spans) for end in ("low", "base", "high")))


def _rebuilt(network: Network, site: Site) -> Need:
    """Building a plant like this one."""
    made = {flow.material for flow in network.outputs(site.id)}
    rows: tuple[str, ...] = ()
    what = f"a plant at the stage {site.stage.label}"
    match site.stage:
        case _ if site.role in (Role.RECYCLER, Role.INTERMEDIATE):
            what = f"a site of the role {site.role.value}"
        case Stage.MINE:
            rows = MINE
        case Stage.SEPARATION:
            rows = HEAVY_LINE if made and made <= HEAVY_OXIDES else LIGHT
        case Stage.METAL:
            rows = METAL
        case Stage.MAGNET:
            tonnes = sum(
                flow.tonnes for flow in network.outputs(site.id) if flow.material != "swarf"
            )
            large = tonnes >= LARGE_MAGNET_T and site.role is Role.PLANT
            rows = LARGE_MAGNET if large else MAGNET
    return what, rows


def _qualified(buyer: Site) -> Need:
    """Moving a buyer's orders to another supplier, as in the weekly model.

    That model gives all makers of components the time of cars; here wind and defence have theirs.
    """
    if buyer.stage is Stage.COMPONENT and buyer.sector in BY_SECTOR:
        return f"a buyer in {buyer.sector}", BY_SECTOR[buyer.sector]
    field = QUALIFIED.get(buyer.stage)
    return f"a buyer at the stage {buyer.stage.label}", (ASSUMPTIONS[field][0],) if field else ()
