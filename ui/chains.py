"""What `ui.services` is to the other views, for the Chain page: what it narrows, unfolds, finds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from ui.services import Base, cache_key, chain_of, per_network
from ui.state import UrlState
from ui.viewmodels.chain import Box, Chain, holding, narrowed
from ui.viewmodels.items import item
from ui.viewmodels.plants import Plants, plants
from ui.viewmodels.search import COMPANY, COUNTRY, Entry, Index, index, narrowing


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The chain a state asks for. `whole` is all of it, `shown` what filters leave; `hits` are the
    sites that filters mean, None where all are; `apart` is as of `chain_of`."""

    whole: Chain
    shown: Chain
    hits: frozenset[str] | None
    meant: tuple[str, ...]
    apart: tuple[str, ...]


@per_network
def index_of(base: Base) -> Index:
    """What can be found by name."""
    return index(base.network, base.names)


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Base: cache_key, Box: lambda box: box.sites}
)
def plants_of(
    base: Base, item_id: str, box: Box, unfolded: tuple[str, ...] = (), site: str = ""
) -> Plants:
    """The sites of a box that `chain_of` shows."""
    return plants(base.ledger, item(item_id), box, unfolded, site)


def narrowed_of(base: Base, state: UrlState) -> Narrowed:
    """The chain as filters leave it. A country that a link names stands apart in it."""
    whole, apart = chain_of(base, state.item), tuple[str, ...]()
    named = state.country or (state.box if state.box not in whole.boxes else "").partition("|")[2]
    if named:
        apart = (named,)
        whole = chain_of(base, state.item, apart)
    hits = narrowing(base.network, state.stage, state.country, state.owner)
    meant = holding(whole, hits) if hits else ()
    return Narrowed(
        whole, narrowed(whole, meant) if hits is not None else whole, hits, meant, apart
    )


def view_of(base: Base, state: UrlState, entry: Entry) -> UrlState:
    """The view that shows what was found: a site among the plants around it, what holds several
    sites by itself. What follows something that does not pass there follows all rare earths."""
    bare = UrlState(year=state.year, item=state.item, lens=state.lens, picture=state.picture)
    if len(entry.sites) > 1 or entry.kind == COUNTRY:
        if entry.kind == COMPANY:
            return replace(bare, owner=entry.id)
        return replace(bare, country=entry.id)
    (id,) = entry.sites
    for item_id in (state.item, "all"):
        whole = chain_of(base, item_id, (base.network.sites[id].country,))
        boxes = holding(whole, (id,))
        if boxes:
            return replace(bare, item=item_id, site=id, box=boxes[0], focus=True)
    return replace(bare, site=id)
