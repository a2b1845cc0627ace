"""Who plays the loops: numba, an extra, or numpy where it is missing or does not load."""

from __future__ import annotations

import warnings
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from graph.errors import ScenarioError

ENGINES = ("auto", "numpy", "numba")


def engine_of(engine: str = "auto") -> str:
    """The engine that is taken for this one: `numpy` or `numba`.

    Raises ScenarioError for another name, or for numba where it cannot be had. Warns
    (RuntimeWarning) where `auto` finds a numba that does not load.
    """
    if engine not in ENGINES:
        raise ScenarioError(f"unknown engine '{engine}', expected one of {', '.join(ENGINES)}")
    if engine == "numpy":
        return engine
    fault = numba_fault()
    if engine == "numba" and fault:
        raise ScenarioError(f"engine 'numba' needs numba, which {fault}")
    if fault and "not installed" not in fault:
        warnings.warn(f"numpy plays instead of numba, which {fault}", RuntimeWarning, stacklevel=2)
    return "numpy" if fault else "numba"


@cache
def numba_fault() -> str:
    """Why numba cannot be used; empty where it can."""
    if find_spec("numba") is None:
        return "is not installed: pip install 'magnetrace[fast]'"
    try:
        import_module("numba")
    except Exception as error:  # of a broken library anything may come
        return f"does not load ({error}): pip install -c constraints.txt 'magnetrace[fast]'"
    return ""
