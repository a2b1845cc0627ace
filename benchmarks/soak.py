"""An hour's use and more in minutes: what the pages and the store hold on to.

Visitors without a browser (`visitor.py`) walk through all pages, pick boxes, run scenarios, ask
saved questions and save files, each walk in a session of its own; the store is asked over Bolt
beside them. An hour of use is taken as 360 actions of a visitor. Memory of both servers is printed
over time with its slope by least squares after the warm-up, and their open files, connections and
child processes before and after. Exit status 1 where any of these is left behind, or a visitor met
an error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError

import numpy as np
from machine import print_load
from visitor import BOXES, VIEW, Visitor
from world import World

from graph import store
from graph.errors import StoreError
from graph.queries import questions

ACTIONS_AN_HOUR = 360
LOOK_S = 5.0
NOT_FOUND = 404
WARM_UP = 1 / 3
"""Part of the actions before memory is taken to have settled."""
SESSION_S = 130.0
"""Streamlit keeps a session that was left for two minutes, and lets go of it at the next visit."""
PLAIN = (
    "chokepoints",
    "compare",
    "data",
    "data?tab=sources",
    "data?tab=years",
    "data?tab=glossary",
)
ASKED = "MATCH (s:Site)-[f:SUPPLIES]->(:Site) RETURN s.country, sum(f.tonnes) ORDER BY s.country"


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds at one moment."""

    megabytes: float
    files: int
    connections: int
    children: int


@dataclass(slots=True)
class Use:
    """What the visitors have done so far, and what went wrong."""

    actions: int = 0
    walks: int = 0
    asked: int = 0
    saved: int = 0
    gone: int = 0
    """files that were made, and not there any more when they were fetched"""
    errors: Counter[str] = field(default_factory=Counter)


def held(pid: int) -> Held:
    """Files are all but sockets; connections are sockets that are open at both ends."""
    proc = Path(f"/proc/{pid}")
    (memory,) = (x for x in (proc / "status").read_text().splitlines() if x.startswith("VmRSS"))
    targets = []
    for entry in (proc / "fd").iterdir():
        try:
            targets.append(str(entry.readlink()))
        except OSError:  # closed meanwhile
            continue
    sockets = {each.removeprefix("socket:[").removesuffix("]") for each in targets if ":[" in each}
    tables = [(proc / "net" / name).read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    established = [line.split()[9] for table in tables for line in table if line.split()[3] == "01"]
    children = [path.read_text().split() for path in proc.glob("task/*/children")]
    return Held(
        float(memory.split()[1]) / 1024,
        sum(not each.startswith("socket:") for each in targets),
        sum(each in sockets for each in established),
        sum(map(len, children)),
    )


def walk(address: str, number: int, use: Use) -> None:
    """One session: every page, a box, a scenario, a saved question and a file."""
    saved = sorted(questions())
    with Visitor(address) as visitor:

        def save() -> None:
            use.saved += 1
            try:
                visitor.save(number)
            except HTTPError as error:
                if error.code != NOT_FOUND:
                    raise
                use.gone += 1

        steps: list[Callable[[], object]] = [
            lambda: visitor.open(""),
            lambda: visitor.open("chain"),
            lambda: visitor.pick(VIEW, BOXES[number % len(BOXES)]),
            save,
            lambda: visitor.open("scenario"),
            lambda: visitor.choose("Scenario", number, "Run"),
            save,
            *((lambda each=each: visitor.open(*each.split("?"))) for each in PLAIN),
            lambda: visitor.open("query", f"question={saved[number % len(saved)]}"),
            save,
        ]
        for step in steps:
            step()
            use.actions += 1
    use.walks += 1


def visit(address: str, first: int, every: int, is_over: Callable[[], bool], use: Use) -> None:
    number = first
    while not is_over():
        try:
            walk(address, number, use)
        except Exception as error:
            use.errors[f"walk {number}: {error!r}"[:300]] += 1
        number += every


def ask(is_over: Callable[[], bool], use: Use) -> None:
    """Somebody else asks the store, on a connection for each question."""
    while not is_over():
        try:
            with store.connect() as opened:
                opened.run(ASKED, timeout=60)
            use.asked += 1
        except StoreError as error:
            use.errors[f"over Bolt: {error}"[:300]] += 1
        time.sleep(0.5)


def slope(hours: list[float], megabytes: list[float]) -> float:
    """MB an hour of use, by least squares after the warm-up; nan where that is too short."""
    at = np.array(hours)
    late = at >= WARM_UP * at[-1]
    if late.sum() < 3 or np.ptp(at[late]) == 0:
        return float("nan")
    return float(np.polyfit(at[late], np.array(megabytes)[late], 1)[0])


def _alone(address: str, pids: dict[str, int]) -> dict[str, Held]:
    """What is held after one visitor, all others having left long ago."""
    time.sleep(SESSION_S)
    walk(address, 0, Use())
    time.sleep(LOOK_S)
    return {name: held(pid) for name, pid in pids.items()}


def left(before: Held, after: Held) -> list[str]:
    names = ("files", "connections", "children")
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return [f"{name} {was} before, {now} after" for name, was, now in pairs if now > was]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long they come (10)")
    parser.add_argument("--visitors", type=int, default=3, help="visitors at once (3)")
    options = parser.parse_args()
    print_load()
    use, curves = Use(), {"pages": list[float](), "store": list[float]()}
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        store.start()
        world.explorer()
        pids = {"pages": world.pages() or 0, "store": world.store() or 0}
        before = _alone(world.address, pids)
        hours, end = list[float](), time.monotonic() + 60 * options.minutes
        workers = [
            threading.Thread(
                target=visit,
                args=(world.address, n, options.visitors, lambda: time.monotonic() > end, use),
            )
            for n in range(options.visitors)
        ]
        workers.append(threading.Thread(target=ask, args=(lambda: time.monotonic() > end, use)))
        for worker in workers:
            worker.start()
        print(f"{'hours':>6} {'pages, MB':>10} {'store, MB':>10}")
        while any(worker.is_alive() for worker in workers):
            hours.append(use.actions / ACTIONS_AN_HOUR)
            for name, pid in pids.items():
                curves[name].append(held(pid).megabytes)
            if len(hours) % 6 == 1:
                print(f"{hours[-1]:6.2f} {curves['pages'][-1]:10.0f} {curves['store'][-1]:10.0f}")
                sys.stdout.flush()
            time.sleep(LOOK_S)
        after = _alone(world.address, pids)
    print(f"{use.walks} walks, {use.actions} actions, {use.asked} questions over Bolt beside them")
    print(f"{use.gone} of {use.saved} saved files were gone when fetched (see README.md)")
    for name in pids:
        print(f"{name}: {slope(hours, curves[name]):+.0f} MB an hour of use after the warm-up")
        print(f"  before {before[name]}\n  after  {after[name]}")
    wrong = [f"{name}: {what}" for name in pids for what in left(before[name], after[name])]
    wrong += [f"{count} x {what}" for what, count in use.errors.most_common(5)]
    for what in wrong:
        print(f"WRONG {what}")
    print_load()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
