"""Time the loading of a large ready-made network, from CSV and from Parquet, and its tracing.

A layered network is drawn and written to a temporary folder. Each way of loading it runs in a
process of its own, so that its peak memory is its own, beside a plain loop over csv.DictReader
that builds the same network and checks nothing. Run with --help for the sizes.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as parquet
from machine import apart, peak_bytes

import loaders
from graph.model import ELEMENTS, MATERIALS, Confidence, Flow, Site, Stage
from graph.network import Network
from graph.tracing import trace
from loaders.flow_checks import CONTENT

SEED = 7
COUNTRIES = ("CHN", "AUS", "USA", "JPN", "DEU", "VNM", "MYS", "FRA", "EST", "MMR")
MADE = {
    Stage.MINE: ("concentrate",),
    Stage.SEPARATION: ("ndpr_oxide", "dy_oxide", "tb_oxide", "sm_oxide", "other_oxide"),
    Stage.METAL: ("ndpr_metal", "dy_metal", "tb_metal", "sm_metal"),
    Stage.MAGNET: ("ndfeb", "smco"),
    Stage.COMPONENT: ("ndfeb", "smco"),
}
CONTENTS = {
    "concentrate": (0.2, 0.005, 0.001, 0.01, 0.75),
    "ndfeb": (0.33, 0.02, 0.005, 0.0, 0.0),
    "smco": (0.0, 0.0, 0.0, 0.3, 0.0),
    "swarf": (0.3, 0.02, 0.005, 0.0, 0.0),
}
SEPARATOR, MAKER = list(Stage).index(Stage.SEPARATION), list(Stage).index(Stage.MAGNET)
TWO_ON = 0.1
"""Part of the flows that leave out a stage."""


def draw(
    sites: int, flows: int, returned: float = 0.0, two_on: float = TWO_ON
) -> tuple[pa.Table, pa.Table]:
    """A layered network: six stages of equal size, flows to the next stage or, a share
    `two_on` of them, to the one after it, log-normal tonnes. The content of pure goods is left to
    the loader. Of the flows of magnet makers a share `returned` brings swarf back to separators."""
    random = np.random.default_rng(SEED)
    stages = list(Stage)
    layer = np.arange(sites) * len(stages) // sites
    begins = np.searchsorted(layer, np.arange(len(stages) + 1))
    materials = list(MATERIALS)
    names = np.array([f"site_{i}" for i in range(sites)])

    keys = np.empty((0, 3), dtype=np.int64)
    while len(keys) < flows:
        count = flows - len(keys) + flows // 20
        origin = random.integers(0, begins[-2], count)
        step = np.where(random.random(count) < two_on, 2, 1)
        to = np.minimum(layer[origin] + step, len(stages) - 1)
        target = random.integers(begins[to], begins[to + 1])
        made = [[materials.index(name) for name in MADE[stage]] for stage in stages[:-1]]
        choice = random.random(count)
        material = np.empty(count, dtype=np.int64)
        for number, goods in enumerate(made):
            here = layer[origin] == number
            material[here] = np.array(goods)[(choice[here] * len(goods)).astype(int)]
        back = (layer[origin] == MAKER) & (random.random(count) < returned)
        target[back] = random.integers(begins[SEPARATOR], begins[MAKER - 1], back.sum())
        material[back] = materials.index("swarf")
        drawn = np.column_stack([origin, target, material])
        keys = np.unique(np.vstack([keys, drawn]), axis=0)
    origin, target, material = random.permutation(keys)[:flows].T
    tonnes = np.round(random.lognormal(3.0, 1.5, flows) + 0.01, 3)
    content = {}
    for e, column in enumerate(CONTENT):
        parts = np.array([CONTENTS.get(name, (np.nan,) * len(CONTENT))[e] for name in materials])
        content[column] = pa.array(tonnes * parts[material], from_pandas=True)
    return (
        pa.table(
            {
                "id": names,
                "name": np.char.add("Site ", np.arange(sites).astype(str)),
                "stage": np.array([stage.value for stage in stages])[layer],
                "country": random.choice(COUNTRIES, sites),
                "controlling_country": random.choice(COUNTRIES, sites),
            }
        ),
        pa.table(
            {
                "origin": names[origin],
                "target": names[target],
                "material": np.array(materials)[material],
                "tonnes": tonnes,
                **content,
                "confidence": random.choice(["reported", "estimated", "assumed"], flows),
                "year": np.full(flows, 2025),
            }
        ),
    )


def write(folder: Path, sites: pa.Table, flows: pa.Table) -> None:
    """The network as CSV and as Parquet, each in a folder of its own."""
    for kind in ("csv", "parquet"):
        (folder / kind).mkdir()
    for name, table in (("sites", sites), ("flows", flows)):
        pacsv.write_csv(table, folder / "csv" / f"{name}.csv")
        parquet.write_table(table, folder / "parquet" / f"{name}.parquet")


def row_by_row(folder: Path) -> Network:
    """The same network by the plainest code there is, nothing checked but what Network checks."""

    def content(row: dict[str, str]) -> tuple[float, ...]:
        if row["ndpr"]:
            return tuple(float(row[column]) for column in CONTENT)
        good = MATERIALS[row["material"]]
        oxide = float(row["tonnes"]) * (good.oxide_per_tonne or 0.0)
        return tuple(oxide if element == good.element else 0.0 for element in ELEMENTS)

    with (folder / "sites.csv").open(encoding="utf-8", newline="") as file:
        sites = [Site(**{**row, "stage": Stage(row["stage"])}) for row in csv.DictReader(file)]
    with (folder / "flows.csv").open(encoding="utf-8", newline="") as file:
        flows = [
            Flow(
                row["origin"],
                row["target"],
                row["material"],
                float(row["tonnes"]),
                content(row),
                Confidence(row["confidence"]),
                (),
                int(row["year"]),
            )
            for row in csv.DictReader(file)
        ]
    return Network.of(sites, flows, snapshot="2025", year=2025)


def the_same(folder: Path) -> Path:
    """Nothing to prepare."""
    return folder


WAYS: dict[str, tuple[str, Callable[[Path], Any], Callable[[Any], object]]] = {
    "load CSV": ("csv", the_same, loaders.load),
    "load Parquet": ("parquet", the_same, loaders.load),
    "check CSV": ("csv", the_same, loaders.check),
    "trace": ("parquet", loaders.load, trace),
    "DictReader": ("csv", the_same, row_by_row),
}
"""Each way with its kind of files, what comes first and is not timed, and what is timed."""


def measure(way: str, folder: Path) -> dict[str, float]:
    """Seconds on the clock and of the processor, and peak memory of this process in bytes."""
    kind, prepare, run = WAYS[way]
    given = prepare(folder / kind)
    start, busy = time.perf_counter(), time.process_time()
    run(given)
    seconds, cpu = time.perf_counter() - start, time.process_time() - busy
    return {"seconds": seconds, "cpu": cpu, "bytes": peak_bytes()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=100_000, help="sites (100000)")
    parser.add_argument("--flows", type=int, default=1_000_000, help="flows (1000000)")
    parser.add_argument(
        "--returned", type=float, default=0.0, help="share of swarf that goes back, 0 to 1 (0)"
    )
    parser.add_argument("--way", choices=("draw", *WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way == "draw":
        write(options.folder, *draw(options.sites, options.flows, options.returned))
    elif options.way:
        print(json.dumps(measure(options.way, options.folder)))
    else:
        compare(options.sites, options.flows, options.returned)


def compare(sites: int, flows: int, returned: float) -> None:
    """Draw a network and print what each way of loading it takes."""
    with tempfile.TemporaryDirectory() as folder:
        size = ("--sites", str(sites), "--flows", str(flows), "--returned", str(returned))
        apart(__file__, "--way", "draw", "--folder", folder, *size)
        found = {way: json.loads(apart(__file__, "--way", way, "--folder", folder)) for way in WAYS}
    print(f"{sites:,} sites, {flows:,} flows")
    for way, each in found.items():
        print(
            f"{way:12} {each['seconds']:6.1f} s ({each['cpu']:.1f} s CPU)"
            f" {flows / each['seconds']:9,.0f} flows/s {each['bytes'] / 1e9:5.2f} GB"
            f" {each['cpu'] / found['DictReader']['cpu']:5.2f} of the CPU time of DictReader"
        )


if __name__ == "__main__":
    main()
