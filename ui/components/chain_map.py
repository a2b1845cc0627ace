"""The chain on a map, with its table: a further picture of the Chain page."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from ui import atlas, services, session, text
from ui.components.table import pick, twin
from ui.components.world_map import world_map
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels import chain_map as maps


def chain_map(
    base: Base, state: UrlState, lens: str, only: Collection[str] | None, apart: tuple[str, ...]
) -> None:
    """Sites and flows between countries; `only` narrows it to some sites, `apart` is as of
    `chain_of`."""
    item, points = services.chain_of(base, state.item).item, atlas.points_of(base)
    found = atlas.spots_of(base, state.item, apart)
    if only is not None:
        found = tuple(spot for spot in found if not set(only).isdisjoint(spot.sites))
    picked = maps.chosen(found, state.box, state.site)
    ends = {id for spot in found if spot.id in picked for id in spot.sites}
    who = maps.named(found, picked, base.names)
    if state.site in ends:
        ends, who = {state.site}, base.network.sites[state.site].name
    flows = maps.crossings(base.ledger, item, points, ends or None)
    year = base.network.year
    world = maps.world(item, year, found, flows, picked, who, lens, points, base.names)

    def choose(id: str) -> None:
        spot = next((spot for spot in found if spot.id == id), None)
        if only is not None and spot and spot.site:
            session.choose(site=spot.site)  # among the plants of a box that stays chosen
        else:
            session.choose(box=spot.box if spot else "", site=spot.site if spot else "")

    st.markdown(text.plain(world.finding))
    view = f"{state.year}-{state.item}-{lens}-{state.box}-{state.site}"
    legend = maps.LENS_LEGENDS[lens]
    world_map(world, key="map", view=view, legend=legend, on_pick=choose)
    selected = next(iter(picked)) if len(picked) == 1 else ""
    kept = "" if only is None else f"{state.box}-{state.stage}-{state.country}-{state.owner}"
    rows = f"{state.year}-{state.item}-{kept}"
    table = maps.table(item, found, base.names, rows, world.finding)
    twin("spots", table, selected, lambda: choose(pick("spots")))
