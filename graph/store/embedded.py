"""The embedded store: one server on this machine, found, started, shared and stopped.

All processes of a user share one server. A small state file (owner-only) says where it listens
and holds the passwords it was started with; a lock beside it lets one process at a time start
or stop it. A server that was killed leaves a stale file behind, which the next start clears:
what was committed is still there.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import get_type_hints

from filelock import FileLock, Timeout
from platformdirs import user_state_path

from graph.disk.whole import PRIVATE, write_whole
from graph.errors import StoreError
from graph.store import runtime
from graph.store.bolt import Endpoint, Store, open_store

LOG = logging.getLogger("magnetrace")
START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 20.0
POLL_S = 0.05
CALL_TIMEOUT_S = 10.0
STARTS = 3
"""A free port may be taken by another program before the server listens on it."""
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Never through a proxy: the server is on this machine."""

_children: dict[int, subprocess.Popen[bytes]] = {}
"""Servers started by this process; an ended child stays in the process table until asked."""


@dataclass(frozen=True, slots=True)
class Server:
    """The state file: a server that was started, and `ready` once it answers queries."""

    pid: int
    bolt_port: int
    http_port: int
    reader_password: str
    root_password: str
    home: str
    ready: bool = False

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(
            uri=f"bolt://{runtime.HOST}:{self.bolt_port}",
            database=runtime.DATABASE,
            reader=(runtime.READER, self.reader_password),
            writer=(runtime.WRITER, self.root_password),
            reader_is_bound=True,
        )


KINDS = get_type_hints(Server)


def state_path() -> Path:
    """The state folder, there or not: MAGNETRACE_STATE or that of the user."""
    explicit = os.environ.get("MAGNETRACE_STATE")
    return Path(explicit).expanduser() if explicit else user_state_path("magnetrace")


def state_folder() -> Path:
    """Where the store, its state file and its log lie, made where it is not there yet."""
    folder = state_path()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} for the graph store cannot be made ({error.strerror}); set "
            "MAGNETRACE_STATE to a folder that can be written."
        ) from error
    return folder.resolve()


def running() -> Server | None:
    """The server of this user, ready or not; None where none is alive. No waiting."""
    server = _read_state()
    return server if server and _is_ours(server) else None


def busy() -> bool:
    """Whether some process is starting or stopping the server right now."""
    try:
        with _writable(), FileLock(state_folder() / "store.lock", timeout=0, mode=0o600):
            return False
    except Timeout:
        return True


def ensure() -> Server:
    """A server that answers, started where none does. Raises StoreError."""
    with _lock():
        server, left = running(), _read_state()
        if server and server.ready and _connects(server, START_TIMEOUT_S):
            return server
        if left and left.ready:
            LOG.warning(
                "The graph store had ended without being stopped; it is started again with what "
                "was stored."
            )
        # One that is not ready was left behind by a process that ended while it started it.
        if server:
            _end(server)
        _state_file().unlink(missing_ok=True)
        return _start(state_folder() / "store")


def stop() -> bool:
    """End the server; True where one was running."""
    with _lock():
        server = running()
        if server:
            _end(server)
        _state_file().unlink(missing_ok=True)
        return server is not None


class Background:
    """A start that nobody waits for; `failure` keeps what went wrong for the next status."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self.failure = ""

    @property
    def active(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        if not self.active:
            self.failure = ""
            self._thread = threading.Thread(target=self._work, name="magnetrace-store", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            ensure()
        except StoreError as error:
            self.failure = str(error)


def _start(home: Path) -> Server:
    """Start the server, without the data stored where those cannot be opened: they can be loaded
    again. They are given up only once a start without them went well; a full disk or a missing
    right is no fault of theirs."""
    data, aside = home / "databases", home / "databases.aside"
    if aside.exists():
        _put_back(aside, data)
    had_data = data.exists()
    try:
        return _launch_on_free_ports(home)
    except StoreError:
        if not had_data:
            raise
        data.rename(aside)
        try:
            server = _launch_on_free_ports(home)
        except StoreError:
            _put_back(aside, data)
            raise
        shutil.rmtree(aside, ignore_errors=True)
        LOG.warning(
            "What the graph store held could not be opened and was dropped; the next load or query "
            "fills it again. Runs kept in it are lost."
        )
        return server


def _put_back(aside: Path, data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    aside.rename(data)


def _launch_on_free_ports(home: Path) -> Server:
    for _ in range(STARTS - 1):
        try:
            return _launch(home)
        except StoreError:
            if not runtime.port_was_taken(home):
                raise
    return _launch(home)


def _launch(home: Path) -> Server:
    found = runtime.find_runtime()
    bolt_port, http_port = _free_ports()
    server = Server(
        pid=0,
        bolt_port=bolt_port,
        http_port=http_port,
        reader_password=secrets.token_urlsafe(24),
        root_password=secrets.token_urlsafe(24),
        home=str(home),
    )
    secret = runtime.prepare(home, server.root_password)
    line = runtime.command(found, home, secret, bolt_port=bolt_port, http_port=http_port)
    process = runtime.spawn(line, home)
    server = replace(server, pid=process.pid)
    _children[process.pid] = process
    _write_state(server)
    deadline = time.monotonic() + START_TIMEOUT_S
    try:
        _wait_for_http(server, process, deadline)
        _set_up(server)
        if not _answers(server, deadline - time.monotonic()):
            raise _cannot_start(home, "it does not answer queries")
    except BaseException:
        _end(server)
        _state_file().unlink(missing_ok=True)
        raise
    finally:
        secret.unlink(missing_ok=True)
    server = replace(server, ready=True)
    _write_state(server)
    return server


def _wait_for_http(server: Server, process: subprocess.Popen[bytes], deadline: float) -> None:
    while time.monotonic() < deadline:
        # Java stays where its first thread has failed, since others go on.
        if process.poll() is not None or runtime.has_failed(Path(server.home)):
            raise _cannot_start(Path(server.home), "its Java process ended")
        with suppress(OSError):
            url = f"http://{runtime.HOST}:{server.http_port}/api/v1/ready"
            with DIRECT.open(url, timeout=CALL_TIMEOUT_S) as answer:
                if answer.status == 204:
                    return
        time.sleep(POLL_S)
    raise _cannot_start(Path(server.home), f"it was not ready after {START_TIMEOUT_S:g} s")


def _set_up(server: Server) -> None:
    """The one thing Bolt cannot do: make the database and the user that may only read."""
    databases = _ask(server, "list databases")
    if not isinstance(databases, list) or runtime.DATABASE not in databases:
        _ask(server, f"create database {runtime.DATABASE}")
    user = {
        "name": runtime.READER,
        "password": server.reader_password,
        "databases": {runtime.DATABASE: [runtime.READER]},
    }
    _ask(server, f"create user {json.dumps(user)}")


def _ask(server: Server, command: str) -> object:
    login = base64.b64encode(f"{runtime.WRITER}:{server.root_password}".encode()).decode()
    request = urllib.request.Request(
        f"http://{runtime.HOST}:{server.http_port}/api/v1/server",
        data=json.dumps({"command": command}).encode(),
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
    )
    what = " ".join(command.split()[:2])
    try:
        with DIRECT.open(request, timeout=START_TIMEOUT_S) as answer:
            return json.load(answer).get("result")
    except urllib.error.HTTPError as error:
        reason = error.read().decode(errors="replace")[:300]
        raise _cannot_start(Path(server.home), f"{what}: {reason}") from error
    except (OSError, ValueError) as error:
        raise _cannot_start(Path(server.home), f"{what}: {error}") from error


def _answers(server: Server, seconds: float) -> bool:
    """Bolt listens before the database is there, so only an answered query counts."""
    return _within(seconds, server, lambda store: store.run("RETURN 1", timeout=CALL_TIMEOUT_S))


def _connects(server: Server, seconds: float) -> bool:
    """Whether a server that was ready still is: one busy with queries lets nobody ask, but in."""
    return _within(seconds, server, lambda _store: None)


def _within(seconds: float, server: Server, ask: Callable[[Store], object]) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(StoreError), open_store(server.endpoint) as store:
            ask(store)
            return True
        if time.monotonic() > deadline or not _is_ours(server):
            return False
        time.sleep(POLL_S)


def _cannot_start(home: Path, reason: str) -> StoreError:
    said = runtime.last_words(home)
    told = f" Java said: {said}." if said else ""
    needs = " It needs glibc 2.34 or later on Linux." if "GLIBC" in said else ""
    return StoreError(
        f"The embedded graph store could not be started: {reason}.{told}{needs} The log is in "
        f"{runtime.start_log(home).parent}. A Neo4j server can be used instead: set NEO4J_URI."
    )


def _end(server: Server) -> None:
    """End the server by its pid, gently first; never a process that is not ours."""
    for how in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if not _is_ours(server):
            return
        with suppress(ProcessLookupError):
            os.kill(server.pid, how)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while _is_ours(server) and time.monotonic() < deadline:
            time.sleep(POLL_S)


def _is_ours(server: Server) -> bool:
    """Whether the process is alive and is the server started for this very folder."""
    child = _children.get(server.pid)
    if child is not None and child.poll() is not None:
        return False
    line = runtime.command_line(server.pid)
    return runtime.MAIN_CLASS in line and f"rootPath={server.home}" in line


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind((runtime.HOST, 0))
        other.bind((runtime.HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]


@contextmanager
def _lock() -> Iterator[None]:
    """One process (and thread) at a time; a start takes seconds, so others wait for it."""
    path = state_folder() / "store.lock"
    try:
        with _writable(), FileLock(path, timeout=2 * START_TIMEOUT_S, mode=0o600):
            yield
    except Timeout as error:
        raise StoreError(
            f"Another process is still starting or stopping the graph store (lock {path})."
        ) from error


@contextmanager
def _writable() -> Iterator[None]:
    """One StoreError where the folder is full, may not be written or is not there any more."""
    try:
        yield
    except Timeout:  # an OSError too, which others tell
        raise
    except OSError as error:
        raise StoreError(
            f"The folder {state_folder()} for the graph store cannot be written "
            f"({error.strerror or error}); make room or give rights there, or set MAGNETRACE_STATE "
            "to a folder that can be written."
        ) from error


def _state_file() -> Path:
    return state_folder() / "store.json"


def _read_state() -> Server | None:
    try:
        server = Server(**json.loads(_state_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    is_sound = all(type(getattr(server, name)) is kind for name, kind in KINDS.items())
    return server if is_sound else None


def _write_state(server: Server) -> None:
    write_whole(_state_file(), json.dumps(asdict(server)).encode(), PRIVATE)
