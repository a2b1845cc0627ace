"""Data that users bring: each thing that can be wrong with it has one clear message."""

from __future__ import annotations

import csv
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import loaders
import loaders.archive
import loaders.lines
import loaders.own_data
import loaders.tables
from graph.errors import DataError, UnknownName
from loaders.kept import fingerprint
from loaders.overlay import TableChange, differences
from loaders.own_data import OVERLAY, REPLACE, OwnData, from_files, from_path
from loaders.tables import TABLES, Tables
from loaders.templates import empty_tables, shipped_tables, write, zipped

SHIPPED = loaders.shipped_folder()
SITES = (SHIPPED / "sites.csv").read_bytes()
COLUMNS = (SHIPPED / "columns.csv").read_bytes()
LINKS = b"origin,target,kind,sources,confidence,note\n"
NEEDS = b"site,material,tonnes,low,high,confidence,sources,note\n"
COUNTRIES = b"iso3,name,region,lat,lon\n"
NEED = b"eu_midea,ndfeb,%s,,,assumed,own_assumption,%s\n"
LINK = b"%s,%s,supplies,memory,memory,\n"


def overlay(files: dict[str, bytes]) -> OwnData:
    return from_files(files.items(), OVERLAY, "mine")


def said(files: dict[str, bytes]) -> list[str]:
    """The problems of files laid over the shipped data."""
    return [str(problem) for problem in loaders.check(overlay(files)).problems]


def packed(
    files: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda _: None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            archive.writestr(info, content)
    return out.getvalue()


def as_link(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(content: bytes) -> list[list[object]]:
    return [list(row) for row in csv.reader(io.StringIO(content.decode(), newline=""))]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "links.csv",
            b"origin;target;kind;sources;confidence;note\n",
            "links.csv, line 1: the cells are not separated by commas; expected a comma; got ';'. "
            "Use commas between the cells.",
        ),
        (
            "links.csv",
            (LINKS + LINK % (b"a", b"b")).decode().encode("utf-16"),
            "links.csv: the file is not UTF-8 text; expected UTF-8; got UTF-16 or UTF-32. "
            "Save it as CSV in UTF-8 (in Excel: CSV UTF-8).",
        ),
        (
            "links.csv",
            LINKS.decode().encode("utf-16-le"),
            "links.csv: the file is not UTF-8 text; expected UTF-8; got UTF-16 or UTF-32. "
            "Save it as CSV in UTF-8 (in Excel: CSV UTF-8).",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", "Zürich".encode("cp1252")),
            "needs.csv, line 2: the file is not UTF-8 text; expected UTF-8; got the byte 0xfc, as "
            "in Windows (cp1252) text. Save it as CSV in UTF-8 (in Excel: CSV UTF-8).",
        ),
        (
            "countries.csv",
            b"iso3,name,region,lat\n",
            "countries.csv, line 1, column lon: the column is missing; expected a column of this "
            "name; got none. Add it to the header line; its cells may be empty where it is not "
            "required.",
        ),
        (
            "countries.csv",
            b"iso3,name,region,lat,lon,<b>size</b>\n",
            "countries.csv, line 1, column <b>size</b>: the column is not known; expected iso3, "
            "name, region, lat, lon; got '<b>size</b>'. Rename or remove it.",
        ),
        (
            "countries.csv",
            b"iso3,name,region,lat,lon,lat\n",
            "countries.csv, line 1, column lat: the column stands twice; expected each column "
            "once; got 2. Remove all but one.",
        ),
        (
            "links.csv",
            b"",
            "links.csv: the file is empty; expected a header line; got nothing. "
            "Fill it, or start from the template: magnetrace template FOLDER.",
        ),
        (
            "links.csv",
            packed({"a": b"b"}),
            "links.csv: the file is not CSV text; expected text in CSV; got a zip or a workbook. "
            "Name it .zip or .xlsx, or save the sheet as CSV.",
        ),
        (
            "links.csv",
            LINKS + b'm_bayan_obo,"s_kuantan,supplies\n',
            "links.csv, line 2: the line is not CSV (unexpected end of data); expected cells in "
            "double quotes, or without any. Check its quotes; a quote inside quotes is written "
            "twice.",
        ),
        (
            "links.csv",
            LINKS + b"m_bayan_obo,s_kuantan\n",
            "links.csv, line 2: the line has the wrong number of cells; expected 6; got 2. "
            "Put text with a comma in quotes.",
        ),
        (
            "links.csv",
            LINKS + b"a\0b,s_kuantan,supplies,memory,memory,\n",
            "links.csv, line 2: the line holds NUL bytes; expected text; got NUL. "
            "Remove them; a text editor may show them as ^@.",
        ),
        (
            "links.csv",
            LINKS + b"x" * 1_000_001,
            "links.csv, line 2: the line is too long; expected at most 1,000,000 bytes; got "
            "1,000,001 bytes. Put each row on a line of its own.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", b"n" * 32_768),
            "needs.csv, line 2, column note: the cell is too long; expected at most 32,767 "
            f"characters; got '{'n' * 59}…'. Shorten the text, or close the quote that opens it.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", b"n" * 200_000),
            "needs.csv, line 2: the cell is too long; expected at most 32,767 characters; got "
            "more. Shorten the text, or close the quote that opens it.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"nan", b""),
            "needs.csv, line 2, column tonnes: the number is not finite; expected a finite "
            "number; got 'nan'. Leave the cell empty where a figure is not known.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"-inf", b""),
            "needs.csv, line 2, column tonnes: the number is not finite; expected a finite "
            "number; got '-inf'. Leave the cell empty where a figure is not known.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"1_000", b""),
            "needs.csv, line 2, column tonnes: the cell holds no number; expected digits with a "
            "point, no thousands sign; got '1_000'. Correct or empty the cell.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"1e16", b""),
            "needs.csv, line 2, column tonnes: the number is too large; expected at most 1e+15; "
            "got '1e16'. Check its unit.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"-5", b""),
            "needs.csv, line 2, column tonnes: the figure is negative; expected at least 0; got "
            "-5. Correct the figure.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", b"=cmd|' /C calc'!A0"),
            "needs.csv, line 2, column note: the cell begins like a formula; expected a value; "
            "got \"=cmd|' /C calc'!A0\". Write its value instead; no text begins with = + - or @.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", b"@SUM(A1)"),
            "needs.csv, line 2, column note: the cell begins like a formula; expected a value; "
            "got '@SUM(A1)'. Write its value instead; no text begins with = + - or @.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", b"red \x1b[31m"),
            "needs.csv, line 2, column note: the cell holds control characters; expected plain "
            r"text; got 'red \x1b[31m'. Remove them.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", "left \u202e right".encode()),
            "needs.csv, line 2, column note: the cell holds control characters; expected plain "
            r"text; got 'left \u202e right'. Remove them.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", b"#REF!"),
            "needs.csv, line 2, column note: the cell holds an error of a spreadsheet; expected "
            "a value; got '#REF!'. Mend the formula and write its value.",
        ),
        (
            "compositions.csv",
            b"id,name,ndpr,dy,tb,sm,recovery,sources,confidence,note\n"
            b"clay,Clay,1.2,0,0,0,0.9,memory,memory,\n",
            "compositions.csv, line 2, column ndpr: the share lies outside its range; expected 0 "
            "to 1; got '1.2'. Divide a percentage by 100.",
        ),
        (
            "compositions.csv",
            b"id,name,ndpr,dy,tb,sm,recovery,sources,confidence,note\n"
            b"clay,Clay,0.9,0.2,0,0,0.9,memory,memory,\n",
            "compositions.csv, line 2, column ndpr: the shares of an ore add up to more than 1; "
            "expected ndpr, dy, tb, sm: at most 1 together; got 1.1. Give each as a share of all "
            "rare earths in the ore.",
        ),
        (
            "stakes.csv",
            b"id,owner,owner_country,owned,stake,from,to,sources,confidence,note\n"
            b"mine_1,A,XXX,B,1,,,memory,memory,\n",
            "stakes.csv, line 2, column owner_country: the reference leads nowhere; expected a "
            "country of countries.csv; got 'XXX'. Correct the name or add the row.",
        ),
        (
            "countries.csv",
            COUNTRIES + b"ATL,Atlantis,REST,,\nATL,Atlantis,REST,,\n",
            "countries.csv, line 3, column iso3: the name stands twice; got 'ATL', first on line "
            "2. Rename or remove one of the rows.",
        ),
        (
            "needs.csv",
            NEEDS + NEED % (b"5", b"") + NEED % (b"6", b""),
            "needs.csv, line 3, column site: the row stands twice; expected one row for each "
            "site, material; got the same as line 2. Remove one of them.",
        ),
        (
            "links.csv",
            LINKS + LINK % (b"m_bayan_obo", b"s_nowhere"),
            "links.csv, line 2, column target: the reference leads nowhere; expected a site of "
            "sites.csv; got 's_nowhere'. Correct the name or add the row.",
        ),
        (
            "links.csv",
            LINKS + LINK % (b"s_kuantan", b"m_bayan_obo"),
            "links.csv, line 2, column target: the link leads into a mine; expected a site of the "
            "stage separation or one after it, never a mine; got 'm_bayan_obo', a site of the "
            "stage mine. Swap origin and target, or correct the stage of the site.",
        ),
        (
            "links.csv",
            LINKS + LINK % (b"mg_tdk_jp", b"s_kuantan"),
            "links.csv, line 2, column target: the link leads upstream; expected a site of the "
            "stage magnet or one after it, never a mine; got 's_kuantan', a site of the stage "
            "separation. Swap origin and target, or correct the stage of the site.",
        ),
        (
            "links.csv",
            LINKS + LINK % (b"ma_keli", b"ma_creg_metal"),
            "links.csv, line 2, column target: the link closes a loop; expected no site that "
            "supplies itself through others; got ma_keli → ma_creg_metal → ma_keli. Remove one "
            "of these links.",
        ),
        (
            "links.csv",
            LINKS + LINK % (b"s_kuantan", b"s_kuantan"),
            "links.csv, line 2, column target: the link closes a loop; expected no site that "
            "supplies itself through others; got s_kuantan → s_kuantan. Remove one of these "
            "links.",
        ),
        (
            "columns.csv",
            b"table,column,type,unit,required,meaning\nsites,id,id,,yes,x\nsites,colour,text,,no,x",
            "columns.csv, line 3, column column: the column colour of sites is not known; "
            "expected a shipped column. Leave columns.csv out; the shipped one is used.",
        ),
        (
            "columns.csv",
            COLUMNS.replace(b"sources,title,text", b"sources,title,id"),
            "columns.csv, line 3, column type: title of sources is described differently; "
            "expected text; got 'id'. Leave columns.csv out; the shipped one is used.",
        ),
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
            "site.csv",
            b"id\n",
            "'site.csv' is no table; expected "
            f"{', '.join(f'{t}.csv' for t in TABLES)} (or .xlsx), columns.csv, magnetrace.xlsx. "
            "Name the file after its table, or leave it out.",
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
)  # fmt: skip
def test_each_thing_that_is_wrong_has_its_message(name: str, content: bytes, message: str) -> None:
    found = said({name: content})
    assert message in found


def test_all_problems_of_all_files_come_at_once() -> None:
    zip_ = packed({
        "sites.csv": SITES.replace(b",mine,plant,", b",pit,plant,", 1),
        "needs.csv": NEEDS + NEED % (b"nan", b"-x") + NEED % (b"5", b""),
        "links.csv": LINKS + LINK % (b"m_bayan_obo", b"s_nowhere"),
        "pricing.csv": b"a\n",
    })  # fmt: skip
    found = loaders.check(from_files([("mine.zip", zip_)], OVERLAY, "mine.zip")).problems
    assert [(p.file, p.line, p.column, p.what) for p in found] == [
        ("", None, "", "'pricing.csv' is no table"),
        ("sites.csv", 2, "stage", "the word is not one of the choices"),
        ("needs.csv", 2, "tonnes", "the number is not finite"),
        ("needs.csv", 2, "note", "the cell begins like a formula"),
        ("links.csv", 2, "target", "the reference leads nowhere"),
    ]
    assert all(problem.advice for problem in found)


def test_nothing_is_built_from_data_with_a_problem() -> None:
    own = overlay({"needs.csv": NEEDS + NEED % (b"-5", b"")})
    report = loaders.check(own)
    assert (len(report.problems), report.shares, report.sites, report.flows) == (1, (), 0, 0)
    with pytest.raises(DataError, match=r"needs\.csv, line 2, column tonnes"):
        loaders.load(own)


def test_a_table_that_cannot_be_read_does_not_make_a_problem_of_every_reference_to_it() -> None:
    assert len(said({"sites.csv": b"id;name\n"})) == 1
    unread = from_files([("sites.csv", b"id;name\n")], REPLACE, "mine")
    assert {problem.what for problem in loaders.check(unread).problems} == {
        "the cells are not separated by commas",
        "the table is missing",
    }


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
    monkeypatch.setattr(loaders.archive.Budget.__init__, "__defaults__", (len(LINKS) + 5,))
    files = packed({"links.csv": LINKS, "needs.csv": NEEDS})
    assert said({"mine.zip": files}) == [
        "mine.zip: 'needs.csv' unpacks to more than is read; expected at most 200 MB unpacked, "
        "all files together; got more. Bring fewer or smaller tables."
    ]


def test_a_file_above_the_limit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "links.csv").open("wb") as file:
        file.truncate(201 * 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    for path in (tmp_path, tmp_path / "links.csv"):
        assert [str(problem) for problem in from_path(path, OVERLAY).problems] == [
            "links.csv: the file is too large; expected at most 200 MB; got 201 MB. "
            "Bring only the rows that the chain needs."
        ]


def test_a_million_rows_are_refused_and_so_are_a_million_problems() -> None:
    rows = NEEDS + NEED % (b"5", b"") * 1_000_000
    assert said({"needs.csv": rows}) == [
        "needs.csv, line 200002: the table has too many rows; expected at most 200,000 rows; got "
        "more. Keep the rows that the chain needs."
    ]
    problems = said({"needs.csv": NEEDS + NEED % (b"much", b"") * 5000})
    assert len(problems) == 1001
    assert problems[-1] == "needs.csv: 4,000 more problems are not listed."


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


def test_overlay_changes_exactly_the_rows_named() -> None:
    countries = (SHIPPED / "countries.csv").read_text("utf-8")
    assert "\nAUS,Australia,REST," in countries
    own = overlay({
        "countries.csv": COUNTRIES + b"AUS,Oz,REST,-25,134\nATL,Atlantis,REST,,\n",
        "needs.csv": NEEDS + NEED % (b"4001", b"more"),
    })  # fmt: skip
    before, after = loaders.tables(SHIPPED), loaders.tables(own)
    assert differences(before, after) == (
        TableChange("countries", added=1, changed=1, removed=0, same=63),
        TableChange("needs", added=0, changed=1, removed=0, same=12),
    )
    old = {row.text("iso3"): row.values for row in before["countries"]}
    new = {row.text("iso3"): row.values for row in after["countries"]}
    assert list(new) == [*old, "ATL"]
    assert {name for name in old if old[name] != new[name]} == {"AUS"}
    assert new["AUS"]["name"] == "Oz"
    assert loaders.check(own).sites == loaders.check(SHIPPED).sites
    assert loaders.against_shipped(own) == differences(before, after)


def test_every_natural_key_names_its_row() -> None:
    """The first row of each table without names, its last cell changed, replaces that row only."""
    shipped = {table: cells((SHIPPED / f"{table}.csv").read_bytes()) for table in TABLES}
    for table, note in (
        *(("links", "note"), ("outputs", "note"), ("needs", "note"), ("demand_totals", "note")),
        *(("blocks", "note"), ("market_rules", "note"), ("trade", "kusd")),
    ):
        header, first = shipped[table][:2]
        row = [*first]
        row[header.index(note)] = "123"
        lines = io.StringIO()
        csv.writer(lines).writerows([header, row])
        (change,) = loaders.against_shipped(overlay({f"{table}.csv": lines.getvalue().encode()}))
        assert (change.table, change.added, change.changed, change.removed) == (table, 0, 1, 0)


def test_a_shipped_row_that_the_users_rows_break_is_called_shipped() -> None:
    sites = SITES.splitlines(keepends=True)
    row = next(line for line in sites if line.startswith(b"ma_keli,"))
    problems = said({"sites.csv": sites[0] + row.replace(b",plant,", b",aggregate,")})
    assert problems
    assert all(p.startswith("links.csv (shipped), line ") for p in problems)


def test_the_same_tables_in_every_form_are_the_same(tmp_path: Path) -> None:
    wanted = loaders.tables(SHIPPED)
    files = shipped_tables(SHIPPED)
    sheets = {table: cells(files[f"{table}.csv"]) for table in TABLES}
    write(files, tmp_path / "folder")
    write(files, tmp_path / "mine.zip")
    books = tmp_path / "books"
    books.mkdir()
    for table, rows in sheets.items():
        (books / f"{table.upper()}.xlsx").write_bytes(workbook({"Sheet1": rows}))
    (tmp_path / "magnetrace.xlsx").write_bytes(workbook(sheets | {"README": [["words"]]}))
    nested = packed({f"my data/{name}": content for name, content in files.items()} | {
        "__MACOSX/._sites.csv": b"\0", "my data/.DS_Store": b"\0"
    })  # fmt: skip
    (tmp_path / "nested.zip").write_bytes(nested)
    for place in ("folder", "mine.zip", "books", "magnetrace.xlsx", "nested.zip"):
        assert values(loaders.tables(tmp_path / place)) == values(wanted), place


def values(tables: Tables) -> dict[str, list[object]]:
    return {table: [dict(row.values) for row in tables[table]] for table in tables}


def test_numbers_dates_and_truth_of_a_workbook_read_as_they_would_in_csv() -> None:
    rows = cells(b"id,owner,owner_country,owned,stake,from,to,sources,confidence,note\n")
    day = datetime(2025, 4, 4)
    rows.append(["own_1", "A", "AUS", "B", 0.25, day, 2026, "memory", "memory", True])
    tables = loaders.tables(overlay({"stakes.xlsx": workbook({"x": rows})}))
    row = tables["stakes"][-1]
    assert row.number("stake") == 0.25
    assert (row.text("from"), row.text("to"), row.text("note")) == ("2025-04-04", "2026", "true")


def test_html_stays_text() -> None:
    name = "<img src=x onerror=alert(1)> & <b>bold</b>"
    own = overlay({"countries.csv": COUNTRIES + f"ATL,{name},REST,,\n".encode()})
    assert loaders.tables(own)["countries"][-1].text("name") == name


def test_replace_wants_every_table_and_no_schema() -> None:
    files = {name: c for name, c in shipped_tables(SHIPPED).items() if name != "columns.csv"}
    assert loaders.check(from_files(files.items(), REPLACE, "all")).problems == ()
    del files["needs.csv"]
    assert [str(p) for p in loaders.check(from_files(files.items(), REPLACE, "all")).problems] == [
        "needs.csv: the table is missing; expected a file. Add the file, or lay yours over the "
        "shipped tables (mode overlay)."
    ]


def test_the_template_is_empty_complete_and_explains_itself(tmp_path: Path) -> None:
    files = empty_tables(SHIPPED)
    assert set(files) == {*(f"{table}.csv" for table in TABLES), "columns.csv", "README.txt"}
    assert files["needs.csv"] == NEEDS
    assert b"links.csv, key: origin, target" in files["README.txt"]
    explained = b"tonnes (number; t a year, magnets finished; required): Value used"
    assert explained in files["README.txt"]
    assert zipped(files) == zipped(files)
    own = from_files([("template.zip", zipped(files))], OVERLAY, "template.zip")
    assert loaders.against_shipped(own) == ()
    write(files, tmp_path / "mine")
    (tmp_path / "mine" / "needs.csv").write_text("precious", "utf-8")
    with pytest.raises(DataError, match="the file is there already"):
        write(files, tmp_path / "mine")
    assert (tmp_path / "mine" / "needs.csv").read_text("utf-8") == "precious"


def test_the_fingerprint_covers_bytes_names_and_mode() -> None:
    first = overlay({"needs.csv": NEEDS})
    assert fingerprint(first) == fingerprint(overlay({"needs.csv": NEEDS}))
    others = (
        overlay({"needs.csv": NEEDS + NEED % (b"5", b"")}),
        overlay({"needs.csv": NEEDS, "links.csv": LINKS}),
        from_files([("needs.csv", NEEDS)], REPLACE, "mine"),
    )
    assert len({fingerprint(own) for own in (first, *others)}) == 4


def test_the_mode_and_the_place_can_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "needs.csv").write_bytes(NEEDS + NEED % (b"4001", b""))
    monkeypatch.setenv("MAGNETRACE_DATA", str(tmp_path))
    assert {problem.what for problem in loaders.check().problems} == {"the table is missing"}
    monkeypatch.setenv("MAGNETRACE_MODE", "overlay")
    needs = {row.text("site"): row.number("tonnes") for row in loaders.tables()["needs"]}
    assert needs["eu_midea"] == 4001
    with pytest.raises(UnknownName, match="mode"):
        from_path(tmp_path, "merge")


def test_a_place_without_tables_says_so(tmp_path: Path) -> None:
    assert [str(p) for p in loaders.check(tmp_path / "none").problems] == [
        f"{tmp_path}/none is not a data folder; expected a folder, a .zip, .xlsx or .csv; got no "
        "such file or folder. Name a folder or a zip that holds the tables, or leave the option "
        "out."
    ]
    (tmp_path / "empty").mkdir()
    assert [str(p) for p in loaders.check(tmp_path / "empty").problems] == [
        "'empty' holds no table; expected tables such as sites.csv or sites.xlsx; got none. "
        "Start from the template: magnetrace template FOLDER."
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
