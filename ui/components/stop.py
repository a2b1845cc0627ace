"""A link from anything in the chain to the scenario in which it stops."""

from __future__ import annotations

import streamlit as st

from graph.who import NAMELESS, owners_of
from ui import playing, text
from ui.services import Base
from ui.state import UrlState, to_params
from ui.viewmodels.measures import OWNED_BY, stopped

OUTAGE = "outage"


def stop_link(base: Base, year: str, target: str, what: str) -> None:
    """Show a link, unless `target` is nothing that an outage could stop."""
    if target in playing.targets_of(base, OUTAGE):
        state = UrlState(year=year, lever=OUTAGE, target=target)
        st.page_link(
            "views/scenario.py",
            label=text.plain(f"Stop this: {what}"),
            icon=":material/block:",
            query_params=to_params(state),
            help="Opens the Scenario page with an outage of it, all of it for a year. Size and "
            "weeks can be changed there.",
        )


def stop_site(base: Base, year: str, id: str) -> None:
    """Links for a site, and for each company behind it that holds more than this one."""
    site = base.network.sites[id]
    stop_link(base, year, id, site.name)
    for owner in sorted(owners_of(site) - NAMELESS):
        count = len(stopped(base.network, OWNED_BY + owner))
        if count > 1:
            stop_link(base, year, OWNED_BY + owner, f"all {count} sites of {owner}")
