"""Where the material in each flow has been.

Proportional sharing (Bialek, "Tracing the flow of electricity", IEE Proceedings 143(4), 1996):
what leaves a site is mixed as what came in. For one element and one question, with f_ij the
content of that element moving from site i to site j,

    q_j = 1                                     where site j itself answers the question
    q_j = sum_i f_ij q_i / sum_i f_ij           elsewhere

which is one sparse linear system for each element and question. Sites are put in the order of
the chain, loop by loop, so that solving it is one pass downstream and costs a loop no more than
that loop. The question is "has it touched China", asked by location and by controlling owner,
element by element; an origin that nobody knows is a class of its own and never counted as either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, eye_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from graph.collection import without_collection
from graph.errors import DataError, Problem
from graph.model import CHINA, ELEMENTS, UNKNOWN_COUNTRY, Site
from graph.network import Network

Array = NDArray[np.float64]

Places = NDArray[np.intp]
Bools = NDArray[np.bool_]

LARGEST_LOOP = 200
"""Sites of a loop that are solved at once; what a larger one supplies would fill the memory."""
EXACT = 1e-14
"""Largest error of a share when larger loops are gone round often enough."""
MOST_ROUNDS = 10_000
CHUNK = 50_000
"""Flows whose shares are put together at once."""
PRESENT = 1e-6
"""An element counts as present in a flow from this share of the flow's content on."""


@dataclass(frozen=True, slots=True)
class ChinaShare:
    """Shares (0..1) of a flow's content that touched China at or before its origin.

    The headline is the highest over the elements present, since one licensed element is enough
    to hold a magnet back; `china_share_possible` is the highest of known and unknown origin
    together. Tuples follow `ELEMENTS`; nan where the element is absent.
    """

    china_share: float
    china_share_element: str
    china_share_mean: float
    china_share_possible: float
    china_controlled_share: float
    by_element: tuple[float, ...]
    controlled_by_element: tuple[float, ...]
    unknown_by_element: tuple[float, ...]


NOTHING = ChinaShare(0.0, "", 0.0, 0.0, 0.0, *((float("nan"),) * len(ELEMENTS),) * 3)
"""Of a flow or a site without any content."""


@dataclass(frozen=True, slots=True)
class Trace:
    """`flows` is aligned with `network.flows`; `sites` says what stands at each site."""

    flows: tuple[ChinaShare, ...]
    sites: Mapping[str, ChinaShare]


def trace(network: Network) -> Trace:
    """Trace every element of `network` by location and by control.

    Raises DataError where an element goes round in a loop and none of it comes in.
    """
    ids = list(network.sites)
    index = {id: i for i, id in enumerate(ids)}
    sites = [network.sites[id] for id in ids]
    origin = np.array([index[flow.origin] for flow in network.flows], dtype=np.intp)
    target = np.array([index[flow.target] for flow in network.flows], dtype=np.intp)
    content = np.array([flow.content for flow in network.flows], dtype=float).reshape(
        -1, len(ELEMENTS)
    )
    located = np.array([site.country == CHINA for site in sites])
    controlled = np.array([site.controlling_country == CHINA for site in sites])
    unknown = np.array([_origin_unknown(site, network) for site in sites])

    chain = _in_order(origin, target, np.array([site.stage.order for site in sites]))

    by_location = _mix_all(chain, content, located, located)
    by_control = _mix_all(chain, content, controlled, controlled)
    # Unknown origin ends where China begins: a site in China makes the answer certain.
    by_unknown = _mix_all(chain, content, unknown, unknown | located)

    arriving = np.zeros((len(ids), len(ELEMENTS)))
    np.add.at(arriving, target, content)
    leaving = np.zeros_like(arriving)
    np.add.at(leaving, origin, content)
    standing = np.where(arriving.sum(axis=1, keepdims=True) > 0, arriving, leaving)
    mixed = (by_location, by_control, by_unknown)
    with without_collection():
        of_sites = _summaries(standing, np.arange(len(ids)), mixed)
        return Trace(
            flows=tuple(_summaries(content, origin, mixed)),
            sites=MappingProxyType(dict(zip(ids, of_sites, strict=True))),
        )


def _origin_unknown(site: Site, network: Network) -> bool:
    """A boundary that supplies from nobody knows where: scrap, a stock of old material."""
    return (
        site.role.is_boundary
        and site.country == UNKNOWN_COUNTRY
        and not network.inputs(site.id)
        and bool(network.outputs(site.id))
    )


@dataclass(frozen=True, slots=True)
class _Chain:
    """Flows between sites in the order of the chain: `sites` says which site stands where, the
    ends are places in that order. `returns` marks flows that lead back within a large loop."""

    sites: Places
    origin: Places
    target: Places
    returns: Bools


def _in_order(origin: Places, target: Places, stage: NDArray[np.int_]) -> _Chain:
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
    return _Chain(sites, origin, target, large & (origin > target))


def _mix_all(chain: _Chain, content: Array, answers: Bools, fixed: Bools) -> Array:
    """q by site and element: shape (sites, elements). `fixed` sites are 0 where not `answers`."""
    found = np.empty((len(answers), content.shape[1]))
    for e in range(content.shape[1]):
        asked = answers[chain.sites].astype(float)
        found[chain.sites, e] = _mix(chain, content[:, e], asked, fixed[chain.sites])
    return np.clip(found, 0.0, 1.0)


def _mix(chain: _Chain, f: Array, answers: Array, fixed: Bools) -> Array:
    n = len(answers)
    arriving = np.bincount(chain.target, weights=f, minlength=n)
    used = np.flatnonzero((f > 0) & ~fixed[chain.target])

    def mixing(flows: Places) -> csc_array:
        shares = f[flows] / arriving[chain.target[flows]]
        ends = (chain.target[flows], chain.origin[flows])
        return coo_array((shares, ends), shape=(n, n)).tocsc()

    returns = chain.returns[used]
    onward = eye_array(n, format="csc") - mixing(used[~returns])
    # Pivots stay on the diagonal, or the order of the chain and with it all speed would be lost.
    try:
        pass_on = splu(onward, permc_spec="NATURAL", diag_pivot_thresh=0.0).solve
    except RuntimeError as error:  # the system has no solution, or endless ones
        raise _closed_loop() from error
    solved: Array = pass_on(answers)
    if not returns.any():
        return solved
    return _round_by_round(pass_on, mixing(used[returns]), solved)


def _round_by_round(pass_on: Callable[[Array], Array], back: csc_array, first: Array) -> Array:
    """The shares after what goes back has gone round until none of it is left to speak of.

    `left` is what has not yet been traced of a site's content; no share can still grow by more.
    Raises DataError where something goes round for ever.
    """
    solved, left = first, np.ones_like(first)
    for _ in range(MOST_ROUNDS):
        left = pass_on(back @ left)
        if left.max() <= EXACT:
            return solved
        solved = first + pass_on(back @ solved)
    raise _closed_loop()


def _closed_loop() -> DataError:
    what = "an element goes round in a loop of sites and hardly any of it comes in"
    advice = "Add what feeds the loop, or correct the flows that lead back."
    return DataError([Problem(what, expected="flows from other sites", advice=advice)])


def _summaries(
    content: Array, places: Places, mixed: tuple[Array, Array, Array]
) -> Iterator[ChinaShare]:
    """What there is to say of each row of `content`, which comes from the site at its place.

    `mixed` is q by location, by control, and of unknown origin.
    """
    for start in range(0, len(content), CHUNK):
        rows = slice(start, start + CHUNK)
        yield from _summary(content[rows], *(each[places[rows]] for each in mixed))


def _summary(
    content: Array, located: Array, controlled: Array, unknown: Array
) -> Iterator[ChinaShare]:
    total = content.sum(axis=1, keepdims=True)
    present = content > np.where(total > 0, PRESENT * total, np.inf)
    top = np.argmax(np.where(present, located, -1.0), axis=1)
    possible = np.where(present, located + unknown, 0.0).max(axis=1)
    mean = (content * located).sum(axis=1) / np.where(total > 0, total, 1.0)[:, 0]
    values = zip(
        located[np.arange(len(top)), top].tolist(),
        [ELEMENTS[e] for e in top.tolist()],
        mean.tolist(),
        np.minimum(possible, 1.0).tolist(),
        np.where(present, controlled, 0.0).max(axis=1).tolist(),
        *(
            map(tuple, np.where(present, shares, np.nan).tolist())
            for shares in (located, controlled, unknown)
        ),
        strict=True,
    )
    filled = np.count_nonzero(present, axis=1) > 0
    for is_filled, each in zip(filled.tolist(), values, strict=True):
        yield ChinaShare(*each) if is_filled else NOTHING
