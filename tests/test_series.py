"""Values by year and observations: what ships, each check on tables made by hand, and the view."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from networks import USGS

import loaders
from loaders.series import (
    YearValue,
    check_observations,
    check_series,
    newest_until,
    used_value,
    values,
)
from loaders.tables import Row, Tables
from ui.charts.years import line_chart
from ui.text import NBSP
from ui.theme import INKS
from ui.viewmodels import lines, months, years

COUNTRIES = {"CHN", "MMR", "JPN", "USA"}
NAMES = {"CHN": "China", "MMR": "Myanmar", "JPN": "Japan"}


def value(line: int, year: int, amount: float, source: str = "a", **more: object) -> Row:
    cells: dict[str, object] = {
        "quantity": "mine_output",
        "subject": None,
        "country": "MMR",
        "material": "REO",
        "year": year,
        "value": amount,
        "low": None,
        "high": None,
        "unit": "t REO",
        "used": "yes",
        "sources": (source,),
        "confidence": "reported",
        "note": None,
    }
    return Row("series", line, cells | more)  # type: ignore[arg-type]


def seen(line: int, period: str, amount: float = 1, **more: object) -> Row:
    cells: dict[str, object] = {
        "id": f"obs_{line}",
        "case": "2025_licensing",
        "period": period,
        "period_type": "month",
        "reporter": "CHN",
        "partner": "JPN",
        "product": "magnets",
        "metric": "export_volume",
        "value": amount,
        "unit": "t",
        "status": "reported",
        "sources": ("usgs_mcs2026",),
        "confidence": "high",
        "note": "",
    }
    return Row("observations", line, cells | more)  # type: ignore[arg-type]


def tables(*rows: Row) -> Tables:
    return Tables({"series": rows})


THREE = (
    value(2, 2023, 50),
    value(3, 2021, 30, used="no", source="b"),
    value(4, 2021, 20),
    value(5, 2025, 70, country="CHN"),
    value(6, 2025, 100, country="WLD", confidence="estimated"),
)


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


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [value(2, 2024, 1, country="XXX")],
            "series.csv, line 2, column country: the area is not known; "
            "expected a country of countries.csv, or WLD; got 'XXX'",
        ),
        ([value(2, 24, 1)], "column year: the year cannot be; expected 1900 to 2100; got 24"),
        (
            [value(2, 2024, 1), value(3, 2024, 2, used="no")],
            "line 3, column sources: the publication gives the year twice; got a, first on line 2",
        ),
        (
            [value(2, 2023, 1), value(3, 2024, 1, unit="kg")],
            "line 3, column unit: the unit changes within the series; "
            "expected t REO, as on line 2; got kg",
        ),
        (
            [value(2, 2024, 1), value(3, 2024, 2, source="b")],
            "line 2, column used: not exactly one publication of the year is in use; "
            "expected one yes; got 2 of 2 (lines 2, 3)",
        ),
        ([value(2, 2024, 1, used="no")], "expected one yes; got 0 of 1 (lines 2)"),
    ],
)
def test_each_problem_of_a_series(rows: list[Row], message: str) -> None:
    (problem,) = check_series(rows, COUNTRIES)
    assert message in str(problem)


def test_the_checks_of_a_folder_ask_for_them(tmp_path: Path) -> None:
    folder = shutil.copytree(loaders.data_folder(), tmp_path / "data")
    path = folder / "series.csv"
    text = path.read_text("utf-8")
    used = "mine_output,,MMR,REO,2024,27000,,,t REO,yes,"
    assert text.count(used) == 1
    path.write_text(text.replace(used, "mine_output,,MMR,REO,2024,-27000,,1,t REO,no,"), "utf-8")
    path = folder / "observations.csv"
    text = path.read_text("utf-8")
    assert text.count("\nobs_2,2021_22_price,2022-01,") == 1
    path.write_text(text.replace("\nobs_2,2021_22_price,2022-01,", "\nobs_1,other,2022,"), "utf-8")
    said = [str(problem) for problem in loaders.check(folder).problems]
    assert len(said) == 4
    for part in (
        "column value: the figure is negative",
        "got 0 of 3",
        "observations.csv, line 3, column id: the name stands twice",
        "the period is not written as month asks",
    ):
        assert any(part in line for line in said), part


def test_a_series_without_a_problem() -> None:
    assert check_series(THREE, COUNTRIES) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (seen(2, "2025-04", reporter="USGS"), "column reporter: the area is not known"),
        (seen(2, "2025-04", partner="EU"), "or WLD, EUR, EU27, ORIGINS18; got 'EU'"),
        (seen(2, "2025-13"), "the period is not written as month asks; expected 2025-04"),
        (seen(2, "25-04-01", period_type="point"), "got '25-04-01'"),
        (seen(2, "2025-02..2025-05", period_type="ytd"), "from January; got '2025-02..2025-05'"),
        (seen(2, "2025-02..2025-04", period_type="quarter"), "expected 2025-01..2025-03"),
        (seen(2, "2025-01", period_type="sum"), "not written as sum asks"),
        (seen(2, "2025-04", -3), "the figure is negative; expected at least 0, or a change in %"),
    ],
)
def test_each_problem_of_an_observation(row: Row, message: str) -> None:
    (problem,) = check_observations([row], COUNTRIES)
    assert message in str(problem)


@pytest.mark.parametrize(
    ("period", "kind"),
    [
        ("2025-04", "month"),
        ("2025-10..2025-12", "quarter"),
        ("2025", "year_end"),
        ("2025-05-06", "point"),
        ("2025-01..2025-08", "ytd"),
        ("2025-01+02+04", "sum"),
        ("2024-01+2024-03", "sum"),
    ],
)
def test_periods_as_they_are_written(period: str, kind: str) -> None:
    assert check_observations([seen(2, period, period_type=kind, reporter="")], COUNTRIES) == []


def test_a_change_in_percent_may_be_negative() -> None:
    assert check_observations([seen(2, "2025-04", -69, unit="%")], COUNTRIES) == []


def test_the_finding_and_the_marks_of_a_year() -> None:
    found = values(tables(*THREE), "mine_output")
    view = years.chart(found, NAMES, 2025)
    assert view.finding == (
        f"3 lines, 2021 to 2025. In 2025 China is highest with 70{NBSP}t REO, 70{NBSP}% of the "
        "world. 1 line is carried forward to 2025 from an older year. 1 year of a line has "
        f"several editions; they lie farthest apart for Myanmar in 2021: 20{NBSP}t REO and "
        f"30{NBSP}t REO."
    )
    assert [line.label for line in view.lines] == ["World", "China", "Myanmar"]
    myanmar = view.lines[2]
    assert [(mark.at, mark.value) for mark in myanmar.used] == [(2021, 20), (2023, 50)]
    assert [(mark.at, mark.value) for mark in myanmar.others] == [(2021, 30)]
    assert myanmar.carried == (2023, 2025)
    assert years.chart(found, NAMES, 2027).lines[2].carried == ()
    assert (view.steep, view.hidden) == (False, 0)


def test_the_tables_name_editions_and_what_is_carried() -> None:
    found = values(tables(*THREE), "mine_output")
    rows = years.table(found, NAMES, {"a": USGS}).rows
    assert [(r["Line"], r["Year"], r["Value"], r["Edition"]) for r in rows] == [
        ("China", "2025", 70, "in use"),
        ("Myanmar", "2023", 50, "in use"),
        ("Myanmar", "2021", 20, "in use"),
        ("Myanmar", "2021", 30, "other edition"),
        ("World", "2025", 100, "in use"),
    ]
    assert rows[0]["Source"] == "U.S. Geological Survey, 2026-02"
    said = [(r["Line"], r["For 2025"]) for r in years.newest(found, NAMES, 2025).rows]
    assert said == [
        ("China", "published"),
        ("Myanmar", "carried forward from 2023"),
        ("World", "published"),
    ]


def test_different_units_are_not_ranked() -> None:
    mixed = (value(2, 2025, 5), value(3, 2025, 9, material="Dy oxide", unit="t oxide"))
    found = values(tables(*mixed), "mine_output")
    assert years.sentence(found, NAMES, 2025) == (
        "2 lines, 2025. They count different things (t REO and t oxide): choose one to compare."
    )


def test_the_largest_lines_are_drawn() -> None:
    many = [value(n, 2025, n, subject=f"Mine {n:02}") for n in range(2, 15)]
    view = years.chart(values(tables(*many), "mine_output"), NAMES, 2025)
    assert (len(view.lines), view.hidden) == (lines.MOST, 3)
    assert view.lines[0].label == "Myanmar, Mine 14"


def test_marks_differ_by_shape_and_words_stay_words() -> None:
    hostile = value(2, 2025, 5, subject="<a href='x'>go</a>", confidence="memory")
    other = value(3, 2025, 500, confidence="assumed")
    view = years.chart(values(tables(hostile, other), "mine_output"), NAMES, 2025)
    figure = line_chart(view, INKS["dark"])
    assert [list(trace.marker.symbol) for trace in figure.data] == [["square"], ["x"]]
    assert figure.layout.yaxis.type == "log"
    assert "<a href" not in figure.to_json()
    assert "&lt;a href" in figure.to_json()


def test_months_are_drawn_by_pair_and_sums_only_listed() -> None:
    rows = (
        seen(2, "2025-04", 10),
        seen(3, "2025-03", 40, status="derived"),
        seen(4, "2025-01..2025-04", 90, period_type="ytd"),
        seen(5, "2025-04", 7, metric="import_volume"),
    )
    assert months.measures(rows) == {
        "export_volume|t|month": "Export volume, t, by month",
        "import_volume|t|month": "Import volume, t, by month",
    }
    view = months.chart(months.of_measure(rows, "export_volume|t|month"), NAMES)
    assert view.finding == (
        f"magnets, China to Japan, 2 values: highest 40{NBSP}t in 2025-03, lowest 10{NBSP}t in "
        f"2025-04, newest 10{NBSP}t in 2025-04."
    )
    (line,) = view.lines
    assert [(str(mark.at), mark.known) for mark in line.used] == [
        ("2025-03-01", "estimated"),
        ("2025-04-01", "reported"),
    ]
    (back,) = months.chart(months.of_measure(rows, "import_volume|t|month"), NAMES).lines
    assert back.label == "magnets, Japan to China"
    listed = months.table(rows, NAMES, {"usgs_mcs2026": USGS}).rows
    assert "2025-01 to 2025-04" in [row["Period"] for row in listed]


def test_every_shipped_choice_can_be_drawn(shipped: Tables) -> None:
    for quantity in years.quantities(shipped["series"]):
        view = years.chart(values(shipped, quantity), NAMES, 2025)
        assert line_chart(view, INKS["light"]).data, quantity
    for case in months.cases(shipped["observations"]):
        rows = months.of_case(shipped["observations"], case)
        for measure in months.measures(rows):
            assert months.of_measure(rows, measure), measure
