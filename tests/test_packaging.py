"""The wheel, made from the sdist: everything is inside, and it works away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {".py", ".cypher", ".toml", ".csv", ".html", ".css", ".js", ".svg", ".json"}


def build(kind: str, source: Path, folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the sdist."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return source


@pytest.fixture(scope="module")
def wheel(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", unpacked, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index"),
            *("--target", str(target), str(wheel)),
        ],
        check=True,
        capture_output=True,
    )
    return target


def magnetrace(
    installed: Path, folder: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed console script from `folder`, with nothing of the checkout on the path."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAGNETRACE")}
    return subprocess.run(
        [sys.executable, str(installed / "bin" / "magnetrace"), *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(installed)} | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_wheel_holds_code_pages_queries_and_data(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix().replace("data/", "loaders/_data/", 1)
        if path.is_relative_to(ROOT / "data")
        else path.relative_to(ROOT).as_posix()
        for folder in ("graph", "loaders", "ui", "data")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES and "__pycache__" not in path.parts
    }
    assert wanted - inside == set()
    assert {
        *("ui/.streamlit/config.toml", "ui/app.py", "loaders/_data/columns.csv"),
        "ui/assets/coast.json",
        "loaders/_data/sites.csv",
    } <= inside
    assert [name for name in inside if name.startswith("loaders/_data/scenarios/")]
    assert [name for name in inside if name.startswith("graph/queries/") and ".cypher" in name]


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"graph", "loaders", "ui"}


def test_the_sdist_holds_what_building_testing_and_citing_it_takes(unpacked: Path) -> None:
    kept = {path.name for path in unpacked.iterdir()}
    assert {
        *("graph", "loaders", "ui", "data", "tests", "docs", "tools", "pyproject.toml", "Makefile"),
        *("constraints.txt", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
        *("CITATION.cff", "Containerfile"),
    } <= kept
    assert (unpacked / "tools" / "release.sh").stat().st_mode & 0o100


def test_the_licence_travels_with_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("licenses/LICENSE"))
        assert "Apache License" in archive.read(name).decode()


def test_help_from_another_folder(installed: Path, tmp_path: Path) -> None:
    done = magnetrace(installed, tmp_path, "--help")
    assert done.returncode == 0, done.stderr
    assert "simulate" in done.stdout


def test_shares_from_another_folder_use_the_data_inside(installed: Path, tmp_path: Path) -> None:
    # A folder of the user's with our names in it must not be mistaken for ours.
    (tmp_path / "graph").mkdir()
    (tmp_path / "data").mkdir()
    done = magnetrace(installed, tmp_path, "shares", "--format", "json")
    assert done.returncode == 0, done.stderr
    stages = {row["stage"] for row in json.loads(done.stdout)}
    assert {"mine", "separation", "metal_alloy", "magnet"} <= stages


def test_a_query_from_another_folder_asks_a_store_filled_from_the_data_inside(
    installed: Path, tmp_path: Path
) -> None:
    state = {"MAGNETRACE_STATE": str(tmp_path / "state")}
    try:
        done = magnetrace(installed, tmp_path, "query", "hhi-by-stage", "--format", "json", **state)
        assert done.returncode == 0, done.stderr
        assert "magnet" in {row["stage"] for row in json.loads(done.stdout)}
    finally:
        stopped = magnetrace(installed, tmp_path, "stop", **state)
    assert stopped.returncode == 0, stopped.stderr
