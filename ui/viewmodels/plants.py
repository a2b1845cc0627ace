"""The sites of one box with their neighbours, few enough to read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph.model import Site, Stage
from ui.viewmodels.chain import Box, Link, counted_rows
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Array, Ledger, Touch

CAP = 150
FOCUS_CAP = 60
"""Sites of the box itself that are drawn at most; the rest of the cap is for neighbours."""


@dataclass(frozen=True, slots=True)
class Plant:
    site: Site
    amount: float
    touch: Touch
    in_focus: bool


@dataclass(frozen=True, slots=True)
class Plants:
    """`hidden_sites` of the box and `hidden_neighbours` did not fit under the cap."""

    box: Box
    plants: tuple[Plant, ...]
    links: tuple[Link, ...]
    hidden_sites: int
    hidden_neighbours: int

    def columns(self) -> list[tuple[str, list[str]]]:
        """Heads and ids by stage, in the order of the chain; the stage of the box may stand alone
        in its column beside neighbours of the same stage."""
        found = []
        for stage in Stage:
            ids = [p.site.id for p in self.plants if p.site.stage is stage]
            if ids:
                found.append((stage.label, ids))
        return found


def plants(ledger: Ledger, item: Item, box: Box, *, cap: int = CAP) -> Plants:
    """The largest sites of `box` and the sites that trade most with them."""
    amounts = ledger.amounts(item)
    focus = box.sites[: min(FOCUS_CAP, cap)]
    inside = set(focus)
    traded: dict[str, float] = defaultdict(float)
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for id in focus:
        for row in (*ledger.rows_in.get(id, ()), *ledger.rows_out.get(id, ())):
            flow = ledger.network.flows[row]
            if amounts[row] <= 0:
                continue
            if row not in pairs[flow.origin, flow.target]:
                pairs[flow.origin, flow.target].append(row)
            other = flow.target if flow.origin == id else flow.origin
            if other not in inside:
                traded[other] += float(amounts[row])
    neighbours = sorted(traded, key=lambda id: (-traded[id], id))
    shown = neighbours[: cap - len(focus)]
    drawn = inside | set(shown)
    return Plants(
        box=box,
        plants=tuple(_plant(ledger, item, amounts, id, id in inside) for id in (*focus, *shown)),
        links=tuple(
            Link(
                id=f"{origin}>{target}",
                origin=origin,
                target=target,
                amount=float(amounts[rows].sum()),
                touch=ledger.touch(rows, item),
                reported_share=ledger.reported_share(rows, amounts),
                drawn=True,
                rows=tuple(rows),
            )
            for (origin, target), rows in sorted(pairs.items())
            if origin in drawn and target in drawn and origin != target
        ),
        hidden_sites=len(box.sites) - len(focus),
        hidden_neighbours=len(neighbours) - len(shown),
    )


def _plant(ledger: Ledger, item: Item, amounts: Array, id: str, in_focus: bool) -> Plant:
    site = ledger.network.sites[id]
    rows = counted_rows(ledger, site, amounts) or tuple(
        row for row in ledger.rows_in.get(id, ()) if amounts[row] > 0
    )
    return Plant(site, float(amounts[list(rows)].sum()), ledger.touch(rows, item), in_focus)
