"""Time every single loss (N-1) of the shipped chain by kind, and all kinds at once."""

from __future__ import annotations

import argparse
import time

from graph.contingency import KINDS, bench_of, cases_of, loss_of, losses_of
from loaders import load, tables
from loaders.parameters import spread_parameters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=52, help="weeks of each run (52)")
    parser.add_argument("--threads", type=int, default=2, help="threads (2)")
    options = parser.parse_args()

    network = load()
    bench = bench_of(network, spread_parameters(tables()), options.weeks)
    loss_of(bench, cases_of(network)[:1])  # compiled loops are made ready outside the clock
    for kinds in (*((kind,) for kind in KINDS), KINDS):
        events = [(case,) for case in cases_of(network, kinds)]
        start, used = time.perf_counter(), time.process_time()
        found = losses_of(bench, events, threads=options.threads)
        clock, processor = time.perf_counter() - start, time.process_time() - used
        name = kinds[0] if len(kinds) == 1 else "all"
        print(f"{name:10}{len(found):5} cases {clock:7.2f} s, {processor:.2f} s of processor")


if __name__ == "__main__":
    main()
