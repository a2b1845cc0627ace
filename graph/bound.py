"""The most of an element that can reach some end uses, as a linear program, and what bounds it.

Flows may grow along the links there are. With z_l the content of flow l (all elements together, t
oxide equivalent a year), s_le the share of element e in it and r_l the part of it that its buyer
recovers (`Network.recovery`):

    most     sum_{l into the ends} s_le z_l
    balance  sum_{l out of j} s_le z_l <= sum_{l into j} r_l s_le z_l      site j, every element e
    limit    sum_{l into j} z_l <= u_j      (out of j where nothing comes in: mines, stocks)

u_j is what j takes in at the baseline times its room (`graph.throughput`). Goods keep their
composition, so a magnet needs all its elements at its maker: that is how complements bind. Only
limits have a right side, so by strong duality the dual value of a limit times u_j is the part of
the most that j bounds, and the parts add up to it. Without loss and with one element this is the
minimum cut of Ford and Fulkerson (1956): every part is then u_j or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import breadth_first_order

from graph.errors import DataError, Problem
from graph.mixing import Array, Bools, Flows, Places
from graph.model import ELEMENTS, Site
from graph.network import Network
from graph.throughput import rooms


@dataclass(frozen=True, slots=True)
class Supply:
    """A network as the arrays of the program. Contents and limits are t oxide equivalent a year."""

    sites: tuple[Site, ...]
    place: dict[str, int]
    flows: Flows
    whole: Array
    """content of each flow, all elements together"""
    kept: Array
    """share of each flow that its buyer recovers"""
    enters: Bools
    """sites at which material enters the chain: nothing flows into them"""
    stage: Places
    """of each site, its place in the chain"""
    room: Array
    """of each site, its capacity as a multiple of what it does at the baseline"""
    limit: Array
    """most that each site can take in, or ship where nothing comes in"""


def supply_of(network: Network, room: Array | None = None) -> Supply:
    """The arrays; `room`, a multiple of at least 1 for each site, is `rooms` unless given."""
    sites = tuple(network.sites.values())
    flows = Flows.of(network)
    whole = flows.content.sum(axis=1)
    arriving = np.bincount(flows.target, whole, len(sites))
    enters = np.bincount(flows.target, minlength=len(sites)) == 0
    through = np.where(enters, np.bincount(flows.origin, whole, len(sites)), arriving)
    room = rooms(network) if room is None else room
    return Supply(
        sites=sites,
        place={site.id: i for i, site in enumerate(sites)},
        flows=flows,
        whole=whole,
        kept=np.array([network.recovery.get((f.target, f.material), 1.0) for f in network.flows]),
        enters=enters,
        stage=np.array([site.stage.order for site in sites], dtype=np.intp),
        room=room,
        limit=through * room,
    )


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that can arrive, as share of what arrives at the baseline, and by site the part of
    it that the limit of the site bounds. The parts add up to the whole."""

    share: float
    parts: Array


@dataclass(frozen=True, slots=True)
class Running:
    """Of each flow: whether it can still `run`, however little, and whether its seller is `able` to
    ship it, be there a buyer or not."""

    run: Bools
    able: Bools


def running(supply: Supply, lost: Bools) -> Running:
    """What still can without the `lost` sites. A seller is able where all elements of what it ships
    can reach it from where material enters the chain."""
    present = supply.flows.content > 0
    filled = supply.whole > 0
    bought = filled & ~lost[supply.flows.target]
    at_hand = np.repeat(supply.enters[:, None], len(ELEMENTS), axis=1)
    while True:
        able = ~lost[supply.flows.origin] & (at_hand[supply.flows.origin] | ~present).all(axis=1)
        reached = at_hand.copy()
        run = able & bought
        np.logical_or.at(reached, supply.flows.target[run], present[run])
        if (reached == at_hand).all():
            return Running(run, able & filled)
        at_hand = reached


def towards(supply: Supply, ends: Places, flows: Bools) -> Bools:
    """Which of the flows lead on to the ends, by one way or another."""
    origin, target = supply.flows.origin[flows], supply.flows.target[flows]
    leads = reached(len(supply.sites), ends, target, origin)
    return np.asarray(flows & leads[supply.flows.target])


def reached(sites: int, begin: Places, start: Places, stop: Places) -> Bools:
    """Which of the `sites` can be reached from those at `begin` along links from `start` to
    `stop`; turned round, those that lead to them. `begin` is reached as well."""
    source = np.full(len(begin), sites)  # one more place, before all at which it begins
    links = (np.append(start, source), np.append(stop, begin))
    graph = csr_array(coo_array((np.ones(len(links[0])), links), shape=(sites + 1, sites + 1)))
    found = np.zeros(sites + 1, dtype=bool)
    found[breadth_first_order(graph, sites, return_predecessors=False)] = True
    return found[:sites]


def most(
    supply: Supply,
    ends: Places,
    element: int,
    run: Bools,
    bounding: Bools,
    *,
    at_most_need: bool = False,
) -> Bound:
    """The most of an element (its place in ELEMENTS) that reaches the ends over the flows that
    `run`, where only the limits of `bounding` sites hold; where material enters they always do.

    `at_most_need` bounds the ends by what they take at the baseline. Raises DataError where
    nothing bounds the most, because a loop of sites returns more than it takes.
    """
    parts = np.zeros(len(supply.sites))
    content, place = supply.flows.content, np.flatnonzero(towards(supply, ends, run))
    into = np.isin(supply.flows.target, ends)
    need = float(content[into, element].sum())
    whole_need = float(supply.whole[into].sum())
    aim = np.where(into, content[:, element], 0.0)[place] / supply.whole[place]
    if not aim.any():
        return Bound(0.0, parts)
    bounded = supply.enters | bounding
    bounded[ends] = at_most_need
    limits, limited = _limits(supply, place, bounded)
    balance = _balance(supply, place, into)
    rows = vstack([balance, limits], format="csr")
    room = np.append(np.zeros(balance.shape[0]), supply.limit[limited] / whole_need)
    # In units of the need, so that the tolerances of the solver are shares of it.
    found = linprog(-aim * (whole_need / need), A_ub=rows, b_ub=room, method="highs-ds")
    if found.x is None:
        what = f"nothing bounds the {ELEMENTS[element]} that can reach {_names(supply, ends)}"
        raise DataError(
            [
                Problem(
                    f"{what} ({found.message})",
                    expected="recoveries of at most 1",
                    advice="Look for a loop of flows that returns more than it takes.",
                )
            ]
        )
    parts[limited] = np.maximum(0.0, -(found.ineqlin.marginals * room)[balance.shape[0] :])
    return Bound(float(aim @ found.x) * (whole_need / need), parts)


def _balance(supply: Supply, place: Places, into: Bools) -> coo_array:
    """A row for each site and element that it ships, a column for each flow at `place`."""
    share = supply.flows.content[place] / supply.whole[place, None]
    flow, element = np.nonzero(share)
    column, value = flow, share[flow, element]
    flow = place[flow]
    ships = ~supply.enters[supply.flows.origin[flow]]
    feeds = ~into[flow]
    elements = share.shape[1]
    row = np.append(
        supply.flows.origin[flow[ships]] * elements + element[ships],
        supply.flows.target[flow[feeds]] * elements + element[feeds],
    )
    _, row = np.unique(row, return_inverse=True)
    values = np.append(value[ships], -(supply.kept[flow] * value)[feeds])
    columns = np.append(column[ships], column[feeds])
    shape = (int(row.max(initial=-1)) + 1, len(place))
    return coo_array((values, (row, columns)), shape=shape)


def _limits(supply: Supply, place: Places, bounded: Bools) -> tuple[coo_array, Places]:
    """A row for each bounded site, and which site it is."""
    origin, target = supply.flows.origin[place], supply.flows.target[place]
    column = np.arange(len(place))
    ships, takes = supply.enters[origin] & bounded[origin], bounded[target]
    site = np.append(origin[ships], target[takes])
    limited, row = np.unique(site, return_inverse=True)
    ends = (row, np.append(column[ships], column[takes]))
    return coo_array((np.ones(len(site)), ends), shape=(len(limited), len(place))), limited


def _names(supply: Supply, ends: Sequence[int] | Places) -> str:
    return ", ".join(supply.sites[int(end)].id for end in ends)
