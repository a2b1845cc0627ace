"""Data of the reader's own: brought, checked and used in this session, and in no other."""

from __future__ import annotations

import streamlit as st

from loaders.own_data import MODES, OVERLAY, OwnData, from_files
from ui import own_tables, services, session, text
from ui.components.table import show
from ui.state import UrlState
from ui.viewmodels import coverage
from ui.viewmodels import own_data as view
from ui.viewmodels.tables import Table

TYPES = ["zip", "csv", "xlsx"]
MIME = "application/zip"


def banner() -> None:
    """On every page, while own data are in use: which, and the way back."""
    own = session.own_data()
    if own is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="own-banner"):
        st.markdown(
            f":material/upload_file: **{text.plain(view.label(own))}.** Only you see it; a link to "
            "this view opens the shipped data.",
            width="stretch",
        )
        st.button("Back to the shipped data", on_click=session.use_data, args=(None,))


def upload(_base: services.Base, _state: UrlState) -> None:
    """Templates, the files, the report on them, and the button that puts them to use."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        mode = st.radio(
            "How your tables are meant",
            (OVERLAY, *(mode for mode in MODES if mode != OVERLAY)),
            format_func=view.MODE_WORDS.__getitem__,
            captions=[view.MODE_CAPTIONS[OVERLAY], view.MODE_CAPTIONS["replace"]],
            key="own-mode",
        )
        files = st.file_uploader(
            "Your tables: one .zip, or .csv and .xlsx files named after the tables",
            TYPES,
            accept_multiple_files=True,
            key="own-files",
        )
    with right:
        st.markdown("**Start from**")
        st.download_button(
            "Empty tables (.zip)",
            own_tables.template_zip(),
            "magnetrace-template.zip",
            MIME,
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "The shipped data (.zip)",
            own_tables.shipped_zip(),
            "magnetrace-data.zip",
            MIME,
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption(
            "README.txt in both explains every column. Your files are read in memory, used in this "
            "session only and never written to the disk."
        )
    own = _brought(files, mode) if files else session.own_data()
    if own:
        _report(own)
    else:
        st.info("Nothing brought yet. The report on your tables appears here.")


def _brought(files: list[st.runtime.uploaded_file_manager.UploadedFile], mode: str) -> OwnData:
    """The files in memory; those of the last run are not unpacked again."""
    asked = (mode, *(file.file_id for file in files))
    kept = st.session_state.get("own-brought")
    if kept is None or kept[0] != asked:
        name = text.join([file.name for file in files])
        own = from_files(((f.name, f.getvalue()) for f in files), mode, text.shorten(name, 60))
        st.session_state["own-brought"] = kept = (asked, own)
    found: OwnData = kept[1]
    return found


def _report(own: OwnData) -> None:
    found = own_tables.report_of(own)
    report = found.report
    st.subheader(text.plain(view.label(own)), anchor=False)
    if report.problems:
        st.error(text.plain(view.verdict(report)))
        show(view.problems(report.problems))
        return
    st.success(text.plain(view.verdict(report)))
    using = session.own_data()
    if using is None or using.fingerprint != own.fingerprint:
        st.button("Use them on every page", type="primary", on_click=session.use_data, args=(own,))
    left, right = st.columns(2, gap="large")
    with left:
        _table("What changed", view.changed(found.changes))
    with right:
        _table("China's share", view.compared(report.comparisons))
    _table("What does not close", coverage.open_ends(report.imbalances))
    with st.expander("All computed shares"):
        show(view.shares(report.shares))


def _table(heading: str, table: Table) -> None:
    st.subheader(heading, anchor=False)
    st.caption(text.plain(table.finding))
    if table.rows:
        show(table)
