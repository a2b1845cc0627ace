"""State folders of tests: no test, and no program that a test starts, touches the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graph import store


@contextmanager
def own_store(folder: Path) -> Iterator[None]:
    """What starts or asks a store meanwhile does so in `folder`; at the end it is stopped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGNETRACE_STATE", str(folder))
        yield
        if (folder / "store.json").exists():
            store.stop()
