"""The tightest cuts: which capacity bounds what can reach an end use, with China and without it.

A cut is what `graph.bound` finds: the sites whose limits together bound the tonnes that can arrive.
It gives the end uses asked for all that the chain can bring, whoever else goes without; rows for
several end uses together (`EVERYBODY`, `ABROAD`) share what there is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from graph.bound import Bound, Running, Supply, most, running, supply_of, towards
from graph.errors import DataError, Problem, ScenarioError, UnknownName
from graph.indicators import CONTROLLED, LENSES, LOCATED
from graph.max_flow import minimum_cut
from graph.mixing import Array, Bools, Places
from graph.model import CHINA, ELEMENTS, MATERIALS, Role, Site, Stage
from graph.network import Network

EVERYBODY, ABROAD = "all", "outside_china"
"""Stand for all end uses together and for those outside China, each with no more than it needs."""
_NAMES = {EVERYBODY: "All end uses together", ABROAD: "All end uses outside China together"}
MATERIAL_STAGES = (Stage.MINE, Stage.SEPARATION, Stage.METAL, Stage.MAGNET)
"""Stages with limits: capacities of makers of components and of end uses are hardly published, and
what they do at the baseline would pass for the most they can."""
PART = 1e-9
"""Share of a cut below which a site has no part in it: rounding of the solver."""


@dataclass(frozen=True, slots=True)
class CutMember:
    """A site of a cut. `tonnes` a year is the part of the most that its capacity bounds, in what
    arrives at the end use (t oxide equivalent of the element); `share` (0..1) is its part of the
    cut. `in_china` says where it stands, `from_china` from where it is controlled."""

    site: str
    name: str
    country: str
    stage: Stage
    role: Role
    tonnes: float
    share: float
    in_china: bool
    from_china: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """The most of an element that can reach some end uses, and what bounds it.

    `what` is an element (or, by maximum flow, a material, then in t of it).
    `tonnes` and `need` are t oxide equivalent a year; `need` is what arrives at the baseline,
    `share` is tonnes / need, above 1 where more could arrive than is needed. The tonnes of the
    members, largest first, add up to `tonnes`. Where several cuts are equally tight this is one.
    """

    end_uses: tuple[str, ...]
    what: str
    tonnes: float
    need: float
    share: float
    members: tuple[CutMember, ...]


@dataclass(frozen=True, slots=True)
class WithoutChina:
    """The most of an element that can reach an end use, a sector, `EVERYBODY` or `ABROAD`, without
    China.

    `share` is that over the need, so 1 and above where China is not missed. `breaks_at` is None
    then; else the stage that holds most of the cut or, where nothing at all arrives, the first
    stage of the chain at which no site on the way to the end use can do its part.
    """

    end_use: str
    name: str
    country: str
    lens: str
    cut: Cut
    breaks_at: Stage | None

    @property
    def share(self) -> float:
        return self.cut.share


def tightest_cut(
    network: Network,
    end_uses: str | Sequence[str],
    element: str,
    *,
    stages: Collection[Stage] = MATERIAL_STAGES,
    without: Collection[str] = (),
    supply: Supply | None = None,
) -> Cut:
    """The cut between where material enters the chain and some end uses, taken as one.

    Only sites of `stages` have a limit, and where material enters always; a single stage tells how
    wide that one is. `without` names sites that are lost. `supply` saves making the arrays of the
    network again. Raises UnknownName for a site or an element, DataError where an end use takes
    none of the element or nothing bounds it.
    """
    supply = supply or supply_of(network)
    names = (end_uses,) if isinstance(end_uses, str) else tuple(end_uses)
    ends = _places(network, supply, names)
    place = _element(element)
    need = _need(supply, ends, place)
    if need <= 0:
        raise _nothing(names, element)
    lost = np.zeros(len(supply.sites), dtype=bool)
    lost[_places(network, supply, tuple(without))] = True
    bound = most(supply, ends, place, running(supply, lost).run, _of(supply, stages))
    return _cut(supply, names, element, need, bound)


def material_cut(
    network: Network,
    end_uses: str | Sequence[str],
    what: str,
    *,
    supply: Supply | None = None,
) -> Cut:
    """The cut by plain maximum flow (`graph.max_flow`), which knows neither losses nor recipes.

    `what` is an element, in t oxide equivalent a year, or a material, in t a year of it. Sites are
    limited by what they do of it at the baseline times their room. Where nothing is lost and
    nothing is mixed this is `tightest_cut`; figures are right to a kilogram a site. Raises
    UnknownName for a site, an element or a material, DataError where none of it arrives.
    """
    supply = supply or supply_of(network)
    names = (end_uses,) if isinstance(end_uses, str) else tuple(end_uses)
    ends = _places(network, supply, names)
    if what in ELEMENTS:
        tonnes = supply.flows.content[:, ELEMENTS.index(what)]
    elif what in MATERIALS:
        tonnes = np.array([f.tonnes if f.material == what else 0.0 for f in network.flows])
    else:
        raise UnknownName("element or material", what, (*ELEMENTS, *MATERIALS))
    count, held = len(supply.sites), tonnes > 0
    origin, target = supply.flows.origin[held], supply.flows.target[held]
    taken = np.bincount(target, tonnes[held], count)
    need = float(taken[np.unique(ends)].sum())
    if need <= 0:
        raise _nothing(names, what)
    through = np.where(taken > 0, taken, np.bincount(origin, tonnes[held], count))
    limit = through * supply.room
    found = minimum_cut(origin, target, limit, np.setdiff1d(origin, target), np.unique(ends))
    parts = np.zeros(count)
    parts[found.sites] = limit[found.sites] / need
    return _cut(supply, names, what, need, Bound(found.tonnes / need, parts))


def without_china(
    network: Network,
    lens: str = LOCATED,
    *,
    elements: Sequence[str] = ELEMENTS,
    end_uses: Collection[str] | None = None,
    supply: Supply | None = None,
) -> tuple[WithoutChina, ...]:
    """Every end use by itself, then `EVERYBODY` and `ABROAD`, for each element that flows into it;
    with `end_uses` only those of them, or sectors.

    Limits are those of `tightest_cut`. China is lost by where sites stand or, with the lens
    CONTROLLED, by who controls them (`of_china`); who is not known counts as not China, so that
    the result stays the most that could be. Rows of single end uses have all that is left, each to
    itself: they cannot be added up.
    Raises ScenarioError for an unknown lens, UnknownName for an element or an end use.
    """
    supply = supply or supply_of(network)
    lost = np.zeros(len(supply.sites), dtype=bool)
    lost[_places(network, supply, of_china(network, lens))] = True
    left = running(supply, lost)
    groups = groups_of(network, end_uses)
    rows: list[WithoutChina] = []
    for element in elements:
        place = _element(element)
        for asked, names in groups.items():
            ends = _places(network, supply, names)
            if _need(supply, ends, place) > 0:
                rows.append(_row(supply, asked, ends, element, left, lens))
    return tuple(rows)


def on_the_way(
    network: Network,
    end_uses: Sequence[str],
    element: str,
    *,
    without: Collection[str] = (),
    supply: Supply | None = None,
) -> tuple[int, ...]:
    """Places in `network.flows` of those that carry an element on to some end uses, by one way or
    another, and that still can `without` some sites. Raises UnknownName for a site or an element.
    """
    supply = supply or supply_of(network)
    ends = _places(network, supply, tuple(end_uses))
    lost = np.zeros(len(supply.sites), dtype=bool)
    lost[_places(network, supply, tuple(without))] = True
    carries = supply.flows.content[:, _element(element)] > 0
    found = towards(supply, ends, carries & running(supply, lost).run)
    return tuple(np.flatnonzero(found).tolist())


def of_china(network: Network, lens: str = LOCATED) -> tuple[str, ...]:
    """Sites that are lost with China, by where they stand or by who controls them; end uses are
    not. Raises ScenarioError for an unknown lens."""
    if lens not in LENSES:
        raise ScenarioError(f"unknown lens {lens!r}, expected one of {', '.join(LENSES)}")
    return tuple(
        site.id
        for site in network.sites.values()
        if site.stage is not Stage.END_USE
        and (site.controlling_country if lens == CONTROLLED else site.country) == CHINA
    )


def groups_of(network: Network, asked: Collection[str] | None = None) -> dict[str, tuple[str, ...]]:
    """The end uses behind each name: every end use by itself, then `EVERYBODY` and `ABROAD`; with
    `asked` only those, which can be sectors too. Raises UnknownName for what is no end use."""
    sites = network.sites.values()
    ends = [site for site in sites if site.is_end_use]
    groups: dict[str, tuple[str, ...]] = {site.id: (site.id,) for site in ends}
    groups[EVERYBODY] = tuple(site.id for site in ends)
    groups[ABROAD] = tuple(site.id for site in ends if site.country != CHINA)
    if asked is None:
        return groups
    for sector in sorted({site.sector for site in ends if site.sector}):
        groups.setdefault(sector, tuple(site.id for site in ends if site.sector == sector))
    for name in asked:
        if name not in groups:
            raise UnknownName("end use", name, groups)
    return {name: ends for name, ends in groups.items() if name in asked}


def _row(
    supply: Supply, asked: str, ends: Places, element: str, left: Running, lens: str
) -> WithoutChina:
    names = tuple(supply.sites[end].id for end in ends.tolist())
    place, together = ELEMENTS.index(element), names != (asked,)
    limited = _of(supply, MATERIAL_STAGES)
    bound = most(supply, ends, place, left.run, limited, at_most_need=together)
    site = supply.sites[int(ends[0])]
    return WithoutChina(
        end_use=asked,
        name=_NAMES.get(asked, f"All of {asked} together") if together else site.name,
        country="" if together else site.country,
        lens=lens,
        cut=_cut(supply, names, element, _need(supply, ends, place), bound),
        breaks_at=_breaks_at(supply, ends, place, left, bound),
    )


def _breaks_at(
    supply: Supply, asked: Places, element: int, left: Running, bound: Bound
) -> Stage | None:
    if bound.share >= 1 - PART:
        return None
    parts = bound.parts.copy()
    parts[asked] = 0.0
    if parts.any():
        return list(Stage)[int(np.bincount(supply.stage, parts).argmax())]
    on_the_way = towards(supply, asked, supply.flows.content[:, element] > 0)
    of_stage = supply.stage[supply.flows.origin]
    needed = set(of_stage[on_the_way].tolist())
    able = set(of_stage[on_the_way & left.able].tolist())
    return list(Stage)[min(needed - able, default=Stage.END_USE.order)]


def _cut(supply: Supply, names: tuple[str, ...], what: str, need: float, bound: Bound) -> Cut:
    total = float(bound.parts.sum())
    places = np.flatnonzero(bound.parts > PART * total)
    places = places[np.argsort(-bound.parts[places], kind="stable")]
    return Cut(
        end_uses=names,
        what=what,
        tonnes=bound.share * need,
        need=need,
        share=bound.share,
        members=tuple(
            _member(supply.sites[i], part * need, part / total)
            for i, part in zip(places.tolist(), bound.parts[places].tolist(), strict=True)
        ),
    )


def _member(site: Site, tonnes: float, share: float) -> CutMember:
    return CutMember(
        site=site.id,
        name=site.name,
        country=site.country,
        stage=site.stage,
        role=site.role,
        tonnes=tonnes,
        share=share,
        in_china=site.country == CHINA,
        from_china=site.controlling_country == CHINA,
    )


def _of(supply: Supply, stages: Collection[Stage]) -> Bools:
    return np.isin(supply.stage, [stage.order for stage in stages])


def _need(supply: Supply, ends: Places, element: int) -> float:
    content: Array = supply.flows.content[:, element]
    return float(content[np.isin(supply.flows.target, ends)].sum())


def _nothing(names: tuple[str, ...], what: str) -> DataError:
    expected = "an end use that it flows into"
    return DataError([Problem(f"no {what} arrives at {', '.join(names)}", expected=expected)])


def _element(element: str) -> int:
    if element not in ELEMENTS:
        raise UnknownName("element", element, ELEMENTS)
    return ELEMENTS.index(element)


def _places(network: Network, supply: Supply, names: tuple[str, ...]) -> Places:
    return np.array([supply.place[network.site(id).id] for id in names], dtype=np.intp)
