"""Levers as arrays: which lanes are open in which week, and what sites may produce.

Every limit is computed from the scenario alone and the tightest one wins, so the order of levers
does not matter. Weeks count from 0; a gate is the share (0..1) of a lane's orders let through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never
from zlib import crc32

import numpy as np

from graph.model import ELEMENTS
from graph.network import Network
from graph.plan import WEEKS_PER_YEAR, Bools, Floats, Ints, Plan, rows
from graph.reach import Reach, reach_of
from graph.responses import (
    Injection,
    Saving,
    cheaper_need,
    delayed_start,
    injection,
    thrift,
)
from graph.scenario import (
    Agreement,
    Blacklist,
    ContentRule,
    Destination,
    ExportLicence,
    Lever,
    NewCapacity,
    Outage,
    PriceFall,
    PriceFloor,
    PriceRule,
    PriorityRule,
    ProcurementRule,
    Quota,
    Recycling,
    Scenario,
    Stockpile,
    Substitution,
    Tariff,
    TechnologyBan,
    Whitelist,
)
from graph.targets import exempt


@dataclass(frozen=True, slots=True)
class Gate:
    """Share of the orders of some lanes let through: `open[week, i]` for lane `lanes[i]`."""

    lever: str
    lanes: Ints
    open: Floats


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Highest activity of some lines: `activity[week]`, infinite where there is none."""

    lever: str
    lines: Ints
    activity: Floats


@dataclass(frozen=True, slots=True)
class JointCap:
    """Lines or lanes (`members`) that together keep at most `kept` of their baseline tonnes."""

    lever: str
    members: Ints
    kept: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Priority:
    """Lanes that a supplier serves before its others, from `start` up to, not including, `end`."""

    lever: str
    lanes: Ints
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of a scenario. `releases` are (from week, lanes, weeks to ship a backlog in)."""

    gates: tuple[Gate, ...]
    ceilings: tuple[Ceiling, ...]
    export_caps: tuple[JointCap, ...]
    output_caps: tuple[JointCap, ...]
    releases: tuple[tuple[int, Ints, float], ...]
    injections: tuple[Injection, ...] = ()
    savings: tuple[Saving, ...] = ()
    priorities: tuple[Priority, ...] = ()

    def first_in(self, week: int, lanes: int) -> Bools | None:
        """Which of the lanes come first in a week; None where none does."""
        active = [item.lanes for item in self.priorities if item.start <= week < item.end]
        if not active:
            return None
        first = np.zeros(lanes, dtype=bool)
        first[np.concatenate(active)] = True
        return first


def limits_of(
    network: Network,
    plan: Plan,
    scenario: Scenario,
    weeks: int,
    seed: int,
    reach: Mapping[str, Reach] | None = None,
) -> Limits:
    """Translate the levers. Raises ScenarioError where a lever touches nothing.

    `reach` is what the levers touch (`graph.reach.reach_of`), where that is known already.
    """
    reach = reach or reach_of(network, scenario, plan.sites, plan.flows)
    lifted = _lifted(scenario, weeks)
    gates, ceilings, export_caps, output_caps = [], [], [], []
    injections: list[Injection] = []
    savings: list[Saving] = []
    priorities: list[Priority] = []
    releases: list[tuple[int, Ints, float]] = []
    lanes_of: dict[str, Ints] = {}
    for lever in scenario.levers:
        start, end = span_of(scenario, lever, weeks)
        sites = reach[lever.name].sites
        lanes = np.flatnonzero(reach[lever.name].flows[plan.lane_flow])
        lines = np.flatnonzero(sites[plan.line_site])
        lanes_of[lever.name] = lanes
        match lever:
            case ExportLicence() | ContentRule() | Blacklist() | ProcurementRule():
                opened = np.ones((weeks, len(lanes)))
                opened[start:end] = _let_through(plan, lever, lanes, weeks, seed)[start:end]
                gates.append(Gate(lever.name, lanes, opened))
                if isinstance(lever, ExportLicence):
                    releases.append((0, lanes, lever.release_weeks))
            case PriceRule() if lever.rate < 0:
                kept = (1.0 + lever.rate) ** lever.supply_elasticity
                export_caps.append(JointCap(lever.name, lanes, kept, start, end))
            case Tariff() | PriceRule():
                savings.append(cheaper_need(plan, lever, lanes, (start, end), weeks))
            case Substitution():
                savings.append(thrift(plan, lever, sites, (start, end), weeks))
            case PriorityRule():
                priorities.append(Priority(lever.name, lanes, start, end))
            case Stockpile() | NewCapacity() | Recycling():
                injections.append(injection(plan, lever, lanes, (start, end), weeks))
            case TechnologyBan() if lever.decay_per_year > 0:
                years = np.arange(1, end - start + 1) / WEEKS_PER_YEAR
                worn = np.maximum(0.0, 1.0 - lever.decay_per_year * years)
                ceilings.append(Ceiling(lever.name, lines, _at_most(worn, start, end, weeks)))
            case PriceFall():
                shut = plants_shut(scenario, lever)
                closed = np.array([site.id in shut for site in plan.sites], dtype=bool)
                lines = np.flatnonzero(closed[plan.line_site])
                stops = min(start + lever.patience_weeks, end)
                ceilings.append(Ceiling(lever.name, lines, _at_most(0.0, stops, end, weeks)))
            case Quota(scope="export"):
                export_caps.append(JointCap(lever.name, lanes, lever.kept, start, end))
            case Quota():
                output_caps.append(JointCap(lever.name, lines, lever.kept, start, end))
            case Outage():
                ceilings.append(Ceiling(lever.name, lines, _ramp(lever, start, end, weeks)))
            case Whitelist() | Agreement() | PriceFloor() | TechnologyBan():
                pass
            case _:
                assert_never(lever)
    for lever in scenario.levers:
        if isinstance(lever, Agreement):
            releases += [
                (lever.start_week, lanes_of[name], lever.release_weeks) for name in lever.lifts
            ]
        if isinstance(lever, Whitelist):
            end = min(lever.end_week or weeks, lifted.get(lever.name, weeks))
            for gate in gates:
                if not lever.exempt_from or gate.lever in lever.exempt_from:
                    free = [exempt(plan.flows[plan.lane_flow[i]], lever.pairs) for i in gate.lanes]
                    gate.open[lever.start_week : end, free] = 1.0
    return Limits(
        gates=tuple(gates),
        ceilings=tuple(ceilings),
        export_caps=tuple(export_caps),
        output_caps=tuple(output_caps),
        releases=tuple(sorted(releases, key=lambda release: (release[0], release[2]))),
        injections=tuple(sorted(injections, key=lambda item: item.lever)),
        savings=tuple(sorted(savings, key=lambda item: item.lever)),
        priorities=tuple(sorted(priorities, key=lambda item: item.lever)),
    )


def span_of(scenario: Scenario, lever: Lever, weeks: int) -> tuple[int, int]:
    """First week of a lever in a run of `weeks`, and the week after its last."""
    lifted = _lifted(scenario, weeks)
    start = lever.start_week
    if isinstance(lever, NewCapacity):
        start = delayed_start(scenario, lever)
    end = min(lever.end_week or weeks, lifted.get(lever.name, weeks), weeks)
    return min(start, weeks), max(min(start, weeks), end)


def plants_shut(scenario: Scenario, fall: PriceFall) -> frozenset[str]:
    """Plants that cost more than the price and that no floor keeps above it."""
    floors: dict[str, float] = {}
    for lever in scenario.levers:
        if isinstance(lever, PriceFloor):
            for site in lever.sites:
                floors[site] = max(lever.usd_per_kg, floors.get(site, 0.0))
    return frozenset(
        cost.site
        for cost in fall.costs
        if cost.usd_per_kg > max(fall.price, floors.get(cost.site, 0.0))
    )


def _let_through(
    plan: Plan,
    lever: ExportLicence | ContentRule | Blacklist | ProcurementRule,
    lanes: Ints,
    weeks: int,
    seed: int,
) -> Floats:
    """Share of the orders, weeks x lanes, that pass while the lever is in force."""
    match lever:
        case ExportLicence():
            return _queue(plan, lever, lanes, weeks, seed)
        case ContentRule():
            return _reviewed(plan, lever, lanes, weeks, seed)
        case _:
            return np.zeros((weeks, len(lanes)))


def _reviewed(plan: Plan, rule: ContentRule, lanes: Ints, weeks: int, seed: int) -> Floats:
    """The queue of a content rule; buyers of refused sectors never come through."""
    as_licence = ExportLicence(
        name=rule.name,
        start_week=rule.start_week,
        elements=rule.elements,
        approval=rule.approval,
        caught=0.0,
    )
    opened = _queue(plan, as_licence, lanes, weeks, seed)
    sectors = [plan.sites[site].sector for site in plan.lane_buyer[lanes]]
    opened[:, [sector in rule.refused for sector in sectors]] = 0.0
    return opened


def _lifted(scenario: Scenario, weeks: int) -> dict[str, int]:
    """Week from which an agreement lifts each lever; the earliest agreement counts."""
    lifted: dict[str, int] = {}
    for lever in scenario.levers:
        if isinstance(lever, Agreement):
            for name in lever.lifts:
                lifted[name] = min(lever.start_week, lifted.get(name, weeks))
    return lifted


def _queue(plan: Plan, licence: ExportLicence, lanes: Ints, weeks: int, seed: int) -> Floats:
    """Which lanes a licence lets through: 1 from the week a buyer's turn has come, else 0."""
    age = np.arange(weeks) + 0.5 - licence.start_week  # middle of each week
    days, shares = (np.array(column) for column in zip(*licence.approval, strict=True))
    controlled = _controlled(plan, licence, lanes)
    place = _places_in_queue(plan, licence, lanes, seed)
    opened = np.ones((weeks, len(lanes)))
    for country, columns in _by_country(plan, lanes).items():
        term = {item.country: item for item in licence.destinations}.get(
            country, Destination(country)
        )
        day = 7 * (age - licence.shipping_lag_weeks) - term.delay_days
        served = np.minimum(np.interp(day, days, shares), term.ceiling)
        caught = licence.caught if term.caught is None else term.caught
        passed = np.where(age > licence.caught_after_weeks, 1 - caught * (1 - served), 1.0)
        share = np.where(controlled[columns], served[:, None], passed[:, None])
        opened[:, columns] = place[columns] < share
    return opened


def _by_country(plan: Plan, lanes: Ints) -> dict[str, Ints]:
    """Positions in `lanes` by country of the buyer."""
    names, code = np.unique([site.country for site in plan.sites], return_inverse=True)
    buyers = code[plan.lane_buyer[lanes]]
    return {names[i].item(): np.flatnonzero(buyers == i) for i in np.unique(buyers)}


def _places_in_queue(plan: Plan, licence: ExportLicence, lanes: Ints, seed: int) -> Floats:
    """Place (0..1, evenly spread) of each lane's buyer among the applicants of its country.

    The draw depends on seed, licence and country only, never on stock or on other levers.
    """
    targets = plan.lane_target[lanes]
    grades = sorted(set(plan.lane_grade))
    rank = {grade: i for i, grade in enumerate(grades)}
    graded = np.array([rank[plan.lane_grade[lane]] for lane in lanes.tolist()], dtype=np.int64)
    buyers, bought = np.divmod(np.unique(targets * len(grades) + graded), len(grades))
    names, country = np.unique([site.country for site in plan.sites], return_inverse=True)
    queues, place_in = rows(country[plan.node_site[buyers]] * len(grades) + bought)
    place = np.zeros(len(plan.node_site))
    for i, queue in enumerate(queues.tolist()):
        text = f"{licence.name}|{names[queue // len(grades)]}|{grades[queue % len(grades)]}"
        members = buyers[place_in == i]
        order = np.random.default_rng([seed, crc32(text.encode())]).permutation(len(members))
        place[members] = (order + 0.5) / len(members)
    return place[targets]


def _controlled(plan: Plan, licence: ExportLicence, lanes: Ints) -> Bools:
    """True for lanes whose goods contain a listed element."""
    columns = [ELEMENTS.index(element) for element in licence.elements]
    return np.asarray((plan.lane_content[lanes][:, columns] > 0).any(axis=1))


def _at_most(most: Floats | float, start: int, end: int, weeks: int) -> Floats:
    """Highest activity by week: `most` from `start` up to, not including, `end`."""
    activity = np.full(weeks, np.inf)
    activity[start:end] = most
    return activity


def _ramp(outage: Outage, start: int, end: int, weeks: int) -> Floats:
    activity = _at_most(outage.remaining, start, end, weeks)
    for step in range(1, outage.ramp_weeks + 1):
        if end + step - 1 < weeks:
            activity[end + step - 1] = outage.remaining + (1 - outage.remaining) * step / (
                outage.ramp_weeks + 1
            )
    return activity
