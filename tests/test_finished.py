"""Finished runs in a file: read back to the last bit, never of another study, never by halves."""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from networks import six_sites
from spreads import BARE
from test_ensemble import RANGES, STRIKE
from waiting import until

from graph.draws import Range
from graph.ensemble import Outcome, Study, run_one
from graph.errors import KeptRunsError
from graph.network import Network
from graph.runs import finished
from graph.runs.finished import resumed
from graph.runs.identity import mark_of
from ui.cli import main

ROOT = Path(__file__).resolve().parent.parent


def study_of(balances: int = 1, weeks: int = 10) -> Study:
    ranges = {**RANGES, "STK05": Range(0, 5, 30)}
    return Study((six_sites(),) * balances, STRIKE, BARE, ranges, weeks=weeks)


def same(one: list[Outcome], other: list[Outcome]) -> bool:
    """To the last bit."""

    def bits(outcome: Outcome) -> tuple[object, ...]:
        arrays = (outcome.made, outcome.lost_share, outcome.lost_units, outcome.lost_usd)
        return outcome.run, outcome.values, outcome.ids, *(a.tobytes() for a in arrays)

    return list(map(bits, one)) == list(map(bits, other))


class Runner:
    """Runs, and remembers which."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.ran: list[int] = []

    def __call__(self, runs: Iterable[int]) -> Iterator[Outcome]:
        for run in runs:
            self.ran.append(run)
            yield run_one(self.study, run)


def test_only_missing_runs_are_run(tmp_path: Path) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    first = list(resumed(path, runner.study, range(3), runner))
    more = list(resumed(path, runner.study, range(5), runner))
    fewer = list(resumed(path, runner.study, range(2), runner))
    assert runner.ran == [0, 1, 2, 3, 4]
    assert same(more[:3], first)
    assert same(fewer, first[:2])
    assert same(more, [run_one(runner.study, run) for run in range(5)])
    assert [item.name for item in tmp_path.iterdir()] == ["runs"]


def test_an_unknown_value_stays_unknown(tmp_path: Path) -> None:
    path, planned = tmp_path / "runs", study_of()
    known = run_one(planned, 0)
    odd = replace(known, lost_usd=np.array([np.nan]), made=known.made * (1 / 3))
    list(resumed(path, planned, [0], lambda _: iter([odd])))
    assert same(list(resumed(path, planned, [0], lambda _: iter([]))), [odd])


def test_what_is_handed_on_is_in_the_file(tmp_path: Path) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    source = resumed(path, runner.study, range(9), runner)
    next(source), next(source)
    assert path.read_bytes().count(b"\n") == 3
    source.close()  # type: ignore[attr-defined]
    assert len(list(resumed(path, runner.study, range(2), runner))) == 2
    assert runner.ran == [0, 1]


@pytest.mark.parametrize("cut", [1, 30])
def test_a_torn_last_line_is_run_again(tmp_path: Path, cut: int) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    list(resumed(path, runner.study, range(3), runner))
    whole = path.read_bytes()
    os.truncate(path, len(whole) - cut)
    list(resumed(path, runner.study, range(3), runner))
    assert runner.ran == [0, 1, 2, 2]
    assert path.read_bytes() == whole


def test_a_changed_line_is_found(tmp_path: Path) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    list(resumed(path, runner.study, range(3), runner))
    path.write_bytes(path.read_bytes().replace(b'"run": 1', b'"run": 7'))
    with pytest.raises(KeptRunsError, match=r"runs, line 3: damaged.*the check sum does not fit"):
        list(resumed(path, runner.study, range(3), runner))


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (replace(study_of(), seed=8), r"seed 7 \(now 8\)"),
        (study_of(weeks=11), r"weeks 10 \(now 11\)"),
        (study_of(balances=2), r"balances 1 \(now 2\)"),
        (replace(study_of(), ranges=RANGES), "but other tables, levers or assumptions"),
    ],
)
def test_the_runs_of_another_study_are_refused(tmp_path: Path, other: Study, what: str) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    list(resumed(path, runner.study, range(2), runner))
    before = path.read_bytes()
    with pytest.raises(KeptRunsError, match=f"runs of another study: .*{what}; name another file"):
        list(resumed(path, other, range(2), runner))
    assert path.read_bytes() == before


def test_the_runs_of_other_code_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    list(resumed(path, runner.study, range(2), runner))
    monkeypatch.setattr(finished, "code_mark", lambda: "another")
    with pytest.raises(KeptRunsError, match=r"holds runs of other code: .* \(now another\)"):
        list(resumed(path, runner.study, range(2), runner))


@pytest.mark.parametrize(
    "text",
    [b"[" * 100_000, b"7", b"{}", b'{"run": [1]}', b'{"run": 1, "values": 7, "ids": ["a"]}'],
)
def test_a_line_that_holds_no_run_is_told(tmp_path: Path, text: bytes) -> None:
    """Its check sum fits: another program may have written it."""
    path, runner = tmp_path / "runs", Runner(study_of())
    list(resumed(path, runner.study, range(1), runner))
    with path.open("ab") as file:
        file.write(b"%s %08x\n" % (text, zlib.crc32(text)))
    with pytest.raises(KeptRunsError, match="runs, line 3: damaged, expected a finished run"):
        list(resumed(path, runner.study, range(1), runner))


@pytest.mark.parametrize("text", [b"[" * 100_000, b"7"])
def test_a_first_line_that_is_no_record_is_told(tmp_path: Path, text: bytes) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    path.write_bytes(b"%s %08x\n" % (text, zlib.crc32(text)))
    with pytest.raises(KeptRunsError, match="holds no runs that can be read"):
        list(resumed(path, runner.study, range(1), runner))


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    path, runner = tmp_path / "letter.txt", Runner(study_of())
    for content in (b"dear reader\n", b"dear reader", b"{}\n"):
        path.write_bytes(content)
        with pytest.raises(KeptRunsError, match=r"letter\.txt holds no runs that can be read"):
            list(resumed(path, runner.study, range(2), runner))
        assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    runner = Runner(study_of())
    with pytest.raises(KeptRunsError, match="mistyped is no folder; make it"):
        list(resumed(tmp_path / "mistyped" / "runs", runner.study, range(2), runner))
    assert list(tmp_path.iterdir()) == []


def test_two_calls_at_once_are_refused(tmp_path: Path) -> None:
    path, runner = tmp_path / "runs", Runner(study_of())
    source = resumed(path, runner.study, range(3), runner)
    next(source)
    with pytest.raises(KeptRunsError, match="is in use by another call"):
        list(resumed(path, runner.study, range(3), runner))
    assert len(list(source)) == 2


def test_the_mark_changes_with_everything_that_results_depend_on() -> None:
    planned, network = study_of(), six_sites()
    fewer = Network.of(network.sites.values(), network.flows[:-1], snapshot="test", year=2025)
    others = [
        replace(planned, scenario=replace(STRIKE, levers=())),
        replace(planned, parameters=replace(BARE, restock_weeks=5)),
        replace(planned, ranges={}),
        replace(planned, networks=(fewer,)),
        replace(planned, networks=(network, network)),
        replace(planned, weeks=9),
        replace(planned, seed=1),
    ]
    assert len({mark_of(planned), *map(mark_of, others)}) == 8


def test_the_mark_is_the_same_for_numbers_of_numpy() -> None:
    planned = study_of()
    flows = [replace(flow, tonnes=np.float64(flow.tonnes)) for flow in six_sites().flows]
    network = Network.of(six_sites().sites.values(), flows, snapshot="test", year=2025)
    backwards = dict(reversed(planned.ranges.items()))
    assert mark_of(replace(planned, networks=(network,), ranges=backwards)) == mark_of(planned)


def test_ctrl_c_keeps_what_threads_have_finished(tmp_path: Path) -> None:
    kept = tmp_path / "runs.jsonl"
    begun = subprocess.Popen(
        [
            *(sys.executable, "-m", "ui.cli", "simulate", "full-export-stop", "--runs", "5000"),
            *("--balances", "1", "--weeks", "8", "--keep", str(kept)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: kept.exists() and kept.read_bytes().count(b"\n") > 2, "the first runs", 60)
    begun.send_signal(signal.SIGINT)
    out, said = begun.communicate(timeout=60)
    assert begun.returncode == 130, said
    assert "Traceback" not in said
    done = kept.read_bytes().count(b"\n") - 1
    assert f"magnetrace: {done} of 5000 runs were finished, and kept in {kept}" in said
    assert f"{done} runs of 8 weeks" in out


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--executor", "dask"), "are for many runs; add --runs N"),
        (("--keep", "runs"), "are for many runs; add --runs N"),
        (("--runs", "5", "--scheduler", "tcp://h:1"), "add --executor dask"),
        (("--runs", "5", "--executor", "dask"), "needs the address of a scheduler"),
        (
            ("--runs", "5", "--executor", "dask", "--scheduler", "10.0.0.5"),
            "expected tcp://HOST:PORT or tls://HOST:PORT, got '10.0.0.5'",
        ),
    ],
)
def test_options_that_make_no_sense_together(
    options: tuple[str, ...], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "full-export-stop", *options]) == 2
    assert what in capsys.readouterr().err


def test_without_the_package_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *more: object) -> object:
        if name.split(".")[0] == "distributed":
            raise ModuleNotFoundError("No module named 'distributed'", name="distributed")
        return real(name, *more)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "graph.runs.cluster", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    call = ["simulate", "full-export-stop", "--runs", "5", "--executor", "dask"]
    assert main([*call, "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "pip install 'magnetrace[dask]'" in capsys.readouterr().err
