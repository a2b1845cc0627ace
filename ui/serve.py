"""Streamlit with what the first page needs already imported: `python -m ui.serve run ui/app.py`.

By itself Streamlit imports a page's modules when the first reader comes, and lets them wait.
"""

from __future__ import annotations

import runpy

import ui.services  # noqa: F401

if __name__ == "__main__":
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
