"""The sites of one box with their neighbours, few enough to read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.model import Site, Stage
from ui import text
from ui.viewmodels.chain import Box, Link, amount_head, counted_rows, links_of
from ui.viewmodels.items import Item
from ui.viewmodels.ledger import Array, Ledger, Touch
from ui.viewmodels.tables import Table, percent, rounded

FOCUS_CAP = 32
"""Sites of the box itself that are drawn at most."""
STAGE_CAP = 16
"""Trading partners drawn per stage at most: about 130 sites in all, each with a readable name."""
DRAWN = 150
"""Sites drawn at most, however many were unfolded."""


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
        """Heads and ids by stage, in the order of the chain."""
        found = []
        for stage in Stage:
            ids = [p.site.id for p in self.plants if p.site.stage is stage]
            if ids:
                found.append((stage.label, ids))
        return found


def plants(
    ledger: Ledger, item: Item, box: Box, unfolded: Sequence[str] = (), site: str = ""
) -> Plants:
    """The largest sites of `box` and, stage by stage, the sites that trade most with them.

    Sites that were `unfolded` bring their partners as well, as far as DRAWN allows, and a `site`
    of the box that was picked is drawn however small it is.
    """
    amounts = ledger.amounts(item)
    focus = box.sites[:FOCUS_CAP]
    if site in box.sites and site not in focus:
        focus = (*focus[:-1], site)
    more = [id for id in unfolded if id in ledger.network.sites and id not in focus]
    inside = {*focus, *more}
    traded: dict[str, float] = defaultdict(float)
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, flow in enumerate(ledger.network.flows):
        if amounts[row] > 0 and (flow.origin in inside or flow.target in inside):
            pairs[flow.origin, flow.target].append(row)
            for end in {flow.origin, flow.target} - inside:
                traded[end] += float(amounts[row])
    shown: list[str] = []
    taken: Counter[Stage] = Counter()
    room = DRAWN - len(inside)
    cap = STAGE_CAP if not more else room
    for id in sorted(traded, key=lambda id: (-traded[id], id)):
        stage = ledger.network.sites[id].stage
        if taken[stage] < cap and len(shown) < room:
            taken[stage] += 1
            shown.append(id)
    drawn = inside | set(shown)
    between = {pair: rows for pair, rows in pairs.items() if drawn >= set(pair)}
    return Plants(
        box=box,
        plants=tuple(
            _plant(ledger, item, amounts, id, id in inside) for id in (*focus, *more, *shown)
        ),
        links=links_of(ledger, item, between),
        hidden_sites=len(box.sites) - len(focus),
        hidden_neighbours=len(traded) - len(shown),
    )


def missing(ledger: Ledger, item: Item, plants: Plants, id: str) -> int:
    """How many trading partners of a site are not drawn."""
    amounts = ledger.amounts(item)
    flows = ledger.network.flows
    ends = {flows[row].origin for row in ledger.rows_in.get(id, ()) if amounts[row] > 0}
    ends |= {flows[row].target for row in ledger.rows_out.get(id, ()) if amounts[row] > 0}
    return len(ends - {plant.site.id for plant in plants.plants})


def _plant(ledger: Ledger, item: Item, amounts: Array, id: str, in_focus: bool) -> Plant:
    site = ledger.network.sites[id]
    rows = counted_rows(ledger, site, amounts) or tuple(
        row for row in ledger.rows_in.get(id, ()) if amounts[row] > 0
    )
    return Plant(site, float(amounts[list(rows)].sum()), ledger.touch(rows, item), in_focus)


LEGEND = "Boxes and lines: share of the content that touched China, highest element"


def sentence(plants: Plants) -> str:
    """What is drawn and what is not."""
    inside = sum(plant.site.id in plants.box.sites for plant in plants.plants if plant.in_focus)
    hidden = [
        text.plural(count, *words)
        for count, words in (
            (plants.hidden_sites, ("smaller site of its own", "smaller sites of its own")),
            (plants.hidden_neighbours, ("smaller trading partner",)),
        )
        if count
    ]
    return (
        f"{text.plural(inside, 'site')} of {plants.box.name}, "
        f"{text.lower_first(plants.box.stage.label)}, with "
        f"{text.plural(len(plants.plants) - inside, 'trading partner')}"
        + (f"; not drawn: {text.join(hidden)}." if hidden else "; all are drawn.")
    )


def table(plants: Plants, item: Item, names: Mapping[str, str]) -> Table:
    """The drawn sites as rows, those of the box first."""
    amount = amount_head(item)
    return Table(
        name=f"{item.id}-{plants.box.id}",
        ids=tuple(plant.site.id for plant in plants.plants),
        rows=[
            {
                "Site": plant.site.name,
                "Stage": plant.site.stage.label,
                "Country": names.get(plant.site.country, plant.site.country),
                amount: rounded(plant.amount),
                "Touched China": percent(plant.touch.highest),
                "Element": text.ELEMENT_NAMES.get(plant.touch.element, ""),
                "Mean by mass": percent(plant.touch.mean),
                "Status": plant.site.status.value,
            }
            for plant in plants.plants
        ],
        kinds={amount: "number", "Touched China": "share", "Mean by mass": "share"},
        finding=sentence(plants),
    )
