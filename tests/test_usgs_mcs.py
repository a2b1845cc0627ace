"""Mineral Commodity Summaries: the long and the wide format, and what stands for no number."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import MCS_2024, MCS_2026, OCCURRENCES, sample

from graph.errors import DataError
from loaders.public import Figure, Quantity, Taken, quantity
from loaders.usgs_mcs import read, transform

LONG = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes,"
    "Is critical mineral 2025,Other notes\r\n"
)
WORLD = "RARE EARTHS,World Mine Production and Reserves,Rare Earths"
US = "RARE EARTHS,Salient Statistics—United States,Rare Earths,United States"
WIDE = (
    "Source,Country,Type,Prod_t_est_2022,Prod_t_est_2023,Prod_notes,"
    "Reserves_t,Reserves_notes,,,\r\n"
)
KIND = '"Rare earths, mine production, rare-earth-oxide equivalent, metric tons"'


def taken(tmp_path: Path, text: str, encoding: str) -> Taken[Figure]:
    path = tmp_path / "mcs.csv"
    path.write_bytes(text.encode(encoding))
    return transform(read(path))


def long_line(country: str, year: str, value: str, notes: str = "") -> str:
    return f'{WORLD},{country},Production,Mine production,metric tons,{year},"{value}",{notes},Yes,'


def long(tmp_path: Path, *lines: str) -> Taken[Figure]:
    return taken(tmp_path, LONG + "".join(f"{line}\r\n" for line in lines), "cp1252")


def test_long_rows_become_figures(tmp_path: Path) -> None:
    found = long(
        tmp_path,
        long_line("China", "2025", "270,000", "Estimated."),
        long_line("Canada", "2025", "—"),
        long_line("Other countries", "2025", "550", "Estimated."),
        f"{WORLD},World total,Production,Mine production: rounded,metric tons,2025,390000,,Yes,",
        "BORON,World Production and Reserves,Boron,Chile,Production,Production,"
        "thousand metric tons,2025,400,,Yes,",
    )
    mined = "mine production"
    assert found.rows == (
        Figure(
            *("CHN", mined, 2025, 270000.0, "t", "usgs_mcs2026"), estimated=True, note="Estimated."
        ),
        Figure("CAN", mined, 2025, 0.0, "t", "usgs_mcs2026"),
        Figure(
            *("ZZZ", mined, 2025, 550.0, "t", "usgs_mcs2026"), estimated=True, note="Estimated."
        ),
        Figure("WLD", mined, 2025, 390000.0, "t", "usgs_mcs2026"),
    )
    assert found.left_out == {"other chapters": 1}
    assert found.publication.id == "usgs_mcs2026"
    assert found.publication.licence == "CC0 1.0"


def test_a_span_of_years_ends_the_figure_and_stays_in_its_note(tmp_path: Path) -> None:
    line = (
        "RARE EARTHS,Import Sources,Rare Earths,China,Import sources 2021-2024,"
        "Rare-earth compounds and metals,percent,2021–24,71,Includes Hong Kong.,Yes,"
    )
    (figure,) = long(tmp_path, line).rows
    assert (figure.subject, figure.year, figure.value, figure.unit) == ("CHN", 2024, 71, "percent")
    assert figure.measure == "Rare Earths: Rare-earth compounds and metals"
    assert figure.note == "Includes Hong Kong.; 2021–24"


def test_thousand_tonnes_are_counted_as_tonnes(tmp_path: Path) -> None:
    line = f"{US},Production,Production: Sand,thousand metric tons,2025,1.5,,Yes,"
    (figure,) = long(tmp_path, line).rows
    assert (figure.value, figure.unit) == (1500.0, "t")


def test_wide_rows_become_figures(tmp_path: Path) -> None:
    text = (
        WIDE
        + f"MCS2024,Burma,{KIND},12000,38000,,NA,,,,\r\n"
        + f"MCS2024,World total (rounded),{KIND},300000,350000,,110000000,,,,\r\n"
        + ",,,,,,,,,,\r\n"
        + ",,,,,A note below the table.,,,,,\r\n"
    )
    found = taken(tmp_path, text, "utf-8-sig")
    assert found.rows[:3] == (
        Figure("MMR", "mine production", 2022, 12000.0, "t", "usgs_mcs2024", estimated=True),
        Figure("MMR", "mine production", 2023, 38000.0, "t", "usgs_mcs2024", estimated=True),
        Figure("MMR", "reserves", 2023, None, "t", "usgs_mcs2024", note="not available"),
    )
    assert {figure.subject for figure in found.rows[3:]} == {"WLD"}
    assert found.left_out == {"notes": 1}


@pytest.mark.parametrize("cell", [float("inf"), float("nan"), "9" * 400, "1–" + "9" * 400])
def test_an_endless_number_is_no_quantity(cell: object) -> None:
    with pytest.raises(ValueError, match="no quantity"):
        quantity(cell)


def test_a_header_alone_holds_no_rare_earths(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mcs\.csv: the file holds no rare earths"):
        taken(tmp_path, LONG, "cp1252")


def test_a_wide_table_with_a_column_of_the_long_one_is_read(tmp_path: Path) -> None:
    line = f'MCS2024,China,{KIND},"210,000",240000,,44000000,,,,Yes\r\n'
    header = WIDE.replace(",,,\r\n", ",,,MCS chapter\r\n")
    assert taken(tmp_path, header + line, "utf-8").rows[0].value == 210000.0


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("45,500", Quantity(45500.0)),
        ("0.5", Quantity(0.5)),
        (21000, Quantity(21000.0)),
        ("—", Quantity(0.0)),
        ("--", Quantity(0.0)),
        ("W", Quantity(remark="withheld by the publisher")),
        ("NA", Quantity(remark="not available")),
        ("XX", Quantity(remark="not applicable")),
        ("E", Quantity(remark="net exporter")),
        ("", Quantity(remark="empty")),
        (None, Quantity(remark="empty")),
        (">95", Quantity(low=95.0, remark="more than 95")),
        (">85,000,000", Quantity(low=85e6, remark="more than 85,000,000")),
        ("<1.09", Quantity(high=1.09, remark="less than 1.09")),
        ("Less than 50", Quantity(high=50.0, remark="less than 50")),
        ("Less than ½ unit", Quantity(high=0.5, remark="less than ½")),
        ("820–880", Quantity(low=820.0, high=880.0, remark="range 820–880")),
        ("10,000 - 15,000", Quantity(low=1e4, high=15e3, remark="range 10,000 - 15,000")),
    ],
)
def test_cells_as_usgs_prints_them(cell: object, expected: Quantity) -> None:
    assert quantity(cell) == expected


@pytest.mark.parametrize("cell", ["about 5", "1.2.3", "5e", "=1+1", "nan", True])
def test_other_cells_are_no_quantity(cell: object) -> None:
    with pytest.raises(ValueError, match="no quantity"):
        quantity(cell)


def test_every_unreadable_cell_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        long(tmp_path, long_line("China", "soon", "1"), long_line("India", "2025", "much"))
    assert [str(problem) for problem in error.value.problems] == [
        "mcs.csv, line 2, column Year: the cell holds no year; expected 2025 or 2021–24; "
        "got 'soon'.",
        "mcs.csv, line 3, column Value: the cell holds no quantity; "
        "expected a number, a range, a bound, NA, W, XX, E or —; got 'much'.",
    ]


def test_a_file_of_other_commodities_says_so(tmp_path: Path) -> None:
    line = "BORON,World,Boron,Chile,Production,Production,metric tons,2025,400,,Yes,"
    with pytest.raises(DataError, match="the file holds no rare earths"):
        long(tmp_path, line)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"t,i,j,k,v,q\n2024,156,392,284690,1,1\n", r"expected the columns MCS chapter.*got 't, i"),
        (b"", "expected the columns MCS chapter"),
        (b"\x81\x8d\x00\xff", "expected text in CSV"),
        (LONG.encode() + b"RARE EARTHS,World\r\n", "line 2: the line has the wrong number of cel"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv: there is no such file"):
        read(tmp_path / "gone.csv")


def test_the_release_of_2026() -> None:
    found = transform(read(sample(MCS_2026)))
    mined = {(f.subject, f.year): f.value for f in found.rows if f.measure == "mine production"}
    assert found.publication.id == "usgs_mcs2026"
    assert found.left_out == {"other chapters": 88}
    assert len(found.rows) == 286
    assert len(mined) == 36
    assert mined["CHN", 2025] == 270000
    assert mined["MMR", 2024] == 27000
    assert mined["USA", 2024] == 45500
    assert mined["GRL", 2025] == 0
    assert mined["WLD", 2025] == 390000
    assert sum(v for (c, y), v in mined.items() if y == 2025 and c != "WLD" and v) == 389310
    reserves = {f.subject: f for f in found.rows if f.measure == "reserves"}
    assert (reserves["WLD"].value, reserves["WLD"].low) == (None, 85e6)
    assert reserves["MMR"].value is None


def test_the_release_of_2024() -> None:
    found = transform(read(sample(MCS_2024)))
    mined = {(f.subject, f.year): f.value for f in found.rows if f.measure == "mine production"}
    assert found.publication.id == "usgs_mcs2024"
    assert mined["MMR", 2023] == 38000
    assert mined["WLD", 2023] == 350000
    assert len(found.rows) == 48


def test_a_workbook_is_no_data_release() -> None:
    with pytest.raises(DataError, match="this is not the file expected"):
        read(sample(OCCURRENCES))
