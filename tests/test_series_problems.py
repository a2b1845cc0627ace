"""Values by year and observations: each check, on rows made by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from series_rows import THREE, seen, value

import loaders
from loaders.series import check_observations, check_series
from loaders.tables import Row

COUNTRIES = {"CHN", "MMR", "JPN", "USA"}


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
