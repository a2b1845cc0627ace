"""Time many runs of a scenario: on one thread, on two, and on two worker processes of Dask.

Networks are the shipped one and a layered one drawn as in benchmarks/bulk.py. Every way runs in a
process of its own; its workers are counted in. Run with --help for the sizes.
"""

from __future__ import annotations

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import bulk
import numpy as np
import psutil
from machine import apart, peak_bytes

from graph.compile import compile_network
from graph.draws import Range
from graph.ensemble import Outcome, Study, on_threads, run_one
from graph.network import Network
from graph.scenario import Quota, Scenario
from loaders import data_folder, load, tables
from loaders.kept import load_kept
from loaders.parameters import ranges, spread_parameters
from loaders.scenarios import scenarios

SHIPPED_SCENARIO = "april-2025-licences"
STOP = Scenario("stop", "A third of the magnets", "", (Quota(name="q", scope="export", kept=0.66),))
WAYS = ("1 thread", "2 threads", "2 workers")


def drawn(sites: int, flows: int) -> Network:
    """A layered network in which every flow goes to the next stage."""
    with tempfile.TemporaryDirectory() as folder:
        bulk.write(Path(folder), *bulk.draw(sites, flows, two_on=0.0))
        return load(Path(folder) / "parquet")


def study(sites: int, flows: int) -> Study:
    """On the shipped network where `sites` is 0, else on one that is drawn."""
    found = tables()
    room: dict[str, Range] = dict(ranges(found))
    if sites:
        network, scenario = drawn(sites, flows), STOP
    else:
        network, scenario = load_kept(), scenarios(data_folder())[SHIPPED_SCENARIO]
    return Study((network,), scenario, spread_parameters(found), room)


@contextmanager
def cluster() -> Iterator[tuple[str, list[psutil.Process]]]:
    """A scheduler and two workers of one thread on 127.0.0.1: address and processes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        common = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))
        programs = [("dask_scheduler", "--port", "0"), *[("dask_worker", "--no-nanny")] * 2]
        started = []
        try:
            for program, *more in programs:
                nthreads = ("--nthreads", "1") if program == "dask_worker" else ()
                call = [sys.executable, "-m", f"distributed.cli.{program}", *common]
                started.append(
                    subprocess.Popen([*call, *more, *nthreads], stderr=subprocess.DEVNULL)
                )
                while not file.exists():
                    time.sleep(0.05)
            address = json.loads(file.read_text(encoding="utf-8"))["address"]
            yield address, [psutil.Process(process.pid) for process in started]
        finally:
            for process in started:
                process.terminate()
                process.wait()


def timed(outcomes: Iterator[Outcome], processor: Callable[[], float]) -> dict[str, float]:
    """Seconds on the clock and of all processors."""
    start, busy = time.perf_counter(), processor()
    count = sum(1 for _ in outcomes)
    return {
        "runs": count,
        "seconds": time.perf_counter() - start,
        "cpu": processor() - busy,
    }


def measure(way: str, planned: Study, runs: int) -> dict[str, float]:
    """What `runs` runs take; the first run of each process, which warms it up, is not counted."""
    run_one(planned, 0)
    if way != "2 workers":
        found = timed(on_threads(planned, range(runs), int(way[0])), time.process_time)
        return found | {"bytes": peak_bytes()}
    import distributed

    from graph.runs.cluster import on_cluster

    with cluster() as (address, processes), distributed.Client(address) as client:
        client.wait_for_workers(2)
        list(on_cluster(planned, range(4), client))

        def processor() -> float:
            each = [process.cpu_times() for process in processes]
            return time.process_time() + sum(times.user + times.system for times in each)

        found = timed(on_cluster(planned, range(runs), client), processor)
        memory = max(process.memory_info().rss for process in processes)
        return found | {"bytes": memory}


def describe(planned: Study) -> str:
    """How large a network is, as given, as arrays and as sent."""
    (network,) = planned.networks
    start = time.process_time()
    plan = compile_network(network, planned.parameters)
    compiled = time.process_time() - start
    arrays = [getattr(plan, field.name) for field in fields(plan)]
    held = sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
    outcome = run_one(planned, 0)
    flows = len(network.flows)
    return (
        f"{len(network.sites):,} sites, {flows:,} flows, {len(plan.lane_flow):,} lanes, "
        f"{len(outcome.ids):,} end uses; arrays of the plan {held / flows:,.0f} bytes a flow, "
        f"made in {compiled:.2f} s; study {len(pickle.dumps(planned)) / 1e6:.1f} MB, "
        f"outcome {outcome.made.nbytes / 1e3:,.0f} kB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="runs of each way (100)")
    parser.add_argument("--rounds", type=int, default=3, help="times each; the best counts (3)")
    parser.add_argument("--sites", type=int, default=0, help="sites drawn; 0 is as shipped (0)")
    parser.add_argument("--flows", type=int, default=25_000, help="flows drawn (25000)")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    planned = study(options.sites, options.flows)
    if options.way:
        print(json.dumps(measure(options.way, planned, options.runs)))
        return
    print(describe(planned))
    size = ("--sites", str(options.sites), "--flows", str(options.flows))
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(options.rounds):  # in turn, so that a busy minute hits all ways alike
        for way in WAYS:
            told = apart(__file__, "--way", way, "--runs", str(options.runs), *size)
            found[way].append(json.loads(told))
    best = {way: min(rounds, key=lambda one: one["seconds"]) for way, rounds in found.items()}
    for way, each in best.items():
        print(
            f"{way:10} {each['runs'] / each['seconds']:6.2f} runs/s"
            f" {min(one['cpu'] for one in found[way]) / each['runs']:6.3f} s CPU a run"
            f" {best[WAYS[0]]['seconds'] / each['seconds']:5.2f} times as fast as one thread"
            f" {each['bytes'] / 1e9:5.2f} GB in the largest process"
        )


if __name__ == "__main__":
    main()
