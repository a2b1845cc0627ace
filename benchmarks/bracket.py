"""Time both bounds of every shipped scenario, and print the three losses as shares of all value."""

from __future__ import annotations

import argparse
import time

import numpy as np

from graph.cascade import cascade
from graph.compile import compile_network
from graph.limits import limits_of
from graph.losses import end_use_values
from graph.plan import Floats
from graph.reallocation import reallocate
from graph.weekly import run
from loaders import data_folder, load, tables
from loaders.parameters import spread_parameters
from loaders.scenarios import scenarios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=52, help="weeks of each run (52)")
    options = parser.parse_args()
    weeks: int = options.weeks

    network = load()
    parameters = spread_parameters(tables())
    plan = compile_network(network, parameters)
    value = end_use_values(plan)

    def share(lost_weeks: Floats) -> str:
        return f"{value @ lost_weeks / value.sum() / weeks:8.3%}"

    print(f"{len(network.sites)} sites, {len(plan.lane_flow)} lanes, {weeks} weeks")
    print(f"{'':24} cascade rounds   optimum blocks     none   weekly     best")
    for name, scenario in scenarios(data_folder()).items():
        limits = limits_of(network, plan, scenario, weeks, 7)
        start = time.perf_counter()
        static = cascade(plan, limits, weeks)
        middle = time.perf_counter()
        best = reallocate(plan, limits, weeks)
        end = time.perf_counter()
        unmade = run(plan, limits, weeks, parameters).unmade[-1][plan.line_final]
        ways = (static.lost_weeks, np.maximum(0.0, unmade), best.lost_weeks)
        print(
            f"{name:24}{middle - start:6.3f} s {static.rounds:6}{end - middle:8.2f} s",
            f"{best.blocks:6}",
            *map(share, ways),
            flush=True,
        )


if __name__ == "__main__":
    main()
