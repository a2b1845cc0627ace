"""Files that are there whole or not at all, whoever is killed and however full the disk is.

Content is written beside its place, in the same folder, and moved there once it is safe on the
disk. A writer that fails takes back what it wrote beside; what one that was killed left lying
there goes with the next write into that folder, once nobody can be at work on it any more.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PART = ".magnetrace-part"
LEFT_SECONDS = 600.0
"""What lies beside its place and was not written to for so long, nobody works on."""
READABLE, PRIVATE = 0o666, 0o600
"""Rights of a new file: those that the user's mask leaves, or its owner alone."""
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""Windows would write line ends of its own."""


def write_whole(path: Path, content: bytes, mode: int = READABLE) -> None:
    """Put `content` in the place of `path`. Raises OSError; then all is as it was."""
    with beside(path) as aside:
        put(aside, content, mode)
        aside.replace(path)


def create_whole(path: Path, content: bytes) -> None:
    """As `write_whole`, where nothing may be there. Raises FileExistsError where something is."""
    with beside(path) as aside:
        put(aside, content)
        try:
            path.hardlink_to(aside)  # a move would replace what came meanwhile
        except FileExistsError:
            raise
        except OSError:  # not every disk has links
            if path.exists():
                raise FileExistsError(f"{path} is there already") from None
            aside.replace(path)


def create_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """All of `files` in a folder, new or not, or none of them. Raises OSError as `create_whole`.

    Where the writer is killed a new folder is there whole or not; in another one some files may be.
    """
    if not folder.exists():
        with beside(folder) as aside:
            aside.mkdir()
            for name, content in files.items():
                put(aside / name, content)
            aside.rename(folder)
        return
    made: list[Path] = []
    try:
        for name, content in files.items():
            create_whole(folder / name, content)
            made.append(folder / name)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A name beside `path` for what is to take its place; whatever is left there at the end goes.

    Nobody lists it by the ending of `path`, or sees it in a listing at all.
    """
    _clear(path.parent)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        yield aside
    except OSError as error:
        raise about(error, path) from error
    finally:
        _remove(aside)


def about(error: OSError, path: Path) -> OSError:
    """The same error, of the file that the user knows; a write that fails names none."""
    return OSError(error.errno, error.strerror, str(path)) if error.errno else error


def put(path: Path, content: bytes, mode: int = READABLE) -> None:
    """Write a new file, safe on the disk."""
    with os.fdopen(os.open(path, NEW, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _clear(folder: Path) -> None:
    """Remove what writers that were killed left in a folder."""
    for left in folder.glob(f".*{PART}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                _remove(left)


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
