"""How exposed is the chain? The answer first, then stages, tight points, ready questions."""

from dataclasses import replace

import streamlit as st

from ui import services, session, terms, text
from ui.components.onward import onward
from ui.components.year_control import balanced, year_control
from ui.state import UrlState, to_params
from ui.viewmodels import brief

CHAIN = "views/chain.py"
USES = ("year",)

session.arrive("brief", USES)
head, year = st.columns([4, 2], vertical_alignment="bottom")
head.title("Where does the magnet chain hang on one country?", anchor=False)
with year:
    year_control()
base = balanced(USES)
state = session.current(USES)
session.keep(state)
chain = services.chain_of(base, "magnet")
tiles = brief.tiles(services.shares_of(base), services.comparisons_of(base), chain)

st.header(text.plain(brief.answer(tiles, chain)), anchor=False)
st.markdown(text.plain(brief.about(len(base.network.sites), len(base.network.flows))))

st.header("Start with a question", anchor=False)
with st.container(key="ready"):
    for column, question in zip(st.columns(len(brief.QUESTIONS)), brief.QUESTIONS, strict=True):
        with column:
            onward(question.page, question.words, question.link)

st.header("China's share, stage by stage", anchor=False)
for column, tile in zip(st.columns(len(tiles)), tiles, strict=True):
    with (
        column,
        st.container(border=True, gap="xsmall", height="stretch", vertical_alignment="distribute"),
    ):
        st.metric(tile.stage, tile.value, help=terms.meaning(tile.stage))
        st.caption(text.plain(tile.basis))
        st.caption(text.plain(tile.beside))
        link = replace(tile.link, year=state.year)
        st.page_link(CHAIN, label="See it", query_params=to_params(link))

tight, ready = st.columns([3, 2], gap="large")
with tight:
    st.header("The five tightest points", anchor=False)
    points = brief.points(services.chokepoints_of(base), base.names, base.network.year)
    if not points:
        st.markdown("No stage of these data has a size, so that no point can be called tight.")
    for number, point in enumerate(points, start=1):
        label = f"{number}. {text.plain(point.sentence)}"
        link = replace(point.link, year=state.year)
        st.page_link(CHAIN, label=label, query_params=to_params(link))
    onward("chokepoints", "What it costs to lose one, and for how long", UrlState(year=state.year))
with ready:
    st.header("More to ask", anchor=False)
    for question in brief.MORE:
        onward(question.page, question.words, question.link)
    st.page_link(
        "views/sources.py",
        label="What the words mean",
        icon=":material/menu_book:",
        query_params=to_params(UrlState(tab="glossary")),
    )
st.caption(
    "Shares are computed from flows that balance at every site; who trades with whom is partly "
    "estimated. Every figure leads to its sources in the panel of the Chain page."
)
