"""How a run spreads, played on the chain or on the map, with the same figures as a table."""

from __future__ import annotations

import streamlit as st

from graph.spread import Result
from ui import atlas, session, text
from ui.charts.network import chain_drawing
from ui.charts.spread_map import signs, spread_drawing
from ui.components.choice import switch
from ui.components.network_view import clicked, network_view, week_of
from ui.components.table import pick, twin
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels import chain_map, outcome, spread_map
from ui.viewmodels.chain import Chain
from ui.viewmodels.worldmap import NO_BORDERS, REGION_WORDS

PICTURES = {"graph": "Chain", "map": "Map"}
ON_CHAIN, ON_MAP = "spread", "spread-map"
LEGEND = "Output lost that week"


def spread_section(base: Base, state: UrlState, chain: Chain, result: Result) -> None:
    """One player under either picture; a click selects the box or the site."""
    if st.session_state.picture not in PICTURES:
        st.session_state.picture = next(iter(PICTURES))
    switch("Spread on", "picture", PICTURES, label_visibility="collapsed")
    if state.picture == "map":
        _on_map(base, state, chain, result)
    else:
        _on_chain(base, state, chain, result)


def _on_chain(base: Base, state: UrlState, chain: Chain, result: Result) -> None:
    frames = outcome.frames(base.ledger, chain, result)
    said = outcome.spread_sentence(frames, chain, result)
    network_view(
        chain_drawing(chain, "own"),
        key=ON_CHAIN,
        label=said,
        legend=f"{LEGEND}, by country and stage",
        selected=state.box,
        frames=frames,
        on_click=_box_clicked,
        week=state.week,
        on_week=_week_chosen,
    )
    st.caption(text.plain(said))
    with st.expander("The same as a table"):
        twin("boxes", outcome.spread_table(frames, chain, state.week), state.box, _box_picked)


def _on_map(base: Base, state: UrlState, chain: Chain, result: Result) -> None:
    spots = atlas.spots_of(base, state.item)
    frames = spread_map.frames(base.ledger, chain.item, spots, result)
    said = spread_map.sentence(frames, spots, base.names, result.weeks)
    picked = chain_map.chosen(spots, state.box, state.site)
    alone = next(iter(picked)) if len(picked) == 1 else ""
    ground = atlas.coast()

    def choose(id: str) -> None:
        spot = next((spot for spot in spots if spot.id == id), None)
        session.choose(box=spot.box if spot else "", site=spot.site if spot else "")

    network_view(
        spread_drawing(spots, frames, ground.lines, st.session_state.region),
        key=ON_MAP,
        label=said,
        legend=LEGEND,
        selected=alone,
        marked=sorted(picked),
        signs=signs(spots),
        frames=frames,
        on_click=lambda: choose(clicked(ON_MAP)),
        week=state.week,
        on_week=_week_chosen,
    )
    switch("Part of the world", "region", REGION_WORDS)
    st.caption(text.plain(said))
    about = f"{spread_map.READING} Coasts: {ground.title}, {ground.licence}. {NO_BORDERS}"
    st.caption(text.plain(about))
    with st.expander("The same as a table"):
        table = spread_map.table(frames, spots, base.names, state.week)
        twin("places", table, alone, lambda: choose(pick("places")))


def _week_chosen() -> None:
    session.choose(week=week_of(ON_MAP if st.session_state.picture == "map" else ON_CHAIN))


def _box_clicked() -> None:
    session.choose(box=clicked(ON_CHAIN), site="")


def _box_picked() -> None:
    session.choose(box=pick("boxes"), site="")
