"""Killed at every step, and on a full disk: nothing is lost or half there, and it is told."""

from __future__ import annotations

import errno
import logging
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import free_port
from layered import layered
from networks import six_sites
from states import running
from waiting import until

from graph import store
from graph.disk import whole
from graph.errors import DataError, StoreError
from graph.tracing import trace
from loaders import shipped_folder
from loaders.own_scenarios import save
from loaders.replacing import BEFORE, put_back, replace_all
from loaders.scenarios import scenarios
from loaders.templates import write
from ui.cli import main

ROOT = Path(__file__).resolve().parent.parent
TOUCHES = {"open", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}
"""What Python tells its audit hooks before it changes a folder."""
FILES = {"a.csv": b"new a", "b.csv": b"new b", "c.csv": b"new c"}
TEXTS = {name: content.decode() for name, content in FILES.items()}
OLD = dict.fromkeys(FILES, b"old")
Work = Callable[[], object]


def apart(work: Work, prepare: Work = lambda: None) -> int:
    """How a process of its own ends that prepares and does `work`; it shares nothing but files."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            prepare()
            work()
            code = 0
        except OSError as error:
            code = error.errno or 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_at(step: int, work: Work) -> bool:
    """Whether there was such a step at which the process was killed."""
    left = [step]

    def touched(event: str, _: object) -> None:
        if event in TOUCHES:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    code = apart(work, lambda: sys.addaudithook(touched))
    assert code in (0, -signal.SIGKILL)
    return code != 0


def on_a_full_disk(work: Work, room: int) -> int:
    """The error number of `work` where no file may grow beyond `room` bytes."""
    return apart(work, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))


def content(folder: Path) -> dict[str, bytes]:
    """What a user sees in a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def fresh(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text)
    return folder


# One file


def test_killed_at_any_step_a_file_is_old_or_new(tmp_path: Path) -> None:
    seen, step = [], 0
    while True:
        folder = fresh(tmp_path / str(step), {"a": b"old"})
        if not killed_at(step, lambda: whole.write_whole(folder / "a", b"new")):  # noqa: B023
            break
        seen.append((folder / "a").read_bytes())
        step += 1
    assert set(seen) <= {b"old", b"new"}
    assert seen[:2] == [b"old", b"old"]
    assert everything(folder) == ["a"]
    assert (folder / "a").read_bytes() == b"new"


def test_what_a_killed_writer_left_goes_with_a_later_write(tmp_path: Path) -> None:
    assert killed_at(1, lambda: whole.write_whole(tmp_path / "a", b"new"))
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(whole.PART)
    whole.write_whole(tmp_path / "b", b"now")
    assert left.exists(), "somebody may still be writing it"
    old = time.time() - whole.LEFT_SECONDS - 1
    os.utime(left, (old, old))
    whole.write_whole(tmp_path / "b", b"later")
    assert everything(tmp_path) == ["b"]


@pytest.mark.parametrize("room", [0, 2])
def test_a_full_disk_leaves_the_old_file_and_nothing_beside(tmp_path: Path, room: int) -> None:
    folder = fresh(tmp_path / "there", {"a": b"old"})
    full = on_a_full_disk(lambda: whole.write_whole(folder / "a", b"new"), room)
    assert full == errno.EFBIG
    assert content(folder) == {"a": b"old"}
    assert everything(folder) == ["a"]


def test_an_error_names_the_file_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        whole.write_whole(tmp_path / "no" / "a.svg", b"new")
    assert caught.value.filename == str(tmp_path / "no" / "a.svg")


# An export of several files


@pytest.mark.parametrize("there", [{}, {"mine.txt": b"mine"}], ids=["new folder", "folder in use"])
def test_an_export_killed_at_any_step_goes_on_with_the_same_call(
    tmp_path: Path, there: dict[str, bytes]
) -> None:
    step, halves = 0, 0
    while True:
        place = tmp_path / str(step)
        if there:
            fresh(place, there)
        if not killed_at(step, lambda: write(FILES, place)):  # noqa: B023
            break
        left = content(place) if place.exists() else {}
        assert left.items() <= (FILES | there).items(), "no file is half there"
        made = set(left) & set(FILES)
        halves += 0 < len(made) < len(FILES)
        if len(made) < len(FILES):
            write(FILES, place)
        assert content(place) == FILES | there
        step += 1
    assert step > 3
    assert (halves > 0) == bool(there), "a new folder comes whole"
    assert everything(place) == sorted(FILES | there)


@pytest.mark.parametrize("path", ["new", "there", "new.zip"])
def test_an_export_on_a_full_disk_leaves_nothing(tmp_path: Path, path: str) -> None:
    fresh(tmp_path / "there", {"mine": b""})
    before = everything(tmp_path)
    files = FILES | {"b.csv": b"longer than there is room"}
    assert on_a_full_disk(lambda: write(files, tmp_path / path), 10) == errno.EFBIG
    assert everything(tmp_path) == before


def test_a_file_of_somebody_else_is_not_taken_for_our_own(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "there", {"a.csv": b"new a", "b.csv": b"of another"})
    with pytest.raises(DataError, match=r"1 problem.*\n.*b\.csv: the file is there already"):
        write(FILES, folder)
    assert content(folder) == {"a.csv": b"new a", "b.csv": b"of another"}


# An import into tables


def test_an_import_killed_at_any_step_is_there_or_not(tmp_path: Path) -> None:
    step, ends = 0, []
    while True:
        folder = fresh(tmp_path / str(step), OLD)
        if not killed_at(step, lambda: replace_all(folder, TEXTS)):  # noqa: B023
            break
        told = put_back(folder)
        ends.append((content(folder) == OLD, bool(told)))
        assert content(folder) in (OLD, FILES)
        assert not (folder / BEFORE).exists()
        replace_all(folder, TEXTS)
        assert content(folder) == FILES
        step += 1
    assert {(True, False), (True, True), (False, False)} == set(ends), "before, within and after"
    assert everything(folder) == sorted(FILES)


def test_an_import_that_is_killed_again_while_it_is_taken_back_is_taken_back(
    tmp_path: Path,
) -> None:
    step = 0
    while True:
        folder = fresh(tmp_path / str(step), FILES)
        fresh(folder / BEFORE, OLD)
        killed = killed_at(step, lambda: put_back(folder))  # noqa: B023
        put_back(folder)
        assert content(folder) == OLD
        assert not (folder / BEFORE).exists()
        if not killed:
            break
        step += 1
    assert step > len(OLD)


def test_an_import_on_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "tables", OLD)
    assert on_a_full_disk(lambda: replace_all(folder, TEXTS), 4) == errno.EFBIG
    assert content(folder) == OLD
    assert everything(folder) == sorted(OLD)


def test_the_next_command_puts_tables_back_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = {path.name: path.read_bytes() for path in shipped_folder().glob("*.csv")}
    folder = fresh(tmp_path / "tables", shipped | {"countries.csv": b"half of an import"})
    fresh(folder / BEFORE, {"countries.csv": shipped["countries.csv"]})
    assert main(["check", "--data", str(folder), "--show", "problems"]) == 0
    assert capsys.readouterr().err.splitlines()[0] == (
        f"magnetrace: An import into {folder} was broken off; its tables are as they were before "
        "it (countries.csv). Run the import again."
    )
    assert content(folder) == shipped


# What a user keeps


def test_a_kept_scenario_is_whole_or_not_there(tmp_path: Path) -> None:
    kept = scenarios(shipped_folder())["full-export-stop"]
    step = 0
    while killed_at(step, lambda: save(tmp_path / str(step), kept, "Mine")):  # noqa: B023
        folder = tmp_path / str(step)
        if not (folder / "mine.toml").exists():
            save(folder, kept, "Mine")
        step += 1
    made = [(tmp_path / str(i) / "mine.toml").read_bytes() for i in range(step + 1)]
    assert step > 3
    assert len(set(made)) == 1


# Output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a thing of Linux")
def test_output_that_cannot_be_written_is_one_message() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli", "scenarios", "--format", "csv"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (
        1,
        "magnetrace: standard output: No space left on device. What is printed there is not whole; "
        "make room, then run the same command again.\n",
    )


# The graph store


@pytest.mark.usefixtures("empty_state")
def test_a_store_that_was_killed_is_started_again_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with store.connect(read_only=False) as opened:
        opened.load(six_sites(), trace(six_sites()))
    alive = running()
    os.kill(alive.pid, signal.SIGKILL)
    with caplog.at_level(logging.WARNING, "magnetrace"), store.connect() as opened:
        assert opened.run("MATCH (s:Site) RETURN count(s)").rows == ((8,),)
    assert caplog.messages == [
        "The graph store had ended without being stopped; it is started again with what was stored."
    ]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB; what else is needed to have one is not at hand everywhere."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(tmp_path)]
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a disk of our own takes Linux and root")
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill_up(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_store_on_a_full_disk_keeps_what_it_had(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGNETRACE_STATE", str(small_disk / "state"))
    network, fill = layered(), small_disk / "fill"
    try:
        with store.connect(read_only=False) as opened:
            opened.load(six_sites(), trace(six_sites()))
            with pytest.raises(OSError, match="No space left"):
                fill_up(fill)
            with pytest.raises(StoreError, match="see that its disk has room"):
                opened.load(network, trace(network))
            assert opened.run("MATCH (s:Site) RETURN count(s)").rows == ((8,),)
            fill.unlink()
            opened.load(network, trace(network))
            assert opened.run("MATCH (s:Site) RETURN count(s)").rows == ((330,),)
    finally:
        store.stop()


# The pages


def explorer(tmp_path: Path, port: int) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "explore", "--port", str(port), "--no-browser"],
        cwd=ROOT,
        env={**os.environ, "MAGNETRACE_STATE": str(tmp_path / "state")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout
    for line in started.stdout:
        if "the explorer is at" in line:
            return started
    pytest.fail("the explorer did not start")


def servers(port: int) -> list[int]:
    """Processes that serve the pages at a port."""
    asked = subprocess.run(
        ["pgrep", "-f", f"ui[.]serve.*--server.port {port}"], capture_output=True, text=True
    )
    return [int(pid) for pid in asked.stdout.split()]


def test_pages_end_with_a_command_that_is_killed_and_start_again(tmp_path: Path) -> None:
    port = free_port()
    with explorer(tmp_path, port) as first:
        first.kill()
        until(lambda: not servers(port), "the end of the server, which holds the port,")
    with explorer(tmp_path, port) as second:
        (pid,) = servers(port)
        os.kill(pid, signal.SIGKILL)
        _, told = second.communicate(timeout=30)
    assert second.returncode == 1
    assert told.splitlines()[-1] == (
        "magnetrace: the explorer was ended from outside (signal 9); what was saved is still "
        "there, and links of open pages hold once it is started again: magnetrace explore"
    )
