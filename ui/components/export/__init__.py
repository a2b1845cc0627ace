"""The one place from which a page is saved: its pictures, tables, graphs, network and reports.

Pictures are drawn by the browser from what it shows; all other files are made on the server, and
only when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

import streamlit as st

from graph.store.exchange import FORMATS, Files
from graph.store.rows import graph_rows
from ui import offers, services, session, terms, text
from ui.charts.network_page import page as offline_page
from ui.charts.network_svg import svg
from ui.charts.painted import Picture
from ui.offers import File, Offers
from ui.report import link_of, made_now
from ui.services import Base
from ui.viewmodels import table_files
from ui.viewmodels.about import About, caption, facts, publications
from ui.viewmodels.tables import Table

HERE = Path(__file__).parent
TITLE_LETTERS = 90
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NETWORK = {
    "GraphML": ("graphml", "graphml", "application/xml"),
    "GEXF": ("gexf", "gexf", "application/xml"),
    "JSON-LD": ("json-ld", "jsonld", "application/ld+json"),
}
"""What a network is saved as: name in `FORMATS`, ending, type."""


def export_menu() -> None:
    """A button in the head of the page that opens the list."""
    found = offers.current()
    with st.popover("Export", key="export"):
        if found.base is None:
            st.caption("Nothing to save here yet.")
            return
        about = _about(found, found.base)
        page = str(st.session_state["page"])
        with st.container(gap="small"):
            st.markdown("**Pictures** as they stand on the page")
            # The browser knows its address: sending it would send the menu again at each click.
            *lines, _ = caption(about)
            _pictures()(key="export-pictures", data={"caption": lines, "page": page})
        _section(
            "**Graphs** as drawings, and as pages that open offline",
            [(p.finding, _graph_files(p, about, page, n)) for n, p in enumerate(found.pictures, 1)],
        )
        _section(
            "**Tables**",
            [(t.finding, _table_files(t, about, page, n)) for n, t in enumerate(found.tables, 1)],
        )
        if found.network:
            rows = [(_size(found.base), _network_files(found.base))]
            _section("**Network** with all figures and sources", rows)
        if found.reports:
            _section("**Report**", [("What the page finds, and all it rests on", found.reports)])


def _about(found: Offers, base: Base) -> About:
    page = str(st.session_state["page"])
    link = link_of(session.address(), "" if page == "brief" else page, st.query_params.to_dict())
    return About(base.network, found.scenario, made_now(services.whose_tables(base), link, ""))


def _section(head: str, rows: Sequence[tuple[str, Sequence[File]]]) -> None:
    """A line for each thing that says what it is, and a button for each kind of file."""
    if not rows:
        return
    with st.container(gap="small"):
        st.markdown(head)
        for title, files in rows:
            words, buttons = st.columns([3, 2], vertical_alignment="center", gap="small")
            words.caption(text.plain(text.shorten(title, TITLE_LETTERS)))
            with buttons.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
                for file in files:
                    _button(file)


def _button(file: File) -> None:
    key = f"export-{file.name}"
    st.download_button(file.label, file.make, file.name, file.mime, key=key, on_click="ignore")


def _table_files(table: Table, about: About, page: str, number: int) -> list[File]:
    name = f"magnetrace-{page}-table-{number}"
    return [
        File("CSV", f"{name}.csv", "text/csv", partial(table_files.csv, table, about)),
        File(
            "XLSX",
            f"{name}.xlsx",
            XLSX,
            partial(table_files.xlsx, table, about, terms.help_of),
        ),
    ]


def _graph_files(picture: Picture, about: About, page: str, number: int) -> list[File]:
    name, mode = f"magnetrace-{page}-graph-{number}", session.theme_type()
    return [
        File("SVG", f"{name}.svg", "image/svg+xml", partial(svg, picture, caption(about), mode)),
        File("HTML", f"{name}.html", "text/html", partial(_page_of, picture, about, mode)),
    ]


def _page_of(picture: Picture, about: About, mode: str) -> str:
    return offline_page(picture, facts(about), publications(about.network), mode)


def _network_files(base: Base) -> list[File]:
    snapshot = base.network.snapshot
    return [
        File(label, f"magnetrace-{snapshot}.{ending}", mime, partial(_network, base, kind))
        for label, (kind, ending, mime) in NETWORK.items()
    ]


def _network(base: Base, kind: str) -> bytes:
    files: Files = FORMATS[kind](graph_rows(base.network, base.trace))
    (content,) = files.values()
    return content


def _size(base: Base) -> str:
    sites, flows = len(base.network.sites), len(base.network.flows)
    whole = f"{text.plural(sites, 'site')} and {text.plural(flows, 'flow')}"
    return f"{whole} of snapshot {base.network.snapshot}"


@cache
def _pictures() -> Callable[..., object]:
    html, css, js = ((HERE / f"export.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("magnetrace_export", html=html, css=css, js=js)
