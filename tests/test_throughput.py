"""What published capacities say about the room of a site, unit by unit."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from networks import flow, site

from graph.model import Stage
from graph.network import Network
from graph.throughput import FINISHED_PER_BLANK, rooms

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("material", "tonnes", "content", "about", "room"),
    [
        ("concentrate", 100, (20.0, 0, 0, 0, 80.0), {"capacity_unit": "t REO"}, 1.5),
        ("concentrate", 100, (20.0, 0, 0, 0, 80.0), {"capacity_unit": "t NdPr oxide"}, 7.5),
        ("ndpr_metal", 100, (117.0,), {"capacity_unit": "t metal"}, 1.5),
        ("ndfeb", 71, (20.0,), {"capacity_unit": "t NdFeB blank"}, 1.5),
        ("ndfeb", 100, (30.0,), {"capacity_unit": "t NdFeB finished"}, 1.5),
        ("smco", 100, (0, 0, 0, 30.0), {"capacity_unit": "t SmCo"}, 1.5),
        ("ndfeb", 7, (2.0,), {"capacity_unit": "units", "output": 75, "output_unit": "units"}, 2.0),
        ("ndfeb", 7, (2.0,), {"capacity_unit": "units", "output": 9, "output_unit": "t"}, 1.0),
        ("ndpr_metal", 50, (60.0,), {"capacity_unit": "t alloy"}, 1.0),
        ("ndpr_metal", 300, (350.0,), {"capacity_unit": "t metal"}, 1.0),
    ],
)
def test_a_capacity_counts_in_the_unit_of_what_is_shipped(
    material: str, tonnes: float, content: tuple[float, ...], about: dict[str, object], room: float
) -> None:
    network = Network.of(
        (
            site("maker", Stage.METAL, "JPN", capacity=150.0, **about),
            site("use", Stage.END_USE, "JPN"),
        ),
        (flow("maker", "use", material, tonnes, *content),),
        snapshot="t",
        year=2025,
    )
    assert rooms(network).tolist() == pytest.approx([room, 1.0])


def test_a_blank_is_finished_as_the_table_says() -> None:
    with (ROOT / "data" / "assumptions.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row["base"] for row in csv.DictReader(file)}
    assert float(rows["YLD04"]) == FINISHED_PER_BLANK
