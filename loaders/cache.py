"""Files in the user's cache folder. They may be deleted at any time: what is lost is made anew."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from graph.disk.whole import write_whole

Arrays = Mapping[str, NDArray[Any]]


def cache_folder(name: str) -> Path:
    """Where files of one kind are."""
    return platformdirs.user_cache_path("magnetrace", appauthor=False) / name


def keep(path: Path, content: bytes, most: int) -> None:
    """Write a file of which nobody ever reads half, and keep the newest `most` of its kind.

    A cache that cannot be written costs time on the next call, nothing else.
    """
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
        by_age = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda kept: kept.stat().st_mtime)
        for old in by_age[:-most]:
            old.unlink(missing_ok=True)


def packed(arrays: Arrays) -> bytes:
    """Arrays as a compressed file of numpy (.npz)."""
    file = io.BytesIO()
    named: dict[str, Any] = dict(arrays)
    np.savez_compressed(file, **named)
    return file.getvalue()


def read_arrays(path: Path) -> Arrays | None:
    """What `packed` made; None where there is no such file or where it is damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except Exception:  # a damaged file fails in any way; what it held is made anew
        return None
