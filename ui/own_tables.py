"""What `ui.services` is to the other pages, for data of one's own: the report on them, and tables
to start from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import loaders
from loaders.checks import CheckReport
from loaders.overlay import TableChange
from loaders.own_data import OwnData
from loaders.templates import empty_tables, shipped_tables, zipped
from ui.services import files_mark, version
from ui.viewmodels import snapshots


@dataclass(frozen=True, slots=True)
class OwnReport:
    """What is to say of data that a reader brings."""

    report: CheckReport
    changes: tuple[TableChange, ...]
    """against the shipped tables; none where there are problems"""


def report_of(own: OwnData) -> OwnReport:
    """Every problem of own data, or what they give and change."""
    return _report(version(own), own)


@st.cache_resource(max_entries=8, show_spinner="Checking your tables …")
def _report(version: str, _own: OwnData) -> OwnReport:  # noqa: ARG001 - the key of the cache
    report = loaders.check(_own, snapshot=snapshots.DEFAULT)
    return OwnReport(report, () if report.problems else loaders.against_shipped(_own))


def template_zip() -> bytes:
    """Empty tables with an explanation, to start own data from."""
    return _zip(files_mark(loaders.shipped_folder()), filled=False)


def shipped_zip() -> bytes:
    """The tables that ship."""
    return _zip(files_mark(loaders.shipped_folder()), filled=True)


@st.cache_resource(max_entries=2, show_spinner=False)
def _zip(state: str, *, filled: bool) -> bytes:  # noqa: ARG001 - the key of the cache
    tables = shipped_tables if filled else empty_tables
    return zipped(tables(loaders.shipped_folder()))
