"""Reports as files: which kinds there are, and the link and the command that bring one back."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from ui.report_html import html
from ui.report_pdf import pdf
from ui.version import program_version
from ui.viewmodels.report import Made, Report

FORMATS: Mapping[str, Callable[[Report], bytes]] = {
    "html": lambda report: html(report).encode(),
    "pdf": pdf,
}
SHIPPED = "the tables that ship with magnetrace"
MIME = {"html": "text/html", "pdf": "application/pdf"}


def made_now(data: str, link: str, command: str) -> Made:
    """How a report made now came about."""
    return Made(date.today().isoformat(), program_version(), data, link, command)


def link_of(address: str, page: str, params: Mapping[str, str]) -> str:
    """The address of a view; `address` is that of the server, with or without a page."""
    root = address.rstrip("/").removesuffix(f"/{page}")
    return f"{root}/{page}" + (f"?{urlencode(params)}" if params else "")


def command_of(names: Sequence[str], snapshot: str, goal: str, more: Sequence[str] = ()) -> str:
    """What to type for a report of shipped scenarios."""
    whose = ["--for", goal] if goal else []
    parts = ["magnetrace", "report", *names, "--snapshot", snapshot, *whose, *more]
    return shlex.join([*parts, "--to", "report.pdf"])
