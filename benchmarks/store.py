"""Time the graph store: loading a network of any size, and readers beside a writer.

It starts an embedded server of its own in a temporary folder and ends it again. Loading: a layered
network goes in fresh, is killed half way and goes on, and goes in again unchanged. Readers: threads
that ask on one connection each, as fast as they are answered, while a writer loads two states of
the chain in turn; nothing may go wrong, and every answer must be that of one state or the other.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import bulk
import numpy as np
from machine import apart, peak_bytes

from graph import store
from graph.errors import StoreError
from graph.network import Network
from graph.queries import questions
from graph.store import embedded
from graph.store.rows import BATCH
from graph.tracing import Trace, trace
from loaders import load as load_network
from loaders.kept import load_kept

WARM_UP = 0.1
"""Part of the relationships that are written before the rate is taken."""
COUNT = "MATCH (:Site)-[f:SUPPLIES]->(:Site) RETURN count(f)"
POINT = "MATCH (s:Site {id: $id})-[f:SUPPLIES]->(t:Site) RETURN t.id, f.material ORDER BY t.id"
MILLISECONDS = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=10_000, help="sites to load (10000)")
    parser.add_argument("--flows", type=int, default=100_000, help="flows to load (100000)")
    parser.add_argument("--readers", type=int, default=20, help="readers beside the writer (20)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they ask (60)")
    parser.add_argument("--only", choices=("load", "readers"), help="one of the two")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kill-at", type=float, default=1.0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder:
        print(json.dumps(load_once(options.folder, options.kill_at)), flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MAGNETRACE_STATE"] = str(Path(folder) / "state")
        try:
            if options.only != "readers":
                time_loading(Path(folder), options.sites, options.flows)
            if options.only != "load":
                time_readers(options.readers, options.seconds)
        finally:
            store.stop()


# Loading


def time_loading(folder: Path, sites: int, flows: int) -> None:
    size = ("--sites", str(sites), "--flows", str(flows))
    apart(bulk.__file__, "--way", "draw", "--folder", str(folder), *size)
    print(f"{sites:,} sites, {flows:,} flows")
    for what, kill_at in (("fresh, killed at half", 0.5), ("gone on", 1.0), ("again", 1.0)):
        line = [sys.executable, __file__, "--folder", str(folder), "--kill-at", str(kill_at)]
        done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, -signal.SIGKILL):
            raise SystemExit(f"{what}: ended with {done.returncode}")
        *_, last = done.stdout.splitlines()
        found = json.loads(last)
        rate = f"{found['rate']:,.0f} relationships/s after warm-up, " if found["rate"] else ""
        print(
            f"{what:22} {found['seconds']:6.1f} s to {found['done']:.0%}, {rate}"
            f"this process {found['bytes'] / 1e9:.2f} GB, the server {server_bytes() / 1e9:.2f} GB"
        )
    with store.connect() as opened:
        ((counted,),) = opened.run(COUNT, timeout=300).rows
        started = time.perf_counter()
        opened.run(POINT, {"id": "site_0"})
        point = (time.perf_counter() - started) * MILLISECONDS
    if counted != flows:
        raise SystemExit(f"the store holds {counted:,} flows of {flows:,}")
    print(f"{'holds':22} {counted:,} flows, customers of a site in {point:.0f} ms")


def load_once(folder: Path, kill_at: float) -> dict[str, float]:
    """Load the network in `folder`; at `kill_at` of it this process is killed."""
    network = load_network(folder / "parquet")
    traced = trace(network)
    written: list[float] = []

    def told(done: float) -> dict[str, float]:
        return {
            "seconds": time.perf_counter() - started,
            "done": done,
            "rate": rate(written),
            "bytes": peak_bytes(),
        }

    def progress(step: str, done: float) -> None:
        if step == "SUPPLIES":
            written.append(time.perf_counter())
        if done >= kill_at and kill_at < 1:
            print(json.dumps(told(done)), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    with store.connect(read_only=False) as opened:
        started = time.perf_counter()
        opened.load(network, traced, progress)
    return told(1.0)


def rate(written: list[float]) -> float:
    """Relationships a second, from when each batch was written; the last may not be a full one."""
    full = written[max(1, int(WARM_UP * len(written))) : -1]
    if len(full) < 2:
        return 0.0
    return BATCH * (len(full) - 1) / (full[-1] - full[0])


def server_bytes() -> float:
    """Most memory the server has had; 0 where the system does not say."""
    server = embedded.running()
    status = Path(f"/proc/{server.pid if server else 0}/status")
    if not status.exists():
        return 0.0
    (line,) = (each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
    return float(line.split()[1]) * 1024


# Readers beside a writer


@dataclass(slots=True)
class Tally:
    """What one reader met: milliseconds by query, errors by their text."""

    waited: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    torn: int = 0
    """Counts that are of neither state: the servers read what is committed, page by page."""


def time_readers(readers: int, seconds: float) -> None:
    states = [(network, trace(network)) for network in map(snapshot, ("2025", "2024"))]
    counts = {len(network.flows) for network, _ in states}
    asked = queries(states[0][0])
    with store.connect(read_only=False) as opened:
        opened.load(*states[0])
    end = time.monotonic() + seconds
    tallies = [Tally() for _ in range(readers)]
    threads = [
        threading.Thread(target=read, args=(tally, asked, counts, end, start))
        for start, tally in enumerate(tallies)
    ]
    for thread in threads:
        thread.start()
    loads = write(states, end)
    for thread in threads:
        thread.join()
    print(f"{readers} readers and 1 writer for {seconds:g} s, {len(loads)} loads beside them")
    print_row("load of the chain", loads)
    for name in asked:
        print_row(name, [ms for tally in tallies for ms in tally.waited.get(name, ())])
    errors = sum((tally.errors for tally in tallies), Counter[str]())
    torn = sum(tally.torn for tally in tallies)
    print(f"errors: {errors.total()}, counts between two states: {torn}")
    for text, count in errors.most_common(5):
        print(f"  {count} x {text}")


def snapshot(name: str) -> Network:
    return load_kept(None, snapshot=name)


def queries(network: Network) -> dict[str, tuple[str, dict[str, object]]]:
    """A lookup, a count over all, and two saved questions as they stand."""
    some = next(site for site in network.sites if any(f.origin == site for f in network.flows))
    saved = {name: questions()[name] for name in ("china-share-by-stage", "single-suppliers")}
    return {
        "customers of a site": (POINT, {"id": some}),
        "count of flows": (COUNT, {}),
        **{name: (each.cypher, each.bind({})) for name, each in saved.items()},
    }


def read(
    tally: Tally,
    asked: dict[str, tuple[str, dict[str, object]]],
    counts: set[int],
    end: float,
    start: int,
) -> None:
    names = list(asked)
    with store.connect() as opened:
        while time.monotonic() < end:
            name = names[start % len(names)]
            start += 1
            begun = time.perf_counter()
            try:
                rows = opened.run(*asked[name], limit=10_000).rows
            except StoreError as error:
                tally.errors[str(error)] += 1
                continue
            tally.waited.setdefault(name, []).append((time.perf_counter() - begun) * MILLISECONDS)
            if name == "count of flows" and rows[0][0] not in counts:
                tally.torn += 1


def write(states: list[tuple[Network, Trace]], end: float) -> list[float]:
    """Load the states in turn until the end; milliseconds of each load."""
    taken = []
    with store.connect(read_only=False) as opened:
        while time.monotonic() < end:
            network, traced = states[(len(taken) + 1) % len(states)]
            taken.append(opened.load(network, traced).seconds * MILLISECONDS)
    return taken


def print_row(name: str, milliseconds: list[float]) -> None:
    p50, p95, p99 = np.percentile(milliseconds, (50, 95, 99))
    print(f"{name:22} {len(milliseconds):7,} x  p50 {p50:7.0f}  p95 {p95:7.0f}  p99 {p99:7.0f} ms")


if __name__ == "__main__":
    main()
