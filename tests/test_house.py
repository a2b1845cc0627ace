"""The house: what a newcomer reads and runs must agree with what the code does."""

from __future__ import annotations

import argparse
import ast
import csv
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib.metadata import (
    PackageNotFoundError,
    distribution,
    packages_distributions,
    version,
)
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from graph.parameters import ASSUMPTIONS
from graph.queries import questions
from graph.scenario import LEVERS, Destination, Pair, UnitCost
from graph.spread import simulate
from graph.who import Who
from loaders import load, snapshots, tables
from loaders.parameters import assumed_in
from loaders.scenarios import parse, scenarios
from ui.cli import function
from ui.cli_parser import build_parser

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+_-]+$")
SITE_PACKAGES_OF_OURS = {"graph", "loaders", "ui", "tests", "networks"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(line) for line in (*PROJECT["dependencies"], *chain(*extras))]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    return {
        canonical(name): pinned
        for name, pinned in (line.split("==") for line in text("constraints.txt").splitlines())
    }


def commands() -> dict[str, argparse.ArgumentParser]:
    parser = build_parser()
    (choices,) = (a.choices for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return dict(choices)


def test_the_commands_are_those_promised() -> None:
    assert set(commands()) == {
        *("explore", "check", "template", "import", "export", "load", "shares", "scenarios"),
        *("simulate", "report"),
        *("backtest", "concentration", "structure", "chokepoints", "worst", "portfolio"),
        *("runs", "queries", "query", "shell", "status", "stop"),
    }


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_documented(name: str) -> None:
    page = text("docs/commands.md").split(f"## `magnetrace {name}`\n", 1)[1].split("\n## ", 1)[0]
    for action in commands()[name]._actions:
        for option in action.option_strings:
            if option.startswith("--") and option not in ("--help", "--debug"):
                assert f"| `{option}` |" in page, option


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_shows_an_example_that_parses(name: str) -> None:
    command = commands()[name]
    assert command.epilog is not None
    example = command.epilog.splitlines()[1].split()
    assert example[:2] == ["magnetrace", name]
    assert callable(function(build_parser().parse_args(example[1:]).run))


def test_help_names_every_snapshot() -> None:
    shown = " ".join(commands()["shares"].format_help().split())
    assert [name for name in snapshots() if name not in shown] == []


def test_every_question_and_scenario_is_documented() -> None:
    page = text("docs/questions.md") + text("docs/scenarios.md")
    parameters = {p.name for question in questions().values() for p in question.parameters}
    names = (*questions(), *parameters, *scenarios(ROOT / "data"))
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_lever_and_field_is_documented() -> None:
    page = text("docs/levers.md")
    names = {lever.kind for lever in LEVERS} | {
        field.name for kind in (*LEVERS, Destination, Pair, UnitCost, Who) for field in fields(kind)
    }
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_the_scenario_in_the_guide_runs() -> None:
    (example,) = re.findall(r"```toml.*?\n(.*?)```", text("docs/scenarios.md"), re.DOTALL)
    scenario = parse(example, "example")
    assert [lever.kind for lever in scenario.levers] == ["outage", "export_licence"]
    assert scenario.assumptions == (("STK07", 60.0),)
    parameters, ready = assumed_in(tables(ROOT / "data"), scenario)
    result = simulate(load(ROOT / "data"), ready, weeks=12, parameters=parameters)
    assert any(loss.lost_units + loss.deferred_units > 0 for loss in result.end_uses)


def test_every_column_is_documented() -> None:
    page = text("docs/data.md")
    with (ROOT / "data" / "columns.csv").open(encoding="utf-8", newline="") as file:
        columns = list(csv.DictReader(file))
    sections = {part.split("`", 1)[0].removesuffix(".csv"): part for part in page.split("## `")[1:]}
    assert set(sections) == {column["table"] for column in columns}
    for column in columns:
        line = next(
            line
            for line in sections[column["table"]].splitlines()
            if line.startswith(f"| `{column['column']}` |")
        )
        assert line.endswith(f"| {column['unit']} | {column['required']} | {column['meaning']} |")


@pytest.mark.parametrize("tool", ["data", "question", "validation", "reference"])
def test_a_page_written_by_a_tool_is_what_it_would_write(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, f"tools/{tool}_docs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_assumption_read_by_name_is_documented() -> None:
    page = text("docs/data.md")
    assert sorted({id for id, _ in ASSUMPTIONS.values() if f"`{id}`" not in page}) == []


def test_make_targets_are_documented() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE)
    assert {"run", "test", "check", "setup", "clean"} <= set(targets)
    pages = text("README.md") + text("CONTRIBUTING.md")
    assert [
        target for target in targets if f"make {target}" not in pages and target != "help"
    ] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "benchmarks/README.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_constraints_are_plain_pins() -> None:
    lines = text("constraints.txt").splitlines()
    assert [line for line in lines if not PIN.match(line)] == []
    assert lines == sorted(lines, key=str.lower)


def test_constraints_cover_and_satisfy_the_project() -> None:
    pinned = pins()
    wrong = [
        str(need)
        for need in requirements()
        if canonical(need.name) not in pinned or pinned[canonical(need.name)] not in need.specifier
    ]
    assert wrong == []


def test_constraints_pin_exactly_what_gets_installed() -> None:
    found: dict[str, set[str]] = {}
    waiting = requirements()
    while waiting:
        need = waiting.pop()
        name, extras = canonical(need.name), {"", *need.extras}
        if extras <= found.get(name, set()):
            continue
        found[name] = found.get(name, set()) | extras
        waiting += [
            inner
            for inner in map(Requirement, distribution(need.name).requires or ())
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in extras)
        ]
    assert sorted(found) == sorted(pins())


def test_every_dependency_is_used_and_every_import_declared() -> None:
    distributions = packages_distributions()
    extras = [lines for name, lines in PROJECT["optional-dependencies"].items() if name != "dev"]
    declared = {
        canonical(Requirement(line).name) for line in (*PROJECT["dependencies"], *chain(*extras))
    }
    imported = set()
    for folder in ("graph", "loaders", "ui"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    imported.add(node.module.split(".")[0])
    foreign = imported - SITE_PACKAGES_OF_OURS - set(sys.stdlib_module_names)
    used = {canonical(name) for module in foreign for name in distributions[module]}
    # The store's wheel is looked up as a folder, and the driver itself imports its extension.
    assert used | {"arcadedb-embedded", "neo4j-rust-ext"} == declared


def test_installed_versions_keep_the_promises() -> None:
    for need in requirements():
        try:
            installed = version(need.name)
        except PackageNotFoundError:
            pytest.fail(f"{need} is not installed; run: make setup")
        assert installed in need.specifier, need


def test_no_registry_and_no_machine_is_named() -> None:
    here = [re.escape(f"{folder}/") for folder in (ROOT, Path.home()) if len(folder.parts) > 1]
    names = re.compile("|".join([r"index-url|find-links|files\.pythonhosted|pypi\.org", *here]))
    shell = [*ROOT.glob("tools/*.sh"), ROOT / "Makefile", ROOT / ".ci/run"]
    pages = [*ROOT.glob("*.md"), *ROOT.glob("*.t*"), *ROOT.glob("docs/*.md")]
    assert [p.name for p in (*shell, *pages) if names.search(p.read_text(encoding="utf-8"))] == []


def setup(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "tools/setup.sh"), "run"],
        env={**os.environ, "VENV": str(tmp_path / "venv"), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def fake_python(tmp_path: Path, script: str) -> str:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_setup_says_when_python_is_missing(tmp_path: Path) -> None:
    done = setup(tmp_path, PYTHON="no-such-python")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no 'no-such-python' on this machine" in done.stderr


def test_setup_says_when_python_is_too_old(tmp_path: Path) -> None:
    old = fake_python(tmp_path, 'case "$2" in *version_info*) exit 1;; esac; echo 3.9.2')
    done = setup(tmp_path, PYTHON=old)
    assert done.returncode == 1
    assert "Python 3.11 or later is needed" in done.stderr
    assert "is 3.9.2" in done.stderr


def test_setup_says_what_to_install_where_venv_is_missing(tmp_path: Path) -> None:
    """Without root, a Python without venv is no riddle but one line."""
    bare = fake_python(tmp_path, 'case "$2" in *ensurepip*) exit 1;; esac; echo Python 3.11.2')
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    done = setup(tmp_path, PYTHON=bare, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "sudo apt-get install python3-venv" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_setup_leaves_a_folder_that_is_no_environment_alone(tmp_path: Path) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "letter.txt").write_text("mine")
    done = setup(tmp_path, PYTHON=sys.executable)
    assert done.returncode == 1
    assert "is no Python environment" in done.stderr
    assert (tmp_path / "venv" / "letter.txt").read_text() == "mine"


def test_setup_says_what_the_browser_tests_need(tmp_path: Path) -> None:
    """Without root, a machine without a browser gets one line."""
    path = tmp_path / "id"
    path.write_text("#!/bin/sh\necho 1000\n")
    path.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "tools/browser.sh")],
        env={"PATH": str(tmp_path), "VENV": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "sudo apt-get install chromium fonts-dejavu-core libatomic1" in done.stderr


AD_HOC = re.compile(r"\{[^{}\"']+:[,+]?(\.\d+)?[fg%]\}|\{[^{}\"']+:,\}")
OWN_WAY = {
    "ui/viewmodels/assumptions.py",  # what a link carries, and sliders
    "ui/viewmodels/course.py",
    "ui/viewmodels/portfolio.py",  # weights in a link, signs of ranks
    "ui/viewmodels/tables.py",  # rounds a number, writes none
}
"""Files with format specifications of their own."""


def test_figures_are_written_one_way() -> None:
    """ui/text.py says how; pages, their parts and what they show ask it."""
    found = {
        str(path.relative_to(ROOT))
        for folder in ("views", "components", "viewmodels")
        for path in (ROOT / "ui" / folder).rglob("*.py")
        if AD_HOC.search(path.read_text("utf-8"))
    }
    assert found <= OWN_WAY
