"""The wheel: everything is inside, and it works away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {".py", ".cypher", ".toml", ".csv", ".html", ".css", ".js", ".svg", ".json"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


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


def magnetrace(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed console script from `folder`, with nothing of the checkout on the path."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAGNETRACE")}
    return subprocess.run(
        [sys.executable, str(installed / "bin" / "magnetrace"), *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
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
