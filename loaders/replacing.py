"""Several tables of a folder replaced at once, or none of them, whoever is killed meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from graph.disk.whole import beside, put

BEFORE = ".before-import"
"""Folder beside the tables with their old content, there while they are being replaced."""
LOCK_SECONDS = 30.0


def replace_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Replace several files at once: all are written beside the old ones before any is moved.

    If a move fails, those already moved get their old content back; where the writer is killed
    between two moves, `put_back` does it.
    """
    with _alone(folder), ExitStack() as asides:
        fresh = {name: asides.enter_context(beside(folder / name)) for name in texts}
        for name, aside in fresh.items():
            put(aside, texts[name].encode())
            shutil.copymode(folder / name, aside)
        old = asides.enter_context(beside(folder / BEFORE))
        old.mkdir()
        for name in texts:
            put(old / name, (folder / name).read_bytes())
            shutil.copymode(folder / name, old / name)
        old.rename(folder / BEFORE)
        try:
            for name, aside in fresh.items():
                aside.replace(folder / name)
        except BaseException:
            _put_back(folder)
            raise
        (folder / BEFORE).rename(old)


def put_back(folder: Path) -> tuple[str, ...]:
    """Give the tables of `folder` their old content where an import was killed while it replaced
    them; their names. Raises OSError where that cannot be done."""
    if not (folder / BEFORE).is_dir():
        return ()
    with _alone(folder):
        return _put_back(folder)


def _put_back(folder: Path) -> tuple[str, ...]:
    before = folder / BEFORE
    kept = sorted(before.iterdir()) if before.is_dir() else []
    for path in kept:
        path.replace(folder / path.name)
    if before.is_dir():
        before.rmdir()
    return tuple(path.name for path in kept)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """An import at work is not taken for one that was killed."""
    lock = FileLock(folder / f"{BEFORE}.lock", timeout=LOCK_SECONDS)
    with lock:
        try:
            yield
        finally:
            with suppress(OSError):
                Path(lock.lock_file).unlink()
