"""Where the material in each flow has been.

Proportional sharing (Bialek, "Tracing the flow of electricity", IEE Proceedings 143(4), 1996):
what leaves a site is mixed as what came in. For one element and one question, with f_ij the
content of that element moving from site i to site j,

    q_j = 1                                     where site j itself answers the question
    q_j = sum_i f_ij q_i / sum_i f_ij           elsewhere

which is one sparse linear system for each element and question (graph/mixing.py). The question
is "has it touched China", asked by location and by controlling owner, element by element; an origin
that nobody knows is a class of its own and never counted as either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from graph.collection import without_collection
from graph.indicators import CONTROLLED, LOCATED
from graph.mixing import Array, Bools, Chain, Flows, Mixing, Places, chain_of
from graph.model import CHINA, ELEMENTS, UNKNOWN_COUNTRY, Site
from graph.network import Network

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
    flows = Flows.of(network)
    content = flows.content
    located, controlled = _located(network, {CHINA}), _controlled(network, {CHINA})
    unknown = np.array([_origin_unknown(site, network) for site in network.sites.values()])

    chain = chain_of(network, flows)
    by_location = _mix_all(chain, content, located, located)
    by_control = _mix_all(chain, content, controlled, controlled)
    # Unknown origin ends where China begins: a site in China makes the answer certain.
    by_unknown = _mix_all(chain, content, unknown, unknown | located)

    arriving, leaving = flows.arriving(len(ids)), flows.leaving(len(ids))
    standing = np.where(arriving.sum(axis=1, keepdims=True) > 0, arriving, leaving)
    mixed = (by_location, by_control, by_unknown)
    with without_collection():
        of_sites = _summaries(standing, np.arange(len(ids)), mixed)
        return Trace(
            flows=tuple(_summaries(content, flows.origin, mixed)),
            sites=MappingProxyType(dict(zip(ids, of_sites, strict=True))),
        )


def shares_from(network: Network, countries: Collection[str], *, controlled: bool = False) -> Array:
    """Share (0..1) of each element in each flow that was in the countries at or before its origin.

    Shape (flows, elements), nan where the element is absent. `controlled` asks for plants under
    their owners instead of plants in them. Raises as `trace`.
    """
    flows = Flows.of(network)
    there = (_controlled if controlled else _located)(network, countries)
    mixed = _mix_all(chain_of(network, flows), flows.content, there, there)
    return np.where(_present(flows.content), mixed[flows.origin], np.nan)


def shipped_share(
    network: Network, traced: Trace, keys: Collection[str], lens: str = LOCATED
) -> float | None:
    """Share (0..1) that touched China of what some flows, named by key, carry together.

    The highest over the elements present, as the headline of one flow. By control (`lens`, one of
    `graph.indicators.LENSES`) China counts where its owners are. None where nothing is carried.
    """
    found = [
        (flow.content, each.controlled_by_element if lens == CONTROLLED else each.by_element)
        for flow, each in zip(network.flows, traced.flows, strict=True)
        if flow.key in keys
    ]
    if not found:
        return None
    content, shares = (np.array(part, dtype=float) for part in zip(*found, strict=True))
    tonnes = content.sum(axis=0)
    present = tonnes > PRESENT * tonnes.sum()
    # What is not in a flow has no share there, and no weight.
    touched = (content * np.nan_to_num(shares)).sum(axis=0)
    return float((touched[present] / tonnes[present]).max()) if present.any() else None


def _located(network: Network, countries: Collection[str]) -> Bools:
    return np.array([site.country in countries for site in network.sites.values()])


def _controlled(network: Network, countries: Collection[str]) -> Bools:
    return np.array([site.controlling_country in countries for site in network.sites.values()])


def _origin_unknown(site: Site, network: Network) -> bool:
    """A boundary that supplies from nobody knows where: scrap, a stock of old material."""
    return (
        site.role.is_boundary
        and site.country == UNKNOWN_COUNTRY
        and not network.inputs(site.id)
        and bool(network.outputs(site.id))
    )


def _mix_all(chain: Chain, content: Array, answers: Bools, fixed: Bools) -> Array:
    """q by site and element: shape (sites, elements). `fixed` sites are 0 where not `answers`."""
    asked = answers.astype(float)
    carried = ~fixed[chain.sites][chain.target]
    columns = [Mixing(chain, each, carried).downstream(asked) for each in content.T]
    return np.clip(np.stack(columns, axis=1), 0.0, 1.0)


def _present(content: Array) -> Bools:
    """Which elements count as present in each row."""
    total = content.sum(axis=1, keepdims=True)
    return np.asarray(content > np.where(total > 0, PRESENT * total, np.inf))


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
    present = _present(content)
    top = np.argmax(np.where(present, located, -1.0), axis=1)
    possible = np.where(present, located + unknown, 0.0).max(axis=1)
    total = content.sum(axis=1)
    mean = (content * located).sum(axis=1) / np.where(total > 0, total, 1.0)
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
