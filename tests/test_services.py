"""What the pages keep in memory holds for the files it was made of, and for no later ones."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import loaders
from ui import own_tables, services

ROW = "countries,note,text,,no,Whatever there is to say\n"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped tables, in the place of those."""
    folder = tmp_path / "data"
    shutil.copytree(loaders.shipped_folder(), folder)
    monkeypatch.setattr(loaders, "shipped_folder", lambda: folder)
    return folder


@pytest.mark.parametrize("made", [own_tables.template_zip, own_tables.shipped_zip])
def test_tables_to_start_from_follow_the_schema_and_the_data(
    shipped: Path, made: Callable[[], bytes]
) -> None:
    before = made()
    assert made() is before
    with (shipped / "columns.csv").open("a", encoding="utf-8") as file:
        file.write(ROW)
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        assert archive.read("columns.csv").decode().endswith(ROW)
        assert "Whatever there is to say" in archive.read("README.txt").decode()


def test_data_laid_over_the_shipped_ones_change_with_either(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "needs.csv").write_text("site\n")
    monkeypatch.setenv("MAGNETRACE_DATA", str(own))
    monkeypatch.setenv("MAGNETRACE_MODE", "overlay")
    seen = [services.version()]
    (own / "needs.csv").write_text("site,material\n")
    seen.append(services.version())
    (shipped / "countries.csv").write_text("iso3\n")
    seen.append(services.version())
    assert len(set(seen)) == 3
