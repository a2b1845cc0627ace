"""Zip files from anyone, unpacked in memory: nothing is written, no name of theirs is a path.

What a zip states of itself is not believed: bytes are counted while they are unpacked.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from graph.errors import Problem
from loaders.lines import shown

MB = 1024 * 1024
LARGEST_FILE = 200 * MB
"""Bytes of a file that is read at all."""
LARGEST_UNPACKED = 200 * MB
"""Bytes that everything somebody brings at once may unpack to, workbooks included."""
MOST_MEMBERS = 500
MOST_ENTRIES = 20 * MOST_MEMBERS
"""Marks of a directory entry in the bytes, workbooks inside included; counted before the zip
reader makes an object of each."""
HIGHEST_RATIO = 250
"""Unpacked to packed size; tables reach about 20, sheets of one repeated row 100."""
RATIO_FROM = MB
"""Bytes unpacked from which the ratio counts: a few repeated lines are no bomb."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(RuntimeError, ValueError, OverflowError, LookupError, MemoryError),
)
"""What the zip reader raises on damaged bytes."""
_CHUNK = 256 * 1024


class _Refused(Exception):  # noqa: N818 - carries the problem of one member
    def __init__(self, what: str, expected: str, got: str, advice: str) -> None:
        self.parts = (what, expected, got, advice)
        super().__init__(what)


@dataclass(slots=True)
class Budget:
    """How many bytes may still be unpacked."""

    left: int = LARGEST_UNPACKED


def unpack(name: str, content: bytes, budget: Budget) -> tuple[dict[str, bytes], list[Problem]]:
    """The files of a zip by their names without folders, and every problem of the others.

    What computers add by themselves (folders, hidden files) is left out.
    """
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    taken: set[str] = set()
    archive = _opened(name, content, problems, "zip")
    if archive is None:
        return {}, problems
    for info in archive.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if (
            info.filename.endswith("/")
            or path.name.startswith(".")
            or path.parts[:1] == ("__MACOSX",)
        ):
            continue
        try:
            _check_member(info)
            if path.name.lower() in taken:
                what, advice = f"two files are called {shown(path.name)}", "Keep one of them."
                raise _Refused(what, "each name once", "twice or more", advice)
            taken.add(path.name.lower())
            found[path.name] = b"".join(_unpacked(archive, info, budget))
        except _Refused as error:
            what, expected, got, advice = error.parts
            problems.append(Problem(what, name, None, "", expected, got, advice))
            if budget.left <= 0:
                break
    return found, problems


def check_workbook(name: str, content: bytes, budget: Budget) -> list[Problem]:
    """Whether a workbook, a zip as well, can be opened without harm: every byte is unpacked once
    and counted, and no part of it defines entities."""
    problems: list[Problem] = []
    archive = _opened(name, content, problems, "workbook")
    if archive is None:
        return problems
    for info in archive.infolist():
        try:
            _check_method(info)
            tail = b""
            for chunk in _unpacked(archive, info, budget):
                text = (tail + chunk).replace(b"\0", b"")
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    what = f"the part {shown(info.filename)} defines entities"
                    advice = "Save the workbook again from a spreadsheet."
                    raise _Refused(what, "plain sheets", "a document type", advice)
                tail = text[-16:]
        except _Refused as error:
            what, expected, got, advice = error.parts
            return [*problems, Problem(what, name, None, "", expected, got, advice)]
    return problems


def _opened(
    name: str, content: bytes, problems: list[Problem], kind: str
) -> zipfile.ZipFile | None:
    advice = f"Make the {kind} again, of the tables alone."
    expected, got = f"a {kind}", "bytes that do not open as one"
    what = f"the file is no {kind}"
    try:
        count = content.count(b"PK\x01\x02")
        if count <= MOST_ENTRIES:
            archive = zipfile.ZipFile(io.BytesIO(content))
            count = len(archive.infolist())
            if count <= MOST_MEMBERS:
                return archive
        what = f"there are too many files in the {kind}"
        expected, got = f"at most {MOST_MEMBERS} files", f"{count:,}"
    except UNREADABLE:
        pass
    problems.append(Problem(what, name, None, "", expected, got, advice))
    return None


def _check_member(info: zipfile.ZipInfo) -> None:
    """Refuse a member by what its header says, before any of it is unpacked."""
    said = shown(info.filename)
    # zipfile cuts names at a NUL; the name in the file shows what was meant.
    path = info.orig_filename.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or "\0" in path or ".." in path.split("/"):
        what, advice = f"the name {said} leads out of the zip", "Put the files into it by name."
        raise _Refused(what, "a plain file name", said, advice)
    if not PurePosixPath(path).name:
        advice = "Name the file after its table, or leave it out."
        raise _Refused(f"a file in the zip is called {said}", "the name of a table", said, advice)
    if stat.S_IFMT(info.external_attr >> 16) == stat.S_IFLNK:
        advice = "Put the file itself into the zip."
        raise _Refused(f"{said} is a link to another file", "a file", "a symbolic link", advice)
    if path.lower().endswith(".zip"):
        advice = "Put its files into this zip."
        raise _Refused(f"{said} is a zip inside the zip", "tables", "a zip", advice)
    _check_method(info)


def _check_method(info: zipfile.ZipInfo) -> None:
    said = shown(info.filename)
    if info.flag_bits & 0x1:
        advice = "Make the zip again without a password."
        raise _Refused(f"{said} is encrypted", "a zip without a password", "encrypted", advice)
    if info.compress_type not in METHODS:
        got = f"method {info.compress_type}"
        advice = "Make the zip again in the ordinary way."
        raise _Refused(f"{said} is packed in a way not read here", "deflate", got, advice)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """The bytes of a member, piece by piece, as long as they stay within every limit."""
    said = shown(info.filename)
    size = 0
    try:
        with archive.open(info) as member:
            while piece := member.read(_CHUNK):
                size += len(piece)
                budget.left -= len(piece)
                if budget.left < 0:
                    limit = f"at most {LARGEST_UNPACKED // MB} MB unpacked, all files together"
                    what = f"{said} unpacks to more than is read"
                    raise _Refused(what, limit, "more", "Bring fewer or smaller tables.")
                if size > RATIO_FROM and size > HIGHEST_RATIO * max(1, info.compress_size):
                    limit = f"at most {HIGHEST_RATIO} times its packed size"
                    what = f"{said} unpacks to far more than it holds"
                    raise _Refused(what, limit, "more", "Bring the table as it is, without zip.")
                yield piece
    except UNREADABLE as error:
        got = f"bytes that do not unpack ({type(error).__name__})"
        what, advice = f"{said} is damaged", "Make the zip again."
        raise _Refused(what, "a whole file", got, advice) from error
