"""What somebody starts own data from: empty tables or the shipped ones, with an explanation."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from graph.disk.whole import create_files
from graph.errors import DataError, Problem
from loaders.overlay import key_columns
from loaders.own_data import WORKBOOK
from loaders.tables import SCHEMA, Column, read_schema

README = "README.txt"
_HEAD = f"""Your own data for magnetrace

One file for each table: CSV in UTF-8 with commas, or an Excel workbook of the same name (.xlsx,
first sheet), or one workbook {WORKBOOK} with a sheet for each table. The first line holds the
names of the columns; they stay as they are. A cell is empty where a value is not known; it is
never zero for that. Numbers have a point and no thousands sign. Shares are 0 to 1. Lists are
separated by semicolons. No text begins with = + - or @. A formula is not computed: write its
value.

replace: your tables stand for themselves, so every table must be there.
overlay: your rows replace shipped rows of the same key, all others are added, and tables that you
leave out are the shipped ones. Leave out what you do not change.

    magnetrace check --data my-data.zip --mode overlay

says all that is wrong, with file, line and column. {SCHEMA} may be left out.
"""


def empty_tables(shipped: Path) -> dict[str, bytes]:
    """Every table with its header line alone, the schema, and what each column means."""
    schema = read_schema(shipped)
    headers = {
        f"{table}.csv": _csv([column.name for column in columns])
        for table, columns in schema.items()
    }
    return headers | _beside(shipped, schema)


def shipped_tables(shipped: Path) -> dict[str, bytes]:
    """Every table as it ships, the schema, and what each column means."""
    schema = read_schema(shipped)
    rows = {f"{table}.csv": (shipped / f"{table}.csv").read_bytes() for table in schema}
    return rows | _beside(shipped, schema)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def write(files: Mapping[str, bytes], path: Path) -> None:
    """Write files into a folder, or into a zip where the path ends so.

    All of them or none; what a call that was killed has written of the same files is gone on from.
    Raises DataError rather than replace a file that is there, OSError where none can be written.
    """
    whole = path.suffix.lower() == ".zip"
    folder, wanted = (path.parent, {path.name: zipped(files)}) if whole else (path, files)
    there = {name for name in wanted if (folder / name).exists()}
    same = {name for name in there if (folder / name).read_bytes() == wanted[name]}
    problems = [
        Problem("the file is there already", str(folder / name), advice="Choose another place.")
        for name in wanted
        if name in there and (name not in same or there == set(wanted))
    ]
    if problems:
        raise DataError(problems)
    folder.parent.mkdir(parents=True, exist_ok=True)
    create_files(folder, {name: c for name, c in wanted.items() if name not in there})


def _beside(shipped: Path, schema: Mapping[str, tuple[Column, ...]]) -> dict[str, bytes]:
    parts = [_HEAD, *(_explained(table, columns) for table, columns in schema.items())]
    return {
        SCHEMA: (shipped / SCHEMA).read_bytes(),
        README: "\n".join(parts).encode(),
    }


def _explained(table: str, columns: tuple[Column, ...]) -> str:
    key = key_columns(table, [column.name for column in columns])
    lines = [f"{table}.csv, key: {', '.join(key) or 'none, rows are only added'}", ""]
    for column in columns:
        kind = column.type.replace("choice:", "one of ").replace("|", ", ")
        facts = [kind, *([column.unit] if column.unit else [])]
        facts.append("required" if column.required else "may be empty")
        lines.append(f"  {column.name} ({'; '.join(facts)}): {column.meaning}")
    return "\n".join([*lines, ""])


def _csv(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
