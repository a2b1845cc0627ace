"""What stands beside the picture of the Chain page: one site, box, company or country."""

from __future__ import annotations

import streamlit as st

from graph.model import Site
from ui import session, text
from ui.chains import Narrowed
from ui.components.panel import show_panel
from ui.components.stop import stop_link, stop_site
from ui.components.table import pick, twin
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels import chain as chains
from ui.viewmodels import panel
from ui.viewmodels.holdings import holdings
from ui.viewmodels.measures import OWNED_BY
from ui.viewmodels.plants import DRAWN, Plants, missing

SEPARATOR = ","


def site_side(
    base: Base, state: UrlState, found: Narrowed, site: Site, plants: Plants | None
) -> None:
    """A site, with what can be unfolded around it."""
    box = found.shown.boxes.get(state.box)
    if plants:
        _unfolding(base, state, found, site, plants)
    elif box:
        st.button(f"All of {text.plain(box.name)}", on_click=session.choose, kwargs={"site": ""})
    stop_site(base, state.year, site.id)
    show_panel(panel.site_panel(base.ledger, found.whole.item, site, base.names))


def box_side(base: Base, state: UrlState, found: Narrowed, box: chains.Box, *, opens: bool) -> None:
    """A box; `opens` where its plants can be shown."""
    if opens:
        st.button("Show its plants", on_click=session.choose, kwargs={"focus": True})
    what = f"{text.lower_first(box.stage.label)} in {box.name}"
    stop_link(base, state.year, f"{box.country}|{box.stage.value}", what)
    show_panel(panel.box_panel(base.ledger, found.whole, box))


def owner_side(base: Base, state: UrlState, found: Narrowed) -> None:
    """What a company or a country holds; a row opens the site."""
    country = base.names.get(state.country, state.country)
    who = ", ".join(part for part in (state.owner, country) if part)
    held = holdings(base.ledger, found.whole, who, found.hits or (), base.names)
    st.header(text.plain(who), anchor=False)
    st.markdown(text.plain(held.sentence))

    def picked() -> None:
        id = pick("held")
        boxes = chains.holding(found.whole, (id,))
        session.choose(site=id, box=boxes[0] if boxes else "")

    target = OWNED_BY + state.owner if state.owner else f"{state.country}|"
    stop_link(base, state.year, target, f"all of {state.owner or country}")
    twin("held", held.table, state.site, picked)


def nothing_side(found: Narrowed, picture: str) -> None:
    """Where nothing is chosen: what to do, and what the picture says."""
    thing = {"map": "mark on the map", "sankey": "bar"}.get(picture, "box in the graph")
    st.info(f"Click a {thing}, pick a row in the table below it, or find a name above.")
    st.markdown(text.plain(chains.sentence(found.whole)))


def _unfolding(base: Base, state: UrlState, found: Narrowed, site: Site, plants: Plants) -> None:
    """A neighbour brings its own partners into the picture."""
    unfolded = unfolded_of(state)
    more = missing(base.ledger, found.whole.item, plants, site.id)
    if more and site.id not in (*plants.box.sites, *unfolded):
        st.button(
            f"Unfold {text.plural(more, 'more partner')}",
            on_click=session.choose,
            kwargs={"unfolded": SEPARATOR.join((*unfolded, site.id))},
            help=f"Draws whom it trades with, up to {DRAWN} sites in all.",
        )


def undo(base: Base, state: UrlState) -> None:
    """Take back what was unfolded last."""
    unfolded = unfolded_of(state)
    last = base.network.sites.get(unfolded[-1]) if unfolded else None
    if last:
        st.button(
            f"Undo: fold {text.plain(last.name)}",
            on_click=session.choose,
            kwargs={"unfolded": SEPARATOR.join(unfolded[:-1])},
        )


def unfolded_of(state: UrlState) -> tuple[str, ...]:
    """Ids of the sites that were unfolded, the last one last."""
    return tuple(id for id in state.unfolded.split(SEPARATOR) if id)
