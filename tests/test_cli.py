"""The command line at large: help, wrong usage, and errors that are told in one sentence."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, environment, run


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data with a stage that does not exist in the first row of sites.csv."""
    folder = tmp_path_factory.mktemp("broken") / "data"
    shutil.copytree(ROOT / "data", folder)
    path = folder / "sites.csv"
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    table[1][table[0].index("stage")] = "smelting"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table)
    return folder


def test_help_lists_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    listed = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ")}
    assert {"explore", "check", "load", "shares", "scenarios", "simulate", "queries"} <= listed
    assert {"query", "shell", "status", "stop"} <= listed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "the following arguments are required: COMMAND (see: magnetrace --help)"),
        (
            ("shares", "--format", "xml"),
            "argument --format: invalid choice: 'xml' (choose from 'table', 'csv', 'json') "
            "(see: magnetrace shares --help)",
        ),
        (("shares", "--snapshot", "later"), "There is no snapshot called 'later'."),
        (
            ("simulate", "april-2025-licences", "--weeks", "0"),
            "argument --weeks: expected a whole number from 1 to 520, got '0' "
            "(see: magnetrace simulate --help)",
        ),
        (
            ("simulate", "april-2025-licence"),
            "There is no scenario called 'april-2025-licence'. Did you mean april-2025-licences?",
        ),
        (
            ("query",),
            "expected the name of a saved question, --cypher TEXT or --file PATH, one of the three",
        ),
        (("query", "single-supplierz"), "There is no question called 'single-supplierz'."),
        (("query", "--file", "no.cypher"), "no.cypher cannot be read (No such file or directory)"),
        (("query", "--cypher", "RETURN 1", "--param", "x"), "--param expects NAME=VALUE, got 'x'"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], sentence: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"magnetrace: {sentence}")
    assert done.stderr.count("\n") == 1


def test_missing_folder_is_a_problem_of_the_run(tmp_path: Path) -> None:
    done = run("shares", "--data", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mode_without_tables_is_wrong_usage() -> None:
    done = run("check", "--mode", "overlay")
    assert done.returncode == 2
    assert "name them with --data PATH" in done.stderr


def test_traceback_only_on_debug(broken: Path) -> None:
    assert "Traceback" not in run("shares", "--data", str(broken)).stderr
    assert "Traceback" in run("shares", "--data", str(broken), "--debug").stderr
    assert "Traceback" in run("--debug", "shares", "--data", str(broken)).stderr


def test_check_says_file_line_and_column_of_every_problem(broken: Path) -> None:
    done = run("check", "--data", str(broken))
    assert done.returncode == 1
    assert "sites.csv, line 2, column stage" in done.stdout
    assert "smelting" in done.stdout
    found = json.loads(run("check", "--data", str(broken), "--format", "json").stdout)
    assert found["problems"][0]["file"] == "sites.csv"
    assert found["problems"][0]["line"] == 2


def test_a_reader_that_leaves_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "shares", "--format", "json"],
        env=environment(),
        cwd=ROOT.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0
