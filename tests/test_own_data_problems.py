"""Tables that users bring: each thing that can be wrong with one has one clear message."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_files import packed
from own_tables import COUNTRIES, LINK, LINKS, NEED, NEEDS, SHIPPED, overlay, said

import loaders
from graph.errors import DataError
from loaders.own_data import OVERLAY, REPLACE, from_files, from_path
from loaders.tables import TABLES

SITES = (SHIPPED / "sites.csv").read_bytes()
COLUMNS = (SHIPPED / "columns.csv").read_bytes()


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
            "site.csv",
            b"id\n",
            "'site.csv' is no table; expected "
            f"{', '.join(f'{t}.csv' for t in TABLES)} (or .xlsx), columns.csv, magnetrace.xlsx. "
            "Name the file after its table, or leave it out.",
        ),
    ],
)
def test_each_thing_that_is_wrong_with_a_table_has_its_message(
    name: str, content: bytes, message: str
) -> None:
    assert message in said({name: content})


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


def test_a_shipped_row_that_the_users_rows_break_is_called_shipped() -> None:
    sites = SITES.splitlines(keepends=True)
    row = next(line for line in sites if line.startswith(b"ma_keli,"))
    problems = said({"sites.csv": sites[0] + row.replace(b",plant,", b",aggregate,")})
    assert problems
    assert all(p.startswith("links.csv (shipped), line ") for p in problems)


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
