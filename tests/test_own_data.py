"""Data that users bring: laid over the shipped tables or in their place, in every form of file."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from made_files import packed, workbook
from own_tables import COUNTRIES, LINKS, NEED, NEEDS, SHIPPED, cells, overlay

import loaders
from graph.errors import DataError, UnknownName
from loaders.kept import fingerprint
from loaders.overlay import TableChange, differences
from loaders.own_data import OVERLAY, REPLACE, from_files, from_path
from loaders.tables import TABLES, Tables
from loaders.templates import empty_tables, shipped_tables, write, zipped


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
