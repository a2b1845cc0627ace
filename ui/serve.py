"""Streamlit, made ready for its first visitor: `python -m ui.serve run ui/app.py`.

By itself Streamlit imports a page's modules and builds what it shows when the first visitor comes,
and lets them wait. Here a thread does so while the server starts.
"""

from __future__ import annotations

import logging
import os
import pkgutil
import runpy
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module

import ui.services
from graph.errors import MagnetraceError
from ui.cli_explore import UNTIL_EOF
from ui.state import UrlState

WARMER = "warm-up"


def warm_up() -> None:
    """Import what the pages draw with, build the network, run the scenario that is shown first."""
    for package in ("ui.viewmodels", "ui.charts", "ui.components"):
        for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
            import_module(module.name)
    from ui import chains, playing  # behind what comes first: a visitor may be there already

    with suppress(MagnetraceError):  # of the data; the command and every page say it
        base = ui.services.base_on(None)
        ui.services.shares_of(base)
        ui.services.comparisons_of(base)
        ui.services.chokepoints_of(base)
        chains.narrowed_of(base, UrlState())
        chains.index_of(base)
        playing.runs_of(base, UrlState(scenario=playing.first_scenario(base)))
    ui.services.set_aside()


def end_with_input() -> None:
    """End where whoever started this has gone: a server left behind would hold the port."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _is_of_a_visitor(_record: logging.LogRecord) -> bool:
    return threading.current_thread().name != WARMER


if __name__ == "__main__":
    # Streamlit warns of every cached value that is asked for outside a visit.
    of_visits = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    of_visits.addFilter(_is_of_a_visitor)
    if sys.argv[1:2] == [UNTIL_EOF]:
        del sys.argv[1]
        threading.Thread(target=end_with_input, name="end-with-input", daemon=True).start()
    threading.Thread(target=warm_up, name=WARMER, daemon=True).start()
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
