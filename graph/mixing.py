"""Proportional sharing as a sparse linear system, asked downstream and upstream.

What leaves a site is mixed as what came in (Bialek, "Tracing the flow of electricity", IEE
Proceedings 143(4), 1996). With M_ji the share of what arrives at site j that comes from site i,

    q = b + M q         downstream: which share of what stands at a site has a property
    y = d + M' y        upstream: how much of what is wanted at some sites has stood at each site

Sites are put in the order of the chain, loop by loop, so that solving is one pass along it and
costs a loop no more than that loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, eye_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import SuperLU, splu

from graph.errors import DataError, Problem
from graph.model import ELEMENTS
from graph.network import Network

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Bools = NDArray[np.bool_]

LARGEST_LOOP = 200
"""Sites of a loop that are solved at once; what a larger one supplies would fill the memory."""
EXACT = 1e-14
"""Largest error of a share when larger loops are gone round often enough."""
MOST_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Flows:
    """The flows of a network as arrays in its order: the places of their ends among its sites, and
    their content, flows x elements, t oxide equivalent a year."""

    origin: Places
    target: Places
    content: Array

    @classmethod
    def of(cls, network: Network) -> Flows:
        place = {id: i for i, id in enumerate(network.sites)}
        return cls(
            np.array([place[flow.origin] for flow in network.flows], dtype=np.intp),
            np.array([place[flow.target] for flow in network.flows], dtype=np.intp),
            np.array([flow.content for flow in network.flows], dtype=float).reshape(
                -1, len(ELEMENTS)
            ),
        )

    def arriving(self, sites: int) -> Array:
        """Content that arrives, sites x elements."""
        return _added(self.target, self.content, sites)

    def leaving(self, sites: int) -> Array:
        """Content that leaves, sites x elements."""
        return _added(self.origin, self.content, sites)


def _added(ends: Places, content: Array, sites: int) -> Array:
    total = np.zeros((sites, content.shape[1]))
    np.add.at(total, ends, content)
    return total


@dataclass(frozen=True, slots=True)
class Chain:
    """Flows between sites in the order of the chain: `sites` says which site stands where, the
    ends are places in that order. `returns` marks flows that lead back within a large loop."""

    sites: Places
    origin: Places
    target: Places
    returns: Bools


def chain_of(network: Network, flows: Flows) -> Chain:
    """The sites of a network in the order of its flows."""
    stages = np.array([site.stage.order for site in network.sites.values()])
    return in_order(flows.origin, flows.target, stages)


def in_order(origin: Places, target: Places, stage: NDArray[np.int_]) -> Chain:
    """The chain with every flow leading on, but for those within a loop. There the stage of the
    sites decides, so that few flows lead back."""
    n = len(stage)
    edges = coo_array((np.ones(len(origin)), (origin, target)), shape=(n, n))
    _, loop = connected_components(edges, connection="strong")
    # Loops are numbered against the flows: what a loop supplies has a smaller number.
    sites = np.lexsort((stage, -loop))
    place = np.empty(n, dtype=np.intp)
    place[sites] = np.arange(n)
    large = (np.bincount(loop, minlength=1) > LARGEST_LOOP)[loop[origin]]
    origin, target = place[origin], place[target]
    return Chain(sites, origin, target, large & (origin > target))


class Mixing:
    """How the content `f` (a figure a flow) of one element mixes where `carried` flows bring what
    they carry along; flows that are not carried bring nothing of where it has been.

    Raises DataError, on building or on solving, where an element goes round in a loop of sites and
    hardly any of it comes in.
    """

    def __init__(self, chain: Chain, f: Array, carried: Bools) -> None:
        n = len(chain.sites)
        arriving = np.bincount(chain.target, weights=f, minlength=n)
        used = np.flatnonzero((f > 0) & carried)

        def mixing(flows: Places) -> csc_array:
            shares = f[flows] / arriving[chain.target[flows]]
            ends = (chain.target[flows], chain.origin[flows])
            return coo_array((shares, ends), shape=(n, n)).tocsc()

        returns = chain.returns[used]
        onward = eye_array(n, format="csc") - mixing(used[~returns])
        self._sites = chain.sites
        self._back = mixing(used[returns])
        # Pivots stay on the diagonal, or the order of the chain and with it all speed would be
        # lost.
        try:
            self._onward: SuperLU = splu(onward, permc_spec="NATURAL", diag_pivot_thresh=0.0)
        except RuntimeError as error:  # the system has no solution, or endless ones
            raise _closed_loop() from error

    def downstream(self, b: Array) -> Array:
        """q by site, in the order of the network; `b` alike."""
        return self._solved(self._onward.solve, self._back, b)

    def upstream(self, d: Array) -> Array:
        """y, sites x questions, in the order of the network; `d` alike."""
        back = self._back.T.tocsc()

        def pass_back(given: Array) -> Array:
            found: Array = self._onward.solve(given, "T")  # type: ignore[call-overload]  # in no stub
            return found

        return self._solved(pass_back, back, d)

    def _solved(self, pass_on: Callable[[Array], Array], back: csc_array, given: Array) -> Array:
        first: Array = pass_on(given[self._sites])
        solved = first
        for _ in range(self._rounds()):
            solved = first + pass_on(back @ solved)
        found = np.empty_like(solved)
        found[self._sites] = solved
        return found

    def _rounds(self) -> int:
        """How often what goes back must go round until none of it is left to speak of.

        `left` is what has not yet been traced of a site's content. No share can still grow by
        more, and no more of what is wanted upstream is still to be found.
        """
        if not self._back.nnz:
            return 0
        left = np.ones(len(self._sites))
        for rounds in range(MOST_ROUNDS):
            left = self._onward.solve(self._back @ left)
            if left.max() <= EXACT:
                return rounds
        raise _closed_loop()


def _closed_loop() -> DataError:
    what = "an element goes round in a loop of sites and hardly any of it comes in"
    advice = "Add what feeds the loop, or correct the flows that lead back."
    return DataError([Problem(what, expected="flows from other sites", advice=advice)])
