"""Whether a run has to compile first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph import engines
from loaders.compiled import is_compiled


def test_numpy_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "numba_fault", lambda: "is not installed")
    assert is_compiled()


def test_a_kernel_that_numba_kept_counts_unless_its_source_is_newer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fast = pytest.importorskip("graph.fast", reason="numba is not installed", exc_type=ImportError)
    source, other = tmp_path / "kernel.py", tmp_path / "other.py"
    kept = tmp_path / "kernel.play-1.py311.nbi"
    for file in (source, other):
        file.touch()
    found = ((str(source), str(other)), str(tmp_path), "kernel.play-*.nbi")
    monkeypatch.setattr(fast, "kept_by_numba", lambda: found)
    assert not is_compiled()
    kept.touch()
    os.utime(source, (1000, 1000))
    os.utime(other, (900, 900))
    assert is_compiled()
    os.utime(kept, (999, 999))
    assert not is_compiled()
    os.utime(source, (900, 900))
    os.utime(other, (1000, 1000))
    assert not is_compiled()
