"""Where the chain stands, and through whom: stage x country, one box at a time."""

import streamlit as st

from ui import chains, offers, session
from ui.charts.network import chain_drawing, plants_drawing
from ui.components import chain_panel
from ui.components.chain_controls import controls, filtered
from ui.components.chain_map import chain_map
from ui.components.chain_sankey import chain_sankey
from ui.components.find import suggestions
from ui.components.network_view import clicked, network_view
from ui.components.table import pick, twin
from ui.components.unknown import unknown_note
from ui.components.year_control import balanced, year_control
from ui.viewmodels import chain as chain_words
from ui.viewmodels import plants as plants_vm
from ui.viewmodels.way import main_way

USES = (
    *("year", "item", "lens", "box", "focus", "site", "unfolded", "picture", "region"),
    *("stage", "country", "owner"),
)


def box_clicked() -> None:
    session.choose(box=clicked("chain"), site="")


def site_clicked() -> None:
    session.choose(site=clicked("plants"))


def box_picked() -> None:
    session.choose(box=pick("boxes"), site="")


def site_picked() -> None:
    session.choose(site=pick("sites"))


session.arrive("chain", USES)
left, right = st.columns([8, 3], gap="medium")
with right:
    year_control()
base = balanced(USES)
offers.of(base, network=True)
with left:
    controls(base, session.current(USES))
state = session.current(USES)
session.keep(state)  # before the graph: what it sends back carries the address it knows
found = chains.narrowed_of(base, state)
view, box = found.shown, found.whole.boxes.get(state.box)
site = base.network.sites.get(state.site)
on_map, by_mass = state.picture == "map", state.picture == "sankey"
focused = state.focus and box is not None and not by_mass
unfolded = chain_panel.unfolded_of(state)
plants = chains.plants_of(base, state.item, box, unfolded, state.site) if focused and box else None

with left:
    unknown_note(session.missing("box", found.whole.boxes), "the whole chain")
    unknown_note(session.missing("site", base.network.sites), "no single site")
    suggestions(base, state)
    if not plants:
        filtered(base, state, found)
    if on_map:
        only = [plant.site.id for plant in plants.plants] if plants else found.hits
        chain_map(base, state, "located" if plants else state.lens, only, found.apart)
    elif plants:
        network_view(
            plants_drawing(plants, view.item.unit),
            key="plants",
            label=plants_vm.sentence(plants),
            legend=plants_vm.LEGEND,
            selected=state.site,
            on_click=site_clicked,
        )
        st.caption(plants_vm.sentence(plants))
        chain_panel.undo(base, state)
        twin("sites", plants_vm.table(plants, view.item, base.names), state.site, site_picked)
    elif view.boxes:
        if by_mass:
            chain_sankey(base, state, view)
        else:
            network_view(
                chain_drawing(view, state.lens),
                key="chain",
                label=chain_words.sentence(view),
                legend=chain_words.LENS_LEGENDS[state.lens],
                selected=state.box,
                marked=found.meant,
                way=main_way(chain_words.orders(view), view.links, state.box),
                on_click=box_clicked,
            )
            st.caption(chain_words.hidden_sentence(view))
        twin("boxes", chain_words.table(view, state.lens), state.box, box_picked)

with right:
    if site:
        chain_panel.site_side(base, state, found, site, plants)
    elif box:
        chain_panel.box_side(base, state, found, box, opens=not focused and not by_mass)
    elif found.hits and (state.owner or state.country):
        chain_panel.owner_side(base, state, found)
    else:
        chain_panel.nothing_side(found, state.picture)
