"""Time many draws of the weekly model on arrays alone, with the bands of every end use and week.

Each draw scales the stocks, the weeks on the way and the size of an outage on the layered graph of
`layered.py`, from the seed and its number alone.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from functools import partial

import numpy as np
from layered import layered_plan, outage
from machine import peak_mb

from graph import parallel
from graph.limits import Limits
from graph.parameters import SpreadParameters
from graph.plan import Floats, Plan
from graph.weekly import run

P = SpreadParameters()
WEEKS = 52


def one(plan: Plan, limits: Limits, final: np.ndarray, number: int) -> Floats:
    """Activity of the end uses, weeks x end uses."""
    rng = np.random.default_rng((7, number))
    lags = np.clip(np.rint(plan.lane_lag * rng.uniform(0.7, 1.3)), 1, None).astype(np.int64)
    drawn = replace(plan, group_stock=plan.group_stock * rng.uniform(0.5, 1.5), lane_lag=lags)
    (stop,) = limits.ceilings
    held = np.where(np.isfinite(stop.activity), rng.uniform(0.0, 0.5), np.inf)
    struck = replace(limits, ceilings=(replace(stop, activity=held),))
    return run(drawn, struck, WEEKS, P, in_full=False).made[:, final]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=10_000, help="sites (10000)")
    parser.add_argument("--flows", type=int, default=100_000, help="flows (100000)")
    parser.add_argument("--draws", type=int, default=1_000, help="draws (1000)")
    parser.add_argument("--threads", type=int, default=2, help="threads (2)")
    options = parser.parse_args()
    plan = layered_plan(options.sites, options.flows)
    limits, final = outage(plan, WEEKS), np.flatnonzero(plan.line_final)
    one(plan, limits, final, 0)  # compiles, or loads what was compiled
    clock, processor = time.perf_counter(), time.process_time()
    task = partial(one, plan, limits, final)
    found = np.empty((options.draws, WEEKS, len(final)))
    for place, made in enumerate(parallel.on_threads(task, range(options.draws), options.threads)):
        found[place] = made  # as they come: no quantile depends on the order
    played = time.perf_counter() - clock
    low, median, high = np.quantile(found, (0.05, 0.5, 0.95), axis=0, overwrite_input=True)
    clock, busy = time.perf_counter() - clock, time.process_time() - processor
    print(
        f"{options.sites} sites, {options.flows} flows, {options.draws} draws of {WEEKS} weeks on "
        f"{options.threads} threads: {clock:.1f} s, {clock - played:.1f} s of them bands of "
        f"{len(final)} end uses; {busy / options.draws * 1e3:.0f} ms of processor time a draw; "
        f"peak memory {peak_mb():.0f} MB"
    )
    worst = int(np.argmin(median.min(axis=0)))
    week = int(np.argmin(median[:, worst]))
    print(
        f"the end use hit hardest makes {median[week, worst]:.2f} in week {week} "
        f"({low[week, worst]:.2f} to {high[week, worst]:.2f})"
    )


if __name__ == "__main__":
    main()
