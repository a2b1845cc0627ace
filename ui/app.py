"""The explorer, `python -m streamlit run ui/app.py`: the list of pages and the look."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:  # Streamlit puts ui/ on the path, not the folder above it
    sys.path.insert(0, ROOT)

from ui import offers, theme  # noqa: E402
from ui.components.export import export_menu  # noqa: E402
from ui.components.network_view import network_library  # noqa: E402
from ui.components.own_data import banner  # noqa: E402
from ui.components.share import share  # noqa: E402
from ui.components.trouble import told  # noqa: E402

# Not in a folder called pages: Streamlit would run a page linked to first without this script.
st.set_page_config(page_title="magnetrace", layout="wide")
st.html(theme.STYLE)
page = st.navigation(
    [
        st.Page("views/brief.py", title="Brief", default=True),
        st.Page("views/chain.py", title="Chain"),
        st.Page("views/chokepoints.py", title="Chokepoints"),
        st.Page("views/scenario.py", title="Scenario"),
        st.Page("views/compare.py", title="Compare"),
        st.Page("views/query.py", title="Query"),
        st.Page("views/sources.py", title="Data", url_path="data"),
    ],
    position="top",
)
offers.begin()
beside = share()
banner()
try:
    with told():
        page.run()
finally:  # also where a page ends early
    with beside:
        export_menu()
    network_library()
