"""Every fenced block of the pages is run or read by what it is written for; none is passed over.

Commands run in this process, one after the other in one folder that holds what the pages name, and
a ```text block right behind one is what it must print. What is not run says why, here.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fences import PAGES, ROOT, Fence, agrees, commands, fences, taken_apart

from graph import store
from loaders import tables
from loaders.own_scenarios import own_folder, save
from loaders.parameters import assumed_in
from loaders.scenarios import parse, read
from ui.cli import main
from ui.cli_parser import build_parser

FENCES = [fence for page in PAGES for fence in fences(page)]
NOT_RUN = {
    "magnetrace explore": "serves until it is stopped; tests/test_running.py starts it",
    "magnetrace import": "reads files of some megabytes; tests/test_import.py runs it on such",
    "magnetrace portfolio": "takes long even in short; tests/test_portfolio.py runs it",
    "magnetrace stop": "would end the store that other tests share; test_cli_store.py runs it",
    "magnetrace simulate april-2025-licences --runs 100000": "needs a cluster: test_cluster.py",
    "export": "sets the address of a server of one's own",
    "pip": "installs",
    "pipx": "installs",
    "uv": "installs",
    "python3": "installs",
    ".venv/pins/bin/pip": "installs",
    "podman": "needs podman",
    "dask": "starts a cluster",
    "docker": "needs Docker",
    "cypher-shell": "needs a Neo4j server",
    "cd chain": "needs a Neo4j server",
    ".venv/bin/python -m pytest": "runs the tests, these among them",
}
"""What a line begins with, and why it is not run. A command of ours is parsed all the same."""
SHORTER = {
    "--runs": "--runs 2 --balances 1",
    "--balances": "--balances 2",
    "--draws": "--draws 2",
    "--bracket": "--weeks 8",
    "backtest april-2025": "--runs 1",
    "chokepoints": "--weeks 2",
    "worst": "--rounds 2 --weeks 4",
}
"""Words of a command that takes long, and what is said after it so that it does not."""
SETTING = re.compile(r"^(?:[A-Z0-9_]+=\S+ )+")
LANGUAGES = {"sh", "python", "cypher", "toml", "text", "csv", "json"}


def of(*languages: str) -> list[Fence]:
    return [fence for fence in FENCES if fence.language in languages]


def why_not_run(line: str) -> str | None:
    """The reason in NOT_RUN, if there is one; what is set before a command does not count."""
    bare = SETTING.sub("", line)
    return next((why for start, why in NOT_RUN.items() if bare.startswith(start)), None)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the files that the pages take for given, and a store that is filled."""
    folder = tmp_path_factory.mktemp("prepared")
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        assert main(["template", "my-data.zip", "--filled"]) == 0
        assert main(["template", "my-data", "--filled"]) == 0
        for fence in FENCES:
            if fence.title:
                Path(fence.title).write_text(fence.body, "utf-8")
        save(own_folder(), read(Path("my-scenario.toml")), "My outage")
        assert main(["load"]) == 0
        assert main(["simulate", "april-2025-licences", "--store"]) == 0
    yield folder
    (own_folder() / "my-outage.toml").unlink()


@pytest.fixture
def desk(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, to work in."""
    folder = tmp_path / "desk"
    shutil.copytree(prepared, folder)
    monkeypatch.chdir(folder)
    return folder


def run(line: str, monkeypatch: pytest.MonkeyPatch, *, in_full: bool) -> tuple[int, str, str]:
    """Run a line of a page; its exit code, what it printed and what it said on standard error."""
    taken = taken_apart(line)
    for name, value in taken.settings.items():
        monkeypatch.setenv(name, value)
    more = [] if in_full else [w for key, s in SHORTER.items() if key in line for w in s.split()]
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(taken.stdin))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*taken.words[1:], *more])
    if taken.into:
        Path(taken.into).write_text(out.getvalue(), "utf-8")
        return code, "", err.getvalue()
    return code, out.getvalue(), err.getvalue()


def make_room(line: str) -> None:
    """Take away what the folder holds already under the name that a command is to write."""
    if match := re.search(r"(?:--to|export|template) ([\w.-]+)", line):
        path = Path(match[1])
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("fence", of("sh"), ids=lambda fence: fence.place)
@pytest.mark.usefixtures("desk")
def test_a_shell_block_does_what_it_shows(fence: Fence, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = ""
    for line in commands(fence):
        if line.startswith("make "):
            target = taken_apart(line).words[1]
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
            continue
        if why_not_run(line):
            assert fence.output is None
            continue
        assert " magnetrace " in f" {line}", f"{fence.place}: {line!r} is neither run nor excused"
        make_room(line)
        code, out, err = run(line, monkeypatch, in_full=fence.output is not None)
        assert code == 0, f"{fence.place}: {line}\n{err}"
        printed += out
    if fence.output is not None:
        assert agrees(printed, fence.output), f"{fence.place} prints\n{printed}"


def test_a_command_that_is_not_run_can_be_typed() -> None:
    lines = [line for fence in of("sh") for line in commands(fence) if why_not_run(line)]
    typed = [line for line in lines if SETTING.sub("", line).startswith("magnetrace ")]
    assert len(typed) >= 5
    for line in typed:
        assert build_parser().parse_args(taken_apart(line).words[1:]).run


def test_every_excuse_is_needed() -> None:
    lines = [line for fence in of("sh") for line in commands(fence)]
    bare = [SETTING.sub("", line) for line in lines]
    assert [start for start in NOT_RUN if not any(line.startswith(start) for line in bare)] == []
    assert [word for word in SHORTER if not any(word in line for line in lines)] == []


@pytest.mark.parametrize("fence", of("python"), ids=lambda fence: fence.place)
@pytest.mark.usefixtures("desk")
def test_a_python_block_runs(fence: Fence) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(fence.body, fence.place, "exec"), {"__name__": "page"})  # noqa: S102 - ours
    assert agrees(out.getvalue(), fence.output or ""), f"{fence.place} prints\n{out.getvalue()}"


@pytest.mark.parametrize("fence", of("cypher"), ids=lambda fence: fence.place)
@pytest.mark.usefixtures("desk")
def test_a_query_answers(fence: Fence) -> None:
    given = {"run": "april-2025-licences", "c": "AUS"}
    assert main(["load"]) == main(["simulate", "april-2025-licences", "--store"]) == 0
    used = {name: given[name] for name in re.findall(r"\$(\w+)", fence.body)}
    with store.connect() as opened:
        assert opened.run(fence.body, used).rows


@pytest.mark.parametrize("fence", of("toml"), ids=lambda fence: fence.place)
def test_a_scenario_can_be_read(fence: Fence) -> None:
    assert assumed_in(tables(ROOT / "data"), parse(fence.body, "page"))[1].levers


@pytest.mark.parametrize("fence", of("json", "csv"), ids=lambda fence: fence.place)
def test_a_file_shown_can_be_read(fence: Fence) -> None:
    if fence.language == "json":
        assert json.loads(fence.body)
    else:
        widths = {len(row) for row in csv.reader(io.StringIO(fence.body))}
        assert len(widths) == 1


def test_nothing_is_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    """Blocks by language, and lines by what became of them, printed."""
    assert [fence.place for fence in FENCES if fence.language not in LANGUAGES] == []
    assert [page.name for page in PAGES if re.search(r"\n\n    \S", page.read_text("utf-8"))] == []
    marks = sum(len(re.findall(r"^ *```", page.read_text("utf-8"), re.MULTILINE)) for page in PAGES)
    assert marks == 2 * len(FENCES)
    lines = [line for fence in of("sh") for line in commands(fence)]
    reasons = Counter(why_not_run(line) or "run" for line in lines)
    with capsys.disabled():
        print(f"\nblocks: {dict(Counter(fence.language for fence in FENCES))}")
        print(f"lines of shell: {dict(reasons)}")
    assert reasons["run"] > 70
