"""Time the weekly model on layered supply graphs: compiled, by numpy, and beside other tools."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from layered import all_limits, layered_plan, outage
from machine import apart, peak_mb

from graph.limits import Limits
from graph.parameters import SpreadParameters
from graph.plan import Plan
from graph.weekly import run

P = SpreadParameters()
WEEKS = 52
PARTS = ("numba", "numpy", "mesa")
Seconds = tuple[float, float]
"""By the clock, and of the processor."""


def best(step: Callable[[], object], runs: int) -> Seconds:
    """The smallest of each over `runs` runs."""
    found = []
    for _ in range(runs):
        clock, processor = time.perf_counter(), time.process_time()
        step()
        found.append((time.perf_counter() - clock, time.process_time() - processor))
    return min(clock for clock, _ in found), min(processor for _, processor in found)


def measured(plan: Plan, engine: str, runs: int, *, lean: bool) -> dict[str, Seconds]:
    """A year under an outage and under all limits, and a week in the middle of the outage."""
    keeps = not lean

    def played(limits: Limits, weeks: int) -> Callable[[], object]:
        return lambda: run(plan, limits, weeks, P, engine=engine, in_full=keeps)

    run(plan, outage(plan, 1), 1, P, engine=engine)  # compiles, or loads what was compiled
    times = {
        "52 weeks, outage": best(played(outage(plan, WEEKS), WEEKS), runs),
        "52 weeks, all limits": best(played(all_limits(plan, WEEKS), WEEKS), runs),
    }
    short, long = (best(played(outage(plan, weeks), weeks), runs) for weeks in (4, 12))
    week = ((long[0] - short[0]) / 8, (long[1] - short[1]) / 8)
    return times | {"a week (weeks 5 to 12 of the outage)": week}


def one_part(part: str, sites: int, flows: int, lag: int, runs: int) -> dict[str, object]:
    """What one way does, in this process alone."""
    plan = layered_plan(sites, flows, lag)
    if part == "mesa":
        from agents import Chain

        model = Chain(plan, outage(plan, WEEKS).ceilings[0])
        return {
            "times": {"52 weeks, outage": best(lambda: model.play(WEEKS), 1)},
            "peak_mb": peak_mb(),
        }
    before = peak_mb()
    times: dict[str, Seconds] = {}
    if part == "numba":
        week = best(lambda: run(plan, outage(plan, 1), 1, P, in_full=False), 1)
        run(plan, outage(plan, 8), 8, P, in_full=False)
        times["first week, with loading the kernel"] = week
        after = peak_mb()
        times |= {
            f"{k}; no lanes kept": v for k, v in measured(plan, part, runs, lean=True).items()
        }
        times |= measured(plan, part, runs, lean=False)
        return {"times": times, "plan_mb": before, "peak_mb": after}
    return {"times": measured(plan, part, 1, lean=False), "plan_mb": before, "peak_mb": peak_mb()}


def shown(part: str, found: dict[str, Any]) -> None:
    """Print what a part measured."""
    for name, (clock, processor) in found["times"].items():
        print(f"{part:7} {name:50} {1e3 * clock:10.1f} ms {1e3 * processor:10.1f} ms of processor")
    plan = f", the plan alone {found['plan_mb']:.0f} MB" if "plan_mb" in found else ""
    print(f"{part:7} peak memory {found['peak_mb']:.0f} MB{plan}")


def compared(parts: dict[str, dict[str, Any]]) -> None:
    """Print the ratios, of processor time: the clock counts what else the machine does."""
    year, limited = "52 weeks, outage", "52 weeks, all limits"
    times = {part: found["times"] for part, found in parts.items()}
    for part in set(times) & {"numba", "numpy"}:
        print(f"{part}: all limits take {times[part][limited][1] / times[part][year][1]:.2f} x")
    if {"numba", "numpy"} <= set(times):
        for name in (year, limited):
            ratio = times["numpy"][name][1] / times["numba"][name][1]
            print(f"numpy takes {ratio:.1f} x as long as numba: {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=10_000, help="sites (10000)")
    parser.add_argument("--flows", type=int, default=100_000, help="flows (100000)")
    parser.add_argument("--lag", type=int, default=6, help="weeks on the way, 1 to this (6)")
    parser.add_argument("--runs", type=int, default=7, help="runs of each step of numba (7)")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts alone")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        found = one_part(options.part, options.sites, options.flows, options.lag, options.runs)
        json.dump(found, sys.stdout)
        return
    print(f"{options.sites} sites, {options.flows} flows, {options.lag} weeks on the way at most")
    done = {}
    for part in options.only or PARTS:
        if part != "numpy" and find_spec(part) is None:
            print(f"{part:7} is not installed, not measured")
            continue
        sizes = [f"--{name}={getattr(options, name)}" for name in ("sites", "flows", "lag", "runs")]
        done[part] = json.loads(apart(__file__, "--part", part, *sizes))
        shown(part, done[part])
    compared(done)
    print("BoARIO is not measured: its tables are dense, sites x sites, and it knows no lanes")


if __name__ == "__main__":
    main()
