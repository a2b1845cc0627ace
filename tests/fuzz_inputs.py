"""Bad inputs: a valid file, changed somewhere. Every change takes bytes and gives bytes.

The chances come from the `Random` alone, so that a seed gives the same input again.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import escape

Change = Callable[[bytes, Random], bytes]

LARGEST = 400_000
"""Bytes of an input; what is larger is cut."""
# fmt: off
CELLS = (
    "", " ", "0", "-0", "-1", "1", "2", "0.5", "1e-320", "1e15", "1e16", "1e308", "1e400",
    "9" * 400,
    "9" * 5000, "nan", "-inf", "Infinity", "1_000", "1,5", "1 000", "0x10", "½", "٣", "２０", "²",
    "=1+1", "+1", "-x", "@SUM(A1)", "#REF!", "#N/A", "true", "None", "null", "NA", "any",
    "2025", "0", "99999", "2025-13-45", "0000-00-00", "2025-02-30", "2025-06", "2025-Q9",
    "2025..2024",
    "x", "X" * 300, "a" * 40_000, "é", "💥", "\u202etxet", "\ufeff", "\u2028", "\x1b[31m", "\x00",
    "\r",
    "\n", "\t",
    '"', '""', "'", "`", "\\", ";", ";;", "a;a", "a;b;", "|", ":", "/", "..", "../../etc/passwd",
    "<script>alert(1)</script>", "{0}", "%s", "${x}", "CHN", "ZZZ", "WLD", "chn", "[", "{", "}",
    "$",
    "1–2", "5-3", "<1", ">½", "more than 9", "—", "W", "E", "(1)", "do.", "MCS 2025", "MCS 99999",
)
TOML_VALUES = (
    "1", "-1", "0", "0.5", "nan", "-inf", "1e308", "1e400", "9" * 400, "0x7f", "true", '""', '"x"',
    '"\\u0000"', '"\\n"', "''", '"""\n"""', "2025-04-04", "2025-04-04T10:00:00Z", "10:00:00",
    "0001-01-01",
    "9999-12-31", "1900-01-01", "[]", "[1]", '["x"]', '["x", 1]', "[[0, 1]]", "[[]]",
    "[[1, 2, 3]]", "{}",
    "{x = 1}", '{countries = ["CHN"]}', "[{}]", "[" * 90 + "]" * 90, "[" * 3000,
    '"' + "y" * 9000 + '"',
)
JSON_VALUES = (
    None, True, 0, -1, 1, 0.5, 1e308, 10**30, "", "x", "nan", "\x00", "\u202e", [], [[]], {},
    {"a": 1},
    [None], "y" * 9000, "2025", float("nan"), float("inf"), "9" * 5000, "\ud800",
)
NAMES = (
    "", ".", "..", "../x.csv", "/etc/passwd", "C:\\x.csv", "a\x00b.csv", "sites.csv", "SITES.CSV",
    "x.zip",
    "magnetrace.xlsx", "n" * 300 + ".csv", "é.csv", ".hidden.csv", "__MACOSX/sites.csv", "x/",
    "flows.csv",
    "flows.parquet", "columns.csv", "readme.txt",
)
WORDS = (
    *("$", "$$", "$`", "`", "'",
    '"', "//", "/*", "*/", ";", "\\", "{", "}", "[", "]", "(", ")", "|", ":", "=", ","),
    *("CREATE (n)", "LOAD CSV FROM 'file:///etc/passwd' AS l", "CALL dbms.shutdown()", "UNION",
    "RETURN 1", "$x",
      "MATCH (n)", "DETACH DELETE n", "EXPLAIN ", "PROFILE ", "WITH 1 AS a ", "toFloat('x')",
      "1/0", "range(0,9)"),
    *("[" * 3000, "(" * 300, "{" * 2000, "9" * 5000, "//   ", "// title: x", "\r\n", "\x0b",
    "\x85", "\u2028"),
)
# fmt: on


def in_bytes(data: bytes, random: Random) -> bytes:
    """Anything, without regard to a format."""
    at = random.randrange(len(data) + 1)
    end = min(len(data), at + random.choice((1, 1, 4, 32, 512)))
    part = data[at:end]
    match random.randrange(12):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:end] + part * random.choice((1, 3, 1000)) + data[end:]
        case 3:
            return data[:at] + random.choice((b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80")) + data[at:]
        case 4:
            return (
                random.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"\0", b" \n")) + data
            )
        case 5:
            return data.replace(b"\n", random.choice((b"\r", b"\r\n", b"\n\n", b"\x0b", b"")))
        case 6:
            text = data.decode(errors="replace")
            return text.encode(random.choice(("utf-16", "utf-32", "cp1252", "utf-7")), "replace")
        case 7:
            return random.choice((b"", b"\n", b'"', b"{", b"[" * 100_000, b"\xef\xbb\xbf"))
        case 8:
            return data[:at] + random.choice(CELLS).encode() + data[end:]
        case 9:
            return data[:at] + random.choice(WORDS).encode() + data[end:]
        case 10:
            return data[:at] + random.randbytes(random.choice((1, 2, 8))) + data[end:]
        case _:
            other = random.randrange(len(data) + 1)
            return data[:at] + data[other : other + 64] + data[end:]


def in_csv(data: bytes, random: Random) -> bytes:
    """Cells, headers, columns, lines, quotes and line ends of a table."""
    rows = _rows(data)
    if not rows or not random.randrange(8):
        return in_bytes(data, random)
    row = random.randrange(len(rows))
    width = max(1, len(rows[0]))
    column = random.randrange(width)
    match random.randrange(11):
        case 0 | 1 | 2:
            _set(rows[row], column, random.choice(CELLS))
        case 3:  # what stands elsewhere in the table, so that references meet
            other = rows[random.randrange(len(rows))]
            _set(rows[row], column, random.choice(other or [""]))
        case 4:
            cell = random.choice(CELLS)
            for each in rows[1:]:
                _set(each, column, cell)
        case 5:
            rows.insert(row, list(rows[row]))
        case 6:
            del rows[row]
        case 7:
            for each in rows:
                del each[column : column + 1]
        case 8:
            for each in rows:
                each.insert(column, each[random.randrange(len(each))] if each else "")
        case 9:
            rows[row] = rows[row][:column] + [random.choice(CELLS)] * random.randrange(4)
        case _:
            random.shuffle(rows)
    return _written(rows, random)


def _rows(data: bytes) -> list[list[str]]:
    try:
        lines = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
        return [list(line) for line in lines]
    except csv.Error:
        return []


def _set(row: list[str], column: int, cell: str) -> None:
    row[column : column + 1] = [cell]


def _written(rows: Sequence[Sequence[str]], random: Random) -> bytes:
    plain = bool(random.randrange(6))
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter="," if plain else random.choice(",;\t|"),
        lineterminator="\n" if plain else random.choice(("\r\n", "\r", "\n\n")),
        quoting=csv.QUOTE_MINIMAL if plain else csv.QUOTE_ALL,
    )
    writer.writerows(rows)
    return out.getvalue().encode()


def in_toml(data: bytes, random: Random) -> bytes:
    """Values, keys, tables and lines of a TOML text."""
    lines = data.decode(errors="replace").split("\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    key, equals, _ = lines[at].partition("=")
    match random.randrange(9):
        case 0 | 1 | 2 if equals:
            lines[at] = f"{key}= {random.choice(TOML_VALUES)}"
        case 3 if equals:
            lines[at] = f"{random.choice((*WORDS[:12], 'x', 'end', 'start', 'a.b'))} ={_}"
        case 4:
            lines[at] = lines[other]
        case 5:
            lines.insert(
                at, random.choice(("[[lever]]", "[lever]", "[[x]]", "[a.b]", "[[lever.x]]"))
            )
        case 6:
            lines[at:at] = [f"k{i} = {i}" for i in range(random.choice((1, 150)))]
        case 7:
            del lines[at]
        case _:
            return in_bytes(data, random)
    return "\n".join(lines).encode(errors="replace")


def in_json(data: bytes, random: Random) -> bytes:
    """A value somewhere in a JSON text, at times one nested too deeply."""
    if not random.randrange(6):
        return in_bytes(data, random)
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return in_bytes(data, random)
    tree = _grown(tree, random)
    try:
        text = json.dumps(tree, ensure_ascii=bool(random.randrange(2)))
    except RecursionError:
        return data
    if not random.randrange(20):
        text = text.replace(
            ":", ":" + random.choice(("[" * 2000, '{"a":' * 2000, "1e999,", "-")), 1
        )
    return text.encode(errors="surrogatepass")


def _grown(tree: Any, random: Random) -> Any:
    """The tree with one value replaced, removed or moved."""
    inside = isinstance(tree, dict | list) and tree
    if not inside or not random.randrange(6):
        return random.choice(JSON_VALUES)
    key = random.choice(list(tree)) if isinstance(tree, dict) else random.randrange(len(tree))
    match random.randrange(8):
        case 0:
            del tree[key]
        case 1 if isinstance(tree, dict):
            tree[random.choice(CELLS)] = tree[key]
        case 1:
            tree.append(tree[key])
        case _:
            tree[key] = _grown(tree[key], random)
    return tree


def in_text(data: bytes, random: Random) -> bytes:
    """Letters and pieces of a text."""
    text = data.decode(errors="replace")
    at = random.randrange(len(text) + 1)
    end = at + random.choice((0, 1, 5, 40))
    put = random.choice((*WORDS, *CELLS)) if random.randrange(3) else ""
    if not random.randrange(8):
        return in_bytes(data, random)
    return (text[:at] + put + text[end:]).encode(errors="replace")


def in_query(data: bytes, random: Random) -> bytes:
    """The fields of an address."""
    fields = parse_qsl(data.decode(errors="replace"), keep_blank_values=True)
    if not fields or not random.randrange(8):
        return in_text(data, random)
    at = random.randrange(len(fields))
    name, value = fields[at]
    changed = in_text(value.encode(), random).decode(errors="replace")
    match random.randrange(4):
        case 0:
            name = random.choice(fields)[0]
        case 1:
            name = f"p.{random.choice(CELLS)}"
    fields[at] = (name, random.choice((changed, *CELLS[:30])))
    return urlencode(fields).encode()


def in_plan(data: bytes, random: Random) -> bytes:
    """The scenarios of a link, packed again as the link packs them."""
    if not random.randrange(6):
        return in_text(data, random)
    try:
        told = zlib.decompress(base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4)))
    except (ValueError, zlib.error):
        return in_bytes(data, random)
    return base64.urlsafe_b64encode(zlib.compress(in_toml(told, random), 9)).rstrip(b"=")


def in_signed(data: bytes, random: Random) -> bytes:
    """Lines of JSON that each end with their check sum, signed again."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    if not random.randrange(6):
        return in_bytes(data, random)
    text = in_json(lines[at].rpartition(b" ")[0], random)
    lines[at] = b"%s %08x" % (text, zlib.crc32(text))
    return b"\n".join(lines)


def in_xml(data: bytes, random: Random) -> bytes:
    """Values, attributes and elements of a part of a workbook."""
    text = data.decode(errors="replace")
    cells = list(re.finditer(r"(?<=<v>)[^<]*|(?<=<t>)[^<]*", text))
    attributes = list(re.finditer(r'(?<==")[^"]*(?=")', text))
    elements = list(re.finditer(r"<[^>]*>", text))
    match random.randrange(7):
        case 0 | 1 | 2 if cells:
            where, put = random.choice(cells), _plain(random.choice(CELLS))
        case 3 | 4 if attributes:
            where = random.choice(attributes)
            put = _plain(
                random.choice((*CELLS, "s", "e", "b", "d", "n", "inlineStr", "A1:XFD1048576"))
            )
        case 5 if elements:
            where = random.choice(elements)
            put = random.choice(
                ("", "<f>1+1</f>", "<x>" * 500, "<!DOCTYPE x>", '<c r="ZZZZ9" t="s"><v>9</v></c>')
            )
        case _:
            return in_bytes(data, random)
    return (text[: where.start()] + put + text[where.end() :]).encode(errors="replace")


def _plain(cell: str) -> str:
    return escape(cell, {'"': "&quot;"})


BY_NAME: dict[str, Change] = {".csv": in_csv, ".xml": in_xml, ".rels": in_xml, ".toml": in_toml}


def in_zip(data: bytes, random: Random) -> bytes:
    """A member of a zip or of a workbook, its name, how it is packed, or the bytes around it."""
    if not random.randrange(6):
        return _patched(data, random)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # damaged before
        return in_bytes(data, random)
    if not members:
        return in_bytes(data, random)
    at = random.randrange(len(members))
    name, content = members[at]
    method = zipfile.ZIP_DEFLATED
    match random.randrange(12):
        case 0:
            name = random.choice(NAMES)
        case 1:
            members.insert(at, members[at])
        case 2:
            del members[at]
        case 3:
            content = bytes(random.choice((10, 100_000, 3_000_000)))
        case 4:
            content = content * random.choice((2, 20))
        case 5:
            content = data
        case 6:
            method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
        case _:
            suffix = name[name.rfind(".") :] if "." in name else ""
            content = BY_NAME.get(suffix, in_bytes)(content, random)
    if at < len(members):
        members[at] = (name, content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for each, inside in members:
            info = zipfile.ZipInfo(each)
            info.compress_type = method
            archive.writestr(info, inside)
    return packed.getvalue()


def _patched(data: bytes, random: Random) -> bytes:
    """A field of a header of a zip set to something else: sizes, flags, methods, offsets."""
    marks = [m.start() for m in re.finditer(rb"PK(\x01\x02|\x03\x04|\x05\x06)", data)]
    if not marks:
        return in_bytes(data, random)
    at = random.choice(marks) + 4 + 2 * random.randrange(20)
    value = random.choice((0, 1, 0xFFFF, 0x8000, random.randrange(65536)))
    return data[:at] + struct.pack("<H", value) + data[at + 2 :]


def changed(data: bytes, change: Change, random: Random) -> bytes:
    """A valid input changed one to four times."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 4))):
        data = change(data, random)[:LARGEST]
    return data
