"""Zips and workbooks that users bring: none leads out, unpacks to too much or opens anything."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import packed, workbook
from own_tables import COUNTRIES, LINKS, NEED, NEEDS, cells, said

import loaders
from graph.errors import DataError
from loaders.archive import Budget
from loaders.own_data import OVERLAY, REPLACE, from_files
from loaders.tables import TABLES


def as_link(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "needs.xlsx",
            b"no workbook",
            "needs.xlsx: the file is no workbook; expected a workbook; got bytes that do not open "
            "as one. Make the workbook again, of the tables alone.",
        ),
        (
            "needs.xlsx",
            packed({"xl/workbook.xml": b"<nothing/>"}),
            "needs.xlsx: the file is no workbook; expected an Excel workbook (.xlsx); got a file "
            "that does not open as one (KeyError). Open it in a spreadsheet, save it as .xlsx "
            "again, or save the sheet as CSV.",
        ),
        (
            "needs.xlsx",
            packed({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
            "needs.xlsx: the part 'xl/workbook.xml' defines entities; expected plain sheets; got "
            "a document type. Save the workbook again from a spreadsheet.",
        ),
        (
            "needs.xlsx",
            packed({"xl/worksheets/sheet1.xml": b" " * 3_000_000}),
            "needs.xlsx: 'xl/worksheets/sheet1.xml' unpacks to far more than it holds; expected "
            "at most 250 times its packed size; got more. Bring the table as it is, without zip.",
        ),
        (
            "needs.xlsx",
            workbook({"any": [*cells(NEEDS), ["eu_midea", "ndfeb", "=1+1", *[""] * 5]]}),
            "needs.xlsx, line 2, column tonnes: the cell begins like a formula; expected a value; "
            "got '=1+1'. Write its value instead; no text begins with = + - or @.",
        ),
        (
            "magnetrace.xlsx",
            workbook({"needs": cells(NEEDS), "neds": cells(NEEDS)}),
            "magnetrace.xlsx, sheet neds: the sheet is no table; expected "
            f"{', '.join(TABLES)}. Name the sheet after its table, or remove it.",
        ),
        (
            "mine.zip",
            b"PK\x03\x04 but not really",
            "mine.zip: the file is no zip; expected a zip; got bytes that do not open as one. "
            "Make the zip again, of the tables alone.",
        ),
        (
            "mine.zip",
            packed({"../../etc/links.csv": LINKS}),
            "mine.zip: the name '../../etc/links.csv' leads out of the zip; expected a plain file "
            "name; got '../../etc/links.csv'. Put the files into it by name.",
        ),
        (
            "mine.zip",
            packed({"/links.csv": LINKS}),
            "mine.zip: the name '/links.csv' leads out of the zip; expected a plain file name; "
            "got '/links.csv'. Put the files into it by name.",
        ),
        (
            "mine.zip",
            packed({"C:\\links.csv": LINKS}),
            r"mine.zip: the name 'C:\\links.csv' leads out of the zip; expected a plain file "
            r"name; got 'C:\\links.csv'. Put the files into it by name.",
        ),
        (
            "mine.zip",
            packed({"links.csv": b"/etc/hostname"}, as_link),
            "mine.zip: 'links.csv' is a link to another file; expected a file; got a symbolic "
            "link. Put the file itself into the zip.",
        ),
        (
            "mine.zip",
            packed({"more.zip": packed({"links.csv": LINKS})}),
            "mine.zip: 'more.zip' is a zip inside the zip; expected tables; got a zip. "
            "Put its files into this zip.",
        ),
        (
            "mine.zip",
            packed({"a/links.csv": LINKS, "b/Links.csv": LINKS}),
            "mine.zip: two files are called 'Links.csv'; expected each name once; got twice or "
            "more. Keep one of them.",
        ),
        (
            "mine.zip",
            packed({f"{n}.txt": b"" for n in range(501)}),
            "mine.zip: there are too many files in the zip; expected at most 500 files; got 501. "
            "Make the zip again, of the tables alone.",
        ),
        (
            "mine.zip",
            packed({"links.csv": LINKS + b"\n" * 3_000_000}),
            "mine.zip: 'links.csv' unpacks to far more than it holds; expected at most 250 times "
            "its packed size; got more. Bring the table as it is, without zip.",
        ),
    ],
)
def test_each_thing_that_is_wrong_with_an_archive_has_its_message(
    name: str, content: bytes, message: str
) -> None:
    assert message in said({name: content})


def test_zip_headers_are_not_believed() -> None:
    content = packed({"links.csv": LINKS + b"\n" * 3_000_000})
    place = content.index(b"PK\x01\x02")
    lying = content[: place + 24] + struct.pack("<L", 10) + content[place + 28 :]
    (problem,) = said({"mine.zip": lying})
    assert problem.startswith("mine.zip: 'links.csv' is damaged; expected a whole file; got bytes ")


def test_a_file_without_a_name_is_no_table() -> None:
    for name in ("", "."):
        assert said({"mine.zip": packed({name: b""})}) == [
            f"mine.zip: a file in the zip is called '{name}'; expected the name of a table; "
            f"got '{name}'. Name the file after its table, or leave it out."
        ]


def test_an_encrypted_zip_is_refused() -> None:
    content = bytearray(packed({"links.csv": LINKS}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert said({"mine.zip": bytes(content)}) == [
        "mine.zip: 'links.csv' is encrypted; expected a zip without a password; got encrypted. "
        "Make the zip again without a password."
    ]


def test_a_damaged_zip_is_refused() -> None:
    content = bytearray(packed({"links.csv": LINKS}))
    content[45] ^= 0xFF
    (problem,) = said({"mine.zip": bytes(content)})
    assert problem.startswith("mine.zip: 'links.csv' is damaged; expected a whole file; got bytes ")


def test_everything_unpacked_counts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget.__init__, "__defaults__", (len(LINKS) + 5,))
    files = packed({"links.csv": LINKS, "needs.csv": NEEDS})
    assert said({"mine.zip": files}) == [
        "mine.zip: 'needs.csv' unpacks to more than is read; expected at most 200 MB unpacked, "
        "all files together; got more. Bring fewer or smaller tables."
    ]


def test_a_sheet_that_claims_a_row_far_below_does_not_run_for_ever() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="str"><v>iso3</v></c></row>'
        b'<row r="999999999"><c r="A999999999"/></row></sheetData></worksheet>'
    )
    parts = zipfile.ZipFile(io.BytesIO(workbook({"a": [["iso3"]]})))
    files = {name: parts.read(name) for name in parts.namelist()}
    files["xl/worksheets/sheet1.xml"] = sheet.replace(b">iso3<", b">id<")
    found = said({"stakes.xlsx": packed(files)})
    assert any("the column is missing" in problem for problem in found)
    header = b"".join(
        b'<c r="%s1" t="str"><v>%s</v></c>' % (letter.encode(), name)
        for letter, name in zip("ABCDE", COUNTRIES.strip().split(b","), strict=True)
    )
    files["xl/worksheets/sheet1.xml"] = sheet.replace(b'<c r="A1" t="str"><v>iso3</v></c>', header)
    assert said({"countries.xlsx": packed(files)}) == [
        "countries.xlsx, line 200002: the table has too many rows; expected at most 200,000 rows; "
        "got more. Keep the rows that the chain needs."
    ]


GOOD_ZIP = packed({"needs.csv": NEEDS + NEED % (b"5", b""), "links.csv": LINKS})
GOOD_BOOK = workbook({"needs": cells(NEEDS + NEED % (b"5", b""))})


def damaged(good: bytes) -> st.SearchStrategy[bytes]:
    """Bytes with some of them set, cut off or doubled."""
    changes = st.lists(st.tuples(st.integers(0, len(good) - 1), st.integers(0, 255)), max_size=8)

    def change(drawn: tuple[list[tuple[int, int]], int]) -> bytes:
        content = bytearray(good)
        for place, byte in drawn[0]:
            content[place] = byte
        return bytes(content[: drawn[1]])

    return st.tuples(changes, st.integers(0, len(good))).map(change)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(("mine.zip", "needs.xlsx", "magnetrace.xlsx", "needs.csv", "columns.csv")),
    st.one_of(
        st.binary(max_size=400),
        *(damaged(good) for good in (GOOD_ZIP, GOOD_BOOK, NEEDS + NEED % (b"5", b""))),
    ),
    st.sampled_from((OVERLAY, REPLACE)),
)
def test_any_bytes_give_tables_or_a_data_error(name: str, content: bytes, mode: str) -> None:
    own = from_files([(name, content)], mode, name)
    with suppress(DataError):
        assert set(loaders.tables(own)) == set(TABLES)
