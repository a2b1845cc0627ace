"""Whether the compiled loops of the weekly model are there, or have to be compiled first."""

from __future__ import annotations

from pathlib import Path

from graph.engines import engine_of


def is_compiled() -> bool:
    """True where the next run need not compile: numba kept the kernel, or does not play it."""
    if engine_of() != "numba":
        return True
    from graph.fast import kept_by_numba  # imports numba, which is an extra

    sources, folder, pattern = kept_by_numba()
    written = max(Path(source).stat().st_mtime for source in sources)
    return any(kept.stat().st_mtime >= written for kept in Path(folder).glob(pattern))
