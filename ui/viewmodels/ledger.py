"""The flows of a network and their traces as arrays, so that any grouping is one sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.model import ELEMENTS, Confidence, Site
from graph.network import Network
from graph.tracing import PRESENT, ChinaShare, Trace
from ui.viewmodels.items import Item

Array = NDArray[np.float64]
SWARF = "swarf"
LINKED = {Confidence.REPORTED, Confidence.ESTIMATED}
"""Flows between two sites known to trade; the others stand where the balance put them."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Shares (0..1) of some content that touched China; tuples follow ELEMENTS, nan is absent.

    `highest` is the largest of the followed elements and `element` names it; `possible` adds what
    has an unknown origin; `mean` weighs by mass.
    """

    highest: float
    element: str
    mean: float
    possible: float
    controlled: float
    by_element: tuple[float, ...]
    controlled_by_element: tuple[float, ...]
    unknown_by_element: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Arrays aligned with `network.flows`; content and shares have one column an element."""

    network: Network
    tonnes: Array
    content: Array
    located: Array
    controlled: Array
    unknown: Array
    linked: NDArray[np.bool_]
    leaves_stage: NDArray[np.bool_]
    rows_in: Mapping[str, tuple[int, ...]]
    rows_out: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, network: Network, trace: Trace) -> Ledger:
        flows = network.flows
        rows_in: dict[str, list[int]] = {}
        rows_out: dict[str, list[int]] = {}
        for row, flow in enumerate(flows):
            rows_in.setdefault(flow.target, []).append(row)
            rows_out.setdefault(flow.origin, []).append(row)
        return cls(
            network=network,
            tonnes=np.array([flow.tonnes for flow in flows], dtype=float),
            content=_table([flow.content for flow in flows]),
            located=_shares(trace.flows, "by_element"),
            controlled=_shares(trace.flows, "controlled_by_element"),
            unknown=_shares(trace.flows, "unknown_by_element"),
            linked=np.array([f.confidence in LINKED for f in flows], dtype=bool),
            leaves_stage=np.array(
                [
                    flow.material != SWARF
                    and _leaves(network.sites[flow.origin], network.sites[flow.target])
                    for flow in flows
                ],
                dtype=bool,
            ),
            rows_in={id: tuple(rows) for id, rows in rows_in.items()},
            rows_out={id: tuple(rows) for id, rows in rows_out.items()},
        )

    def amounts(self, item: Item) -> Array:
        """Amount of `item` in each flow, in the item's unit."""
        if item.material:
            is_good = [flow.material == item.material for flow in self.network.flows]
            return np.where(np.array(is_good, dtype=bool), self.tonnes, 0.0)
        amounts: Array = self.content[:, list(item.elements)].sum(axis=1)
        return amounts

    def touch(self, rows: Sequence[int], item: Item) -> Touch:
        """What the flows in `rows`, taken together, have been through."""
        index = np.asarray(rows, dtype=np.intp)
        content = self.content[index]
        mass = content.sum(axis=0)
        present = mass > PRESENT * mass.sum()

        def pooled(shares: Array) -> Array:
            with np.errstate(invalid="ignore", divide="ignore"):
                pool = (content * shares[index]).sum(axis=0) / mass
            return np.where(present, np.clip(pool, 0.0, 1.0), np.nan)

        located, controlled = pooled(self.located), pooled(self.controlled)
        unknown = pooled(self.unknown)
        followed = [e for e in item.elements if present[e]]
        if not followed:
            nothing = (float("nan"),) * len(ELEMENTS)
            nan = float("nan")
            return Touch(nan, "", nan, nan, nan, nothing, nothing, nothing)
        top = max(followed, key=lambda e: float(located[e]))
        weights = mass[followed]
        return Touch(
            highest=float(located[top]),
            element=ELEMENTS[top],
            mean=float((located[followed] * weights).sum() / weights.sum()),
            possible=float(min(1.0, located[top] + unknown[top])),
            controlled=float(max(controlled[followed])),
            by_element=tuple(located.tolist()),
            controlled_by_element=tuple(controlled.tolist()),
            unknown_by_element=tuple(unknown.tolist()),
        )

    def linked_share(self, rows: Sequence[int], amounts: Array) -> float:
        """Share of the amount in `rows` between sites known to trade; nan where there is none."""
        index = np.asarray(rows, dtype=np.intp)
        total = float(amounts[index].sum())
        known = float(amounts[index][self.linked[index]].sum())
        return known / total if total > 0 else float("nan")


def _leaves(origin: Site, target: Site) -> bool:
    return origin.stage is not target.stage or target.role.is_boundary


def _table(rows: list[tuple[float, ...]]) -> Array:
    return np.array(rows, dtype=float).reshape(-1, len(ELEMENTS))


def _shares(traces: tuple[ChinaShare, ...], name: str) -> Array:
    return np.nan_to_num(_table([getattr(trace, name) for trace in traces]))
