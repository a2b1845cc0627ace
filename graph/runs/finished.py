"""Finished runs in a file: what is there is not run again.

The file holds one line of JSON for what the runs belong to and one for every run, each ended by its
check sum. Lines are only ever added, each in one write; a last line that a crash cut short is taken
off on the next call. Weekly activity is packed: mostly 1, it shrinks to a few hundred bytes.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import logging
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from graph.disk.whole import about, write_whole
from graph.ensemble import Outcome, Study
from graph.errors import KeptRunsError
from graph.plan import Floats
from graph.runs.identity import code_mark, mark_of

LOG = logging.getLogger("magnetrace")
FORM = 1
"""Of the file; another number would be read otherwise."""
ARRAYS = ("made", "lost_share", "lost_units", "lost_usd")
NOTHING_ELSE = "name another file, or delete this one to run everything anew"


def resumed(
    path: Path, study: Study, runs: Iterable[int], run: Callable[[Iterable[int]], Iterator[Outcome]]
) -> Iterator[Outcome]:
    """Outcomes of `runs`: those of the file first, then what `run` makes of those missing.

    Every new outcome is in the file before it is handed on. Raises KeptRunsError where the file
    belongs to another study or other code, is damaged, in use or in no folder; OSError where it
    cannot be written.
    """
    wanted = list(runs)
    with _alone(path):
        kept = _opened(path, study)
        yield from (kept[number] for number in wanted if number in kept)
        with path.open("ab", buffering=0) as file:
            for outcome in run([number for number in wanted if number not in kept]):
                try:
                    _add(file.fileno(), _line(_packed(outcome)))
                except OSError as error:
                    raise about(error, path) from error
                yield outcome


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two calls at once would cut off each other's lines."""
    if not path.parent.is_dir():  # the lock would make it, however mistyped
        raise KeptRunsError(f"{path.parent} is no folder; make it, or name a file in another one")
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise KeptRunsError(
            f"{path} is in use by another call; wait for it to end, or name another file"
        ) from None
    try:
        yield
    finally:
        lock.release()
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink()


def _opened(path: Path, study: Study) -> dict[int, Outcome]:
    """What the file holds, with a torn last line taken off; a new file where there is none."""
    head = {
        "magnetrace": FORM,
        "study": mark_of(study),
        "code": code_mark(),
        "scenario": study.scenario.name,
        "weeks": study.weeks,
        "seed": study.seed,
        "balances": len(study.networks),
    }
    if not path.exists() or not path.stat().st_size:
        write_whole(path, _line(head))  # a file with half a first line would be nobody's
        return {}
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    first, *others = content[:whole].splitlines() or [b""]
    _belongs(path, first, head)
    if whole < len(content):
        os.truncate(path, whole)
        LOG.warning("The last line of %s was cut short; that run is made again.", path)
    found = {}
    for number, line in enumerate(others, 2):
        try:
            outcome = _unpacked(_read(line))
        except (ValueError, KeyError, TypeError, RecursionError, zlib.error) as error:
            raise KeptRunsError(
                f"{path}, line {number}: damaged, expected a finished run ({error}); {NOTHING_ELSE}"
            ) from error
        found[outcome.run] = outcome
    return found


def _belongs(path: Path, line: bytes, expected: dict[str, Any]) -> None:
    try:
        head = _read(line)
    except (ValueError, RecursionError):
        head = {}
    if head.get("magnetrace") != FORM:
        raise KeptRunsError(f"{path} holds no runs that can be read; {NOTHING_ELSE}")
    shown = ("scenario", "weeks", "seed", "balances")
    differs = [key for key in shown if head.get(key) != expected[key]]
    if differs or head.get("study") != expected["study"]:
        what = ", ".join(f"{key} {head.get(key)} (now {expected[key]})" for key in differs)
        what = what or "the same names, but other tables, levers or assumptions"
        raise KeptRunsError(f"{path} holds runs of another study: {what}; {NOTHING_ELSE}")
    if head.get("code") != expected["code"]:
        raise KeptRunsError(
            f"{path} holds runs of other code: model {head.get('code')} (now {expected['code']}); "
            f"{NOTHING_ELSE}"
        )


def _add(handle: int, line: bytes) -> None:
    """In one write where the system takes it whole; a disk that fills up raises OSError."""
    left = memoryview(line)
    while left:
        left = left[os.write(handle, left) :]


def _line(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False).encode()
    return b"%s %08x\n" % (text, zlib.crc32(text))


def _read(line: bytes) -> dict[str, Any]:
    text, _, check = line.rpartition(b" ")
    if check != b"%08x" % zlib.crc32(text):
        raise ValueError("the check sum does not fit")
    record = json.loads(text)
    if not isinstance(record, dict):
        raise ValueError("a line holds no record")
    return record


def _packed(outcome: Outcome) -> dict[str, Any]:
    return {
        "run": outcome.run,
        "values": {row: float(value) for row, value in outcome.values.items()},
        "ids": outcome.ids,
        **{name: _bytes_of(getattr(outcome, name)) for name in ARRAYS},
    }


def _unpacked(record: dict[str, Any]) -> Outcome:
    ids = tuple(map(str, record["ids"]))
    arrays = {name: _array_of(record[name]) for name in ARRAYS}
    return Outcome(
        run=int(record["run"]),
        values={str(row): float(value) for row, value in dict(record["values"]).items()},
        ids=ids,
        made=arrays["made"].reshape(-1, len(ids)),
        lost_share=arrays["lost_share"],
        lost_units=arrays["lost_units"],
        lost_usd=arrays["lost_usd"],
    )


def _bytes_of(values: Floats) -> str:
    packed = zlib.compress(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return base64.b64encode(packed).decode()


def _array_of(text: str) -> Floats:
    try:
        packed = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    return np.frombuffer(zlib.decompress(packed), dtype="<f8").astype(np.float64)
