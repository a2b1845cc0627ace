"""A ready-made network of three sites, as files: what the tests of given flows start from."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import loaders
from graph.errors import DataError
from graph.network import Network

SITES = """id,name,stage,country
mine,Mine,mine,AUS
sep,"Separator, old",separation,MYS
metal,Metal maker,metal_alloy,CHN
"""
FLOWS = """origin,target,material,tonnes,ndpr,dy,tb,sm,other,year
mine,sep,concentrate,100,20,1,0.5,2,76.5,2023
sep,metal,ndpr_oxide,20,,,,,,2024
"""


def folder_of(tmp_path: Path, **tables: str) -> Path:
    """A folder of CSV files; the two tables above where no other text is given."""
    for table, text in ({"sites": SITES, "flows": FLOWS} | tables).items():
        (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def as_parquet(folder: Path) -> Path:
    """The same tables as Parquet, with numbers as numbers and empty cells as null."""
    text = {"id", "name", "stage", "country", "origin", "target", "material", "site", "unit"}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        columns = {
            name: [(cell if name in text else float(cell)) if cell else None for cell in cells]
            for name, cells in zip(header, zip(*rows, strict=True), strict=True)
        }
        parquet.write_table(pa.table(columns), path.with_suffix(".parquet"))
        path.unlink()
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        loaders.load(folder)
    return [str(problem) for problem in caught.value.problems]


def parts(network: Network) -> tuple[object, ...]:
    return (
        *(network.snapshot, network.year, dict(network.sites), network.flows),
        *(dict(network.sources), dict(network.recovery)),
    )
