"""The occurrence database: places, their other names and their coordinates."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_files import workbook
from samples import MYB_2022, OCCURRENCES, sample

from graph.errors import DataError
from loaders.public import Occurrence
from loaders.usgs_occurrence import read, transform

HEADER = ["OBJECTID", "ID_No", "Name", "Name_Other", "Country", "Latitude", "Longitude", "P_Status"]


def book(tmp_path: Path, *rows: list[object], header: list[str] = HEADER) -> Path:
    path = tmp_path / "places.xlsx"
    path.write_bytes(workbook({"places": [header, *rows]}))
    return path


def test_rows_become_places(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [1, 5029, "Bayan Obo", "Baotou, Baiyunebo", "China ", 41.8, 109.97, "Producer"],
        [2, 9058, "Karnasurt", " ", "Russian Federation", 67.89, 34, "Producer"],
        [3, 1, "Nowhere", " ", "China", None, None, "Not known"],
        [4, 2, "Plato", " ", "Atlantis", 1.0, 2.0, "Not known"],
    )
    found = transform(read(path))
    assert found.rows == (
        Occurrence(
            *("5029", ("Bayan Obo", "Baotou", "Baiyunebo"), "CHN", 41.8, 109.97, "Producer"),
            "usgs_ree_database",
        ),
        Occurrence("9058", ("Karnasurt",), "RUS", 67.89, 34.0, "Producer", "usgs_ree_database"),
    )
    assert found.left_out == {
        "places without coordinates": 1,
        "places in countries that are not known": 1,
    }


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), ("north", 0), (0, "nan")])
def test_coordinates_off_the_globe_are_named(tmp_path: Path, lat: object, lon: object) -> None:
    path = book(tmp_path, [1, 1, "Somewhere", "", "China", lat, lon, ""])
    with pytest.raises(DataError, match=r"line 2, column [67]: the cell holds no coor"):
        transform(read(path))


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected the columns ID_No, Name"):
        read(book(tmp_path, header=["Country", "Year"]))


def test_the_database() -> None:
    found = transform(read(sample(OCCURRENCES)))
    assert len(found.rows) == 3114
    assert not found.left_out
    names = {place.names[0]: place for place in found.rows}
    assert names["Bayan Obo"].country == "CHN"
    assert names["Kringlerne"].names == (
        "Kringlerne",
        "Kangerluarsuk",
        "Killavaat Alannguat",
        "Tanbreez",
    )
    # The database is dated: it lists a mine that runs today as closed.
    assert names["Mountain Pass"].production == "Past producer"


def test_the_yearbook_is_no_database() -> None:
    with pytest.raises(DataError, match="this is not the file expected"):
        read(sample(MYB_2022))
