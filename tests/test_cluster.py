"""Many runs on real worker processes: the same results, whoever is killed meanwhile."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from networks import six_sites
from spreads import BARE
from test_ensemble import RANGES, STRIKE
from test_finished import same, study_of
from waiting import until

from graph.ensemble import Outcome, Study, gather, on_threads, run_one
from graph.errors import ClusterError, ScenarioError
from graph.scenario import Outage

distributed = pytest.importorskip(
    "distributed", reason="needs distributed: pip install 'magnetrace[dask]'"
)

from graph.runs import cluster, identity  # noqa: E402 - imports distributed
from graph.runs.cluster import on_cluster  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
LONG = 130
"""Weeks that make a run long enough to be interrupted."""


class Cluster:
    """A scheduler, its workers and a client, all on 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.file, self.folder = folder / "scheduler.json", folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self._start("dask_scheduler", "--port", "0")
        until(self.file.exists, "the scheduler")
        self.client = distributed.Client(scheduler_file=str(self.file), set_as_default=False)

    @property
    def address(self) -> str:
        return str(self.client.scheduler.address)

    def _start(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        started = subprocess.Popen(
            [
                *(sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1"),
                *("--no-dashboard", "--scheduler-file", str(self.file), *options),
            ],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(started)
        return started

    def have(self, count: int) -> None:
        """Wait until exactly so many workers are there, started where they lack."""
        alive = [worker for worker in self.workers if worker.poll() is None]
        for _ in range(count - len(alive)):
            alive.append(self.start())
        self.workers = alive
        until(lambda: len(self.client.nthreads()) == count, f"{count} workers")

    def start(self) -> subprocess.Popen[bytes]:
        worker = self._start("dask_worker", "--no-nanny", "--nthreads", "1")
        self.workers.append(worker)
        return worker

    def kill(self, count: int) -> None:
        """As a machine that loses its power does it."""
        for worker in self.workers[:count]:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        self.workers = self.workers[count:]

    def close(self) -> None:
        self.client.close()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    it = Cluster(tmp_path_factory.mktemp("cluster"))
    yield it
    it.close()


@pytest.fixture
def two(started: Cluster) -> Cluster:
    started.have(2)
    return started


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a tenth of a second, so that several are under way whenever someone is killed."""
    monkeypatch.setattr(cluster, "CHUNK_SECONDS", 0.1)


def by_run(outcomes: list[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda outcome: outcome.run)


def with_accident(
    source: Iterator[Outcome], after: int, accident: Callable[[], object]
) -> list[Outcome]:
    """All outcomes, with something that happens once a few have come."""
    found = []
    for outcome in source:
        found.append(outcome)
        if len(found) == after:
            accident()
    return found


def test_a_cluster_says_what_threads_say_to_the_last_bit(two: Cluster) -> None:
    planned = study_of(balances=2)
    told: list[int] = []
    there = gather(
        planned, on_cluster(planned, range(60), two.client), 60, lambda done, _: told.append(done)
    )
    assert there == gather(planned, on_threads(planned, range(60)), 60)
    assert told == list(range(1, 61))


def test_an_address_will_do(two: Cluster) -> None:
    planned = study_of()
    found = by_run(list(on_cluster(planned, range(3), two.address)))
    assert same(found, by_run(list(on_threads(planned, range(3)))))


def test_the_study_is_sent_once_to_each_worker(
    two: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    scatter = two.client.scatter

    def counted(*given: object, **how: object) -> object:
        sent.append(how)
        return scatter(*given, **how)

    monkeypatch.setattr(two.client, "scatter", counted)
    assert len(list(on_cluster(study_of(), range(40), two.client))) == 40
    assert sent == [{"broadcast": True, "hash": False}]


def test_a_killed_worker_costs_time_and_nothing_else(
    two: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    planned, runs = study_of(weeks=LONG), range(120)
    source = on_cluster(planned, runs, two.client)
    found = with_accident(source, 10, lambda: two.kill(1))
    assert len(two.client.nthreads()) == 1
    assert [outcome.run for outcome in by_run(found)] == list(runs)
    assert same(by_run(found), by_run(list(on_threads(planned, runs))))
    told = "The cluster lost 1 of 2 threads; what they were at is run again."
    assert caplog.messages.count(told) == 1


def test_when_all_workers_go_a_new_one_resumes(two: Cluster) -> None:
    planned, runs = study_of(weeks=LONG), range(120)

    def accident() -> None:
        two.kill(2)
        until(lambda: not two.client.nthreads(), "the end of the workers")
        two.start()

    found = with_accident(on_cluster(planned, runs, two.client), 10, accident)
    assert [outcome.run for outcome in by_run(found)] == list(runs)
    assert same(by_run(found), by_run(list(on_threads(planned, runs))))


def test_when_no_worker_comes_back_what_is_finished_stays(two: Cluster) -> None:
    planned, found = study_of(weeks=LONG), []

    def remembered() -> Iterator[Outcome]:
        for outcome in on_cluster(planned, range(10_000), two.client, patience=1.0):
            found.append(outcome)
            yield outcome

    start = time.monotonic()
    with pytest.raises(ClusterError, match="has had no worker for 1 seconds; start some with"):
        with_accident(remembered(), 10, lambda: two.kill(2))
    assert time.monotonic() - start < 20
    assert 10 <= len(found) < 1000
    assert same(by_run(found), [run_one(planned, outcome.run) for outcome in by_run(found)])


def test_without_any_worker_the_wait_is_bounded(started: Cluster) -> None:
    started.kill(len(started.workers))
    with pytest.raises(ClusterError, match="has had no worker for 0\\.5 seconds"):
        list(on_cluster(study_of(), range(3), started.client, patience=0.5))


def test_cancelling_gives_up_what_waits(two: Cluster) -> None:
    planned, found = study_of(weeks=LONG), []
    for outcome in on_cluster(
        planned, range(10_000), two.client, is_cancelled=lambda: len(found) >= 10
    ):
        found.append(outcome)
    assert 10 <= len(found) < 1000
    until(lambda: not any(two.client.processing().values()), "cancelling")


def test_leaving_early_gives_up_what_waits(two: Cluster) -> None:
    source = on_cluster(study_of(weeks=LONG), range(10_000), two.client)
    next(source)
    source.close()  # type: ignore[attr-defined]
    until(lambda: not any(two.client.processing().values()), "cancelling")


def test_an_error_of_the_study_is_told_as_it_is(two: Cluster) -> None:
    nobody = replace(STRIKE, levers=(Outage(name="strike", sites=("nobody",), end_week=2),))
    planned = Study((six_sites(),), nobody, BARE, RANGES, weeks=4)
    with pytest.raises(ScenarioError, match="nobody"):
        list(on_cluster(planned, range(3), two.client))


def test_versions_that_differ_are_one_message(
    two: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_version", lambda _: "0.1")  # here, not on the workers
    with pytest.raises(ClusterError, match=r"the scheduler: .*numpy \S+, here 0\.1;") as told:
        list(on_cluster(study_of(), range(3), two.client))
    assert str(told.value).count("worker tcp://") == 2


def test_a_worker_that_comes_later_is_checked_too() -> None:
    with pytest.raises(ClusterError, match=r"runs other versions: scipy .*, here 0\.1"):
        cluster._run_chunk(study_of(), (0,), {"scipy": "0.1"})


def test_no_scheduler_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(on_cluster(study_of(), range(3), "tcp://127.0.0.1:9"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the network built by the first call is found by the next ones."""
    return tmp_path_factory.mktemp("cache")


def simulate(cache: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "simulate", "full-export-stop", "--weeks", "8", *options],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def numbers(path: Path) -> list[int]:
    """The runs that a file holds, in the order in which they came."""
    if not path.exists():
        return []
    return [
        int(run) for run in re.findall(rb'^\{"run": (\d+),.*\n', path.read_bytes(), re.MULTILINE)
    ]


def test_the_command_line_stops_on_ctrl_c_and_goes_on_from_the_file(
    two: Cluster, tmp_path: Path, cache: Path
) -> None:
    kept, runs = tmp_path / "runs.jsonl", ("--balances", "1", "--format", "csv")
    where = ("--keep", str(kept), "--executor", "dask", "--scheduler", two.address)
    begun = simulate(cache, "--runs", "5000", *runs, *where)
    until(lambda: len(numbers(kept)) > 3, "the first runs")
    begun.send_signal(signal.SIGINT)
    out, said = begun.communicate(timeout=60)
    assert begun.returncode == 130, said
    assert "Traceback" not in said
    first = numbers(kept)
    assert f"magnetrace: {len(first)} of 5000 runs were finished, and kept in {kept}" in said
    assert out.startswith("id,name,country,unit,risk,")

    wanted = max(first) + 2
    resumed = simulate(cache, "--runs", str(wanted), *runs, *where)
    again, said = resumed.communicate(timeout=60)
    assert resumed.returncode == 0, said
    assert numbers(kept)[: len(first)] == first
    assert sorted(numbers(kept)) == list(range(wanted))
    threads = simulate(cache, "--runs", str(wanted), *runs).communicate(timeout=120)
    assert again == threads[0]


@pytest.mark.parametrize(
    ("lost", "what"),
    [
        ("workers", "the cluster has had no worker for 1 seconds; start some with"),
        ("scheduler", "the Dask scheduler no longer answers"),
    ],
)
def test_the_command_line_says_what_is_finished_when_the_cluster_is_lost(
    tmp_path: Path, cache: Path, lost: str, what: str
) -> None:
    kept, it = tmp_path / "runs.jsonl", Cluster(tmp_path)
    try:
        it.have(1)
        begun = simulate(
            *(cache, "--runs", "5000", "--balances", "1", "--keep", str(kept)),
            *("--executor", "dask", "--scheduler", it.address, "--patience", "1"),
        )
        until(lambda: len(numbers(kept)) > 3, "the first runs")
        if lost == "workers":
            it.kill(1)
        else:
            it.client.close()
            it.processes[0].kill()
        out, said = begun.communicate(timeout=60)
    finally:
        it.close()
    assert begun.returncode == 1, said
    assert "Traceback" not in said
    done = len(numbers(kept))
    assert f"{done} runs of 8 weeks on 1 balance" in out
    finished, error = said.splitlines()[-2:]
    assert finished == f"magnetrace: {done} of 5000 runs were finished, and kept in {kept}"
    assert error.startswith(f"magnetrace: {what}")
