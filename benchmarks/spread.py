"""Time the steps from tables to losses on the shipped data."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from graph.spread import simulate
from graph.tracing import trace
from loaders import data_folder, load, tables
from loaders.parameters import spread_parameters
from loaders.scenarios import scenarios


def seconds(step: Callable[[], object], runs: int) -> list[float]:
    """Wall-clock seconds of each run."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each step (5)")
    parser.add_argument("--weeks", type=int, default=52, help="weeks of each simulation (52)")
    options = parser.parse_args()

    network = load()
    parameters = spread_parameters(tables())
    steps: dict[str, Callable[[], object]] = {"load": load, "trace": lambda: trace(network)}
    for name, scenario in scenarios(data_folder()).items():
        steps[f"simulate {name}"] = lambda scenario=scenario: simulate(
            network, scenario, weeks=options.weeks, parameters=parameters
        )
    print(f"{len(network.sites)} sites, {len(network.flows)} flows, {options.weeks} weeks")
    for name, step in steps.items():
        times = seconds(step, options.runs)
        print(f"{name:40} {min(times):8.3f} s  median {statistics.median(times):8.3f} s")


if __name__ == "__main__":
    main()
