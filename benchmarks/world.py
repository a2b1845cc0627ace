"""A world of its own for what is killed: folders, store, cluster, pages and small disks."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Self

from visitor import Visitor

from graph import store
from graph.errors import StoreError
from graph.store import embedded
from loaders import shipped_folder
from loaders.own_scenarios import save
from loaders.scenarios import scenarios

PATIENCE_S = 120.0
HELD = (
    "MATCH (s:Site) WITH count(s) AS sites OPTIONAL MATCH (:Site)-[f:SUPPLIES]->(:Site) "
    "RETURN sites, count(f), sum(f.tonnes)"
)


def content(folder: Path) -> dict[str, bytes]:
    """Every file that a user sees in a folder; empty where there is none."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.glob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


class World:
    """What the trials share. What it starts it ends, by its process id."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tables = folder, folder / "tables"
        self.states: dict[str, object] = {}
        self.exported: dict[str, bytes] = {}
        self.bands = ""
        self.usual: defaultdict[str, float] = defaultdict(float)
        """seconds that a stage takes when nobody harms it"""
        self._numbers = count()
        self._cluster: list[subprocess.Popen[bytes]] = []
        self._explorer: subprocess.Popen[str] | None = None
        self._port = 0
        self._disks: list[Path] = []

    def __enter__(self) -> Self:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended then too
        os.environ["MAGNETRACE_STATE"] = str(self.folder / "state")
        os.environ["XDG_CACHE_HOME"] = str(self.folder / "cache")
        return self

    def __exit__(self, *_: object) -> None:
        self.close_explorer()
        self.leave_disks()
        store.stop()
        for process in self._cluster:
            if process.poll() is None:
                process.kill()
            process.wait()

    def prepare(self, snapshots: Sequence[str], run: Sequence[str], many: Sequence[object]) -> None:
        """Everything once unharmed: what is right, and how long it takes."""
        shutil.copytree(shipped_folder(), self.tables)
        kept = scenarios(shipped_folder())["full-export-stop"]
        save(self.folder / "state" / "scenarios", kept, "Mine")
        for name in reversed(snapshots):
            self._timed("load", "load", "--snapshot", name)
            self.states[name] = self.held()
        self._timed("run into the store", *run, "--store", "first")
        target = self.new("export")
        self._timed("export", "export", target, "--to", "neo4j-csv")
        self.exported = content(target)
        self.bands = self._timed("many runs", *many)
        self._timed("import", "check", "--data", self.tables)

    @property
    def export_bytes(self) -> int:
        return sum(map(len, self.exported.values()))

    # Commands

    def _timed(self, stage: str, *words: object) -> str:
        started = time.perf_counter()
        done = self.call(*words)
        if done.returncode:
            raise SystemExit(f"unharmed, {words[0]} fails: {done.stderr}")
        self.usual[stage] = time.perf_counter() - started
        return done.stdout

    def begin(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *words: object) -> subprocess.CompletedProcess[str]:
        running = self.begin(*words)
        out, told = running.communicate(timeout=300)
        return subprocess.CompletedProcess(running.args, running.returncode, out, told)

    def new(self, name: str) -> Path:
        return self.folder / f"{name}-{next(self._numbers)}"

    # The store

    def store(self) -> int | None:
        """The process of the store."""
        server = embedded.running()
        return server.pid if server else None

    def held(self) -> object:
        """Sites, flows and tonnes of the store, and of which state it says they are."""
        with suppress(StoreError), store.connect() as opened:
            meta = opened.meta()
            ((sites, flows, tonnes),) = opened.run(HELD, timeout=60).rows
            return meta and meta.snapshot, sites, flows, round(float(tonnes or 0), 3)
        return "no answer"

    @contextmanager
    def state_on(self, folder: Path) -> Iterator[None]:
        """Commands use another state folder meanwhile."""
        before = os.environ["MAGNETRACE_STATE"]
        os.environ["MAGNETRACE_STATE"] = str(folder)
        try:
            yield
        finally:
            store.stop()
            os.environ["MAGNETRACE_STATE"] = before

    # The cluster

    def cluster(self) -> str:
        """The address of a scheduler with two workers; those that were killed come back."""
        file = self.folder / "scheduler.json"
        if not self._cluster:
            self._cluster.append(self._dask("dask_scheduler", file, "--port", "0"))
            self.until(file.exists)
        scheduler, *workers = self._cluster
        workers = [each for each in workers if each.poll() is None]
        while len(workers) < 2:
            workers.append(self._dask("dask_worker", file, "--no-nanny", "--nthreads", "1"))
        self._cluster = [scheduler, *workers]
        from distributed import Client  # an extra

        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(2, timeout=PATIENCE_S)
            return str(client.scheduler.address)

    def worker(self) -> int | None:
        return self._cluster[1].pid if len(self._cluster) > 1 else None

    def _dask(self, program: str, file: Path, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1"),
                *("--no-dashboard", "--scheduler-file", str(file), *options),
            ],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    # The pages

    def explorer(self) -> subprocess.Popen[str]:
        """The pages, served on the same port each time."""
        if not self._port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._port = probe.getsockname()[1]
        self._explorer = self.begin("explore", "--no-browser", "--port", self._port)
        for line in self._explorer.stdout or ():
            if "the explorer is at" in line:
                return self._explorer
        raise RuntimeError("the explorer did not start")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def close_explorer(self) -> None:
        if self._explorer and self._explorer.poll() is None:
            self._explorer.terminate()
            self._explorer.communicate(timeout=60)
        self._explorer = None

    def pages(self) -> int | None:
        """The process that serves the pages."""
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                line = entry.read_bytes().decode(errors="replace").split("\0")
                if "ui.serve" in line and str(self._port) in line:
                    return int(entry.parent.name)
        return None

    def walk(self, stop: Callable[[], bool] = lambda: False) -> None:
        """A visitor opens pages and runs a scenario, until told to stop."""
        with Visitor(self.address) as visitor:
            for page in ("", "chain", "query", "data", "scenario"):
                visitor.open(page)
                if stop():
                    return
            visitor.choose("Scenario", next(self._numbers), "Run")

    def until(self, found: Callable[[], object]) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while not found():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    # Small disks

    def no_disk(self) -> str:
        """Why no disk can be had that runs full; empty where one can."""
        if sys.platform != "linux" or os.geteuid() != 0:
            return "mounting one takes Linux and root"
        try:
            self.disk("try", 1)
        except OSError as error:
            return str(error)
        self.leave_disks()
        return ""

    def disk(self, name: str, megabytes: int) -> Path:
        place = self.new(name)
        place.mkdir()
        line = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(done.stderr.strip())
        self._disks.append(place)
        return place

    def leave_room(self, fill: Path, room: int) -> None:
        """Fill a disk up to about `room` bytes."""
        with fill.open("wb", buffering=0) as file:
            free = shutil.disk_usage(fill.parent).free
            file.write(bytes(max(0, free - room)))

    def leave_disks(self) -> None:
        for place in self._disks:
            subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607 - where it is differs
        self._disks = []
