"""Waiting in tests for what another process or thread does."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(is_so: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Waits for `what`, until it is so. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"{what} took more than {seconds:g} seconds"
        time.sleep(0.02)
