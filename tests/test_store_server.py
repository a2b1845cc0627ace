"""The embedded server: how it is started, found, kept to oneself and stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from networks import six_sites
from states import Load, ask, running
from waiting import until

from graph import store
from graph.errors import StoreError
from graph.store import embedded, runtime
from graph.tracing import trace

ROOT = Path(__file__).resolve().parent.parent


def test_status_tells_what_runs_and_what_is_loaded(load: Load) -> None:
    report = load(six_sites())
    status = store.status()
    assert (status.state, status.server) == ("running", "embedded")
    assert status.uri.startswith("bolt://127.0.0.1:")
    meta = status.meta
    assert meta is not None
    assert (meta.sites, meta.flows, meta.snapshot) == (8, 7, "test")
    assert (meta.schema_version, meta.data_hash) == (store.SCHEMA_VERSION, report.data_hash)


def test_the_server_is_private(load: Load, own_state: Path) -> None:
    load(six_sites())
    server = running()
    assert stat.S_IMODE((own_state / "store.json").stat().st_mode) == 0o600
    assert not (own_state / "store" / "root-password").exists()
    line = runtime.command_line(server.pid)
    assert server.root_password not in line
    assert server.reader_password not in line
    assert "-Xmx512m" in line
    for port in (server.bolt_port, server.http_port):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        # Another address of this very machine: a server bound to all of them would answer.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), timeout=2)


def test_the_state_file_says_no_more_than_needed(load: Load, own_state: Path) -> None:
    load(six_sites())
    assert set(json.loads((own_state / "store.json").read_text())) == {
        "pid",
        "bolt_port",
        "http_port",
        "reader_password",
        "root_password",
        "home",
        "ready",
    }


def test_a_wrong_password_is_refused(load: Load) -> None:
    load(six_sites())
    server = running()
    endpoint = replace(server.endpoint, reader=(runtime.READER, "guessed"))
    with pytest.raises(StoreError, match="refused the user name or password"):
        store.servers.open_store(endpoint).__enter__()


def test_a_killed_server_comes_back_with_its_data(load: Load) -> None:
    load(six_sites())
    first = running()
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: not embedded.running(), "the end of the server", 10)
    assert store.status().state == "not running"
    assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),)
    second = running()
    assert second.pid != first.pid
    assert second.reader_password != first.reader_password
    meta = store.status().meta
    assert meta is not None
    assert meta.flows == 7


def test_a_server_that_was_never_ready_is_started_anew(load: Load) -> None:
    load(six_sites())
    first = running()
    embedded._write_state(replace(first, ready=False))
    assert store.status().state == "not running"
    with embedded._lock():
        assert store.status().state == "starting"
    assert ask("MATCH (s:Site) RETURN count(s)") == ((8,),)
    second = running()
    assert second.pid != first.pid
    assert not embedded._is_ours(first)


def test_a_stale_state_file_never_ends_a_stranger(empty_state: Path) -> None:
    stale = embedded.Server(os.getpid(), 1, 2, "x", "y", str(empty_state / "store"), ready=True)
    embedded._write_state(stale)
    assert store.status().state == "not running"
    assert store.stop() is False
    assert not (empty_state / "store.json").exists()
    embedded._write_state(stale)
    assert ask("RETURN 1") == ((1,),)
    assert running().pid != os.getpid()


FIELDS = (
    '"bolt_port": 1, "http_port": 2, "reader_password": "x", "root_password": "y", "ready": true'
)


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", '{"pid": 1}', "[" * 100_000),
        f'{{"pid": [1], "home": "/nowhere", {FIELDS}}}',
        f'{{"pid": "\\u0000", "home": "/nowhere", {FIELDS}}}',
        f'{{"pid": 1, "home": null, {FIELDS}}}',
    ],
)
def test_a_broken_state_file_counts_as_none(empty_state: Path, content: str) -> None:
    (empty_state / "store.json").write_text(content)
    assert store.status().state == "not running"
    assert store.stop() is False


def test_starting_in_the_background_and_stopping(empty_state: Path) -> None:
    started = time.monotonic()
    status = store.start(wait=False)
    assert time.monotonic() - started < 1
    assert status.state == "starting"
    until(lambda: store.status().state != "starting", "the start", 60)
    status = store.status()
    assert (status.state, status.meta) == ("running", None)
    assert status.pid is not None
    assert store.stop() is True
    assert runtime.command_line(status.pid) == ""
    assert store.stop() is False
    assert list(empty_state.glob("store.json")) == []


@pytest.mark.usefixtures("empty_state")
def test_two_starts_at_once_share_one_server() -> None:
    program = "from graph import store; print(store.start().pid)"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    pids = {process.communicate(timeout=120)[0].strip() for process in both}
    server = running()
    assert pids == {str(server.pid)}


def test_data_that_cannot_be_opened_are_given_up(empty_state: Path) -> None:
    network = six_sites()
    with store.connect(read_only=False) as opened:
        opened.load(network, trace(network))
    store.stop()
    for file in (empty_state / "store" / "databases" / runtime.DATABASE).iterdir():
        file.write_bytes(b"broken")
    assert ask("MATCH (n) RETURN count(n)") == ((0,),)
    assert store.status().meta is None
    with store.connect(read_only=False) as opened:
        assert opened.load(network, trace(network)).sites == 8


def test_a_java_that_cannot_run_is_told_in_one_sentence(
    empty_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = empty_state / "java"
    java.write_text("#!/bin/sh\necho \"libc.so.6: version 'GLIBC_2.34' not found\" >&2\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setattr(runtime, "find_runtime", lambda: runtime.Runtime(java, empty_state))
    with pytest.raises(StoreError, match=r"GLIBC_2\.34' not found.*glibc 2\.34 or later") as caught:
        store.start()
    assert "\n" not in str(caught.value)
    store.start(wait=False)
    until(lambda: store.status().state != "starting", "the start", 10)
    assert "GLIBC_2.34" in store.status().detail


def test_a_java_of_another_machine_is_told(
    empty_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = empty_state / "java"
    java.write_bytes(b"\x7fELF not for this machine")
    java.chmod(0o755)
    monkeypatch.setattr(runtime, "find_runtime", lambda: runtime.Runtime(java, empty_state))
    with pytest.raises(StoreError, match="cannot run here"):
        store.start()


def test_a_missing_wheel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "find_spec", lambda _name: None)
    with pytest.raises(StoreError, match="install the package arcadedb-embedded"):
        runtime.find_runtime()


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGNETRACE_STATE", str(tmp_path / "file" / "state"))
    with pytest.raises(StoreError, match="MAGNETRACE_STATE"):
        store.status()
