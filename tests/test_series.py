"""Values by year and observations: the value in use, and what ships."""

from __future__ import annotations

from collections import Counter

import pytest
from series_rows import THREE, tables

import loaders
from loaders.series import YearValue, newest_until, used_value, values
from loaders.tables import Tables


@pytest.fixture(scope="module")
def shipped() -> Tables:
    return loaders.tables()


def test_the_value_in_use_and_the_newest_one() -> None:
    three = tables(*THREE)
    assert [v.value for v in values(three, "mine_output")] == [70, 20, 30, 50, 100]
    assert values(three, "price") == ()
    found = used_value(three, "mine_output", "MMR", "REO", 2021)
    assert found == YearValue(
        "mine_output", "", "MMR", "REO", 2021, 20, None, None, "t REO", True, ("a",),
        "reported", "",
    )  # fmt: skip
    assert used_value(three, "mine_output", "MMR", "REO", 2022) is None
    assert newest_until(three, "mine_output", "MMR", "REO", 2022) == (found, True)
    assert newest_until(three, "mine_output", "MMR", "REO", 2021) == (found, False)
    assert newest_until(three, "mine_output", "MMR", "REO", 2020) is None
    assert newest_until(three, "mine_output", "MMR", "REO", 2025, "Kachin") is None


def edition(shipped: Tables, quantity: str, country: str, year: int) -> list[tuple[float, bool]]:
    asked = (country, year, "")
    every = values(shipped, quantity)
    return [(v.value, v.used) for v in every if (v.country, v.year, v.subject) == asked]


def test_editions_of_myanmar_stand_beside_each_other(shipped: Tables) -> None:
    assert edition(shipped, "mine_output", "MMR", 2024) == [
        (27_000, True),
        (31_000, False),
        (39_400, False),
    ]
    assert edition(shipped, "mine_output", "MMR", 2023)[0] == (43_000, True)
    assert sorted(v for v, _ in edition(shipped, "mine_output", "MMR", 2023)) == [
        *(38_000, 41_700, 43_000, 50_000, 56_850),
    ]


@pytest.mark.parametrize(
    ("quantity", "country", "material", "year", "subject", "expected"),
    [
        ("mine_output", "CHN", "REO", 2023, "", 255_000),
        ("mine_output", "AUS", "REO", 2024, "", 29_000),  # 13,000 and 20,100 elsewhere
        ("mine_output", "AUS", "REO", 2023, "", 16_000),  # not 116,000: a footnote in the PDF
        ("mine_output", "LAO", "REO", 2023, "", 5_360),
        ("mine_output", "BDI", "REO", 2022, "", 0),
        ("mine_output", "WLD", "REO", 2025, "", 390_000),
        ("reserves", "BRA", "REO", 2025, "", 11_000_000),
        ("reserves", "VNM", "REO", 2023, "", 22_000_000),
        ("mining_quota", "CHN", "REO", 2024, "CNRE", 188_650),
        ("mining_quota", "CHN", "REO", 2024, "CREG", 81_350),
        ("mining_quota", "CHN", "ionic clay", 2018, "Jiangxi (province)", 8_500),
        ("separation_quota", "CHN", "REO", 2023, "", 243_850),
        ("separated_output", "USA", "NdPr oxide", 2025, "MP Materials", 2_599),
        ("magnet_output", "WLD", "NdFeB", 2010, "", 98_200),
        ("magnet_capacity", "CHN", "NdFeB", 2025, "", 513_000),
        ("magnet_exports", "CHN", "magnets, HS 85051110", 2024, "", 58_120),
        ("raw_material_imports", "CHN", "bastnaesite", 2023, "", 66_364),
        ("price", "CHN", "Dy oxide", 2023, "", 330),
        ("price", "CHN", "Tb oxide", 2025, "", 1_010),
        ("trade_value", "USA", "imports, HS 850511", 2025, "", 407.7),
        ("trade_weight", "USA", "imports, HTS 2846", 2008, "from China", 18_255),
        ("import_share", "USA", "imports, HS 284690", 2025, "China", 0.586),
        ("export_share", "CHN", "HS 284690", 2016, "", 0.4428),
        ("net_import_reliance", "USA", "compounds and metals", 2024, "", 0.53),
    ],
)
def test_the_shipped_values(
    shipped: Tables,
    quantity: str,
    country: str,
    material: str,
    year: int,
    subject: str,
    expected: float,
) -> None:
    found = used_value(shipped, quantity, country, material, year, subject)
    assert found is not None
    assert found.value == expected


def test_what_is_assumed_or_from_memory_stays_marked(shipped: Tables) -> None:
    quota = used_value(shipped, "mining_quota", "CHN", "REO", 2025)
    assert quota is not None
    assert (quota.value, quota.confidence) == (270_000, "assumed")
    lynas = used_value(shipped, "separated_output", "MYS", "REO", 2025, "Lynas")
    assert lynas is not None
    assert (lynas.value, lynas.confidence) == (11_500, "memory")


def test_groups_and_kinds_of_ore_add_up_to_the_quota(shipped: Tables) -> None:
    def quota(material: str, subject: str = "") -> float:
        found = used_value(shipped, "mining_quota", "CHN", material, 2024, subject)
        assert found is not None
        return found.value

    assert quota("REO", "CNRE") + quota("REO", "CREG") == quota("REO") == 270_000
    assert quota("light ore") + quota("ionic clay") == 270_000
    assert quota("light ore", "CREG") + quota("ionic clay", "CREG") == 81_350


def test_the_shipped_observations(shipped: Tables) -> None:
    rows = {row.text("id"): row for row in shipped["observations"]}
    assert len(rows) == 400
    assert Counter(row.text("case") for row in rows.values()) == {
        "2025_licensing": 213,
        "2010_embargo": 110,
        "2021_22_price": 28,
        "quarters": 26,
        "reference": 22,
        "other": 1,
    }
    trough = rows["obs_21"]
    assert (trough.text("period"), trough.number("value")) == ("2025-05", 1238)
    assert trough.text("hs_code") == "85051110"
    assert rows["obs_277"].number("value") == 6387  # US imports of 2011


def test_trade_of_three_years_ships(shipped: Tables) -> None:
    clay = {
        row.integer("year"): row.number("tonnes")
        for row in shipped["trade"]
        if (row.text("exporter"), row.text("importer")) == ("MMR", "CHN")
    }
    assert clay == {2022: 23705.389, 2023: 72073.76, 2024: 44365.512}
