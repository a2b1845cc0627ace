"""How the loops of the weekly model are compiled."""

from __future__ import annotations

from typing import Any

import numba

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
inner = numba.njit(**OPTIONS | {"no_cpython_wrapper": True})
"""For functions that only compiled ones call."""
