"""Kill at random moments for a bounded time, and count what was lost.

Every trial starts a command of magnetrace, or uses the pages, kills one of the processes at work
at a moment drawn from the seed (or lets a small disk run full), looks at what is left, and makes
the same call again. Exit status 1 where anything was lost, half there or not to be had again.
Everything lies in a folder of its own and on loopback; what is killed was started here.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from machine import print_load
from world import World, content

SNAPSHOTS = ("2025", "2024")
RUN = ("simulate", "april-2025-licences")
MANY = ("--runs", 40, "--balances", 1, "--format", "csv")
BACI = "t,i,j,k,v,q\n2024,36,458,280530,{value},31209.685\n"
"""Australia to Malaysia, with another value than the tables have."""


@dataclass(slots=True)
class Row:
    """What became of all trials of one kind; `lost` holds the seed of each, and what."""

    tries: int = 0
    hits: int = 0
    recovered: int = 0
    lost: list[str] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)


class Lost(Exception):  # noqa: N818 - reads as what it says
    """Something saved is gone or half there, or the next call did not go well."""


@dataclass(slots=True)
class Trial:
    """One try: whether the victim was at work when it was struck, and what the next call said."""

    world: World
    rng: random.Random
    usual: float
    """seconds that the command takes when nobody harms it"""
    hit: bool = False
    said: str = ""

    def strike(self, *words: object, victim: Callable[[], int | None] | None = None) -> None:
        """Start a command and kill it, or another process, somewhere within its usual time."""
        running = self.world.begin(*words)
        time.sleep(self.rng.uniform(0, self.usual))
        pid = victim() if victim else running.pid
        self.hit = running.poll() is None and pid is not None
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _, told = running.communicate(timeout=300)
        if "Traceback" in told:
            raise Lost(f"a traceback: {told[-300:]}")
        if victim:
            self.hear(told)

    def again(self, *words: object) -> str:
        """The next call has to go well; its output."""
        done = self.world.call(*words)
        if done.returncode:
            raise Lost(f"{' '.join(map(str, words))}: {done.stderr.strip()[-300:]}")
        self.hear(done.stderr)
        return done.stdout

    def hear(self, told: str) -> None:
        lines = [line for line in told.splitlines() if line.startswith("magnetrace: ")]
        known = [line.removeprefix("magnetrace: ") for line in lines]
        self.said = self.said or next((line for line in known if not line.startswith("stored")), "")


def whole(condition: object, what: str) -> None:
    if not condition:
        raise Lost(what)


# Stages


def load(trial: Trial, victim: Callable[[], int | None] | None) -> None:
    """Another state of the chain goes into the store: it holds one or the other."""
    world = trial.world
    now = SNAPSHOTS[trial.rng.randrange(2)]
    trial.strike("load", "--snapshot", now, victim=victim)
    whole(world.held() in world.states.values(), f"the store holds {world.held()}")
    trial.again("load", "--snapshot", now)
    whole(world.held() == world.states[now], f"after the load again it holds {world.held()}")


def run(trial: Trial, victim: Callable[[], int | None] | None) -> None:
    """A run is kept in the store beside one that was there: that one stays."""
    trial.again("load", "--snapshot", "2025")
    trial.again(*RUN, "--store", "first")
    trial.said = ""
    trial.strike(*RUN, "--store", "second", victim=victim)
    listed = trial.again("runs", "--format", "csv")
    whole("\nfirst," in listed, "the run that was stored is gone")
    trial.again(*RUN, "--store", "second")
    whole("\nsecond," in trial.again("runs", "--format", "csv"), "the run is not there")
    trial.again("runs", "--delete", "second")


def export(trial: Trial, _: Callable[[], int | None] | None) -> None:
    """Files for neo4j-admin into a new folder: all or none."""
    target = trial.world.new("export")
    words = ("export", target, "--to", "neo4j-csv")
    trial.strike(*words)
    left = content(target)
    whole(left in ({}, trial.world.exported), f"half an export: {sorted(left)}")
    if not left:
        trial.again(*words)
    whole(content(target) == trial.world.exported, "the export is not what it was")


def bring(trial: Trial, _: Callable[[], int | None] | None) -> None:
    """A public file goes into tables of one's own: they are as before or as after."""
    world = trial.world
    before = content(world.tables)
    value = f"{trial.rng.randrange(100_000, 900_000)}.5"
    file = world.new("baci").with_suffix(".csv")
    file.write_text(BACI.format(value=value))
    words = ("import", "baci", file, "--data", world.tables, "--apply")
    trial.strike(*words)
    trial.again("check", "--data", world.tables, "--show", "problems")
    now = content(world.tables)
    changed = {name for name in now if now[name] != before.get(name)}
    whole(set(now) == set(before), "tables came or went")
    whole(changed <= {"trade.csv", "sources.csv"}, f"other tables changed: {changed}")
    trial.again(*words)
    whole(f",{value}," in (world.tables / "trade.csv").read_text(), "the value is not there")


def many_runs(trial: Trial, victim: Callable[[], int | None] | None) -> None:
    """Many runs, kept in a file: none is lost, and the bands are those of a call unharmed."""
    world = trial.world
    file = world.new("runs")
    words = [*RUN, *MANY, "--keep", file]
    if victim:
        words += ["--executor", "dask", "--scheduler", world.cluster()]
    trial.strike(*words, victim=victim)
    left = file.read_bytes() if file.exists() else b""
    lines = left[: left.rfind(b"\n") + 1]
    bands = trial.again(*words)
    whole(file.read_bytes().startswith(lines), "finished runs are gone from the file")
    whole(bands == world.bands, "the bands differ from those of an unharmed call")


def pages(trial: Trial, victim: Callable[[], int | None] | None) -> None:
    """A visitor walks through the pages; what is kept stays, and the pages come again."""
    world = trial.world
    kept = content(world.folder / "state" / "scenarios")
    explorer = world.explorer()
    with suppress(Exception):  # the visitor loses what is killed
        world.walk(stop=lambda: trial.rng.random() < 0.2)
    pid = victim() if victim else explorer.pid
    trial.hit = pid is not None
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
    if victim == world.store:
        trial.again("query", "who-says-so", "--limit", "1")
    else:
        _, told = explorer.communicate(timeout=60)
        trial.hear(told)
        whole(world.until(lambda: world.pages() is None), "a server was left behind")
        world.explorer()
    world.walk()
    whole(content(world.folder / "state" / "scenarios") == kept, "kept scenarios changed")
    world.close_explorer()


def full_export(trial: Trial, _: Callable[[], int | None] | None) -> None:
    """The disk runs full at some point of an export: nothing of it is left."""
    world, disk = trial.world, trial.world.disk("small", 12)
    target, fill = disk / "export", disk / "fill"
    world.leave_room(fill, trial.rng.randrange(world.export_bytes))
    done = world.call("export", target, "--to", "neo4j-csv")
    trial.hit = done.returncode != 0
    trial.hear(done.stderr)
    whole(not trial.hit or "No space left" in done.stderr, f"not told: {done.stderr[-300:]}")
    whole(
        sorted(p.name for p in disk.iterdir()) in (["fill"], ["export", "fill"]), "files are left"
    )
    whole(content(target) in ({}, world.exported), "half an export")
    fill.unlink()
    if trial.hit:
        trial.again("export", target, "--to", "neo4j-csv")
    whole(content(target) == world.exported, "the export is not what it was")


def full_load(trial: Trial, _: Callable[[], int | None] | None) -> None:
    """The disk of the store runs full in a load: it holds what it held, and answers."""
    world, disk = trial.world, trial.world.disk("store", 96)
    with world.state_on(disk / "state"):
        trial.again("load", "--snapshot", "2025")
        world.leave_room(disk / "fill", trial.rng.randrange(2_000_000))
        done = world.call("load", "--snapshot", "2024")
        trial.hit = done.returncode != 0
        trial.hear(done.stderr)
        held = world.held()
        whole(held == world.states["2025" if trial.hit else "2024"], f"the store holds {held}")
        (disk / "fill").unlink()
        trial.again("load", "--snapshot", "2024")
        whole(world.held() == world.states["2024"], "the load again went wrong")
        world.call("stop")


STAGES = {
    "load": (load, ("the command", "the store")),
    "run into the store": (run, ("the command", "the store")),
    "export": (export, ("the command",)),
    "import": (bring, ("the command",)),
    "many runs": (many_runs, ("the command", "a Dask worker")),
    "pages": (pages, ("the command", "the pages", "the store")),
    "export, disk full": (full_export, ("the disk",)),
    "load, disk full": (full_load, ("the disk",)),
}


def attempt(world: World, stage: str, killed: str, seed: str, row: Row) -> None:
    victims = {"the store": world.store, "the pages": world.pages, "a Dask worker": world.worker}
    trial = Trial(world, random.Random(seed), world.usual[stage])  # noqa: S311 - moments
    row.tries += 1
    try:
        STAGES[stage][0](trial, victims.get(killed))
        row.recovered += 1
    except (Lost, RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        row.lost.append(f"{seed}: {error}")
    finally:
        world.close_explorer()
        world.leave_disks()
    row.hits += trial.hit
    if trial.said:
        row.said[trial.said.replace(str(world.folder), "…")] += 1


def show(rows: dict[tuple[str, str], Row]) -> None:
    print(
        f"{'stage':20} {'killed':14} {'tries':>5} {'at work':>7} {'recovered':>9} {'lost':>4}  said"
    )
    for (stage, killed), row in rows.items():
        said = row.said.most_common(1)[0][0] if row.said else ""
        print(
            f"{stage:20} {killed:14} {row.tries:5} {row.hits:7} {row.recovered:9} "
            f"{len(row.lost):4}  {said[:120]}"
        )
    for row in rows.values():
        for what in row.lost:
            print(f"LOST {what}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long it goes on (10)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (1)")
    parser.add_argument("--only", choices=STAGES, help="one stage alone")
    options = parser.parse_args()
    print_load()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        world.prepare(SNAPSHOTS, RUN, (*RUN, *MANY))
        kinds = {(stage, each): Row() for stage, (_, kill) in STAGES.items() for each in kill}
        rows = {key: row for key, row in kinds.items() if options.only in (None, key[0])}
        if why := world.no_disk():
            print(f"no disk runs full: {why}")
            rows = {key: row for key, row in rows.items() if key[1] != "the disk"}
        end = time.monotonic() + 60 * options.minutes
        for (stage, killed), row in cycle(rows.items()):
            if time.monotonic() > end:
                break
            attempt(world, stage, killed, f"{options.seed}/{row.tries}/{stage}/{killed}", row)
    show(rows)
    print_load()
    return 1 if any(row.lost for row in rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
