"""The embedded server as a good citizen: what it does when the machine does not play along."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from layered import layered
from networks import six_sites
from states import Load, running
from test_hostile import graph_print

from graph import store
from graph.errors import StoreError
from graph.store import embedded, loading, runtime
from ui.cli import main

ROOT = Path(__file__).resolve().parent.parent
COUNTED = "MATCH (s:Site) WITH count(s) AS sites MATCH ()-[f:SUPPLIES]->() RETURN sites, count(f)"
SIX, LAYERED = ((8, 7),), ((330, 4644),)


def held() -> object:
    with store.connect() as opened:
        return opened.run(COUNTED).rows


def program(text: str, *prefix: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a Python program of its own prints, with the tests' networks at hand."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    return subprocess.run(
        [*prefix, sys.executable, "-c", text],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=180,
    )


# Ports


def taken_then_free(monkeypatch: pytest.MonkeyPatch, taken: int, times: int, which: int) -> None:
    free_ports, left = embedded._free_ports, [times]

    def ports() -> tuple[int, int]:
        both = list(free_ports())
        if left[0]:
            left[0] -= 1
            both[which] = taken
        return both[0], both[1]

    monkeypatch.setattr(embedded, "_free_ports", ports)


@pytest.mark.usefixtures("empty_state")
@pytest.mark.parametrize("which", [0, 1], ids=["bolt", "http"])
def test_a_port_that_somebody_took_meanwhile_costs_no_data(
    load: Load, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    load(six_sites())
    store.stop()
    with closing(socket.create_server(("127.0.0.1", 0))) as stranger:
        taken_then_free(monkeypatch, stranger.getsockname()[1], 1, which)
        assert held() == SIX


def test_ports_that_are_always_taken_are_told_and_cost_no_data(
    empty_state: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(six_sites())
    store.stop()
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as stranger,
        monkeypatch.context() as patch,
    ):
        taken_then_free(patch, stranger.getsockname()[1], 99, 0)
        with pytest.raises(StoreError, match="Unable to listen") as caught:
            store.start()
    assert "\n" not in str(caught.value)
    assert not (empty_state / "store" / "databases.aside").exists()
    assert held() == SIX


def test_a_start_that_was_killed_while_it_tried_without_the_data_gets_them_back(
    empty_state: Path, load: Load
) -> None:
    load(six_sites())
    store.stop()
    data = empty_state / "store" / "databases"
    data.rename(data.with_name("databases.aside"))
    data.mkdir()
    assert held() == SIX


# Killed in the middle of a load

LOADER = """
import os, signal
from layered import layered
from graph import store
from graph.store import embedded, loading
from graph.tracing import trace
loading.BATCH = {batch}
network = layered()
def progress(step, done):
    if done > 0.5:
        os.kill({victim}, signal.SIGKILL)
with store.connect(read_only=False) as opened:
    opened.load(network, trace(network), progress)
"""
VICTIMS = {"the loader": "os.getpid()", "the server": "embedded.running().pid"}


@pytest.mark.usefixtures("empty_state")
@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_in_a_small_load_the_old_graph_is_whole(load: Load, victim: str) -> None:
    load(six_sites())
    before = graph_print()
    done = program(LOADER.format(batch=20_000, victim=VICTIMS[victim]))
    assert done.returncode != 0
    assert graph_print() == before
    load(layered())
    assert held() == LAYERED


@pytest.mark.usefixtures("empty_state")
@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_in_a_large_load_it_is_known_and_goes_on(
    load: Load, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    """Too large for one transaction: the half that is there is not taken for a whole."""
    load(six_sites())
    done = program(LOADER.format(batch=500, victim=VICTIMS[victim]))
    assert done.returncode != 0
    with store.connect() as opened:
        assert opened.meta() is None
    monkeypatch.setattr(loading, "BATCH", 500)
    sent: list[int] = []
    commit = loading._commit

    def counting(transaction: object, batch: object, number: int = 0) -> None:
        sent.append(number)
        commit(transaction, batch, number)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "_commit", counting)
    load(layered())
    # 5,964 relationships are 14 batches, of which six were there.
    assert [number for number in sent if number] == list(range(7, 15))
    assert held() == LAYERED
    assert graph_print()[:2] == (475, 5964)


@pytest.mark.usefixtures("empty_state")
def test_status_tells_of_a_load_that_was_broken_off(
    load: Load, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said() -> str:
        assert main(["status"]) == 0
        return capsys.readouterr().out.splitlines()[1]

    store.start()
    assert said() == "holds nothing; run: magnetrace load"
    program(LOADER.format(batch=500, victim=VICTIMS["the loader"]))
    assert said() == (
        "holds a part of the chain: a load is under way or was broken off; run the same again: "
        "magnetrace load"
    )
    monkeypatch.setattr(loading, "BATCH", 500)
    load(layered())
    assert said().startswith("holds snapshot layered: 330 sites")


@pytest.mark.usefixtures("empty_state")
def test_a_question_after_a_broken_load_is_asked_of_a_whole_graph(
    load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    load(six_sites())
    program(LOADER.format(batch=500, victim=VICTIMS["the server"]))
    assert main(["query", "--cypher", "MATCH (m:Magnetrace) RETURN m.snapshot AS s"]) == 0
    assert "2025" in capsys.readouterr().out
    with store.connect() as opened:
        assert opened.meta() is not None


@pytest.mark.usefixtures("empty_state")
def test_an_older_schema_is_built_anew_from_the_tables(
    load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    load(six_sites())
    with store.connect(read_only=False) as opened, opened._writing() as session:
        session.run("MATCH (m:Magnetrace) SET m.schema_version = 0").consume()
    assert main(["query", "--cypher", "MATCH (m:Magnetrace) RETURN m.snapshot AS s"]) == 0
    assert "2025" in capsys.readouterr().out
    with store.connect() as opened:
        meta = opened.meta()
    assert meta is not None
    assert meta.schema_version == store.SCHEMA_VERSION
    assert meta.sites > 300


# Disk and rights

ON_A_DISK = """
import pathlib, os
from layered import layered
from networks import six_sites
from graph import store
from graph.errors import StoreError
from graph.tracing import trace
state = pathlib.Path(os.environ["MAGNETRACE_STATE"])
def load(network):
    with store.connect(read_only=False) as opened:
        opened.load(network, trace(network))
def held():
    with store.connect() as opened:
        print("holds", opened.run("MATCH (s:Site) RETURN count(s)").rows[0][0])
def tried(work, *arguments):
    try:
        work(*arguments)
    except StoreError as error:
        print("told", str(error))
"""
FULL = """
load(six_sites())
ballast = state / "ballast"
try:
    with ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65536))
except OSError:
    pass
tried(load, layered())
held()
store.stop()
tried(store.start)
ballast.unlink()
held()
load(layered())
held()
store.stop()
"""
NO_ROOM = "tried(store.start)\nassert not (state / 'store.json').exists()"
UNSHARE = shutil.which("unshare")
CAN_MOUNT = bool(UNSHARE) and not subprocess.call(
    ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
MOUNTS = pytest.mark.skipif(not CAN_MOUNT, reason="this system lets users mount nothing of theirs")


def on_a_disk(folder: Path, options: str, text: str) -> list[str]:
    """What a program prints whose state lies on a disk of its own in `folder`."""
    script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
    prefix = ("unshare", "-rm", "sh", "-c", script, "sh", options, str(folder))
    done = program(ON_A_DISK + text, *prefix, MAGNETRACE_STATE=str(folder))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@MOUNTS
def test_a_full_disk_is_told_and_costs_nothing(tmp_path: Path) -> None:
    told, *after = on_a_disk(tmp_path, "size=60m", FULL)
    assert "could not write" in told
    assert "disk has room" in told
    held = [line for line in after if line.startswith("holds")]
    assert held == ["holds 8", "holds 8", "holds 330"]


@MOUNTS
def test_a_disk_without_any_room_is_told(tmp_path: Path) -> None:
    (told,) = on_a_disk(tmp_path, "size=64k", NO_ROOM)
    assert "told The" in told
    assert "MAGNETRACE_STATE" in told or "could not be started" in told


@MOUNTS
def test_a_disk_for_reading_only_is_told(tmp_path: Path) -> None:
    (told,) = on_a_disk(tmp_path, "ro", NO_ROOM)
    assert "cannot be written" in told
    assert "MAGNETRACE_STATE" in told


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere"
)
def test_a_folder_without_rights_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    done = program(
        ON_A_DISK + NO_ROOM,
        *(prefix if os.geteuid() == 0 else ()),
        MAGNETRACE_STATE=str(tmp_path),
    )
    tmp_path.chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in done.stdout


# Secrets and logs


def test_no_file_but_the_state_file_holds_a_password(empty_state: Path, load: Load) -> None:
    load(six_sites())
    server = running()
    wrong = replace(server.endpoint, reader=(runtime.READER, "a-guess-of-a-stranger"))
    with pytest.raises(StoreError, match="refused the user name"), store.servers.open_store(wrong):
        pass
    with store.connect() as opened, pytest.raises(StoreError):
        opened.run("CREATE USER x SET PASSWORD 'xxxxxxxx'")
    secrets = [server.root_password.encode(), server.reader_password.encode()]
    environment = Path(f"/proc/{server.pid}/environ").read_bytes()
    assert [s for s in secrets if s in environment] == []
    store.stop()
    files = [path for path in empty_state.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files for s in secrets if s in path.read_bytes()] == []


def test_the_log_rotates_and_traces_stay_short(
    empty_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = runtime.LOGGING.replace("limit = 1000000", "limit = 3000")
    assert small != runtime.LOGGING
    monkeypatch.setattr(runtime, "LOGGING", small)
    for _ in range(3):
        with store.connect() as opened, pytest.raises(StoreError, match=r"nested too deeply|broke"):
            opened.run("RETURN reduce(l = [], i IN range(1, 5000) | [l]) AS l")
        store.stop()
    log = empty_state / "store" / "log"
    assert sorted(p.name for p in log.glob("store.*.log")) == [f"store.{n}.log" for n in range(3)]
    assert max(path.stat().st_size for path in log.glob("store.*.log")) < 6000
    assert len(list(log.glob("server-event-log-*"))) == 1
    assert runtime.start_log(empty_state / "store").stat().st_size < 30_000


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="reads Linux's list of sockets")
def test_every_socket_of_the_server_listens_on_loopback(load: Load) -> None:
    load(six_sites())
    server = running()
    own = {
        str(handle.readlink())
        for handle in Path(f"/proc/{server.pid}/fd").iterdir()
        if handle.is_symlink()
    }
    listening = {
        fields[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{server.pid}/net/{table}").read_text().splitlines()[1:]
        if (fields := line.split())[3] == "0A" and f"socket:[{fields[9]}]" in own
    }
    loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
    assert len(listening) == 2
    assert {address.split(":")[0] for address in listening} <= loopback


def test_the_memory_of_the_server_is_bounded(load: Load) -> None:
    """512 MB of heap, and what Java itself needs beside it."""
    load(layered())
    with store.connect() as opened, pytest.raises(StoreError):
        opened.run("MATCH (a:Site), (b:Site), (c:Site) RETURN collect([a, b, c])")
    server = running()
    status = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    (most,) = (int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    assert most < 800_000
