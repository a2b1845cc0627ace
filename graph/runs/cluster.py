"""Many runs on a Dask cluster: the study goes to every worker once, run numbers are the tasks.

The scheduler hands the chunks of a worker that has gone to another one. What it cannot mend is the
loss of all workers at once, and the study with them: then the study is sent again to whoever comes
back, and the chunks that were under way are asked for again. Since run number i is drawn from the
seed and i alone, nothing of that shows in the results.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from math import ceil
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Future, KilledWorker
from distributed.versions import VersionMismatchWarning

from graph.ensemble import Outcome, Study, run_one
from graph.errors import ClusterError, MagnetraceError
from graph.runs.identity import versions

LOG = logging.getLogger("magnetrace")
CONNECT_SECONDS = 10
LOOK_SECONDS = 0.25
"""How often cancelling and the workers are looked at while nothing comes."""
FETCH_SECONDS = 30
"""A result that has not come by then is asked for anew."""
CHUNK_SECONDS = 2.0
"""Work in a chunk: long beside the milliseconds that a task costs, short to lose."""
MOST_RUNS = 200
AHEAD = 2
"""Chunks asked for, for every thread of the cluster."""
TRIES = 5
"""Losses of one chunk until it is taken for the cause."""

Chunk = tuple[int, ...]


def on_cluster(
    study: Study,
    runs: Iterable[int],
    cluster: Client | str,
    is_cancelled: Callable[[], bool] = lambda: False,
    patience: float = 60.0,
) -> Iterator[Outcome]:
    """Outcomes as they come from the workers of a Dask scheduler (a client or its address).

    Once `is_cancelled` says so, chunks that are not finished are given up. `patience` is how many
    seconds a cluster may be without any worker. Raises ClusterError where no scheduler answers, no
    worker comes (back), versions differ or one chunk keeps bringing workers down, and whatever
    `run_one` raises; outcomes handed on before stay good.
    """
    with _connected(cluster) as client:
        expected = versions()
        _check_versions(client, expected)
        yield from _Work(client, study, runs, expected, patience).outcomes(is_cancelled)


@contextmanager
def _connected(cluster: Client | str) -> Iterator[Client]:
    if isinstance(cluster, Client):
        yield cluster
        return
    # What Dask would log here, with tracebacks, ends in an error of ours.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # Versions that differ are an error with a name a moment later.
            warnings.simplefilter("ignore", VersionMismatchWarning)
            client = Client(cluster, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {cluster} within {CONNECT_SECONDS} seconds ({error}); "
            "start one with: dask scheduler"
        ) from error
    try:
        yield client
    finally:
        client.close()


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> str:
    """What differs between two machines, in words; empty where nothing does."""
    return "; ".join(
        f"{name} {found.get(name, 'not installed')}, here {wanted}"
        for name, wanted in expected.items()
        if found.get(name) != wanted
    )


def _check_versions(client: Client, expected: Mapping[str, str]) -> None:
    """Raises ClusterError where the scheduler or a worker runs something else than this process."""
    try:
        found: dict[str, dict[str, str]] = {"the scheduler": client.run_on_scheduler(versions)}
        found |= {f"worker {name}": told for name, told in client.run(versions).items()}
    except ImportError as error:
        raise ClusterError(
            f"the cluster lacks a package ({error}); install magnetrace[dask] of the same version "
            "on the scheduler and on every worker"
        ) from error
    except OSError:
        return  # a worker has just gone; the others are asked again with their first chunk
    wrong = [f"  {who}: {what}" for who, t in found.items() if (what := differences(expected, t))]
    if wrong:
        raise ClusterError(
            "versions differ, so results would too:\n"
            + "\n".join(wrong)
            + "\ninstall the same on all machines, from the same constraints.txt"
        )


def _run_chunk(
    study: Study, chunk: Chunk, expected: Mapping[str, str]
) -> tuple[float, list[Outcome]]:
    """On a worker: the outcomes of a chunk, and the seconds they took."""
    if what := differences(expected, versions()):  # of a worker that came later
        raise ClusterError(
            f"a worker runs other versions: {what}; install the same on all machines"
        )
    start = time.perf_counter()
    outcomes = [run_one(study, run) for run in chunk]
    return time.perf_counter() - start, outcomes


class _Work:
    """Chunks under way. `lost` counts how often a chunk did not come back."""

    def __init__(
        self,
        client: Client,
        study: Study,
        runs: Iterable[int],
        expected: Mapping[str, str],
        patience: float,
    ) -> None:
        self.client, self.study, self.expected = client, study, expected
        self.left, self.patience = deque(runs), patience
        self.again: deque[Chunk] = deque()
        self.asked: dict[str, tuple[Future[Any], Chunk]] = {}
        self.done: SimpleQueue[Future[Any]] = SimpleQueue()
        self.lost: Counter[Chunk] = Counter()
        self.sent: Future[Study] | None = None
        self.chunk_runs, self.threads = 1, 0
        self.seen = time.monotonic()

    def outcomes(self, is_cancelled: Callable[[], bool]) -> Iterator[Outcome]:
        try:
            while not is_cancelled():
                if not self._ask() and not self.asked:
                    return
                yield from self._next()
            self._give_up()
            while self.asked:
                yield from self._next()
        finally:
            self._give_up()
            if self.sent is not None:
                self.sent.release()

    def _ask(self) -> bool:
        """Ask for as many chunks as the cluster can take; whether anything is left to ask for."""
        threads = self._threads()
        while len(self.asked) < AHEAD * threads:
            chunk = self.again.popleft() if self.again else self._cut(threads)
            if not chunk:
                return False
            try:
                future = self._submit(chunk)
            except (OSError, CancelledError):  # the workers left between two questions
                self.again.append(chunk)
                return True
            self.asked[str(future.key)] = (future, chunk)
            future.add_done_callback(self.done.put)
        return True

    def _cut(self, threads: int) -> Chunk:
        """The next runs; towards the end fewer, so that no thread waits long for the last one."""
        fair = ceil(len(self.left) / (AHEAD * threads))
        return tuple(self.left.popleft() for _ in range(min(self.chunk_runs, fair)))

    def _submit(self, chunk: Chunk) -> Future[Any]:
        if self.sent is None or self.sent.status != "finished":
            self.sent = self.client.scatter(self.study, broadcast=True, hash=False)
        return self.client.submit(_run_chunk, self.sent, chunk, self.expected, pure=False)

    def _threads(self) -> int:
        """Threads of all workers. Raises ClusterError where there were none for too long."""
        try:
            if self.client.status != "running":
                raise OSError("the connection is closed")
            threads: int = sum(self.client.nthreads().values())
        except OSError as error:
            raise ClusterError(
                f"the Dask scheduler no longer answers ({error}); start it and its workers, then "
                "run the same command again"
            ) from error
        if threads < self.threads:
            text = "The cluster lost %d of %d threads; what they were at is run again."
            LOG.warning(text, self.threads - threads, self.threads)
        self.threads = threads
        now = time.monotonic()
        if threads:
            self.seen = now
        elif now - self.seen > self.patience:
            raise ClusterError(
                f"the cluster has had no worker for {self.patience:g} seconds; start some with: "
                "dask worker ADDRESS, then run the same command again"
            )
        return threads

    def _next(self) -> Iterator[Outcome]:
        """The outcomes of the next chunk that comes back, if one does soon."""
        try:
            future = self.done.get(timeout=LOOK_SECONDS)
        except Empty:
            return
        if str(future.key) not in self.asked:  # given up meanwhile
            return
        _, chunk = self.asked.pop(str(future.key))
        try:
            seconds, outcomes = future.result(timeout=FETCH_SECONDS)
        except MagnetraceError:
            raise
        except ImportError as error:
            raise ClusterError(
                f"a worker lacks a package ({error}); install magnetrace[dask] on all machines"
            ) from error
        except (KilledWorker, CancelledError, OSError) as error:
            self._lose(chunk, error)
            return
        finally:
            future.release()
        self.chunk_runs = max(
            1, min(MOST_RUNS, int(CHUNK_SECONDS * len(chunk) / max(seconds, 1e-9)))
        )
        yield from outcomes

    def _lose(self, chunk: Chunk, error: BaseException) -> None:
        self.lost[chunk] += 1
        if self.lost[chunk] >= TRIES:
            raise ClusterError(
                f"runs {chunk[0]} to {chunk[-1]} were lost {TRIES} times, last by "
                f"{type(error).__name__}: {error}; the workers may have too little memory for the "
                "networks: start them with fewer threads each, or take fewer --balances"
            ) from error
        self.again.append(chunk)

    def _give_up(self) -> None:
        """Cancel what is not finished; what is stays to be fetched."""
        open_ = {key: each for key, each in self.asked.items() if each[0].status != "finished"}
        for key in open_:
            del self.asked[key]
        with suppress(OSError, AttributeError):  # the scheduler has gone, and all tasks with it
            self.client.cancel([future for future, _ in open_.values()])
