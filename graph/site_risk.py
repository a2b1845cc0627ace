"""The Economic Systemic Risk Index of the sites of a network (see `graph.systemic_risk`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from graph.errors import UnknownName
from graph.model import ELEMENTS, Stage
from graph.network import Network
from graph.systemic_risk import ESSENTIAL, LINEAR, systemic_risk

FEEDS = ("concentrate", "swarf")
"""Goods that replace each other where rare earths are separated: a loss there is linear."""


@dataclass(frozen=True, slots=True)
class SiteRisk:
    """What is lost of all output (0..1) if `site` stops: `own_share` is its own, `score` all.

    `rounds` is how many rounds its cascade took to come within the tolerance.
    """

    site: str
    score: float
    own_share: float
    rounds: int


def site_risks(
    network: Network,
    element: str | None = None,
    *,
    tolerance: float = 1e-2,
    threads: int = 1,
    engine: str = "auto",
) -> tuple[SiteRisk, ...]:
    """Every site that trades, the highest score first; empty where nothing of `element` flows.

    Flows count in t a year of oxide equivalent of `element`, or without one in gross tonnes. The
    sector of a site, in which sites replace each other, is its stage and the good it ships most of;
    what else it ships is taken for the same. A customer stops without the goods of a sector, except
    that concentrate and swarf count by their share in all it gets. Final demand is what end uses,
    boundaries and sites that ship nothing take in beyond what they ship. The other arguments and
    errors are those of `systemic_risk`; raises UnknownName for an element outside the ledger.
    """
    if element is not None and element not in ELEMENTS:
        raise UnknownName("element", element, ELEMENTS)
    flows = [
        (flow, amount)
        for flow in network.flows
        if (amount := flow.tonnes if element is None else flow.content[ELEMENTS.index(element)])
    ]
    if not flows:
        return ()
    ends = {end for flow, _ in flows for end in (flow.origin, flow.target)}
    ids = [id for id in network.sites if id in ends]
    number = {id: i for i, id in enumerate(ids)}
    origin = np.array([number[flow.origin] for flow, _ in flows])
    target = np.array([number[flow.target] for flow, _ in flows])
    tonnes = np.array([tonnes for _, tonnes in flows])

    shipped: dict[str, dict[str, float]] = {id: defaultdict(float) for id in ids}
    for flow, amount in flows:
        shipped[flow.origin][flow.material] += amount
    goods = {id: max(made, key=lambda good: made[good], default="") for id, made in shipped.items()}
    sectors = sorted({(network.sites[id].stage.order, goods[id]) for id in ids})
    sector = np.array([sectors.index((network.sites[id].stage.order, goods[id])) for id in ids])
    essential = np.array([[LINEAR if good in FEEDS else ESSENTIAL] for _, good in sectors])

    sold = np.bincount(origin, tonnes, len(ids))
    bought = np.bincount(target, tonnes, len(ids))
    ends_here = (sold == 0) | [
        network.sites[id].stage is Stage.END_USE or network.sites[id].role.is_boundary for id in ids
    ]
    final_demand = np.where(ends_here, np.maximum(0.0, bought - sold), 0.0)
    risk = systemic_risk(
        origin,
        target,
        tonnes,
        sector,
        np.broadcast_to(essential, (len(sectors), len(sectors))),
        final_demand,
        tolerance=tolerance,
        threads=threads,
        engine=engine,
    )
    made = sold + final_demand
    rows = zip(ids, risk.scores.tolist(), (made / made.sum()).tolist(), risk.rounds, strict=True)
    found = (SiteRisk(id, score, share, int(rounds)) for id, score, share, rounds in rows)
    return tuple(sorted(found, key=lambda row: (-row.score, row.site)))
