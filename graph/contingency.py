"""What is lost when one thing is lost: sites, firms, countries and corridors, one after the other.

Each case stops its members from the first week on and plays the weekly model (N-1 analysis, as of
power grids). Time to survive, after Simchi-Levi et al. (2015), is the longest outage that nobody
notices. The model moves in steps of a week, so that times are right to within a week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.columns import columns_of
from graph.compile import plan_of
from graph.errors import ScenarioError
from graph.limits import Ceiling, Gate, Limits
from graph.losses import TOLERANCE
from graph.model import MATERIALS, UNKNOWN_COUNTRY, Flow, Role, Site, Stage
from graph.network import Network
from graph.parallel import never, on_threads
from graph.parameters import SpreadParameters
from graph.plan import Bools, Floats, Ints, Plan
from graph.trajectory import Trajectory
from graph.weekly import run
from graph.who import top_owner

SITE, FIRM, COUNTRY, CORRIDOR = KINDS = ("site", "firm", "country", "corridor")
NAMED = (Role.PLANT, Role.RECYCLER, Role.INTERMEDIATE)
"""Roles of rows that stand for one plant each."""
COMPONENTS = "components"
GOODS = {COMPONENTS: "Motors and components"} | {id: m.name for id, m in MATERIALS.items()}
LOST = "lost"

Members = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """Something that can be lost: some sites, or for a corridor some flows (by key).

    `stage` is that of its members where all have the same. A corridor is one good that goes from
    one country to another.
    """

    kind: str
    id: str
    name: str
    country: str
    stage: Stage | None
    sites: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()

    @property
    def members(self) -> Members:
        """Cases with the same members lose the same."""
        return self.sites, self.flows


def cases_of(network: Network, kinds: Sequence[str] = KINDS) -> tuple[Case, ...]:
    """Every case of the kinds, in order of kind and id.

    A site is a named plant; a firm all named plants of one owner (`graph.who.top_owner`); a country
    all that stands in it from mines to motors, named or not. End uses are never lost: they are what
    losses are counted in. Raises ScenarioError for another kind.
    """
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise ScenarioError(f"unknown kind {unknown[0]!r}, expected one of {', '.join(KINDS)}")
    found: list[Case] = []
    can_stop = [
        site
        for site in network.sites.values()
        if site.stage is not Stage.END_USE and not site.role.is_boundary
        if network.outputs(site.id)
    ]
    named = [site for site in can_stop if site.role in NAMED]
    if SITE in kinds:
        found += [_case(SITE, site.id, site.name, [site]) for site in named]
    if FIRM in kinds:
        found += _groups(FIRM, named, top_owner)
    if COUNTRY in kinds:
        found += _groups(COUNTRY, can_stop, lambda site: site.country)
    if CORRIDOR in kinds:
        found += _corridors(network)
    return tuple(sorted(found, key=lambda case: (KINDS.index(case.kind), case.id)))


def _groups(kind: str, sites: Iterable[Site], name: Callable[[Site], str]) -> list[Case]:
    by_name: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        if name(site) not in ("", UNKNOWN_COUNTRY):
            by_name[name(site)].append(site)
    return [_case(kind, found, found, members) for found, members in by_name.items()]


def _case(kind: str, id: str, name: str, sites: Sequence[Site]) -> Case:
    countries, stages = ({site.country for site in sites}, {site.stage for site in sites})
    return Case(
        kind=kind,
        id=id,
        name=name,
        country=countries.pop() if len(countries) == 1 else "",
        stage=stages.pop() if len(stages) == 1 else None,
        sites=frozenset(site.id for site in sites),
    )


def _corridors(network: Network) -> list[Case]:
    flows: dict[tuple[str, str, str], list[Flow]] = defaultdict(list)
    for flow in network.flows:
        origin, target = network.sites[flow.origin], network.sites[flow.target]
        inside = not (origin.role.is_boundary or target.role.is_boundary)
        places = {origin.country, target.country}
        if inside and len(places) == 2 and UNKNOWN_COUNTRY not in places:
            good = COMPONENTS if origin.stage is Stage.COMPONENT else flow.material
            flows[origin.country, target.country, good].append(flow)
    found = []
    for (seller, buyer, good), members in flows.items():
        stages = {network.sites[flow.origin].stage for flow in members}
        found.append(
            Case(
                kind=CORRIDOR,
                id=f"{seller}>{buyer}:{good}",
                name=f"{GOODS[good]} from {seller} to {buyer}",
                country=seller,
                stage=stages.pop() if len(stages) == 1 else None,
                flows=frozenset(flow.key for flow in members),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Bench:
    """A network made ready to lose one thing after the other under some assumptions."""

    plan: Plan
    parameters: SpreadParameters
    weeks: int = 52

    @property
    def end_uses(self) -> tuple[Site, ...]:
        """The end uses proper, in the order of all results."""
        return self.plan.end_uses

    def play(self, cases: Iterable[Case], length: int | None = None) -> Trajectory:
        """What follows where some cases happen at once, for `length` weeks (None: to the end)."""
        limits = _limits(self.plan, tuple(cases), self.weeks, length)
        return run(self.plan, limits, self.weeks, self.parameters, in_full=False)


def bench_of(
    network: Network, parameters: SpreadParameters | None = None, weeks: int = 52
) -> Bench:
    """Raises ScenarioError for less than a week, or as `graph.columns.columns_of` does."""
    if weeks < 1:
        raise ScenarioError(f"a run needs at least one week, got {weeks}")
    parameters = parameters or SpreadParameters()
    return Bench(plan_of(columns_of(network), parameters), parameters, weeks)


def _limits(plan: Plan, cases: Sequence[Case], weeks: int, length: int | None) -> Limits:
    """Nothing comes out of the sites and along the flows while the outage lasts."""
    end = weeks if length is None else min(length, weeks)
    sites = frozenset().union(*(case.sites for case in cases))
    flows = frozenset().union(*(case.flows for case in cases))
    activity = np.full(weeks, np.inf)
    activity[:end] = 0.0
    struck = np.array([site.id in sites for site in plan.sites], dtype=bool)
    lines = np.flatnonzero(struck[plan.line_site])
    cut = np.array([flow.key in flows for flow in plan.flows], dtype=bool)
    lanes = np.flatnonzero(cut[plan.lane_flow])
    opened = np.ones((weeks, len(lanes)))
    opened[:end] = 0.0
    return Limits(
        gates=(Gate(LOST, lanes, opened),) if len(lanes) else (),
        ceilings=(Ceiling(LOST, lines, activity),) if len(lines) else (),
        export_caps=(),
        output_caps=(),
        releases=(),
    )


@dataclass(frozen=True, slots=True)
class Loss:
    """What one case costs, by end use in the order of `Bench.end_uses`.

    `missed` is lost goods in weeks of the baseline, what is made up again left out; `first` the
    first week in which less than 99.5% is made, -1 where there is none.
    """

    missed: Floats
    first: Ints


def loss_of(bench: Bench, cases: Iterable[Case]) -> Loss:
    """The loss where some cases happen at once and last."""
    played = bench.play(cases)
    final = bench.plan.line_final
    short = played.made[:, final] < 1.0 - TOLERANCE
    return Loss(
        missed=np.maximum(0.0, played.unmade[-1, final]),
        first=np.where(short.any(axis=0), short.argmax(axis=0), -1),
    )


def losses_of(
    bench: Bench,
    events: Sequence[tuple[Case, ...]],
    *,
    threads: int = 2,
    progress: Callable[[int, int], None] = lambda *_: None,
    is_cancelled: Callable[[], bool] = never,
) -> dict[tuple[Case, ...], Loss]:
    """The loss of each event, a set of cases that happen at once; those of equal members run once.

    `progress` is told (done, of). When cancelled, what is finished is returned.
    """
    same: dict[frozenset[Members], list[tuple[Case, ...]]] = defaultdict(list)
    for event in events:
        same[frozenset(case.members for case in event)].append(event)
    found: dict[tuple[Case, ...], Loss] = {}

    def lose(event: tuple[Case, ...]) -> tuple[tuple[Case, ...], Loss]:
        return event, loss_of(bench, event)

    firsts = [alike[0] for alike in same.values()]
    for done, (event, loss) in enumerate(on_threads(lose, firsts, threads, is_cancelled), 1):
        for alike in same[frozenset(case.members for case in event)]:
            found[alike] = loss
        progress(done, len(firsts))
    return found


def weeks_survived(bench: Bench, case: Case, uses: Bools | None = None) -> int:
    """Time to survive: the longest outage, in weeks, that none of the end uses notices.

    `uses` flags the end uses that count (all by default). Found by halving, so that a longer
    outage is taken never to harm less. As long as the run where even that one goes unnoticed.
    """
    final = np.flatnonzero(bench.plan.line_final)
    watched = final if uses is None else final[uses]

    def unnoticed(length: int) -> bool:
        made = bench.play((case,), length).made[:, watched]
        return not (made < 1.0 - TOLERANCE).any()

    low, high = 0, bench.weeks + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if unnoticed(middle) else (low, middle)
    return low
