"""Where the material in each flow has been.

Proportional sharing (Bialek, "Tracing the flow of electricity", IEE Proceedings 143(4), 1996):
what leaves a site is mixed as what came in. For one element and one question, with f_ij the
content of that element moving from site i to site j,

    q_j = 1                                     where site j itself answers the question
    q_j = sum_i f_ij q_i / sum_i f_ij           elsewhere

which is one sparse linear system, so that recycling loops need no special case. The question
is "has it touched China", asked by location and by controlling owner, element by element; an
origin that nobody knows is a class of its own and never counted as either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import splu

from graph.model import CHINA, ELEMENTS, UNKNOWN_COUNTRY, Site
from graph.network import Network

Array = NDArray[np.float64]

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


@dataclass(frozen=True, slots=True)
class Trace:
    """`flows` is aligned with `network.flows`; `sites` says what stands at each site."""

    flows: tuple[ChinaShare, ...]
    sites: Mapping[str, ChinaShare]


def trace(network: Network) -> Trace:
    """Trace every element of `network` by location and by control."""
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

    by_location = _mix_all(origin, target, content, located)
    by_control = _mix_all(origin, target, content, controlled)
    # Unknown origin ends where China begins: a site in China makes the answer certain.
    by_unknown = _mix_all(origin, target, content, unknown, certain=located)

    arriving = np.zeros((len(ids), len(ELEMENTS)))
    np.add.at(arriving, target, content)
    leaving = np.zeros_like(arriving)
    np.add.at(leaving, origin, content)
    standing = np.where(arriving.sum(axis=1, keepdims=True) > 0, arriving, leaving)
    return Trace(
        flows=tuple(
            _summary(content[f], by_location[o], by_control[o], by_unknown[o])
            for f, o in enumerate(origin)
        ),
        sites=MappingProxyType(
            {
                id: _summary(standing[i], by_location[i], by_control[i], by_unknown[i])
                for i, id in enumerate(ids)
            }
        ),
    )


def _origin_unknown(site: Site, network: Network) -> bool:
    """A boundary that supplies from nobody knows where: scrap, a stock of old material."""
    return (
        site.role.is_boundary
        and site.country == UNKNOWN_COUNTRY
        and not network.inputs(site.id)
        and bool(network.outputs(site.id))
    )


def _mix_all(
    origin: NDArray[np.intp],
    target: NDArray[np.intp],
    content: Array,
    answers: NDArray[np.bool_],
    certain: NDArray[np.bool_] | None = None,
) -> Array:
    """q by site and element: shape (sites, elements). `certain` sites are 0 where not `answers`."""
    fixed = answers if certain is None else answers | certain
    columns = [_mix(origin, target, content[:, e], answers, fixed) for e in range(content.shape[1])]
    return np.column_stack(columns)


def _mix(
    origin: NDArray[np.intp],
    target: NDArray[np.intp],
    f: Array,
    answers: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
) -> Array:
    n = len(answers)
    arriving = np.bincount(target, weights=f, minlength=n)
    used = (f > 0) & ~fixed[target]
    shares = f[used] / arriving[target[used]]
    mixing = coo_array((shares, (target[used], origin[used])), shape=(n, n))
    system = (eye_array(n, format="csc") - mixing.tocsc()).tocsc()
    solved: Array = splu(system).solve(answers.astype(float))
    return np.clip(solved, 0.0, 1.0)


def _summary(content: Array, located: Array, controlled: Array, unknown: Array) -> ChinaShare:
    total = float(content.sum())
    present = content > PRESENT * total if total > 0 else np.zeros(len(content), dtype=bool)
    if not present.any():
        nothing = (float("nan"),) * len(content)
        return ChinaShare(0.0, "", 0.0, 0.0, 0.0, nothing, nothing, nothing)
    top = int(np.argmax(np.where(present, located, -1.0)))
    return ChinaShare(
        china_share=float(located[top]),
        china_share_element=ELEMENTS[top],
        china_share_mean=float((content * located).sum() / total),
        china_share_possible=float(min(1.0, (located + unknown)[present].max())),
        china_controlled_share=float(controlled[present].max()),
        by_element=_present(located, present),
        controlled_by_element=_present(controlled, present),
        unknown_by_element=_present(unknown, present),
    )


def _present(values: Array, present: NDArray[np.bool_]) -> tuple[float, ...]:
    return tuple(float(v) if p else float("nan") for v, p in zip(values, present, strict=True))
