"""BACI: numbers that are not ISO, missing quantities, codes as text, goods by pair."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import BACI, sample

from graph.errors import DataError
from loaders.baci import read, transform
from loaders.goods import good
from loaders.public import Taken, Trade

HEADER = "t,i,j,k,v,q\n"


def taken(tmp_path: Path, *lines: str, name: str = "baci.csv") -> Taken[Trade]:
    path = tmp_path / name
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return transform(read(path))


def test_rows_become_trade(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        "2024,104,156,284690,817835.388,44365.512",
        "2024,842,699,280530,12.5,",
        "2024,251,579,284610,3,         NA",
        "2023,757,490,850511,4,0.5",
    )
    source = "cepii_baci_2024"
    assert found.rows == (
        Trade(*(2024, "MMR", "CHN", "284690", 817835.388, 44365.512, None, "concentrate", source)),
        Trade(2024, "USA", "IND", "280530", 12.5, None, None, "metal", source),
        Trade(2024, "FRA", "NOR", "284610", 3.0, None, None, "compounds", source),
        Trade(2023, "CHE", "TWN", "850511", 4.0, 0.5, None, "magnets", source),
    )
    assert found.publication.licence == "Etalab Open Licence 2.0"


def test_flows_at_home_and_areas_that_are_no_country_are_counted(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        "2024,156,156,284690,1,1",
        "2024,899,156,284690,1,1",
        "2024,156,697,284690,1,1",
        "2024,156,392,284690,1,1",
    )
    assert [(t.exporter, t.importer) for t in found.rows] == [("CHN", "JPN")]
    assert found.left_out == {"flows of a country to itself": 1, "areas that are no country": 2}


def test_codes_are_text_and_get_lost_zeros_back(tmp_path: Path) -> None:
    """028469 is food, 284690 is not; a spreadsheet writes the first as 28469."""
    found = taken(
        tmp_path,
        "2024,156,392,28469,1,1",
        "2024,156,392,010121,1,1",
        "2024,156,392,284690,2,1",
    )
    assert [(t.hs6, t.kusd) for t in found.rows] == [("284690", 2.0)]


def test_the_release_in_the_name_is_the_source(tmp_path: Path) -> None:
    found = taken(tmp_path, "2020,156,392,284690,1,1", name="BACI_HS92_Y2020_V202401b.csv")
    assert found.rows[0].source == found.publication.id == "cepii_baci_2022"


@pytest.mark.parametrize(
    ("year", "pair", "code", "expected"),
    [
        (2024, ("MMR", "CHN"), "284690", "concentrate"),
        (2024, ("LAO", "CHN"), "284690", "concentrate"),
        (2024, ("LAO", "CHN"), "2846", "concentrate"),
        (2024, ("MYS", "CHN"), "284690", "mixed"),
        (2024, ("AUS", "MYS"), "280530", "concentrate"),
        (2023, ("USA", "CHN"), "284690", "mixed"),
        (2025, ("USA", "CHN"), "284690", "compounds"),
        (2024, ("CHN", "MMR"), "284690", "compounds"),
        (2024, ("MYS", "JPN"), "284690", "compounds"),
        (2024, ("MYS", "AUS"), "280530", "metal"),
        (2024, ("AUS", "CHN"), "261220", "concentrate"),
    ],
)
def test_the_good_hangs_on_the_pair(
    year: int, pair: tuple[str, str], code: str, expected: str
) -> None:
    assert good(year, *pair, code) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2024,156,392,284690,much,1", "column v: the cell holds no number; expected a number"),
        ("2024,156,392,284690,-1,1", "column v: the cell holds no number"),
        ("2024,156,392,284690,1,inf", "column q: the cell holds no number"),
        ("2024.5,156,392,284690,1,1", "column t: the number is not whole"),
        ("1e300,156,392,284690,1,1", "column t: the number is not whole, or too large"),
        ("2024,156,392,,1,1", "column k: the code is no HS code"),
        ("2024,156,392,2846.90,1,1", "column k: the code is no HS code"),
        ("2024,156,392,284690,1", "line 2: the line has the wrong number of cells"),
        ('2024,156,392,284690,1,"1', "expected text in CSV"),
        ("2024,156,392,010121,1,1", "baci.csv: the file holds no trade under 261220"),
        ("", "baci.csv: the file holds no trade under 261220"),
        ("2024,156,156,284690,1,1", "the file holds no trade between two countries"),
    ],
)
def test_wrong_rows_are_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        taken(tmp_path, line)


def test_a_flow_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 3, column k: the flow stands twice"):
        taken(tmp_path, "2024,156,392,284690,1,1", "2024,156,392,284690,2,1")


def test_a_column_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "baci.csv"
    path.write_text("t,i,j,k,v,k,q\n2024,104,156,284690,1,2024,1\n")
    with pytest.raises(DataError, match="expected each column once; got 'k'"):
        read(path)


def test_of_many_wrong_rows_the_first_thousand_are_listed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="99 more problems are not listed") as caught:
        taken(tmp_path, *["2024,156,392,284690,much,1"] * 1100)
    assert len(caught.value.problems) == 1002


def test_semicolons_are_another_file(tmp_path: Path) -> None:
    path = tmp_path / "baci.csv"
    path.write_text("t;i;j;k;v;q\n2024;156;392;284690;1;1\n")
    with pytest.raises(DataError, match=r"expected the columns t, i, j, k, v, q; got 't;i;j;k"):
        read(path)


def test_ten_years() -> None:
    found = transform(read(sample(BACI)))
    assert len(found.rows) == 23433
    assert sum(trade.tonnes is None for trade in found.rows) == 1755
    flows = {(t.year, t.exporter, t.importer, t.hs6): t for t in found.rows}
    assert flows[2024, "MMR", "CHN", "284690"].tonnes == pytest.approx(44366, abs=1)
    assert flows[2023, "MMR", "CHN", "284690"].tonnes == pytest.approx(72074, abs=1)
    assert flows[2024, "AUS", "MYS", "280530"].good == "concentrate"
    assert flows[2024, "CHN", "JPN", "280530"].kusd == pytest.approx(61967, abs=1)
    world = sum(t.tonnes or 0 for t in found.rows if (t.year, t.hs6) == (2024, "284690"))
    assert world == pytest.approx(169_624, abs=1)
