"""Which engine plays the loops, and what is said where numba is missing or broken."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import pytest

from graph import engines
from graph.engines import engine_of
from graph.errors import ScenarioError


def fault_with(monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None) -> str:
    """What is found wrong where the import system gives this for numba."""
    monkeypatch.setattr(engines, "find_spec", lambda _: spec)
    return engines.numba_fault.__wrapped__()


@pytest.mark.skipif(
    find_spec("numba") is None, reason="numba is not installed: pip install 'magnetrace[fast]'"
)
def test_auto_is_numba_where_it_loads() -> None:
    assert (engine_of(), engine_of("numpy"), engine_of("numba")) == ("numba", "numpy", "numba")


def test_without_numba_auto_is_numpy_and_numba_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    fault = fault_with(monkeypatch, None)
    monkeypatch.setattr(engines, "numba_fault", lambda: fault)
    assert engine_of() == "numpy"
    assert not recwarn.list
    with pytest.raises(ScenarioError, match=r"not installed: pip install 'magnetrace\[fast\]'"):
        engine_of("numba")


def test_a_broken_numba_is_told_and_numpy_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: str) -> None:
        raise ImportError("Numba needs NumPy 2.4 or less")

    monkeypatch.setattr(engines, "import_module", breaks)
    fault = fault_with(monkeypatch, ModuleSpec("numba", None))
    monkeypatch.setattr(engines, "numba_fault", lambda: fault)
    with pytest.warns(RuntimeWarning, match=r"numpy plays instead of numba.*needs NumPy 2\.4"):
        assert engine_of() == "numpy"
    with pytest.raises(ScenarioError, match=r"does not load .*needs NumPy 2\.4"):
        engine_of("numba")
