"""Time the systemic risk index of layered supply graphs: compiled, by numpy, by dense matrices."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from layered import MATERIALS, TIERS, layered_arrays
from machine import apart, peak_mb

from graph.plan import Floats, Ints
from graph.systemic_risk import systemic_risk

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
FLOWS = 10  # a site
WAYS = {"numba": 1, "numba, 2 threads": 2, "numpy": 1, "dense": 1}
KEPT = 0.3
"""Share of its output that a site of a random graph makes for nobody in the graph."""


def drawn(sites: int, shape: str) -> dict[str, Any]:
    """The arguments of `systemic_risk`, every input essential.

    layered: sectors are the materials, the last tier makes what it gets for the world. random: any
    site sells to any, which makes loops, and `KEPT` of all output is final demand. closed: the
    same without final demand.
    """
    if shape == "layered":
        flows = layered_arrays(sites, FLOWS * sites)
        source, target, tonnes = flows.source, flows.target, flows.tonnes
        tier = np.arange(sites) * TIERS // sites
        sector = tier * (MATERIALS // TIERS)
        sector[source] = flows.material
        demand = np.bincount(target, tonnes, sites)
        demand[np.unique(source)] = 0.0
    else:
        rng = np.random.default_rng(7)
        source, target = rng.integers(sites, size=(2, FLOWS * sites))
        tonnes = rng.lognormal(size=len(source))
        sector = rng.integers(MATERIALS, size=sites)
        kept = KEPT if shape == "random" else 0.0
        demand = np.bincount(source, tonnes, sites) * kept / (1 - kept)
    return {
        "origin": source,
        "target": target,
        "tonnes": tonnes,
        "sector": sector,
        "essential": np.full((MATERIALS, MATERIALS), 2),
        "final_demand": demand,
    }


def dense(economy: dict[str, Any], struck: Ints, tolerance: float) -> tuple[Floats, Ints]:
    from dense_risk import dense_risk

    count = len(economy["sector"])
    weight = np.zeros((count, count))
    np.add.at(weight, (economy["origin"], economy["target"]), economy["tonnes"])
    sector = economy["sector"]
    fixed = economy["final_demand"], np.zeros(count), sector, tolerance, struck
    return dense_risk(weight, sector, economy["essential"], *fixed)


def one_way(way: str, sites: int, scored: int, shape: str, tolerance: float) -> dict[str, Any]:
    """What one way does, in this process alone."""
    economy = drawn(sites, shape)
    struck = np.array(spread_out(sites, scored))
    graph_mb = peak_mb()
    if way == "dense":
        start = time.perf_counter(), time.process_time()
        scores, rounds = dense(economy, struck, tolerance)
    else:
        more: dict[str, Any] = {"engine": way.split(",")[0], "threads": WAYS[way]}
        systemic_risk(**economy, sites=struck[:1], **more)  # compiles, or loads what was compiled
        start = time.perf_counter(), time.process_time()
        risk = systemic_risk(**economy, sites=struck, tolerance=tolerance, **more)
        scores, rounds = risk.scores, risk.rounds
    return {
        "clock": time.perf_counter() - start[0],
        "processor": time.process_time() - start[1],
        "graph_mb": graph_mb,
        "peak_mb": peak_mb(),
        "rounds": float(rounds.mean()),
        "scores": scores.tolist(),
    }


def compared(sites: int, options: argparse.Namespace) -> None:
    """Print time, memory and, beside the first way, ratio and largest difference of scores."""
    first: dict[str, Any] = {}
    for way in WAYS:
        if way in options.without or (way == "dense" and sites > 1000):
            continue
        scored = min(sites, options.scored if way.startswith("numba") else options.scored_slowly)
        asked = [f"--way={way}", f"--shape={options.shape}", f"--tolerance={options.tolerance}"]
        found = json.loads(apart(__file__, *asked, f"--sites={sites}", f"--scored={scored}"))
        count = len(found["scores"])
        scores = dict(zip(spread_out(sites, scored), found["scores"], strict=True))
        each = {"clock": found["clock"] / count, "scores": scores}
        first = first or each
        common = set(each["scores"]) & set(first["scores"])
        difference = max(abs(each["scores"][site] - first["scores"][site]) for site in common)
        print(
            f"{sites:7} {way:17} {count:6} scored {found['clock']:8.2f} s "
            f"{1e3 * each['clock']:9.3f} ms a site, {found['processor']:8.2f} s of processor, "
            f"peak {found['peak_mb']:4.0f} MB (graph drawn {found['graph_mb']:.0f}), "
            f"rounds {found['rounds']:.1f}, {each['clock'] / first['clock']:6.1f} x, "
            f"apart {difference:.0e}, mean score {np.mean(found['scores']):.2g}",
            flush=True,
        )


def spread_out(sites: int, count: int) -> range:
    """About `count` of the sites, from all tiers."""
    return range(0, sites, max(1, sites // count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, action="append", help="sites (1000, 10000, 100000)")
    parser.add_argument("--shape", choices=("layered", "random", "closed"), default="layered")
    parser.add_argument("--tolerance", type=float, default=1e-2, help="of the rounds (0.01)")
    parser.add_argument(
        "--scored", type=int, default=10_000, help="sites to score, at most (10000)"
    )
    parser.add_argument("--scored-slowly", type=int, default=100, help="numpy and dense (100)")
    parser.add_argument("--without", choices=WAYS, action="append", default=[], help="leave it out")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        sites = options.sites[0]
        found = one_way(options.way, sites, options.scored, options.shape, options.tolerance)
        json.dump(found, sys.stdout)
        return
    print(f"{options.shape}, {FLOWS} flows a site, tolerance {options.tolerance:g}")
    for sites in options.sites or (1_000, 10_000, 100_000):
        compared(sites, options)


if __name__ == "__main__":
    main()
