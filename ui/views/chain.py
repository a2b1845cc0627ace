"""Where the chain stands, and through whom: stage x country, one box at a time."""

import streamlit as st

from ui import services, session, text
from ui.charts.network import chain_drawing, plants_drawing
from ui.components.chain_map import chain_map
from ui.components.chain_sankey import chain_sankey
from ui.components.network_view import clicked, network_view
from ui.components.panel import show_panel
from ui.components.table import pick, twin
from ui.components.year_control import balanced, year_control
from ui.state import ITEMS, LENSES, PICTURES
from ui.viewmodels import chain as chains
from ui.viewmodels import items, panel
from ui.viewmodels import plants as plants_vm

USES = ("year", "item", "lens", "box", "focus", "site", "picture", "region")


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
with left:
    title, follow, colour, picture = st.columns([85, 210, 400, 210], vertical_alignment="bottom")
    title.title("Chain", anchor=False)
    follow.selectbox(
        "Follow",
        ITEMS,
        session.place(ITEMS, "item"),
        key="item",
        format_func=items.CHOICES.__getitem__,
    )
    if st.session_state.focus and st.session_state.picture != "sankey":
        colour.button(
            "Back to countries", on_click=session.choose, kwargs={"focus": False, "site": ""}
        )
    else:
        colour.segmented_control(
            "Colour by",
            LENSES,
            default=st.session_state.lens,
            key="lens",
            format_func=chains.LENS_WORDS.__getitem__,
            required=True,
        )
    picture.segmented_control(
        "Show as",
        PICTURES,
        default=st.session_state.picture,
        key="picture",
        format_func=chains.PICTURE_WORDS.__getitem__,
        required=True,
    )
with right:
    year_control()
base = balanced(USES)
state = session.current(USES)
session.keep(state)  # before the graph: what it sends back carries the address it knows
view = services.chain_of(base, state.item)
box = view.boxes.get(state.box)
site = base.network.sites.get(state.site)
on_map, by_mass = state.picture == "map", state.picture == "sankey"
focused = state.focus and box is not None and not by_mass

plants = services.plants_of(base, state.item, box.id) if focused and box else None

with left:
    if on_map:
        only = [plant.site.id for plant in plants.plants] if plants else None
        chain_map(base, state, "located" if plants else state.lens, only)
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
        twin("sites", plants_vm.table(plants, view.item, base.names), state.site, site_picked)
    elif by_mass:
        chain_sankey(base, state, view)
        twin("boxes", chains.table(view, state.lens), state.box, box_picked)
    else:
        network_view(
            chain_drawing(view, state.lens, chains.HEADS),
            key="chain",
            label=chains.sentence(view),
            legend=chains.LENS_LEGENDS[state.lens],
            selected=state.box,
            on_click=box_clicked,
        )
        st.caption(chains.hidden_sentence(view))
        twin("boxes", chains.table(view, state.lens), state.box, box_picked)

with right:
    if site and (focused or on_map):
        if not focused and box:
            st.button(
                f"All of {text.plain(box.name)}", on_click=session.choose, kwargs={"site": ""}
            )
        show_panel(panel.site_panel(base.ledger, view.item, site, base.names))
    elif box:
        if not focused:
            st.button("Show its plants", on_click=session.choose, kwargs={"focus": True})
        show_panel(panel.box_panel(base.ledger, view, box))
    else:
        thing = "mark on the map" if on_map else "box in the graph"
        st.info(f"Click a {thing}, or pick a row in the table below it.")
        st.markdown(text.plain(chains.sentence(view)))
