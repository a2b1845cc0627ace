"""Real public files, cut to size, where MAGNETRACE_SAMPLES names their folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "MAGNETRACE_SAMPLES"
MCS_2026 = "usgs_mcs2026_commodities_data_ree_slice.csv"
MCS_2024 = "usgs_mcs2024-raree_world.csv"
MYB_2022 = "usgs_myb2022_rare_earths_tables.xlsx"
OCCURRENCES = "usgs_Global_REE_occurrence_database.xlsx"
BACI = "baci_hs92_ree_2015_2024.csv"
COMTRADE = "comtrade_china_2846_imports_2024"


def sample(name: str) -> Path:
    """The file, or a skip that says why."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} names no folder with real public files")
    path = Path(folder) / name
    if not path.is_file():
        pytest.skip(f"{VARIABLE} holds no {name}")
    return path
