"""The chain by mass, with its table: a further picture of the Chain page."""

from __future__ import annotations

import streamlit as st

from ui import session, text
from ui.charts.sankey import sankey_chart
from ui.components.chart import clickable
from ui.services import Base
from ui.state import UrlState
from ui.viewmodels import chain as chains
from ui.viewmodels.sankey import sankey


def chain_sankey(base: Base, state: UrlState, chain: chains.Chain) -> None:
    """Bars and ribbons; a click on a bar or its words selects the box, as in the graph."""
    sites = base.network.sites
    countries = {
        box.id: len({sites[id].country for id in box.sites}) for box in chain.boxes.values()
    }
    picture = sankey(chain, state.lens, state.box, countries)
    st.markdown(text.plain(picture.finding))
    if not picture.bars:
        return
    legend = chains.LENS_LEGENDS[state.lens].replace("Boxes", "Bars").replace("Lines", "Ribbons")
    figure = sankey_chart(picture, legend, session.ink())
    view = f"{state.year}-{state.item}-{state.lens}-{state.box}"
    with st.container(key="sankey"):
        clickable("flows", figure, view, picture.finding, chosen)
    st.caption(text.plain(picture.reading))


def chosen(id: str) -> None:
    """The bar clicked; a ribbon has no id."""
    if id:
        session.choose(box=id, site="")
