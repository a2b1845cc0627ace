"""Minerals Yearbook: notes glued to names, marks in cells of their own, names over two lines."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made_files import workbook
from samples import MYB_2022, OCCURRENCES, sample

from graph.errors import DataError
from loaders.archive import Budget
from loaders.countries import glued
from loaders.public import Figure
from loaders.usgs_myb import read, transform

MINES = [
    ["TABLE 8"],
    ["RARE EARTHS: WORLD MINE PRODUCTION, BY COUNTRY OR LOCALITY1"],
    ["(Metric tons, rare-earth oxide equivalent)"],
    ["Country or locality2", None, 2021, None, 2022],
    ["China3", None, 168000, None, 210000, "e"],
    ["Indiae, 4", None, 2900, None, 2900],
    ["Burundi", None, 180, "e", "--"],
    ["United States", None, 42400, 6, 42500, "6"],
    ["Total", None, 290000, "r", 297000],
    ["eEstimated.  rRevised.  -- Zero."],
    ["3Official production quota."],
    ["4Production is not disclosed."],
    ["6Bastnaesite only."],
]
HEAD = ["Primary Source", None, "Country", None, "Location", None, "La", None, "Pr", None, "Nd"]
CONTENTS = [
    ["TABLE 2"],
    ["RARE EARTH CONTENTS OF SELECTED SOURCE MINERALS1, 2"],
    ["(Percentage of total rare-earth oxide)"],
    [None, None, None, None, None, None, "Rare Earth Element Symbol"],
    [*HEAD, None, "Sm", None, "Tb", None, "Dy"],
    [
        *("Bastnaesite", None, "China", None, "Weishan, Shandong ", None),
        *(35.46, None, 3.95, None, 10.9, None, 0.79, None, 0.14, None, "NA"),
    ],
    [None, None, None, None, "Province4"],
    [
        *("Do.", None, "do.", None, "Mountain Pass, CA5", None),
        *(34, None, 4.2, None, 11.7, None, "<0.8", None, 0.1, None, 0.2),
    ],
    ["4Source: a paper of 2014."],
]


def book(tmp_path: Path, **sheets: list[list[object]]) -> Path:
    path = tmp_path / "tables.xlsx"
    path.write_bytes(workbook(sheets))
    return path


def test_mine_output_by_country_and_year(tmp_path: Path) -> None:
    found = transform(read(book(tmp_path, T2=CONTENTS, T8=MINES)))
    rows = [f for f in found.rows if f.measure == "mine production"]
    source, quota = "usgs_myb2022", "Official production quota."
    kept, ore = "Production is not disclosed.", "Bastnaesite only."

    def mined(country: str, year: int, t: float, *, e: bool = False, note: str = "") -> Figure:
        return Figure(country, "mine production", year, t, "t", source, estimated=e, note=note)

    assert rows == [
        mined("CHN", 2021, 168000, note=quota),
        mined("CHN", 2022, 210000, e=True, note=quota),
        mined("IND", 2021, 2900, e=True, note=kept),
        mined("IND", 2022, 2900, e=True, note=kept),
        mined("BDI", 2021, 180, e=True),
        mined("BDI", 2022, 0),
        mined("USA", 2021, 42400, note=ore),
        mined("USA", 2022, 42500, note=ore),
        mined("WLD", 2021, 290000),
        mined("WLD", 2022, 297000),
    ]


def test_contents_by_deposit_as_shares(tmp_path: Path) -> None:
    found = transform(read(book(tmp_path, T2=CONTENTS, T8=MINES)))
    rows = [
        (f.subject, f.measure, f.value, f.note)
        for f in found.rows
        if f.measure != "mine production"
    ]
    weishan = "Weishan, Shandong Province (bastnaesite)"
    mountain = "Mountain Pass, CA (bastnaesite)"
    assert rows == [
        (weishan, "ndpr", 0.1485, ""),
        (weishan, "dy", None, "not available"),
        (weishan, "tb", 0.0014, ""),
        (weishan, "sm", 0.0079, ""),
        (mountain, "ndpr", 0.159, ""),
        (mountain, "dy", 0.002, ""),
        (mountain, "tb", 0.001, ""),
        (mountain, "sm", None, "less than 0.8"),
    ]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Thailande, 5", ("Thailand", "e, 5")),
        ("Indiae, 4", ("India", "e, 4")),
        ("China3", ("China", "3")),
        ("Burmae", ("Burma", "e")),
        ("Francee", ("France", "e")),
        ("France", ("France", "")),
        ("Chile", ("Chile", "")),
        ("Nigere", ("Niger", "e")),
        ("Niger", ("Niger", "")),
        ("United  States", ("United States", "")),
        ("Atlantis7", ("Atlantis7", "")),
    ],
)
def test_notes_come_off_names(label: str, expected: tuple[str, str]) -> None:
    assert glued(label) == expected


def test_missing_tables_and_wrong_cells_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the file holds no table called rare earth contents"):
        transform(read(book(tmp_path, T8=MINES)))
    wrong = [*MINES[:5], ["Indiae, 4", None, "some", None, 2900]]
    with pytest.raises(DataError, match="sheet T8, line 6, column 3: the cell holds no quantity"):
        transform(read(book(tmp_path, T2=CONTENTS, T8=wrong)))


def test_text_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "tables.xlsx"
    path.write_text("Country,2022\nChina,210000\n")
    with pytest.raises(DataError, match=r"expected an Excel workbook \(\.xlsx\)"):
        read(path)
    with pytest.raises(DataError, match="there is no such file"):
        read(tmp_path / "gone.xlsx")


def test_a_workbook_that_unpacks_to_more_than_memory_bears_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path, T8=MINES)
    monkeypatch.setattr("loaders.public.Budget", lambda: Budget(1000))
    with pytest.raises(DataError, match="unpacks to more than is read"):
        read(path)


def member(path: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The workbook with one part changed, or left out for None."""
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            new = change(content) if each == name else content
            if new is not None:
                archive.writestr(each, new)
    return path


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("[Content_Types].xml", lambda content: content.replace(b"main+xml", b"other+xml")),
        ("xl/workbook.xml", lambda _: None),
        ("xl/workbook.xml", lambda content: content.replace(b'r:id="rId1"', b'r:id="rId9"')),
        ("xl/styles.xml", lambda content: content.replace(b"<sz val=", b'<sz val="x" a=')),
    ],
)
def test_a_damaged_workbook_is_another_file(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes | None]
) -> None:
    path = member(book(tmp_path, T8=MINES), part, change)
    with pytest.raises(DataError, match=r"tables\.xlsx, line 1: this is not the file expected"):
        read(path)


def test_an_encrypted_workbook_is_another_file(tmp_path: Path) -> None:
    path = book(tmp_path, T8=MINES)
    content = bytearray(path.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="is encrypted"):
        read(path)


def test_a_workbook_without_a_row_is_another_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"tables\.xlsx: the file holds no rows"):
        read(book(tmp_path, empty=[]))


def test_a_table_of_contents_without_an_element_is_none(tmp_path: Path) -> None:
    head = [None if cell == "Sm" else cell for cell in CONTENTS[4]]
    path = book(tmp_path, T8=MINES, T2=[*CONTENTS[:4], head, *CONTENTS[5:]])
    with pytest.raises(DataError, match="the file holds no ore in its table of contents"):
        transform(read(path))


def test_the_tables_of_2022() -> None:
    found = transform(read(sample(MYB_2022)))
    figures = {(f.subject, f.measure, f.year): f for f in found.rows}
    assert len(found.rows) == 65 + 4 * 13
    assert found.publication.id == "usgs_myb2022"
    mined = "mine production"
    assert figures["CHN", mined, 2022].value == 210000
    assert figures["CHN", mined, 2022].estimated
    assert not figures["CHN", mined, 2021].estimated
    assert figures["THA", mined, 2021].value == 8200
    assert figures["THA", mined, 2021].note == "Rare-earth oxide content of exports."
    assert figures["BDI", mined, 2022].value == 0
    assert figures["WLD", mined, 2022].value == 297000
    bayan = "Bayan Obo, Nei Mongol Autonomous Region (bastnaesite)"
    assert figures[bayan, "ndpr", 2022].value == 0.247
    weld = "Mount Weld Central Lanthanide, Western Australia (monazite)"
    assert figures[weld, "dy", 2022].value == 0.0025


def test_another_workbook_is_refused() -> None:
    with pytest.raises(DataError, match="the file holds no table called world mine production"):
        transform(read(sample(OCCURRENCES)))
