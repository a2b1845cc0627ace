"""The supply that leads to some end uses, with the tightest cut in it, few enough sites to read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graph.contingency import Case
from graph.model import Site, Stage
from graph.structure import Cut
from ui import text
from ui.viewmodels.chain import Link, links_of
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger

STAGE_CAP = 14
"""Sites drawn a stage at most, those of the cut first: one column each, names readable."""


LEGEND = "Columns: stages. Width of lines: amount of the element on this way"


@dataclass(frozen=True, slots=True)
class CutSite:
    """A site on the way. `tonnes` a year (oxide equivalent of the element) that it sends on, or
    takes where the way ends; `share` (0..1) is its part of the cut, None for those outside it."""

    site: Site
    tonnes: float
    share: float | None


@dataclass(frozen=True, slots=True)
class CutChain:
    """What is drawn of the way, by stage in the order of the chain, and what did not fit.

    `beyond` is the share (0..1) of the cut that hidden members have together; `hidden_links` are
    those between drawn sites; `idle` are the sites that stand still without what is lost.
    """

    element: str
    sites: tuple[CutSite, ...]
    links: tuple[Link, ...]
    hidden_sites: int
    hidden_members: int
    beyond: float
    idle: int

    @property
    def hidden_links(self) -> int:
        return sum(not link.drawn for link in self.links)

    def columns(self) -> list[tuple[str, list[str]]]:
        """Heads and ids by stage, in the order of the chain."""
        by_stage = [
            (stage.label, [each.site.id for each in self.sites if each.site.stage is stage])
            for stage in Stage
        ]
        return [(head, ids) for head, ids in by_stage if ids]


def cut_chain(ledger: Ledger, cut: Cut, way: Sequence[int], before: Sequence[int] = ()) -> CutChain:
    """The sites between which the flows of the way (places in the ledger) run: of each stage those
    of the cut, then those that send on most. `before` is the way with what is lost still there."""
    followed = item(cut.what)
    amounts, sites = ledger.amounts(followed), ledger.network.sites
    sent: dict[str, float] = defaultdict(float)
    taken: dict[str, float] = defaultdict(float)
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in way:
        flow = ledger.network.flows[row]
        sent[flow.origin] += float(amounts[row])
        taken[flow.target] += float(amounts[row])
        if flow.origin != flow.target:
            pairs[flow.origin, flow.target].append(row)
    share = {member.site: member.share for member in cut.members}
    found = sorted(
        (
            CutSite(sites[id], sent.get(id) or taken.get(id, 0.0), share.get(id))
            for id in {*sent, *taken, *share}
        ),
        key=lambda each: (-(each.share or 0.0), -each.tonnes, each.site.id),
    )
    drawn: list[CutSite] = []
    hidden: list[CutSite] = []
    full: Counter[Stage] = Counter()
    for each in found:
        (drawn if full[each.site.stage] < STAGE_CAP else hidden).append(each)
        full[each.site.stage] += 1
    shown = {each.site.id for each in drawn}
    between = {pair: rows for pair, rows in pairs.items() if shown >= set(pair)}
    members = [each.share for each in hidden if each.share is not None]
    return CutChain(
        element=cut.what,
        sites=tuple(drawn),
        links=links_of(ledger, followed, between),
        hidden_sites=len(hidden) - len(members),
        hidden_members=len(members),
        beyond=sum(members),
        idle=len({end for row in before for end in _ends(ledger, row)} - {*sent, *taken}),
    )


def _ends(ledger: Ledger, row: int) -> tuple[str, str]:
    flow = ledger.network.flows[row]
    return flow.origin, flow.target


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids of drawn sites and of drawn links that belong to a case."""

    sites: tuple[str, ...]
    links: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.sites or self.links)


def marks(view: CutChain, ledger: Ledger, case: Case) -> Marks:
    """Where a case stands in the picture."""
    flows = ledger.network.flows
    return Marks(
        tuple(each.site.id for each in view.sites if each.site.id in case.sites),
        tuple(
            link.id
            for link in view.links
            if link.drawn and any(flows[row].key in case.flows for row in link.rows)
        ),
    )


def sentence(view: CutChain) -> str:
    """What is drawn, for those who cannot see it."""
    members = [each for each in view.sites if each.share is not None]
    element = text.ELEMENT_NAMES[view.element]
    return (
        f"The way of {element}: {text.plural(len(view.sites), 'site')} in "
        f"{text.plural(len(view.columns()), 'stage')}, {len(members)} of them in the cut."
    )


def hidden_sentence(view: CutChain) -> str:
    """What did not fit."""
    hidden = []
    if view.hidden_members:
        part = f"{text.share(view.beyond)} of it together"
        hidden.append(f"{text.plural(view.hidden_members, 'site')} of the cut with {part}")
    if view.hidden_sites:
        hidden.append(text.plural(view.hidden_sites, "smaller site", "smaller sites"))
    if view.hidden_links:
        hidden.append(text.plural(view.hidden_links, "smaller link"))
    said = f"Not drawn: {text.join(hidden)}." if hidden else "All on the way is drawn."
    if view.idle:
        said += (
            f" {text.plural(view.idle, 'site stands', 'sites stand')} still and left the picture."
        )
    return said


def marked_sentence(found: Marks, name: str) -> str:
    """Whether the case picked in the ranks is in the picture."""
    if not found:
        return f"{name} is not in this picture."
    return f"{'Dashed blue frame' if found.sites else 'Blue line'}: {name}."
