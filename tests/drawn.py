"""Small networks drawn at random, with loops and dead ends, for laws that always hold."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from networks import flow, site

from graph.model import Stage
from graph.network import Network

MINES, INNER, END = (0, 1), (2, 3, 4, 5), 6
STAGES = (Stage.MINE, Stage.MINE, Stage.SEPARATION, Stage.METAL, Stage.METAL, Stage.MAGNET)
LINKS = [
    (i, j)
    for i in (*MINES, *INNER)
    for j in (*INNER, END)
    if i != j and not (i in MINES and j == END)
]


@st.composite
def plain(draw: st.DrawFn) -> tuple[Network, np.ndarray]:
    """One element and no losses: two mines, four sites between, an end use that something reaches;
    and a room for each site."""
    return _network(draw, dy=False, losses=False)


@st.composite
def mixed(draw: st.DrawFn) -> tuple[Network, np.ndarray]:
    """Two elements in any mix, and losses."""
    return _network(draw, dy=True, losses=True)


def _network(draw: st.DrawFn, *, dy: bool, losses: bool) -> tuple[Network, np.ndarray]:
    links = draw(st.sets(st.sampled_from(LINKS), min_size=3))
    links |= {(draw(st.sampled_from(MINES)), 2), (2, draw(st.sampled_from((3, 4, 5)))), (5, END)}
    amounts = st.integers(1, 50).map(float)
    sites = [
        site(f"s{i}", stage, draw(st.sampled_from(("CHN", "AUS"))))
        for i, stage in enumerate(STAGES)
    ]
    sites.append(site("end", Stage.END_USE, "USA", sector="EV"))
    ids = [each.id for each in sites]
    flows = []
    for i, j in sorted(links):
        content = (draw(amounts), draw(st.sampled_from((0.0, 0.5, 5.0))) if dy else 0.0)
        flows.append(flow(ids[i], ids[j], "concentrate", sum(content), *content))
    recovery = {
        (id, "concentrate"): draw(st.sampled_from((1.0, 0.9, 0.5))) if losses else 1.0 for id in ids
    }
    network = Network.of(sites, flows, snapshot="drawn", year=2025, recovery=recovery)
    rooms = draw(st.lists(st.sampled_from((1.0, 1.5, 3.0)), min_size=7, max_size=7))
    return network, np.array(rooms)
